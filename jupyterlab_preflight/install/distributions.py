"""What is installed, read from the names of folders alone.

A listing of a thousand distributions takes a fraction of a millisecond, reading their metadata a
hundred times as long; so "has anything changed?" is asked of the listing, and metadata is read
only of what did change.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

Listing = Mapping[str, int]
"""Metadata folders by their path, with the number that the file system gave each of them."""

_ENDS = (".dist-info", ".egg-info", ".egg-link", ".egg")


@dataclass(frozen=True)
class Change:
    """A distribution that is not what it was.

    Attributes:
        name: in the spelling of the index (PEP 503).
        before: its version, empty where it was not there.
        after: its version, empty where it is gone.
        metadata: its metadata folder now; None where it is gone.
    """

    name: str
    before: str
    after: str
    metadata: Path | None = None


def listing(path: Sequence[str]) -> dict[str, int]:
    """All distributions in the folders of a search path, editable ones included."""
    found = {}
    for folder in dict.fromkeys(path):
        try:
            entries = list(os.scandir(folder or "."))
        except OSError:
            continue  # not there, or a zip file: nothing can be installed into it
        for entry in entries:
            name = entry.name
            if (name.endswith(_ENDS) or _is_editable(name)) and not name.startswith("~"):
                found[os.path.join(folder, name)] = entry.inode()
    return found


def names(found: Listing) -> list[str]:
    """The folders' names, sorted: the same for the same set of distributions."""
    return sorted({os.path.basename(path) for path in found})


def versions(found: Listing) -> dict[str, str]:
    """Version by name; of two with the same name, that which is imported."""
    result: dict[str, str] = {}
    for path in found:
        name, version = _split(os.path.basename(path))
        if version or name not in result:
            result.setdefault(name, version)
    return result


def changes(before: Listing, after: Listing) -> list[Change]:
    """What was installed, replaced or removed between two listings, sorted by name.

    One that was installed anew in the same version counts: its folder is another one.
    """
    old, new = versions(before), versions(after)
    found = {}
    for path, number in after.items():
        name, version = _split(os.path.basename(path))
        if before.get(path) != number and version and path.endswith("-info"):
            found[name] = Change(name, old.get(name, ""), version, Path(path))
    for name, version in old.items():
        if name not in new:
            found[name] = Change(name, version, "")
    return [found[name] for name in sorted(found)]


def in_use(changed: Sequence[Change]) -> list[Change]:
    """Those of *changed* that this process has imported modules of.

    Found by files, not by names: many distributions share a package such as ``google``, and some
    install a module under another's name.
    """
    loaded = {
        os.path.realpath(file)
        for module in list(sys.modules.values())
        if isinstance(file := getattr(module, "__file__", None), str)
    }
    return [
        change
        for change in changed
        if change.metadata is not None and any(file in loaded for file in _files(change.metadata))
    ]


def fits(version: str, wanted: SpecifierSet) -> bool:
    """Whether an installed *version* is one of *wanted*; what is none by PEP 440 never is."""
    from packaging.version import InvalidVersion

    try:
        return wanted.contains(version, prereleases=True)
    except InvalidVersion:
        return False


def canonical(name: str) -> str:
    """A name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_editable(name: str) -> bool:
    return name.startswith("__editable__") and name.endswith(".pth")


def _split(folder: str) -> tuple[str, str]:
    """``NumPy-2.1.3.dist-info`` as ``numpy`` and ``2.1.3`` (PEP 427, PEP 376)."""
    stem = folder.removeprefix("__editable__.")
    for end in (*_ENDS, ".pth"):
        stem = stem.removesuffix(end)
    name, _, rest = stem.partition("-")
    return canonical(name), rest.partition("-py")[0]


def _files(metadata: Path) -> Iterator[str]:
    """Modules of a distribution, from its list of files (PEP 376 ``RECORD``)."""
    import csv

    folder = os.path.realpath(metadata.parent)
    try:
        with (metadata / "RECORD").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                if row and row[0].endswith((".py", ".so", ".pyd")):
                    yield os.path.normpath(os.path.join(folder, row[0]))
    except (OSError, UnicodeDecodeError, csv.Error):
        return  # no list: an old kind of installation
