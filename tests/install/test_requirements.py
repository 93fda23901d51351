from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_preflight.errors import InstallError
from jupyterlab_preflight.install import requirements
from jupyterlab_preflight.install.requirements import read


def write(root: Path, name: str, text: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def specifiers(root: Path, *args: str) -> list[str]:
    return [specifier for specifier, _ in read(args, root).specifiers]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["numpy"], ["numpy"]),
        (["numpy>=2", "pandas[excel]==2.2.3"], ["numpy>=2", "pandas[excel]==2.2.3"]),
        (["-q", "-U", "numpy", "--no-deps"], ["numpy"]),
        (["-i", "https://h/simple", "numpy"], ["numpy"]),
        (["--index-url=https://h/simple", "numpy"], ["numpy"]),
        (["--index-url", "https://h/simple", "numpy"], ["numpy"]),
        (["-ihttps://h/simple", "numpy"], ["numpy"]),
        (["-e", "git+https://h/o/r#egg=r"], ["git+https://h/o/r#egg=r"]),
        (["--target", "libs", "--", "-odd"], ["-odd"]),
        (["--only-binary", ":all:", "--only-binary=:none:", "a"], ["a"]),
        (["-r"], None),
        ([], []),
    ],
)
def test_words(args: list[str], found: list[str] | None, tmp_path: Path) -> None:
    if found is None:
        with pytest.raises(InstallError):
            read(args, tmp_path)
    else:
        assert specifiers(tmp_path, *args) == found


def test_a_file_with_everything(tmp_path: Path) -> None:
    write(
        tmp_path,
        "net/requirements.txt",
        "\ufeff# a comment\n"
        "\n"
        "numpy==2.1.3  # pinned\n"
        "pandas \\\n"
        "  >=2 ; python_version >= '3.10'\n"
        "hashed==1 --hash=sha256:abc \\\n"
        "    --hash=sha256:def\n"
        "torch @ https://h/torch-2.0-cp311-cp311-linux_x86_64.whl#sha256=1\n"
        "--extra-index-url https://user:pass@h/simple\n"
        "-r more/dev.txt\n"
        "--constraint=../pins.txt\n"
        "-e ./lib\n"
        "last",
    )
    write(tmp_path, "net/more/dev.txt", "pytest\n-r ../requirements.txt\n-rdeep.txt\n")
    write(tmp_path, "net/more/deep.txt", "deep")
    write(tmp_path, "pins.txt", "numpy<2.2\nscipy==1")
    assert read(["-r", "net/requirements.txt"], tmp_path).specifiers == [
        ("numpy==2.1.3", "line 3 of net/requirements.txt"),
        ("pandas   >=2 ; python_version >= '3.10'", "line 4 of net/requirements.txt"),
        ("hashed==1", "line 6 of net/requirements.txt"),
        (
            "torch @ https://h/torch-2.0-cp311-cp311-linux_x86_64.whl#sha256=1",
            "line 8 of net/requirements.txt",
        ),
        ("pytest", "line 1 of more/dev.txt"),
        ("deep", "line 1 of deep.txt"),
        ("./lib", "line 12 of net/requirements.txt"),
        ("last", "line 13 of net/requirements.txt"),
    ]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_codings(coding: str, tmp_path: Path) -> None:
    write(tmp_path, "r.txt", "numpy\r\npandas\r\n".encode(coding))
    assert specifiers(tmp_path, "-r", "r.txt") == ["numpy", "pandas"]


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0", b"\0", b"x" * (16 << 20) + b"y"])
def test_what_can_be_no_list(data: bytes, tmp_path: Path) -> None:
    write(tmp_path, "r.txt", data)
    with pytest.raises(InstallError, match=r"r\.txt is no list of requirements"):
        read(["-r", "r.txt"], tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    write(tmp_path, "r.txt", "-r missing.txt")
    for args in (["-r", "net/r.txt"], ["-rnet/r.txt"], ["-r", "r.txt"], ["-c", "."], ["-r", "a\0"]):
        with pytest.raises(InstallError) as caught:
            read(args, tmp_path)
        assert "cannot be read" in caught.value.reason
        assert caught.value.action


def test_a_file_on_the_web_is_left_to_pip(tmp_path: Path) -> None:
    assert specifiers(tmp_path, "-r", "https://h/requirements.txt") == []


def test_lists_that_name_each_other_end(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "one\n-r b.txt")
    write(tmp_path, "b.txt", "two\n-r a.txt\n-r ./b.txt")
    assert specifiers(tmp_path, "-r", "a.txt") == ["one", "two"]


@pytest.mark.parametrize("args", [["-U", "a"], ["--upgrade", "a"], ["-qU", "a"]])
def test_upgrade(args: list[str], tmp_path: Path) -> None:
    assert read(args, tmp_path).upgrade
    assert not read(["--user", "-q", "U", "-r", os.devnull], tmp_path).upgrade


# -- the digest -----------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "r.txt", "numpy\n-r s.txt\n-c c.txt\n./wheels/a-1-py3-none-any.whl\n-f links")
    write(tmp_path, "s.txt", "pandas\n")
    write(tmp_path, "c.txt", "numpy<3\n")
    write(tmp_path, "wheels/a-1-py3-none-any.whl", b"wheel")
    write(tmp_path, "links/b-1-py3-none-any.whl", b"b")
    write(tmp_path, "net/pyproject.toml", "[project]\nname = 'net'\n")
    write(tmp_path, "net/net/model.py", "x = 1\n")
    return tmp_path


ARGS = ["-r", "r.txt", "./net"]


def state(root: Path, *args: str) -> tuple[str, str]:
    found = read(args or ARGS, root)
    return found.digest, found.trees


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write(root, "r.txt", (root / "r.txt").read_text() + "scipy\n"),
        lambda root: write(root, "s.txt", "pandas>=2\n"),
        lambda root: write(root, "c.txt", "numpy<2\n"),
        lambda root: write(root, "wheels/a-1-py3-none-any.whl", b"another"),
        lambda root: write(root, "links/c-1-py3-none-any.whl", b"c"),
        lambda root: write(root, "net/pyproject.toml", "[project]\nname = 'nets'\n"),
        lambda root: write(root, "net/net/model.py", "x = 12\n"),
        lambda root: write(root, "net/net/new.py", ""),
    ],
)
def test_the_digest_sees(change: Callable[[Path], None], tree: Path) -> None:
    before = state(tree)
    assert state(tree) == before
    change(tree)
    assert state(tree) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write(root, "other.txt", "scipy"),
        lambda root: write(root, "net/build/lib/net/model.py", "x = 1"),
        lambda root: write(root, "net/net.egg-info/PKG-INFO", "x"),
        lambda root: write(root, "net/net/__pycache__/model.pyc", "x"),
    ],
)
def test_the_digest_does_not_see(change: Callable[[Path], None], tree: Path) -> None:
    before = state(tree)
    change(tree)
    assert state(tree) == before


def test_the_code_of_an_editable_project_needs_no_new_installation(tree: Path) -> None:
    before = state(tree, "-e", "./net")
    write(tree, "net/net/model.py", "x = 12\n")
    assert state(tree, "-e", "./net") == before
    write(tree, "net/pyproject.toml", "[project]\nname = 'nets'\n")
    assert state(tree, "-e", "./net") != before


def test_the_digest_keeps_words_apart(tmp_path: Path) -> None:
    assert read(["ab", "c"], tmp_path).digest != read(["a", "bc"], tmp_path).digest
    assert read(["a"], tmp_path).digest != read(["a", ""], tmp_path).digest


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=120), st.lists(st.text(max_size=8), max_size=4))
def test_any_file_and_any_words_end_well(tmp_path: Path, data: bytes, words: list[str]) -> None:
    write(tmp_path, "r.txt", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requirements, "_TREE", 20)  # a word may well be the whole disk
        try:
            first = read(["-r", "r.txt", *words], tmp_path)
        except InstallError:
            return
        assert first == read(["-r", "r.txt", *words], tmp_path)
