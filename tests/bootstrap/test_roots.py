"""Where a kernel works: on the root of its cells, whatever its commands have looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.errors import PreflightError
from jupyterlab_preflight.magic import line_command, prepare_cell
from jupyterlab_preflight.report import Report


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A kernel in ``here``, and a text in ``there``."""
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    monkeypatch.delenv("PREFLIGHT_ROOT", raising=False)
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    (tmp_path / "there/steps.txt").write_text("env A=1\n")
    (tmp_path / "there/wrong.txt").write_text("nonsense\n")
    monkeypatch.chdir(tmp_path / "here")
    return Session(tmp_path / "here", environ={})


def draw(report: Report) -> None:
    """Show nothing."""


@pytest.mark.parametrize(
    ("line", "fails"),
    [
        ("check ../there/steps.txt", False),
        ("check ../there/wrong.txt", True),
        ("script ../there/steps.txt", False),
        ("status ../there/steps.txt", False),
        ("verify ../there/steps.txt", True),
        ("prepare ../there/steps.txt", False),
        ("clean --root ../there", False),
        ("clean --root ../there --nonsense", True),
    ],
)
def test_a_command_moves_no_kernel(
    session: Session, tmp_path: Path, line: str, fails: bool
) -> None:
    try:
        line_command(session, line, draw)
    except PreflightError:
        assert fails
    else:
        assert not fails
    assert (session.state.root, session.folder) == (tmp_path / "here",) * 2
    line_command(session, "env B=2", draw)
    assert session.report.root == str(tmp_path / "here")


def test_a_report_tells_the_root_that_it_is_of(session: Session, tmp_path: Path) -> None:
    line_command(session, "prepare ../there/steps.txt", draw)
    line_command(session, "check ../there/steps.txt --root /", draw)
    assert session.report.root == str(tmp_path / "there")


@pytest.mark.parametrize(
    ("root", "lies"), [("w2", "here/w2"), ("../there", "there"), ("~/w3", "w3")]
)
def test_the_root_of_a_cell_lies_beside_its_notebook(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str, lies: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir("/")  # as a cell may have done before
    prepare_cell(session, f"--root {root}", "env A=1", draw)
    assert session.report.root == str(tmp_path / lies)
    prepare_cell(session, f"--root {root}", "env A=1", draw)
    assert session.report.root == str(tmp_path / lies)


@pytest.mark.parametrize("door", ["command", "cell"])
def test_what_names_its_root_is_known_in_its_folder_too(
    session: Session, tmp_path: Path, door: str
) -> None:
    (tmp_path / "here/w2/x").mkdir(parents=True)
    cell = "link x d"
    if door == "command":
        (tmp_path / "here/nb.txt").write_text(f"%%preflight --root w2\n{cell}\n")
        line_command(session, "prepare nb.txt", draw)
    else:
        prepare_cell(session, "--root w2", cell, draw)
    for folder in ("here", "here/w2"):
        line_command(Session(tmp_path / folder), "status", draw)


def test_the_root_of_a_command_says_nothing_of_the_folder(session: Session, tmp_path: Path) -> None:
    (tmp_path / "here/nb.txt").write_text("%%preflight --root w2\nenv A=1\n")
    line_command(session, "prepare nb.txt --root ../there", draw)
    assert session.last() is None
    assert Session(tmp_path / "there").last() is not None
