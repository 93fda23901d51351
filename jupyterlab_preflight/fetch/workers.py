"""Threads that inflate and write while one thread reads.

zlib, checksums and file calls let go of the interpreter's lock, so large members unpack side by
side. Small ones are not handed to threads, which costs more than they do: see `processes`.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .extract import Writer
from .processes import Batch, Processes, cores

if TYPE_CHECKING:
    from types import TracebackType

    from .archive import Member
    from .extract import Feed
    from .job import Job

_IN_FLIGHT = 64 << 20  # packed bytes that wait or are worked on
_CORES = max(1, min(4, cores()))
SMALL = 1 << 16
"""Packed bytes of a member below which the interpreter's own work outweighs inflating it."""


def cores_for(packed: int, count: int) -> int:
    """How many processors can work on *count* members of *packed* bytes together.

    Small ones keep the interpreter itself busy, and threads would wait for each other.
    """
    return _CORES if packed > count * SMALL else 1


class _Stopped(Exception):
    """Another thread has failed: its error is the one to tell."""


class Workers:
    """A context manager; on the way out all threads have ended.

    Raises:
        PreflightError: what the first failing thread raised, from whichever call comes next.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._queue: queue.SimpleQueue[_Channel | None] = queue.SimpleQueue()
        self._processes = Processes(job)
        self._small = Batch(self._processes, Writer(job.out, job.limits))
        self._room = threading.Condition()
        self._in_flight = 0
        self._error: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._room:
            if kind is not None:
                self._error = self._error or _Stopped()
            self._room.notify_all()
        with self._processes:
            self._join()

    def write(self, path: str, member: Member, feed: Feed) -> None:
        """Write a member whose sizes are known; *feed* stands at its data, then behind it."""
        if member.packed <= SMALL:
            self._small.add(path, member, feed.take(member.packed))
            self._refuse_damaged()
            return
        channel = _Channel(self, path, member)
        self._put(channel)
        try:
            for piece in feed.pieces(member.packed):
                self._take_room(len(piece))
                channel.put(piece)
        finally:
            channel.put(None)

    def finish(self) -> None:
        """Wait until everything is written.

        Raises:
            PreflightError: what the first failing thread raised.
        """
        self._small.finish()
        self._refuse_damaged()
        self._join()
        if self._error is not None:
            raise self._error

    def _refuse_damaged(self) -> None:
        for error in self._processes.damaged.values():
            raise error

    def _put(self, work: _Channel) -> None:
        if len(self._threads) < _CORES:
            thread = threading.Thread(target=self._run, name="preflight-unpack", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._queue.put(work)

    def _join(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _take_room(self, size: int) -> None:
        with self._room:
            while self._in_flight > _IN_FLIGHT and self._error is None:
                self._room.wait(0.5)
                self._job.progress.check()
            if self._error is not None:
                raise self._error
            self._in_flight += size

    def give_room(self, size: int) -> None:
        """Say that *size* bytes are done with; stops the thread where another has failed."""
        with self._room:
            self._in_flight -= size
            self._room.notify_all()
            if self._error is not None:
                raise _Stopped

    def _run(self) -> None:
        with self._job.out.twin() as out:
            writer = Writer(out, self._job.limits)
            try:
                while (work := self._queue.get()) is not None:
                    work.do(writer)
                    self._job.progress.check()
            except _Stopped:
                pass
            except BaseException as error:
                with self._room:
                    self._error = self._error or error
                    self._room.notify_all()


class _Channel:
    """One large member, in pieces; None ends it."""

    def __init__(self, workers: Workers, path: str, member: Member) -> None:
        self._path = path
        self._member = member
        self._pieces: queue.SimpleQueue[memoryview | None] = queue.SimpleQueue()
        self._workers = workers
        self.put = self._pieces.put

    def _arriving(self) -> Iterator[memoryview]:
        while (piece := self._pieces.get()) is not None:
            yield piece
            self._workers.give_room(len(piece))

    def do(self, writer: Writer) -> None:
        """Write it."""
        writer.pieces(self._path, self._member, self._arriving())
