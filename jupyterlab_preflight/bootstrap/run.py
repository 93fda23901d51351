"""``%preflight run``: a command as people write it after ``!``, without a shell in between.

Words reach the command as they are written. The kernel's variables come in by name, the output is
streamed, the exit code is kept, and the first interrupt is the command's own, so that a trainer
can write its checkpoint.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..errors import CellError, InstallError
from ..progress import Progress

if TYPE_CHECKING:
    from ..install.process import Emit
    from .grammar import Step

_BRACES = re.compile(r"\{\{|\}\}|\{([^\W\d]\w*)\}")
_PYTHON = re.compile(r"python(?:3|3\.\d+)?(?:\.exe)?")

GRACE = 30.0
"""Seconds that a command has to end after the first interrupt."""


def run(
    step: Step,
    *,
    root: Path,
    namespace: Mapping[str, Any],
    environ: Mapping[str, str],
    progress: Progress,
    emit: Emit,
) -> int:
    """Run the command of *step* in its folder and return its exit code.

    Args:
        step: its arguments are the command, its option ``in`` the folder, relative to *root*.
        root: the folder that it works in where it names none.
        namespace: the kernel's variables; empty on a command line, where braces are only braces.
        environ: the kernel's environment; the command gets it unchanged, but for Python's output
            that is not held back. Secrets that only we looked up are not in it.
        progress: cancelling passes the interrupt on; cancelling again ends the command.
        emit: shows a piece of output.

    Raises:
        CellError: where a variable is not there; nothing has run.
        InstallError: where the folder or the command is not there.
        Interrupted: where *progress* was cancelled before the start.
    """
    from ..install.process import run_child

    argv = [*step.args] if not namespace else [fill(word, namespace) for word in step.args]
    if not argv or not argv[0]:
        raise CellError("there is no command.", action="Write: run COMMAND WORDS…")
    below = step.option("in")
    folder = root / below if isinstance(below, str) else root
    if not folder.is_dir():
        raise InstallError(
            f"there is no folder {below}.",
            source=argv[0],
            action="Run the line that brings it, or correct it after --in.",
        )
    return run_child(
        interpreted(argv),
        cwd=folder,
        env={"PYTHONUNBUFFERED": "1", **environ},
        progress=progress,
        emit=emit,
        interrupt="pass",
        grace=GRACE,
    )


def interpreted(argv: Sequence[str]) -> list[str]:
    """*argv* with the kernel's interpreter for ``python`` and ``python3``.

    Another one named by its version stays: ``python3.8`` is not this one.
    """
    name = argv[0].lower() if os.name == "nt" else argv[0]
    version = f"python3.{sys.version_info.minor}"
    if _PYTHON.fullmatch(name) and name.removesuffix(".exe") in ("python", "python3", version):
        return [sys.executable or argv[0], *argv[1:]]
    return list(argv)


def fill(word: str, namespace: Mapping[str, Any]) -> str:
    """*word* with ``{name}`` replaced by the variable, and ``{{``, ``}}`` by braces.

    Any other brace stands for itself, so that JSON and patterns need no doubling.

    Raises:
        CellError: where there is no such variable, or it has no text of its own.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        if name not in namespace:
            raise CellError(f"there is no variable {name} in this kernel.", action=_near(name))
        found = namespace[name]
        if callable(found) or isinstance(found, ModuleType):
            raise CellError(
                f"{name} is a {type(found).__name__}, not a value.",
                action=f"Write {{{{{name}}}}} for the text {{{name}}}.",
            )
        return str(found)

    def _near(name: str) -> str:
        import difflib

        own = [one for one in namespace if not one.startswith("_")]
        close = difflib.get_close_matches(name, own, 1)
        hint = f"Did you mean {close[0]}?" if close else "Run the cell that sets it first."
        return f"{hint} Write {{{{{name}}}}} for the text {{{name}}}."

    return _BRACES.sub(value, word)
