"""A zip file that comes in one stream: unpacked while it is still on its way.

Until the central directory, which comes last, agrees with everything that was seen, the tree is a
guess. Only then do links and execute bits, which stand in it alone, appear.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..errors import IntegrityError, UnsafeArchiveError
from . import archive
from .archive import CENTRAL, END, END64, LOCAL, Directory, Member
from .extract import Feed, NotStreamable, Writer, cut_short
from .job import LONGEST_LINK, Job, entry_of, link_target
from .workers import SMALL, Workers

if TYPE_CHECKING:
    from .names import Layout

_FIXED = 30  # bytes of a local header before the name
_REST = 1 << 30  # bytes of directory: as much as `archive.Limits` allows


class Placed(NamedTuple):
    """A member, its place below the tree (None: left out), and whether it was written there."""

    member: Member
    path: str | None
    written: bool


def unpack(job: Job, chunks: Iterator[bytes]) -> None:
    """Unpack the zip file that *chunks* bring into the tree, which must be empty.

    Raises:
        NotStreamable: only its directory tells where a member ends; `job` is left half-done.
        UnsafeArchiveError, IntegrityError, UnsupportedError: as they say.
    """
    feed = Feed(chunks)
    layout = job.layout()
    placed: list[Placed] = []
    with Workers(job) as workers:
        while True:
            job.progress.check()
            head = feed.peek(_FIXED)
            if head[:4] in (CENTRAL, END, END64):
                break
            placed.append(_member(job, feed, head, layout, workers))
        start = feed.position
        rest = b"".join(_within(feed.rest(), _REST))
        workers.finish()
    directory = _directory(job, rest, start)
    _compare(directory, [one.member for one in placed])
    job.check_commit(directory.comment)
    job.make_links(_settle(job, directory, placed))
    job.finish(layout)


def _within(pieces: Iterator[memoryview], most: int) -> Iterator[memoryview]:
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            raise UnsafeArchiveError("its directory is larger than any real one")
        yield piece


def _member(job: Job, feed: Feed, head: bytes, layout: Layout, workers: Workers) -> Placed:
    """Read one member, whose local header begins with *head*."""
    offset = feed.position
    if len(head) < _FIXED or not head.startswith(LOCAL):
        raise (
            IntegrityError(
                "the archive is damaged: no member begins where one should",
                action="Run the cell again; if it stays so, the file at the source is damaged.",
            )
            if len(head) >= 4
            else cut_short()
        )
    length = archive.local_size(head)
    member = archive.parse_local(bytes(feed.take(length)), offset)
    archive.refuse_unsupported(member)
    if "\\" in member.name and "/" not in member.name:
        raise NotStreamable  # whether that is a separator, only the directory tells
    path = layout.place(member.name, member.kind)
    if member.kind == "folder":
        path = None
    if member.described:
        return Placed(member, path, _described(job, feed, member, path))
    job.limits.refuse_bomb(member.name, member.packed, member.size)
    if path is None or job.have(entry_of(path, member)):
        feed.skip(member.packed)
        return Placed(member, path, False)
    if member.packed > SMALL:
        job.check_space(member.size)
    workers.write(path, member, feed)
    return Placed(member, path, True)


def _described(job: Job, feed: Feed, member: Member, path: str | None) -> bool:
    """A member whose sizes follow it: its end is found by unpacking it here and now.

    Returns:
        Whether it stays where it was written.
    """
    if member.kind == "folder" and feed.peek(4) in (LOCAL, CENTRAL):
        member.crc32 = member.packed = member.size = 0
        return False
    Writer(job.out, job.limits).open_ended(path, member, feed)
    if path is None:
        return False
    if job.have(entry_of(path, member)):
        job.out.unlink(path)
        return False
    return True


def _directory(job: Job, rest: bytes, start: int) -> Directory:
    """The central directory in *rest*, the bytes of the file from *start* on."""

    def read(begin: int, end: int) -> bytes:
        return rest[max(0, begin - start) : max(0, end - start)].rjust(end - begin, b"\0")

    directory = archive.read_directory(read, start + len(rest), job.limits)
    if directory.start != start:
        raise UnsafeArchiveError("its directory does not begin behind its last member")
    return directory


def _compare(directory: Directory, seen: list[Member]) -> None:
    """Raise unless the central directory lists exactly what was *seen*, byte for byte."""
    same = len(seen) == len(directory.members) and all(
        (a.raw, a.name, a.method, a.crc32, a.packed, a.size, a.offset)
        == (b.raw, b.name, b.method, b.crc32, b.packed, b.size, b.offset)
        for a, b in zip(seen, directory.members, strict=True)
    )
    if not same:
        raise archive.contradiction("its directory does not list what it holds")


def _settle(job: Job, directory: Directory, placed: list[Placed]) -> dict[str, str]:
    """Enter the members in the tree, and give them what only the directory knows of them.

    Returns:
        The links, path to target: their files are gone again.
    """
    links: dict[str, str] = {}
    for member, (_, path, written) in zip(directory.members, placed, strict=True):
        if path is None:
            continue
        if member.kind == "link":
            job.refuse_links(path)
            if not written:
                raise NotStreamable  # taken for a file that is there already
            links[path] = link_target(job.out.read(path, LONGEST_LINK + 1), path)
            job.out.unlink(path)
            continue
        job.tree.entries[path] = entry_of(path, member)
        if written:
            job.tree.written.add(path)
            if member.executable:
                job.out.set_executable(path)
    return links
