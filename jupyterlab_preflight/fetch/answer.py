"""A question to a server, and its answer before the body has been read.

Whether a body is whole, is the part that was asked for and still belongs to the same file is
decided here, because neither the standard library nor urllib3 tells a truncated file from a
complete one in every way of reading it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import IntegrityError, NetworkError, PreflightError
from . import headers as header
from .redirects import Target
from .retry import Limits

if TYPE_CHECKING:
    from types import TracebackType

    from urllib3.response import BaseHTTPResponse

    from ..progress import Progress
    from ..secrets import Credential

_SMALL = 16384
_PAGE = 65536
_GATHER = 0.05
_DRAIN = 0.5  # seconds that a connection may cost before a new one is as good
_AGAIN = "Try again."
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


class TransferError(NetworkError):
    """A body that has begun and does not come to its end: what is missing may come next time."""


@dataclass(frozen=True)
class Request:
    """What to ask for.

    Attributes:
        url: absolute http(s) URL, ASCII only.
        headers: further headers; sent to the first host only, and never a credential.
        credential: sent over https to its own hosts only, and dropped for good as soon as a
            redirect changes scheme, host or port.
        hosts: hosts that a redirect may lead to; ``.example.org`` stands for all below it.
            Empty: any.
        start: first byte of a range, or None for no range.
        end: one past the last byte; None: to the end.
        suffix: the last so many bytes, instead of *start*.
        validator: what `Answer.validator` said before. With a range: sent as ``If-Range`` (RFC 9110
            §13.1.5), and no range is asked for where it is weak. Without: sent as
            ``If-None-Match`` (a weak ETag is fine) or ``If-Modified-Since``.
        method: the method; 303 turns it into GET, 301 and 302 turn POST into GET.
        body: what is sent; kept over redirects 307 and 308 of one origin only.
        final: statuses that are never retried but handed back at once.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = None
    hosts: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    suffix: int | None = None
    validator: str | None = None
    method: str = "GET"
    body: bytes | None = None
    final: tuple[int, ...] = ()


class Answer:
    """A server's answer whose body has not been read yet. A context manager.

    Attributes:
        status: 200, 206, 304, 404 …
        headers: names in lower case; repeated ones joined by commas.
        url: where it came from in the end. May be signed: never show or store it.
        length: bytes of this body, or None where the server does not say.
        total: bytes of the whole file, where known.
        start: offset of the body in the file; 0 unless the status is 206.
        ranged: whether parts can be asked for: this is one, or the server offers them.
        validator: proves later that the file is the same: strong ETag, else Last-Modified.
        filename: as the server names it (RFC 6266); *unchecked*, may hold anything.
    """

    def __init__(
        self,
        response: BaseHTTPResponse,
        request: Request,
        target: Target,
        progress: Progress,
        limits: Limits,
    ) -> None:
        self._response = response
        self._progress = progress
        self._limits = limits
        self._host = target.host
        self._count = 0
        self._head = b""
        self._failure: PreflightError | None = None
        self._span_time = 0.0
        self._span_bytes = 0
        self.status = response.status
        self.headers: Mapping[str, str] = {
            name.lower(): response.headers[name] for name in response.headers
        }
        self.url = target.url
        self.start = 0
        self.ranged = self.headers.get("accept-ranges", "").strip().lower() == "bytes"
        self.validator = header.validator(self.headers)
        self.filename = header.filename(self.headers.get("content-disposition", ""))
        self._encoding = self._read_encoding(request.url)
        self.length = self._read_length(request.method)
        self.total = self.length if self.status == 200 else None
        if request.method == "HEAD":
            self.total, self.length = self.length, 0
        elif self.status == 206:
            self._read_range(request)
        elif self.status == 416:
            self.total = header.unsatisfied(self.headers.get("content-range", ""))

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        """The body from its first byte, in pieces of at most *size*; once.

        A piece is handed on as soon as it is full or has waited for a twentieth of a second.

        Raises:
            NetworkError: the body ends early, stalls or crawls. What came before was handed on.
            IntegrityError: it is encoded though we asked for it as it is.
            Interrupted: the run was stopped.
        """
        if self._encoding not in {"", "identity"}:
            raise IntegrityError(
                f"{self._host} sent the file with an encoding ({self._encoding[:20]}) nobody asked"
                " for.",
                action="Tell the owner of the site.",
            )
        head, self._head = self._head, b""
        for at in range(0, len(head), size):
            yield head[at : at + size]
        while piece := self._gather(size):
            yield piece
        self.close()

    def read(self, limit: int = _PAGE) -> bytes:
        """The first *limit* bytes, to look at; `chunks` still begins at the first byte.

        A page that was compressed though we asked it not to be is unpacked, up to *limit*.
        """
        packed = self._encoding in _PACKED
        wanted = max(limit, _PAGE) if packed else limit
        while len(self._head) < wanted:
            piece = self._gather(wanted - len(self._head))
            if not piece:
                break
            self._head += piece
        if packed:
            import zlib

            with contextlib.suppress(zlib.error):
                return zlib.decompressobj(47).decompress(self._head, limit)
        return self._head[:limit]

    def close(self) -> None:
        """Give the connection back, or close it where that would mean reading on."""
        if self._failure is None:
            let_go(self._response, self._count)
        else:
            self._response.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._response.close()
        else:
            self.close()

    def _read_encoding(self, asked: str) -> str:
        """How the body is packed beyond what the file is; empty: not at all.

        Many servers call a ``.tar.gz`` a tar file in the encoding gzip: then what comes is the file
        itself. A web page is none, whatever its address.
        """
        told = self.headers.get("content-encoding", "").strip().lower()
        names = (self.filename, *(url.partition("?")[0] for url in (asked, self.url)))
        if (
            told in {"gzip", "x-gzip"}
            and self.status in {200, 206}
            and any(name.lower().endswith((".gz", ".tgz")) for name in names)
            and not self.headers.get("content-type", "").strip().lower().startswith("text/html")
        ):
            return ""
        return told

    def _read_length(self, method: str) -> int | None:
        if self.status in {204, 304}:
            return 0
        if method != "HEAD" and "transfer-encoding" in self.headers:
            return None
        try:
            return header.content_length(self.headers.get("content-length"))
        except ValueError:
            self._response.close()
            raise IntegrityError(
                f"{self._host} contradicts itself about the length of the file.", action=_AGAIN
            ) from None

    def _read_range(self, request: Request) -> None:
        """Check that a 206 is the part that was asked for (RFC 9110 §15.3.7)."""
        found = header.content_range(self.headers.get("content-range", ""))
        if found is None or not _is_part(found, request, self.length):
            self._response.close()
            raise IntegrityError(
                f"{self._host} sent another part of the file than the one asked for.", action=_AGAIN
            )
        self.start, end, self.total = found
        self.length = end - self.start
        self.ranged = True
        if request.validator and self.validator and self.validator != request.validator:
            same_kind = header.is_etag(self.validator) == header.is_etag(request.validator)
            if same_kind:
                self._response.close()
                raise IntegrityError(
                    f"The file at {self._host} has changed meanwhile.", action="Try again."
                )

    def _gather(self, size: int) -> bytes:
        """Up to *size* bytes; fewer where they come slowly; none at the body's end."""
        if self._failure is not None:
            raise self._failure
        pieces: list[bytes] = []
        got = 0
        began = time.monotonic()
        try:
            while got < size:
                piece = self._receive(size - got)
                if not piece:
                    break
                pieces.append(piece)
                got += len(piece)
                if time.monotonic() - began > _GATHER:
                    break
        except PreflightError as failure:
            self._failure = failure
            if not pieces:
                raise
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _receive(self, size: int) -> bytes:
        """What one read of the socket gives, counted and timed."""
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        self._progress.check()
        if self.length is not None:
            size = min(size, self.length - self._count)
            if size <= 0:
                return b""
        began = time.monotonic()
        try:
            piece = self._response.read1(size, decode_content=False) or b""
        except ReadTimeoutError:
            raise TransferError(
                f"{self._host} has sent nothing for {self._limits.read:.0f} s.", action=_AGAIN
            ) from None
        except (HTTPError, OSError, ValueError):
            self._progress.check()
            raise self._cut() from None
        self._progress.check()
        self._count += len(piece)
        if not piece and self.length is not None:
            raise self._cut()
        self._span_time += time.monotonic() - began
        self._span_bytes += len(piece)
        if self._span_time >= self._limits.slow_time:
            if piece and self._span_bytes < self._limits.slow_rate * self._span_time:
                raise TransferError(
                    f"{self._host} sends less than {self._limits.slow_rate} bytes a second.",
                    action=_AGAIN,
                )
            self._span_time, self._span_bytes = 0.0, 0
        return piece

    def _cut(self) -> TransferError:
        of = "" if self.length is None else f" of {self.length:,}"
        return TransferError(
            f"{self._host} closed the connection after {self._count:,}{of} bytes.", action=_AGAIN
        )


def let_go(response: BaseHTTPResponse, count: int = 0) -> None:
    """Give up on *response* after *count* bytes of its body.

    Its connection is kept where little is left to be read, for a new one would take longer.
    """
    from urllib3.exceptions import HTTPError

    with contextlib.suppress(ValueError, OSError, HTTPError):
        length = header.content_length(response.headers.get("content-length"))
        if length is not None and "transfer-encoding" not in response.headers:
            left, until = length - count, time.monotonic() + _DRAIN
            while 0 < left <= _SMALL and time.monotonic() < until:
                left -= len(response.read1(left, decode_content=False) or bytes(left))
            if left == 0:
                response.drain_conn()  # nothing more comes: the connection goes back
    response.close()


def _is_part(found: tuple[int, int, int | None], request: Request, length: int | None) -> bool:
    """Whether a 206 with this Content-Range, and body, answers the range of *request*."""
    start, end, total = found
    if request.start is not None:
        fits = start == request.start and (request.end is None or end <= request.end)
    elif request.suffix is not None:
        fits = total is not None and end == total and start == max(0, total - request.suffix)
    else:
        fits = False
    return fits and (length is None or length == end - start)
