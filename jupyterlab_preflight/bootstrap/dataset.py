"""The ``dataset`` step: fetched once, then trusted; what stands there is never overwritten.

The order of trust: our mark and the folder are there (no scan, no request); the folder is there
without our mark (compared and completed); nothing is there (fetched beside, moved in by one
rename, marked last).
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import words
from ..errors import ConflictError, DiskError
from ..fetch.model import Tree
from ..report import Outcome
from . import settings
from .state import State
from .tree import Here, obtain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..fetch.staging import Staging
    from .context import Context
    from .grammar import Step

_SHAPING = ("ref", "include", "strip", "flat", "unpack", "no-unpack", "as", "sheet", "copy", "git")
"""Options that change which files arrive: another value is another tree."""

_SHARED = ("kind", "link", "tree", "files", "bytes", "when", "without", "pointers")
"""What the mark of a link into a store repeats of the store's own."""


def identity(step: Step) -> str:
    """A name for the tree that *step* asks for: the same link and options, the same name."""
    assert step.source is not None
    shape = {name: step.options[name] for name in _SHAPING if name in step.options}
    whole = json.dumps([step.source.canonical, shape], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:20]


def dataset(step: Step, context: Context) -> Outcome:
    """Make sure that the dataset of *step* stands in its folder.

    Raises:
        PreflightError: where it cannot be had, or where something else stands there.
        Interrupted: where the run was stopped; what has arrived is kept for the next run.
    """
    assert step.source is not None
    dest = step.args[1]
    if step.source.provider == "local":
        from .local import local_dataset

        return local_dataset(step, context)
    place = context.state.root / dest
    outcome = _ready(step, context, place)
    warn(outcome, context.state.mark(dest) or {}, place)
    return outcome


def warn(outcome: Outcome, mark: Mapping[str, Any], place: Path) -> None:
    """Tell in *outcome* what has not come, by *mark*, and is still missing at *place*."""
    if mark.get("without"):
        from ..project import modules

        modules.tell(outcome, place, mark["without"])
    if mark.get("pointers"):
        from . import large

        large.tell(outcome, place, mark["pointers"])


def _ready(step: Step, context: Context, place: Path) -> Outcome:
    """Have the dataset of *step* at *place*, in the first of the ways that leads there."""
    dest = step.args[1]
    found = _look(place, context.state, dest)
    mark = context.state.mark(dest)
    if found and mark and "store" not in mark:
        return _trusted(step, mark)
    store = store_folder(context)
    if store is not None and found != "folder":
        shared = State(store, shared=True)
        outcome = _from_store(step, context, shared, place)
        if outcome is not None:
            return outcome
    if found and mark:
        return _trusted(step, mark)
    return _obtain(step, context, context.state, dest, place)


def store_folder(context: Context) -> Path | None:
    """The folder that datasets are shared in, or None where this machine has none.

    Named by ``PREFLIGHT_STORE`` or by ``store`` in the machine's settings; on Kaggle a scratch
    folder, because the working folder is saved with the notebook there.
    """
    named = context.environ.get("PREFLIGHT_STORE") or settings.load(context.environ).get("store")
    if named:
        return Path(str(named)).expanduser()
    return Path("/kaggle/temp/preflight") if "kaggle" in context.host.names else None


def _look(place: Path, state: State, dest: str) -> str:
    """What stands at *place*: ``""`` (nothing, or an empty folder), ``folder`` or ``link`` (ours).

    Raises:
        ConflictError: where it is something that we did not make and cannot use.
    """
    try:
        found = place.lstat()
    except FileNotFoundError:
        return ""
    except NotADirectoryError:
        raise ConflictError(
            "a folder above it is a file",
            source=dest,
            action="Choose another folder, or move that file away.",
        ) from None
    if stat.S_ISLNK(found.st_mode):
        mark = state.mark(dest)
        target = os.readlink(place)
        if mark and mark.get("target") == target:
            return "link" if place.exists() else ""
        raise ConflictError(
            f"is a link to {target} that Preflight did not make",
            source=dest,
            action="Remove the link, or choose another folder.",
        )
    if not stat.S_ISDIR(found.st_mode):
        what = "a file" if stat.S_ISREG(found.st_mode) else "a special file"
        raise ConflictError(
            f"is {what}, and a dataset always is a folder",
            source=dest,
            action="Move it away, or choose another folder.",
        )
    with os.scandir(place) as entries:
        return "folder" if next(entries, None) is not None else ""


def _trusted(step: Step, mark: dict[str, Any]) -> Outcome:
    """The row of a dataset that is there with our mark; nothing is scanned or asked, so it says
    what was there when the mark was made."""
    if mark.get("tree") != identity(step):
        from ..sources.recognise import redact

        assert step.source is not None
        raise ConflictError(
            f"holds the files of {redact(str(mark.get('link')))}, "
            f"and this line asks for {redact(step.source.canonical)} with its options",
            source=step.args[1],
            action="Give the new one another folder, or remove the old one first.",
        )
    count = int(mark.get("files", 0))
    kept = mark.get("kept") or []
    notes = [f"Kept as they are here: {words.listing(kept)}."] if kept else []
    return Outcome(
        words.then(count, float(mark.get("when") or 0)),
        words.size(int(mark.get("bytes", 0))),
        notes=notes,
        files=count,
        bytes=int(mark.get("bytes", 0)),
    )


def _obtain(step: Step, context: Context, state: State, dest: str, place: Path) -> Outcome:
    """Fetch the tree to *place*, which holds nothing or files without our mark."""
    from ..fetch import fs
    from ..fetch.staging import Staging

    if fs.is_drive_mount(place.parent):
        raise DiskError(
            "lies on a mounted Drive, where many small files take hours",
            source=dest,
            action="Choose a folder on this machine's own disk.",
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(
            f"cannot be made ({error.strerror})",
            source=dest,
            action="Choose a folder that you may write to.",
        ) from None
    with state.lock(dest, context.progress):
        mark = state.mark(dest)
        found = _look(place, state, dest)
        if found and mark:  # another process has brought it while we waited
            return _trusted(step, mark)
        key = f"{state.key(dest)}-{identity(step)[:8]}"
        with Staging.open(state.staging(place), key) as staging:
            if found:
                outcome, mark = _adopt(step, context, staging, place)
            else:
                outcome, mark = _bring(step, context, staging, place)
        state.set_manifest(dest, mark.pop("manifest"))
        state.set_mark(dest, mark)
    state.exclude(place)
    return outcome


def _bring(
    step: Step, context: Context, staging: Staging, place: Path
) -> tuple[Outcome, dict[str, Any]]:
    from ..project.modules import empty

    tree = obtain(step, context, staging)
    context.progress.check()
    without = empty(tree.entries, staging.tree)
    staging.commit_to(place)
    return _described(step, tree, [], without)


def _adopt(
    step: Step, context: Context, staging: Staging, place: Path
) -> tuple[Outcome, dict[str, Any]]:
    """Complete a folder that somebody else began: equal files are kept, missing ones added,
    different ones kept and named."""
    from ..fetch import fs
    from ..fetch.tree import scan
    from ..project.modules import empty

    context.progress.say("comparing with what is here")
    here = scan(place, context.progress)
    tree = obtain(step, context, staging, Here(place, here))
    kept = []
    with fs.Dir.open(staging.tree) as source, fs.Dir.open(place) as target:
        for path, entry in tree.entries.items():
            context.progress.check()
            mine = here.get(path)
            if mine is None and not entry.folder:
                target.mkdirs(os.path.dirname(path))
                source.rename(path, target, path)
            elif mine is None:
                target.mkdirs(path)
            elif (mine.size, mine.crc32) != (entry.size, entry.crc32):
                kept.append(path)
    without = empty(tree.entries, staging.tree, place)
    staging.discard()
    outcome, mark = _described(step, tree, kept, without)
    added = sum(path not in here and not entry.folder for path, entry in tree.entries.items())
    outcome.notes.insert(0, f"Was here before: {words.files(added)} added.")
    return outcome, mark


def _described(
    step: Step, tree: Tree, kept: list[str], without: list[str]
) -> tuple[Outcome, dict[str, Any]]:
    assert step.source is not None
    files = [entry for entry in tree.entries.values() if not entry.folder]
    total = sum(entry.size for entry in files)
    mark = {
        "kind": "dataset",
        "link": step.source.canonical,
        "tree": identity(step),
        "files": len(files),
        "bytes": total,
        "when": time.time(),
        "kept": kept,
        "without": without,
        "pointers": tree.pointers,
        "manifest": tree.entries,
    }
    outcome = _trusted(step, mark)
    outcome.text = f"{words.files(len(files))} · fetched once"
    outcome.fetched = tree.fetched
    outcome.notes.extend(tree.notes)
    return outcome, mark


def _from_store(step: Step, context: Context, store: State, place: Path) -> Outcome | None:
    """Have the tree in the store and *place* as a link to it; None where the store is of no use."""
    name = identity(step)
    shared = store.root / name
    known = store.mark(name)
    if known is not None and shared.is_dir():
        outcome = _trusted(step, known)
        outcome.text += " · shared copy, not downloaded"
    else:
        try:
            store.folder("marks")
        except DiskError:
            return None  # a read-only store that does not have it: fetched to the root instead
        outcome = _obtain(step, context, store, name, shared)
        known = store.mark(name) or {}
    if not (place.is_symlink() and os.readlink(place) == str(shared)):
        from ..project.link import point

        point(place, shared, (context.state.mark(step.args[1]) or {}).get("target"))
    context.state.set_mark(
        step.args[1],
        {
            **{name: known.get(name) for name in _SHARED},
            "store": str(store.root),
            "target": str(shared),
        },
    )
    context.state.exclude(place)
    return outcome
