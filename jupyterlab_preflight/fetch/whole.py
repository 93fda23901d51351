"""A file that appears whole or not at all, whatever ends the process that writes it.

A killed process leaves its temporary file behind. The owner stands in the file's name, so that
whoever comes next can tell it from one that is being written at this moment.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path

from .owner import Owner, myself

_NAME = re.compile(r"(.+)\.((?:[0-9a-f]{8}-){3}[0-9]+-[0-9]+)-[0-9a-f]{8}\.new")
_OLD = 86400.0  # seconds after which nobody, on whatever machine, writes a small file any more


def write_whole(path: Path, data: bytes) -> None:
    """Replace *path* by *data* in one step: a reader sees the old file or the new one, never half.

    What a killed process has left of the same attempt is removed.

    Raises:
        OSError: it cannot be written; nothing is left of the attempt.
    """
    temporary = path.with_name(f"{path.name}.{myself()}-{os.urandom(4).hex()}.new")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    for old in left(path.parent, path.name):
        with contextlib.suppress(OSError):
            old.unlink()


def left(folder: Path, name: str = "") -> list[Path]:
    """The temporary files in *folder* that nobody will finish: of *name*, or of all names."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    found = []
    for one in names:
        match = _NAME.fullmatch(one)
        if match is not None and name in ("", match[1]) and _is_left(folder / one, match[2]):
            found.append(folder / one)
    return found


def _is_left(path: Path, token: str) -> bool:
    owner = Owner.parse(token)
    dead = owner is None or owner.dead()
    if dead is not None:
        return dead
    try:
        return time.time() - path.stat().st_mtime > _OLD
    except OSError:
        return False
