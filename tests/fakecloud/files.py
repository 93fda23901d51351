"""Hosts that are no provider: a plain web server, and a bucket of an object store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .dropbox import example_files, folder_zip
from .message import Request, Response, text
from .static import Content, Site, serve


class Bucket:
    """A public bucket as S3 shows it: errors are XML, and what is missing is 403.

    Args:
        name: of the bucket.
        listed: whether missing keys are told as such (404).
    """

    def __init__(self, name: str, *, listed: bool = False) -> None:
        self.hosts: Sequence[str] = (f"{name}.s3.amazonaws.com",)
        self._listed = listed
        self.objects: dict[str, Content] = {}

    def add(self, key: str, data: bytes | Path) -> None:
        """Put an object."""
        self.objects[f"/{key}"] = Content(data)

    def handle(self, request: Request) -> Response:
        """The answer to one request."""
        if request.query.get("X-Amz-Expires") == "0":
            return _error(403, "AccessDenied", "Request has expired")
        found = self.objects.get(request.path)
        if found is not None:
            return serve(request, found)
        if self._listed:
            return _error(404, "NoSuchKey", "The specified key does not exist.")
        return _error(403, "AccessDenied", "Access Denied")


def _error(status: int, code: str, message: str) -> Response:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
        f"<Message>{message}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
    )
    return text(status, body, "application/xml")


def create() -> Site:
    """``files.example.org`` with ``pets.zip`` and ``pets.csv``."""
    site = Site("files.example.org")
    site.add("/pets.zip", folder_zip(dict(example_files())), kind="application/zip")
    site.add("/pets.csv", b"name,kind\nTom,cat\nRex,dog\n", kind="text/csv")
    return site
