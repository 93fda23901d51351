"""Compressed streams, opened on the way: gzip, bzip2, xz and zstd, each in one interface.

All of them may hold several streams in a row; none may end in the middle, or grow for ever.
"""

from __future__ import annotations

import importlib
import lzma
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..errors import IntegrityError, UnsupportedError
from .archive import Limits
from .extract import BROKEN, cut_short, fast

_PIECE = 1 << 18
_MEMORY = 1 << 30  # bytes that an xz stream may ask for: `xz -9` asks for 65 MB


class _Engine(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib (or ISA-L) with the manners of `bz2` and `lzma`."""

    def __init__(self) -> None:
        self._inflate = fast.decompressobj(31)
        self._tail = b""
        self._full = False

    @property
    def eof(self) -> bool:
        return bool(self._inflate.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inflate.unused_data)

    @property
    def needs_input(self) -> bool:
        return not self._tail and not self._full

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out: bytes = self._inflate.decompress(self._tail + data, max_length)
        self._tail = self._inflate.unconsumed_tail
        self._full = len(out) == max_length
        return out


def unpacked(kind: str, chunks: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """What the compressed *chunks* hold.

    Args:
        kind: ``gzip``, ``bzip2``, ``xz``, ``zstd``, or anything else for bytes as they are.
        chunks: the compressed bytes.
        limits: how far they may grow.

    Raises:
        IntegrityError: they are damaged, or end too early.
        UnsafeArchiveError: they grow without end.
        UnsupportedError: this Python cannot read them.
    """
    make = _maker(kind)
    if make is None:
        yield from chunks
        return
    broken = _failures(kind)
    engine = make()
    taken = given = 0
    begun = False
    for chunk in chunks:
        taken += len(chunk)
        data = chunk
        while True:
            if not begun and not data.strip(b"\0"):
                break  # padding behind a stream
            begun = True
            try:
                out = engine.decompress(data, _PIECE)
            except broken:
                raise IntegrityError(
                    "the archive is damaged",
                    action="Run the cell again; if it stays so, its source is damaged.",
                ) from None
            if out:
                given += len(out)
                limits.refuse_bomb("the archive", taken, given)
                yield out
            data = b""
            if engine.eof:
                data, begun = engine.unused_data, False
                engine = make()
            elif engine.needs_input:
                break
    if begun or not taken:
        raise cut_short()


def _maker(kind: str) -> Callable[[], _Engine] | None:
    if kind == "gzip":
        return _Gzip
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor
    if kind == "xz":
        return lambda: lzma.LZMADecompressor(memlimit=_MEMORY)
    if kind == "zstd":
        made: Callable[[], _Engine] = _zstd().ZstdDecompressor
        return made
    return None


def _zstd() -> Any:
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise UnsupportedError(
        "is packed with Zstandard, which this Python cannot read",
        action="Add a line `pip backports.zstd` above, and restart the kernel.",
    )


def _failures(kind: str) -> tuple[type[Exception], ...]:
    """What the engine of *kind* raises for damaged data."""
    zstd = (_zstd().ZstdError,) if kind == "zstd" else ()
    return (*BROKEN, lzma.LZMAError, OSError, EOFError, ValueError, *zstd)
