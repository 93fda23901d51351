"""Carries out a plan: all new files are there and verified before the first one is swapped in.

From the moment the journal is written an update only goes forward. Each action looks again at what
it is about to replace, so it can be repeated after a crash, and an edit made a moment ago is backed
up like one made yesterday.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .. import words
from ..errors import DiskError, IntegrityError, PreflightError
from ..fetch.disk import told
from ..fetch.fs import Dir
from ..fetch.model import Entry
from ..fetch.owner import Owner, myself
from ..fetch.staging import remove
from . import journal
from .journal import SWAP, Job
from .look import Stamp
from .swap import Done, Swap, stands

if TYPE_CHECKING:
    from ..bootstrap.state import State
    from ..fetch.staging import Staging
    from ..progress import Progress

_SEPARATE = 64
"""Above this number of files one flush of everything is quicker than one for each."""


def apply(state: State, job: Job, stamps: Mapping[str, Stamp], progress: Progress) -> Done:
    """Carry out *job*.

    Args:
        stamps: of the files that the plan was made from: where one still fits, its content is not
            read again.

    Raises:
        PreflightError: before the first change, or in the middle: then the journal stays, and
            `recover` or the next `apply` finishes.
        Interrupted: only before the first change.
    """
    _check(job, progress)
    job.save(state)
    return finish(state, job, stamps)


def take_over(state: State, dest: str, place: Path, staging: Staging) -> Path:
    """A folder for a `Job`, with the tree of *staging* in it and ``part`` beside that.

    Call it where no journal is left: what else stands there is nobody's.

    Raises:
        DiskError: it cannot be made.
    """
    key = state.key(dest)
    swap = state.staging(place).parent / SWAP
    try:
        swap.mkdir(mode=0o700, exist_ok=True)
        sweep(swap, key)
        folder = swap / f"{key}-{myself()}-{secrets.token_hex(4)}"
        folder.mkdir(mode=0o700)
        for name in ("part", "tree"):
            (staging.tree.parent / name).rename(folder / name)
    except OSError as error:
        raise told(error, swap) from None
    return folder


def sweep(swap: Path, key: str) -> None:
    """Remove the folders of jobs named *key* that have no journal, and no living owner."""
    for old in swap.glob(f"{key}-*"):
        owner = Owner.parse(old.name[len(key) + 1 :].rpartition("-")[0])
        if owner is None or owner == myself() or owner.dead() is True:
            remove(old)


def finish(state: State, job: Job, stamps: Mapping[str, Stamp] | None = None) -> Done:
    """Swap, then write manifest and mark, then forget the journal. May be repeated at any point.

    Args:
        stamps: see `apply`; None after a crash, when nothing is taken for granted.
    """
    there = job.place.is_dir() and not job.place.is_symlink()
    if there:
        # Where what was staged is gone, what stands here tells how far the last pass came.
        with Dir.open(job.place) as here, Dir.open(job.tree, create=True) as staged:
            links = _links_below(state, job)
            done = Swap(job, here, staged, stamps=stamps, links=links).run()
    else:
        done = Done(unsettled={one.path for one in job.actions if one.do not in _PASSIVE})
    done.backups = _kept(job.backup)
    if stamps is None:
        job.mark["unsaid"] = _unsaid(state, job, done)
    if job.clone:
        if not done.unsettled:
            from .clone import finish as finish_clone

            finish_clone(job)
            state.set_mark(job.dest, job.mark)
    elif there:
        lost = {*done.unsettled, *done.left}
        known = {path: entry for path, entry in job.base.items() if path not in lost}
        state.set_manifest(job.dest, known)
        doubt = {"commit": "", "validator": None} if done.unsettled else {}
        state.set_mark(job.dest, {**job.mark, **doubt})
    state.journal(job.dest).unlink(missing_ok=True)
    with contextlib.suppress(PreflightError):
        remove(job.staging)
    return done


def recover(state: State) -> list[str]:
    """Finish the updates that an interrupted run has left, and say so in one sentence each.

    What another process is just doing is left to it; what cannot be finished now (a lock, a full
    disk) is tried again by the project's own step, which then says why.
    """
    said = []
    for path in state.journals():
        job = journal.load(path, state)
        if job is None:
            path.unlink(missing_ok=True)  # damaged, or not written by us: the next run compares
        elif not job.elsewhere:
            with contextlib.suppress(PreflightError):
                finish(state, job)
                said.append(f"{job.dest}: finished an update that was interrupted.")
    return said


_PASSIVE = frozenset({"keep", "skip"})


def _unsaid(state: State, job: Job, done: Done) -> list[str]:
    """What the next row of a recovered project has to tell."""
    said = ["Finished an update that was interrupted."]
    if done.backups:
        where = state.relative(job.backup)
        said.append(f"Yours is kept in {where}: {words.listing(done.backups)}.")
    return said


def _kept(backup: Path) -> list[str]:
    """The files in a backup folder, also those that an earlier pass has put there."""
    if not backup.is_dir():
        return []
    with Dir.open(backup) as folder:
        return sorted(one.path for one in folder.scan() if not stat.S_ISDIR(one.stat.st_mode))


def _links_below(state: State, job: Job) -> frozenset[str]:
    """Paths below the project's folder where a link of ours stands."""
    prefix = f"{job.dest}/"
    names = (str(mark["dest"]) for mark in state.marks() if mark.get("kind") == "link")
    below = (name[len(prefix) :] for name in names if name.startswith(prefix))
    return frozenset(path for path in below if (job.place / path).is_symlink())


def _check(job: Job, progress: Progress) -> None:
    """Make sure that nothing but a crash can stop the swap once it has begun."""
    written: list[str] = []
    with Dir.open(job.tree) as staged:
        for action in job.actions:
            progress.check()
            new = action.new
            if new is None or action.do not in ("write", "replace") or new.folder:
                continue
            _check_staged(staged, new)
            if new.link is None:
                status = staged.lstat(new.path)
                if status is not None and bool(status.st_mode & 0o111) != new.executable:
                    staged.set_executable(new.path, new.executable)
                written.append(new.path)
    _check_folders(job)
    _flush(job.tree, written)


def _check_staged(staged: Dir, new: Entry) -> None:
    status = staged.lstat(new.path)
    if status is None or not stands(staged, new.path, status, new):
        raise IntegrityError(
            "is not among what was fetched, or not as it should be",
            source=new.path,
            action="Run the cell again.",
        )


def _check_folders(job: Job) -> None:
    """Refuse before the first change where a folder cannot be written to, or is another disk."""
    device = job.tree.stat().st_dev
    seen: set[Path] = set()
    for action in job.actions:
        if action.do in _PASSIVE:
            continue
        folder = (job.place / action.path).parent
        while folder != job.place and not folder.is_dir():
            folder = folder.parent
        if folder in seen:
            continue
        seen.add(folder)
        if folder.stat().st_dev != device:
            raise DiskError(
                "is on another disk than the rest of the project",
                source=str(folder),
                action="Unmount it, or give the project another folder.",
            )
        if not os.access(folder, os.W_OK):
            raise DiskError(
                "cannot be written to",
                source=str(folder),
                action="Make it yours again, or give the project another folder.",
            )


def _flush(tree: Path, paths: list[str]) -> None:
    """Bring the new files to the disk itself, so that no power cut can empty them later."""
    if len(paths) > _SEPARATE and hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        with (tree / path).open("rb+") as file:
            os.fsync(file.fileno())
