"""The project step from line to folder: the same promises by git and by archive."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    ConflictError,
    GoneError,
    IntegrityError,
    Interrupted,
    LinkError,
    NetworkError,
    PreflightError,
    UnsafeArchiveError,
)
from tests.fakecloud import faults
from tests.project.conftest import FILES, NET, Lab, tree

ROUTES = ["", " --archive"]
GIT = "https://github.com/me/net.git/git-upload-pack"


@pytest.fixture(params=ROUTES, ids=["git", "archive"])
def line(request: pytest.FixtureRequest) -> str:
    return f"project {NET} net{request.param}"


@pytest.fixture
def push(lab: Lab) -> Callable[..., str]:
    return lab.hub.repos["me/net"].commit


def stored(files: dict[str, bytes | str | None]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, content in files.items():
        if isinstance(content, bytes):
            found[name] = (content, False)
        elif content is not None and content.startswith("-> "):
            found[name] = content
        elif content is not None:
            found[name] = (content.encode(), content.startswith("#!"))
    return found


def is_clean(lab: Lab) -> bool:
    """Whether git has nothing to say, where there is a clone."""
    return not lab.net(".git").exists() or lab.git("status", "--porcelain") == ""


def test_large_files_that_are_pointers_are_named(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    push({"model.pt": lab.hub.repos["me/net"].large(b"weights")})
    assert any("model.pt" in note and "git lfs pull" in note for note in lab.run(line).notes)


def test_the_first_time(lab: Lab, line: str) -> None:
    outcome = lab.run(line)
    assert (outcome.text, outcome.state, outcome.files) == ("5 files", "ready", 5)
    assert tree(lab.net()) == stored(FILES)
    assert is_clean(lab)
    assert set(os.listdir(lab.root)) == {"net", ".preflight"}


def test_nothing_new_is_one_small_request(lab: Lab, line: str) -> None:
    lab.run(line)
    before = {path: path.lstat().st_ctime_ns for path in lab.net().rglob("*")}
    lab.cloud.clear()
    outcome = lab.run(line)
    assert (outcome.text, outcome.state, outcome.fetched) == ("up to date", "ready", 0)
    assert [(one.method, one.host) for one in lab.cloud.log] == [("POST", "github.com")]
    assert {path: path.lstat().st_ctime_ns for path in lab.net().rglob("*")} == before


def test_news_are_taken_and_named(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    sha = push({"model.py": b"SIZE = 4\n", "new/a.py": b"a\n", "README.md": None})
    outcome = lab.run(line)
    assert outcome.text == "2 files updated: model.py, new/a.py · 1 file removed: README.md"
    assert outcome.meta.endswith(sha[:7])
    assert outcome.state == "ready"
    assert lab.read("net/model.py") == "SIZE = 4\n"
    assert not lab.net("README.md").exists()
    assert is_clean(lab)


def test_many_news_are_counted(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    push({f"gen/{n:02d}.py": b"x\n" for n in range(12)})
    assert lab.run(line).text == ("12 files updated: gen/00.py, gen/01.py, gen/02.py and 9 more")


def test_an_edit_stays_silently(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/train.py", "mine\n")
    assert lab.run(line).text == "up to date"
    push({"model.py": b"SIZE = 4\n"})
    assert lab.run(line).text == "1 file updated: model.py"
    assert lab.read("net/train.py") == "mine\n"
    assert not lab.backups()


def test_both_changed(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/util/io.py", "mine\n")
    push({"util/io.py": b"theirs\n"})
    outcome = lab.run(line)
    assert lab.read("net/util/io.py") == "theirs\n"
    assert lab.backups() == {"net/util/io.py": "mine\n"}
    assert outcome.state == "warning"
    assert "yours kept in .preflight/backup/" in outcome.text
    assert outcome.text.endswith("util/io.py")
    assert is_clean(lab)
    assert lab.run(line).text == "up to date"


def test_deleted_here_is_restored(lab: Lab, line: str) -> None:
    lab.run(line)
    shutil.rmtree(lab.net("util"))
    outcome = lab.run(line)
    assert outcome.text == "2 files restored: util/io.py, util/text.py"
    assert tree(lab.net()) == stored(FILES)


def test_added_here_is_kept(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/output/best.pt", "weights\n")
    lab.write("net/notes.md", "notes\n")
    push({"model.py": b"SIZE = 4\n"})
    lab.run(line)
    assert lab.read("net/output/best.pt") == "weights\n"
    assert lab.read("net/notes.md") == "notes\n"


def test_deleted_upstream_and_edited_here_is_kept(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    lab.run(line)
    lab.write("net/README.md", "mine\n")
    push({"README.md": None})
    outcome = lab.run(line)
    assert lab.read("net/README.md") == "mine\n"
    assert any("README.md" in note for note in outcome.notes)
    assert lab.run(line).notes == []


def test_added_on_both_sides(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/new.py", "mine\n")
    push({"new.py": b"theirs\n"})
    lab.run(line)
    assert lab.read("net/new.py") == "theirs\n"
    assert lab.backups() == {"net/new.py": "mine\n"}


def test_a_folder_of_results_where_a_file_comes(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    lab.run(line)
    lab.write("net/out/1.csv", "mine\n")
    push({"out": b"now a file\n"})
    lab.run(line)
    assert lab.read("net/out") == "now a file\n"
    assert lab.backups() == {"net/out/1.csv": "mine\n"}


def test_kinds_change(lab: Lab, line: str, push: Callable[..., str]) -> None:
    push({"latest": "-> model.py", "a": b"file\n", "b/c": b"in a folder\n"})
    lab.run(line)
    assert os.readlink(lab.net("latest")) == "model.py"
    push({"latest": b"a file now\n", "a": None, "b/c": None})
    push({"a/x": b"in a folder\n", "b": b"file\n", "model.py": "#!/bin/sh\n"})
    lab.run(line)
    assert lab.read("net/latest") == "a file now\n"
    assert lab.read("net/a/x") == "in a folder\n"
    assert lab.read("net/b") == "file\n"
    assert os.access(lab.net("model.py"), os.X_OK)
    assert is_clean(lab)
    assert lab.run(line).text == "up to date"


@pytest.mark.parametrize("name", ["a b.py", "a'b\"c.py", "ü/名前.py", "-n.py", "$(touch x).py"])
def test_names(lab: Lab, line: str, push: Callable[..., str], name: str) -> None:
    push({name: b"1\n"})
    lab.run(line)
    push({name: b"2\n"})
    lab.run(line)
    assert lab.read(f"net/{name}") == "2\n"
    assert is_clean(lab)


# -- no base yet ----------------------------------------------------------------------------------


def test_what_was_unpacked_by_hand_becomes_the_base(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    for name, content in FILES.items():
        assert content is not None
        lab.write(f"net/{name}", content if isinstance(content, str) else content.decode())
    lab.write("net/train.py", "mine\n")
    lab.write("net/notes.md", "mine\n")
    outcome = lab.run(line)
    assert lab.backups() == {"net/train.py": "mine\n"}
    assert outcome.text.startswith("1 file updated: train.py · yours kept in ")
    assert lab.read("net/notes.md") == "mine\n"
    assert lab.run(line).text == "up to date"
    push({"model.py": b"SIZE = 5\n"})
    assert lab.run(line).text == "1 file updated: model.py"


def test_an_empty_folder_is_no_obstacle(lab: Lab, line: str) -> None:
    lab.net().mkdir()
    assert lab.run(line).text == "5 files"


def test_without_our_memory_it_is_compared(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/notes.md", "mine\n")
    shutil.rmtree(lab.root / ".preflight")
    push({"model.py": b"SIZE = 5\n"})
    outcome = lab.run(line)
    assert lab.read("net/model.py") == "SIZE = 5\n"
    assert lab.read("net/notes.md") == "mine\n"
    assert "model.py" in outcome.text


def test_the_folder_was_removed(lab: Lab, line: str) -> None:
    lab.run(line)
    shutil.rmtree(lab.net())
    assert lab.run(line).text == "5 files"


# -- upstream does not answer, or not with the project --------------------------------------------


def test_no_network(lab: Lab, line: str) -> None:
    lab.run(line)
    with lab.cloud.away():
        outcome = lab.run(line)
    assert (outcome.state, outcome.text) == ("warning", "as it was: there is no network")
    assert outcome.meta
    assert lab.run(line).state == "ready"


def test_no_network_and_nothing_here(lab: Lab, line: str) -> None:
    with lab.cloud.away():
        error = lab.fails(line)
    assert isinstance(error, NetworkError)
    assert error.offline
    assert not lab.net().exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble(lab: Lab, line: str, status: int) -> None:
    lab.run(line)
    lab.cloud.always("https://github.com/*", faults.status(status))
    outcome = lab.run(line)
    assert outcome.state == "warning"
    assert outcome.text.startswith("as it was: ")
    assert tree(lab.net()) == stored(FILES)


def test_a_broken_transfer(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    push({"big.bin": os.urandom(300_000)})
    lab.write("net/train.py", "mine\n")
    before = tree(lab.net())
    lab.cloud.always("https://github.com/me/net.git/*", faults.drop(2000))
    lab.cloud.always("https://codeload.github.com/*", faults.drop(2000))
    outcome = lab.run(line)
    assert outcome.state == "warning"
    assert tree(lab.net()) == before
    lab.cloud.always("https://github.com/me/net.git/*")
    lab.cloud.always("https://codeload.github.com/*")
    assert lab.run(line).text == "1 file updated: big.bin"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_answer_that_is_not_the_project(lab: Lab, line: str, status: int) -> None:
    lab.run(line)
    before = tree(lab.net())
    lab.cloud.always("https://github.com/*", faults.status(status))
    assert isinstance(lab.fails(line), (GoneError, AuthError))
    assert tree(lab.net()) == before


def test_an_upstream_without_files(lab: Lab, line: str) -> None:
    lab.run(line)
    before = tree(lab.net())
    lab.hub.repos["me/net"].commit(dict.fromkeys(FILES))
    assert "holds no files" in lab.fails(line).reason
    assert tree(lab.net()) == before


def test_an_upstream_without_a_commit(lab: Lab, line: str) -> None:
    lab.hub.add_repo("me/new")
    assert isinstance(lab.fails(line.replace("me/net", "me/new")), GoneError)
    assert not lab.net().exists()


def test_a_repository_that_was_removed(lab: Lab, line: str) -> None:
    lab.run(line)
    before = tree(lab.net())
    del lab.hub.repos["me/net"]
    assert isinstance(lab.fails(line), GoneError)
    assert tree(lab.net()) == before


@pytest.mark.parametrize("target", ["/etc/passwd", "../../outside", "util/../../x"])
def test_a_link_that_leads_out(lab: Lab, line: str, push: Callable[..., str], target: str) -> None:
    lab.run(line)
    before = tree(lab.net())
    push({"evil": f"-> {target}"})
    assert isinstance(lab.fails(line), UnsafeArchiveError)
    assert tree(lab.net()) == before


def test_missing_files_need_upstream_or_git(lab: Lab, line: str) -> None:
    lab.run(line)
    lab.net("train.py").unlink()
    with lab.cloud.away():
        if "--archive" in line:
            assert isinstance(lab.fails(line), NetworkError)
            return
        outcome = lab.run(line)
    assert outcome.state == "warning"
    assert outcome.text == "1 file restored: train.py"


def test_stopped(lab: Lab, line: str) -> None:
    lab.progress.cancel()
    with pytest.raises(Interrupted):
        lab.run(line)
    assert not lab.net().exists()


# -- refs and options -----------------------------------------------------------------------------


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
def test_a_hostile_ref(lab: Lab, line: str, ref: str) -> None:
    from jupyterlab_preflight.bootstrap.grammar import parse, quote

    text = f"{line} --ref={quote(ref)}"
    if parse(text).problems:
        return
    assert isinstance(lab.fails(text), (LinkError, PreflightError))
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

    lab.run(line)
    good = tree_sha256(lab.net(), {name: Entry(name) for name in FILES})
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


def test_nothing_new_is_quick(lab: Lab, line: str, push: Callable[..., str]) -> None:
    push({f"pkg{n % 20}/m{n}.py": b"x = %d\n" % n for n in range(200)})
    sha = lab.hub.repos["me/net"].sha("main")
    lab.run(f"{line} --ref {sha}")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert lab.run(f"{line} --ref {sha}").text == "up to date"
        took.append(time.perf_counter() - began)
    assert min(took) < 0.25, took  # about 20 ms where nothing else runs
