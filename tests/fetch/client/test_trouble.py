"""Servers that are busy or broken: what is asked again, and for how long."""

from __future__ import annotations

import time

import pytest

from jupyterlab_preflight.errors import (
    NetworkError,
    PreflightError,
    QuotaError,
)
from jupyterlab_preflight.fetch.http import Client, Request
from tests.fakecloud import Ending, FakeCloud, Fault, faults

from .conftest import DATA, LIMITS, URL, fetch, no_canary


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_waiting_cures(cloud: FakeCloud, client: Client, status: int) -> None:
    cloud.script(URL, faults.status(status), faults.status(status))
    assert fetch(client) == DATA
    assert len(cloud.log) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(429, QuotaError), (500, NetworkError), (503, NetworkError)]
)
def test_what_waiting_does_not_cure(
    cloud: FakeCloud, client: Client, status: int, kind: type[PreflightError]
) -> None:
    cloud.always(URL, faults.status(status))
    with pytest.raises(kind, match=str(status)) as caught:
        fetch(client)
    assert len(cloud.log) == LIMITS.tries
    assert caught.value.action
    no_canary(caught.value)


def test_hops_are_no_failures(cloud: FakeCloud, client: Client) -> None:
    hops = [faults.to(f"/{number}") for number in range(4)]
    for number, hop in enumerate(hops):
        cloud.script(URL if not number else f"https://files.example.org/{number - 1}", hop)
    last = "https://files.example.org/3"
    cloud.script(last, faults.status(503), faults.status(503), faults.to("/data.zip"))
    assert fetch(client) == DATA


def test_final_statuses_are_not_asked_again(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.status(429, "too much traffic"))
    with client.open(Request(URL, final=(429,))) as answer:
        assert (answer.status, answer.read()) == (429, b"too much traffic")
    assert len(cloud.log) == 1


def test_the_server_says_when(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.status(429, Retry_After="1"))
    began = time.monotonic()
    assert fetch(client) == DATA
    assert 1 <= time.monotonic() - began < 2.5


def test_the_server_says_much_later(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.status(429, Retry_After="3300"), faults.status(503, Retry_After="99"))
    began = time.time()
    with pytest.raises(QuotaError, match="429") as caught:
        fetch(client)
    assert caught.value.retry_at == pytest.approx(began + 3300, abs=5)
    assert "55 minutes" in caught.value.action
    with pytest.raises(QuotaError, match="503"):
        fetch(client)
    assert len(cloud.log) == 2


@pytest.mark.parametrize("ending", ["fin", "rst"])
def test_a_connection_that_ends_before_the_answer(
    cloud: FakeCloud, client: Client, ending: Ending
) -> None:
    hang_up = faults.hang_up(ending)
    cloud.script(URL, hang_up, hang_up)
    assert fetch(client) == DATA
    cloud.always(URL, hang_up)
    with pytest.raises(NetworkError) as caught:
        fetch(client)
    no_canary(caught.value)


def test_an_answer_that_never_comes(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.late(30))
    assert fetch(client) == DATA
    cloud.always(URL, faults.late(30))
    with pytest.raises(NetworkError, match="does not answer"):
        fetch(client)


@pytest.mark.parametrize(
    "fault",
    [
        faults.header_bomb(),
        faults.long_header(),
        faults.raw(b"HELLO\r\n\r\n"),
        faults.raw(b"HTTP/1.1 abc OK\r\n\r\n"),
        faults.raw(b"\x15\x03\x01\x00\x02"),
    ],
    ids=["10000-headers", "1-MB-header", "no-http", "no-status", "binary"],
)
def test_what_is_not_http(cloud: FakeCloud, client: Client, fault: Fault) -> None:
    cloud.always(URL, fault)
    with pytest.raises(NetworkError, match="proper HTTP") as caught:
        fetch(client)
    no_canary(caught.value)
    cloud.clear()
    assert fetch(client) == DATA


def test_what_was_left_of_an_answer_is_not_taken_for_the_next(
    cloud: FakeCloud, client: Client
) -> None:
    cloud.script(URL, faults.raw(b"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\n"))
    with client.open(Request(URL)) as answer:
        assert answer.status == 404
    assert fetch(client) == DATA
