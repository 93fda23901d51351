"""Large files of a repository (Git LFS): a dataset has the files themselves, not their pointers.

A tree of pointers looks complete, and a training on it fails late or, worse, does not fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import words
from ..fetch.fs import Dir
from ..fetch.model import Options, Tree
from ..sources import lfs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..fetch.staging import Staging
    from ..progress import Progress
    from ..report import Outcome
    from .context import Context
    from .grammar import Step
    from .tree import Here


def complete(step: Step, context: Context, staging: Staging, tree: Tree, here: Here | None) -> None:
    """Put the large files of *tree* in the places of their pointers.

    Args:
        here: what stands at the destination: compared, and never fetched again.

    Raises:
        PreflightError: one of them cannot be had; what has come is used by the next run.
        Interrupted: the run was stopped.
    """
    pointers = lfs.pointers(staging.tree, tree.entries.values())
    wanted = pointers if here is None else _missing(tree, pointers, here, context.progress)
    if wanted:
        _fetch(step, context, staging, tree, wanted)


def _missing(
    tree: Tree, pointers: Mapping[str, lfs.Pointer], here: Here, progress: Progress
) -> dict[str, lfs.Pointer]:
    """Those of *pointers* whose file is not here; of the others *tree* says what they are."""
    from .sums import file_sha256

    wanted = {}
    for path, pointer in pointers.items():
        mine, entry = here.files.get(path), tree.entries[path]
        if mine is None:
            wanted[path] = pointer
        elif (mine.size, mine.crc32) == (entry.size, entry.crc32):
            tree.pointers.append(path)
        elif mine.size == pointer.size and file_sha256(here.place / path, progress) == pointer.oid:
            tree.entries[path] = mine
    return wanted


def tell(outcome: Outcome, place: Path, paths: Iterable[str]) -> None:
    """Warn in *outcome* of those of *paths* at *place* that still are pointers."""
    unreal = [path for path in paths if _is_pointer(place / path)]
    if unreal:
        outcome.text += f" · only pointers to Git LFS: {words.listing(unreal)}"
        outcome.notes.append("Give the dataset another folder to have the files of Git LFS.")
        outcome.state = "warning"


def _is_pointer(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return lfs.pointer(opened.read(lfs.LONGEST_POINTER + 1)) is not None
    except OSError:
        return False


def _fetch(
    step: Step,
    context: Context,
    staging: Staging,
    tree: Tree,
    wanted: Mapping[str, lfs.Pointer],
) -> None:
    from ..fetch.staging import Staging
    from ..fetch.tree import bring
    from ..sources.github import repository

    assert step.source is not None
    secret = step.option("secret")
    found = repository(step.source)
    downloads = lfs.resolve(found, wanted, context.client, context.secrets, secret)
    with Staging.open(staging.part, "large") as own:
        got = bring(downloads, own, Options(), context.client, context.progress)
        with Dir.open(own.tree) as source, Dir.open(staging.tree) as target:
            for path, entry in got.entries.items():
                executable = tree.entries[path].executable
                if executable:
                    source.set_executable(path)
                source.rename(path, target, path)
                tree.entries[path] = entry._replace(executable=executable)
        own.discard()
    tree.fetched += got.fetched
