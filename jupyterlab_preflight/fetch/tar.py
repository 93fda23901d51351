"""Tar archives, read by ourselves while they arrive.

The standard library's reader takes a damaged header in the middle for the end, and believes what
sizes say; both would end in a tree that is silently too small. Only regular files, folders and
(for projects) symbolic links are taken; POSIX.1-2017 *pax*, with GNU's long names.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import IntegrityError, UnsafeArchiveError, UnsupportedError
from .archive import decode_name
from .disk import shown
from .extract import Feed, NewFile, crc32
from .job import Job
from .model import Entry

_BLOCK = 512
_SMALL = 1 << 18
_LONGEST = 1 << 20  # bytes of a pax header or a long name
_FILES, _FOLDER, _SYMLINK = (b"\0", b"0", b"7"), b"5", b"2"
_OTHERS = {
    b"1": "a hard link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"S": "a sparse file",
}


@dataclass
class Header:
    """One member's header, with what extension headers before it say."""

    name: str
    size: int
    mode: int
    type: bytes
    target: str


def unpack(job: Job, feed: Feed) -> None:
    """Unpack the tar file that *feed* brings into the tree, which must be empty.

    Raises:
        UnsafeArchiveError, IntegrityError, UnsupportedError: as they say.
    """
    layout = job.layout()
    links: dict[str, str] = {}
    while (header := read_header(feed)) is not None:
        job.progress.check()
        padding = -header.size % _BLOCK
        if header.type == _FOLDER:
            layout.place(header.name, "folder")
            feed.skip(header.size + padding)
            continue
        link = header.type == _SYMLINK
        path = layout.place(header.name, "link" if link else "file")
        if path is None:
            feed.skip(header.size)
        elif link:
            job.refuse_links(path)
            links[path] = header.target
        else:
            _file(job, feed, header, path)
        feed.skip(padding)
    for piece in feed.rest():
        job.progress.check()
        if any(piece):
            raise _damaged("something follows its end")
    job.make_links(links)
    job.finish(layout)


def _file(job: Job, feed: Feed, header: Header, path: str) -> None:
    executable = bool(header.mode & 0o111)
    if header.size <= _SMALL:
        data = bytes(feed.take(header.size))
        entry = Entry(path, len(data), crc32(data), executable)
        written = not job.have(entry)
        if written:
            job.out.write(path, data, executable=executable)
    else:
        job.check_space(header.size)
        with NewFile(job.out, path, executable) as file:
            for piece in feed.pieces(header.size):
                job.progress.check()
                file.add(piece)
            entry = Entry(path, file.size, file.crc, executable)
            written = not job.have(entry)
            if written:
                file.keep()
    job.tree.entries[path] = entry
    if written:
        job.tree.written.add(path)


def read_header(feed: Feed) -> Header | None:
    """The next member's header, or None at the end of the archive."""
    extended: dict[str, str] = {}
    while True:
        block = bytes(feed.take(_BLOCK))
        if not any(block):
            if extended:
                raise _damaged("it ends behind an extension header")
            return None
        header = _plain_header(block)
        if header.type not in (b"x", b"g", b"L", b"K"):
            return _extend(header, extended)
        if not 0 <= header.size <= _LONGEST:
            raise UnsafeArchiveError("holds a header larger than any real one")
        data = bytes(feed.take(header.size))
        feed.skip(-header.size % _BLOCK)
        if header.type == b"x":
            extended.update(_pax(data))
        elif header.type == b"g":
            if _pax(data).keys() & {"path", "linkpath", "size"}:
                raise UnsafeArchiveError("gives all of its members one name or size")
        elif header.type in (b"L", b"K"):
            key = "path" if header.type == b"L" else "linkpath"
            extended[key] = decode_name(data.rstrip(b"\0"), 0, {})


def _plain_header(block: bytes) -> Header:
    told = _number(block[148:156])
    unsigned = sum(block[:148]) + 8 * 32 + sum(block[156:])
    if told != unsigned and told != unsigned - 256 * sum(
        byte > 127 for byte in block[:148] + block[156:]
    ):
        raise _damaged("a header's checksum is wrong")
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and block[345]:
        name = f"{_text(block[345:500])}/{name}"
    kind = block[156:157]
    if kind == b"\0" and name.endswith("/"):
        kind = _FOLDER  # as tars of the seventies say it
    size = _number(block[124:136])
    if kind in (_FOLDER, _SYMLINK, b"1") and size:
        size = 0 if kind != _FOLDER else size
    return Header(name, size, _number(block[100:108]), kind, _text(block[157:257]))


def _extend(header: Header, extended: dict[str, str]) -> Header:
    """*header* with what *extended* says instead."""
    if any(key.startswith("GNU.sparse") for key in extended):
        header.type = b"S"
    header.name = extended.get("path", header.name)
    header.target = extended.get("linkpath", header.target)
    if "size" in extended:
        if not extended["size"].isdecimal() or len(extended["size"]) > 20:
            raise _damaged("a size is no number")
        header.size = int(extended["size"])
    if header.type not in (_FOLDER, _SYMLINK) and header.type not in _FILES:
        what = _OTHERS.get(header.type, f"a member of the unknown kind {header.type!r}")
        refused = UnsupportedError if header.type == b"S" else UnsafeArchiveError
        raise refused(
            f"holds {what}: {shown(header.name)!r}",
            action="Ask for an archive of plain files and folders.",
        )
    if header.size < 0:
        raise UnsafeArchiveError(f"{shown(header.name)} claims a negative size")
    return header


def _pax(data: bytes) -> dict[str, str]:
    """The records ``LENGTH KEY=VALUE\\n`` of an extension header."""
    records: dict[str, str] = {}
    while data.strip(b"\0"):
        digits, _, rest = data.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 10 else 0
        record = rest[: max(0, length - len(digits) - 1)]
        key, equals, value = record[:-1].partition(b"=")
        if not equals or not record.endswith(b"\n"):
            raise _damaged("an extension header cannot be read")
        records[key.decode("utf-8", "replace")] = decode_name(value, 0, {})
        data = data[length:]
    return records


def _number(field: bytes) -> int:
    """A number in octal digits, or as GNU writes large ones: 256-based, with the top bit set."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big", signed=False) & ((1 << (8 * len(field) - 1)) - 1)
        return value if not field[0] & 0x40 else -1
    digits = field.partition(b"\0")[0].strip()
    try:
        return int(digits, 8) if digits else 0
    except ValueError:
        raise _damaged("a header holds no numbers") from None


def _text(field: bytes) -> str:
    return decode_name(field.partition(b"\0")[0], 0, {})


def _damaged(what: str) -> IntegrityError:
    return IntegrityError(
        f"the archive is damaged: {what}",
        action="Run the cell again; if it stays so, the file at the source is damaged.",
    )
