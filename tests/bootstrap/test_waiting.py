"""A server that asks us to wait: the row says so, and the interrupt still ends it at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.fetch.http import Client, Limits, Request
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.report import Report
from tests.fakecloud import FakeCloud, Site, faults

LINK = "https://data.example.org/one.csv"
TEXT = f"env A=1\ndataset https://data.example.org/first.csv first\ndataset {LINK} data\n"


@pytest.fixture(autouse=True)
def site(cloud: FakeCloud) -> None:
    one = Site("data.example.org")
    one.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    one.add("/first.csv", b"a,b\n1,2\n", kind="text/csv")
    cloud.add(one)


def test_it_is_counted_down(cloud: FakeCloud) -> None:
    cloud.script(LINK, faults.status(429, Retry_After="2"), faults.status(503), None)
    said: list[str] = []
    with (
        Client(Progress(), limits=Limits(backoff=1.0), say=said.append) as client,
        client.open(Request(LINK)) as answer,
    ):
        assert answer.read() == b"a,b\n1,2\n"
    asked, again = said[: said.index("")], said[said.index("") + 1 :]
    shown = [int(text.removeprefix("waiting ").partition(" ")[0]) for text in asked]
    assert shown == sorted(shown, reverse=True)
    assert (shown[0] in (2, 3), shown[-1]) == (True, 1)  # a bit more than asked for: retry.pause
    assert all(text.endswith(" s, the server asks for it") for text in asked)
    assert set(again[:-1]) <= {f"waiting {n} s, then the server is asked again" for n in (1, 2, 3)}
    assert again[-1] == ""


def test_it_is_shown_in_the_row_that_waits(cloud: FakeCloud, tmp_path: Path) -> None:
    cloud.script(LINK, faults.status(503, Retry_After="1"))
    seen: list[list[str]] = []

    def draw(report: Report) -> None:
        seen.append([row.text for row in report.rows])

    report = Session(tmp_path).prepare(TEXT, parse(TEXT), draw=draw)
    assert report.state == "ready"
    waits = [texts for texts in seen if any(text.startswith("waiting") for text in texts)]
    assert waits
    assert all(texts[2].endswith(" s, the server asks for it") for texts in waits)
    assert all(not texts[1].startswith("waiting") for texts in waits)


def test_stopping_does_not_wait(cloud: FakeCloud, tmp_path: Path) -> None:
    cloud.always(LINK, faults.status(429, Retry_After="50"))
    session = Session(tmp_path)
    began = 0.0

    def draw(report: Report) -> None:
        nonlocal began
        if report.rows[2].text.startswith("waiting") and not began:
            began = time.monotonic()
            threading.Thread(target=session.stop).start()

    report = session.prepare(TEXT, parse(TEXT), draw=draw)
    assert time.monotonic() - began < 2
    assert report.exit_code == 130
    assert report.rows[2].text == "stopped; the next run goes on from here"
