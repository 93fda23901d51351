"""``--sha256``: of the file that a link gives, or of the tree where that is made on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import IntegrityError, PreflightError

if TYPE_CHECKING:
    from ..fetch.model import Download, Manifest
    from ..progress import Progress


def is_of_tree(downloads: Sequence[Download]) -> bool:
    """Whether the checksum of *downloads* is that of their tree: there is no one file, or it is
    another one each time that it is asked for."""
    return len(downloads) != 1 or (downloads[0].archive is True and not downloads[0].ranged)


def check_tree(folder: Path, manifest: Manifest, expected: str | None, progress: Progress) -> None:
    """Hold the tree in *folder* to the checksum of its line, where that has one.

    Raises:
        IntegrityError: it is another tree.
        Interrupted: the run was stopped.
    """
    if expected is None:
        return
    digest = tree_sha256(folder, manifest, progress)
    if digest != expected.lower():
        raise IntegrityError(
            f"the tree's SHA-256 is {digest}, not the one in the line",
            action="Check the link with the person who gave you the checksum.",
        )


def tree_sha256(folder: Path, manifest: Manifest, progress: Progress) -> str:
    """SHA-256 of a tree: of its sorted lines ``sha256  path``, as ``sha256sum`` writes them.

    Raises:
        PreflightError: a file of it cannot be read.
        Interrupted: the run was stopped.
    """
    files = [path for path, entry in manifest.items() if not entry.folder]
    lines = [f"{file_sha256(folder / path, progress)}  {path}\n" for path in files]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def file_sha256(path: Path, progress: Progress) -> str:
    """SHA-256 of a file.

    Raises:
        PreflightError: it cannot be read.
        Interrupted: the run was stopped.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                progress.check()
                digest.update(chunk)
    except OSError as error:
        raise PreflightError(f"{path.name} cannot be read ({error.strerror})") from None
    return digest.hexdigest()
