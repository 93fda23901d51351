"""Submodules of a repository: folders whose content lies in another one, and that come empty.

Nothing else would show that something is missing there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from .. import words
from ..errors import ConflictError
from ..fetch.fs import Dir
from ..fetch.model import Entry
from ..report import Outcome
from .repository import submodules

_FILE = ".gitmodules"
_LIMIT = 1 << 20  # bytes of it that are read


def empty(entries: Mapping[str, Entry], *trees: Path) -> list[str]:
    """The submodules among *entries* that are empty folders.

    Args:
        trees: where ``.gitmodules`` may stand, the first that has it counts.
    """
    if _FILE not in entries:
        return []
    for tree in trees:
        with contextlib.suppress(FileNotFoundError, ConflictError), Dir.open(tree) as folder:
            settings = folder.read(_FILE, _LIMIT).decode("utf-8", "replace")
            named = submodules(settings)
            return [path for path in named if path in entries and entries[path].folder]
    return []


def tell(outcome: Outcome, place: Path, modules: Iterable[str]) -> Outcome:
    """*outcome*, with a warning of those *modules* that nothing stands in at *place* either."""
    lacking = [path for path in modules if not _is_filled(place / path)]
    if lacking:
        outcome.text += f" · submodules not fetched: {words.listing(lacking)}"
        outcome.state = "warning"
    return outcome


def _is_filled(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:
        return False
