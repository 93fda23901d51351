"""A dataset that is on this machine already: linked, or copied with ``--copy``."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import words
from ..errors import ConflictError, DiskError
from ..report import Outcome
from .dataset import identity, point

if TYPE_CHECKING:
    from ..fetch.staging import Staging
    from .context import Context
    from .grammar import Step


def local_dataset(step: Step, context: Context) -> Outcome:
    """Make DEST a link to a folder of this machine, or a copy of it.

    DEST always is a folder; a single file is therefore linked (or copied) into it.

    Raises:
        PreflightError: where the source is missing, or something else stands at DEST.
    """
    from ..sources.local import locate

    assert step.source is not None
    dest = step.args[1]
    origin = locate(step.source, context.state.root)
    place = context.state.root / dest
    above = place.parent.resolve()
    if origin == above or origin in above.parents:
        raise ConflictError("lies inside the folder it would show", source=dest)
    mark = context.state.mark(dest)
    if mark and place.exists() and mark.get("tree") != identity(step):
        raise ConflictError(
            f"holds the files of {mark.get('link')}, and this line asks for {origin}",
            source=dest,
            action="Give the new one another folder, or remove the old one first.",
        )
    copied = step.flag("copy")
    link = _linked(place, origin)
    if _is_copied(place, mark, dest) if copied else _is_linked(place, link, origin, mark, dest):
        if mark:
            return _outcome(origin, copied=copied)
    elif copied:
        _copy(origin, place, dest, context)
    else:
        link.parent.mkdir(parents=True, exist_ok=True)
        point(link, origin)
    new = {
        "kind": "dataset",
        "link": step.source.canonical,
        "tree": identity(step),
        "when": time.time(),
    }
    if not copied:
        new["target"] = str(origin)
    context.state.set_mark(dest, new)
    context.state.exclude(place)
    return _outcome(origin, copied=copied)


def _is_copied(place: Path, mark: dict[str, Any] | None, dest: str) -> bool:
    """Whether our copy stands at *place*; False where nothing does.

    Raises:
        ConflictError: something else does.
    """
    _check_folder(place, dest)
    filled = place.is_dir() and any(place.iterdir())
    if filled and mark is None:
        raise _not_ours(dest)
    return filled


def _is_linked(
    place: Path, link: Path, origin: Path, mark: dict[str, Any] | None, dest: str
) -> bool:
    """Whether *link* leads to *origin*; False where nothing stands there, or an old link of ours.

    Raises:
        ConflictError: something else does.
    """
    if link != place:
        _check_folder(place, dest)
    if _points(link, origin):
        return True
    if link.is_symlink():
        free = mark is not None and os.readlink(link) == mark.get("target")
    elif link == place or mark is None:
        _check_folder(place, dest)
        free = not place.is_dir() or not any(place.iterdir())
    else:
        free = not link.exists()
    if not free:
        raise _not_ours(dest)
    return False


def _check_folder(place: Path, dest: str) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise _not_ours(dest)


def _not_ours(dest: str) -> ConflictError:
    return ConflictError(
        "is there already and is not ours",
        source=dest,
        action="Move it away, or choose another folder.",
    )


def _linked(place: Path, origin: Path) -> Path:
    """Where the link stands: DEST itself for a folder, inside it for a file."""
    return place if origin.is_dir() else place / origin.name


def _points(link: Path, target: Path) -> bool:
    return link.is_symlink() and os.readlink(link) == str(target)


def _outcome(origin: Path, *, copied: bool) -> Outcome:
    if copied:
        return Outcome(f"copied from {words.plain(str(origin))}", "local")
    return Outcome(f"→ {words.plain(str(origin))}", "local")


def _copy(origin: Path, place: Path, dest: str, context: Context) -> None:
    from ..fetch.staging import Staging

    place.parent.mkdir(parents=True, exist_ok=True)
    with Staging.open(context.state.staging(place), context.state.key(dest)) as staging:
        try:
            _fill(origin, staging, context)
        except OSError as error:
            raise DiskError(
                f"cannot be copied ({error.strerror})",
                source=words.plain(str(origin)),
                action="Free some space, or leave out --copy to link it.",
            ) from None
        staging.commit_to(place)


def _fill(origin: Path, staging: Staging, context: Context) -> None:
    def one(source: str, target: str) -> str:
        context.progress.check()
        shutil.copy2(source, target)
        context.progress.add(os.stat(target).st_size)
        return target

    shutil.rmtree(staging.tree, ignore_errors=True)
    if origin.is_dir():
        shutil.copytree(origin, staging.tree, copy_function=one)
    else:
        staging.tree.mkdir()
        one(str(origin), str(staging.tree / origin.name))
