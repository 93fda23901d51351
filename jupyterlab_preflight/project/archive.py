"""A project followed without git: an archive, a shared folder, a file, compared with what is here.

The manifest of what was installed is the base; only files that upstream changed, or that are
missing here, are written.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from .. import words
from ..errors import NetworkError, QuotaError
from ..fetch.fs import Dir
from ..fetch.model import Entry, Manifest
from ..fetch.staging import Staging
from . import clone as clones
from .apply import apply, take_over
from .journal import Job
from .look import Look
from .merge import merge, same
from .modules import empty, tell
from .repository import label
from .task import Task, changed, check_files, current, fresh, stale, unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..fetch.model import Download, Tree
    from ..report import Outcome


class ArchiveRoute:
    """Follows one project by its archive.

    Args:
        task: the line.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        there = task.place.is_dir() and any(task.place.iterdir())
        self._mark = (task.state.mark(task.dest) or {}) if there else {}
        self._base: Manifest = (task.state.manifest(task.dest) or {}) if self._mark else {}
        self._there = there
        looks = task.state.home / "looks" / f"{task.state.key(task.dest)}.json"
        self._look = Look(task.place, looks, task.progress)

    def follow(self) -> Outcome:
        """Bring the folder up to date, making it where nothing is.

        Raises:
            PreflightError: upstream's answer is not the project; what is here stays.
            Interrupted: the run was stopped; what has come is used by the next one.
        """
        task = self._task
        clones.check_ref(task.ref)
        outcome = self._follow()
        return tell(outcome, task.place, (task.state.mark(task.dest) or {}).get("without") or ())

    def _follow(self) -> Outcome:
        task = self._task
        whole = self._is_whole()
        self._remember()
        commit = str(self._mark.get("commit") or "")
        if whole and commit and clones.is_full_sha(task.ref) and commit == task.ref.lower():
            return current(len(self._base), self._where(commit))
        try:
            upstream = self._upstream()
            if whole and commit and commit == upstream:
                return current(len(self._base), self._where(commit))
            with task.alone():
                return self._bring(upstream or "", whole)
        except (NetworkError, QuotaError) as error:
            if not whole:
                raise
            return stale(unreachable(error), len(self._base), self._where(commit))

    def _is_whole(self) -> bool:
        """Whether all that was installed is here, or changed here, and the line asks for it."""
        if not self._base or self._mark.get("shape") != self._task.shape:
            return False
        here = self._look.at(self._base)
        if here == self._base:
            return True  # as nearly always; the table would say so more slowly
        return not merge(self._base, here, self._base, self._task.protected).changes

    def _upstream(self) -> str | None:
        """The commit upstream, where that can be asked for without the archive."""
        if self._task.source.provider != "github":
            return None
        from ..sources.github import head

        return head(self._task.wanted(), self._task.client(), self._task.secrets)

    def _bring(self, commit: str, whole: bool) -> Outcome:
        from ..sources import resolve

        task = self._task
        downloads = resolve(task.wanted(commit), task.client(), task.secrets)
        key = f"{task.state.key(task.dest)}-project"
        with Staging.open(task.state.staging(task.place), key) as staging:
            tree = self._fetch(downloads, staging, whole)
            if tree.unchanged:
                staging.discard()
                return current(len(self._base), self._where(commit))
            check_files(tree.entries)
            self._note_pointers(staging, tree)
            return self._take(tree, commit or tree.comment, staging)

    def _fetch(self, downloads: Sequence[Download], staging: Staging, whole: bool) -> Tree:
        """Bring what is not here yet into *staging*.

        Raises:
            IntegrityError: the tree is not the one that ``--sha256`` names.
        """
        from dataclasses import replace

        from ..bootstrap.sums import check_tree, is_of_tree
        from ..bootstrap.tree import options_of
        from ..fetch.tree import bring, nothing

        task = self._task
        options = options_of(task.step, links=True)
        expected = options.sha256 if is_of_tree(downloads) else None
        validator = None
        if expected is not None:  # then all of it has to come
            options = replace(options, sha256=None)
        elif whole:
            validator = self._mark.get("validator")
        tree = bring(
            downloads,
            staging,
            options,
            task.client(),
            task.progress,
            have=self._have if expected is None else nothing,
            validator=validator if isinstance(validator, str) else None,
            here=task.place if self._there and expected is None else None,
        )
        check_tree(staging.tree, tree.entries, expected, task.progress)
        return tree

    def _note_pointers(self, staging: Staging, tree: Tree) -> None:
        """Say which files are only pointers to Git LFS, which a training would stumble over."""
        from ..sources.lfs import pointers

        found = list(pointers(staging.tree, tree.entries.values()))
        if found:
            tree.notes.append(
                f"Kept in Git LFS and not fetched: {words.listing(found)}. "
                "Use a machine with git, and run git lfs pull there."
            )

    def _have(self, entry: Entry) -> bool:
        """Whether *entry* need not come: it is here, was changed here only, or lies below a link.

        Agrees with `merge.merge`, which decides when all of the tree is known.
        """
        if self._task.protected(entry.path) is not None:
            return True
        mine, old = self._look.entry(entry.path), self._base.get(entry.path)
        if mine is None:
            return False
        return same(mine, entry) or (old is not None and same(old, entry))

    def _take(self, tree: Tree, commit: str, staging: Staging) -> Outcome:
        """Make the staged *tree* what stands here."""
        task = self._task
        upstream = tree.entries
        own = {path: entry for path, entry in upstream.items() if task.protected(path) is None}
        protected = [path for path in upstream if path not in own]
        files = sum(not entry.folder for entry in own.values())
        mark = task.mark(
            "archive",
            shape=task.shape,
            commit=commit,
            validator=tree.validator,
            files=files,
            without=empty(own, staging.tree, task.place),
        )
        where = self._where(commit)
        if not self._there:
            _drop(staging.tree, protected)
            staging.commit_to(task.place)
            task.state.set_manifest(task.dest, own)
            task.state.set_mark(task.dest, mark)
            outcome = fresh(files, where, tree.fetched)
        else:
            paths = {*self._base, *upstream}
            plan = merge(self._base, self._look.at(paths), upstream, task.protected)
            self._remember()
            job = Job(
                dest=task.dest,
                place=task.place,
                staging=take_over(task.state, task.dest, task.place, staging),
                backup=task.backup(),
                actions=plan.actions,
                base=plan.base,
                mark=mark,
            )
            done = apply(task.state, job, self._look.stamps, task.progress)
            outcome = changed(
                task, plan, done, job.backup, files=files, where=where, fetched=tree.fetched
            )
        task.state.exclude(task.place)
        outcome.notes += tree.notes
        return outcome

    def _where(self, commit: str) -> str:
        return label("" if clones.is_full_sha(self._task.ref) else self._task.ref, commit)

    def _remember(self) -> None:
        """Keep the checksums of this look for the next run."""
        if self._there:
            self._look.save()


def _drop(tree: Path, paths: list[str]) -> None:
    """Leave out of the staged *tree* what would lie where a link is declared."""
    with Dir.open(tree) as folder:
        for path in paths:
            status = folder.lstat(path)
            if status is not None and stat.S_ISDIR(status.st_mode):
                folder.rmdir(path)
            elif status is not None:
                folder.unlink(path)
