"""Runs a package manager: shows what it says without secrets, and keeps its last words."""

from __future__ import annotations

import re
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .. import words
from ..errors import Interrupted
from ..progress import Progress
from ..redaction import redact
from .process import Emit, run_child

_TAIL = 200  # lines that are looked at for the reason of a failure
_STEPS = re.compile(
    r"\s*(?:Collecting|Downloading|Installing|Building|Preparing|Processing|Unpacking|Setting up)\b"
)


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    progress: Progress,
    emit: Emit,
    in_vain: Callable[[str], bool] = lambda line: False,
) -> tuple[int, list[str]]:
    """Run *argv*; its exit code and its last lines.

    Args:
        argv, cwd, env, progress, emit: see `run_child`.
        in_vain: asked about each line; where it says so, there is no use in waiting any longer,
            and *argv* is ended.

    Raises:
        InstallError: it cannot be started.
        Interrupted: it was stopped.
    """
    said: deque[str] = deque(maxlen=_TAIL)
    own = Progress()

    def show(piece: str) -> None:
        clean = redact(piece)
        said.append(clean.rstrip())
        if _STEPS.match(clean):
            progress.say(words.plain(clean, 60))
        emit(clean)
        if in_vain(clean):
            own.cancel()

    progress.say("installing")
    with progress.on_cancel(own.cancel):
        try:
            code = run_child(argv, cwd=cwd, env=env, progress=own, emit=show)
        except Interrupted:
            progress.check()
            code = 128 + signal.SIGINT
    return code, list(said)


def hurried(env: Mapping[str, str]) -> dict[str, str]:
    """*env* for a child that is not expected to reach anybody (resolv.conf(5), RES_OPTIONS)."""
    return {"RES_OPTIONS": "timeout:1 attempts:1", **env}
