"""Work in a clone of ours that is not seen at a glance: hidden edits, other branches, odd names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.project.conftest import NET, Lab

LINE = f"project {NET} net"


@pytest.fixture
def push(lab: Lab) -> Callable[..., str]:
    return lab.hub.repos["me/net"].commit


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
@pytest.mark.parametrize("theirs", [b"theirs\n", None])
def test_edits_that_git_was_told_not_to_see(
    lab: Lab, push: Callable[..., str], flag: str, theirs: bytes | None
) -> None:
    lab.run(LINE)
    lab.git("update-index", flag, "model.py", "util/io.py")
    lab.write("net/model.py", "mine\n")
    lab.write("net/util/io.py", "mine too\n")
    head = push({"model.py": theirs, "train.py": b"news\n"})
    lab.run(LINE)
    kept = lab.backups() if theirs else {"net/model.py": lab.read("net/model.py")}
    assert kept == {"net/model.py": "mine\n"}
    assert lab.read("net/util/io.py") == "mine too\n"
    assert lab.read("net/train.py") == "news\n"
    assert lab.git("rev-parse", "HEAD").strip() == head
    assert lab.git("status", "--porcelain") == ("" if theirs else "?? model.py\n")
    assert lab.run(LINE).text == "up to date"


def test_another_branch_with_local_commits(lab: Lab, push: Callable[..., str]) -> None:
    push({"model.py": b"dev\n"}, branch="dev")
    lab.run(LINE)
    lab.git("switch", "-q", "-c", "dev")
    lab.write("net/model.py", "mine\n")
    lab.git("commit", "-qam", "Mine")
    mine = lab.git("rev-parse", "HEAD")
    lab.git("switch", "-q", "main")
    text = lab.run(f"{LINE} --ref dev").text
    assert text.startswith("yours, left as it is: ")
    assert text.endswith(" on branch dev")
    assert lab.git("rev-parse", "dev") == mine


def test_to_another_branch_and_back(lab: Lab, push: Callable[..., str]) -> None:
    push({"model.py": b"dev\n"}, branch="dev")
    for line in (LINE, f"{LINE} --ref dev", LINE):
        lab.run(line)
    push({"model.py": b"dev 2\n"}, branch="dev")
    assert lab.run(f"{LINE} --ref dev").text == "1 file updated: model.py"
    assert lab.git("branch", "--show-current") == "dev\n"


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are Unicode there")
def test_names_that_are_not_utf_8(lab: Lab) -> None:
    lab.run(LINE)
    repo, name = lab.hub.repos["me/net"], os.fsdecode(b"caf\xe9.py")
    work = lab.root.parent / "work"
    subprocess.run(["git", "clone", "-q", str(repo.path), str(work)], check=True)
    (work / name).write_text("new\n")
    for words in (["add", "-A"], ["commit", "-qm", "Name"], ["push", "-q", "origin", "main"]):
        subprocess.run(["git", *words], cwd=work, check=True)
    assert lab.run(LINE).text.startswith("1 file updated: ")
    assert lab.net(name).read_text() == "new\n"
    assert lab.run(LINE).text == "up to date"
