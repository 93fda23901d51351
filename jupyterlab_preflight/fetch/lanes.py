"""A file's bytes over as many connections as make it faster, and no more.

One connection is enough where the line is the limit; several help where a server caps each of
them, or where one core cannot inflate what one line brings. Nobody can know beforehand, so lanes
are added while the measured total grows, and given up as soon as the server minds.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Protocol

from .remote import Refused

if TYPE_CHECKING:
    from ..progress import Progress
    from .http import Answer

MOST = 4
"""Connections at a time: what browsers and providers take for ordinary is 6."""

SMALLEST = 8 << 20
"""Bytes below which a share is not cut in two: a request must be worth its round trip."""

_WINDOW = 0.3
_GROWTH = 1.15
_BUSY = 0.7


class Source(Protocol):
    """A file that can be read from any byte: at its source, or on this disk."""

    total: int | None
    fetched: int

    def read(self, start: int, end: int) -> bytes:
        """The bytes from *start* up to *end*."""

    def chunks(
        self, start: int, end: int | None, answer: Answer | None = None, *, extra: bool = False
    ) -> Generator[bytes, None, None]:
        """The same in chunks; see `Remote.chunks`."""


class Share:
    """A run of bytes that one lane works through; another lane may take its far half.

    Attributes:
        position: where the next unit of work begins.
        end: where the share ends now.
    """

    def __init__(self, lanes: Lanes, position: int, end: int) -> None:
        self._lanes = lanes
        self.position = position
        self.end = end
        self.busy = position
        self.extra = False
        self.answer: Answer | None = None

    def claim(self, position: int, end: int) -> int:
        """Begin the unit from *position* to *end*: how far it is still this share's own.

        Everything before *position* counts as done.
        """
        with self._lanes.lock:
            self.position = position
            self.busy = max(position, min(end, self.end))
            return self.busy

    def chunks(self) -> Generator[bytes, None, None]:
        """The bytes from `position` on, as they come."""
        answer, self.answer = self.answer, None
        if answer is not None:
            return self._lanes.source.chunks(self.position, None, answer)
        return self._lanes.source.chunks(self.position, self.end, extra=self.extra)


class Lanes:
    """Works through ranges of a file.

    Args:
        source: the file; parts of it can be asked for.
        ranges: what is needed, as (start, end), in order.
        work: called in a thread of its own with one share at a time; returns when it is done.
        cut: where a run of bytes may be cut in two, near its middle; None: nowhere.
        progress: stopping it stops every lane.
        tick: called about once a second, and whenever the work ends, with `left`. Without it, and
            where one lane is enough, no thread is started.
    """

    def __init__(
        self,
        source: Source,
        ranges: Sequence[tuple[int, int]],
        work: Callable[[Share], None],
        cut: Callable[[int, int], int | None],
        progress: Progress,
        *,
        tick: Callable[[list[tuple[int, int]]], None] | None = None,
    ) -> None:
        self.source = source
        self.lock = threading.Lock()
        self._waiting = [Share(self, start, end) for start, end in ranges]
        self._shares = list(self._waiting)
        self._tick = tick
        self._running: dict[int, Share | None] = {}
        self._work = work
        self._cut = cut
        self._progress = progress
        self._most = MOST
        self._error: BaseException | None = None
        self._ended = threading.Condition(self.lock)

    def run(
        self, answer: Answer | None = None, *, begin: int = 1, cores: int = os.cpu_count() or 1
    ) -> None:
        """Do all the work; returns when it is done, raises what the first failing lane raised.

        Args:
            answer: one that begins at the first byte of the first range, to be read on.
            begin: lanes to begin with, where there is work for them.
            cores: how many processors the work can keep busy: where they are, no lane is added.
        """
        if answer is not None and self._waiting:
            self._waiting[0].answer = answer
        threads: list[threading.Thread] = []
        try:
            if self._tick is None and self._size() < 2 * SMALLEST:
                self._lane(0)
            else:
                self._widen(threads, begin)
                self._grow(threads, cores)
        finally:
            for thread in threads:
                thread.join()
            if self._tick is not None:
                self._tick(self.left())
        self._raise()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
        self._progress.check()

    def _grow(self, threads: list[threading.Thread], cores: int) -> None:
        """Add lanes while that makes the whole faster; returns when all have ended."""
        best, since, before = 0.0, time.monotonic(), self.source.fetched
        worked = time.process_time()
        growing, ticked = True, since
        while True:
            with self._ended:
                if not self._running:
                    if self._error is not None or not self._waiting:
                        return
                else:
                    self._ended.wait(0.05)
                idle = not self._running
            if idle:
                self._widen(threads, 1)  # all extra lanes were refused: go on with one
                continue
            now = time.monotonic()
            if self._tick is not None and now - ticked >= 1:
                self._tick(self.left())
                ticked = now
            if growing and now - since >= _WINDOW:
                rate = (self.source.fetched - before) / (now - since)
                load = (time.process_time() - worked) / (now - since)
                growing = rate >= best * _GROWTH and self._size() > 2 * SMALLEST
                if growing and load < cores * _BUSY:
                    self._widen(threads, min(self._most, 2 * len(self._running)))
                    best = rate
                since, before, worked = now, self.source.fetched, time.process_time()

    def _widen(self, threads: list[threading.Thread], count: int) -> None:
        """Have *count* lanes, where the server has not refused so many."""
        for _ in range(min(count, self._most) - len(self._running)):
            number = len(threads)
            with self.lock:
                self._running[number] = None
            thread = threading.Thread(
                target=self._lane, args=(number,), name=f"preflight-lane-{number}", daemon=True
            )
            threads.append(thread)
            thread.start()

    def _lane(self, number: int) -> None:
        """One connection: share after share, until there is none to take."""
        share: Share | None = None
        try:
            while share := self._next(number):
                self._work(share)
                self._progress.check()
        except Refused:
            with self.lock:
                assert share is not None
                share.busy = share.position
                self._waiting.append(share)
                self._most = max(1, len(self._running) // 2)
        except BaseException as error:
            with self.lock:
                self._error = self._error or error
        finally:
            with self._ended:
                self._running.pop(number, None)
                self._ended.notify_all()

    def _next(self, number: int) -> Share | None:
        """A share that nobody works on, or the far half of the largest one."""
        with self.lock:
            if self._error is not None:
                return None
            share = self._waiting.pop(0) if self._waiting else self._halve()
            if share is not None:
                share.extra = any(other is not None for other in self._running.values())
            self._running[number] = share
            return share

    def _halve(self) -> Share | None:
        shares = [share for share in self._running.values() if share is not None]
        largest = max(shares, key=lambda share: share.end - share.busy, default=None)
        if largest is None or largest.end - largest.busy < 2 * SMALLEST:
            return None
        middle = self._cut(largest.busy, largest.end)
        if middle is None:
            return None
        share = Share(self, middle, largest.end)
        self._shares.append(share)
        largest.end = middle
        return share

    def left(self) -> list[tuple[int, int]]:
        """What is not done, as (start, end), in order."""
        with self.lock:
            return sorted(
                (share.position, share.end) for share in self._shares if share.position < share.end
            )

    def _size(self) -> int:
        return sum(end - start for start, end in self.left())
