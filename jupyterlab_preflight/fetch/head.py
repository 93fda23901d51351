"""The head of an answer: whole, in bounded time, or not at all.

The standard library takes a connection that breaks inside the head for the head's end. Without a
length among the lines that came, the body would then be whole as soon as it is empty.
"""

from __future__ import annotations

import time
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any


class _Lines:
    """The lines of a head, from a buffered *file*.

    Attributes:
        cut: whether the connection ended before the last line that was asked for.
    """

    def __init__(self, file: Any, patience: float) -> None:
        self.cut = False
        self.close = file.close
        self._file = file
        self._until = time.monotonic() + patience

    def readline(self, limit: int) -> bytes:
        """The next line, its end included, or as much of it as *limit* allows."""
        line = b""
        while not line.endswith(b"\n") and len(line) < limit:
            if time.monotonic() > self._until:
                raise TimeoutError("timed out")
            seen = self._file.peek(1)[: limit - len(line)]
            if not seen:
                self.cut = True
                break
            line += self._file.read(seen.find(b"\n") + 1 or len(seen))
        return line


def response_class(patience: float) -> type[HTTPResponse]:
    """What a connection reads answers with.

    Args:
        patience: seconds that a whole head may take, however busily it drips.
    """

    class Response(HTTPResponse):
        def begin(self) -> None:
            file = self.fp
            lines = _Lines(file, patience)
            self.fp = lines  # type: ignore[assignment]
            try:
                super().begin()
            finally:
                if self.fp is not None:
                    self.fp = file
            if lines.cut:
                self._close_conn()  # type: ignore[attr-defined]
                raise RemoteDisconnected("The connection ended inside the head.")

    return Response
