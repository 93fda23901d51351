"""What a root is known by, and what the clone around it is told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.state import State


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("cats[1]", "cats1"),
        ("cats*", "cats-all"),
        ("ca?s", "cats"),
        ("ca\\ts", "cats"),
        ("a\\*", "a\\b"),
        ("!cats", "cats"),
        ("#cats", "cats"),
        ("cats ", "cats"),
        ("two  ", "two "),
        ("my cats", "mycats"),
        ("two\nlines", "lines"),
        ("end\r", "end"),
    ],
)
def test_a_clone_leaves_out_this_path_and_no_other(tmp_path: Path, name: str, other: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    git = ["git", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    state = State(root)
    for one in (name, other):
        (root / one).mkdir()
        (root / one / "file").touch()
    state.exclude(root / name)
    state.exclude(root / name)  # once is enough
    lines = (root / ".git/info/exclude").read_text().splitlines()
    assert sum(line.startswith("/") for line in lines) == 1
    shown = subprocess.run([*git, "status", "-z", "--short"], check=True, capture_output=True)
    assert shown.stdout == os.fsencode(f"?? {other}/\0")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    root = Path(os.fsdecode(os.fsencode(clone) + b"/\xff"))
    root.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(clone)], check=True)
    before = sorted((clone / ".git/info").iterdir())
    State(root).exclude(root / "data")
    assert sorted((clone / ".git/info").iterdir()) == before
