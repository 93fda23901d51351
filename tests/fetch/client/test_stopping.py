"""A stop ends whatever the client is doing, at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from jupyterlab_preflight.errors import (
    Interrupted,
)
from jupyterlab_preflight.fetch.http import Answer, Client, Limits, Request
from jupyterlab_preflight.progress import Progress
from tests.fakecloud import FakeCloud, Fault, Response, faults
from tests.fakecloud import Request as Asked

from .conftest import DATA, URL, fetch, make


def stopped(cloud: FakeCloud, url: str = URL) -> float:
    """Seconds from the stop to the end of a download that would go on for ever."""
    progress = Progress()
    moment: list[float] = []

    def stop() -> None:
        moment.append(time.monotonic())
        progress.cancel()

    timer = threading.Timer(0.3, stop)
    with make(cloud, progress, Limits()) as client:
        timer.start()
        with pytest.raises(Interrupted), client.open(Request(url)) as answer:
            for _ in answer.chunks():
                pass
    timer.join()
    return time.monotonic() - moment[0]


@pytest.mark.parametrize(
    "fault",
    [
        faults.stall(0),
        faults.stall(5000),
        faults.late(60),
        faults.endless(),
        faults.status(429, Retry_After="50"),
    ],
    ids=["after-head", "in-body", "before-head", "in-full-flow", "in-a-wait"],
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_stopping_ends_everything_at_once(cloud: FakeCloud, scheme: str, fault: Fault) -> None:
    url = f"{scheme}://files.example.org/data.zip"
    cloud.always(url, fault)
    assert stopped(cloud, url) < 1


def test_stopping_ends_a_body_that_ends_by_closing(cloud: FakeCloud) -> None:
    def fault(asked: Asked, handler: Callable[[Asked], Response]) -> Response:
        return faults.stall(10)(asked, lambda again: faults.length()(again, handler))

    cloud.always(URL, fault)
    assert stopped(cloud) < 1


def test_stopping_ends_a_handshake(cloud: FakeCloud) -> None:
    cloud.down["files.example.org"] = "silent"
    assert stopped(cloud) < 1


def test_after_a_stop_nothing_begins(cloud: FakeCloud) -> None:
    progress = Progress()
    with make(cloud, progress) as client:
        progress.cancel()
        with pytest.raises(Interrupted):
            fetch(client)
    assert cloud.log == []
    with pytest.raises(Interrupted):
        make(cloud, progress)


def test_an_answer_is_closed_when_the_reader_fails(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.stall(1000))
    answers: list[Answer] = []
    with pytest.raises(ZeroDivisionError), client.open(Request(URL)) as answer:
        answers.append(answer)
        raise ZeroDivisionError
    assert fetch(client) == DATA
