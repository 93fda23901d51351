"""A zip file that can be asked for in parts: its directory first, then only what is missing.

Safety, disk space and the difference to what is here are known before a byte is written; several
connections inflate side by side; an interrupted run goes on with the members that are not there.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from ..errors import IntegrityError
from . import archive
from .archive import Directory, Member
from .disk import shown
from .extract import Feed, Writer, crc32
from .job import LONGEST_LINK, Job, entry_of, link_target
from .lanes import Lanes, Share
from .processes import Batch, Processes
from .workers import cores_for

if TYPE_CHECKING:
    from .http import Answer
    from .lanes import Source
    from .names import Layout

_BLOCK = 1 << 18  # bytes of a member that is taken into memory whole
_GAP = 1 << 15  # bytes that are cheaper to let pass than to ask around
_SLACK = 0xFFFF + 24  # a local header's extra fields, and a descriptor


class Unit(NamedTuple):
    """A member's place in the file: from its local header to the next member."""

    start: int
    end: int
    path: str
    member: Member


def plan(job: Job, directory: Directory) -> tuple[list[Unit], list[Unit], Layout]:
    """What of *directory* is wanted: files and links, each in the order of their data.

    Raises:
        UnsafeArchiveError: one member, wanted or not, is not safe.
    """
    layout, limits = job.layout(), job.limits
    files: list[Unit] = []
    links: list[Unit] = []
    members = directory.members
    following = [*(member.offset for member in members[1:]), directory.start][: len(members)]
    for member, following_start in zip(members, following, strict=True):
        path = layout.place(member.name, member.kind)
        if path is None or member.kind == "folder":
            continue
        limits.refuse_bomb(member.name, member.packed, member.size)
        data = member.offset + 30 + len(member.raw) + member.packed
        unit = Unit(member.offset, min(following_start, data + _SLACK), path, member)
        if member.kind == "link":
            job.refuse_links(path)
            links.append(unit)
        else:
            files.append(unit)
    return files, links, layout


def missing(job: Job, files: list[Unit]) -> list[Unit]:
    """The units of *files* that are neither at their destination nor staged by an earlier run."""
    wanted = []
    for unit in files:
        path, member = unit.path, unit.member
        entry = job.tree.entries[path] = entry_of(path, member)
        if not job.have(entry):
            job.tree.written.add(path)
            wanted.append(unit)
    staged = job.staged(job.tree.written)
    return [unit for unit in wanted if not (staged and _is_staged(job, unit))]


def _is_staged(job: Job, unit: Unit) -> bool:
    """Whether an earlier run has written this member whole; removes what is there if not."""
    found = job.out.lstat(unit.path)
    if found is None:
        return False
    total = 0
    if found.st_size == unit.member.size:
        for piece in job.out.pieces(unit.path):
            job.progress.check()
            total = crc32(piece, total)
    if found.st_size != unit.member.size or total != unit.member.crc32:
        job.out.unlink(unit.path)
        return False
    if bool(found.st_mode & 0o100) != unit.member.executable:
        job.out.set_executable(unit.path, unit.member.executable)
    return True


def fetch(job: Job, source: Source, answer: Answer | None, tail: tuple[int, bytes] | None) -> None:
    """Bring the wanted members of *source* into the tree.

    Args:
        answer: the running answer from byte 0, or None.
        tail: offset and bytes of the file's end, where they are here.
    """
    assert source.total is not None
    with contextlib.ExitStack() as stack:
        if answer is not None:
            stack.push(answer)
        known = _Tail(source, *(tail or (source.total, b"")))
        directory = archive.read_directory(known.read, source.total, job.limits)
        job.check_commit(directory.comment)
        files, links, layout = plan(job, directory)
        layout.finish()
        needed = missing(job, files)
        job.check_space(sum(unit.member.size for unit in needed), len(needed))
        spans = ranges(needed)
        job.progress.expect(job.progress.done + sum(end - start for start, end in spans))
        first = answer if answer is not None and spans and spans[0][0] == 0 else None
        if answer is not None and first is None:
            answer.close()
        targets = {unit.path: target(job, source, unit) for unit in links}
        if needed:
            _bring(job, source, needed, spans, first)
        job.make_links(targets)
        job.finish(layout)


def ranges(units: list[Unit]) -> list[tuple[int, int]]:
    """The runs of bytes that hold *units*; small gaps are taken along."""
    spans: list[tuple[int, int]] = []
    for unit in units:
        if spans and unit.start - spans[-1][1] <= _GAP:
            spans[-1] = (spans[-1][0], unit.end)
        else:
            spans.append((unit.start, unit.end))
    return spans


def _bring(
    job: Job,
    source: Source,
    needed: list[Unit],
    spans: list[tuple[int, int]],
    answer: Answer | None,
) -> None:
    starts = [unit.start for unit in needed]

    def cut(low: int, high: int) -> int | None:
        at = bisect_left(starts, (low + high) // 2)
        for index in (at, at - 1):
            if 0 <= index < len(starts) and low <= starts[index] < high:
                return starts[index]
        return None

    damaged: list[Unit] = []
    cores = cores_for(sum(unit.member.packed for unit in needed), len(needed))

    def work(share: Share) -> None:
        with job.out.twin() as out, contextlib.closing(share.chunks()) as chunks:
            feed = Feed(chunks, share.position)
            writer = Writer(out, job.limits)
            batch = Batch(processes, writer) if cores == 1 else None
            try:
                each(share, feed, writer, batch)
            finally:
                # Also where the server refuses this lane, whose share another one goes on with.
                if batch is not None:
                    batch.flush()

    def each(share: Share, feed: Feed, writer: Writer, batch: Batch | None) -> None:
        index = bisect_left(starts, share.position)
        while index < len(needed) and share.claim(needed[index].start, needed[index].end):
            unit = needed[index]
            if unit.start >= share.end:
                return
            job.progress.check()
            feed.skip(unit.start - feed.position)
            try:
                unpack(writer, unit, feed, batch)
            except IntegrityError:
                damaged.append(unit)
            index += 1

    with Processes(job) as processes:
        Lanes(source, spans, work, cut, job.progress).run(answer, begin=min(2, cores), cores=cores)
        Batch(processes, Writer(job.out, job.limits)).finish()
        damaged += [unit for unit in needed if unit.path in processes.damaged]
    for unit in damaged:  # each once more: then it is the source that is wrong
        with contextlib.closing(source.chunks(unit.start, unit.end)) as chunks:
            unpack(Writer(job.out, job.limits), unit, Feed(chunks, unit.start))


def unpack(writer: Writer, unit: Unit, feed: Feed, batch: Batch | None = None) -> None:
    """Write one member, or put it into *batch* where it is small.

    *feed* stands at its local header, and afterwards at `Unit.end`.

    Raises:
        UnsafeArchiveError: it is not what the central directory says.
        IntegrityError: its bytes are damaged; then nothing is left of it.
    """
    member = unit.member
    if unit.end - unit.start <= _BLOCK:
        block = feed.take(unit.end - unit.start)
        begin = _data(unit, block)
        end = begin + member.packed
        if unit.start + end != unit.end:
            _behind(unit, block[end : end + 32])
        write = writer.whole if batch is None else batch.add
        write(unit.path, member, block[begin:end])
        return
    fixed = feed.peek(30)
    names = int.from_bytes(fixed[26:28], "little") + int.from_bytes(fixed[28:30], "little")
    _data(unit, feed.take(30 + names))
    try:
        writer.pieces(unit.path, member, feed.pieces(member.packed))
    except IntegrityError:
        feed.skip(unit.end - feed.position)
        raise
    _behind(unit, feed.peek(min(32, unit.end - feed.position)))
    feed.skip(unit.end - feed.position)


def _data(unit: Unit, block: memoryview) -> int:
    """Where in *block* the member's data begins."""
    begin = archive.local_length(block, unit.member)
    if unit.start + begin + unit.member.packed > unit.end:
        raise archive.contradiction(f"{shown(unit.member.name)} reaches into the next member")
    return begin


def _behind(unit: Unit, data: bytes | memoryview) -> None:
    """Check what follows the data: its descriptor, and no member that the directory hides."""
    member, data, length = unit.member, bytes(data), 0
    if member.described:
        fit = archive.described_by(data, member)
        if not fit:
            raise archive.contradiction(f"{shown(member.name)} is not what its descriptor says")
        length = fit[0]
    if data[length : length + 4] == archive.LOCAL:
        raise archive.contradiction("its directory does not list what it holds")


def target(job: Job, source: Source, unit: Unit) -> str:
    """The target of the link *unit*."""
    member = unit.member
    if member.size > LONGEST_LINK or member.packed > 2 * LONGEST_LINK:
        return link_target(bytes(LONGEST_LINK + 1), unit.path)
    block = memoryview(source.read(unit.start, unit.end))
    begin = _data(unit, block)
    return link_target(
        Writer(job.out, job.limits).content(member, block[begin : begin + member.packed]),
        unit.path,
    )


class _Tail:
    """Random access that begins with the end of the file at hand."""

    def __init__(self, source: Source, start: int, data: bytes) -> None:
        self._source = source
        self._start = start
        self._data = data

    def read(self, start: int, end: int) -> bytes:
        if start < self._start:
            self._data = self._source.read(start, self._start) + self._data
            self._start = start
        return self._data[start - self._start : end - self._start]
