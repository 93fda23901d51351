"""What a killed run has left of the files that it was writing, and who removes it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.inspect import clean_staging
from jupyterlab_preflight.bootstrap.state import State, write_text
from jupyterlab_preflight.fetch.model import Entry
from jupyterlab_preflight.fetch.owner import Owner, myself, started

GONE = replace(myself(), pid=4_194_305, start=1)
"""A process that is no more: no machine has so high a number."""


def killed_while(path: Path, owner: Owner) -> Path:
    """What a killed process has left of a file that it was writing."""
    left = path.with_name(f"{path.name}.{owner}-0123abcd.new")
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text("half")
    return left


def test_a_killed_run_leaves_nothing_behind_for_good(tmp_path: Path) -> None:
    state, parent = State(tmp_path), os.getppid()
    state.set_manifest("data/a", {"x": Entry("x", 1, 2)})
    state.set_mark("data/a", {"kind": "dataset"})
    (manifest,) = (tmp_path / ".preflight/manifests").iterdir()
    (mark,) = (tmp_path / ".preflight/marks").iterdir()
    left = [killed_while(path, GONE) for path in (manifest, mark)]
    other = killed_while(manifest.with_name("b.json"), GONE)
    writing = killed_while(manifest, replace(GONE, pid=parent, start=started(parent) or 0))
    state.set_manifest("data/a", {"x": Entry("x", 1, 3)})
    state.set_mark("data/a", {"kind": "dataset"})
    assert [path.exists() for path in left] == [False, False]
    assert other.exists()  # of another destination: its own next run, or clean
    assert writing.exists()
    assert state.manifest("data/a") == {"x": Entry("x", 1, 3)}


def test_clean_removes_what_nobody_writes_any_more(tmp_path: Path) -> None:
    state = State(tmp_path)
    home = state.folder()
    left = [killed_while(home / name, GONE) for name in ("last.json", "manifests/a", "looks/b")]
    elsewhere = replace(GONE, host="0" * 8)
    writing = killed_while(home / "marks/c", elsewhere)
    old = killed_while(home / "marks/d", elsewhere)
    os.utime(old, (1, 1))
    mine = home / "marks/mine.new"
    mine.touch()
    assert clean_staging(state) == 16
    assert [path.exists() for path in (*left, old, writing, mine)] == [False] * 4 + [True] * 2


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a", "\udcff")
    (tmp_path / "b").mkdir()
    with pytest.raises(Exception, match="cannot be written"):
        write_text(tmp_path / "b", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
