"""Clones: which are ours to follow, which are somebody's work, and what git is allowed to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    BusyError,
    ConflictError,
    PreflightError,
)
from jupyterlab_preflight.project import gitroute
from tests.fakecloud import FakeCloud
from tests.project.conftest import FILES, NET, Lab, tree

LINE = f"project {NET} net"


@pytest.fixture
def push(lab: Lab) -> Callable[..., str]:
    return lab.hub.repos["me/net"].commit


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


# -- a real clone ---------------------------------------------------------------------------------


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


# -- somebody's work ------------------------------------------------------------------------------


def clone_by_hand(lab: Lab, *options: str, url: str = f"{NET}.git", to: str = "net") -> None:
    subprocess.run(
        ["git", "clone", "-q", *options, url, to], cwd=lab.root, check=True, capture_output=True
    )


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


# -- the notebook lies in a clone of the project --------------------------------------------------


@pytest.fixture
def inside(lab: Lab) -> Lab:
    """The root is a folder of the user's own clone of the project."""
    clone_by_hand(lab, to="clone")
    lab.root = lab.root / "clone"
    lab.folder = lab.root
    return lab


@pytest.mark.parametrize("below", ["", "notebooks/deep"])
def test_the_notebook_is_in_its_own_project(inside: Lab, below: str) -> None:
    lab = inside
    top = lab.root
    lab.root = lab.folder = top / below
    lab.root.mkdir(parents=True, exist_ok=True)
    lab.cloud.clear()
    outcome = lab.run(LINE)
    assert outcome.state == "ready"
    assert outcome.text == "yours, left as it is"
    assert outcome.meta.startswith("main@")
    assert lab.net().is_symlink()
    assert not os.path.isabs(os.readlink(lab.net()))
    assert lab.net().resolve() == top
    assert lab.read("net/model.py") == "SIZE = 3\n"
    assert lab.cloud.log == []
    assert lab.git("status", "--porcelain", folder=".") == ""
    assert lab.run(LINE).text == "yours, left as it is"
    assert lab.cloud.log == []


def test_its_link_survives_a_move(inside: Lab) -> None:
    inside.run(LINE)
    moved = inside.root.parent / "moved"
    inside.root.rename(moved)
    inside.root = inside.folder = moved
    assert inside.run(LINE).text == "yours, left as it is"
    assert inside.net().resolve() == moved


def test_the_project_has_a_folder_of_that_name(inside: Lab) -> None:
    inside.write("net/__init__.py", "")
    error = inside.fails(LINE)
    assert isinstance(error, ConflictError)
    assert "repository that this notebook lies in" in error.reason
    assert inside.read("net/__init__.py") == ""


def test_a_notebook_in_another_repository(inside: Lab) -> None:
    inside.hub.add_repo("me/other", {"x.py": b"x\n"})
    assert inside.run("project https://github.com/me/other other").text == "1 file"
    assert inside.git("status", "--porcelain", folder=".") == ""


def test_a_link_to_the_users_own_clone(lab: Lab) -> None:
    clone_by_hand(lab, to="elsewhere")
    lab.net().symlink_to("elsewhere")
    assert left_alone(lab) == "yours, left as it is"


# -- locks, owners, broken clones -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "shallow.lock"])
def test_a_young_lock(
    lab: Lab, push: Callable[..., str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gitroute, "_PATIENCE", 0.3)
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


# -- what git may do ------------------------------------------------------------------------------


def test_nothing_of_the_repository_runs(lab: Lab, push: Callable[..., str], tmp_path: Path) -> None:
    lab.run(LINE)
    bait = tmp_path / "ran"
    for name in ("post-checkout", "post-merge", "reference-transaction", "post-index-change"):
        hook = lab.net(f".git/hooks/{name}")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {bait}\n")
        hook.chmod(0o755)
    lab.git("config", "core.fsmonitor", f"touch {bait}")
    push({"model.py": b"theirs\n"})
    assert lab.run(LINE).text == "1 file updated: model.py"
    assert not bait.exists()


def test_no_token_in_any_argument(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = shutil.which("git")
    log = tmp_path / "argv.log"
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$*" >> {log}\n'
        f'env | grep -c GIT_CONFIG_VALUE >> {log}.env\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    token = "ghp_" + "canary" * 6
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens[token] = {"me/net"}
    lab.secrets.give("GITHUB_TOKEN", token)
    line = f"{LINE} --secret GITHUB_TOKEN"
    lab.run(line)
    lab.hub.repos["me/net"].commit({"model.py": b"theirs\n"})
    assert lab.run(line).text == "1 file updated: model.py"
    said = log.read_text()
    assert "fetch" in said
    assert "canary" not in said
    assert "Authorization" not in said
    counts = Path(f"{log}.env").read_text().split()
    assert "0" in counts  # only the calls that go over the network see it
    assert "canary" not in lab.net(".git/config").read_text()


def test_it_is_sent_to_its_own_host_only(lab: Lab, cloud: FakeCloud) -> None:
    from tests.fakecloud import Request, Response, redirect, text

    token = "ghp_" + "canary" * 6
    lab.secrets.give("GITHUB_TOKEN", token)
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens[token] = {"me/net"}
    seen: list[str] = []

    def thief(request: Request) -> Response:
        seen.append(request.headers.get("authorization", ""))
        return text(404, "nothing")

    def github(request: Request) -> Response:
        if "/info/refs" in request.target:
            return redirect("https://thief.example.org" + request.target)
        return lab.hub.handle(request)

    cloud.host("thief.example.org", thief)
    cloud.host("github.com", github)
    lab.fails(f"{LINE} --secret GITHUB_TOKEN")
    assert not any(seen)


def test_the_users_own_insteadof_cannot_open_other_transports(
    lab: Lab, tmp_path: Path, push: Callable[..., str]
) -> None:
    lab.run(LINE)
    bait = tmp_path / "ran"
    lab.git("config", f"url.ext::sh -c touch% {bait} .insteadOf", "https://github.com/")
    push({"model.py": b"theirs\n"})
    lab.fails(LINE)
    assert not bait.exists()


def test_words_of_a_server_cannot_draw(lab: Lab, cloud: FakeCloud) -> None:
    from tests.fakecloud import Request, Response

    lab.run(LINE)
    lab.hub.repos["me/net"].commit({"model.py": b"theirs\n"})
    real = lab.hub.handle

    def github(request: Request) -> Response:
        if request.target.endswith("git-upload-pack") and b"command=fetch" in request.body:
            line = b"ERR \x1b[2J\x1b]0;owned\x07boo"
            return Response(
                200,
                [("Content-Type", "application/x-git-upload-pack-result")],
                b"%04x%s" % (len(line) + 4, line),
            )
        return real(request)

    cloud.host("github.com", github)
    error = lab.fails(LINE)
    assert "\x1b" not in str(error)
    assert "boo" in str(error)
