"""Several downloads that make one tree: the files of a shared folder, of a record, of a release.

Each is brought by itself and kept as it is, a few at a time; names from a listing are as hostile
as those in an archive.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConflictError, PreflightError, UnsafeArchiveError
from ..progress import Progress
from . import kinds
from .disk import shown
from .extract import crc32
from .fs import Dir
from .job import refuse_merged
from .manifest import from_row, to_row
from .model import Download, Entry, Options, Tree
from .names import Layout, file_name
from .one import One

if TYPE_CHECKING:
    from .http import Client

_Brought = tuple[list[object], list[Entry]]
"""What told the version of a file (see `_told`), and the entries that it became."""

_AT_ONCE = 4
_JOURNAL = "files.jsonl"
_NOTHING: _Brought = ([], [])


@dataclass
class Listing:
    """The downloads of one step.

    Attributes:
        out: the folder of the tree.
        part: the folder for files that are not whole yet, and for the journal of those that are.
        here: the destination, where anything stands there.
    """

    downloads: Sequence[Download]
    out: Dir
    part: Dir
    options: Options
    client: Client
    progress: Progress
    here: Path | None = None
    _tree: Tree = field(default_factory=Tree)
    _done: dict[str, _Brought] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _error: BaseException | None = None

    def bring(self) -> Tree:
        """Bring all of them.

        Raises:
            PreflightError: the first failure; what is whole stays for the next run.
        """
        layout = Layout(self.options, Download(""))
        wanted = []
        for download in self.downloads:
            if download.name.endswith("/"):  # an empty folder: there is nothing to fetch
                path = layout.place(download.name, "folder")
                if path is not None:
                    self.out.mkdirs(path)
                    self._enter(path, [Entry(path, folder=True)])
                continue
            path = layout.place(file_name(download, "", download.url), "file")
            if path is not None:
                wanted.append((path, download))
        self._tree.notes.extend(one.note for one in self.downloads if one.note)
        self._tree.notes.extend(layout.finish())
        sizes = [download.size for _, download in wanted if download.size is not None]
        if len(sizes) == len(wanted):
            self.progress.expect(self.progress.done + sum(sizes))
        self._load()
        self._sweep({one.path for path, _ in wanted for one in self._done.get(path, _NOTHING)[1]})
        waiting = iter(wanted)
        threads = [
            threading.Thread(
                target=self._work, args=(waiting,), name="preflight-files", daemon=True
            )
            for _ in range(min(_AT_ONCE, len(wanted)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._error is not None:
            raise self._error
        self._sweep(set())
        refuse_merged(self.out, layout)
        return self._tree

    def _work(self, waiting: Iterator[tuple[str, Download]]) -> None:
        try:
            with self.out.twin() as out:
                while True:
                    with self._lock:
                        path, download = next(waiting, ("", None))
                    if download is None or self._error is not None:
                        return
                    self.progress.check()
                    if not (self._staged(out, path, download) or self._is_here(path, download)):
                        self._fetch(out, path, download)
        except BaseException as error:
            with self._lock:
                self._error = self._error or error

    def _staged(self, out: Dir, path: str, download: Download) -> bool:
        """Whether an earlier run has brought *path*, by what its provider says of the file."""
        told, entries = self._done.get(path, _NOTHING)
        if told != _told(download) or not all(self._is_whole(out, entry) for entry in entries):
            return False
        self._enter(path, entries)
        return True

    def _is_here(self, path: str, download: Download) -> bool:
        """Whether this very file stands at its destination, by its size and digest."""
        if self.here is None or download.digest is None or self.options.unpack:
            return False
        algorithm, wanted = download.digest
        digest, size, total = hashlib.new(algorithm, usedforsecurity=False), 0, 0
        with contextlib.suppress(FileNotFoundError, ConflictError), Dir.open(self.here) as folder:
            found = folder.lstat(path)
            if found is None or found.st_size != download.size:
                return False
            for piece in folder.pieces(path):
                self.progress.check()
                digest.update(piece)
                size, total = size + len(piece), crc32(piece, total)
            if digest.hexdigest() == wanted.lower():
                self.progress.add(size)
                entry = Entry(path, size, total, bool(found.st_mode & 0o111))
                self._enter(path, [entry], written=False)
                return True
        return False

    def _is_whole(self, out: Dir, entry: Entry) -> bool:
        found = out.lstat(entry.path)
        if found is None or entry.folder:
            return found is not None
        total = 0
        if found.st_size == entry.size and stat.S_ISREG(found.st_mode):
            for piece in out.pieces(entry.path):
                self.progress.check()
                total = crc32(piece, total)
            return total == entry.crc32
        return False

    def _fetch(self, out: Dir, path: str, download: Download) -> None:
        """Bring one file to a folder of its own, and move it from there into the tree."""
        unpack = self.options.unpack and kinds.says_archive(path)
        folder, _, name = path.rpartition("/")
        own = self.part.path / hashlib.sha256(path.encode()).hexdigest()[:16]
        with (
            Dir.open(own / "tree", create=True) as tree,
            Dir.open(own / "part", create=True) as part,
        ):
            one = One(
                replace(download, name=name, archive=None if unpack else False),
                tree,
                part,
                Options(links=self.options.links),
                self.client,
                _Part(self.progress),
            )
            try:
                got = one.bring(lambda entry: False)
            except PreflightError as error:
                raise error.about(shown(path)) from None
            entries = []
            for entry in got.entries.values():
                place = path
                if unpack or len(got.entries) > 1:
                    place = f"{folder}/{entry.path}" if folder else entry.path
                entries.append(entry._replace(path=place))
            self._enter(path, entries)
            for old, new in zip(got.entries.values(), entries, strict=True):
                if new.folder:
                    out.mkdirs(new.path)
                else:
                    tree.rename(old.path, out, new.path)
        with self._lock:
            self._tree.fetched += got.fetched
            self._tree.notes.extend(got.notes)
            self._note(path, download, entries)

    def _enter(self, path: str, entries: list[Entry], *, written: bool = True) -> None:
        """Enter what came as *path* in the tree, unless something else has its place."""
        with self._lock:
            for entry in entries:
                if entry.path in self._tree.entries:
                    raise UnsafeArchiveError(
                        f"{shown(path)} holds {shown(entry.path)!r}, which is there already",
                        action="Leave --unpack out, or choose files with --include.",
                    )
                self._tree.entries[entry.path] = entry
                if written:
                    self._tree.written.add(entry.path)

    def _sweep(self, known: set[str]) -> None:
        """Remove what an earlier run has left, but for *known* paths and those of the tree."""
        for found in reversed(list(self.out.scan())):
            if found.path in known or found.path in self._tree.entries:
                continue
            if stat.S_ISDIR(found.stat.st_mode):
                with contextlib.suppress(PreflightError):
                    self.out.rmdir(found.path)  # where it is empty
            else:
                self.out.unlink(found.path)

    def _load(self) -> None:
        """Read what earlier runs have noted; a line that broke off is none."""
        if self.part.lstat(_JOURNAL) is None:
            os.close(self.part.create(_JOURNAL))
        for line in self.part.read(_JOURNAL).splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                row = json.loads(line)
                self._done[row["path"]] = row["told"], [from_row(one) for one in row["entries"]]

    def _note(self, path: str, download: Download, entries: list[Entry]) -> None:
        """Add a line to the journal: with all of it written anew, many files would take hours."""
        row = {"path": path, "told": _told(download), "entries": [to_row(one) for one in entries]}
        descriptor = self.part.open_file(_JOURNAL, os.O_WRONLY | os.O_APPEND)
        try:
            self.part.put(descriptor, b"\n" + json.dumps(row).encode())
        finally:
            os.close(descriptor)


class _Part(Progress):
    """The progress of one file among several: it counts, but does not say what to expect."""

    def __init__(self, whole: Progress) -> None:
        super().__init__(whole.cancelled)
        self._whole = whole

    def add(self, count: int) -> None:
        super().add(count)
        self._whole.add(count)


def _told(download: Download) -> list[object]:
    """What tells whether a file is the one that an earlier run has brought, as JSON gives it back.

    Its size and digest; where its provider says neither, its address. A folder of Drive tells
    nothing else, and stops a visitor after some files: only several runs get through it.
    """
    if download.size is None and download.digest is None:
        return [hashlib.sha256(download.url.encode()).hexdigest()]
    return [download.size, list(download.digest) if download.digest else None]
