from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.bootstrap.run import fill, interpreted, run
from jupyterlab_preflight.errors import CellError, InstallError, Interrupted
from jupyterlab_preflight.progress import Progress

KERNEL: dict[str, Any] = {
    "lr": 0.01,
    "epochs": 3,
    "name": "a b; $(x)",
    "neg": -1,
    "none": None,
    "größe": 5,
    "path": Path("data/cats"),
    "os": os,
    "f": len,
    "_": "last",
}


@dataclass
class Step:
    args: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)

    def option(self, name: str) -> Any:
        return self.options.get(name)


def start(
    root: Path, *argv: str, namespace: Mapping[str, Any] = KERNEL, **more: Any
) -> tuple[int, str]:
    pieces: list[str] = []
    step: Any = Step(argv, {"in": more["inside"]} if "inside" in more else {})
    code = run(
        step,
        root=root,
        namespace=namespace,
        environ=more.get("environ", os.environ),
        progress=more.get("progress") or Progress(),
        emit=more.get("emit") or pieces.append,
    )
    return code, "".join(pieces)


# -- braces ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("--lr={lr}", "--lr=0.01"),
        ("{epochs}", "3"),
        ("{name}", "a b; $(x)"),
        ("{lr}{epochs}", "0.013"),
        ("{neg}", "-1"),
        ("{none}", "None"),
        ("{größe}", "5"),
        ("{path}/train", "data/cats/train"),
        ("{{lr}}", "{lr}"),
        ("{{{lr}}}", "{0.01}"),
        ("{{", "{"),
        ("}}", "}"),
        ("{", "{"),
        ("}", "}"),
        ("{}", "{}"),
        ("{lr", "{lr"),
        ("{lr }", "{lr }"),
        ("{lr:.2f}", "{lr:.2f}"),
        ("{kernel.pid}", "{kernel.pid}"),
        ("{1}", "{1}"),
        ('{"lr": 1}', '{"lr": 1}'),
        ("${HOME}/x", None),
        ("*.{jpg,png}", "*.{jpg,png}"),
        ("plain $HOME `x`", "plain $HOME `x`"),
        ("{eopchs}", None),
        ("{os}", None),
        ("{f}", None),
    ],
)
def test_braces(word: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(CellError):
            fill(word, KERNEL)
    else:
        assert fill(word, KERNEL) == text


@given(st.text())
def test_a_word_without_a_whole_name_in_braces_is_only_undoubled(word: str) -> None:
    doubled = word.replace("{", "{{").replace("}", "}}")
    assert fill(doubled, {}) == word


def test_an_unknown_variable_names_the_nearest() -> None:
    with pytest.raises(CellError) as caught:
        fill("{epoch}", KERNEL)
    assert caught.value.reason == "there is no variable epoch in this kernel."
    assert caught.value.action.startswith("Did you mean epochs? Write {{epoch}}")


def test_nothing_runs_where_a_variable_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(CellError):
        start(tmp_path, "touch", "made", "{missing}")
    assert not list(tmp_path.iterdir())


def test_on_a_command_line_braces_are_braces(tmp_path: Path) -> None:
    code = "import sys; print(sys.argv[1:])"
    done = start(tmp_path, "python", "-c", code, "{lr}", "{{", "$HOME", namespace={})
    assert done == (0, "['{lr}', '{{', '$HOME']\n")


# -- the command ----------------------------------------------------------------------------------


def test_words_arrive_as_they_are_written(tmp_path: Path) -> None:
    words = ["a b", "$HOME", "`x`", "*", "x;y", "&&", "", "ä", "'", '"', "\\", "-n"]
    code = "import json, sys; print(json.dumps(sys.argv[1:]))"
    _, text = start(tmp_path, "python", "-c", code, *words, "{name}")
    assert json.loads(text) == [*words, "a b; $(x)"]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("python", True),
        ("python3", True),
        (f"python3.{sys.version_info.minor}", True),
        ("python3.2", False),
        ("python2", False),
        ("./python", False),
        ("/usr/bin/python3", False),
        ("pythonw", False),
    ],
)
def test_python_is_the_kernels(name: str, ours: bool) -> None:
    assert interpreted([name, "x"]) == [sys.executable if ours else name, "x"]


def test_python_is_the_kernels_whatever_path_says(tmp_path: Path) -> None:
    environ = {**os.environ, "PATH": str(tmp_path)}
    _, text = start(tmp_path, "python", "-c", "import sys; print(sys.executable)", environ=environ)
    assert text == f"{sys.executable}\n"


def test_it_works_in_the_root_or_in_the_folder_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    code = "import os; print(os.path.basename(os.getcwd()))"
    assert start(tmp_path, "python", "-c", code)[1] == f"{tmp_path.name}\n"
    assert start(tmp_path, "python", "-c", code, inside="net")[1] == "net\n"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="there is no folder net") as caught:
        start(tmp_path, "python", inside="net")
    assert "--in" in caught.value.action


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="there is no such command"):
        start(tmp_path, "trian")


@pytest.mark.parametrize("argv", [(), ("",)])
def test_no_command(argv: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(CellError, match="there is no command"):
        start(tmp_path, *argv)


@pytest.mark.parametrize("code", [0, 1, 77])
def test_the_exit_code_is_kept(code: int, tmp_path: Path) -> None:
    assert start(tmp_path, "python", "-c", f"raise SystemExit({code})")[0] == code


def test_a_missing_script_is_pythons_own_error(tmp_path: Path) -> None:
    code, text = start(tmp_path, "python", "train.py")
    assert code == 2
    assert "train.py" in text


def test_the_environment_is_the_kernels_unbuffered(tmp_path: Path) -> None:
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    kernel = {"A": "1", "LC_ALL": "C.UTF-8"}
    _, text = start(tmp_path, "python", "-c", code, environ=kernel)
    seen = json.loads(text)
    assert seen == {**kernel, "PYTHONUNBUFFERED": "1"}
    assert kernel == {"A": "1", "LC_ALL": "C.UTF-8"}
    _, text = start(tmp_path, "python", "-c", code, environ={**kernel, "PYTHONUNBUFFERED": ""})
    assert json.loads(text)["PYTHONUNBUFFERED"] == ""


def test_output_comes_while_it_works(tmp_path: Path) -> None:
    code = "import time\nprint('epoch 1')\ntime.sleep(0.4)\nprint('epoch 2')"
    pieces: list[str] = []
    early: list[bool] = []

    def emit(piece: str) -> None:
        pieces.append(piece)
        early.append(not (tmp_path / "end").exists())

    start(tmp_path, "python", "-c", code + "\nopen('end', 'w')", emit=emit)
    assert pieces == ["epoch 1\n", "epoch 2\n"]
    assert early[0]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_is_the_commands_own(tmp_path: Path) -> None:
    code = (
        "import time\ntry:\n  print('ready')\n  time.sleep(60)\n"
        "except KeyboardInterrupt:\n  print('saved'); raise SystemExit(5)"
    )
    progress = Progress()
    pieces: list[str] = []

    def emit(piece: str) -> None:
        pieces.append(piece)
        if piece == "ready\n":
            threading.Timer(0.05, progress.cancel).start()

    assert start(tmp_path, "python", "-c", code, progress=progress, emit=emit)[0] == 5
    assert pieces[-1] == "saved\n"


def test_a_run_that_was_stopped_before(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Interrupted):
        start(tmp_path, "python", "-c", "1", progress=progress)
