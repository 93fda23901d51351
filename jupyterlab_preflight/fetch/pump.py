"""Reads ahead: the line stays busy while what has come is unpacked."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from types import TracebackType

_AHEAD = 64  # chunks


class Pump:
    """Iterates over *chunks*, which a thread of its own reads. A context manager.

    Args:
        chunks: where they come from; closed in the thread.
    """

    def __init__(self, chunks: Generator[bytes, None, None]) -> None:
        self._chunks = chunks
        self._queue: queue.Queue[bytes | BaseException | None] = queue.Queue(_AHEAD)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preflight-read", daemon=True)

    def __enter__(self) -> Iterator[bytes]:
        self._thread.start()
        return self._arriving()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.05)

    def _drain(self) -> None:
        try:
            while True:
                self._queue.get_nowait()
        except queue.Empty:
            return

    def _arriving(self) -> Iterator[bytes]:
        while (item := self._queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def _run(self) -> None:
        last: BaseException | None = None
        try:
            for chunk in self._chunks:
                self._queue.put(chunk)
                if self._over.is_set():
                    break
        except BaseException as error:
            last = error
        finally:
            self._chunks.close()
            self._queue.put(last)
