"""Clones: which are ours to follow, and which are somebody's work."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from jupyterlab_preflight.errors import (
    ConflictError,
)
from tests.project.clones import LINE, clone_by_hand, left_alone
from tests.project.conftest import FILES, NET, Lab
from tests.project.world import tree


def test_it_can_commit_and_push(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    lab.hub.tokens["push-token"] = {"me/net"}
    lab.write("net/model.py", "mine\n")
    lab.git("commit", "-qam", "Mine")
    assert lab.run(LINE).text == "yours, left as it is: 1 local commit"
    lab.git(
        "-c", "http.extraHeader=Authorization: Bearer push-token", "push", "-q", "origin", "main"
    )
    head = lab.git("rev-parse", "HEAD").strip()
    assert lab.hub.repos["me/net"].sha("main") == head
    assert lab.run(LINE).text == "up to date"
    push({"train.py": b"news\n"})
    assert lab.run(LINE).text == "1 file updated: train.py"


def test_the_user_may_pull_himself(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"train.py": b"news\n"})
    lab.git("pull", "-q", "--ff-only")
    assert lab.run(LINE).text == "up to date"
    sha = push({"train.py": b"more\n"})
    assert lab.run(LINE).meta == f"main@{sha[:7]}"
    assert lab.git("status", "--porcelain") == ""


def test_it_stays_shallow(lab: Lab, push: Callable[..., str]) -> None:
    for number in range(3):
        push({"train.py": f"{number}\n".encode()})
    lab.run(LINE)
    assert lab.git("rev-list", "--count", "HEAD").strip() == "1"
    push({"train.py": b"news\n"})
    lab.run(LINE)
    assert lab.git("rev-list", "--count", "HEAD").strip() == "1"
    assert lab.git("fsck", "--connectivity-only") == ""


def test_a_history_that_was_fetched_stays(lab: Lab, push: Callable[..., str]) -> None:
    for number in range(3):
        push({"train.py": f"{number}\n".encode()})
    lab.run(LINE)
    lab.git("fetch", "-q", "--unshallow")
    push({"train.py": b"news\n"})
    lab.run(LINE)
    assert lab.git("rev-list", "--count", "HEAD").strip() == "5"


def test_line_ends_and_filters_are_gits(lab: Lab, push: Callable[..., str]) -> None:
    push({".gitattributes": b"*.bat eol=crlf\n", "run.bat": b"one\ntwo\n"})
    lab.run(LINE)
    assert lab.net("run.bat").read_bytes() == b"one\r\ntwo\r\n"
    push({"run.bat": b"one\ntwo\nthree\n"})
    assert lab.run(LINE).text == "1 file updated: run.bat"
    assert lab.net("run.bat").read_bytes() == b"one\r\ntwo\r\nthree\r\n"
    assert lab.git("status", "--porcelain") == ""


@pytest.mark.parametrize("url", [NET, f"{NET}.git", f"{NET}/", "https://github.com/Me/Net.git"])
def test_a_clone_made_by_hand(lab: Lab, url: str) -> None:
    lab.hub.repos["Me/Net"] = lab.hub.repos["me/net"]
    clone_by_hand(lab, url=url.rstrip("/"))
    if url.endswith("/"):
        lab.git("remote", "set-url", "origin", url)
    lab.write("net/model.py", "mine\n")
    assert left_alone(lab) == "yours, left as it is"


@pytest.mark.parametrize("url", ["git@github.com:me/net.git", "ssh://git@github.com/me/net"])
def test_a_clone_made_by_hand_over_ssh(lab: Lab, url: str) -> None:
    clone_by_hand(lab)
    lab.git("remote", "set-url", "origin", url)
    assert left_alone(lab) == "yours, left as it is"


def test_a_fork_with_the_project_as_upstream(lab: Lab) -> None:
    clone_by_hand(lab)
    lab.git("remote", "rename", "origin", "upstream")
    lab.git("remote", "add", "origin", "https://github.com/someone/fork.git")
    assert left_alone(lab) == "yours, left as it is"


def test_a_linked_worktree(lab: Lab) -> None:
    clone_by_hand(lab, to="main-clone")
    lab.git("worktree", "add", "-q", "../net", "-b", "try", folder="main-clone")
    assert left_alone(lab) == "yours, left as it is"


def test_a_clone_of_something_else(lab: Lab) -> None:
    lab.hub.add_repo("me/other", FILES)
    clone_by_hand(lab, url="https://user:hunter2@github.com/me/other.git")
    before = tree(lab.net())
    error = lab.fails(LINE)
    assert isinstance(error, ConflictError)
    assert "me/other" in error.reason
    assert "hunter2" not in str(error)
    assert tree(lab.net()) == before


@pytest.mark.parametrize("login", ["ghp_canary", "me:ghp_canary", "me@home.org:ghp_canary"])
def test_a_login_in_its_settings_is_told(lab: Lab, login: str) -> None:
    clone_by_hand(lab)
    lab.git("remote", "set-url", "origin", f"https://{login}@github.com/me/net.git")
    notes = lab.run(LINE).notes
    assert any("git remote set-url" in note for note in notes)
    assert "canary" not in str(notes)


def test_a_clone_of_ours_with_local_commits(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    for number in range(2):
        lab.write("net/model.py", f"mine {number}\n")
        lab.git("commit", "-qam", "Mine")
    assert left_alone(lab) == "yours, left as it is: 2 local commits"


def test_a_clone_of_ours_on_another_branch(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lab.git("switch", "-q", "-c", "idea")
    assert left_alone(lab) == "yours, left as it is: on branch idea"


def test_a_clone_of_ours_with_a_detached_head(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lab.git("switch", "-q", "--detach")
    assert left_alone(lab) == "yours, left as it is: on a commit of its own"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("MERGE_HEAD", "a merge"),
        ("rebase-merge", "a rebase"),
        ("rebase-apply", "a rebase"),
        ("CHERRY_PICK_HEAD", "a cherry-pick"),
        ("REVERT_HEAD", "a revert"),
        ("BISECT_LOG", "a bisection"),
    ],
)
def test_a_clone_of_ours_in_the_middle_of_something(
    lab: Lab, push: Callable[..., str], name: str, what: str
) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    if name.startswith("rebase"):
        lab.net(f".git/{name}").mkdir()
    else:
        lab.net(f".git/{name}").write_text(lab.git("rev-parse", "HEAD"))
    assert left_alone(lab) == f"yours, left as it is: {what} is in progress"


def test_staged_for_a_commit(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lab.write("net/model.py", "staged\n")
    lab.write("net/new.py", "staged\n")
    lab.git("add", "model.py", "new.py")
    lab.write("net/model.py", "not staged\n")
    assert left_alone(lab) == "yours, left as it is: 2 files staged for a commit"


def test_a_sparse_checkout_of_the_user(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    lab.git("sparse-checkout", "set", "util")
    assert left_alone(lab) == "yours, left as it is: a sparse checkout"


def test_rewritten_upstream_and_local_commits(lab: Lab, push: Callable[..., str]) -> None:
    lab.run(LINE)
    lab.write("net/model.py", "mine\n")
    lab.git("commit", "-qam", "Mine")
    push({"model.py": b"rewritten\n"}, onto="")
    assert left_alone(lab) == "yours, left as it is: 1 local commit"


def test_git_was_removed_from_a_clone_of_ours(lab: Lab, push: Callable[..., str]) -> None:
    """Its files stay, are compared, and become a clone again."""
    lab.run(LINE)
    shutil.rmtree(lab.net(".git"))
    lab.write("net/notes.md", "mine\n")
    push({"model.py": b"theirs\n"})
    lab.run(LINE)
    assert lab.read("net/notes.md") == "mine\n"
    assert lab.read("net/model.py") == "theirs\n"
    assert lab.git("status", "--porcelain").split() == ["??", "notes.md"]


def test_commands_never_reach_the_clone_around(lab: Lab, push: Callable[..., str]) -> None:
    """The root lies in a repository of the user's; ours lies in the root."""
    lab.git("init", "-q", "-b", "work", folder=".")
    lab.write("mine.txt", "mine\n")
    lab.git("add", "mine.txt", folder=".")
    lab.git("commit", "-qm", "Mine", folder=".")
    before = lab.git("log", "--all", "--format=%H %D", folder=".")
    lab.run(LINE)
    push({"model.py": b"theirs\n"})
    shutil.rmtree(lab.net(".git"))
    lab.run(LINE)
    push({"model.py": b"newer\n"})
    lab.run(LINE)
    assert lab.git("log", "--all", "--format=%H %D", folder=".") == before
    assert lab.git("status", "--porcelain", folder=".") == ""


def test_a_link_to_the_users_own_clone(lab: Lab) -> None:
    clone_by_hand(lab, to="elsewhere")
    lab.net().symlink_to("elsewhere")
    assert left_alone(lab) == "yours, left as it is"
