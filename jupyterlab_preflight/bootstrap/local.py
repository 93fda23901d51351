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
from .dataset import identity

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
    from ..project.link import check_apart, show
    from ..sources.local import locate

    assert step.source is not None
    dest = step.args[1]
    origin = locate(step.source, context.state.root)
    place = context.state.root / dest
    mark = context.state.mark(dest)
    if mark and place.exists() and mark.get("tree") != identity(step):
        raise ConflictError(
            f"holds the files of {mark.get('link')}, and this line asks for {origin}",
            source=dest,
            action="Give the new one another folder, or remove the old one first.",
        )
    new = {"kind": "dataset", "link": step.source.canonical, "tree": identity(step)}
    if step.flag("copy"):
        check_apart(origin, place)
        if not _is_copied(place, mark, dest):
            _copy(origin, place, dest, context)
    else:
        show(origin, place, mark and mark.get("target"))
        new["target"] = str(origin)
    if mark is None or any(mark.get(name) != value for name, value in new.items()):
        context.state.set_mark(dest, {**new, "when": time.time()})
    context.state.exclude(place)
    return _outcome(origin, copied=step.flag("copy"))


def _is_copied(place: Path, mark: dict[str, Any] | None, dest: str) -> bool:
    """Whether our copy stands at *place*; False where nothing does.

    Raises:
        ConflictError: something else does.
    """
    foreign = place.is_symlink() or (place.exists() and not place.is_dir())
    filled = not foreign and place.is_dir() and any(place.iterdir())
    if foreign or (filled and mark is None):
        raise ConflictError(
            "is there already and is not ours",
            source=dest,
            action="Move it away, or choose another folder.",
        )
    return filled


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
