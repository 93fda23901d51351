"""From downloads to a verified tree: the front door of this room.

Nothing here knows a provider, and nothing is written outside the staging folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DiskError, UnsafeArchiveError
from . import disk
from .fs import Dir
from .manifest import load_manifest, save_manifest, scan
from .model import Download, Entry, Options, Tree

if TYPE_CHECKING:
    from ..progress import Progress
    from .http import Client
    from .staging import Staging

__all__ = ["bring", "load_manifest", "nothing", "save_manifest", "scan"]


def nothing(entry: Entry) -> bool:
    """No file stands at its destination yet."""
    return False


def bring(
    downloads: Sequence[Download],
    staging: Staging,
    options: Options,
    client: Client,
    progress: Progress,
    *,
    have: Callable[[Entry], bool] = nothing,
    validator: str | None = None,
    here: Path | None = None,
) -> Tree:
    """Fetch, verify and unpack *downloads* into the tree of *staging*.

    Args:
        downloads: one, which may be an archive, or the files of a folder.
        staging: what an earlier run has left in it is used.
        options: what the step says about the tree.
        client: the network.
        progress: bytes are counted in it; stopping it ends the work within a moment.
        have: asked for each file, by path, size and checksum, whether it stands at its
            destination already: then it is not fetched (in parts) or not written (in a stream,
            where its execute bit is not known yet).
        validator: of the version that is here; the answer may be "unchanged".
        here: the destination: of several downloads, one whose size and digest are known is compared
            with the file there, and not fetched where it is the same.

    Raises:
        PreflightError: where the tree cannot be had whole; what was fetched is kept if it helps.
        Interrupted: where the run was stopped.
    """
    if disk.is_drive_mount(staging.tree):
        raise DiskError(
            "lies on a mounted Drive, where unpacking takes hours and links are lost",
            source=str(staging.tree.parent.parent),
            action="Choose a folder on this machine's own disk.",
        )
    with Dir.open(staging.tree) as out, Dir.open(staging.part) as part:
        try:
            if len(downloads) == 1:
                from .one import One

                one = One(downloads[0], out, part, options, client, progress)
                return one.bring(have, validator, fresh=have is nothing)
            from .listing import Listing

            return Listing(downloads, out, part, options, client, progress, here).bring()
        except FileExistsError as error:
            # No name is given out twice, but this disk may take two names for one.
            raise UnsafeArchiveError(
                f"{disk.shown(os.fsdecode(error.filename or ''))} and another of its files are one"
                " file on this disk",
                action="Prepare on a disk that tells capital letters apart.",
            ) from None
