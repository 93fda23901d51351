"""A project that is on this machine already: its folder is linked, or followed with ``--copy``."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from .. import words
from ..errors import ConflictError, DiskError
from ..fetch.fs import Dir
from ..fetch.model import Entry, Manifest
from ..fetch.names import leaves
from ..fetch.staging import Staging, remove
from ..report import Outcome
from .apply import apply, take_over
from .journal import Job
from .link import check_apart, show
from .look import Look
from .merge import Plan, merge
from .task import Task, changed, check_files, current, fresh

_NOT_COPIED = frozenset({".git", ".preflight", ".ipynb_checkpoints", "__pycache__"})
"""Folders that belong to the place and not to the project."""


def follow(task: Task) -> Outcome:
    """Have the local folder, or file, of *task* at its destination.

    Raises:
        PreflightError: it is missing, or something else stands at the destination.
        Interrupted: the run was stopped.
    """
    from ..sources.local import locate

    origin = locate(task.source, task.state.root)
    if task.step.flag("copy"):
        check_apart(origin, task.place)
        return _Copy(task, origin).follow()
    mark = task.state.mark(task.dest) or {}
    show(origin, task.place, mark.get("target"))
    if mark.get("target") != str(origin):
        task.state.set_mark(task.dest, task.mark("local", target=str(origin)))
    task.state.exclude(task.place)
    return Outcome(f"→ {words.plain(str(origin))}", "local")


class _Copy:
    """A copy that is kept up to date by the same table as every other project."""

    def __init__(self, task: Task, origin: Path) -> None:
        self._task = task
        self._origin = origin
        looks = task.state.home / "looks"
        key = task.state.key(task.dest)
        self._there = task.place.is_dir() and any(task.place.iterdir())
        self._theirs = Look(
            origin if origin.is_dir() else origin.parent, looks / f"{key}.origin", task.progress
        )
        self._ours = Look(task.place, looks / f"{key}.json", task.progress)
        self._notes: list[str] = []

    def follow(self) -> Outcome:
        task = self._task
        if os.path.lexists(task.place) and (task.place.is_symlink() or not task.place.is_dir()):
            raise ConflictError(
                "is no folder of its own", action="Move it away, or choose another folder."
            )
        upstream = self._upstream()
        check_files(upstream)
        files = sum(not entry.folder for entry in upstream.values())
        known = task.state.mark(task.dest) is not None and self._there
        base = (task.state.manifest(task.dest) or {}) if known else {}
        plan = merge(base, self._ours.at({*base, *upstream}), upstream, task.protected)
        self._theirs.save()
        if self._there:
            self._ours.save()
        if known and not plan.changes and plan.base == base:
            return current(files, "local")
        mark = task.mark("copy", files=files)
        with (
            task.alone(),
            Staging.open(task.state.staging(task.place), f"{task.state.key(task.dest)}-copy") as to,
        ):
            remove(to.tree)
            to.tree.mkdir()
            self._fill(plan, to.tree)
            outcome = self._take(plan, mark, to, files)
        task.state.exclude(task.place)
        outcome.notes += self._notes
        return outcome

    def _take(self, plan: Plan, mark: dict[str, object], to: Staging, files: int) -> Outcome:
        task = self._task
        if not self._there:
            to.commit_to(task.place)
            task.state.set_manifest(task.dest, plan.base)
            task.state.set_mark(task.dest, mark)
            return fresh(files, "local", 0)
        job = Job(
            dest=task.dest,
            place=task.place,
            staging=take_over(task.state, task.dest, task.place, to),
            backup=task.backup(),
            actions=plan.actions,
            base=plan.base,
            mark=mark,
        )
        done = apply(task.state, job, self._ours.stamps, task.progress)
        return changed(task, plan, done, job.backup, files=files, where="local", fetched=0)

    def _upstream(self) -> Manifest:
        """What the folder, or the one file, holds."""
        if not self._origin.is_dir():
            return self._theirs.at([self._origin.name])
        paths: list[str] = []
        folders: set[str] = set()
        with Dir.open(self._origin) as folder:
            for one in folder.scan():
                if _NOT_COPIED.isdisjoint(one.path.split("/")):
                    if stat.S_ISDIR(one.stat.st_mode):
                        folders.add(one.path)
                    else:
                        paths.append(one.path)
        found = self._theirs.at(paths)
        targets = {path: entry.link for path, entry in found.items() if entry.link is not None}
        outward = [path for path, target in targets.items() if leaves(path, target, targets)]
        if outward:
            self._notes.append(f"Links that lead outside are left out: {words.listing(outward)}.")
        special = [path for path, entry in found.items() if entry.size < 0]
        for path in {*outward, *special}:
            del found[path]
        holders = {path.rpartition("/")[0] for path in [*found, *folders]}
        found.update({path: Entry(path, folder=True) for path in folders if path not in holders})
        return found

    def _fill(self, plan: Plan, tree: Path) -> None:
        """Copy what is to be written into the staging *tree*."""
        source = self._origin if self._origin.is_dir() else self._origin.parent
        for action in plan.actions:
            self._task.progress.check()
            new = action.new
            if action.do not in ("write", "replace") or new is None:
                continue
            path = tree / new.path
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if new.folder:
                    path.mkdir(exist_ok=True)
                elif new.link is not None:
                    path.symlink_to(new.link)
                else:
                    shutil.copy2(source / new.path, path, follow_symlinks=False)
                    self._task.progress.add(new.size)
            except OSError as error:
                raise DiskError(
                    f"cannot be copied ({error.strerror})",
                    source=words.plain(new.path, 200),
                    action="Free some space, or leave out --copy to link it.",
                ) from None
