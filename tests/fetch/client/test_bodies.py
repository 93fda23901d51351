"""Bodies that are not whole, too long, endless, or not what was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from jupyterlab_preflight.errors import (
    IntegrityError,
    NetworkError,
)
from jupyterlab_preflight.fetch.http import Client, Request
from tests.fakecloud import Ending, FakeCloud, Fault, Response, Site, faults
from tests.fakecloud import Request as Asked

from .conftest import DATA, URL, fetch, no_canary


@pytest.mark.parametrize("ending", ["fin", "rst"])
@pytest.mark.parametrize("after", [0, 1, 29, 30, 50_000, len(DATA) - 1])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_connection_that_breaks(
    cloud: FakeCloud, client: Client, scheme: str, after: int, ending: Ending
) -> None:
    url = f"{scheme}://files.example.org/data.zip"
    cloud.script(url, faults.drop(after, ending))
    got = bytearray()
    broken = pytest.raises(NetworkError, match=f"of {len(DATA):,} bytes")
    with client.open(Request(url)) as answer, broken:
        for chunk in answer.chunks(1000):
            got += chunk
    assert DATA.startswith(got)
    if ending == "fin":
        assert len(got) == after  # what had come is not lost


@pytest.mark.parametrize(
    "fault",
    [
        faults.chunks_without_end(),
        faults.bad_chunk(),
        faults.bad_chunk(b"-5"),
        faults.length_off(+10),
        faults.stall(0),
        faults.stall(5000),
        faults.slow(20_000),
    ],
    ids=["no-end", "bad-chunk", "negative-chunk", "too-short", "silence", "stall", "crawl"],
)
def test_a_body_that_never_ends_well(cloud: FakeCloud, client: Client, fault: Fault) -> None:
    cloud.script(URL, fault)
    began = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        fetch(client)
    assert time.monotonic() - began < 3
    no_canary(caught.value)
    assert fetch(client) == DATA


def test_a_length_that_is_too_small_cuts_the_body(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.length_off(-10))
    assert fetch(client) == DATA[:-10]
    assert fetch(client) == DATA  # what was left over is not taken for the next answer


@pytest.mark.parametrize("values", [("-1",), ("5", "6"), ("many",), ("",)])
def test_a_length_that_is_none(cloud: FakeCloud, client: Client, values: tuple[str, ...]) -> None:
    cloud.script(URL, faults.length(*values))
    with pytest.raises((IntegrityError, NetworkError)) as caught:
        fetch(client)
    no_canary(caught.value)


@pytest.mark.parametrize("fault", [faults.length(), faults.chunked()], ids=["close", "chunked"])
def test_a_body_without_length(cloud: FakeCloud, client: Client, fault: Fault) -> None:
    cloud.script(URL, fault)
    with client.open(Request(URL)) as answer:
        assert answer.length is answer.total is None
        assert b"".join(answer.chunks()) == DATA


def test_a_chunked_body_leaves_its_connection_usable(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.chunked())
    assert [fetch(client), fetch(client)] == [DATA, DATA]
    assert {one.connection for one in cloud.log} == {1}


def test_a_part_that_does_not_end_is_cut(cloud: FakeCloud, client: Client) -> None:
    def fault(asked: Asked, handler: Callable[[Asked], Response]) -> Response:
        answer = faults.endless(b"x" * 1000)(asked, handler)
        answer.status = 206
        return answer.set("Content-Range", "bytes 7-99/102400")

    cloud.script(URL, fault)
    assert fetch(client, start=7, end=100) == b"x" * 93
    assert fetch(client) == DATA


def test_an_endless_body_can_be_left(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.endless())
    with client.open(Request(URL)) as answer:
        assert len(next(answer.chunks())) > 0
    assert fetch(client) == DATA


def test_encoded_bodies_are_refused_but_pages_are_read(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.gzipped())
    with pytest.raises(IntegrityError, match="gzip"):
        fetch(client)
    with client.open(Request(URL)) as answer:
        assert answer.read(100) == DATA[:100]


def test_a_page_that_explodes_is_cut(cloud: FakeCloud, client: Client, site: Site) -> None:
    site.add("/bomb", b"\0" * 10_000_000)
    cloud.always("https://files.example.org/bomb", faults.gzipped())
    with client.open(Request("https://files.example.org/bomb")) as answer:
        assert len(answer.read(5000)) == 5000
