"""The ZIP format, read by ourselves: what the central directory says, and only if all of it agrees.

Readers of ZIP disagree about contradictory files, and attacks live in those differences. A file
is taken only where there is one way to read it. Pure: bytes in, members out (PKWARE APPNOTE
6.3.10; the section is named at each rule).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .. import words
from ..errors import IntegrityError, UnsafeArchiveError, UnsupportedError
from .disk import shown

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
END64 = b"PK\x06\x06"
LOCATOR64 = b"PK\x06\x07"
DESCRIPTOR = b"PK\x07\x08"

STORED, DEFLATED = 0, 8
TAIL = 22 + 0xFFFF  # the end record with the longest comment

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_FULL = 0xFFFFFFFF
_DOS = (0, 10, 11, 14)  # the makers FAT, NTFS and VFAT (§4.4.2)
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard"}
_METHODS |= {95: "XZ", 96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES encryption"}

Read = Callable[[int, int], bytes]
"""Returns the bytes of the file from one offset up to another."""


@dataclass(frozen=True)
class Limits:
    """What an archive may ask of a disk.

    Attributes:
        members: at most so many (ImageNet has 1.9 million).
        directory: bytes of central directory.
        ratio: a member may unpack to so many times its size …
        floor: … or to so many bytes, whichever is more. Deflate ends at 1032 (zlib's manual).
    """

    members: int = 4_000_000
    directory: int = 1 << 30
    ratio: int = 1000
    floor: int = 100_000_000

    def refuse_bomb(self, name: str, packed: int, size: int) -> None:
        """Raise where *packed* bytes become so many that they are only meant to fill the disk."""
        if size > self.floor and size > packed * self.ratio:
            raise UnsafeArchiveError(
                f"{shown(name)} would grow {self.ratio:,}-fold to {words.size(size)}",
                action="Where you trust its maker, say so with --unpack.",
            )


TRUSTED = Limits(ratio=1 << 60)
"""The limits where the user has said ``--unpack``."""


@dataclass(slots=True)
class Member:
    """One member, as the central directory or (with less) its local header describes it.

    Attributes:
        raw: the name's bytes, as they stand in the file.
        name: the decoded name, not yet checked.
        flags: general purpose bits (§4.4.4).
        packed: bytes of compressed data; *size*: of content.
        offset: where the local header begins in this file.
        kind: what it is; links and execute bits are known to the central directory only.
    """

    raw: bytes
    name: str
    flags: int
    method: int
    crc32: int
    packed: int
    size: int
    offset: int
    kind: Literal["file", "folder", "link"] = "file"
    executable: bool = False

    @property
    def described(self) -> bool:
        """Whether sizes and checksum follow the data (§4.3.9) and may be zero in the header."""
        return bool(self.flags & 8)


@dataclass(slots=True)
class Directory:
    """A whole central directory: members in the order of their data, and where it begins."""

    members: list[Member]
    start: int
    comment: str


def read_directory(read: Read, total: int, limits: Limits = Limits()) -> Directory:
    """Read the central directory of a file of *total* bytes.

    Raises:
        IntegrityError: there is none: the file was cut, or is no ZIP.
        UnsafeArchiveError: it contradicts itself, or asks too much.
        UnsupportedError: encrypted, in parts, or packed by a method we do not have.
    """
    begin = max(0, total - TAIL)
    tail = read(begin, total)
    at = _find_end(tail)
    (_, disk, first_disk, here, count, size, start, _) = _END.unpack_from(tail, at)
    comment = tail[at + 22 :].decode("utf-8", "replace")
    end = begin + at
    locator = read(end - 20, end) if end >= 20 else b""
    if locator.startswith(LOCATOR64):
        end, values = _read_end64(read, end - 20, locator)
        for name, short, full, long in zip(
            ("disk", "disk", "count", "count", "size", "offset"),
            (disk, first_disk, here, count, size, start),
            (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, _FULL, _FULL),
            values,
            strict=True,
        ):
            if short not in (full, long):
                raise contradiction(f"its two end records name a different {name}")
        disk, first_disk, here, count, size, start = values
    if disk or first_disk or here != count:
        raise UnsupportedError(
            "is one part of an archive in several parts",
            action="Join the parts, or ask for the archive in one file.",
        )
    if count > limits.members or size > limits.directory:
        raise UnsafeArchiveError(f"claims to hold {count:,} files", action="It was not unpacked.")
    if start + size != end or size < count * _CENTRAL.size:
        raise contradiction("its central directory does not lie where it says")
    members = _read_members(read(start, end), count)
    members.sort(key=lambda member: member.offset)
    _refuse_overlap(members, start)
    return Directory(members, start, comment)


def _find_end(tail: bytes) -> int:
    """The one place in *tail* where an end record and its comment reach exactly to the end."""
    places = []
    at = tail.rfind(END)
    while at >= 0:
        if at + 22 <= len(tail) and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == (
            len(tail)
        ):
            places.append(at)
        at = tail.rfind(END, 0, at + 3)
    if len(places) == 1:
        return places[0]
    if places:
        raise contradiction("it has two end records")
    at = tail.rfind(END)
    if 0 <= at < len(tail) - 22 - int.from_bytes(tail[at + 20 : at + 22], "little"):
        raise contradiction("other bytes follow its end")
    raise IntegrityError(
        "is not a whole zip file: its directory, which stands at the end, is missing",
        action="Run the cell again; if it stays so, the file at the source is damaged.",
    )


def _read_end64(read: Read, locator_at: int, locator: bytes) -> tuple[int, list[int]]:
    """The place and the values of the ZIP64 end record (§4.3.14, §4.3.15)."""
    _, disk, at, disks = _LOCATOR64.unpack(locator)
    if 0 <= locator_at - at - _END64.size <= 0xFFFF:
        sign, length, _, _, *values = _END64.unpack(read(at, at + _END64.size))
        if sign == END64 and at + 12 + length == locator_at:
            if disk or disks > 1:
                values[0] = disk or 1
            return at, values
    raise contradiction("its ZIP64 end record does not lie where it says")


def _read_members(data: bytes, count: int) -> list[Member]:
    members = []
    at = 0
    unpack, header = _CENTRAL.unpack_from, _CENTRAL.size
    for _ in range(count):
        if at + header > len(data):
            raise contradiction("its central directory is shorter than it says")
        (
            sign, made, _, flags, method, _, _, crc, packed, size,
            names, extras, comments, disk, _, outside, offset,
        ) = unpack(data, at)  # fmt: skip
        at += header
        if sign != CENTRAL or disk not in (0, 0xFFFF):
            raise contradiction("its central directory is damaged")
        raw = data[at : at + names]
        extra = data[at + names : at + names + extras]
        at += names + extras + comments
        if len(raw) != names or at > len(data):
            raise contradiction("its central directory is shorter than it says")
        fields = _extra_fields(extra) if extra else {}
        if _FULL in (packed, size, offset):
            size, packed, offset = _long_sizes(fields, size, packed, offset)
        name = decode_name(raw, flags, fields)
        member = Member(raw, name, flags, method, crc, packed, size, offset)
        refuse_unsupported(member)
        _set_kind(member, made >> 8, outside)
        members.append(member)
    if at != len(data):
        raise contradiction("its central directory is longer than it says")
    return members


def _set_kind(member: Member, system: int, outside: int) -> None:
    """What the member is, by its name and the external attributes of Unix (3) and macOS (19)."""
    mode = outside >> 16 if system in (3, 19) else 0
    form = mode & 0o170000
    if system in _DOS and "/" not in member.name:
        member.name = member.name.replace("\\", "/")  # as old Windows writers separate
    if member.name.endswith("/"):
        member.kind = "folder"
        if member.size or form not in (0, 0o040000):
            raise contradiction(f"{shown(member.name)} is a folder with content")
    elif form == 0o120000:
        member.kind = "link"
    elif form not in (0, 0o100000, 0o040000):
        raise UnsafeArchiveError(f"holds a device or pipe: {shown(member.name)!r}")
    else:
        member.executable = bool(mode & 0o111) and form != 0o040000


def local_size(head: bytes) -> int:
    """The whole length of the local header whose fixed 30 bytes are *head*."""
    return 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")


def parse_local(data: bytes, offset: int) -> Member:
    """The member of the whole local header *data*, which stands at *offset* of the file."""
    sign, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL.unpack_from(data)
    if sign != LOCAL:
        raise contradiction("a member does not begin where the directory says")
    raw = data[30 : 30 + names]
    fields = _extra_fields(data[30 + names :]) if extras else {}
    if _FULL in (packed, size):
        if 1 in fields:
            size, packed, _ = _long_sizes(fields, size, packed, 0)
        elif not flags & 8:
            raise contradiction("a ZIP64 size is missing")
    member = Member(raw, decode_name(raw, flags, fields), flags, method, crc, packed, size, offset)
    if member.name.endswith("/"):
        member.kind = "folder"
    return member


def _extra_fields(data: bytes) -> dict[int, bytes]:
    """The extra fields by header id (§4.5); a damaged tail is left out, as all readers do."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        kind = data[at] | data[at + 1] << 8
        length = data[at + 2] | data[at + 3] << 8
        if at + 4 + length > len(data):
            break
        fields.setdefault(kind, data[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def _long_sizes(
    fields: dict[int, bytes], size: int, packed: int, offset: int
) -> tuple[int, int, int]:
    """Put the 64-bit values in the place of those that are all ones (§4.5.3), in their order."""
    data = fields.get(1, b"")
    values = [data[at : at + 8] for at in range(0, len(data) // 8 * 8, 8)]
    out = []
    for value in (size, packed, offset):
        if value == _FULL and not values:
            raise contradiction("a ZIP64 size is missing")
        out.append(int.from_bytes(values.pop(0), "little") if value == _FULL else value)
    return out[0], out[1], out[2]


def decode_name(raw: bytes, flags: int, fields: dict[int, bytes]) -> str:
    """The member's name: UTF-8 where it says so or is so, else CP437 (Appendix D).

    The Unicode path field (§4.6.9) counts only where its checksum is that of the name it is for.
    """
    unicode = fields.get(0x7075, b"")
    if (
        len(unicode) > 5
        and unicode[0] == 1
        and int.from_bytes(unicode[1:5], "little") == zlib.crc32(raw)
    ):
        raw = unicode[5:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def refuse_unsupported(member: Member) -> None:
    """Raise `UnsupportedError` where the member cannot be read, naming what it needs."""
    if member.flags & 0x2041 or member.method == 99:
        what = "is encrypted"
    elif member.flags & 0x20:
        what = "is a patch to another file"
    elif member.method not in (STORED, DEFLATED):
        method = _METHODS.get(member.method, f"method {member.method}")
        what = f"is packed with {method}, which is not understood here"
    else:
        return
    raise UnsupportedError(
        f"{shown(member.name)} {what}",
        action="Use --no-unpack and `7z x`, or ask for an ordinary zip file.",
    )


def _refuse_overlap(members: list[Member], directory: int) -> None:
    """No two members may share a byte: that is how small files claim petabytes.

    The first begins the file: what stands before it, other readers would unpack.
    """
    end = 0
    if members and members[0].offset:
        raise contradiction("something stands before its first member")
    for member in members:
        if member.offset < end:
            raise UnsafeArchiveError(f"its members overlap: {shown(member.name)!r}")
        end = member.offset + 30 + len(member.raw) + member.packed
    if end > directory:
        raise contradiction("its members reach into the directory")


def described_by(data: bytes, member: Member) -> list[int]:
    """Lengths of data descriptors at the start of *data* that agree with *member*.

    There are four layouts (§4.3.9): with or without a signature, with 4- or 8-byte sizes.
    """
    crc, packed, size = member.crc32, member.packed, member.size
    fit = []
    for sign in (DESCRIPTOR, b""):
        for form in ("<LQQ", "<LLL"):
            if form == "<LLL" and max(packed, size) > _FULL:
                continue
            whole = sign + struct.pack(form, crc, packed, size)
            if data.startswith(whole):
                fit.append(len(whole))
    return fit


def local_length(block: bytes | memoryview, central: Member) -> int:
    """The length of the local header at the start of *block*.

    Raises:
        UnsafeArchiveError: it does not say what the central directory says of the same member.
    """
    sign, _, flags, method, _, _, crc, packed, size, names, extras = _LOCAL.unpack_from(block)
    length: int = 30 + names + extras
    told = (crc, packed, size)
    same = (
        sign == LOCAL
        and method == central.method
        and not (flags ^ central.flags) & 0x2049
        and block[30 : 30 + names] == central.raw
    )
    if same and _FULL in told:
        fields = _extra_fields(bytes(block[30 + names : length]))
        if 1 in fields:
            size, packed, _ = _long_sizes(fields, size, packed, 0)
            told = (crc, packed, size)
    if not same or (
        told != (central.crc32, central.packed, central.size)
        and not (flags & 8 and crc in (0, central.crc32))
    ):
        raise contradiction(f"{shown(central.name)} is described in two ways")
    return length


def contradiction(what: str) -> UnsafeArchiveError:
    """The error of a file that can be read in more than one way."""
    return UnsafeArchiveError(
        f"contradicts itself: {what}",
        action="Nothing of it was used; ask its maker for a clean archive.",
    )
