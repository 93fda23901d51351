"""A file or folder that is on this machine already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .. import words
from ..errors import GoneError, UnsupportedError

if TYPE_CHECKING:
    from .recognise import Source


def locate(source: Source, root: Path) -> Path:
    """Where *source* lies, links resolved.

    Args:
        source: a local source; ``~`` is the home folder, a relative path counts from *root*.
        root: the folder that destinations are relative to, too.

    Raises:
        GoneError: nothing is there, or a link on the way leads nowhere.
        UnsupportedError: it is neither a file nor a folder.
    """
    text = source.parts.get("path", source.canonical)
    shown = words.plain(text)
    try:
        place = Path(text).expanduser()
    except RuntimeError:
        raise GoneError(f"There is no home folder for {shown}.") from None
    try:
        found = (root / place).resolve(strict=True)
    except (OSError, RuntimeError):
        raise GoneError(
            f"{shown} is not on this machine.",
            action="Check the path, or use a link that works on every machine.",
        ) from None
    if not (found.is_dir() or found.is_file()):
        raise UnsupportedError(f"{shown} is neither a file nor a folder.")
    return found
