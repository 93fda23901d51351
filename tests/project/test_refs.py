"""Versions and logins of a project, and what stands in its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    ConflictError,
    GoneError,
    IntegrityError,
    LinkError,
)
from tests.project.conftest import FILES, Lab, is_clean
from tests.project.world import tree


def test_branch_and_tag(lab: Lab, line: str, push: Callable[..., str]) -> None:
    repo = lab.hub.repos["me/net"]
    repo.tag("v1", annotated=True)
    sha = push({"model.py": b"SIZE = 9\n"}, branch="feat/wide")
    outcome = lab.run(f"{line} --ref feat/wide")
    assert outcome.meta == f"feat/wide@{sha[:7]}"
    assert lab.read("net/model.py") == "SIZE = 9\n"
    lab.run(f"{line} --ref v1")
    assert lab.read("net/model.py") == "SIZE = 3\n"
    outcome = lab.run(line)
    assert outcome.meta.endswith(repo.sha("main")[:7])
    assert is_clean(lab)


def test_a_commit_makes_no_request_once_it_is_here(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    sha = lab.hub.repos["me/net"].sha("main")
    push({"model.py": b"SIZE = 4\n"})
    assert lab.run(f"{line} --ref {sha}").files == 5
    assert lab.read("net/model.py") == "SIZE = 3\n"
    lab.cloud.clear()
    outcome = lab.run(f"{line} --ref {sha.upper()}")
    assert (outcome.text, outcome.meta) == ("up to date", sha[:7])
    assert lab.cloud.log == []
    with lab.cloud.away():
        assert lab.run(f"{line} --ref {sha}").state == "ready"


def test_a_ref_that_is_not_there(lab: Lab, line: str) -> None:
    error = lab.fails(f"{line} --ref nowhere")
    assert isinstance(error, GoneError)
    assert "nowhere" in error.reason
    lab.run(line)
    before = tree(lab.net())
    lab.fails(f"{line} --ref nowhere")
    assert tree(lab.net()) == before


@pytest.mark.parametrize(
    "ref", ["--upload-pack=touch x", "-x", "a..b", "a b", "a:b", "a^{}", "@{-1}", "a\\b", "x.lock"]
)
def test_a_hostile_ref_is_a_mistake_in_the_line(line: str, ref: str) -> None:
    from jupyterlab_preflight.bootstrap.grammar import parse, quote

    (problem,) = parse(f"{line} --ref={quote(ref)}").problems
    assert "cannot be the name of a branch" in problem.message


def test_a_ref_that_git_would_not_take(lab: Lab, line: str) -> None:
    assert isinstance(lab.fails(f"{line} --ref=x.lock/y"), LinkError)
    assert not lab.net().exists()
    assert lab.cloud.log == []


def test_rewritten_upstream(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/train.py", "mine\n")
    sha = push({"model.py": b"rewritten\n", "train.py": b"rewritten\n"}, onto="")
    outcome = lab.run(line)
    assert outcome.meta.endswith(sha[:7])
    assert tree(lab.net()) == {
        "model.py": (b"rewritten\n", False),
        "train.py": (b"rewritten\n", False),
    }
    assert lab.backups() == {"net/train.py": "mine\n"}


def test_the_default_branch_was_renamed(lab: Lab, line: str) -> None:
    lab.run(line)
    repo = lab.hub.repos["me/net"]
    repo.git("branch", "-m", "main", "trunk")
    repo.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    sha = repo.commit({"model.py": b"SIZE = 4\n"})
    outcome = lab.run(line)
    assert outcome.meta.endswith(sha[:7])
    assert lab.read("net/model.py") == "SIZE = 4\n"
    assert lab.run(line).text == "up to date"
    assert is_clean(lab)


def test_a_renamed_repository(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    push({"model.py": b"SIZE = 4\n"})
    lab.hub.rename("me/net", "me/network")
    lab.run(line)
    assert lab.read("net/model.py") == "SIZE = 4\n"


def test_the_checksum_of_the_tree(lab: Lab, line: str) -> None:
    from jupyterlab_preflight.bootstrap.sums import tree_sha256
    from jupyterlab_preflight.fetch.model import Entry
    from jupyterlab_preflight.progress import Progress

    lab.run(line)
    good = tree_sha256(lab.net(), {name: Entry(name) for name in FILES}, Progress())
    shutil.rmtree(lab.net())
    assert isinstance(lab.fails(f"{line} --sha256 {'0' * 64}"), IntegrityError)
    assert not lab.net().exists()
    assert lab.run(f"{line} --sha256 {good}").text == "5 files"


def test_private_with_a_named_secret(lab: Lab, line: str) -> None:
    token = "ghp_" + "s3cretCanary" * 3
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens[token] = {"me/net"}
    assert isinstance(lab.fails(line), (GoneError, AuthError))
    lab.secrets.give("GITHUB_TOKEN", token)
    assert lab.run(f"{line} --secret GITHUB_TOKEN").files == 5
    lab.hub.repos["me/net"].commit({"model.py": b"SIZE = 4\n"})
    assert lab.run(f"{line} --secret GITHUB_TOKEN").text == "1 file updated: model.py"
    _check_no_secret(lab.root, token)


def test_private_with_a_known_secret(lab: Lab, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "ghp_" + "s3cretCanary" * 3
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens[token] = {"me/net"}
    monkeypatch.setenv("GITHUB_TOKEN", token)
    assert lab.run(line).files == 5
    assert lab.run(line).text == "up to date"
    _check_no_secret(lab.root, token)


def test_a_wrong_secret(lab: Lab, line: str) -> None:
    lab.hub.repos["me/net"].private = True
    lab.secrets.give("GITHUB_TOKEN", "ghp_" + "wrongCanary" * 4)
    error = lab.fails(f"{line} --secret GITHUB_TOKEN")
    assert isinstance(error, (GoneError, AuthError))
    assert "wrongCanary" not in f"{error} {error.as_dict()}"
    _check_no_secret(lab.root, "wrongCanary")


def _check_no_secret(root: Path, token: str) -> None:
    import base64

    forms = [token.encode()]
    for shift in range(3):
        pair = b"x" * shift + b"x-access-token:" + token.encode()
        forms.append(base64.b64encode(pair)[8:-8])
    for path in root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(form in data for form in forms), path


def test_another_link_for_the_same_folder(lab: Lab, line: str) -> None:
    lab.run(line)
    lab.hub.add_repo("me/other", {"x.py": b"x\n"})
    error = lab.fails(line.replace("me/net", "me/other"))
    assert isinstance(error, ConflictError)
    assert "me/net" in error.reason
    assert "me/other" in error.reason


@pytest.mark.parametrize("what", ["file", "fifo", "link"])
def test_something_else_stands_there(lab: Lab, line: str, what: str, tmp_path: Path) -> None:
    if what == "file":
        lab.net().write_text("mine\n")
    elif what == "fifo":
        os.mkfifo(lab.net())
    else:
        (tmp_path / "elsewhere").mkdir()
        lab.net().symlink_to(tmp_path / "elsewhere")
    assert isinstance(lab.fails(line), ConflictError)
    assert lab.cloud.log == []
    assert os.path.lexists(lab.net())


def test_links_above_are_followed_once(lab: Lab, line: str, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    (lab.root / "code").symlink_to(tmp_path / "scratch")
    inside = line.replace(" net", " code/net", 1)
    lab.run(inside)
    assert (tmp_path / "scratch" / "net" / "model.py").exists()
    lab.hub.repos["me/net"].commit({"model.py": b"SIZE = 4\n"})
    assert lab.run(inside).text == "1 file updated: model.py"


def test_a_link_in_the_project_is_never_written_through(
    lab: Lab, line: str, push: Callable[..., str], tmp_path: Path
) -> None:
    """A folder of the project that its user has put elsewhere."""
    lab.run(line)
    outside = tmp_path / "outside"
    shutil.copytree(lab.net("util"), outside)
    shutil.rmtree(lab.net("util"))
    lab.net("util").symlink_to(outside)
    push({"util/io.py": b"theirs\n", "util/new.py": b"theirs\n"})
    before = tree(outside)
    outcome = lab.run(line)
    assert tree(outside) == before
    assert lab.net("util").is_symlink()
    assert any("util/io.py" in note for note in outcome.notes)


def test_an_old_run_that_was_killed_is_finished_first(
    lab: Lab, line: str, push: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyterlab_preflight.project import swap

    lab.run(line)
    lab.write("net/model.py", "mine\n")
    push({"model.py": b"SIZE = 4\n", "train.py": b"new\n"})
    with monkeypatch.context() as patch:
        patch.setattr(swap.Swap, "_write", lambda self, action: (_ for _ in ()).throw(KeyError()))
        with pytest.raises(KeyError):
            lab.run(line)
    assert lab.state.journals()
    push({"util/io.py": b"newer\n"})
    outcome = lab.run(line)
    assert outcome.notes[0] == "Finished an update that was interrupted."
    assert "model.py" in outcome.notes[1]
    assert outcome.text == "1 file updated: util/io.py"
    assert lab.backups() == {"net/model.py": "mine\n"}
    assert not lab.state.journals()
    assert is_clean(lab)
    assert lab.run(line).notes == []
