"""Brings staged files into a project's folder, one by one, never through a link.

Each step looks at what it is about to replace and can be repeated: after a crash nobody knows how
far the last pass came, and meanwhile somebody may have edited a file.
"""

from __future__ import annotations

import contextlib
import os
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import PreflightError
from ..fetch.fs import Dir
from ..fetch.model import Entry
from .look import Stamp
from .merge import UNKNOWN, Action, parents

if TYPE_CHECKING:
    from .journal import Job


@dataclass
class Done:
    """What an update has changed, for the row.

    Attributes:
        actions: what was carried out.
        backups: paths whose former content stands in the backup folder.
        left: paths that somebody changed meanwhile in a way that left nothing to do.
        unsettled: paths that could not be brought to their new state: compared by the next run.
    """

    actions: list[Action] = field(default_factory=list)
    backups: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)


class Swap:
    """One pass over a job's actions; each looks before it acts.

    Args:
        here: the project's folder.
        staged: the new files.
        stamps: of the files that the plan was made from: where one still fits, the content is not
            read again. None after a crash, when nothing is taken for granted.
        links: paths where a declared link stands.
    """

    def __init__(
        self,
        job: Job,
        here: Dir,
        staged: Dir,
        *,
        stamps: Mapping[str, Stamp] | None,
        links: frozenset[str],
    ) -> None:
        self._job = job
        self._here = here
        self._staged = staged
        self._stamps = stamps
        self._links = links
        self.done = Done()
        self._removed = job.staging / "removed"
        self._folders = {path for path, entry in job.base.items() if entry.folder}

    def run(self) -> Done:
        """Bring every action about that is not yet; what cannot be is in `Done.unsettled`."""
        # Names that differ only in case are one file on some disks: what goes, goes first, and a
        # repeated pass must not remove what has come since.
        if not self._removed.exists():
            for action in self._job.actions:
                if action.do == "remove":
                    self._remove(action)
            self._removed.touch()
        for action in self._job.actions:
            match action.do:
                case "aside":
                    self._make_way(f"{action.path}/")
                case "mode":
                    self._mode(action)
                case "write" | "replace":
                    self._write(action)
                case "remove":
                    self.done.actions.append(action)
        return self.done

    def _remove(self, action: Action) -> None:
        path, old = action.path, action.old
        status = self._here.lstat(path)
        if old is None:
            return
        if old.folder:
            self._prune(path)
        elif status is None or self._is_old(action, status):
            if status is not None:
                with contextlib.suppress(FileNotFoundError):
                    self._here.unlink(path)
            for above in reversed(list(parents(path))):
                if above in self._folders or not self._prune(above):
                    break
        else:
            self.done.left.append(path)

    def _mode(self, action: Action) -> None:
        path, new = action.path, action.new
        status = self._here.lstat(path)
        if new is not None and status is not None and stat.S_ISREG(status.st_mode):
            self._here.set_executable(path, new.executable)
            self.done.actions.append(action)

    def _write(self, action: Action) -> None:
        path, new = action.path, action.new
        assert new is not None
        if not self._is_staged(new):
            self._settle(action)
            return
        if not self._make_way(path):
            self.done.left.append(path)
            return
        status = self._here.lstat(path)
        if status is not None and stat.S_ISDIR(status.st_mode):
            if not new.folder and not self._clear_folder(path):
                self.done.left.append(path)
                return
        elif status is not None and not (
            self._is_old(action, status) or stands(self._here, path, status, new)
        ):
            self._backup(path)
        if new.folder:
            self._here.mkdirs(path)
            self.done.actions.append(action)
            return
        try:
            self._staged.rename(path, self._here, path)
        except FileNotFoundError:  # another process finishes the same journal
            self._settle(action)
        else:
            self.done.actions.append(action)

    def _settle(self, action: Action) -> None:
        """The new file is not ready: an earlier pass has swapped it in, or it is lost."""
        status = self._here.lstat(action.path)
        new = action.new
        if status is not None and new is not None and stands(self._here, new.path, status, new):
            self.done.actions.append(action)
        else:
            self.done.unsettled.add(action.path)

    def _is_staged(self, new: Entry) -> bool:
        """Whether the new file stands ready; after a power cut it may be there and empty."""
        if new.folder or self._stamps is not None:
            return True
        status = self._staged.lstat(new.path)
        return status is not None and stands(self._staged, new.path, status, new)

    def _is_old(self, action: Action, status: os.stat_result) -> bool:
        """Whether what stands there is still what may be overwritten."""
        if action.old is None:
            return False
        stamp = None if self._stamps is None else self._stamps.get(action.path)
        if stamp is not None and stamp == Stamp.of(status):
            return True
        return stands(self._here, action.path, status, action.old)

    def _make_way(self, path: str) -> bool:
        """Back up what is no folder above *path*; False where a link is, which stays."""
        for above in parents(path):
            status = self._here.lstat(above)
            if status is None:
                return True
            if stat.S_ISLNK(status.st_mode):
                return False
            if not stat.S_ISDIR(status.st_mode):
                self._backup(above)
                return True
        return True

    def _clear_folder(self, path: str) -> bool:
        """Have a folder give way to a file; False where it holds a declared link."""
        if any(link == path or link.startswith(f"{path}/") for link in self._links):
            return False
        if not self._prune_all(path):
            self._backup(path)
        return True

    def _prune_all(self, path: str) -> bool:
        """Remove *path* where it holds nothing but empty folders; whether it is gone."""
        found = list(self._here.scan(path))
        if any(not stat.S_ISDIR(one.stat.st_mode) for one in found):
            return False
        return all(self._prune(one) for one in (*(f.path for f in reversed(found)), path))

    def _prune(self, path: str) -> bool:
        """Remove the folder *path* where it is empty; whether it is gone."""
        try:
            self._here.rmdir(path)
        except FileNotFoundError:
            return True
        except (PreflightError, OSError):
            return False
        return True

    def _backup(self, path: str) -> None:
        """Move what stands at *path* to the backup folder, under a name that is free there."""
        self._job.backup.mkdir(parents=True, exist_ok=True)
        with Dir.open(self._job.backup) as backup:
            name, number = path, 1
            while backup.lstat(name) is not None:
                number += 1
                name = f"{path}.{number}"
            with contextlib.suppress(FileNotFoundError):
                self._here.rename(path, backup, name)


def stands(folder: Dir, path: str, status: os.stat_result, entry: Entry) -> bool:
    """Whether what stands at *path* has the kind and content of *entry*."""
    if entry.folder or entry.size == UNKNOWN:
        return False
    if entry.link is not None:
        return stat.S_ISLNK(status.st_mode) and folder.readlink(path) == entry.link
    if not stat.S_ISREG(status.st_mode) or status.st_size != entry.size:
        return False
    checksum = 0
    with os.fdopen(folder.open_file(path), "rb", buffering=0) as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum == entry.crc32
