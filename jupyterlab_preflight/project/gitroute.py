"""A project followed by git: a real clone, which its user can commit in and push from.

Everything up to the swap happens in a folder of ours or in git's own object store; the user's files
change only in `apply`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .. import words
from ..errors import (
    AuthError,
    GoneError,
    NetworkError,
    PreflightError,
    QuotaError,
    UnsafeArchiveError,
)
from ..fetch.model import Entry, Manifest, Tree
from ..fetch.names import leaves
from ..fetch.staging import Staging, remove
from . import clone as clones
from . import locks
from .apply import apply, take_over
from .clone import Status, Tip
from .complaints import explain
from .git import GitError
from .journal import Job
from .look import Look
from .merge import UNKNOWN, Plan, merge
from .modules import tell
from .repository import Clone, label
from .task import Task, changed, check_files, current, fresh, stale, unreachable, yours

if TYPE_CHECKING:
    from ..report import Outcome
    from .git import Git

T = TypeVar("T")


class _Arrived(NamedTuple):
    """A new clone without a checkout, and beside it the files of its commit."""

    made: Path
    commit: str
    files: dict[str, str]
    entries: Manifest
    fetched: int


class GitRoute:
    """Follows one project by git.

    Args:
        task: the line.
        git: this machine's git.
        url: where the repository is.
    """

    def __init__(self, task: Task, git: Git, url: str) -> None:
        self._task = task
        self._git = git
        self._url = url
        self._notes: list[str] = []
        self._modules: list[str] = (task.state.mark(task.dest) or {}).get("without") or []

    def create(self) -> Outcome:
        """Make a clone where nothing is, or around files that are there without a base.

        Raises:
            PreflightError: it cannot be had; what is there stays.
            Interrupted: the run was stopped.
        """
        task = self._task
        clones.check_ref(task.ref)
        with task.alone():
            return self._told(task.place.parent, self._create)

    def update(self, clone: Clone) -> Outcome:
        """Bring *clone*, which is ours, up to date.

        Raises:
            PreflightError: upstream's answer is not the project, or the clone is in use.
            Interrupted: the run was stopped.
        """
        clones.check_ref(self._task.ref)
        return self._told(self._task.place, lambda: self._update(clone))

    # -- the first time ----------------------------------------------------------------------

    def _create(self) -> Outcome:
        task, git = self._task, self._git
        self._upstream(task.place.parent)  # finds at once that there is no network, or no project
        folder = task.state.staging(task.place)
        wanted = self._logged_in(lambda: self._tip(folder))
        with Staging.open(folder, f"{task.state.key(task.dest)}-git") as staging:
            new = self._arrive(wanted, staging, sha256=task.step.option("sha256"))
            made, commit, entries = new.made, new.commit, new.entries
            links = clones.links_over(new.files, task.protected)
            empty = not os.path.lexists(task.place) or not any(task.place.iterdir())
            count = sum(not entry.folder for entry in entries.values())
            mark = self._mark(commit, wanted.branch, count)
            if empty:
                (made / ".git").rename(staging.tree / ".git")
                clones.move_to(git, staging.tree, commit, wanted.branch, links)
                staging.commit_to(task.place)
                task.state.set_mark(task.dest, mark)
                outcome = fresh(count, label(wanted.branch, commit), new.fetched)
            else:
                look = Look(task.place, None, task.progress)
                plan = merge({}, look.at(entries), entries, task.protected)
                job = self._job(plan, staging, mark, old="", links=links, first=True)
                outcome = self._apply(plan, job, look, mark, new.fetched)
        task.state.exclude(task.place)
        outcome.notes += self._notes
        return tell(outcome, task.place, self._modules)

    def _arrive(self, wanted: Tip, staging: Staging, *, sha256: str | None) -> _Arrived:
        """Make a clone below *staging*, and its files beside it."""
        task, git = self._task, self._git
        made = staging.part / "clone"
        for old in (staging.tree, made):
            remove(old)
        staging.tree.mkdir()
        clones.create(git, made, self._url, task.source.canonical, wanted)
        task.progress.say("fetching")
        commit, fetched = self._logged_in(
            lambda: clones.fetch(git, self._url, wanted, made, task.progress)
        )
        files = clones.files_of(git, commit, made)
        entries = self._stage(commit, files, files, staging, made, sha256=sha256)
        check_files(entries)
        return _Arrived(made, commit, files, entries, fetched)

    def export(self, staging: Staging) -> Tree:
        """Only the files, in the tree of *staging*: no clone stays. Submodules are empty folders.

        Raises:
            PreflightError: they cannot be had.
            Interrupted: the run was stopped.
        """
        clones.check_ref(self._task.ref)

        def arrive() -> _Arrived:
            wanted = self._logged_in(lambda: self._tip(staging.part))
            return self._arrive(wanted, staging, sha256=None)

        new = self._told(staging.part, arrive)
        remove(new.made)
        return Tree(new.entries, written=set(new.entries), fetched=new.fetched)

    # -- every other time --------------------------------------------------------------------

    def _update(self, clone: Clone) -> Outcome:
        task, git = self._task, self._git
        mark = task.state.mark(task.dest) or {}
        standing = clones.status(git, task.place)
        theirs = self._theirs(clone, standing, mark)
        if theirs is not None:
            return theirs
        files = clones.tracked(git, task.place)
        links = clones.links_over(files, task.protected)
        bare = any(task.protected(path) is not None for path, marked in files.items() if not marked)
        if bare or tuple(links) != clones.hidden(task.place):
            self._notes += locks.wait(task.place / ".git", task.progress)
            clones.hide(git, task.place, links)
            standing = clones.status(git, task.place)
        trouble: PreflightError | None = None
        try:
            commit = self._upstream(task.place)
        except (NetworkError, QuotaError) as error:
            trouble, commit = unreachable(error), standing.commit
        wanted = Tip(commit, standing.branch, commit)
        fetched = 0
        if commit != standing.commit or task.ref != mark.get("ref", task.ref):
            self._notes += locks.wait(task.place / ".git", task.progress)
            try:
                wanted = self._logged_in(lambda: self._tip(task.place))
                theirs = self._their_branch(clone, wanted.branch, standing)
                if theirs is not None:
                    return theirs
                commit, fetched = self._fetch(wanted)
            except (NetworkError, QuotaError) as error:
                trouble, commit = unreachable(error), standing.commit
                wanted = Tip(commit, standing.branch, commit)
        if commit == standing.commit and wanted.branch == standing.branch and not standing.deleted:
            count = len(files.keys() - set(self._modules))
            outcome = current(count, label(standing.branch, commit))
            if mark.get("commit") != commit or mark.get("ref") != task.ref:
                task.state.set_mark(task.dest, self._mark(commit, standing.branch, count))
        else:
            with task.state.lock(task.dest, task.progress):
                standing = clones.status(git, task.place)  # somebody may have been faster
                outcome = self._change(standing, commit, wanted.branch, fetched)
        if trouble is not None:
            late = stale(trouble, outcome.files, outcome.meta)
            outcome.text = late.text if outcome.text == "up to date" else outcome.text
            outcome.state, outcome.notes = late.state, [*late.notes, *outcome.notes]
        outcome.notes += self._notes
        return tell(outcome, task.place, self._modules)

    def _theirs(self, clone: Clone, standing: Status, mark: Mapping[str, Any]) -> Outcome | None:
        """The row of a clone that somebody works in; None where it is ours to bring up to date."""
        what = clone.busy and f"{clone.busy} is in progress"
        followed = str(mark.get("branch", standing.branch))
        if not what and standing.branch != followed:
            what = f"on branch {standing.branch}" if standing.branch else "on a commit of its own"
        if not what and (elsewhere := clone.elsewhere(standing.branch)):
            what = f"branch {standing.branch} is checked out in {words.plain(elsewhere, 200)} too"
        if not what and standing.commit != mark.get("commit"):
            tracking = Tip("", followed, "").tracking
            count = clones.local_commits(self._git, tracking, self._task.place)
            what = words.plural(count, "local commit", "local commits") if count else ""
        if not what and standing.staged:
            what = f"{words.files(len(standing.staged))} staged for a commit"
        if not what and clones.hidden(self._task.place) is None:
            what = "a sparse checkout"
        return yours(what, standing.branch, standing.commit) if what else None

    def _their_branch(self, clone: Clone, branch: str, standing: Status) -> Outcome | None:
        """The row of a clone that is to go to a branch on which somebody has worked here."""
        here = f"refs/heads/{branch}"
        if branch in ("", standing.branch):
            return None
        elsewhere = clone.elsewhere(branch)
        if elsewhere:
            what = f"branch {branch} is checked out in {words.plain(elsewhere, 200)}"
            return yours(what, standing.branch, standing.commit)
        try:
            clones.resolve(self._git, here, self._task.place)
        except GitError:
            return None  # no such branch here
        tracking = Tip("", branch, "").tracking
        count = clones.local_commits(self._git, tracking, self._task.place, here)
        if not count:
            return None
        what = words.plural(count, "local commit", "local commits")
        return yours(f"{what} on branch {branch}", standing.branch, standing.commit)

    def _change(self, standing: Status, commit: str, branch: str, fetched: int) -> Outcome:
        """Bring the files here to *commit*, and put back those that are missing."""
        task, git = self._task, self._git
        place = task.place
        news = clones.differences(git, standing.commit, commit, place)
        files = clones.files_of(git, commit, place)
        check_files({path: Entry(path) for path in files})
        links = clones.links_over(files, task.protected)
        there = [path for path, how in news.items() if how != "D"]
        paths = sorted({*news, *(path for path in standing.deleted if path in files)})
        key = f"{task.state.key(task.dest)}-git"
        with Staging.open(task.state.staging(place), key) as staging:
            remove(staging.tree)
            staging.tree.mkdir()
            upstream = self._stage(
                commit,
                files,
                {*there, *standing.deleted} & files.keys(),
                staging,
                place,
                sha256=task.step.option("sha256"),
            )
            look = Look(place, None, task.progress)
            here = look.at(paths)
            # Asked after the look: a file that is unchanged now was unchanged when we read it.
            edited = clones.status(git, place).changed | clones.unwatched(git, place, links)
            base = _base(news, here, upstream, edited)
            plan = merge(base, here, upstream, task.protected)
            count = sum(kind != "module" for kind in files.values())
            mark = self._mark(commit, branch, count)
            job = self._job(plan, staging, mark, old=standing.commit, links=links)
            return self._apply(plan, job, look, mark, fetched)

    # -- pieces ------------------------------------------------------------------------------

    def _upstream(self, folder: Path) -> str:
        """The commit that the line means now: one small request, none for a full SHA."""
        task = self._task
        if clones.is_full_sha(task.ref):
            return task.ref.lower()
        refused: PreflightError | None = None
        if task.source.provider == "github":
            from ..sources.github import head

            try:
                found = head(task.wanted(), task.client(), task.secrets)
            except (AuthError, GoneError) as error:
                # Git may know a login that we do not: a credential helper, or ssh.
                if task.step.option("secret"):
                    raise
                refused = error
            else:
                if found:
                    return found
        try:
            return self._logged_in(lambda: self._tip(folder)).commit
        except (AuthError, GoneError) as error:
            raise refused or error from None

    def _tip(self, folder: Path) -> Tip:
        return clones.tip(self._git, self._url, self._task.ref, folder)

    def _fetch(self, wanted: Tip) -> tuple[str, int]:
        task, git = self._task, self._git
        place = task.place
        with suppress(GitError):
            here = clones.resolve(git, wanted.commit, place)
            if here == wanted.commit and clones.is_whole(git, here, place):
                clones.remember(git, wanted, place)
                return wanted.commit, 0
        task.progress.say("fetching")
        return self._logged_in(lambda: clones.fetch(git, self._url, wanted, place, task.progress))

    def _stage(
        self,
        commit: str,
        files: Mapping[str, str],
        paths: Iterable[str],
        staging: Staging,
        folder: Path,
        *,
        sha256: str | None,
    ) -> Manifest:
        """Write *paths* of *commit* into the staging tree, and check what has come.

        Args:
            sha256: of the whole tree, where it is to be checked.

        Raises:
            IntegrityError: the tree is another one.
            UnsafeArchiveError: a link leads out of the project.
        """
        task = self._task
        wanted = {path for path in paths if task.protected(path) is None}
        others = [path for path, kind in files.items() if kind == "link" or sha256]
        extra = {path for path in others if task.protected(path) is None}
        tree = staging.tree
        clones.check_out(self._git, commit, sorted(wanted | extra), tree, folder)
        look = Look(tree, None, task.progress)
        entries = look.at(sorted(wanted | extra))
        targets = {path: entry.link for path, entry in entries.items() if entry.link is not None}
        for path, target in targets.items():
            if leaves(path, target, targets):
                raise UnsafeArchiveError(
                    f"holds a link that leads outside: {words.plain(f'{path} → {target}', 200)}",
                    action="Nothing was changed; ask its owner for a relative link.",
                )
        if sha256:
            from ..bootstrap.sums import check_tree

            check_tree(tree, entries, sha256, task.progress)
        self._note_pointers(tree, entries)
        modules = [path for path, kind in files.items() if kind == "module"]
        self._modules = [path for path in modules if task.protected(path) is None]
        return {path: entry for path, entry in entries.items() if path in wanted}

    def _note_pointers(self, tree: Path, entries: Manifest) -> None:
        """Say which files are only pointers to Git LFS, which a training would stumble over."""
        from ..sources.lfs import pointers

        found = list(pointers(tree, entries.values()))
        if found:
            self._notes.append(
                f"Kept in Git LFS and not fetched: {words.listing(found)}. "
                f"Run git lfs pull in {self._task.dest}."
            )

    def _job(
        self,
        plan: Plan,
        staging: Staging,
        mark: dict[str, Any],
        *,
        old: str,
        links: list[str],
        first: bool = False,
    ) -> Job:
        task = self._task
        return Job(
            dest=task.dest,
            place=task.place,
            staging=take_over(task.state, task.dest, task.place, staging),
            backup=task.backup(),
            actions=plan.actions,
            base={},
            mark=mark,
            clone={
                "commit": mark["commit"],
                "branch": mark["branch"],
                "old": old,
                "links": links,
                "first": first,
            },
        )

    def _apply(
        self, plan: Plan, job: Job, look: Look, mark: Mapping[str, Any], fetched: int
    ) -> Outcome:
        task = self._task
        done = apply(task.state, job, look.stamps, task.progress)
        where = label(str(mark["branch"]), str(mark["commit"]))
        files = int(mark["files"])
        return changed(task, plan, done, job.backup, files=files, where=where, fetched=fetched)

    def _mark(self, commit: str, branch: str, files: int) -> dict[str, Any]:
        return self._task.mark(
            "git", commit=commit, branch=branch, files=files, without=self._modules
        )

    def _logged_in(self, ask: Callable[[], T]) -> T:
        """What *ask* gives, with the logins that the source may use, each at most once."""
        from ..sources.login import basic, either, login

        task = self._task
        host = task.source.host
        chain = login(task.secrets, host, task.step.option("secret"), task.source.provider)
        while True:
            secret = chain.secret()
            if secret is None:
                self._git.reach(self._url)
            else:
                make = either if ":" in secret.reveal() else basic
                self._git.reach(self._url, make(secret, host))
            try:
                return ask()
            except GitError as error:
                said = explain(error, task.place, task.secrets.redact)
                following = chain.next() if isinstance(said, (AuthError, GoneError)) else None
                if following is None:
                    raise said from None
                chain = following

    def _told(self, folder: Path, do: Callable[[], T]) -> T:
        """What *do* gives, with git's own errors in our words."""
        try:
            return do()
        except GitError as error:
            raise explain(error, folder, self._task.secrets.redact) from None


def _base(
    news: Mapping[str, str], here: Manifest, upstream: Manifest, edited: set[str]
) -> Manifest:
    """What was installed, by what git knows: unchanged here, unchanged upstream, or neither."""
    base: Manifest = {}
    for path in {*news, *upstream}:
        if path not in news:
            base[path] = upstream[path]
        elif news[path] != "A":
            mine = here.get(path)
            same = mine is not None and path not in edited
            base[path] = mine if same and mine is not None else Entry(path, size=UNKNOWN)
    return base
