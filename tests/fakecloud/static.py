"""A file server as object stores and nginx are one: validators, ranges, conditions (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from .message import File, Framing, Request, Response, Throttle, Wire, text


@dataclass
class Content:
    """One thing to be downloaded.

    Attributes:
        data: its bytes, or the file that holds them.
        name: told in ``Content-Disposition``; empty: no such header.
        kind: ``Content-Type``.
        etag: with quotes; None: made from the bytes; empty: none is sent.
        modified: seconds since the epoch; None: no ``Last-Modified``.
        ranges: whether parts can be asked for.
        framing: how the end is told; anything but ``length`` hides the size.
        throttle: speed of each response that uses this very object, together.
        rate: bytes a second of each response; 0: as fast as it goes.
    """

    data: bytes | Path
    name: str = ""
    kind: str = "application/octet-stream"
    etag: str | None = None
    modified: float | None = 1_600_000_000.0
    ranges: bool = True
    framing: Framing = "length"
    throttle: Throttle | None = None
    rate: float = 0.0

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    @property
    def tag(self) -> str:
        """The strong ETag, or an empty text."""
        if self.etag is None:
            if isinstance(self.data, bytes):
                mark = hashlib.sha256(self.data).hexdigest()[:24]
            else:
                found = self.data.stat()
                mark = f"{found.st_size:x}-{found.st_mtime_ns:x}"
            self.etag = f'"{mark}"'
        return self.etag

    def part(self, start: int, end: int) -> bytes | File:
        """Bytes *start* to *end* (exclusive) as a body."""
        if isinstance(self.data, bytes):
            return self.data[start:end]
        return File(self.data, start, end - start)


class Site:
    """A fake that serves files.

    Args:
        hosts: names it answers for.
    """

    def __init__(self, *hosts: str) -> None:
        self.hosts: Sequence[str] = hosts
        self.files: dict[str, Content] = {}

    def add(self, path: str, data: bytes | Path, **options: object) -> Content:
        """Serve *data* at *path* (decoded); *options* are those of `Content`."""
        content = self.files[path] = Content(data, **options)  # type: ignore[arg-type]
        return content

    def handle(self, request: Request) -> Response:
        """The file at the request's path, else 404."""
        content = self.files.get(request.path)
        if content is None:
            return text(404, "Not found.")
        if request.method not in {"GET", "HEAD"}:
            return text(405, "", Allow="GET, HEAD")
        return serve(request, content)


def serve(request: Request, content: Content) -> Response:
    """The answer to a GET or HEAD of *content*, with all that its headers ask for."""
    size = content.size
    headers = [("Content-Type", content.kind)]
    if content.tag:
        headers.append(("ETag", content.tag))
    modified = "" if content.modified is None else formatdate(content.modified, usegmt=True)
    if modified:
        headers.append(("Last-Modified", modified))
    if content.name:
        plain = content.name.encode("ascii", "replace").decode().replace('"', "'")
        headers.append(
            (
                "Content-Disposition",
                f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(content.name)}",
            )
        )
    if content.ranges:
        headers.append(("Accept-Ranges", "bytes"))
    if _is_fresh(request, content):
        return Response(304, headers)
    throttle = Throttle(content.rate) if content.rate else content.throttle
    response = Response(200, headers, b"", content.framing, Wire(throttle=throttle))
    span = _span(request, content, modified, size)
    if span is None:
        response.body = content.part(0, size)
    elif span[0] >= span[1]:
        return text(416, "", Content_Range=f"bytes */{size}")
    else:
        response.status = 206
        response.framing = "length"
        response.set("Content-Range", f"bytes {span[0]}-{span[1] - 1}/{size}")
        response.body = content.part(*span)
    return response


def _is_fresh(request: Request, content: Content) -> bool:
    """Whether the client has it already (RFC 9110 §13.1.2, §13.1.3)."""
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return bool(content.tag) and (content.tag.removeprefix("W/") in tags or "*" in tags)
    since = request.headers.get("if-modified-since")
    if since is None or content.modified is None:
        return False
    return parsedate_to_datetime(since).timestamp() >= int(content.modified)


def _span(request: Request, content: Content, modified: str, size: int) -> tuple[int, int] | None:
    """The one range to send as (start, end), empty where it lies outside; None: the whole file."""
    wanted = request.headers.get("range", "")
    condition = request.headers.get("if-range")
    if not content.ranges or not wanted.startswith("bytes=") or "," in wanted:
        return None
    if condition is not None and condition not in {content.tag, modified}:
        return None
    if condition is not None and condition.startswith("W/"):
        return None
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size
