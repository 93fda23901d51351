"""Threads that inflate and write while one thread reads.

zlib, checksums and file calls let go of the interpreter's lock, so members unpack side by side;
small ones go in batches, because handing over costs more than they do.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .extract import Writer

if TYPE_CHECKING:
    from types import TracebackType

    from .archive import Member
    from .job import Job

_IN_FLIGHT = 64 << 20  # packed bytes that wait or are worked on
_BATCH = 1 << 18
_COUNT = max(1, min(4, os.cpu_count() or 1))


class _Stopped(Exception):
    """Another thread has failed: its error is the one to tell."""


class Workers:
    """A context manager; on the way out all threads have ended.

    Raises:
        PreflightError: what the first failing thread raised, from whichever call comes next.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._batch = _Batch()
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
        self._join()

    def whole(self, path: str, member: Member, packed: memoryview) -> None:
        """Write a small member from all of its bytes."""
        self._batch.items.append((path, member, packed))
        self._batch.size += len(packed) + 256
        if self._batch.size >= _BATCH:
            self._flush()

    def pieces(self, path: str, member: Member, pieces: Iterator[memoryview]) -> None:
        """Write a member from its bytes as they come; returns when the last was handed over."""
        self._flush()
        channel = _Channel(self, path, member)
        self._put(channel)
        try:
            for piece in pieces:
                self._take_room(len(piece))
                channel.put(piece)
        finally:
            channel.put(None)

    def finish(self) -> None:
        """Wait until everything is written.

        Raises:
            PreflightError: what the first failing thread raised.
        """
        self._flush()
        self._join()
        if self._error is not None:
            raise self._error

    def _flush(self) -> None:
        if self._batch.items:
            batch, self._batch = self._batch, _Batch()
            self._take_room(batch.size)
            self._put(batch)

    def _put(self, work: _Work) -> None:
        if len(self._threads) < _COUNT:
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
                    work.do(writer, self)
                    self._job.progress.check()
            except _Stopped:
                pass
            except BaseException as error:
                with self._room:
                    self._error = self._error or error
                    self._room.notify_all()


class _Work:
    """Something for one thread."""

    def do(self, writer: Writer, workers: Workers) -> None:
        """Do it, and give its room back."""
        raise NotImplementedError


class _Batch(_Work):
    """Small members, whole."""

    def __init__(self) -> None:
        self.items: list[tuple[str, Member, memoryview]] = []
        self.size = 0

    def do(self, writer: Writer, workers: Workers) -> None:
        for path, member, packed in self.items:
            writer.whole(path, member, packed)
        workers.give_room(self.size)


class _Channel(_Work):
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

    def do(self, writer: Writer, workers: Workers) -> None:
        writer.pieces(self._path, self._member, self._arriving())
