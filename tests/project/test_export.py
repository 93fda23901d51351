"""Datasets by git: the files of a repository, and nothing of the clone that brought them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.report import Row
from tests.fakecloud import faults
from tests.project.conftest import FILES, NET, Lab, add_submodule
from tests.project.world import tree

LINE = f"dataset {NET} data/net --git"
PACK = "https://github.com/me/net.git/git-upload-pack"

Go = Callable[..., Row]


@pytest.fixture
def go(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Go:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab")

    def run(line: str = LINE) -> Row:
        (row,) = Session(lab.root).prepare(line, parse(line)).rows
        return row

    return run


@pytest.fixture
def dest(lab: Lab) -> Path:
    return lab.root / "data/net"


def test_it_is_fetched_once(lab: Lab, go: Go, dest: Path) -> None:
    row = go()
    assert (row.state, row.text, row.notes) == ("ready", "5 files · fetched once", [])
    assert tree(dest) == tree_of_archive(lab, go)
    assert sorted(path.name for path in dest.iterdir()) == sorted(
        {name.split("/")[0] for name in FILES}
    )
    assert list((lab.root / ".preflight/staging").iterdir()) == []
    lab.cloud.clear()
    assert go().state == "ready"
    assert lab.cloud.requests() == []


def tree_of_archive(lab: Lab, go: Go) -> dict[str, object]:
    go(f"dataset {NET} other --archive")
    return tree(lab.root / "other")


def test_an_archive_may_lack_files_and_is_another_tree(
    lab: Lab, go: Go, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.hub.repos["me/net"].commit({".gitattributes": b"model.py export-ignore\n"})
    go()
    assert (dest / "model.py").exists()
    row = go(LINE.replace(" --git", ""))
    assert row.text.startswith(f"holds the files of {NET}, and this line asks for")
    monkeypatch.setenv("PREFLIGHT_STORE", str(lab.root / "store"))
    go(LINE.replace("data/net", "whole"))
    go(f"dataset {NET} exported")
    assert (lab.root / "whole/model.py").exists()
    assert not (lab.root / "exported/model.py").exists()


def test_another_version(lab: Lab, go: Go, dest: Path) -> None:
    lab.hub.repos["me/net"].commit({"model.py": b"dev\n"}, branch="dev")
    assert go(f"{LINE} --ref dev").state == "ready"
    assert (dest / "model.py").read_bytes() == b"dev\n"
    assert go(f"dataset {NET} gone --git --ref nowhere").state == "failed"


def test_what_is_here_is_adopted(lab: Lab, go: Go, dest: Path) -> None:
    lab.write("data/net/model.py", "mine\n")
    row = go()
    assert row.notes == [
        "Was here before: 4 files added.",
        "Kept as they are here: model.py.",
    ]
    assert (dest / "model.py").read_text() == "mine\n"
    assert not (dest / ".git").exists()


def test_large_files_come_and_the_checksum_is_of_them(lab: Lab, go: Go, dest: Path) -> None:
    repo = lab.hub.repos["me/net"]
    repo.commit({name: None for name in FILES if name != "model.py"})
    repo.commit({"model.py": b"1", "big.bin": repo.large(b"weights")})
    data = {"big.bin": b"weights", "model.py": b"1"}
    lines = [f"{hashlib.sha256(one).hexdigest()}  {name}\n" for name, one in data.items()]
    right = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    assert go(f"{LINE} --sha256 {'0' * 64}").state == "failed"
    assert not dest.exists()
    assert go(f"{LINE} --sha256 {right}").state == "ready"
    assert {path.name: path.read_bytes() for path in dest.iterdir()} == data


def test_a_link_is_in_no_dataset(lab: Lab, go: Go, dest: Path) -> None:
    lab.hub.repos["me/net"].commit({"latest": "-> model.py"})
    row = go()
    assert row.error is not None
    assert row.error["code"] == "unsafe-archive"
    assert "latest" in row.text
    assert not dest.exists()


@pytest.mark.parametrize("more", ["--include '*.py'", "--strip 1", "--flat", "--unpack"])
def test_options_that_leave_files_out(lab: Lab, go: Go, more: str) -> None:
    row = go(f"{LINE} {more}")
    assert (row.state, row.error and row.error["code"]) == ("failed", "conflict")
    assert lab.cloud.requests() == []


def test_a_folder_of_a_repository_is_none(lab: Lab, go: Go) -> None:
    row = go(f"dataset {NET}/tree/main/util data/net --git")
    assert row.text.startswith("cannot come by git: its link is no repository")


def test_no_git(lab: Lab, go: Go, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert go().text.startswith("--git is asked for, and git is not on this machine")


def test_a_broken_transfer_leaves_nothing(lab: Lab, go: Go, dest: Path) -> None:
    lab.cloud.always(PACK, faults.drop(200))
    assert go().state == "failed"
    assert not dest.exists()
    lab.cloud.clear()
    assert go().state == "ready"


def test_a_private_repository(lab: Lab, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens["ghp_canary"] = {"me/net"}
    row = go()
    assert row.state in ("failed", "needs")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_canary")
    assert go(f"{LINE} --secret GITHUB_TOKEN").state == "ready"
    for text in lab.root.rglob("*"):
        assert text.is_dir() or b"canary" not in text.read_bytes()


def test_submodules_stay_empty(lab: Lab, go: Go, dest: Path) -> None:
    add_submodule(lab.hub.repos["me/net"], "sub")
    row = go()
    assert (row.text, row.state) == (
        "6 files · fetched once · submodules not fetched: sub",
        "warning",
    )
    assert list((dest / "sub").iterdir()) == []
