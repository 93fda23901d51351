"""What a fake is asked and what it answers: plain values, so that a fake is a pure function."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import parse_qsl, unquote

Framing = Literal["length", "chunked", "close"]
Ending = Literal["fin", "rst", "stall"]


class Throttle:
    """A line of so many bytes a second; shared by all responses that hold the same object."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.piece = max(1, min(1 << 16, int(rate / 50)))
        self._lock = threading.Lock()
        self._free = 0.0

    def take(self, count: int) -> None:
        """Wait until *count* more bytes have gone through."""
        with self._lock:
            now = time.monotonic()
            # What a sleep that was too long has lost may be made good again.
            self._free = max(self._free, now - 0.05) + count / self.rate
            wait = self._free - now
        if wait > 0.001:
            time.sleep(wait)


@dataclass(frozen=True)
class File:
    """A part of a file on disk as a body; sent without being read into memory where possible."""

    path: Path
    start: int
    size: int


Body = bytes | File | Iterable[bytes]


@dataclass(frozen=True)
class Wire:
    """How a response goes out, beyond what it says.

    Attributes:
        throttle: limits the speed; None: as fast as it goes.
        delay: seconds before the first byte of the head.
        stop_after: bytes of the body after which `ending` happens; None: at its end.
        ending: what happens there: the connection is closed (FIN), reset (RST), or nothing more
            comes.
        stall: seconds that a stall lasts before the body goes on; None: for ever.
        raw_head: sent in place of status line and headers.
        last_chunk: False: a chunked body lacks its end.
        chunk_head: in place of the size of the first chunk.
    """

    throttle: Throttle | None = None
    delay: float = 0.0
    stop_after: int | None = None
    ending: Ending = "fin"
    stall: float | None = None
    raw_head: bytes | None = None
    last_chunk: bool = True
    chunk_head: bytes | None = None


@dataclass
class Response:
    """What a fake answers.

    Attributes:
        status: status code.
        headers: as sent, repetitions included. ``Date``, ``Content-Length`` or
            ``Transfer-Encoding`` are added where they are not there.
        body: bytes, a part of a file, or pieces made while they are sent.
        framing: how the body's end is told: by its length, by chunks, or by closing.
        wire: faults of the line.
    """

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: Body = b""
    framing: Framing = "length"
    wire: Wire = field(default_factory=Wire)

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def set(self, name: str, *values: str) -> Response:
        """Replace all headers of that name; without values they are removed."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        self.headers += [(name, value) for value in values]
        return self


@dataclass
class Request:
    """What a fake is asked.

    Attributes:
        method: as sent.
        scheme: ``https`` or ``http``.
        host: lower case, without port.
        port: where the client thinks that it is.
        target: path and query, as sent.
        headers: names in lower case; repeated ones joined by commas.
        body: what was posted.
    """

    method: str
    scheme: str
    host: str
    port: int
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, str]:
        """The query's names and values; the last of a name counts."""
        pairs = parse_qsl(self.target.partition("?")[2], keep_blank_values=True)
        return dict(pairs)

    @property
    def place(self) -> str:
        """The URL without its query and default port: what fault scripts are keyed by."""
        port = "" if self.port in {80, 443} else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target.partition('?')[0]}"


@dataclass
class Record(Request):
    """One entry of the log: a request, and what became of it.

    Attributes:
        status: of the answer.
        sent: bytes of the body that were sent.
        connection: number of the connection, so that keep-alive can be seen.
        at: seconds since the cloud was started.
    """

    status: int = 0
    sent: int = 0
    connection: int = 0
    at: float = 0.0


Handler = Callable[[Request], Response]
Fault = Callable[[Request, Handler], Response]
"""Stands between a request and its handler, and may change either or answer itself."""


class Fake(Protocol):
    """A provider's stand-in."""

    @property
    def hosts(self) -> Sequence[str]:
        """Names it answers for; ``.example.org`` stands for all below."""

    def handle(self, request: Request) -> Response:
        """The answer to one request. Called by many threads."""


def text(status: int, body: str, kind: str = "text/plain", **headers: str) -> Response:
    """A small answer: *headers* with ``_`` for ``-``."""
    fields = [("Content-Type", f"{kind}; charset=utf-8")]
    fields += [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, fields, body.encode())


def redirect(location: str, status: int = 302, **headers: str) -> Response:
    """An empty answer that leads to *location*, as it is."""
    fields = [("Location", location)]
    fields += [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, fields)
