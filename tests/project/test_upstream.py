"""A project without a base yet, and an upstream that does not answer, or not with the project."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    GoneError,
    Interrupted,
    NetworkError,
    UnsafeArchiveError,
)
from tests.fakecloud import faults
from tests.project.conftest import FILES, Lab, stored
from tests.project.world import tree


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
