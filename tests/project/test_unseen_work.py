"""Work in a clone of ours that is not seen at a glance: hidden edits, other branches, odd names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.project.conftest import NET, Lab

LINE = f"project {NET} net"


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


def test_a_worktree_that_its_user_has_made_of_a_clone_of_ours(
    lab: Lab, push: Callable[..., str]
) -> None:
    lab.run(LINE)
    lab.git("worktree", "add", "-q", "--track", "-b", "main-2", "../copy", "origin/main")
    before = lab.git("rev-parse", "main-2")
    push({"model.py": b"theirs\n"})
    assert lab.run(f"project {NET} copy").text == "yours, left as it is"
    assert lab.git("rev-parse", "main-2") == before
    assert lab.git("status", "--porcelain", folder="copy") == ""
    assert lab.run(LINE).text == "1 file updated: model.py"
    assert lab.git("rev-parse", "main-2") == before


@pytest.mark.parametrize("rebased", [False, True])
def test_a_branch_that_a_worktree_of_the_user_is_on(
    lab: Lab, push: Callable[..., str], rebased: bool
) -> None:
    push({"model.py": b"dev\n"}, branch="dev")
    lab.run(f"{LINE} --ref dev")
    lab.run(LINE)
    lab.git("worktree", "add", "-q", "../copy", "dev")
    if rebased:
        stops = ["-c", "sequence.editor=sed -i 1ibreak"]
        lab.git(*stops, "rebase", "-q", "-i", "--root", folder="copy")
    before = lab.git("rev-parse", "dev")
    push({"model.py": b"dev 2\n"}, branch="dev")
    text = lab.run(f"{LINE} --ref dev").text
    assert text == f"yours, left as it is: branch dev is checked out in {lab.root}/copy"
    assert lab.git("rev-parse", "dev") == before
    lab.git("worktree", "remove", "--force", "../copy")
    assert lab.run(f"{LINE} --ref dev").text == "1 file updated: model.py"


def test_a_worktree_that_is_known_by_a_relative_path(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    lab.git("worktree", "add", "-q", "--force", "../copy", "main")
    own = lab.net() / ".git/worktrees/copy"  # as git worktree add --relative-paths writes it
    (own / "gitdir").write_text("../../../../copy/.git\n")
    push({"model.py": b"theirs\n"})
    text = lab.run(LINE).text
    assert text == f"yours, left as it is: branch main is checked out in {lab.root}/copy too"


def test_one_branch_here_and_in_a_worktree(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    lab.git("worktree", "add", "-q", "--force", "../copy", "main")
    before = lab.git("rev-parse", "main")
    push({"model.py": b"theirs\n"})
    text = lab.run(LINE).text
    assert text == f"yours, left as it is: branch main is checked out in {lab.root}/copy too"
    assert lab.git("rev-parse", "main") == before
    assert lab.git("status", "--porcelain", folder="copy") == ""


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
