"""What is known about a root between runs, and where work in progress lies.

All of it stands in ``ROOT/.preflight`` and never in a destination, so that a dataset holds nothing
but its own files. Everything here can be deleted without losing data: the next run compares.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import BusyError, DiskError
from ..fetch.model import Manifest
from ..fetch.whole import write_whole
from ..progress import Progress

FOLDER = ".preflight"
"""Name of the folder that holds the state, beside what it is about."""

_VERSION = 1


def _slug(dest: str) -> str:
    """A file name for *dest*: readable, and distinct where the readable part is not."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", dest).strip("-.")[:48]
    return f"{readable}-{hashlib.sha256(dest.encode()).hexdigest()[:12]}"


def write_text(path: Path, text: str) -> None:
    """Replace *path* by *text* in one step, so that a reader sees the old or the new, never half.

    Raises:
        DiskError: where it cannot be written.
    """
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise DiskError(
            f"cannot be written ({error.strerror})",
            source=str(path),
            action="Free some space, or choose another root with --root.",
        ) from None


class State:
    """The memory of one root.

    Args:
        root: the folder that destinations are relative to. Links in it are resolved once.
        shared: whether others read it too, as they do in a store; how far is the umask's to say.
    """

    def __init__(self, root: Path, *, shared: bool = False) -> None:
        self.root = Path(os.path.realpath(root))
        self._mode = 0o777 if shared else 0o700
        self._made = False

    @property
    def home(self) -> Path:
        """``ROOT/.preflight``; made on the first write by `folder`."""
        return self.root / FOLDER

    def folder(self, *parts: str) -> Path:
        """A folder below `home`, made where it is missing. Others read it only where shared."""
        path = self.home.joinpath(*parts)
        try:
            if not self._made:
                self.home.mkdir(mode=self._mode, parents=True, exist_ok=True)
                if self.home.is_symlink() or not self.home.is_dir():
                    raise DiskError(
                        f"{self.home} is not a folder of its own", action="Remove or rename it."
                    )
                self._made = True
                self.exclude(self.home)
            path.mkdir(mode=self._mode, parents=True, exist_ok=True)
        except OSError as error:
            raise DiskError(
                f"cannot be written ({error.strerror})",
                source=str(self.root),
                action="Choose a folder of yours with --root or PREFLIGHT_ROOT.",
            ) from None
        return path

    def relative(self, path: Path) -> str:
        """*path* below the root, with ``/``; elsewhere its full name."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    # -- marks: one small file a destination, written last -----------------------------------

    def mark(self, dest: str) -> dict[str, Any] | None:
        """What was recorded of *dest* when it was complete; None where nothing was.

        A damaged or unknown mark counts as none, and so does that of a link into a store where a
        folder stands now: the tree is then compared, not trusted.
        """
        try:
            mark = json.loads((self.home / "marks" / f"{_slug(dest)}.json").read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(mark, dict) or mark.get("version") != _VERSION:
            return None
        place = self.root / dest
        if "store" in mark and place.is_dir() and not place.is_symlink():
            return None
        return mark if mark.get("dest") == dest else None

    def set_mark(self, dest: str, mark: dict[str, Any]) -> None:
        """Record that *dest* is complete. Call it last: everything else trusts it."""
        path = self.folder("marks") / f"{_slug(dest)}.json"
        whole = {**mark, "version": _VERSION, "dest": dest}
        write_text(path, json.dumps(whole, ensure_ascii=False, indent=1))

    def drop_mark(self, dest: str) -> None:
        """Forget that *dest* was complete."""
        with contextlib.suppress(FileNotFoundError):
            (self.home / "marks" / f"{_slug(dest)}.json").unlink()

    def marks(self) -> Iterator[dict[str, Any]]:
        """All marks of this root."""
        with contextlib.suppress(OSError):
            for path in sorted((self.home / "marks").glob("*.json")):
                with contextlib.suppress(OSError, ValueError):
                    mark = json.loads(path.read_bytes())
                    if isinstance(mark, dict) and mark.get("version") == _VERSION:
                        yield mark

    def manifest(self, dest: str) -> Manifest | None:
        """The files that were installed at *dest*; None where that is not known."""
        from ..fetch.tree import load_manifest

        return load_manifest(self.home / "manifests" / f"{_slug(dest)}.json")

    def set_manifest(self, dest: str, manifest: Manifest) -> None:
        """Record the files that stand at *dest*."""
        from ..fetch.tree import save_manifest

        save_manifest(self.folder("manifests") / f"{_slug(dest)}.json", manifest)

    # -- places ------------------------------------------------------------------------------

    def staging(self, dest: Path) -> Path:
        """The folder for work in progress on *dest*: on the same file system, so that a rename
        can finish it.

        Raises:
            DiskError: where it cannot be made.
        """
        from ..fetch import fs

        home = self.folder("staging")
        parent = dest.parent
        while not parent.exists():
            parent = parent.parent
        if fs.same_file_system(home, parent):
            return home
        beside = parent / FOLDER / "staging"
        try:
            beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DiskError(f"cannot be written ({error.strerror})", source=str(parent)) from None
        self.exclude(parent / FOLDER)
        return beside

    def key(self, dest: str) -> str:
        """A name for *dest* that can stand in a file name."""
        return _slug(dest)

    def journal(self, dest: str) -> Path:
        """The file in which an interrupted change of *dest* is written down."""
        return self.folder("journal") / f"{_slug(dest)}.json"

    def journals(self) -> list[Path]:
        """All journals that an interrupted run has left."""
        return sorted((self.home / "journal").glob("*.json"))

    def backup(self, dest: str, stamp: str) -> Path:
        """Where files that upstream replaced are kept; *stamp* is the run's time."""
        return self.folder("backup", stamp, *dest.split("/"))

    def aside(self, dest: str, stamp: str) -> Path:
        """Where a folder that gave way to a link is kept (the folder's parent is made)."""
        *above, name = dest.split("/")
        return self.folder("aside", stamp, *above) / name

    @contextlib.contextmanager
    def lock(self, dest: str, progress: Progress) -> Iterator[None]:
        """Wait for another process that works on *dest*.

        Only saves work: locks of network file systems may not hold, and nothing relies on them.

        Raises:
            BusyError: where the other one has not finished after an hour.
        """
        import filelock

        lock = filelock.FileLock(self.folder("locks") / f"{_slug(dest)}.lock")
        held = False
        deadline = time.monotonic() + 3600
        while not held:
            try:
                lock.acquire(timeout=0)
                held = True
            except filelock.Timeout:
                if time.monotonic() > deadline:
                    raise BusyError(
                        "another process has been at work on it for an hour",
                        source=dest,
                        action="Stop that one, or wait.",
                    ) from None
                progress.say("waiting for another process that fetches it")
                progress.wait(0.2)
            except (OSError, NotImplementedError):
                break
        try:
            yield
        finally:
            if held:
                lock.release()

    # -- clones ------------------------------------------------------------------------------

    def exclude(self, path: Path) -> None:
        """Keep *path* out of ``git status`` where it lies in a clone.

        Uses the clone's own ``info/exclude``, which is nobody's file but this machine's.
        """
        clone = enclosing_clone(path.parent)
        if clone is None:
            return
        folder, info = clone
        line = "/" + exact_pattern(path.relative_to(folder).as_posix())
        target = info / "exclude"
        try:
            lines = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
            if line in lines or line + "/" in lines:
                return
            info.mkdir(exist_ok=True)
            write_text(target, "\n".join([*lines, line]) + "\n")
        except (OSError, UnicodeError, DiskError):
            return  # a clone of somebody else's: it only looks less tidy


def exact_pattern(path: str) -> str:
    """*path* as a pattern that means this path and no other (gitignore(5), Pattern format).

    Nothing can stand for a line's end, so any character may stand there in its place.
    """
    text = re.sub(r"[\\*?\[]| (?= *\Z)", r"\\\g<0>", path)
    return re.sub(r"[\r\n]", "?", text)


def enclosing_clone(folder: Path) -> tuple[Path, Path] | None:
    """The top folder of the git clone that holds *folder*, and its ``info`` folder."""
    for top in (folder, *folder.parents):
        git = top / ".git"
        if git.is_dir():
            return top, git / "info"
        if git.is_file():
            return top, _worktree_info(git, top)
    return None


def _worktree_info(git: Path, top: Path) -> Path:
    """The ``info`` folder of a linked worktree or submodule (gitrepository-layout(5))."""
    with contextlib.suppress(OSError, ValueError):
        word, _, where = git.read_text(encoding="utf-8").strip().partition(": ")
        if word == "gitdir":
            own = (top / where).resolve()
            common = own / "commondir"
            shared = (own / common.read_text().strip()).resolve() if common.exists() else own
            return shared / "info"
    return git.parent / ".git" / "info"
