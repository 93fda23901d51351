"""Submodules: nothing of them comes, so the row says so for as long as they are missing."""

from __future__ import annotations

import time

import pytest

from jupyterlab_preflight import words
from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.inspect import status
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.project.repository import submodules
from jupyterlab_preflight.report import Row
from tests.fakecloud.github_repos import Repo
from tests.project.conftest import NET, Lab, add_submodule

SETTINGS = """\
[submodule "a"]
\tpath = lib/sub
\turl = https://github.com/me/sub
[submodule "gone"]
\tpath = nowhere
"""
MISSING = " · submodules not fetched: lib/sub"


@pytest.fixture(autouse=True)
def repo(lab: Lab) -> Repo:
    one = lab.hub.repos["me/net"]
    add_submodule(one, "lib/sub", SETTINGS)
    return one


@pytest.mark.parametrize("way", ["--git", "--archive"])
def test_a_project_without_its_submodules(lab: Lab, repo: Repo, way: str) -> None:
    line = f"project {NET} net {way}"
    outcome = lab.run(line)
    assert (outcome.text, outcome.state) == (f"6 files{MISSING}", "warning")
    outcome = lab.run(line)
    assert (outcome.text, outcome.state) == (f"up to date{MISSING}", "warning")
    assert_status_agrees(lab, line)
    repo.commit({"model.py": b"SIZE = 4\n"})
    assert lab.run(line).text == f"1 file updated: model.py{MISSING}"
    with lab.cloud.away():
        assert lab.run(line).text == f"as it was: there is no network{MISSING}"
    lab.write("net/lib/sub/mine.py", "mine\n")
    outcome = lab.run(line)
    assert (outcome.text, outcome.state) == ("up to date", "ready")
    if way == "--git":
        assert lab.git("status", "--porcelain", "--ignore-submodules=all") == ""


@pytest.mark.parametrize("way", ["--git", "--archive"])
def test_a_link_in_the_place_of_a_submodule(lab: Lab, way: str) -> None:
    (lab.root / "data").mkdir()
    lines = [f"project {NET} net {way}", "link data net/lib/sub"]
    lab.run("\n".join(lines))
    outcome = lab.run("\n".join(reversed(lines)))
    assert (outcome.text, outcome.state) == ("up to date", "ready")


def test_a_dataset_without_its_submodules(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def go(line: str) -> Row:
        (row,) = Session(lab.root).prepare(line, parse(line)).rows
        return row

    monkeypatch.setenv("PREFLIGHT_HOST", "lab")
    whole = f"dataset {NET} data/net"
    for text in ("6 files · fetched once", words.then(6, time.time())):
        row = go(whole)
        assert (row.text, row.state) == (f"{text}{MISSING}", "warning")
        assert_status_agrees(lab, whole)
    assert go(f"dataset {NET} data/some --include '*.py'").state == "ready"
    (lab.root / "data/net/lib/sub/here").touch()
    assert go(whole).state == "ready"
    (row,) = status(Session(lab.root), parse(whole).steps)
    assert (row.state, "submodules" in row.text) == ("ready", False)
    (lab.root / "old/lib/sub").mkdir(parents=True)
    (lab.root / "old/.gitmodules").write_text(SETTINGS)
    row = go(f"dataset {NET} old")
    assert (row.text, row.state) == (f"6 files · fetched once{MISSING}", "warning")
    monkeypatch.setenv("PREFLIGHT_STORE", str(lab.root / "store"))
    for _ in range(2):
        assert MISSING in go(f"dataset {NET} linked").text
    assert_status_agrees(lab, f"dataset {NET} linked")


def assert_status_agrees(lab: Lab, line: str) -> None:
    """Looking tells what preparing tells."""
    (row,) = status(Session(lab.root), parse(line).steps)
    assert row.text.endswith(MISSING)
    assert row.state == "warning"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SETTINGS, ["lib/sub", "nowhere"]),
        ('[submodule "a.b"]\npath="with blank" ; why\n', ["with blank"]),
        ("path = no\n[core]\npath = no\n[submodule]\npath = no", []),
        ("\0\ufffd[[submodule", []),
    ],
)
def test_the_folders_that_are_named(text: str, found: list[str]) -> None:
    assert submodules(text) == found
