"""Several connections to one file: all bytes once, whatever happens on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import pytest

from jupyterlab_preflight.errors import Interrupted, NetworkError
from jupyterlab_preflight.fetch import lanes
from jupyterlab_preflight.fetch.lanes import Lanes, Share
from jupyterlab_preflight.fetch.remote import Refused
from jupyterlab_preflight.progress import Progress

if TYPE_CHECKING:
    from jupyterlab_preflight.fetch.http import Answer

DATA = bytes(range(251)) * 4000
PIECE = 4096
Event = Callable[[int, int, bool], None]
"""Called before each piece: where its request began, where the piece begins, `extra`."""


class Capped:
    """A source that gives each connection so many bytes a second, and no more."""

    def __init__(self, rate: float = 1e6, event: Event = lambda *_: None) -> None:
        self.total: int | None = len(DATA)
        self.fetched = 0
        self.asked: list[tuple[int, int]] = []
        self.open = self.most = 0
        self._rate, self._event = rate, event
        self._lock = threading.Lock()

    def read(self, start: int, end: int) -> bytes:
        return DATA[start:end]

    def chunks(
        self, start: int, end: int | None, answer: Answer | None = None, *, extra: bool = False
    ) -> Generator[bytes, None, None]:
        end = len(DATA) if end is None else end
        asked = start
        with self._lock:
            self.asked.append((start, end))
            self.open += 1
            self.most = max(self.most, self.open)
        try:
            while start < end:
                self._event(asked, start, extra)
                piece = DATA[start : min(end, start + PIECE)]
                time.sleep(len(piece) / self._rate)
                self.fetched += len(piece)
                start += len(piece)
                yield piece
        finally:
            with self._lock:
                self.open -= 1


class Bench:
    """Takes what lanes bring into one buffer; each byte may come once."""

    def __init__(self, source: Capped, unit: int, progress: Progress | None = None) -> None:
        self.source, self.unit = source, unit
        self.got = bytearray(len(DATA))
        self.seen = [0] * (-(-len(DATA) // unit))
        self.progress = progress or Progress()

    def work(self, share: Share) -> None:
        """Units as members of an archive are: done whole, by the lane that has claimed them."""
        position, held = share.position, b""
        for chunk in share.chunks():
            held += chunk
            while True:
                end = min(len(DATA), position // self.unit * self.unit + self.unit)
                if position >= share.end or not share.claim(position, end):
                    return
                if len(held) < end - position:
                    break
                self.got[position:end] = held[: end - position]
                self.seen[position // self.unit] += 1
                held, position = held[end - position :], end
                share.claim(position, position)
                self.progress.check()
                if position >= share.end:
                    return

    def cut(self, low: int, high: int) -> int | None:
        middle = (low + high) // 2 // self.unit * self.unit
        places = (place for place in (middle + self.unit, middle) if low <= place < high)
        return next(places, None)

    def run(self, begin: int = 2) -> None:
        Lanes(
            self.source,
            [(0, len(DATA))],
            self.work,
            self.cut,
            self.progress,
            tick=lambda left: None,
        ).run(begin=begin, cores=64)

    def check(self) -> None:
        assert bytes(self.got) == DATA
        assert set(self.seen) == {1}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "SMALLEST", 1 << 15)
    monkeypatch.setattr(lanes, "AHEAD", (1 << 14, 1 << 18))
    monkeypatch.setattr(lanes, "_WINDOW", 0.02)


@pytest.mark.parametrize("unit", [1 << 14, 100_000, 300_000, len(DATA)])
def test_every_byte_comes_once(unit: int) -> None:
    bench = Bench(Capped(), unit)
    bench.run()
    bench.check()


def test_two_large_units_come_over_more_than_two_connections() -> None:
    bench = Bench(Capped(rate=1.5e5), len(DATA) // 2 + 1)
    bench.run()
    bench.check()
    assert [start for start, _ in bench.source.asked if start % bench.unit]
    assert bench.source.most > 2
    assert bench.source.fetched < len(DATA) + 40 * PIECE  # hardly anything twice


def test_a_unit_that_waits_behind_another_is_given_away_whole() -> None:
    bench = Bench(Capped(rate=1.5e5), len(DATA) // 2 + 1)
    bench.run(begin=1)
    bench.check()
    assert bench.source.asked[:2] == [(0, len(DATA)), (bench.unit, len(DATA))]


@pytest.mark.parametrize("when", ["at once", "later"])
@pytest.mark.parametrize("failure", [Refused(), NetworkError("broken"), ValueError("bug")])
def test_help_that_fails_costs_nothing(failure: Exception, when: str) -> None:
    unit = len(DATA) // 2 + 1

    def event(asked: int, here: int, extra: bool) -> None:
        if extra and asked % unit and (when == "at once" or here - asked > 20_000):
            raise failure

    bench = Bench(Capped(event=event), unit)
    bench.run()
    bench.check()


def test_what_fails_in_its_own_lane_is_told() -> None:
    def event(asked: int, here: int, extra: bool) -> None:
        if here > len(DATA) * 3 // 4:
            raise NetworkError("broken for good")

    with pytest.raises(NetworkError, match="for good"):
        Bench(Capped(event=event), len(DATA) // 2 + 1).run()


def test_a_server_that_refuses_more_is_asked_by_fewer() -> None:
    source = Capped()

    def event(asked: int, here: int, extra: bool) -> None:
        if extra and source.open > 2:
            raise Refused

    source._event = event
    bench = Bench(source, 50_000)
    bench.run()
    bench.check()


@pytest.mark.parametrize("unit", [50_000, len(DATA) // 2 + 1])
def test_stopping_stops_all_lanes(unit: int) -> None:
    progress = Progress()

    def event(asked: int, here: int, extra: bool) -> None:
        progress.check()

    bench = Bench(Capped(rate=2e5, event=event), unit, progress)
    threading.Timer(0.3, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        bench.run()
    assert time.monotonic() - began < 5
    assert bench.source.open == 0


def test_no_help_where_more_lanes_bring_nothing() -> None:
    turn = threading.Lock()

    def event(asked: int, here: int, extra: bool) -> None:
        with turn:
            time.sleep(0.001)  # one line for all

    bench = Bench(Capped(rate=1e9, event=event), len(DATA) // 2 + 1)
    bench.run()
    bench.check()
    assert len(bench.source.asked) <= 6
