"""The one place that touches files below a folder that others may have changed meanwhile.

A path handed to the system whole follows every link on its way, so yesterday's link can lead
today's archive out of its folder. Here each component is opened by itself, relative to its parent
and without following links; what stands in the way is named, never written through.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from ..errors import ConflictError
from .disk import free_bytes, is_drive_mount, same_file_system, shown, told

__all__ = ["Dir", "Found", "free_bytes", "is_drive_mount", "same_file_system"]

_CACHED = 48
"""Folders kept open by one `Dir`: macOS allows 256 descriptors to a process."""

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_COMMON = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _COMMON
_PATIENT = getattr(os, "O_NONBLOCK", 0)  # a FIFO in the way must not block us

HAS_DIR_FD = {os.open, os.mkdir, os.stat, os.unlink, os.rename, os.symlink} <= os.supports_dir_fd
"""Whether names can be resolved relative to an open folder (not on Windows)."""


class Found(NamedTuple):
    """One thing that `Dir.scan` met: its path below the folder, and its own ``stat`` result."""

    path: str
    stat: os.stat_result


class Dir:
    """A folder; everything below it is reached without following any link.

    Paths are ``/``-separated and relative; ``..``, absolute and empty components are refused.
    Parents stay open between calls, so an instance belongs to one thread: use `twin` for another.
    Where the system has no ``openat`` (Windows), each component is checked before every use
    instead: that stops links left by earlier runs, not one swapped in at the same moment.

    Raises:
        FileNotFoundError, FileExistsError: as the system says them.
        ConflictError: a link or a file stands where a folder is needed.
        DiskError: the disk is full, read-only, or not ours to write to.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self._root = descriptor
        self._open: dict[str, int] = {}

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Dir:
        """Open *path* (links above and at it are followed, once); with *create*, make it first."""
        with _said(path):
            if create:
                path.mkdir(parents=True, exist_ok=True)
            real = path.resolve(strict=True)
            if HAS_DIR_FD:
                return cls(real, os.open(real, _FOLDER | _COMMON))
            if not real.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(real))
            return cls(real, None)

    @property
    def descriptor(self) -> int | None:
        """The folder itself, open, where the system can resolve names relative to it."""
        return self._root

    def twin(self) -> Dir:
        """The same folder for another thread."""
        return Dir(self.path, None if self._root is None else os.dup(self._root))

    def close(self) -> None:
        """Close every descriptor; the folder itself stays as it is."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()
        if self._root is not None:
            os.close(self._root)
            self._root = None

    def __enter__(self) -> Dir:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def create(self, path: str, *, executable: bool = False) -> int:
        """Create the file *path*, with its parents, and return a descriptor for writing."""
        with _said(self.path, path):
            name, parent = self._at(path, make=True)
            return os.open(name, _NEW, 0o777 if executable else 0o666, dir_fd=parent)

    def open_file(self, path: str, flags: int = os.O_RDONLY) -> int:
        """A descriptor for the existing regular file *path*, opened with *flags*."""
        with _said(self.path, path):
            name, parent = self._at(path)
            descriptor = os.open(name, flags | _COMMON | _PATIENT, dir_fd=parent)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise ConflictError("is not a regular file", source=shown(path))
            return descriptor

    def read(self, path: str, limit: int | None = None) -> bytes:
        """The content of *path*, or its first *limit* bytes."""
        with os.fdopen(self.open_file(path), "rb") as file:
            return file.read() if limit is None else file.read(limit)

    def pieces(self, path: str, size: int = 1 << 18) -> Iterator[bytes]:
        """The content of *path* in pieces."""
        with os.fdopen(self.open_file(path), "rb", buffering=0) as file:
            while piece := file.read(size):
                yield piece

    def write(self, path: str, data: bytes, *, executable: bool = False) -> None:
        """Create *path* with *data*: what small files need, and nothing more."""
        try:
            name, parent = self._at(path, make=True)
            mode = 0o777 if executable else 0o666
            descriptor = os.open(name, _NEW, mode, dir_fd=parent)
            try:
                count = os.write(descriptor, data)
                if count < len(data):  # a disk that fills up writes what it can first
                    self.put(descriptor, memoryview(data)[count:])
            finally:
                os.close(descriptor)
        except (FileNotFoundError, FileExistsError):
            raise
        except OSError as error:
            raise told(error, self.path, path, len(data)) from None

    def put(self, descriptor: int, data: bytes | memoryview, offset: int | None = None) -> None:
        """Write all of *data* at the descriptor's position, or at *offset*."""
        view = memoryview(data)
        with _said(self.path, need=len(view)):
            while view:
                if offset is None:
                    count = os.write(descriptor, view)
                else:
                    count = _write_at(descriptor, view, offset)
                    offset += count
                view = view[count:]

    def mkdirs(self, path: str) -> None:
        """Make the folder *path* and those above it, where they are missing."""
        with _said(self.path, path):
            self._folder(path, make=True)

    def symlink(self, target: str, path: str) -> None:
        """Create *path* as a symbolic link to *target*, which is not looked at."""
        with _said(self.path, path):
            name, parent = self._at(path, make=True)
            os.symlink(target, name, dir_fd=parent)

    def readlink(self, path: str) -> str:
        """The target of the symbolic link *path*."""
        with _said(self.path, path):
            name, parent = self._at(path)
            return os.readlink(name, dir_fd=parent)

    def lstat(self, path: str) -> os.stat_result | None:
        """What stands at *path* itself; None where nothing does, or a parent is no folder."""
        try:
            name, parent = self._at(path)
            return os.stat(name, dir_fd=parent, follow_symlinks=False)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                return None
            raise told(error, self.path, path) from None

    def unlink(self, path: str) -> None:
        """Remove the file or link *path*."""
        with _said(self.path, path):
            name, parent = self._at(path)
            os.unlink(name, dir_fd=parent)

    def rmdir(self, path: str) -> None:
        """Remove the empty folder *path*."""
        with _said(self.path, path):
            self._forget(path)
            name, parent = self._at(path)
            os.rmdir(name, dir_fd=parent)

    def rename(self, path: str, other: Dir, new: str) -> None:
        """Move *path* to *new* below *other* on the same disk; a file there is replaced."""
        if other is self:
            # One cache must not close a folder that the other half of the call still needs.
            with self.twin() as twin:
                self.rename(path, twin, new)
            self._forget(new)
            return
        with _said(self.path, path):
            self._forget(path)
            name, parent = self._at(path)
            target, target_parent = other._at(new, make=True)
            os.replace(name, target, src_dir_fd=parent, dst_dir_fd=target_parent)

    def set_executable(self, path: str, executable: bool = True) -> None:
        """Give *path* an execute bit for everyone who may read it, or take all away."""
        if os.name == "nt":
            return
        descriptor = self.open_file(path)
        try:
            with _said(self.path, path):
                mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
                bits = (mode & 0o444) >> 2
                os.fchmod(descriptor, (mode | bits) if executable else (mode & ~0o111))
        finally:
            os.close(descriptor)

    def scan(self, path: str = "") -> Iterator[Found]:
        """Everything below *path*, folders before what they hold; links are met, not followed."""
        waiting = [path]
        while waiting:
            here = waiting.pop()
            prefix = f"{here}/" if here else ""
            with _said(self.path, here):
                folder = self._folder(here)
                with os.scandir(folder) as entries:
                    found = sorted(
                        (entry.name, entry.stat(follow_symlinks=False)) for entry in entries
                    )
            for name, status in reversed(found):
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(prefix + name)
            for name, status in found:
                yield Found(prefix + name, status)

    def clear(self, path: str = "") -> None:
        """Remove everything below *path*, keeping *path* itself."""
        for found in reversed(list(self.scan(path))):
            if stat.S_ISDIR(found.stat.st_mode):
                self.rmdir(found.path)
            else:
                self.unlink(found.path)

    def _at(self, path: str, make: bool = False) -> tuple[str, int | None]:
        """What the system's calls take for *path*: a name and the open folder it stands in."""
        head, _, name = path.rpartition("/")
        if name in ("", ".", "..") or "\0" in name:
            raise OSError(errno.EINVAL, "not a name", path)
        folder = self._folder(head, make)
        if isinstance(folder, int):
            return name, folder
        return os.path.join(folder, name), None

    def _folder(self, path: str, make: bool = False) -> int | str:
        """The open folder *path* (or, without ``openat``, its checked full path)."""
        cached = self._open.pop(path, None)
        if cached is not None:
            self._open[path] = cached  # now the newest
            return cached
        if not path:
            return str(self.path) if self._root is None else self._root
        parts = path.split("/")
        if any(part in ("", ".", "..") or "\0" in part for part in parts):
            raise OSError(errno.EINVAL, "not a path", path)
        if self._root is None:
            return self._checked(parts, make)
        depth = len(parts) - 1
        while depth and "/".join(parts[:depth]) not in self._open:
            depth -= 1
        parent = self._open["/".join(parts[:depth])] if depth else self._root
        for index in range(depth, len(parts)):
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(parts[index], dir_fd=parent)
            parent = os.open(parts[index], _FOLDER | _COMMON, dir_fd=parent)
            self._remember("/".join(parts[: index + 1]), parent)
        return parent

    def _checked(self, parts: list[str], make: bool) -> str:
        """The full path of *parts*, each component looked at: what Windows has to do with."""
        here = str(self.path)
        for part in parts:
            here = os.path.join(here, part)
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(here)
            status = os.lstat(here)
            reparse = getattr(status, "st_file_attributes", 0) & 0x400  # a junction is no link
            if reparse or stat.S_ISLNK(status.st_mode):
                raise OSError(errno.ELOOP, "a link", here)
            if not stat.S_ISDIR(status.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, "not a folder", here)
        return here

    def _remember(self, path: str, descriptor: int) -> None:
        if len(self._open) >= _CACHED:
            # The oldest half goes; the folder just opened is newer than all of them.
            for old in list(self._open)[: _CACHED // 2]:
                os.close(self._open.pop(old))
        self._open[path] = descriptor

    def _forget(self, path: str) -> None:
        """Close what is open at and below *path*, which is about to go."""
        for known in [key for key in self._open if key == path or key.startswith(f"{path}/")]:
            os.close(self._open.pop(known))


def _write_at(descriptor: int, view: memoryview, offset: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, view, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.write(descriptor, view)


class _said:
    """Turns an `OSError` inside the block into one of ours; cheap enough for every small file."""

    __slots__ = ("below", "need", "path")

    def __init__(self, path: Path, below: str = "", need: int = 0) -> None:
        self.path = path
        self.below = below
        self.need = need

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError) and not isinstance(
            error, (FileNotFoundError, FileExistsError)
        ):
            raise told(error, self.path, self.below, self.need) from None
