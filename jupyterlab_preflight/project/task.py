"""One project line and what both routes, git and archive, need to follow it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import words
from ..errors import GoneError, PreflightError
from ..report import Outcome
from ..sources import Wanted
from .repository import label

if TYPE_CHECKING:
    from ..bootstrap.grammar import Step
    from ..bootstrap.state import State
    from ..fetch.http import Client
    from ..fetch.model import Entry
    from ..progress import Progress
    from ..secrets import Secrets
    from ..sources.recognise import Source
    from .merge import Plan
    from .swap import Done

_SHAPE = ("include", "strip", "flat", "unpack", "no-unpack", "as", "sheet", "query")
"""Options that change which files arrive; a clone always has all of them."""


class Overtaken(Exception):
    """Another process has changed the destination meanwhile: look again."""


@dataclass(frozen=True)
class Task:
    """A ``project`` line at work.

    Attributes:
        step: the line.
        source: its link.
        dest: its destination, as marks name it.
        place: where that is, links above it resolved.
        state: the memory of the root.
        client: makes the run's HTTP client where it is needed.
        secrets: looks up named secrets.
        progress: the row's counts and the run's stop event.
        protected: the declared link at or above a path of the project, or None.
        seen: the mark by which was decided what is to be done.
    """

    step: Step
    source: Source
    dest: str
    place: Path
    state: State
    client: Callable[[], Client]
    secrets: Secrets
    progress: Progress
    protected: Callable[[str], str | None]
    seen: Mapping[str, Any] | None = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While the block lasts no other process works on the destination.

        Raises:
            Overtaken: one has done so since it was looked at.
        """
        with self.state.lock(self.dest, self.progress):
            if self.state.mark(self.dest) != self.seen:
                raise Overtaken
            yield

    @property
    def ref(self) -> str:
        """Branch, tag or commit that the line or its link names; empty: the default branch."""
        return self.step.option("ref") or self.source.parts.get("ref", "")

    @property
    def shape(self) -> dict[str, Any]:
        """The options by which the tree differs from the whole project."""
        options = self.step.options
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name in _SHAPE
            if (value := options.get(name)) is not None
        }

    def wanted(self, commit: str = "") -> Wanted:
        """What a provider is asked for; *commit*: exactly that one."""
        extra = {
            name: value for name in ("sheet", "query") if (value := self.step.option(name))
        } | ({"commit": commit} if commit else {})
        return Wanted(self.source, self.step.option("ref"), self.step.option("secret"), extra)

    def mark(self, route: str, **more: Any) -> dict[str, Any]:
        """A mark for this line."""
        return {
            "kind": "project",
            "route": route,
            "link": self.source.canonical,
            "ref": self.ref,
            "when": time.time(),
            **more,
        }

    def backup(self) -> Path:
        """Where this run keeps what upstream replaces: on the project's own disk."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        folder = self.state.staging(self.place).parent / "backup"
        number, name = 1, stamp
        while folder.joinpath(name, *self.dest.split("/")).exists():
            number += 1
            name = f"{stamp}-{number}"
        return folder.joinpath(name, *self.dest.split("/"))


def unreachable(error: PreflightError) -> PreflightError:
    """*error*, where upstream did not answer: then a complete copy will do.

    Raises:
        RedirectError: it did, by leading elsewhere.
    """
    from ..fetch.http import RedirectError

    if isinstance(error, RedirectError):
        raise error
    return error


def check_files(entries: Mapping[str, Entry]) -> None:
    """Refuse an upstream without any file: that is a mistake somewhere, not a project.

    Raises:
        GoneError: there is none.
    """
    if all(entry.folder for entry in entries.values()):
        raise GoneError(
            "holds no files",
            action="Check the link and --ref; what is here stays as it is.",
        )


def current(files: int, where: str) -> Outcome:
    """The row of a project that upstream has nothing new for."""
    return Outcome("up to date", where, files=files)


def stale(error: PreflightError, files: int, where: str) -> Outcome:
    """The row of a complete copy whose upstream does not answer."""
    offline = bool(getattr(error, "offline", False))
    reason = "there is no network" if offline else words.plain(error.reason, 200).rstrip(".")
    return Outcome(
        f"as it was: {reason}",
        where,
        state="warning",
        notes=["Upstream could not be asked; the copy here is complete."],
        files=files,
    )


def fresh(files: int, where: str, fetched: int) -> Outcome:
    """The row of a project that has just come."""
    return Outcome(words.files(files), where, files=files, fetched=fetched)


def changed(
    task: Task, plan: Plan, done: Done, backup: Path, *, files: int, where: str, fetched: int
) -> Outcome:
    """The row of a project that was brought up to date: every changed file is named."""
    new = [one.path for one in done.actions if one.why in ("new", "updated", "conflict")]
    restored = [one.path for one in done.actions if one.why == "restored"]
    removed = [one.path for one in done.actions if one.do == "remove" and one.path not in done.left]
    parts = []
    for paths, verb in ((new, "updated"), (restored, "restored"), (removed, "removed")):
        if paths:
            names = words.listing([words.plain(path, 200) for path in paths])
            parts.append(f"{words.files(len(paths))} {verb}: {names}")
    kept = [one.path for one in plan.actions if one.do == "keep" and one.why == "gone"] + done.left
    notes = []
    if kept:
        names = words.listing([words.plain(path, 200) for path in kept])
        notes.append(f"Deleted upstream, kept here because it was changed: {names}.")
    if done.backups:
        names = words.listing([words.plain(path, 200) for path in done.backups])
        parts.append(f"yours kept in {task.state.relative(backup)}: {names}")
    linked = sorted({one.path for one in plan.actions if one.do == "skip"})
    if linked:
        notes.append(f"Below links, left alone: {words.listing(linked)}.")
    return Outcome(
        " · ".join(parts) or "up to date",
        where,
        state="warning" if done.backups else "ready",
        notes=notes,
        files=files,
        fetched=fetched,
        details={
            "updated": new,
            "restored": restored,
            "removed": removed,
            "kept": kept,
            "backup": done.backups,
        },
    )


def yours(what: str, branch: str, commit: str, notes: list[str] | None = None) -> Outcome:
    """The row of a clone that is the user's own work."""
    tail = f": {what}" if what else ""
    return Outcome(f"yours, left as it is{tail}", label(branch, commit), notes=notes or [])
