"""The order of steps and what a failure means, with steps that only pretend."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap import engine
from jupyterlab_preflight.bootstrap.context import Context
from jupyterlab_preflight.bootstrap.grammar import Step, parse
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.commands import Door, execute
from jupyterlab_preflight.errors import (
    AuthError,
    GoneError,
    HardwareError,
    InstallError,
    Interrupted,
    NetworkError,
    PreflightError,
    incomplete,
)
from jupyterlab_preflight.report import Outcome, Report


class Steps:
    """Handlers that note what was run, and fail where they are told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.errors: dict[str, BaseException] = {}
        for name in ("require", "dataset", "project", "link", "pip", "apt", "env"):
            monkeypatch.setitem(engine.HANDLERS, name, self._one)

    def _one(self, step: Step, context: Context) -> Outcome:
        name = step.args[-1]
        self.ran.append(name)
        context.progress.check()
        if name in self.errors:
            raise self.errors[name]
        return Outcome("done")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    return Steps(monkeypatch)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Report]:
    def go(text: str, **options: bool) -> Report:
        parsed = parse(text)
        assert not parsed.problems
        return Session(tmp_path).prepare(text, parsed, **options)

    return go


TEXT = """\
dataset https://example.org/a.zip data/a
project https://github.com/o/r net
link data/a net/data/input
pip -r net/requirements.txt
pip numpy
env A=1
"""


def states(report: Report) -> list[str]:
    return [row.state for row in report.rows]


def test_text_order(steps: Steps, run: Callable[..., Report]) -> None:
    report = run(TEXT)
    assert steps.ran == ["data/a", "net", "net/data/input", "net/requirements.txt", "numpy", "A=1"]
    assert report.exit_code == 0
    assert [row.line for row in report.rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("data/a", "failed ready blocked ready ready ready"),
        ("net", "ready failed blocked blocked ready ready"),
        ("net/data/input", "ready ready failed ready ready ready"),
        ("numpy", "ready ready ready ready failed ready"),
    ],
)
def test_a_failure_holds_up_only_what_needs_it(
    steps: Steps, run: Callable[..., Report], broken: str, expected: str
) -> None:
    steps.errors[broken] = GoneError("it is gone", action="Ask for a new link.")
    report = run(TEXT)
    assert " ".join(states(report)) == expected
    assert report.exit_code == 4
    for row in report.rows:
        if row.state == "blocked":
            line = next(one.line for one in report.rows if one.state == "failed")
            assert row.text == f"not run: waits for line {line}"


def test_blocking_goes_on_through_what_is_blocked(steps: Steps, run: Callable[..., Report]) -> None:
    steps.errors["net"] = GoneError("gone")
    report = run("project https://github.com/o/r net\nlink net/x y\nlink y/z w")
    assert states(report) == ["failed", "blocked", "blocked"]


def test_a_name_that_only_begins_alike_is_not_inside(
    steps: Steps, run: Callable[..., Report]
) -> None:
    steps.errors["net"] = GoneError("gone")
    report = run("project https://github.com/o/r net\npip -r network/requirements.txt")
    assert states(report) == ["failed", "ready"]


def test_an_optional_failure_blocks_nothing(steps: Steps, run: Callable[..., Report]) -> None:
    steps.errors["data/a"] = GoneError("gone")
    report = run("dataset https://example.org/a.zip data/a --optional\nlink data/a x\npip numpy")
    assert states(report) == ["warning", "warning", "ready"]
    assert "line 1" in report.rows[1].text
    assert report.exit_code == 0
    assert "x" not in steps.ran


def test_what_the_machine_must_have_comes_first(steps: Steps, run: Callable[..., Report]) -> None:
    steps.errors["gpu"] = HardwareError("no GPU here")
    report = run("pip numpy\nrequire gpu\nrequire torch>=2")
    assert steps.ran == ["gpu", "numpy", "torch>=2"]
    assert states(report) == ["ready", "needs", "ready"]
    assert report.exit_code == 3


def test_settings_that_cannot_be_read_begin_nothing(tmp_path: Path) -> None:
    session = Session(tmp_path, environ={"PREFLIGHT_HOST": "no name!"})
    parsed = parse("env A=1")
    for begin in (lambda: session.prepare("env A=1", parsed), lambda: session.do(parsed)):
        with pytest.raises(PreflightError, match="is no name of a machine"):
            begin()
        assert session.report.snapshot()["state"] == "idle"


def test_a_mixed_line_is_checked_in_two_parts(run: Callable[..., Report], steps: Steps) -> None:
    text = "pip numpy\nrequire torch>=2 gpu"
    steps.errors["gpu"] = HardwareError("no GPU here")
    assert states(run(text)) == ["ready", "needs"]
    assert steps.ran == ["gpu", "numpy"]
    steps.ran.clear()
    steps.errors.clear()
    assert states(run(text)) == ["ready", "ready"]
    assert steps.ran == ["gpu", "numpy", "torch>=2"]


def test_a_package_that_an_earlier_line_brings_is_not_missed(
    monkeypatch: pytest.MonkeyPatch, steps: Steps, run: Callable[..., Report]
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    report = run("require ram>=1kB packaging>=1 lab\nrequire nowhere-to-be-found>=1 gpu")
    assert states(report) == ["ready", "needs"]
    assert "packaging" in report.rows[0].text
    assert "nowhere" not in report.rows[1].text


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ({"numpy": AuthError("log in")}, 3),
        ({"numpy": AuthError("log in"), "A=1": GoneError("gone")}, 4),
        ({"numpy": NetworkError("away", offline=True)}, 4),
        ({"numpy": PreflightError("broken")}, 4),
        ({"numpy": ZeroDivisionError("ours")}, 4),
    ],
)
def test_exit_codes(
    steps: Steps, run: Callable[..., Report], errors: dict[str, BaseException], code: int
) -> None:
    steps.errors.update(errors)
    assert run(TEXT).exit_code == code


def test_a_mistake_of_ours_is_said_and_logged(
    steps: Steps, run: Callable[..., Report], tmp_path: Path
) -> None:
    steps.errors["numpy"] = ZeroDivisionError("ours")
    report = run(TEXT)
    row = report.rows[4]
    assert row.state == "failed"
    assert "ZeroDivisionError" in row.text
    assert "Traceback" not in row.text
    assert "ZeroDivisionError: ours" in (tmp_path / ".preflight" / "error.log").read_text()
    assert report.rows[5].state == "ready"


def test_other_machines_lines_are_skipped(steps: Steps, run: Callable[..., Report]) -> None:
    report = run("pip --on colab a\npip --on '!lab' c\npip --on lab,kaggle d\napt --on cpu git")
    assert report.exit_code == 0
    assert states(report) == ["skipped", "skipped", "ready", "ready"]
    assert report.rows[0].text == "only on colab"


def test_fetch_only(steps: Steps, run: Callable[..., Report]) -> None:
    report = run("require gpu\n" + TEXT, fetch_only=True)
    assert "gpu" not in steps.ran
    assert "A=1" not in steps.ran
    assert "data/a" in steps.ran
    assert states(report)[0] == "skipped"
    assert (report.sentence, report.exit_code) == ("Fetched: 5 of 7 ready", 0)
    assert run("pip numpy", fetch_only=True).sentence == "Ready"


def test_an_interrupt_leaves_the_rest_waiting(steps: Steps, run: Callable[..., Report]) -> None:
    steps.errors["net"] = Interrupted()
    report = run(TEXT)
    assert states(report) == ["ready", "waiting", "waiting", "waiting", "waiting", "waiting"]
    assert report.exit_code == 130
    assert report.rows[1].text == "stopped; the next run goes on from here"


def test_a_single_step_changes_its_row_only(steps: Steps, tmp_path: Path) -> None:
    session = Session(tmp_path)
    steps.errors["data/a"] = GoneError("gone")
    session.prepare(TEXT, parse(TEXT))
    steps.errors.clear()
    before = [row.key for row in session.report.rows]
    report = session.do(parse("dataset https://example.org/a.zip    data/a"))
    assert [row.key for row in report.rows] == before
    assert report.rows[0].state == "ready"
    assert report.rows[0].line == 1


def test_nothing_runs_where_a_line_is_wrong(steps: Steps, tmp_path: Path) -> None:
    text = "pip numpy\ndatset https://example.org/a.zip data/a\nlink a"
    with pytest.raises(PreflightError) as caught:
        Session(tmp_path).prepare(text, parse(text))
    assert "line 2" in str(caught.value)
    assert "line 3" in str(caught.value)
    assert steps.ran == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("dataset https://example.org/a.zip data/a/", ["data/a"]),
        ("link ./data/a net/x", ["data/a", "net/x"]),
        ("pip -r net/r.txt", ["net/r.txt"]),
        ("pip -rnet/r.txt --constraint=net/c.txt", ["net/r.txt", "net/c.txt"]),
        ("pip -e ./net[extra] numpy", ["net", "numpy"]),
        ("run --in net python train.py", ["net", "python", "train.py"]),
    ],
)
def test_the_paths_of_a_step(line: str, paths: list[str]) -> None:
    parsed = parse(line)
    found = list(engine.paths(parsed.steps[0]))
    assert [path for path in found if path not in ("-r", "-e")] == paths


def test_a_package_that_preflight_needs_is_missing(
    run: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "filelock", None)
    (row,) = run("dataset https://example.org/a.zip data/a").rows
    assert row.error is not None
    assert (row.state, row.error["code"]) == ("failed", "install")
    assert row.text == (
        f"filelock is missing in {sys.executable}. "
        "Preflight needs it: run pip install jupyterlab-preflight there."
    )


def test_a_command_whose_package_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "packaging.specifiers", None)
    door = Door(Session(tmp_path), print, lambda report: None, lambda: "require pytest>=1")
    with pytest.raises(InstallError) as caught:
        execute(door, ["status", "-"])
    assert caught.value.reason.startswith("packaging is missing")


@pytest.mark.parametrize("name", [None, "", "_lzma", "jupyterlab_preflight.fetch.nothing"])
def test_a_module_of_ours_or_of_python_is_a_defect(name: str | None) -> None:
    assert incomplete(ModuleNotFoundError("gone", name=name)) is None


def test_a_package_that_is_damaged() -> None:
    told = incomplete(ImportError("no such name", name="urllib3.response"))
    assert str(told).startswith(f"urllib3 cannot be used in {sys.executable}. ")
