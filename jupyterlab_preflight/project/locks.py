"""Locks of git: another one at work is waited for, one that is no more is not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BusyError

if TYPE_CHECKING:
    from ..progress import Progress

NAMES = ("index.lock", "HEAD.lock", "shallow.lock", "packed-refs.lock", "config.lock")
"""Files in a repository that a git holds which changes it."""

OLD = 600.0
"""Seconds after which a lock was left by a git that is no more."""

PATIENCE = 5.0
"""Seconds that another git's lock is waited for: most are held for milliseconds."""


def wait(folder: Path, progress: Progress) -> list[str]:
    """Wait for another git in the repository *folder*; remove what one has left that is no more.

    Returns:
        a sentence for each lock that was removed.

    Raises:
        BusyError: another git is at work.
        Interrupted: the run was stopped.
    """
    removed = []
    waited = 0.0
    for name in NAMES:
        lock = folder / name
        while True:
            try:
                age = time.time() - lock.stat().st_mtime
            except OSError:
                break
            if age > OLD:
                lock.unlink(missing_ok=True)
                removed.append(f"Removed {name}, which a git that is no more has left behind.")
                break
            if waited >= PATIENCE:
                raise BusyError(
                    f"git is at work there ({name})",
                    action="Wait for it to end. If none runs, remove that file from .git.",
                )
            progress.say("waiting for another git")
            progress.wait(0.2)
            waited += 0.2
    return removed
