"""The archives that are fetched: made here, the same on every machine, downloaded from nowhere.

Their text deflates like real text and tables do (to a bit under a half); what is compared is time
and bytes, so that what the text says does not matter.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SLICE = 4096
_EPOCH = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Archive:
    """A zip on disk.

    Attributes:
        path: where it lies.
        files: number of files in it.
        inflated: their size in bytes.
    """

    path: Path
    files: int
    inflated: int

    @property
    def size(self) -> int:
        """Bytes of the archive itself."""
        return self.path.stat().st_size


class Text:
    """Endless text from a fixed seed: words by Zipf's law, in an order that does not repeat."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        vocabulary = [
            "".join(self._random.choices(letters, k=self._random.randint(3, 10)))
            for _ in range(20_000)
        ]
        weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
        chosen = self._random.choices(vocabulary, weights, k=600_000)
        self._pool = " ".join(chosen).encode()

    def take(self, size: int) -> bytes:
        """The next *size* bytes."""
        last = len(self._pool) - _SLICE
        count = -(-size // _SLICE)
        starts = (self._random.randrange(last) for _ in range(count))
        return b"".join(self._pool[start : start + _SLICE] for start in starts)[:size]

    def size(self, low: int, high: int) -> int:
        """A size between *low* and *high*."""
        return self._random.randint(low, high)


def big(path: Path, members: int, member_size: int) -> Archive:
    """A few large members, such as tables and tensors."""
    text = Text(1)
    return _write(path, ((f"part-{i:02}.csv", text.take(member_size)) for i in range(members)))


def small(path: Path, count: int) -> Archive:
    """Many small members in a hundred folders, such as pictures by class."""
    text = Text(2)
    return _write(
        path,
        (
            (f"class-{100 * i // count:02}/{i:05}.txt", text.take(text.size(1_000, 7_000)))
            for i in range(count)
        ),
    )


def project(path: Path, count: int, changed: int) -> Archive:
    """A repository's archive of *count* files, *changed* of them in a later version."""
    text = Text(3)

    def members() -> Iterator[tuple[str, bytes]]:
        every = count // changed if changed else 0
        for i in range(count):
            content = text.take(text.size(10_000, 60_000))
            if every and i % every == 0:
                content = content[::-1]
            yield f"package/module_{i % 20:02}/file_{i:04}.py", content

    return _write(path, members())


def _write(path: Path, members: Iterator[tuple[str, bytes]]) -> Archive:
    files = inflated = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
            files += 1
            inflated += len(content)
    return Archive(path, files, inflated)
