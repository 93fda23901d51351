"""What can go wrong on the way: each a small function that stands before a handler.

``cloud.script(place, drop(100))`` lets the next answer from *place* end after 100 bytes;
``cloud.always(place, weak_etag())`` changes every answer. They can be combined.
"""

from __future__ import annotations

import gzip as _gzip
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from .message import (
    Ending,
    Fault,
    File,
    Handler,
    Request,
    Response,
    Throttle,
    Wire,
    redirect,
    text,
)

PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><form></form></body></html>"


def drop(after: int, ending: Ending = "fin") -> Fault:
    """The connection is closed (``fin``) or reset (``rst``) after *after* bytes of the body."""
    return _wired(stop_after=after, ending=ending)


def stall(after: int = 0, seconds: float | None = None) -> Fault:
    """Nothing comes for *seconds* (None: for ever) once *after* bytes of the body were sent."""
    return _wired(stop_after=after, ending="stall", stall=seconds)


def late(seconds: float) -> Fault:
    """Nothing at all comes for *seconds*."""
    return _wired(delay=seconds)


def slow(rate: float, shared: Throttle | None = None) -> Fault:
    """The body crawls at *rate* bytes a second; or all answers together with *shared*."""

    def fault(request: Request, handler: Handler) -> Response:
        return _rewire(handler(request), throttle=shared or Throttle(rate))

    return fault


def length(*values: object) -> Fault:
    """``Content-Length`` says *values*; without any there is none and the end is by closing."""

    def change(response: Response) -> None:
        response.set("Content-Length", *map(str, values))
        if not values:
            response.framing = "close"

    return _changed(change)


def length_off(by: int) -> Fault:
    """``Content-Length`` is *by* too big (or, negative, too small); then the connection ends."""

    def fault(request: Request, handler: Handler) -> Response:
        response = handler(request)
        response.set("Content-Length", str(_size(response) + by))
        return _rewire(response, stop_after=_size(response), ending="fin")

    return fault


def chunked() -> Fault:
    """The body comes in chunks and without a length."""

    def change(response: Response) -> None:
        response.set("Content-Length")
        response.framing = "chunked"

    return _changed(change)


def chunks_without_end() -> Fault:
    """A chunked body whose last chunk is missing."""
    return _both(chunked(), _wired(last_chunk=False))


def bad_chunk(size: bytes = b"zz") -> Fault:
    """A chunked body whose first chunk has a malformed size."""
    return _both(chunked(), _wired(chunk_head=size))


def endless(piece: bytes = b"\0" * 65536) -> Fault:
    """A body without length that never ends."""

    def fault(request: Request, handler: Handler) -> Response:
        response = handler(request)
        return replace(response, body=itertools.repeat(piece), framing="chunked")

    return fault


def without(*names: str) -> Fault:
    """The request's headers *names* are ignored: ``without("range")`` gives 200 to a range."""

    def fault(request: Request, handler: Handler) -> Response:
        headers = {key: value for key, value in request.headers.items() if key not in names}
        return handler(replace(request, headers=headers))

    return fault


def head(**headers: str | None) -> Fault:
    """The answer's headers are these; ``_`` stands for ``-``, None removes one."""

    def change(response: Response) -> None:
        for name, value in headers.items():
            response.set(name.replace("_", "-"), *([] if value is None else [value]))

    return _changed(change)


def content_range(value: str | None) -> Fault:
    """A 206 whose ``Content-Range`` says *value* (None: nothing)."""
    return head(Content_Range=value)


def changing_etag() -> Fault:
    """Each answer has another strong ETag, and no condition is ever met."""
    numbers = itertools.count()

    def fault(request: Request, handler: Handler) -> Response:
        return handler(request).set("ETag", f'"version-{next(numbers)}"')

    return _both(fault, without("if-none-match", "if-range", "if-modified-since"))


def weak_etag() -> Fault:
    """The ETag is weak, and the only validator."""
    return head(ETag='W/"weak"', Last_Modified=None)


def gzipped() -> Fault:
    """The body is compressed though nobody asked for it."""

    def change(response: Response) -> None:
        response.body = _gzip.compress(_bytes(response))
        response.set("Content-Length").set("Content-Encoding", "gzip")

    return _changed(change)


def status(code: int, body: str = "", kind: str = "text/plain", **headers: str) -> Fault:
    """Another answer altogether."""
    return answer(lambda: text(code, body, kind, **headers))


def to(location: str, code: int = 302) -> Fault:
    """A redirect to *location*, as it stands."""
    return answer(lambda: redirect(location, code))


def page(kind: str = "text/html", body: str = PAGE) -> Fault:
    """A web page with status 200 instead of the file; *kind* is the type it claims to have."""
    return answer(lambda: Response(200, [("Content-Type", kind)], body.encode()))


def typed(kind: str) -> Fault:
    """The right bytes under the wrong ``Content-Type``."""
    return head(Content_Type=kind)


def empty() -> Fault:
    """Status 200 and no bytes."""
    return answer(lambda: Response(200, [("Content-Type", "application/octet-stream")]))


def no_head(code: int = 405) -> Fault:
    """HEAD is refused with *code*."""

    def fault(request: Request, handler: Handler) -> Response:
        return text(code, "") if request.method == "HEAD" else handler(request)

    return fault


def expires(seconds: float, code: int = 403) -> Fault:
    """From *seconds* after this call on the signed URL is refused, as an object store does it."""
    until = time.monotonic() + seconds
    body = "<?xml version='1.0'?><Error><Code>ExpiredToken</Code></Error>"

    def fault(request: Request, handler: Handler) -> Response:
        if time.monotonic() < until:
            return handler(request)
        return text(code, body, "application/xml")

    return fault


def raw(head: bytes) -> Fault:
    """*head* is sent instead of status line and headers; the body follows as it is."""
    return _wired(raw_head=head)


def hang_up(ending: Ending = "fin") -> Fault:
    """The connection ends before any answer."""
    return _wired(raw_head=b"", stop_after=0, ending=ending)


def header_bomb(count: int = 10_000) -> Fault:
    """*count* headers."""
    rows = b"".join(b"X-%d: y\r\n" % number for number in range(count))
    return raw(b"HTTP/1.1 200 OK\r\n" + rows + b"\r\n")


def long_header(size: int = 1 << 20) -> Fault:
    """One header of *size* bytes."""
    return raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * size + b"\r\n\r\n")


def answer(make: Callable[[], Response]) -> Fault:
    """What *make* gives, whatever was asked."""
    return lambda request, handler: make()


def one_after_another(faults: Iterable[Fault | None]) -> Fault:
    """The n-th request meets the n-th of *faults*; the last one stays."""
    waiting = list(faults)

    def fault(request: Request, handler: Handler) -> Response:
        now = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return handler(request) if now is None else now(request, handler)

    return fault


def _wired(**changes: object) -> Fault:
    return lambda request, handler: _rewire(handler(request), **changes)


def _rewire(response: Response, **changes: object) -> Response:
    wire: Wire = replace(response.wire, **changes)  # type: ignore[arg-type]
    return replace(response, wire=wire)


def _changed(change: Callable[[Response], None]) -> Fault:
    def fault(request: Request, handler: Handler) -> Response:
        response = handler(request)
        change(response)
        return response

    return fault


def _both(outer: Fault, inner: Fault) -> Fault:
    return lambda request, handler: outer(request, lambda again: inner(again, handler))


def _size(response: Response) -> int:
    return response.body.size if isinstance(response.body, File) else len(_bytes(response))


def _bytes(response: Response) -> bytes:
    body = response.body
    if isinstance(body, File):
        with body.path.open("rb") as stream:
            stream.seek(body.start)
            return stream.read(body.size)
    if not isinstance(body, bytes):
        body = response.body = b"".join(body)
    return body
