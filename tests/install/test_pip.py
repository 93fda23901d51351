from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.version import InvalidVersion

from jupyterlab_preflight.errors import InstallError, Interrupted, NetworkError
from jupyterlab_preflight.install import installer, pip
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.report import Outcome

Wheel = Callable[..., Path]


@pytest.fixture(autouse=True)
def fresh_kernel() -> Iterator[None]:
    pip._stale.clear()
    yield
    pip._stale.clear()


class Kernel:
    """One place to install into, and what was seen of it."""

    def __init__(self, root: Path, environ: dict[str, str], python: str) -> None:
        self.root, self.environ, self.python = root, environ, python
        self.progress = Progress()
        self.pieces: list[str] = []
        self.on_output: Callable[[str], None] = lambda piece: None

    def __call__(self, *args: str, **more: Any) -> Outcome:
        self.pieces.clear()

        def emit(piece: str) -> None:
            self.pieces.append(piece)
            self.on_output(piece)

        return pip.install(
            args,
            cwd=self.root,
            env=self.environ,
            state_dir=self.root / ".preflight" / "packages",
            progress=self.progress,
            emit=emit,
            python=self.python,
            **more,
        )

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def versions(self) -> dict[str, str]:
        code = (
            "import json; from importlib.metadata import distributions as d;"
            "print(json.dumps({x.metadata['Name']: x.version for x in d()}))"
        )
        done = subprocess.run(
            [self.python, "-c", code], capture_output=True, check=True, env=self.environ
        )
        found: dict[str, str] = json.loads(done.stdout)
        found.pop("pip", None)
        return found


@pytest.fixture
def kernel(tmp_path: Path, environ: dict[str, str], python: str) -> Kernel:
    return Kernel(tmp_path, environ, python)


# -- with pip itself -----------------------------------------------------------------------------


def test_what_pip_can_compare_and_we_cannot_is_installed(
    kernel: Kernel, wheel: Wheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def evaluate(marker: object) -> bool:
        raise InvalidVersion  # as packaging 24 does for platform_release >= "4.0"

    wheel("cats", "1.0")
    monkeypatch.setattr(Marker, "evaluate", evaluate)
    assert kernel("cats; python_version >= '3'").text == "installed: cats 1.0"


def test_a_condition_that_pip_cannot_compare_either(kernel: Kernel) -> None:
    with pytest.raises(InstallError, match="asks for cats on a condition that cannot be checked"):
        kernel("cats; os_name ~= 'posix'")


def test_installed_once_and_not_asked_about_again(
    kernel: Kernel, wheel: Wheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel("cats", "1.0")
    wheel("dogs", "3.4", ["cats"])
    (kernel.root / "requirements.txt").write_text("dogs\n")
    outcome = kernel("-r", "requirements.txt")
    assert (outcome.text, outcome.state) == ("installed: cats 1.0, dogs 3.4", "ready")
    assert outcome.details == {"changed": [["cats", "", "1.0"], ["dogs", "", "3.4"]]}
    assert "Successfully installed" in kernel.text
    assert kernel.versions() == {"cats": "1.0", "dogs": "3.4"}

    state = kernel.root / ".preflight" / "packages"
    more: dict[str, Any] = {"cwd": kernel.root, "state_dir": state, "python": kernel.python}
    assert pip.up_to_date(["-r", "requirements.txt"], **more) == Outcome(
        "1 package · already satisfied"
    )
    assert pip.up_to_date(["dogs"], **more) is None
    with monkeypatch.context() as patch:
        patch.setattr(installer, "run", lambda *_, **__: pytest.fail("asked again"))
        outcome = kernel("-r", "requirements.txt")
    assert (outcome.text, outcome.state) == ("1 package · already satisfied", "ready")
    assert kernel.text == ""


def test_asked_again_when_a_list_or_the_environment_has_changed(
    kernel: Kernel, wheel: Wheel
) -> None:
    for version in ("1.0", "2.0"):
        wheel("cats", version)
    requirements, pins = kernel.root / "requirements.txt", kernel.root / "pins.txt"
    requirements.write_text("-c pins.txt\ncats\n")
    pins.write_text("cats<2\n")
    assert kernel("-r", "requirements.txt").text == "installed: cats 1.0"
    pins.write_text("cats<3\n")
    assert kernel("-r", "requirements.txt").text == "1 package · already satisfied"
    assert "already satisfied" in kernel.text
    pins.write_text("cats>=2\n")
    assert kernel("-r", "requirements.txt").text == "installed: cats 2.0"
    subprocess.run(
        [kernel.python, "-m", "pip", "uninstall", "-qy", "cats"], check=True, env=kernel.environ
    )
    assert kernel("-r", "requirements.txt").text == "installed: cats 2.0"


def test_a_failure_is_said_in_pips_words_and_not_remembered(kernel: Kernel, wheel: Wheel) -> None:
    wheel("cats", "1.0")
    for _ in range(2):
        with pytest.raises(InstallError) as caught:
            kernel("cats==9")
        assert caught.value.reason == "pip says “No matching distribution found for cats==9”"
        assert caught.value.action.startswith("Check its name and version")
        assert not caught.value.person
    wheel("cats", "9")
    assert kernel("cats==9").text == "installed: cats 9"


def test_what_is_put_somewhere_else_is_not_called_satisfied(kernel: Kernel, wheel: Wheel) -> None:
    wheel("cats", "1.0")
    assert kernel("--prefix", "elsewhere", "cats").text == "1 package · installed"


def test_a_list_that_is_missing_is_said_before_pip_is_asked(kernel: Kernel) -> None:
    with pytest.raises(InstallError, match=r"net/requirements\.txt cannot be read"):
        kernel("-r", "net/requirements.txt")
    assert kernel.text == ""


def test_versions_that_do_not_go_together_are_told(kernel: Kernel, wheel: Wheel) -> None:
    wheel("cats", "1.0")
    wheel("cats", "2.0")
    wheel("dogs", "1.0", ["cats<2"])
    kernel("dogs")
    outcome = kernel("cats==2.0")
    assert outcome.text == "installed: cats 2.0"
    assert outcome.state == "warning"
    assert outcome.notes == [
        "dogs 1.0 requires cats<2, but you have cats 2.0 which is incompatible."
    ]


def test_a_build_for_the_gpu_is_warned_of_before_and_told_of_after(
    kernel: Kernel, wheel: Wheel
) -> None:
    wheel("torch", "2.11.0+cu128")
    wheel("torch", "2.0.1")
    wheel("net", "1.0", ["torch<2.1"])
    assert kernel("torch==2.11.0").notes == []
    (kernel.root / "requirements.txt").write_text("torch==2.0.1\n")
    outcome = kernel("-r", "requirements.txt")
    assert kernel.pieces[0] == (
        "torch 2.11.0+cu128, which is installed here, will be replaced: "
        "line 1 of requirements.txt asks for torch==2.0.1.\n"
    )
    assert outcome.notes == ["torch 2.11.0+cu128 was replaced by 2.0.1."]
    assert outcome.state == "warning"

    kernel("torch==2.11.0")
    assert kernel("net").notes == ["torch 2.11.0+cu128 was replaced by 2.0.1."]


def test_a_folder_called_like_a_module_is_not_imported(kernel: Kernel, wheel: Wheel) -> None:
    wheel("cats", "1.0")
    for name in ("pip.py", "logging.py", "json.py"):
        (kernel.root / name).write_text("raise SystemExit('mine')")
    assert kernel("cats").text == "installed: cats 1.0"


# -- in this very process: what is imported already ----------------------------------------------


def test_a_change_of_an_imported_module_wants_a_restart(
    tmp_path: Path, environ: dict[str, str], wheel: Wheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel(tmp_path, environ, sys.executable)
    for version in ("1.0", "2.0"):
        wheel("kittens", version)
        wheel("puppies", version)
    monkeypatch.syspath_prepend(tmp_path / "site")
    words = ("--target", "site", "--upgrade", "--no-warn-conflicts")
    assert kernel(*words, "kittens==1.0", "puppies==1.0").notes == []
    import kittens  # type: ignore[import-not-found]

    monkeypatch.setitem(sys.modules, "kittens", kittens)
    outcome = kernel(*words, "kittens==2.0", "puppies==2.0")
    assert outcome.text == "installed: kittens 2.0, puppies 2.0 · restart the kernel"
    assert outcome.notes == ["Restart the kernel to use kittens 2.0."]
    assert outcome.state == "warning"

    again = kernel(*words, "kittens==2.0", "puppies==2.0")
    assert kernel.text == ""
    assert again.notes == ["Restart the kernel to use kittens 2.0."]  # until it is restarted


# -- with something that stands in for pip -------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path, environ: dict[str, str], python: str) -> Callable[[str], Kernel]:
    """A kernel whose pip is the given script."""

    def make(script: str) -> Kernel:
        code = "import pip; print(pip.__path__[0])"
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        package = Path(done.stdout.strip())
        package.unlink()  # the link to the real one
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(textwrap.dedent(script))
        return Kernel(tmp_path, environ, python)

    return make


def test_what_pip_is_given(fake: Callable[[str], Kernel]) -> None:
    kernel = fake("import json, os, sys; print(json.dumps([sys.argv[1:], dict(os.environ)]))")
    kernel.environ["HF_TOKEN"] = "hf_of_the_kernel"
    kernel("-q", "a b", "$HOME", "x>=1;y")
    words, environ = json.loads(kernel.text)
    assert words == [
        *("install", "--no-input", "--disable-pip-version-check"),
        *("-q", "a b", "$HOME", "x>=1;y"),
    ]
    environ.pop("LC_CTYPE", None)  # of Python itself, under PEP 538
    assert environ == kernel.environ


def test_without_a_network_it_does_not_try_again_and_again(fake: Callable[[str], Kernel]) -> None:
    kernel = fake("import sys; print(sys.argv[4:])")
    kernel("cats", offline=True)
    assert kernel.text == "['--retries', '0', 'cats']\n"


RETRYING = """
import sys, time
def retrying(left):
    print(f"WARNING: Retrying (Retry(total={left}, connect=None)) after connection broken by "
          "'NewConnectionError(...: Failed to establish a new connection: [Errno 111] Connection "
          "refused')': /simple/cats/")
"""


def test_an_index_that_cannot_be_reached_is_not_waited_for(fake: Callable[[str], Kernel]) -> None:
    kernel = fake(
        RETRYING
        + """
if "--retries" not in sys.argv:
    retrying(4); retrying(3); time.sleep(60)
print("and", sys.argv[4:])
sys.exit("ERROR: No matching distribution found for cats")
"""
    )
    begun = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        kernel("cats")
    assert time.monotonic() - begun < 20
    assert not caught.value.offline
    # Where it stood when it was interrupted quotes its own source, which has the word too.
    assert sum(line.startswith("WARNING: Retrying") for line in kernel.text.split("\n")) == 2
    assert "and ['--retries', '0', 'cats']" in kernel.text


def test_what_another_index_has_is_installed_all_the_same(fake: Callable[[str], Kernel]) -> None:
    kernel = fake(
        RETRYING
        + """
if "--retries" not in sys.argv:
    retrying(4); retrying(3); time.sleep(60)
print("Successfully installed cats-1.0")
"""
    )
    assert kernel("cats").text == "1 package · installed"


def test_a_transfer_that_has_begun_is_not_given_up(fake: Callable[[str], Kernel]) -> None:
    kernel = fake(
        RETRYING
        + """
print("Collecting cats")
for left in range(4, 0, -1):
    retrying(left)
print(sys.argv[4:])
"""
    )
    kernel("cats")
    assert kernel.text.endswith("['cats']\n")


def test_no_password_is_shown(fake: Callable[[str], Kernel]) -> None:
    kernel = fake(
        """
        print("Looking in indexes: https://me:hunter22@index.example.org/simple")
        raise SystemExit("ERROR: 404 for https://me:hunter22@index.example.org/simple?token=abc")
        """
    )
    with pytest.raises(InstallError) as caught:
        kernel("--index-url", "https://me:hunter22@index.example.org/simple", "cats")
    for said in (kernel.text, str(caught.value), kernel.progress.text):
        assert "hunter22" not in said
        assert "token=abc" not in said
    assert "index.example.org" in str(caught.value)
    files = (kernel.root / ".preflight").rglob("*")
    assert not any(b"hunter22" in file.read_bytes() for file in files if file.is_file())


def test_no_network_is_told_as_such(fake: Callable[[str], Kernel]) -> None:
    kernel = fake(
        """
        print("WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError("
              "...: Failed to resolve 'h' ([Errno -2] Name or service not known)')': /simple/cats/")
        print("ERROR: No matching distribution found for cats")
        raise SystemExit(1)
        """
    )
    with pytest.raises(NetworkError) as caught:
        kernel("cats")
    assert caught.value.reason == "the package index did not answer."


def test_an_interrupt_ends_it_and_nothing_is_remembered(fake: Callable[[str], Kernel]) -> None:
    kernel = fake("import time; print('Collecting cats'); time.sleep(60)")
    kernel.on_output = lambda piece: threading.Timer(0.05, kernel.progress.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        kernel("cats")
    assert time.monotonic() - begun < 3
    assert kernel.progress.text == "Collecting cats"
    assert not (kernel.root / ".preflight").exists()


def test_where_no_key_can_be_kept_pip_is_asked_each_time(fake: Callable[[str], Kernel]) -> None:
    kernel = fake("print('asked')")
    (kernel.root / ".preflight").write_text("a file")
    for _ in range(2):
        assert kernel("cats").text == "1 package · already satisfied"
        assert kernel.text == "asked\n"


def test_a_damaged_key_is_no_key(fake: Callable[[str], Kernel]) -> None:
    kernel = fake("print('asked')")
    kernel("cats")
    (record,) = (kernel.root / ".preflight" / "packages").glob("*.json")
    for damage in ("", "{", "[]", '{"key": 1}', "\0"):
        record.write_text(damage)
        kernel("cats")
        assert kernel.text == "asked\n"
        kernel("cats")
        assert kernel.text == ""


def test_a_project_that_building_changes_is_not_built_for_ever(
    fake: Callable[[str], Kernel], tmp_path: Path
) -> None:
    kernel = fake(
        """
        import pathlib, time
        pathlib.Path("net/version.py").write_text(str(time.time_ns()))
        print("built")
        """
    )
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "model.py").write_text("x = 1")
    kernel("./net")
    assert kernel.text == "built\n"
    kernel("./net")
    assert kernel.text == ""
    (tmp_path / "net" / "model.py").write_text("x = 12")
    kernel("./net")
    assert kernel.text == "built\n"


# -- uv, and nothing -----------------------------------------------------------------------------


def fake_uv(folder: Path, script: str) -> None:
    folder.mkdir(exist_ok=True)
    uv = folder / "uv"
    uv.write_text(f"#!{sys.executable}\n{textwrap.dedent(script)}")
    uv.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for a program")
def test_where_there_is_no_pip_uv_is_asked(
    tmp_path: Path, environ: dict[str, str], bare_python: str
) -> None:
    fake_uv(tmp_path / "bin", "import sys; print(sys.argv[1:])")
    environ["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{environ['PATH']}"
    kernel = Kernel(tmp_path, environ, bare_python)
    kernel("-q", "cats")
    assert kernel.text == f"['pip', 'install', '--python', '{bare_python}', '-q', 'cats']\n"
    kernel("dogs", offline=True)
    assert "'--offline', 'dogs'" in kernel.text


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for a program")
def test_what_uv_says_is_understood(
    tmp_path: Path, environ: dict[str, str], bare_python: str
) -> None:
    said = (
        "error: No solution found when resolving dependencies\n"
        "  cause: Because there is no version of cats==9 and you require cats==9,\n"
        "         your requirements are unsatisfiable.\n\n"
        "hint: Packages were unavailable\n"
    )
    fake_uv(tmp_path / "bin", f"raise SystemExit({said!r})")
    environ["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{environ['PATH']}"
    with pytest.raises(InstallError) as caught:
        Kernel(tmp_path, environ, bare_python)("cats==9")
    assert caught.value.reason == (
        "uv says “No solution found when resolving dependencies Because there is no version of "
        "cats==9 and you require cats==9, your requirements are unsatisfiable.”"
    )
    assert "name and version" in caught.value.action


@pytest.mark.skipif(shutil.which("uv") is None, reason="no uv here")
def test_uv_itself(tmp_path: Path, environ: dict[str, str], bare_python: str, wheel: Wheel) -> None:
    wheel("cats", "1.0")
    wheel("cats", "2.0")
    kernel = Kernel(tmp_path, environ, bare_python)
    assert kernel("cats==1.0").text == "installed: cats 1.0"
    assert kernel("cats==1.0").text == "1 package · already satisfied"
    assert kernel.text == ""
    assert kernel("cats==2.0").text == "installed: cats 2.0"
    with pytest.raises(InstallError, match="cats==9"):
        kernel("cats==9")


def test_neither_pip_nor_uv(tmp_path: Path, environ: dict[str, str], bare_python: str) -> None:
    environ["PATH"] = str(tmp_path)
    with pytest.raises(InstallError) as caught:
        Kernel(tmp_path, environ, bare_python)("cats")
    assert caught.value.action == f"Run: {bare_python} -m ensurepip"


def test_an_interpreter_that_does_not_work(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(InstallError, match="does not work"):
        Kernel(tmp_path, environ, str(tmp_path / "python"))("cats")
