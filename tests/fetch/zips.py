"""A zip writer that can lie: every field of every record can be set apart."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any


@dataclass
class M:
    """One member. ``None`` means: what an honest writer would put there."""

    name: str | bytes
    data: bytes = b""
    deflate: bool = True
    flags: int = 0
    descriptor: str = ""
    """``""``, or one of ``sign32 sign64 bare32 bare64``."""
    mode: int | None = None
    system: int = 3
    method: int | None = None
    packed: bytes | None = None
    extra: bytes = b""
    central_extra: bytes | None = None
    local: dict[str, Any] | None = None
    """Fields of the local header that differ: name, crc, packed, size, method, flags."""
    central: dict[str, Any] | None = None
    """The same for the central header, and offset."""
    told: tuple[int, int, int] | None = None
    """crc, packed and size in the descriptor."""
    zip64: bool = False
    hidden: bool = False
    """Not in the central directory."""
    only_central: bool = False
    slack: bytes = b""
    """Bytes behind the member."""


def raw(name: str | bytes) -> bytes:
    return name if isinstance(name, bytes) else name.encode()


def deflated(data: bytes) -> bytes:
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def make(
    members: list[M],
    comment: bytes = b"",
    *,
    before: bytes = b"",
    shift: int = 0,
    after: bytes = b"",
    count: int | None = None,
    zip64: bool = False,
    **end: int,
) -> bytes:
    """The zip file of *members*.

    Args:
        before: put in front, without changing the offsets, unless *shift* is its length.
        after: put behind the end record.
        count: what the end record says instead of the number of members.
        end: fields of the end record: size, offset, disk.
    """
    out = bytearray()
    directory = bytearray()
    number = 0
    for member in members:
        name = raw(member.name)
        method = member.method if member.method is not None else 8 if member.deflate else 0
        packed = member.packed
        if packed is None:
            packed = deflated(member.data) if method == 8 else member.data
        flags = member.flags | (0x800 if not name.isascii() and member.flags == 0 else 0)
        flags |= 8 if member.descriptor else 0
        crc, size = zlib.crc32(member.data), len(member.data)
        offset = len(out) + shift
        honest: dict[str, Any] = {"name": name, "crc": crc, "packed": len(packed), "size": size}
        honest |= {"method": method, "flags": flags}
        local = {**honest, **({"crc": 0, "packed": 0, "size": 0} if member.descriptor else {})}
        local.update(member.local or {})
        extra = member.extra
        if member.zip64:
            extra += struct.pack("<HHQQ", 1, 16, local["size"], local["packed"])
            local |= {"size": 0xFFFFFFFF, "packed": 0xFFFFFFFF}
        if not member.only_central:
            out += struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, local["flags"], local["method"], 0, 33,
                local["crc"], local["packed"], local["size"], len(local["name"]), len(extra),
            )  # fmt: skip
            out += local["name"] + extra + packed
            if member.descriptor:
                told = member.told or (crc, len(packed), size)
                out += b"PK\7\10" if member.descriptor.startswith("sign") else b""
                out += struct.pack("<LQQ" if member.descriptor.endswith("64") else "<LLL", *told)
            out += member.slack
        if member.hidden:
            continue
        number += 1
        central = {**honest, "offset": offset, **(member.central or {})}
        extra = member.extra if member.central_extra is None else member.central_extra
        if member.zip64:
            extra += struct.pack(
                "<HHQQQ", 1, 24, central["size"], central["packed"], central["offset"]
            )
            central |= dict.fromkeys(("size", "packed", "offset"), 0xFFFFFFFF)
        mode = 0 if member.mode is None else member.mode
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", member.system << 8 | 20, 20, central["flags"],
            central["method"], 0, 33, central["crc"], central["packed"], central["size"],
            len(central["name"]), len(extra), 0, 0, 0, mode << 16, central["offset"],
        )  # fmt: skip
        directory += central["name"] + extra
    start = len(out) + shift
    whole = before + bytes(out) + bytes(directory)
    told_count = number if count is None else count
    fields = {"size": len(directory), "offset": start, "disk": 0, **end}
    if zip64:
        at = len(whole) - len(before) + shift
        whole += struct.pack(
            "<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, told_count, told_count,
            fields["size"], fields["offset"],
        )  # fmt: skip
        whole += struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
        told_count, fields["size"], fields["offset"] = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    return (
        whole
        + struct.pack(
            "<4s4H2LH", b"PK\5\6", fields["disk"], 0, told_count, told_count,
            fields["size"], fields["offset"], len(comment),
        )
        + comment
        + after
    )  # fmt: skip
