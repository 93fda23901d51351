"""From packed bytes to a checked file: inflated, counted, summed and written in one pass.

A member never grows beyond the size that its archive declares, and no file keeps its name whose
checksum is wrong. Everything here works on one thread's own objects.
"""

from __future__ import annotations

import importlib
import os
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import IntegrityError, UnsafeArchiveError
from .archive import DESCRIPTOR, STORED, Limits, Member, contradiction, described_by
from .disk import shown

if TYPE_CHECKING:
    from .fs import Dir


def _inflater() -> Any:
    """ISA-L where it is installed (2.5 times zlib's speed), else zlib; same interface."""
    try:
        return importlib.import_module("isal.isal_zlib")
    except ImportError:
        return zlib


fast = _inflater()
BROKEN: tuple[type[Exception], ...] = (zlib.error, fast.error)
crc32 = fast.crc32

_PIECE = 1 << 18
_BITE = 1 << 16
"""Packed bytes inflated at a time. What they become mostly fits `_PIECE`, so that zlib need not
copy what it leaves over, and the allocator keeps its pages: 256 KiB cost a fifth more."""
_SIGNS = (b"PK\x03\x04", b"PK\x01\x02")


class NotStreamable(Exception):
    """A member whose end cannot be found without the central directory."""


class Feed:
    """Bytes that come in chunks, taken in the portions that a format wants.

    Attributes:
        position: offset in the file of the next byte to be taken.
    """

    def __init__(self, chunks: Iterator[bytes], position: int = 0) -> None:
        self._chunks = chunks
        self._view = memoryview(b"")
        self.position = position

    def _more(self) -> bool:
        """Have at least one byte at hand; False at the end."""
        while not self._view:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._view = memoryview(chunk)
        return True

    def peek(self, count: int) -> bytes:
        """The next *count* bytes without taking them; fewer at the end."""
        while len(self._view) < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._view = memoryview(bytes(self._view) + chunk) if self._view else memoryview(chunk)
        return bytes(self._view[:count])

    def take(self, count: int) -> memoryview:
        """Exactly *count* bytes.

        Raises:
            IntegrityError: there are not so many.
        """
        if len(self._view) < count:
            parts: list[bytes | memoryview] = [self._view]
            missing = count - len(self._view)
            while missing > 0:
                chunk = next(self._chunks, None)
                if chunk is None:
                    raise cut_short()
                parts.append(chunk)
                missing -= len(chunk)
            self._view = memoryview(b"".join(parts))
        taken, self._view = self._view[:count], self._view[count:]
        self.position += count
        return taken

    def pieces(self, count: int) -> Iterator[memoryview]:
        """Exactly *count* bytes, as they come."""
        while count:
            if not self._more():
                raise cut_short()
            piece, self._view = self._view[:count], self._view[count:]
            self.position += len(piece)
            count -= len(piece)
            yield piece

    def skip(self, count: int) -> None:
        """Let *count* bytes pass."""
        for _ in self.pieces(count):
            pass

    def rest(self) -> Iterator[memoryview]:
        """Whatever is left, in small pieces: one of them ends what it is read for."""
        while self._more():
            piece, self._view = self._view[:_BITE], self._view[_BITE:]
            self.position += len(piece)
            yield piece

    def give_back(self, data: bytes) -> None:
        """Put *data*, taken last, in front again."""
        self._view = memoryview(data + bytes(self._view)) if self._view else memoryview(data)
        self.position -= len(data)


class Writer:
    """Makes files from members. One for each thread.

    Args:
        out: the folder, for this thread alone.
        limits: what a member may grow to.
    """

    def __init__(self, out: Dir, limits: Limits) -> None:
        self.out = out
        self._limits = limits

    def whole(self, path: str, member: Member, packed: bytes | memoryview) -> None:
        """Write the member at *path* from all of its *packed* bytes: for small ones."""
        self.out.write(path, self.content(member, packed), executable=member.executable)

    def content(self, member: Member, packed: bytes | memoryview) -> bytes:
        """What the member holds, from all of its *packed* bytes.

        Raises:
            IntegrityError: it is damaged.
            UnsafeArchiveError: it would grow beyond its declared size.
        """
        data: bytes
        if member.method == STORED:
            data = bytes(packed)
        else:
            inflate = fast.decompressobj(-15)
            try:
                data = inflate.decompress(packed, member.size + 1)
            except BROKEN:
                raise damaged(member) from None
            if len(data) > member.size:
                raise too_big(member)
            if not inflate.eof or inflate.unused_data:
                raise damaged(member)
        if len(data) != member.size or crc32(data) != member.crc32:
            raise damaged(member)
        return data

    def pieces(self, path: str, member: Member, packed: Iterable[bytes | memoryview]) -> None:
        """Write the member at *path* from its *packed* bytes as they come."""
        file = NewFile(self.out, path, member.executable)
        with file:
            if member.method == STORED:
                for piece in packed:
                    file.add(piece)
            else:
                inflate = fast.decompressobj(-15)
                for piece in packed:
                    for at in range(0, len(piece), _BITE):
                        bite = piece[at : at + _BITE]
                        self._inflate(inflate, bite, file, member, member.size)
                if not inflate.eof or inflate.unused_data:
                    raise damaged(member)
            if file.size != member.size or file.crc != member.crc32:
                raise damaged(member)
            file.keep()

    def _inflate(
        self, inflate: Any, piece: bytes | memoryview, file: NewFile, member: Member, most: int
    ) -> None:
        data: Any = piece
        try:
            while True:
                out = inflate.decompress(data, _PIECE)
                if out:
                    file.add(out)
                    if file.size > most:
                        raise too_big(member)
                data = inflate.unconsumed_tail
                if inflate.eof or (not data and len(out) < _PIECE):
                    return
        except BROKEN:
            raise damaged(member) from None

    def open_ended(self, path: str | None, member: Member, feed: Feed) -> None:
        """Write a member whose sizes follow its data, and fill them in.

        Args:
            path: where to, or None to let it pass.
            member: `crc32`, `packed` and `size` are set from what was found.
            feed: stands at the first byte of data; afterwards behind the data descriptor.

        Raises:
            NotStreamable: it is stored, and nothing marks its end.
        """
        begin = feed.position
        with NewFile(self.out, path, False) as file:
            if member.method == STORED:
                self._to_descriptor(feed, file, member)
            else:
                self._to_end(feed, file, member)
                member.packed = feed.position - begin
            member.size, member.crc32 = file.size, file.crc
            self._limits.refuse_bomb(member.name, member.packed, member.size)
            take_descriptor(feed, member)
            file.keep()

    def _to_end(self, feed: Feed, file: NewFile, member: Member) -> None:
        """Inflate until the stream says that it ends."""
        inflate = fast.decompressobj(-15)
        begin = feed.position
        for piece in feed.rest():
            self._inflate(inflate, piece, file, member, 1 << 62)
            if inflate.eof:
                feed.give_back(bytes(inflate.unused_data))
                return
            if file.size > self._limits.floor:
                self._limits.refuse_bomb(member.name, feed.position - begin, file.size)
        raise cut_short()

    def _to_descriptor(self, feed: Feed, file: NewFile, member: Member) -> None:
        """Copy until a data descriptor agrees with all that was copied.

        Only one with a signature can be found; the central directory has the last word.
        """
        member.packed = member.size = member.crc32 = 0
        if descriptor_length(feed.peek(28), member):
            return
        while True:
            window, begin = feed.peek(_PIECE), 0
            at = window.find(DESCRIPTOR)
            while 0 <= at <= len(window) - 16:
                if _tells_size(window, at, file.size + at - begin):
                    file.add(feed.take(at - begin))
                    begin = at
                    member.packed = member.size = file.size
                    member.crc32 = file.crc
                    if descriptor_length(feed.peek(28), member):
                        return
                at = window.find(DESCRIPTOR, at + 1)
            if len(window) < _PIECE:
                raise NotStreamable
            end = len(window) - len(DESCRIPTOR) + 1 if at < 0 else at
            file.add(feed.take(end - begin))


class NewFile:
    """A file in the making: removed again unless it is said to be right.

    Args:
        out: the folder.
        path: where to, or None to count and sum only.
        executable: whether it gets an execute bit.

    Attributes:
        size, crc: length and CRC-32 of what was added so far.
    """

    def __init__(self, out: Dir, path: str | None, executable: bool) -> None:
        self._out = out
        self._path = path
        self._kept = path is None
        self._descriptor = -1 if path is None else out.create(path, executable=executable)
        self.size = 0
        self.crc = 0

    def add(self, data: bytes | memoryview) -> None:
        """Append *data*."""
        self.size += len(data)
        self.crc = crc32(data, self.crc)
        if self._descriptor >= 0:
            self._out.put(self._descriptor, data)

    def keep(self) -> None:
        """The file is right: it stays."""
        self._kept = True

    def __enter__(self) -> NewFile:
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        if not self._kept and self._path is not None:
            self._out.unlink(self._path)


def descriptor_length(data: bytes, member: Member) -> int:
    """The length of the data descriptor at the start of *data* that agrees with *member*.

    0 where there is none. Where two layouts fit, the next record's signature decides.
    """
    fit = described_by(data, member)
    for length in fit:
        if data[length : length + 4] in _SIGNS:
            return length
    return 0


def _tells_size(data: bytes, at: int, size: int) -> bool:
    """Whether the descriptor at *at* of *data* may tell *size*: the low half of a packed size."""
    return data[at + 8 : at + 12] == (size & 0xFFFFFFFF).to_bytes(4, "little")


def take_descriptor(feed: Feed, member: Member) -> None:
    """Take the data descriptor of *member* from *feed*.

    Raises:
        UnsafeArchiveError: there is none that agrees with the data.
    """
    data = feed.peek(28)
    length = descriptor_length(data, member)
    if not length:
        if len(data) < 16:
            raise cut_short()
        raise contradiction(f"{shown(member.name)} is not what its descriptor says")
    feed.skip(length)


def cut_short() -> IntegrityError:
    """The error of an archive that ends too early."""
    return IntegrityError(
        "the archive ends too early",
        action="Run the cell again; if it stays so, the file at the source is damaged.",
    )


def damaged(member: Member) -> IntegrityError:
    """The error of a member whose content is not what was packed."""
    return IntegrityError(
        f"{shown(member.name)} is damaged: its checksum is wrong",
        action="Run the cell again; if it stays so, the file at the source is damaged.",
    )


def too_big(member: Member) -> UnsafeArchiveError:
    """The error of a member that grows beyond its declared size."""
    return contradiction(f"{shown(member.name)} is larger than it declares")
