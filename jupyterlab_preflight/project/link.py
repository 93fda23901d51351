"""The ``link`` step: a path inside a project that leads to a dataset somewhere else.

``ln -fs`` nests when it is run twice and writes through what stands there; here a path is a link,
nothing, or an error that says what it is.
"""

from __future__ import annotations

import os
import secrets
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .. import words
from ..errors import ConflictError, DiskError, GoneError, PreflightError, UnsupportedError
from ..fetch.disk import same_file_system, told
from ..fetch.fs import Dir
from ..report import Outcome

if TYPE_CHECKING:
    from ..bootstrap.state import State


def link(target: str, path: str, state: State) -> Outcome:
    """Make *path* a symbolic link to *target*.

    Both are relative to the root; *target* may be absolute. What was installed at *path* and is
    unmodified is moved aside; later syncs of its project leave it out.

    Raises:
        GoneError: there is nothing at *target*.
        ConflictError: something else stands at *path*, or the link would lead into itself.
        UnsupportedError: this disk or machine has no symbolic links.
    """
    aim = Path(os.path.normpath(state.root / target))
    if not aim.exists():
        raise GoneError(
            f"there is nothing at {words.plain(target)}",
            action="Put the line that brings it above this one.",
        )
    spot = _Spot.of(path, state)
    text = spot.text(aim, state)
    outcome = Outcome(f"→ {words.plain(target)}")
    mark = state.mark(path)
    ours = mark.get("target") if mark and mark.get("kind") == "link" else None
    before = spot.look()
    if before is not None and stat.S_ISLNK(before.st_mode):
        now = os.readlink(spot.place)
        if now != text and os.path.realpath(spot.place) != os.path.realpath(aim):
            if now == ours:
                spot.replace(text)
            else:
                outcome.notes.append(_move_aside(spot, state))
                spot.make(text)
        else:
            text = now
    else:
        if before is not None and not spot.is_empty(before):
            outcome.notes.append(_move_aside(spot, state))
        spot.make(text)
    if ours != text:
        state.set_mark(path, {"kind": "link", "target": text})
    state.exclude(spot.place)
    return outcome


def point(place: Path, target: Path, ours: object = None) -> None:
    """Make *place* a link to *target*, where nothing but an empty folder or a link of ours stands.

    Args:
        ours: what the link of ours holds, as its mark says.

    Raises:
        ConflictError: something else stands there.
        DiskError: it cannot be written to.
        UnsupportedError: this disk or machine has no symbolic links.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise told(error, place.parent) from None
    spot = _Spot(place.name, place.parent, place.name, "")
    before = spot.look()
    if before is not None and stat.S_ISLNK(before.st_mode):
        now = os.readlink(place)
        if now == str(target):
            return
        if now != ours:
            raise ConflictError(
                f"is a link to {words.plain(now, 200)} that Preflight did not make",
                action="Remove the link, or choose another folder.",
            )
        spot.replace(str(target), junction=False)
        return
    elif before is not None and not spot.is_empty(before):
        raise ConflictError(
            "is there already and is not ours", action="Move it away, or choose another folder."
        )
    spot.make(str(target), junction=False)


def show(origin: Path, place: Path, ours: object = None) -> None:
    """Have what lies at *origin* on this machine show at *place*, which always is a folder: a link
    to a folder, or a folder with a link to a file.

    Args:
        origin: a folder or file, links resolved.
        ours: see `point`.

    Raises:
        ConflictError: something else stands there, or it would hold itself.
        DiskError, UnsupportedError: see `point`.
    """
    check_apart(origin, place)
    if origin.is_dir():
        spot = place
    elif os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
        raise ConflictError(
            "is no folder of its own", action="Move it away, or choose another folder."
        )
    else:
        spot = place / origin.name
    if spot.is_symlink() and os.readlink(spot) != ours and os.path.realpath(spot) == str(origin):
        return  # the user's own link, to the same thing
    point(spot, origin, ours)


def check_apart(origin: Path, place: Path) -> None:
    """Refuse a *place* inside of *origin*, or around it.

    Raises:
        ConflictError: it would hold itself.
    """
    above = Path(os.path.realpath(place.parent))
    if above.is_relative_to(origin) or origin.is_relative_to(above / place.name):
        raise ConflictError(
            "would hold itself",
            action="Choose a folder outside of the one that the line names.",
        )


class _Spot:
    """Where a link is to stand.

    Attributes:
        name: the path as the line has it.
        base: the folder above it from which no link is followed: its project's, or the deepest
            that is there.
        below: the path below *base*.
        dest: destination of the line that *base* belongs to; empty where it is nobody's.
    """

    def __init__(self, name: str, base: Path, below: str, dest: str) -> None:
        self.name = name
        self.base = base
        self.below = below
        self.dest = dest
        self.place = Path(os.path.realpath(base)) / below

    @classmethod
    def of(cls, path: str, state: State) -> _Spot:
        parts = path.split("/")
        for depth in range(len(parts) - 1, 0, -1):
            dest = "/".join(parts[:depth])
            mark = state.mark(dest)
            if mark is None or mark.get("kind") == "link":
                continue
            if mark.get("kind") == "dataset":
                raise ConflictError(
                    f"lies inside the dataset {dest}, in which nothing is changed",
                    source=path,
                    action="Choose a path outside of it.",
                )
            if (state.root / dest).is_dir():
                return cls(path, state.root / dest, "/".join(parts[depth:]), dest)
        depth = len(parts) - 1
        while depth and not (state.root / "/".join(parts[:depth])).is_dir():
            depth -= 1
        base = state.root.joinpath(*parts[:depth])
        return cls(path, base, "/".join(parts[depth:]), "")

    def text(self, aim: Path, state: State) -> str:
        """What the link holds: relative where both ends move together with the root.

        Raises:
            ConflictError: it would lead into itself.
        """
        real, end = Path(os.path.realpath(aim)), Path(os.path.realpath(self.place.parent))
        if real == self.place or end.is_relative_to(real):
            raise ConflictError(
                "would be a link into itself",
                source=self.name,
                action="Choose a target that does not hold the path.",
            )
        if aim.is_relative_to(state.root) and self.place.is_relative_to(state.root):
            return os.path.relpath(aim, self.place.parent)
        return str(aim)

    def look(self) -> os.stat_result | None:
        """What stands there; None for nothing.

        Raises:
            ConflictError: a link or file stands where a folder above it is needed.
        """
        with Dir.open(self.base) as folder:
            parent = self.below.rpartition("/")[0]
            if parent:
                folder.mkdirs(parent)
            return folder.lstat(self.below)

    def is_empty(self, found: os.stat_result) -> bool:
        """Whether it is a folder with nothing in it."""
        return stat.S_ISDIR(found.st_mode) and not any(self.place.iterdir())

    def replace(self, text: str, *, junction: bool = True) -> None:
        """Make the link in the place of the one that stands there: whoever reads through it
        meanwhile finds the one or the other.

        Args:
            junction: see `make`.
        """
        with Dir.open(self.base) as folder:
            if os.name != "nt":
                beside = os.path.join(os.path.dirname(self.below), f".{secrets.token_hex(8)}")
                folder.symlink(text, beside)
                try:
                    folder.rename(beside, folder, self.below)
                except PreflightError:
                    folder.unlink(beside)
                    raise
                return
            folder.unlink(self.below)  # Windows replaces no link to a folder
        self.make(text, junction=junction)

    def make(self, text: str, *, junction: bool = True) -> None:
        """Make the link where nothing, or an empty folder, stands.

        Args:
            junction: whether what Windows has in place of a link will do: it does not tell what
                is ours.
        """
        with Dir.open(self.base) as folder:
            if folder.lstat(self.below) is not None:
                folder.rmdir(self.below)
            try:
                folder.symlink(text, self.below)
            except FileExistsError:
                raise ConflictError(
                    "something has appeared there meanwhile",
                    source=self.name,
                    action="Run the cell again.",
                ) from None
            except PreflightError as error:
                if not (isinstance(error, DiskError) and os.access(self.place.parent, os.W_OK)):
                    raise
                if not (junction and _junction(self.place, text)):
                    raise UnsupportedError(
                        "this disk or machine has no symbolic links",
                        source=self.place.name,
                        action="Prepare in a folder on the machine's own disk; on Windows, switch "
                        "on Developer Mode.",
                    ) from None


def _junction(place: Path, text: str) -> bool:
    """Make what Windows has in place of a symbolic link where links need a privilege.

    Returns:
        False where it cannot be made either.
    """
    target = os.path.normpath(place.parent / text)
    try:
        import _winapi

        make: Callable[[str, str], None] = getattr(_winapi, "CreateJunction")  # noqa: B009
        if not os.path.isdir(target):
            raise OSError("a junction leads to a folder only")
        make(target, str(place))
    except (ImportError, AttributeError, OSError):
        return False
    return True


def _move_aside(spot: _Spot, state: State) -> str:
    """Move what stands at *spot* aside, where all of it was installed and is unmodified.

    Returns:
        A sentence that says where it is.

    Raises:
        ConflictError: it holds something else; it is said what.
    """
    foreign = _foreign(spot, state)
    if foreign:
        raise ConflictError(
            _description(spot, foreign),
            source=spot.name,
            action="Move it away, or choose another path.",
        )
    stamp = time.strftime("%Y%m%d-%H%M%S")
    away = state.aside(spot.name, stamp)
    if not same_file_system(away.parent, spot.place.parent):
        away = state.staging(spot.place).parent.joinpath("aside", stamp, *spot.name.split("/"))
        away.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Dir.open(spot.base) as folder, Dir.open(away.parent) as aside:
        name = away.name
        while aside.lstat(name) is not None:
            name = f"{away.name}.{secrets.token_hex(2)}"
        folder.rename(spot.below, aside, name)
    return f"What the project had there is in {state.relative(away.parent / name)}."


def _foreign(spot: _Spot, state: State) -> list[str]:
    """What stands at *spot* and was not installed, or was changed since."""
    mark = state.mark(spot.dest) if spot.dest else None
    route = mark.get("route") if mark else None
    if route == "git":
        return _foreign_to_git(spot)
    from ..progress import Progress
    from .look import Look
    from .merge import same

    manifest = (state.manifest(spot.dest) or {}) if route == "archive" else {}
    look = Look(spot.base, None, Progress())
    found = [spot.below]
    with Dir.open(spot.base) as folder:
        status = folder.lstat(spot.below)
        if status is not None and stat.S_ISDIR(status.st_mode):
            found = [
                one.path for one in folder.scan(spot.below) if not stat.S_ISDIR(one.stat.st_mode)
            ]
    return [
        path
        for path in found
        if (mine := look.entry(path)) is None
        or path not in manifest
        or not same(mine, manifest[path])
    ]


def _foreign_to_git(spot: _Spot) -> list[str]:
    """The same for a clone of ours; where nothing is, git is told to leave it alone from now on."""
    from ..progress import Progress
    from . import clone
    from .complaints import explain
    from .git import Git, GitError

    git = Git.find(Progress())
    if git is None:
        return [spot.below]
    folder = Path(os.path.realpath(spot.base))
    try:
        foreign = clone.foreign(git, folder, spot.below)
        before = clone.hidden(folder)
        if not foreign and before is not None:
            clone.hide(git, folder, {*before, spot.below})
    except GitError as error:
        raise explain(error, folder) from None
    return foreign


def _description(spot: _Spot, foreign: list[str]) -> str:
    if spot.place.is_symlink():
        return f"is a link to {words.plain(os.readlink(spot.place), 200)}"
    if not spot.place.is_dir():
        return "is a file" if spot.place.is_file() else "is a special file"
    return f"is a folder that holds {words.listing([words.plain(one, 200) for one in foreign])}"
