"""What the tests of the client share: one file at one host, and a client that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_preflight.fetch.http import Client, Limits, Request
from jupyterlab_preflight.progress import Progress
from tests.fakecloud import FakeCloud, Site

URL = "https://files.example.org/data.zip"
QUERY = "?sig=CANARY-QUERY"
DATA = bytes(range(256)) * 400
LIMITS = Limits(
    connect=2.0,
    read=0.4,
    slow_rate=50_000,
    slow_time=0.5,
    tries=3,
    patience=3.0,
    backoff=0.02,
)


@pytest.fixture
def site() -> Site:
    one = Site("files.example.org")
    one.add("/data.zip", DATA, name="data.zip")
    return one


@pytest.fixture
def cloud(site: Site) -> Iterator[FakeCloud]:
    with FakeCloud([site]) as one:
        yield one


@pytest.fixture
def client(cloud: FakeCloud) -> Iterator[Client]:
    with make(cloud) as one:
        yield one


def make(
    cloud: FakeCloud,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    **environ: str,
) -> Client:
    return Client(progress or Progress(), limits=limits, environ={**cloud.environ(), **environ})


def fetch(client: Client, **options: Any) -> bytes:
    """The whole body, in the way a download reads it."""
    with client.open(Request(URL + QUERY, **options)) as answer:
        return b"".join(answer.chunks(10_000))


def no_canary(error: BaseException) -> None:
    told: list[str] = []
    link: BaseException | None = error
    while link is not None:
        told += [str(link), repr(link)]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    assert "CANARY" not in "\n".join(told)
