from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.bootstrap import environ
from jupyterlab_preflight.errors import AuthError, CellError, UnsupportedError

CANARY = "CANARY-p%2B/q=x"


@dataclass
class Step:
    args: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


class Secret:
    def reveal(self) -> str:
        return CANARY


class Secrets:
    """Holds one secret; notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def find(self, name: str, host: str) -> Secret:
        self.asked.append((name, host))
        if name != "WANDB_API_KEY":
            raise AuthError(f"{name} is in none of its places.")
        return Secret()


def apply(step: Any, variables: dict[str, str], secrets: Any = None) -> Any:
    held: Any = secrets or Secrets()
    return environ.apply(step, variables, held)


def names(step: Any) -> list[str]:
    return environ.secret_names(step)


@pytest.mark.parametrize(
    ("word", "name", "value", "text"),
    [
        ("WANDB_MODE=offline", "WANDB_MODE", "offline", "WANDB_MODE=offline"),
        ("EMPTY=", "EMPTY", "", "EMPTY="),
        ("A=b=c", "A", "b=c", "A=b=c"),
        ("A=$HOME `x`", "A", "$HOME `x`", "A=$HOME `x`"),
        ("HF_TOKEN=abc", "HF_TOKEN", "abc", "HF_TOKEN=***"),
        ("db_password=abc", "db_password", "abc", "db_password=***"),
        ("API_KEY=abc", "API_KEY", "abc", "API_KEY=***"),
        ("KEYWORD=abc", "KEYWORD", "abc", "KEYWORD=abc"),
        ("URL=https://me:pw@h/x", "URL", "https://me:pw@h/x", "URL=https://***@h/x"),
        (f"A=ghp_{'x' * 36}", "A", f"ghp_{'x' * 36}", "A=***"),
        ("A=1\x1b[2J\n2", "A", "1\x1b[2J\n2", "A=1 2"),
    ],
)
def test_a_variable_is_set_and_shown(word: str, name: str, value: str, text: str) -> None:
    variables: dict[str, str] = {}
    outcome = apply(Step((word,)), variables)
    assert variables == {name: value}
    assert (outcome.text, outcome.state) == (text, "ready")


def test_many_at_once_the_last_one_counts() -> None:
    variables = {"A": "old", "B": "kept"}
    assert apply(Step(("A=1", "C=2", "A=3")), variables).text == "A=3 · C=2"
    assert variables == {"A": "3", "B": "kept", "C": "2"}


@pytest.mark.parametrize("word", ["A", "=1", "1A=2", "A B=1", "A-B=1", "ä=1", ""])
def test_a_word_that_sets_nothing_is_an_error(word: str) -> None:
    variables: dict[str, str] = {}
    with pytest.raises(CellError):
        apply(Step(("OK=1", word)), variables)
    assert variables == {}


@pytest.mark.parametrize("value", ["a\0b", "a\ud800b"])
def test_a_value_that_no_environment_can_hold(value: str) -> None:
    variables: dict[str, str] = {}
    with pytest.raises(CellError) as caught:
        apply(Step(("OK=1", f"A={value}")), variables)
    assert variables == {}
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("step", "name", "text"),
    [
        (
            Step(options={"secret": "WANDB_API_KEY"}),
            "WANDB_API_KEY",
            "WANDB_API_KEY (secret)",
        ),
        (
            Step(options={"secret": ("WANDB_API_KEY",)}),
            "WANDB_API_KEY",
            "WANDB_API_KEY (secret)",
        ),
        (
            Step(("WANDB_API_KEY",), {"secret": True}),
            "WANDB_API_KEY",
            "WANDB_API_KEY (secret)",
        ),
        (
            Step(options={"secret": "KEY=WANDB_API_KEY"}),
            "KEY",
            "KEY (secret WANDB_API_KEY)",
        ),
    ],
)
def test_a_secret_is_set_and_never_shown(step: Step, name: str, text: str) -> None:
    variables: dict[str, str] = {}
    secrets = Secrets()
    outcome = apply(step, variables, secrets)
    assert variables == {name: CANARY}
    assert outcome.text == text
    assert CANARY not in repr(outcome)
    assert secrets.asked == [("WANDB_API_KEY", "")]
    assert names(step) == ["WANDB_API_KEY"]


def test_secrets_beside_plain_values() -> None:
    variables: dict[str, str] = {}
    apply(Step(("WANDB_MODE=online",), {"secret": ("WANDB_API_KEY",)}), variables)
    assert variables == {"WANDB_MODE": "online", "WANDB_API_KEY": CANARY}


def test_a_secret_that_is_missing_changes_nothing() -> None:
    variables: dict[str, str] = {}
    with pytest.raises(AuthError):
        apply(Step(("A=1",), {"secret": ("WANDB_API_KEY", "OTHER")}), variables)
    assert variables == {}


@pytest.mark.parametrize("word", ["", "1X", "A=", "=B", "A B"])
def test_a_secret_without_a_proper_name(word: str) -> None:
    with pytest.raises(CellError):
        apply(Step(options={"secret": word}), {})


def test_nothing_to_look_up() -> None:
    assert names(Step(("A=1",))) == []


# -- --path ----------------------------------------------------------------------------------------


@dataclass
class Kernel:
    environ: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)


def test_path_is_put_once_before_what_is_installed(tmp_path: Path) -> None:
    kernel = Kernel({"PYTHONPATH": "/a"}, ["", "/usr/lib/python3"])
    net = tmp_path / "net"
    net.mkdir()
    for _ in range(3):
        environ.put_on_path(net, kernel)
    assert kernel.path == ["", str(net), "/usr/lib/python3"]
    assert kernel.environ["PYTHONPATH"] == f"{net}{os.pathsep}/a"


def test_path_that_is_there_by_another_name(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "link").symlink_to("net")
    kernel = Kernel({}, [str(tmp_path / "net")])
    environ.put_on_path(tmp_path / "link", kernel)
    assert kernel.path == [str(tmp_path / "net")]
    assert kernel.environ["PYTHONPATH"] == str(tmp_path / "link")


def test_path_without_a_place_for_the_working_folder(tmp_path: Path) -> None:
    kernel = Kernel({}, ["/usr/lib/python3"])
    environ.put_on_path(tmp_path, kernel)
    assert kernel.path == [str(tmp_path), "/usr/lib/python3"]


@pytest.mark.skipif(os.name == "nt", reason=": cannot be in a name there")
def test_path_that_cannot_be_written_down(tmp_path: Path) -> None:
    kernel = Kernel({}, [""])
    with pytest.raises(UnsupportedError):
        environ.put_on_path(tmp_path / "a:b", kernel)
    assert kernel == Kernel({}, [""])


def test_a_child_imports_from_there(tmp_path: Path) -> None:
    (tmp_path / "kittens.py").write_text("NAME = 'Tom'")
    kernel = Kernel(dict(os.environ), [""])
    environ.put_on_path(tmp_path, kernel)
    child = [sys.executable, "-c", "import kittens; print(kittens.NAME)"]
    done = subprocess.run(child, env=kernel.environ, capture_output=True, text=True, check=True)
    assert done.stdout == "Tom\n"
