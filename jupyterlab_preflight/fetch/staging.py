"""The folder where a tree arises, beside its destination and never in it.

Each process works in a folder of its own; one whose owner has died is taken over by a rename, so
that what it had fetched is not fetched again. No lock is needed for that to be right.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from ..errors import ConflictError, DiskError, PreflightError
from . import disk
from .fs import Dir
from .owner import Owner, myself

_NAME = re.compile(r"(.+?)-((?:[0-9a-f]{8}-){3}[0-9]+-[0-9]+|free)-([0-9a-f]{8})")
_BEAT = 30.0  # seconds between two signs of life
_ORPHAN = 2.0  # seconds that a dead owner's child may go on
_SILENCE = 600.0  # seconds without one, after which an owner elsewhere counts as dead


class Left(NamedTuple):
    """A staging folder that somebody has left, as `Staging.left` finds it."""

    path: Path
    key: str


class Staging:
    """A private folder (0700) on the destination's disk. A context manager.

    Leaving the block keeps what was fetched for the next run, unless it was committed or
    discarded.

    Attributes:
        tree: the folder in which the tree arises.
        part: the folder for whole files on their way.
    """

    def __init__(self, base: Path, key: str, path: Path) -> None:
        self._base = base
        self._key = key
        self._path = path
        self._over = threading.Event()
        self._beat: threading.Thread | None = None

    @property
    def tree(self) -> Path:
        """The folder in which the tree arises."""
        return self._path / "tree"

    @property
    def part(self) -> Path:
        """The folder for whole files on their way."""
        return self._path / "part"

    @classmethod
    def open(cls, base: Path, key: str) -> Staging:
        """A folder for *key* below *base*: one that was left, or a new one.

        Args:
            base: made where it is missing.
            key: names the work; letters, digits, ``.``, ``_`` and ``-``.

        Raises:
            DiskError: it cannot be made.
        """
        assert re.fullmatch(r"[A-Za-z0-9._-]+", key)
        try:
            base.mkdir(parents=True, exist_ok=True, mode=0o700)
            base = base.resolve()
            path = cls._claim(base, key)
            if path is None:
                path = base / _name(key, str(myself()))
                path.mkdir(mode=0o700)
            for folder in (path / "tree", path / "part"):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise disk.told(error, base) from None
        return cls(base, key, path)

    @staticmethod
    def _claim(base: Path, key: str) -> Path | None:
        """Take over a folder of *key* whose owner is gone."""
        now = _now(base)
        for name in sorted(os.listdir(base)):
            match = _NAME.fullmatch(name)
            if match is None or match[1] != key or not _is_left(base / name, match[2], now):
                continue
            mine = base / _name(key, str(myself()))
            with contextlib.suppress(OSError):  # another process was faster
                os.rename(base / name, mine)
                os.utime(mine)
                return mine
        return None

    @staticmethod
    def left(base: Path) -> list[Left]:
        """The folders below *base* that nobody works in: what may be removed."""
        try:
            now = _now(base)
            names = sorted(os.listdir(base))
        except OSError:
            return []
        found = []
        for name in names:
            match = _NAME.fullmatch(name)
            if match is not None and _is_left(base / name, match[2], now):
                found.append(Left(base / name, match[1]))
        return found

    def __enter__(self) -> Staging:
        self._beat = threading.Thread(target=self._live, name="preflight-staging", daemon=True)
        self._beat.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._beat is not None:
            self._beat.join()
        with contextlib.suppress(OSError):
            if any(folder.exists() and any(folder.iterdir()) for folder in (self.tree, self.part)):
                os.rename(self._path, self._base / _name(self._key, "free"))
            elif self._path.exists():
                self.discard()

    def _live(self) -> None:
        while not self._over.wait(_BEAT):
            with contextlib.suppress(OSError):
                os.utime(self._path)

    def commit_to(self, dest: Path) -> None:
        """Make the tree *dest*, which is missing or an empty folder, by one rename.

        Raises:
            ConflictError: something stands there.
            DiskError: the rename fails.
        """
        try:
            dest.parent.mkdir(parents=True, exist_ok=True)
            if os.name == "nt" and dest.is_dir():
                dest.rmdir()
            os.rename(self.tree, dest)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
                raise ConflictError(
                    "something stands there meanwhile",
                    source=str(dest),
                    action="Run the cell again: it looks at what is there.",
                ) from None
            if error.errno == errno.EXDEV:
                raise DiskError(
                    "lies on another disk than the place where its files were made ready",
                    source=str(dest),
                    action="Run the cell again.",
                ) from None
            raise disk.told(error, dest) from None
        self.discard()

    def discard(self) -> None:
        """Remove everything that was staged."""
        remove(self._path)


def remove(path: Path) -> None:
    """Remove the folder *path* and what is below it, never following a link.

    A child of a run that was killed may write there for a moment more; that is waited for.

    Raises:
        PreflightError: where something of it cannot be removed.
    """
    until = time.monotonic() + _ORPHAN
    while path.is_dir() and not path.is_symlink():
        try:
            with Dir.open(path) as folder:
                folder.clear()
            path.rmdir()
        except (OSError, PreflightError) as error:
            if time.monotonic() > until:
                raise disk.told(error, path) if isinstance(error, OSError) else error from None
            time.sleep(0.1)


def _name(key: str, owner: str) -> str:
    return f"{key}-{owner}-{os.urandom(4).hex()}"


def _now(base: Path) -> float:
    """The time as the disk of *base* has it: its clock may not be ours."""
    os.utime(base)
    return base.stat().st_mtime


def _is_left(path: Path, token: str, now: float) -> bool:
    """Whether nobody works in *path*."""
    if token == "free":  # noqa: S105
        return True
    owner = Owner.parse(token)
    dead = True if owner is None else owner.dead()
    if dead is not None:
        return dead
    try:
        return now - path.stat().st_mtime > _SILENCE
    except OSError:
        return False
