"""A file's bytes over as many connections as make it faster, and no more.

One connection is enough where the line is the limit; several help where a server caps each of
them, or where one core cannot inflate what one line brings. Nobody can know beforehand, so lanes
are added while the measured total grows, and given up as soon as the server minds.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Protocol

from .remote import Refused

if TYPE_CHECKING:
    from ..progress import Progress
    from .http import Answer

MOST = 6
"""Connections at a time: what browsers and providers take for ordinary."""

SMALLEST = 8 << 20
"""Bytes below which a share is not cut in two: a request must be worth its round trip."""

AHEAD = (4 << 20, 16 << 20)
"""Bytes that a lane fetches ahead for another one, least and most: they wait in memory."""

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
        position: where the next unit of work begins; *end*: where the share ends now.
        busy: how far the unit of work at hand reaches; *come*: how far bytes have come.
        extra: whether others are at work: then the server may refuse this one.
        answer: one that begins at *position*, to be read on.
        ahead: brings the share's end, where another lane helps.
    """

    def __init__(self, lanes: Lanes, position: int, end: int) -> None:
        self._lanes = lanes
        self.position = position
        self.end = end
        self.busy = position
        self.come = position
        self.extra = False
        self.answer: Answer | None = None
        self.ahead: Ahead | None = None

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
        source, self.come = self._lanes.source, self.position
        with contextlib.closing(
            source.chunks(self.position, None, answer)
            if answer is not None
            else source.chunks(self.position, self.end, extra=self.extra)
        ) as stream:
            for chunk in stream:
                with self._lanes.lock:
                    at, ahead = self.come, self.ahead
                    self.come += len(chunk)
                if ahead is not None and ahead.start <= self.come:
                    yield chunk[: ahead.start - at]
                    break
                yield chunk
            else:
                return
        yield from ahead.chunks()


class Ahead:
    """The end of a share that cannot be cut, such as of one large member: a lane that has nothing
    else to do fetches it, and the share's own lane takes it from there when it comes so far.

    Whatever goes wrong with it, the share's own lane fetches the rest itself, and judges.
    """

    def __init__(self, lanes: Lanes, start: int, end: int) -> None:
        self._lanes = lanes
        self.start = start
        self._end = end
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def fetch(self) -> None:
        """Fetch it, in the lane's thread."""
        try:
            with (
                contextlib.suppress(Exception),
                contextlib.closing(
                    self._lanes.source.chunks(self.start, self._end, extra=True)
                ) as stream,
            ):
                for chunk in stream:
                    self._queue.put(chunk)
                    if self._lanes.failed:
                        break
        finally:
            self._queue.put(None)

    def chunks(self) -> Generator[bytes, None, None]:
        """Its bytes, in the thread of the share's own lane."""
        position = self.start
        while (chunk := self._queue.get()) is not None:
            position += len(chunk)
            yield chunk
        if position < self._end:
            yield from self._lanes.source.chunks(position, self._end)


class Lanes:
    """Works through ranges of a file.

    Args:
        source: the file; parts of it can be asked for.
        ranges: what is needed, as (start, end), in order.
        work: called in a thread of its own with one share at a time; returns when it is done.
        cut: where a run of bytes may be cut in two, near its middle or else at its start; None:
            nowhere.
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
        self._running: dict[int, Share | Ahead | None] = {}
        self._work = work
        self._cut = cut
        self._progress = progress
        self._most = MOST
        self._growing = True  # more lanes are on trial …
        self._faster = False  # … or have proved to bring more
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

    @property
    def failed(self) -> bool:
        """Whether one lane has, so that all may stop."""
        return self._error is not None

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
        self._progress.check()

    def _grow(self, threads: list[threading.Thread], cores: int) -> None:
        """Add lanes while that makes the whole faster; returns when all have ended."""
        best, since, before = 0.0, time.monotonic(), self.source.fetched
        worked = time.process_time()
        ticked = since
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
            if self._growing and now - since >= _WINDOW:
                rate = (self.source.fetched - before) / (now - since)
                load = (time.process_time() - worked) / (now - since)
                self._growing = rate >= best * _GROWTH
                self._faster = self._faster or (self._growing and best > 0)
                self._growing = self._growing and self._size() > 2 * SMALLEST
                if self._growing and load < cores * _BUSY:
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
        share: Share | Ahead | None = None
        try:
            while share := self._next(number):
                if isinstance(share, Ahead):
                    share.fetch()
                else:
                    self._work(share)
                self._progress.check()
        except Refused:
            with self.lock:
                assert isinstance(share, Share)
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

    def _next(self, number: int) -> Share | Ahead | None:
        """A share that nobody works on, the far half of the largest one, or the end of one."""
        with self.lock:
            if self._error is not None:
                return None
            share = self._waiting.pop(0) if self._waiting else self._halve() or self._help()
            if isinstance(share, Share):
                share.extra = any(other is not None for other in self._running.values())
            self._running[number] = share
            return share

    def _helpless(self) -> list[Share]:
        """The shares at work of which no lane fetches the end."""
        shares = (share for share in self._running.values() if isinstance(share, Share))
        return [share for share in shares if share.ahead is None]

    def _halve(self) -> Share | None:
        shares = self._helpless()
        largest = max(shares, key=lambda share: share.end - share.busy, default=None)
        if largest is None or largest.end - largest.busy < 2 * SMALLEST:
            return None
        middle = self._cut(largest.busy, largest.end)
        if middle is None or middle <= largest.position:  # that would be all of it
            return None
        share = Share(self, middle, largest.end)
        self._shares.append(share)
        largest.end = middle
        return share

    def _help(self) -> Ahead | None:
        shares = self._helpless() if self._growing or self._faster else []
        largest = max(shares, key=lambda share: share.end - share.come, default=None)
        least, most = AHEAD
        if largest is None or largest.end - largest.come < 2 * least:
            return None
        middle = (largest.come + largest.end) // 2
        largest.ahead = Ahead(self, max(middle, largest.end - most), largest.end)
        return largest.ahead

    def left(self) -> list[tuple[int, int]]:
        """What is not done, as (start, end), in order."""
        with self.lock:
            return sorted(
                (share.position, share.end) for share in self._shares if share.position < share.end
            )

    def _size(self) -> int:
        return sum(end - start for start, end in self.left())
