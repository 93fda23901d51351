"""HTTP/1.1 spoken by hand, because a proper server refuses to make the mistakes that we need."""

from __future__ import annotations

import os
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from email.utils import formatdate
from http import HTTPStatus
from io import BufferedIOBase
from urllib.parse import urlsplit

from .message import File, Request, Response, Throttle

_PIECE = 1 << 18
_LONGEST_LINE = 1 << 16


class Gone(Exception):
    """The connection ends here."""


def read_request(
    stream: BufferedIOBase, sock: socket.socket, scheme: str, host: str, port: int
) -> tuple[Request, bool] | None:
    """The next request and whether the connection may stay open; None at the connection's end.

    Args:
        stream: of *sock*.
        sock: for ``100 Continue``.
        scheme: of requests in origin form.
        host: of requests in origin form; empty: taken from ``Host``.
        port: likewise.
    """
    line = stream.readline(_LONGEST_LINE).decode("latin-1").split()
    if len(line) != 3:
        return None
    method, target, version = line
    headers: dict[str, str] = {}
    while (row := stream.readline(_LONGEST_LINE).decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = row.partition(":")
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    if method == "CONNECT":
        target = f"//{target}"
    if "://" in target.partition("?")[0] or method == "CONNECT":
        parts = urlsplit(target)
        scheme = parts.scheme or scheme
        host, port = parts.hostname or "", parts.port or {"https": 443}.get(scheme, 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    elif not host:
        parts = urlsplit(f"//{headers.get('host', '')}")
        host, port = parts.hostname or "", parts.port or port
    if headers.get("expect", "").lower() == "100-continue":
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = b"".join(_read_body(stream, headers))
    tokens = (headers.get("connection", "") + headers.get("proxy-connection", "")).lower()
    stay = "close" not in tokens and version != "HTTP/1.0"
    return Request(method, scheme, host, port, target, headers, body), stay


def send(
    sock: socket.socket,
    request: Request,
    response: Response,
    stay: bool,
    closing: threading.Event,
) -> Iterator[int]:
    """Send *response*, yielding the count of each piece of its body just before it goes out.

    Raises:
        Gone: the connection cannot be used any more.
    """
    wire = response.wire
    if wire.delay:
        _stall(sock, wire.delay, closing)
    length = _length(response)
    if length is None and response.framing == "length":
        response.framing = "chunked"
    if wire.raw_head is not None:
        sock.sendall(wire.raw_head)
    else:
        sock.sendall(_head(response, length, stay))
    if request.method != "HEAD" and response.status not in {204, 304}:
        yield from _send_body(sock, response, closing)
    if not stay or response.framing == "close" or wire.raw_head is not None:
        raise Gone


def _head(response: Response, length: int | None, stay: bool) -> bytes:
    phrase = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else "Odd"
    rows = [f"HTTP/1.1 {response.status} {phrase}"]
    rows += [f"{name}: {value}" for name, value in response.headers]
    if response.header("Date") is None:
        rows.append(f"Date: {formatdate(usegmt=True)}")
    if response.framing == "chunked":
        rows.append("Transfer-Encoding: chunked")
    elif response.framing == "length" and response.header("Content-Length") is None:
        rows.append(f"Content-Length: {length}")
    if not stay or response.framing == "close":
        rows.append("Connection: close")
    return ("\r\n".join(rows) + "\r\n\r\n").encode("utf-8")


def _send_body(sock: socket.socket, response: Response, closing: threading.Event) -> Iterator[int]:
    wire = response.wire
    body = response.body
    whole = wire.stop_after is None and wire.throttle is None and response.framing != "chunked"
    if isinstance(body, File) and whole and not isinstance(sock, ssl.SSLSocket):
        yield from _send_file(sock, body)
        return
    left = wire.stop_after
    for piece in _pieces(body, wire.throttle):
        part = piece if left is None else piece[:left]
        if part:
            yield len(part)
            if response.framing == "chunked":
                head = wire.chunk_head or b"%x" % len(piece)
                sock.sendall(b"%b\r\n%b%b" % (head, part, b"\r\n" if part == piece else b""))
            else:
                sock.sendall(part)
            if wire.throttle is not None:
                wire.throttle.take(len(part))
        if left is not None:
            left -= len(part)
            if left == 0:
                _end(sock, response, closing)
                left = None
                rest = piece[len(part) :]
                if rest:
                    yield len(rest)
                    sock.sendall(rest + (b"\r\n" if response.framing == "chunked" else b""))
    if left is not None:
        _end(sock, response, closing)
    if response.framing == "chunked":
        if not wire.last_chunk:
            raise Gone
        sock.sendall(b"0\r\n\r\n")


def _end(sock: socket.socket, response: Response, closing: threading.Event) -> None:
    """What is to happen in the middle of the body; returns where the body goes on."""
    wire = response.wire
    if wire.ending == "stall":
        _stall(sock, wire.stall, closing)
        return
    if wire.ending == "rst":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Gone


def _stall(sock: socket.socket, seconds: float | None, closing: threading.Event) -> None:
    """Send nothing for *seconds*, or until the client or the cloud goes away."""
    until = None if seconds is None else time.monotonic() + seconds
    while not closing.is_set():
        if until is not None and time.monotonic() >= until:
            return
        rest = 0.1 if until is None else max(0.0, min(0.1, until - time.monotonic()))
        if select.select([sock], [], [], rest)[0]:
            raise Gone
    raise Gone


def _send_file(sock: socket.socket, body: File) -> Iterator[int]:
    with body.path.open("rb") as stream:
        at, end = body.start, body.start + body.size
        while at < end:
            wanted = min(end - at, 1 << 24)
            yield wanted
            if hasattr(os, "sendfile"):
                count = os.sendfile(sock.fileno(), stream.fileno(), at, wanted)
            else:
                count = sock.sendfile(stream, at, wanted)
            if not count:
                raise Gone
            at += count
            yield count - wanted


def _pieces(body: bytes | File | Iterable[bytes], throttle: Throttle | None) -> Iterator[bytes]:
    size = _PIECE if throttle is None else throttle.piece
    if isinstance(body, File):
        with body.path.open("rb") as stream:
            stream.seek(body.start)
            left = body.size
            while left and (piece := stream.read(min(size, left))):
                left -= len(piece)
                yield piece
        return
    for block in [body] if isinstance(body, bytes) else body:
        for at in range(0, len(block), size):
            yield block[at : at + size]


def _length(response: Response) -> int | None:
    if isinstance(response.body, bytes):
        return len(response.body)
    return response.body.size if isinstance(response.body, File) else None


def _read_body(stream: BufferedIOBase, headers: dict[str, str]) -> Iterator[bytes]:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        while size := int(stream.readline(_LONGEST_LINE).partition(b";")[0], 16):
            yield stream.read(size)
            stream.readline(_LONGEST_LINE)
        while stream.readline(_LONGEST_LINE).strip():
            pass
    elif headers.get("content-length", "").isdigit():
        yield stream.read(int(headers["content-length"]))
