"""A single file that was left half done: what the next run asks for, byte by byte."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import Interrupted, NetworkError
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.fetch.model import Download, Options
from jupyterlab_preflight.fetch.remote import CHUNK
from jupyterlab_preflight.fetch.staging import Staging
from jupyterlab_preflight.fetch.tree import bring
from jupyterlab_preflight.progress import Progress
from tests.fakecloud import FakeCloud, Fault, Site, faults
from tests.fakecloud.message import Record

LINK = "https://data.example.org/big.bin"
DATA = os.urandom(3_000_000)
HALF = 1_500_000


@pytest.fixture
def site(cloud: FakeCloud) -> Site:
    one = Site("data.example.org")
    one.add("/big.bin", DATA)
    cloud.add(one)
    return one


Fetch = Callable[..., bytes]


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    """Brings the file: its bytes, when it is whole."""

    def run(options: Options | None = None, progress: Progress | None = None) -> bytes:
        mine = progress or Progress()
        with Client(mine) as client, Staging.open(tmp_path / "base", "key") as staging:
            bring([Download(LINK)], staging, options or Options(), client, mine)
            return next(path for path in staging.tree.iterdir()).read_bytes()

    return run


def stopped(fetch: Fetch, cloud: FakeCloud, after: int = HALF) -> None:
    """A run that was stopped when *after* bytes had come."""
    cloud.script(LINK, faults.stall(after))
    progress = Progress()

    def stop() -> None:
        until = time.monotonic() + 10
        while progress.done <= after - CHUNK and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        progress.cancel()

    threading.Thread(target=stop).start()
    with pytest.raises(Interrupted):
        fetch(progress=progress)
    cloud.clear()


def asked(cloud: FakeCloud) -> list[Record]:
    return cloud.requests("data.example.org")


def test_the_rest_is_asked_for_at_once(site: Site, fetch: Fetch, cloud: FakeCloud) -> None:
    stopped(fetch, cloud)
    assert fetch() == DATA
    (one,) = asked(cloud)
    start = int(one.headers["range"].removeprefix("bytes=").partition("-")[0])
    assert HALF - CHUNK <= start <= HALF
    assert one.headers["if-range"] == site.files["/big.bin"].tag
    assert one.sent == len(DATA) - start


def test_another_version_begins_anew_in_the_same_answer(
    site: Site, fetch: Fetch, cloud: FakeCloud
) -> None:
    stopped(fetch, cloud)
    new = os.urandom(len(DATA))
    site.add("/big.bin", new)
    assert fetch() == new
    assert [one.status for one in asked(cloud)] == [200]


def test_another_version_where_if_range_is_not_known(
    site: Site, fetch: Fetch, cloud: FakeCloud
) -> None:
    stopped(fetch, cloud)
    new = os.urandom(len(DATA))
    site.add("/big.bin", new)
    cloud.always(LINK, faults.without("if-range"))
    assert fetch() == new
    assert [one.status for one in asked(cloud)] == [206, 200]


def test_a_shorter_version_where_if_range_is_not_known(
    site: Site, fetch: Fetch, cloud: FakeCloud
) -> None:
    stopped(fetch, cloud)
    site.add("/big.bin", b"short")
    cloud.always(LINK, faults.without("if-range"))
    assert fetch() == b"short"
    assert [one.status for one in asked(cloud)] == [416, 200]


def test_a_server_that_has_forgotten_ranges(site: Site, fetch: Fetch, cloud: FakeCloud) -> None:
    stopped(fetch, cloud)
    site.files["/big.bin"].ranges = False
    assert fetch() == DATA
    assert [one.status for one in asked(cloud)] == [200]


@pytest.mark.parametrize(
    "fault", [faults.weak_etag(), faults.head(ETag=None, Last_Modified=None)], ids=["weak", "none"]
)
def test_without_a_validator_nothing_is_put_together(
    site: Site, fetch: Fetch, cloud: FakeCloud, fault: Fault
) -> None:
    cloud.always(LINK, fault)
    cloud.script(LINK, faults.drop(HALF), faults.drop(HALF), faults.drop(HALF))
    for _ in range(6):
        cloud.script(LINK, faults.drop(HALF))
    with pytest.raises(NetworkError):
        fetch()
    cloud.clear()
    cloud.always(LINK, fault)
    assert fetch() == DATA
    assert [one.headers.get("range") for one in asked(cloud)] == [None]


def test_all_is_there_and_only_the_last_step_is_missing(
    site: Site, fetch: Fetch, cloud: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyterlab_preflight.fetch.single import Part

    def die(part: Part, digests: object = ()) -> object:
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(Part, "sums", die)
        with pytest.raises(Interrupted):
            fetch()
    cloud.clear()
    assert fetch() == DATA
    assert [(one.status, one.sent) for one in asked(cloud)] == [(206, 1)]


def test_a_beginning_that_is_too_small_to_tell_what_it_is(
    site: Site, fetch: Fetch, cloud: FakeCloud
) -> None:
    stopped(fetch, cloud, after=500)
    assert fetch() == DATA


def test_an_interruption_of_a_slow_line_loses_a_second_at_most(
    site: Site, fetch: Fetch, cloud: FakeCloud, tmp_path: Path
) -> None:
    cloud.always(LINK, faults.slow(600_000))
    progress = Progress()
    threading.Timer(2.6, progress.cancel).start()
    seen: list[int] = []

    def look() -> None:
        for _ in range(24):
            time.sleep(0.1)
            seen.append(len(list(tmp_path.rglob("file.json"))))

    watcher = threading.Thread(target=look)
    watcher.start()
    with pytest.raises(Interrupted):
        fetch(progress=progress)
    watcher.join()
    assert sum(seen) >= 5  # noted while it ran, not only at its end
