"""Runs a package manager: shows what it says without secrets, and keeps its last words."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import words
from ..progress import Progress
from ..redaction import redact
from .process import Emit, run_child

_TAIL = 200  # lines that are looked at for the reason of a failure
_STEPS = re.compile(
    r"\s*(?:Collecting|Downloading|Installing|Building|Preparing|Processing|Unpacking|Setting up)\b"
)


def run(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], progress: Progress, emit: Emit
) -> tuple[int, list[str]]:
    """Run *argv*; its exit code and its last lines.

    Raises:
        InstallError: it cannot be started.
        Interrupted: it was stopped.
    """
    said: deque[str] = deque(maxlen=_TAIL)

    def show(piece: str) -> None:
        clean = redact(piece)
        said.append(clean.rstrip())
        if _STEPS.match(clean):
            progress.say(words.plain(clean, 60))
        emit(clean)

    progress.say("installing")
    return run_child(argv, cwd=cwd, env=env, progress=progress, emit=show), list(said)
