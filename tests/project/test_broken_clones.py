"""Clones that are locked, somebody else's or damaged, and machines without git."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    BusyError,
    ConflictError,
    PreflightError,
)
from jupyterlab_preflight.project import locks
from tests.project.clones import LINE
from tests.project.conftest import Lab
from tests.project.world import tree


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "shallow.lock"])
def test_a_young_lock(
    lab: Lab, push: Callable[..., str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.3)
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lab.net(f".git/{name}").write_text("")
    before = tree(lab.net())
    error = lab.fails(LINE)
    assert isinstance(error, BusyError)
    assert name in error.reason
    assert tree(lab.net()) == before
    lab.net(f".git/{name}").unlink()
    assert lab.run(LINE).text == "1 file updated: model.py"


def test_an_old_lock_is_removed_and_named(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lock = lab.net(".git/index.lock")
    lock.write_text("")
    os.utime(lock, (time.time() - 3600,) * 2)
    outcome = lab.run(LINE)
    assert outcome.text == "1 file updated: model.py"
    assert any("index.lock" in note for note in outcome.notes)
    assert not lock.exists()


def test_a_lock_that_appears_in_the_middle(
    lab: Lab, push: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are swapped; the index follows with the next run."""
    from jupyterlab_preflight.project import clone

    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    real = clone.move_to

    def locked(*arguments: object) -> None:
        lab.net(".git/index.lock").write_text("")
        real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(clone, "move_to", locked)
        assert isinstance(lab.fails(LINE), BusyError)
    lab.net(".git/index.lock").unlink()
    outcome = lab.run(LINE)
    assert outcome.notes[0] == "Finished an update that was interrupted."
    assert lab.git("status", "--porcelain") == ""
    assert lab.read("net/model.py") == "theirs\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_dubious_ownership(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    for path in [lab.net(), *lab.net().rglob("*")]:
        os.chown(path, 12345, 12345, follow_symlinks=False)
    error = lab.fails(LINE)
    assert isinstance(error, ConflictError)
    assert "another user" in error.reason
    assert f"safe.directory {lab.net()}" in error.action


@pytest.mark.parametrize("name", ["HEAD", "index", "config"])
def test_a_damaged_clone_is_an_error_in_words(
    lab: Lab, push: Callable[..., str], name: str
) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lab.net(f".git/{name}").write_bytes(b"\0\xff garbage")
    before = tree(lab.net())
    assert isinstance(lab.fails(LINE), PreflightError)
    assert tree(lab.net()) == before


def test_no_git_any_more(
    lab: Lab, push: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The route is never switched silently."""
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    before = tree(lab.net())
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = lab.run(LINE)
    assert outcome.state == "warning"
    assert "git is not on this machine" in outcome.text
    assert tree(lab.net()) == before


def test_no_git_at_first(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("jupyterlab_preflight.project.git.Git.find", lambda *arguments: None)
        assert "git is not on this machine" in lab.fails(f"{LINE} --git").reason
        assert lab.run(LINE).text == "5 files"
    assert not lab.net(".git").exists()
    lab.hub.repos["me/net"].commit({"model.py": b"theirs\n"})
    assert lab.run(LINE).text == "1 file updated: model.py"
    assert not lab.net(".git").exists()
    assert isinstance(lab.fails(f"{LINE} --git"), ConflictError)


def test_the_other_route_is_asked_for(lab: Lab) -> None:
    lab.run(LINE)
    assert isinstance(lab.fails(f"{LINE} --archive"), ConflictError)


def test_options_that_leave_files_out_take_the_archive(lab: Lab) -> None:
    outcome = lab.run(f"{LINE} --include 'util/**'")
    assert outcome.text == "2 files"
    assert not lab.net(".git").exists()
