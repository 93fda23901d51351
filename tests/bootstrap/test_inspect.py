"""What ``status`` says of rows without touching anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.cells import Document
from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.inspect import status
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.commands import Door, execute
from jupyterlab_preflight.errors import CellError
from jupyterlab_preflight.report import Row
from tests.fakecloud import FakeCloud
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

Look = Callable[..., list[Row]]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    root = tmp_path / "root"
    root.mkdir()
    return Session(root, environ=dict(os.environ))


@pytest.fixture
def look(session: Session) -> Look:
    return lambda text: status(session, parse(text).steps)


def test_a_machine_without_apt(session: Session, look: Look, tmp_path: Path) -> None:
    session.environ["PATH"] = str(tmp_path)
    (row,) = look("apt libsndfile1")
    assert (row.state, row.text) == ("skipped", "not for this machine: it has no apt")


def test_packages_of_the_system(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterlab_preflight.install import apt

    monkeypatch.setattr(apt, "missing", lambda names, environ: ["b"])
    assert [row.text for row in look("apt a b")] == ["missing: b"]
    monkeypatch.setattr(apt, "missing", lambda names, environ: [])
    assert [(row.state, row.text) for row in look("apt a b")] == [("ready", "all there")]


@pytest.mark.parametrize("way", ["--git", "--archive"])
@pytest.mark.parametrize("ref", ["", "--ref v1", "--ref topic/one"])
def test_the_version_of_a_project(
    session: Session, look: Look, cloud: FakeCloud, way: str, ref: str
) -> None:
    hub = GitHub()
    cloud.add(hub)
    repo = hub.add_repo("me/net", {"train.py": b"print()\n"})
    repo.tag("v1")
    repo.commit({"wide.py": b"wide = 1\n"}, branch="topic/one")
    text = f"project https://github.com/me/net net {way} {ref}"
    report = session.prepare(text, parse(text))
    assert report.state == "ready", report.rows
    cloud.clear()
    (row,) = look(text)
    assert (row.state, row.meta) == ("ready", report.rows[0].meta)
    assert repo.sha(ref.partition(" ")[2] or "main")[:7] in row.meta
    assert cloud.requests() == []


def test_the_version_of_ones_own_clone(session: Session, look: Look, cloud: FakeCloud) -> None:
    hub = GitHub()
    cloud.add(hub)
    repo = hub.add_repo("me/net", {"train.py": b"print()\n"})
    git = ["git", "-c", "init.defaultBranch=main", "-c", "user.name=me", "-c", "user.email=m@x"]
    net = session.state.root / "net"
    subprocess.run([*git, "clone", "-q", "https://github.com/me/net", str(net)], check=True)
    text = "project https://github.com/me/net net"
    session.prepare(text, parse(text))
    (row,) = look(text)
    assert (row.state, row.text) == ("ready", "yours, left as it is")
    assert row.meta == f"main@{repo.sha('main')[:7]}"
    assert [row.text for row in look("project https://github.com/me/other net")] == (
        ["there, but not fetched by Preflight"]
    )


def test_what_an_earlier_line_will_bring_is_not_missed(
    session: Session, look: Look, cloud: FakeCloud
) -> None:
    def said(text: str) -> list[tuple[str, str]]:
        return [(row.state, row.text) for row in look(text)]

    project, pip = "project https://github.com/me/net net", "pip -r net/requirements.txt"
    waits = ("waiting", "not prepared yet: waits for line 1")
    assert said(f"{project}\n{pip}")[1] == waits
    assert said(f"{project.replace('project', 'dataset')}\n{pip}")[1] == waits
    assert said(f"{project}\nlink net/deps deps\npip -r deps/all.txt")[2] == (
        ("waiting", "not prepared yet: waits for line 2")
    )
    assert said(f"{project} --optional\n{pip}")[1] == ("warning", waits[1])
    assert said("pip nowhere-to-be-found\nrequire nowhere-to-be-found>=1")[1] == waits
    # No line above brings these, or the line that does is not for this machine.
    for text in (f"{pip}\n{project}", f"{project} --on kaggle\n{pip}", f"pip numpy\n{pip}"):
        assert "failed" in [state for state, _ in said(text)], text
    assert said("require nowhere-to-be-found>=1\npip nowhere-to-be-found")[0][0] == "failed"
    # It has come, and holds no such file.
    hub = GitHub()
    cloud.add(hub)
    hub.add_repo("me/net", {"train.py": b"print()\n"})
    session.prepare(project, parse(project))
    state, text = said(f"{project}\n{pip}")[1]
    assert state == "failed"
    assert text.startswith("net/requirements.txt cannot be read")


def test_what_is_not_there_comes_with_one_command(session: Session) -> None:
    said: list[str] = []
    text = "project https://github.com/me/net net\npip -r net/requirements.txt"
    door = Door(session, said.append, lambda report: None, lambda: text)
    assert execute(door, ["status", "-"]) == 4
    assert said[0] == "0 of 2 ready"
    assert said[-1] == "To prepare them: jupyter preflight prepare -"


def test_a_check_that_fails_is_told_to_the_page(session: Session, cloud: FakeCloud) -> None:
    site = Site("data.example.org")
    site.add("/a.csv", b"1")
    cloud.add(site)
    told: list[str] = []
    session._on_change = lambda report: told.append(report.sentence)
    text = "dataset https://data.example.org/a.csv data/a\nlink data/a b"
    session.prepare(text, parse(text))
    before = session.report.rows[0].text
    door = Door(session, lambda line: None, lambda report: None)
    for content, sentence in ((b"1", "Ready"), (b"2", "Failed: 1 of 2"), (b"1", "Ready")):
        (session.state.root / "data/a/a.csv").write_bytes(content)
        execute(door, ["verify", "--only", "data/a"])
        assert told[-1] == session.report.sentence == sentence
        if content == b"2":
            assert session.report.rows[0].text.startswith("1 changed: a.csv. ")
    assert before.startswith("1 file")
    assert (session.report.rows[0].text, session.report.rows[0].error) == (
        "1 file as installed",
        None,
    )
    # Of the same folder below another root nothing is known here.
    execute(door, ["verify", "--only", "data/a", "--root", str(session.state.root / "b")])
    assert session.report.sentence == "Ready"


def test_what_was_prepared_last(session: Session) -> None:
    root = session.state.root
    ran = Document("\nenv A=1\n", "a.ipynb", root)
    assert session.last() is None
    session.remember(ran)
    assert session.last() == Document(ran.text, "a.ipynb", root)
    (root / "a.ipynb").write_text('{"cells": []}')  # not saved since the cell was made
    assert session.last() == Document(ran.text, "a.ipynb", root)
    with pytest.raises(CellError):
        Session(root).last()
    cell = '{"cell_type": "code", "source": "%%preflight\\nenv A=2"}'
    (root / "a.ipynb").write_text(f'{{"cells": [{cell}]}}')
    last = session.last()
    assert last is not None
    assert (last.name, last.text) == ("a.ipynb", "\nenv A=2")


@pytest.mark.parametrize("there", [False, True])
def test_a_source_that_never_came_and_that_nothing_waits_for(
    session: Session, cloud: FakeCloud, there: bool
) -> None:
    site = Site("data.example.org")
    site.add("/a.csv", b"1")
    cloud.add(site)
    gone = "dataset https://data.example.org/gone.zip data/gone"
    text = f"dataset https://data.example.org/a.csv data/a\n{gone} --optional"
    session.prepare(text, parse(text))
    if there:
        (session.state.root / "data/gone").mkdir()
        (session.state.root / "data/gone/mine").touch()
    said: list[str] = []
    door = Door(session, said.append, lambda report: None, lambda: text)
    assert execute(door, ["verify", "-"]) == 0
    assert [line.partition(":")[0] for line in said] == ["✔ data/a", "! data/gone"]
    assert execute(door, ["verify", "--only", "data/gone"]) == 4
    text = text.replace(" --optional", "")
    assert execute(door, ["verify", "-"]) == 4
    assert said[-1].startswith("✘ data/gone: is not complete here")


def test_an_optional_source_that_was_changed_is_told(session: Session, cloud: FakeCloud) -> None:
    site = Site("data.example.org")
    site.add("/a.csv", b"1")
    cloud.add(site)
    text = "dataset https://data.example.org/a.csv data/a --optional"
    session.prepare(text, parse(text))
    (session.state.root / "data/a/a.csv").write_bytes(b"2")
    said: list[str] = []
    door = Door(session, said.append, lambda report: None, lambda: text)
    assert execute(door, ["verify", "-"]) == 4
    assert said == [f"✘ {door.trouble}"]
