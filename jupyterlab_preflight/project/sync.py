"""The ``project`` step: code that is up to date at every run, and never at a person's cost.

Which route a copy takes, git or archive, is decided once and recorded. What somebody else has made,
or works in, is found before anything is asked of the network, and left as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import words
from ..errors import ConflictError, PreflightError
from ..report import Outcome
from . import journal
from .apply import finish, recover, sweep
from .git import Git
from .journal import SWAP, place_of
from .link import point
from .repository import Clone, clone_around, clone_at
from .task import Overtaken, Task, yours

if TYPE_CHECKING:
    from ..bootstrap.grammar import Step
    from ..bootstrap.state import State
    from ..fetch.http import Client
    from ..progress import Progress
    from ..secrets import Secrets
    from ..sources.recognise import Source

__all__ = ["recover", "sync"]

_SELECTING = ("include", "strip", "flat", "unpack", "no-unpack", "as")
"""Options that no clone can follow: it has all files as they are."""


def sync(
    step: Step,
    dest: Path,
    state: State,
    *,
    client: Callable[[], Client],
    secrets: Secrets,
    progress: Progress,
    protected: Callable[[str], str | None],
    notebook_dir: Path,
) -> Outcome:
    """Bring the project of *step* up to date in *dest*.

    Args:
        dest: the step's destination below the root.
        client: makes the run's HTTP client where one is needed.
        protected: the declared link at or above a path of the project, or None: nothing is ever
            written there.
        notebook_dir: the folder of the notebook, which may lie in a clone of the project itself.

    Raises:
        PreflightError: what came is not the project, or something else stands there. What was
            there before is there still.
        Interrupted: the run was stopped.
    """
    assert step.source is not None
    task = Task(
        step=step,
        source=step.source,
        dest=step.args[1],
        place=place_of(dest),
        state=state,
        client=client,
        secrets=secrets,
        progress=progress,
        protected=protected,
    )
    _finish_what_was_begun(task)
    unsaid = [str(note) for note in (state.mark(task.dest) or {}).get("unsaid") or ()]
    while True:
        with suppress(Overtaken):
            outcome = _follow(replace(task, seen=state.mark(task.dest)), notebook_dir)
            break
    if outcome.state == "ready":
        _tidy(task)
    if unsaid:
        outcome.notes[:0] = unsaid
        mark = state.mark(task.dest)
        if mark and mark.pop("unsaid", None):
            state.set_mark(task.dest, mark)
    return outcome


def _follow(task: Task, notebook_dir: Path) -> Outcome:
    mark = task.state.mark(task.dest)
    if mark is not None and os.path.lexists(task.place):
        _check_link(task, mark)
    if task.source.provider == "local":
        from .nearby import follow

        return follow(task)
    inside = _inside_itself(task, notebook_dir, mark)
    if inside is not None:
        return inside
    elsewhere = _behind_link(task, mark)
    if elsewhere is not None:
        return elsewhere
    clone = clone_at(task.place) if task.place.is_dir() else None
    if clone is not None:
        return _by_clone(task, clone)
    route = str(mark.get("route")) if mark and task.place.is_dir() else ""
    if route == "git":  # its .git was removed: what is there is compared, not trusted
        task.state.drop_mark(task.dest)
        route = ""
    url = clone_url(task.source)
    if route != "archive" and url and not task.step.flag("archive") and takes_all(task.step):
        git = Git.find(task.progress)
        if git is not None:
            from .gitroute import GitRoute

            return GitRoute(task, git, url).create()
        if task.step.flag("git"):
            raise PreflightError(
                "--git is asked for, and git is not on this machine",
                action="Install git, or leave --git out.",
            )
    elif task.step.flag("git"):
        raise ConflictError(
            "was unpacked from an archive, and --git asks for a clone"
            if route == "archive"
            else "cannot be a clone: its link is no repository, or its options leave files out",
            action="Leave --git out, or give it another folder.",
        )
    from .archive import ArchiveRoute

    return ArchiveRoute(task).follow()


def _by_clone(task: Task, clone: Clone) -> Outcome:
    """A clone stands at the destination: ours is followed, another's is left as it is."""
    notes = _exposed(clone)
    if clone.made_for != task.source.canonical:
        if clone.is_of(task.source):
            return yours("", clone.branch, clone.commit, notes)
        of = clone.remotes[0] if clone.remotes else "no other repository"
        from ..sources.recognise import redact

        raise ConflictError(
            f"is a clone of {redact(of)}, not of {redact(task.source.canonical)}",
            action="Give the project another folder.",
        )
    if task.step.flag("archive"):
        raise ConflictError(
            "is a git clone, and --archive asks for another kind of copy",
            action="Leave --archive out, or give it another folder.",
        )
    git = Git.find(task.progress)
    url = clone_url(task.source)
    if git is None or not url:
        return Outcome(
            "not updated: it is a git clone, and git is not on this machine",
            clone.where,
            state="warning",
            notes=notes,
        )
    from .gitroute import GitRoute

    outcome = GitRoute(task, git, url).update(clone)
    outcome.notes += notes
    return outcome


def _inside_itself(task: Task, notebook_dir: Path, mark: dict[str, Any] | None) -> Outcome | None:
    """The row where the notebook lies in a clone of the project: the destination becomes a link to
    its top folder, so that later lines work, and nothing is fetched."""
    place = task.place
    if os.path.lexists(place) and not place.is_symlink() and mark is not None:
        return None  # a copy of ours stands there already
    around = clone_around(Path(os.path.realpath(notebook_dir)))
    if around is None or not around.is_of(task.source):
        return None
    notes = _exposed(around)
    if place.is_symlink():
        if os.path.realpath(place) != str(around.top):
            return None
    elif os.path.lexists(place) and not (place.is_dir() and not any(place.iterdir())):
        own = clone_at(place)
        if own is not None:
            return None
        raise ConflictError(
            "is a folder of the repository that this notebook lies in",
            action="Give the project a folder name that the repository does not have.",
        )
    else:
        point(place, Path(os.path.relpath(around.top, place.parent)))
    if mark is None or mark.get("route") != "own":
        task.state.set_mark(task.dest, task.mark("own", target=os.readlink(place)))
    task.state.exclude(place)
    outcome = yours("", around.branch, around.commit, notes)
    outcome.notes.append(f"{task.dest} is a link to the repository that this notebook lies in.")
    return outcome


def _check_link(task: Task, mark: dict[str, Any]) -> None:
    """Refuse a second link for one destination."""
    if mark.get("kind") == "project" and mark.get("link") == task.source.canonical:
        return
    from ..sources.recognise import redact

    raise ConflictError(
        f"holds {redact(str(mark.get('link')))}, and this line asks for "
        f"{redact(task.source.canonical)}",
        action="Give the new one another folder, or remove the old one first.",
    )


def _behind_link(task: Task, mark: dict[str, Any] | None) -> Outcome | None:
    """The row of a destination that is a link to somebody's clone; None where it is a folder.

    Raises:
        ConflictError: it is neither.
    """
    place = task.place
    if place.is_symlink():
        target = os.readlink(place)
        clone = clone_at(place.resolve()) if place.is_dir() else None
        if clone is not None and clone.is_of(task.source):
            return yours("", clone.branch, clone.commit, _exposed(clone))
        if mark is not None and mark.get("target") == target:
            place.unlink()  # ours, and it leads nowhere useful any more
            task.state.drop_mark(task.dest)
            return None
        raise ConflictError(
            f"is a link to {words.plain(target, 200)} that Preflight did not make",
            action="Remove the link, or choose another folder.",
        )
    if os.path.lexists(place) and not place.is_dir():
        what = "a file" if place.is_file() else "a special file"
        raise ConflictError(
            f"is {what}, and a project always is a folder",
            action="Move it away, or choose another folder.",
        )
    return None


def takes_all(step: Step) -> bool:
    """Whether *step* wants all files as they are, which is what a clone holds."""
    return not any(step.flag(name) for name in _SELECTING)


def clone_url(source: Source) -> str:
    """The URL to clone *source* from; empty where it is no repository."""
    if source.kind != "repository":
        return ""
    if source.provider == "github":
        from ..sources.github import repository

        return repository(source).clone_url
    return source.canonical


def _exposed(clone: Clone) -> list[str]:
    if not clone.exposed:
        return []
    return [
        f"A login stands in {clone.git}/config, where everyone who reads this folder can see it. "
        "Remove it with git remote set-url."
    ]


def _tidy(task: Task) -> None:
    """Remove what killed runs have staged for this project: it is of no use any more."""
    from ..fetch.staging import Staging, remove

    base = task.state.home / "staging"
    key = task.state.key(task.dest)
    if base.is_dir() and any(base.iterdir()):
        for left in Staging.left(base):
            if left.key.startswith(f"{key}-"):
                with suppress(PreflightError):
                    remove(left.path)


def _finish_what_was_begun(task: Task) -> None:
    """Finish an update of this project that an interrupted run has left."""
    key = task.state.key(task.dest)
    path = task.state.home / "journal" / f"{key}.json"
    if not path.exists():
        sweep(task.state.home / SWAP, key)
        return
    with task.state.lock(task.dest, task.progress):
        job = journal.load(path, task.state)
        if job is None:
            path.unlink(missing_ok=True)
        else:
            finish(task.state, job)
