"""Stored members whose size follows them: their end is found whatever their data looks like."""

from __future__ import annotations

import os
import struct
import zlib

import pytest

from jupyterlab_preflight.fetch.archive import CENTRAL, DESCRIPTOR, Limits, Member
from jupyterlab_preflight.fetch.extract import Feed, NotStreamable, Writer

WINDOW = 1 << 18
TAIL = CENTRAL + bytes(42)


def described(data: bytes, form: str = "<LLL") -> bytes:
    return data + DESCRIPTOR + struct.pack(form, zlib.crc32(data), len(data), len(data)) + TAIL


def read(writer: Writer, stream: bytes, chunk: int) -> Member:
    member = Member(b"a", "a", flags=8, method=0, crc32=0, packed=0, size=0, offset=0)
    feed = Feed(stream[at : at + chunk] for at in range(0, len(stream), chunk))
    writer.open_ended(None, member, feed)
    assert feed.peek(len(TAIL)) == TAIL
    return member


@pytest.fixture
def writer() -> Writer:
    """One that lets members pass."""
    return Writer(None, Limits())  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["<LLL", "<LQQ"])
@pytest.mark.parametrize("chunk", [1 << 12, WINDOW, 1 << 20])
@pytest.mark.parametrize("around", range(WINDOW - 30, WINDOW + 6, 5))
def test_at_the_edge_of_what_is_looked_at_once(
    writer: Writer, around: int, chunk: int, form: str
) -> None:
    data = os.urandom(around)
    member = read(writer, described(data, form), chunk)
    assert (member.size, member.crc32) == (around, zlib.crc32(data))


@pytest.mark.parametrize("count", [1, 7, 1000])
def test_signatures_in_the_data_mean_nothing(writer: Writer, count: int) -> None:
    decoy = DESCRIPTOR * count + b"PK\7" + struct.pack("<LLL", 0, 4 * count, 4 * count)
    for lead in (b"", bytes(WINDOW - 2 * count)):
        data = lead + decoy + os.urandom(WINDOW)
        assert read(writer, described(data), WINDOW).size == len(data)


def test_a_descriptor_of_the_right_size_and_the_wrong_sum(writer: Writer) -> None:
    data = b"x" * 99 + DESCRIPTOR + struct.pack("<LLL", 1, 99, 99) + CENTRAL + b"more"
    assert read(writer, described(data), WINDOW).size == len(data)


@pytest.mark.parametrize("data", [b"", b"x" * WINDOW, DESCRIPTOR * 9])
def test_without_any_the_end_is_not_guessed(writer: Writer, data: bytes) -> None:
    with pytest.raises(NotStreamable):
        read(writer, data + TAIL, WINDOW)
