"""What an update is about to do, written down before it begins, so that the next run can finish it.

A journal is read after a crash, perhaps on a disk that came from elsewhere: nothing in it is
believed that would lead outside the project's own folder and the staging folder beside it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from ..bootstrap.state import write_text
from ..fetch.model import Entry, Manifest
from ..fetch.owner import Owner, myself
from .merge import Action, Do, Why

if TYPE_CHECKING:
    from ..bootstrap.state import State

_VERSION = 1

SWAP = "swap"
"""Name of the folder, beside ``staging``, in which jobs stand: nobody takes one over by a rename,
so that the journal's path stays right."""


@dataclass
class Job:
    """One update of one project.

    Attributes:
        dest: the step's destination, as its mark is named.
        place: the folder, links above it resolved.
        staging: a folder of this job alone, with all new files in its ``tree``.
        backup: where files of the user's go.
        actions: what is to be done.
        base: the manifest once all is done.
        mark: the mark once all is done.
        clone: what a clone needs besides; empty for an archive. See `clone.finish`.
        owner: the process that began it, as `fetch.owner` writes it.
    """

    dest: str
    place: Path
    staging: Path
    backup: Path
    actions: tuple[Action, ...]
    base: Manifest
    mark: dict[str, Any]
    clone: dict[str, Any] = field(default_factory=dict)
    owner: str = ""

    @property
    def tree(self) -> Path:
        """Where the new files stand until they are swapped in."""
        return self.staging / "tree"

    @property
    def elsewhere(self) -> bool:
        """Whether another process that may still live is carrying it out."""
        owner = Owner.parse(self.owner)
        return owner is not None and owner != myself() and owner.dead() is not True

    def save(self, state: State) -> Path:
        """Write the journal; from here on the update is finished by whoever comes next.

        Raises:
            DiskError: where it cannot be written: then nothing has begun.
        """
        path = state.journal(self.dest)
        data = {
            "version": _VERSION,
            "owner": str(myself()),
            "dest": self.dest,
            "staging": state.relative(self.staging),
            "backup": state.relative(self.backup),
            "actions": [
                [action.do, action.path, action.why, _packed(action.old), _packed(action.new)]
                for action in self.actions
            ],
            "base": [_packed(entry) for entry in self.base.values()],
            "mark": self.mark,
            "clone": self.clone,
        }
        write_text(path, json.dumps(data))  # ASCII: a name need not be UTF-8
        return path


def place_of(dest: Path) -> Path:
    """*dest* with the links above it resolved, but not one at it."""
    return Path(os.path.realpath(dest.parent)) / dest.name


def load(path: Path, state: State) -> Job | None:
    """The update that the journal *path* is about; None where it cannot be believed."""
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != _VERSION:
            return None
        job = Job(
            dest=_relative(data["dest"]),
            place=place_of(state.root / _relative(data["dest"])),
            staging=state.root / data["staging"],
            backup=state.root / data["backup"],
            actions=tuple(_action(row) for row in data["actions"]),
            base={entry.path: entry for entry in map(_entry, data["base"])},
            mark=dict(data["mark"]),
            clone=dict(data["clone"]),
            owner=str(data["owner"]),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
    homes = (state.home, state.staging(job.place).parent)
    staged = job.staging.parent.parent in homes and job.staging.parent.name == SWAP
    kept = any(job.backup.is_relative_to(home / "backup") for home in homes)
    climbing = ".." in (*job.staging.parts, *job.backup.parts)
    known = state.journal(job.dest) == path
    return job if staged and kept and known and not climbing else None


def _packed(entry: Entry | None) -> list[Any] | None:
    if entry is None:
        return None
    return [entry.path, entry.size, entry.crc32, entry.executable, entry.link, entry.folder]


def _entry(row: list[Any]) -> Entry:
    path, size, crc32, executable, link, folder = row
    target = None if link is None else str(link)
    return Entry(_relative(path), int(size), int(crc32), bool(executable), target, bool(folder))


def _action(row: list[Any]) -> Action:
    do, path, why, old, new = row
    if do not in get_args(Do) or why not in get_args(Why):
        raise ValueError(do)
    return Action(
        cast("Do", do),
        _relative(path),
        cast("Why", why),
        None if old is None else _entry(old),
        None if new is None else _entry(new),
    )


def _relative(path: object) -> str:
    """*path*, where it is a plain path below a folder."""
    if not isinstance(path, str) or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError(path)
    if os.path.isabs(path) or "\0" in path:
        raise ValueError(path)
    return path
