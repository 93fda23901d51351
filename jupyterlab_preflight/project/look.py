"""What stands in a project's folder, without reading what was read before.

A file whose size, times and inode are those of the last look has the content of the last look.
That is git's way with its index, and so is its caution: a file that changed just before it was
looked at could change again within the same tick of the clock, so it is not remembered yet.
"""

from __future__ import annotations

import json
import os
import stat
import time
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..errors import ConflictError, DiskError
from ..fetch.disk import shown
from ..fetch.model import Entry, Manifest
from ..progress import Progress
from .merge import UNKNOWN, parents

_VERSION = 1
_TICK = 2_000_000_000
"""Nanoseconds: the coarsest time stamps in use (FAT) count two seconds."""


class Stamp(NamedTuple):
    """What shows that a file is still the one that was read: bytes, nanoseconds, inode."""

    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """The stamp in a ``stat`` result."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class Look:
    """Looks at files below one folder and remembers their checksums in a cache file.

    Args:
        folder: the project's folder.
        cache: where checksums are kept between runs; None: nowhere.
    """

    def __init__(self, folder: Path, cache: Path | None, progress: Progress) -> None:
        self._below = os.path.join(folder, "")
        self._cache = cache
        self._progress = progress
        # As in the file: the four parts of a stamp, then the checksum. There may be many.
        self._known: dict[str, list[int]] | None = None
        self._read = False
        self._folders: dict[str, Entry | None] = {}
        self._clear = {""}  # folders with nothing but folders above them
        self._entries: dict[str, Entry | None] = {}
        self.stamps: dict[str, Stamp] = {}
        """The stamp of each file that was looked at, taken before its content was read."""

    def at(self, paths: Iterable[str]) -> Manifest:
        """What stands at *paths*, and at folders above them that are no folders.

        Raises:
            DiskError: where a file cannot be read.
            Interrupted: where the run was stopped.
        """
        found: Manifest = {}
        for path in paths:
            above = self._blocked(path)
            entry = above if above is not None else self._seen(path)
            if entry is not None:
                found[entry.path] = entry
        return found

    def entry(self, path: str) -> Entry | None:
        """What stands at *path*; None where nothing does or where a parent is no folder."""
        return None if self._blocked(path) else self._seen(path)

    def _seen(self, path: str) -> Entry | None:
        """What stands at *path*, above which there are folders only."""
        if path not in self._entries:
            self._entries[path] = self._fresh(path)
        return self._entries[path]

    def save(self) -> None:
        """Write the cache, where something was read. A cache that cannot be written is slow."""
        if self._cache is None or not self._read or self._known is None:
            return
        from ..bootstrap.state import write_text

        files = {path: self._known[path] for path in self.stamps if path in self._known}
        try:
            self._cache.parent.mkdir(mode=0o700, exist_ok=True)
            write_text(self._cache, json.dumps({"version": _VERSION, "files": files}))
        except (DiskError, OSError):
            return

    def _blocked(self, path: str) -> Entry | None:
        """The first thing above *path* that is no folder."""
        head = path.rpartition("/")[0]
        if head in self._clear:
            return None
        for above in parents(path):
            if above not in self._folders:
                try:
                    status = os.lstat(self._below + above)
                except (FileNotFoundError, NotADirectoryError):
                    self._folders[above] = None
                    continue
                except OSError as error:
                    raise _unreadable(above, error) from None
                is_folder = stat.S_ISDIR(status.st_mode) and not _junction(status)
                self._folders[above] = None if is_folder else self._described(above, status)
            entry = self._folders[above]
            if entry is not None:
                return entry
        self._clear.add(head)
        return None

    def _fresh(self, path: str) -> Entry | None:
        try:
            status = os.lstat(self._below + path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(path, error) from None
        return self._described(path, status)

    def _described(self, path: str, status: os.stat_result) -> Entry:
        mode = status.st_mode
        if stat.S_ISREG(mode) and not _junction(status):
            stamp = Stamp.of(status)
            self.stamps[path] = stamp
            executable = os.name != "nt" and bool(mode & 0o111)
            return Entry(path, stamp.size, self._checksum(path, stamp), executable)
        if stat.S_ISLNK(mode) or _junction(status):
            return Entry(path, link=os.readlink(self._below + path))
        return Entry(path, folder=True) if stat.S_ISDIR(mode) else Entry(path, size=UNKNOWN)

    def _checksum(self, path: str, stamp: Stamp) -> int:
        if self._known is None:
            self._known = _load(self._cache)
        known = self._known.get(path)
        if known is not None and known[:4] == [*stamp]:
            return known[4]
        self._known.pop(path, None)
        began = self._now()
        checksum = self._crc32(path)
        if max(stamp.modified, stamp.changed) < began - _TICK:
            self._known[path] = [*stamp, checksum]
            self._read = True
        return checksum

    def _now(self) -> int:
        return time.time_ns()

    def _crc32(self, path: str) -> int:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        checksum = 0
        try:
            descriptor = os.open(self._below + path, flags | getattr(os, "O_NONBLOCK", 0))
            with open(descriptor, "rb", buffering=0) as file:
                while block := file.read(1 << 20):
                    self._progress.check()
                    checksum = zlib.crc32(block, checksum)
        except FileNotFoundError:
            return UNKNOWN  # gone between two calls: equal to nothing, so never overwritten
        except OSError as error:
            raise _unreadable(path, error) from None
        return checksum


def _junction(status: os.stat_result) -> bool:
    """Whether it is a Windows reparse point, which ``S_ISLNK`` does not say of a junction."""
    return bool(getattr(status, "st_file_attributes", 0) & 0x400)


def _unreadable(path: str, error: OSError) -> DiskError | ConflictError:
    return DiskError(
        f"cannot be read ({error.strerror})",
        source=shown(path),
        action="Make it readable, or move it away.",
    )


def _load(cache: Path | None) -> dict[str, list[int]]:
    """The checksums of the last look; nothing where they cannot be understood."""
    if cache is None:
        return {}
    try:
        data = json.loads(cache.read_bytes())
        files: dict[str, list[int]] = data["files"]
        if data["version"] != _VERSION or not all(len(row) == 5 for row in files.values()):
            return {}
        return files
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
