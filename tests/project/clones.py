"""Clones made by hand, and what must hold of those that are left alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.project.conftest import NET, Lab
from tests.project.world import tree

LINE = f"project {NET} net"


def left_alone(lab: Lab, line: str = LINE) -> str:
    """Run *line* over a clone that must not change in any way; what the row says."""
    before, git = tree(lab.root), everything(lab.net(".git").resolve())
    head = lab.git("rev-parse", "HEAD").strip()
    lab.cloud.clear()
    outcome = lab.run(line)
    assert outcome.state == "ready"
    assert outcome.meta.endswith(head[:7])
    assert tree(lab.root) == before
    assert everything(lab.net(".git").resolve()) == git
    assert lab.cloud.log == []
    return outcome.text


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != "info/exclude"
    }


def clone_by_hand(lab: Lab, *options: str, url: str = f"{NET}.git", to: str = "net") -> None:
    subprocess.run(
        ["git", "clone", "-q", *options, url, to], cwd=lab.root, check=True, capture_output=True
    )
