"""Archives that are here already: in memory or as a file, read like those at their source."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING

from .remote import CHUNK

if TYPE_CHECKING:
    from .fs import Dir
    from .http import Answer


class InMemory:
    """A small file, whole. A `lanes.Source`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.total: int | None = len(data)
        self.fetched = 0

    def read(self, start: int, end: int) -> bytes:
        """The bytes from *start* up to *end*."""
        return self._data[start:end]

    def chunks(
        self, start: int, end: int | None, answer: Answer | None = None, *, extra: bool = False
    ) -> Generator[bytes, None, None]:
        """The same in chunks."""
        yield self._data[start:end]


class OnDisk:
    """The file *path* of a folder. A `lanes.Source`."""

    def __init__(self, folder: Dir, path: str) -> None:
        self._folder = folder
        self._path = path
        found = folder.lstat(path)
        self.total: int | None = found.st_size if found else 0
        self.fetched = 0

    def read(self, start: int, end: int) -> bytes:
        """The bytes from *start* up to *end*."""
        return b"".join(self.chunks(start, end))

    def chunks(
        self, start: int, end: int | None, answer: Answer | None = None, *, extra: bool = False
    ) -> Generator[bytes, None, None]:
        """The same in chunks."""
        left = (self.total or 0) - start if end is None else end - start
        with (
            self._folder.twin() as folder,
            os.fdopen(folder.open_file(self._path), "rb", buffering=0) as file,
        ):
            file.seek(start)
            while left > 0 and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk
