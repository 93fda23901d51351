"""The door in a terminal: ``jupyter preflight COMMAND …``.

With a terminal the checklist is live; without one each step is one line when it has ended, so that
logs of schedulers and containers stay readable.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from . import checklist
from .errors import CellError, PreflightError
from .report import Report


class Lines:
    """One line a step, written when the step has ended."""

    def __init__(self, *, ascii_only: bool) -> None:
        self._ascii = ascii_only
        self._said: set[int] = set()

    def __call__(self, report: Report) -> None:
        """Write the lines of rows that have ended since."""
        for index, row in enumerate(report.rows):
            ended = row.state not in ("waiting", "working")
            if index not in self._said and (ended or not report.running):
                self._said.add(index)
                print(checklist.line(row, ascii_only=self._ascii), flush=True)
                for note in checklist.notes(row):
                    print(f"    {note}", flush=True)
        if not report.running:
            print(checklist.headline(report), flush=True)
            where, command = report.way_on
            if command:
                print(f"{where}: {command}", flush=True)

    def emit(self, text: str) -> None:
        """Write a piece of a command's output."""
        sys.stdout.write(text)
        sys.stdout.flush()


class Live:
    """The whole checklist, rewritten in place (ECMA-48 CUU and ED)."""

    def __init__(self, *, ascii_only: bool) -> None:
        self._ascii = ascii_only
        self._height = 0
        self._ended = True

    def __call__(self, report: Report) -> None:
        """Draw the report over the last picture of it."""
        width = shutil.get_terminal_size().columns
        text = checklist.as_text(report, width, ascii_only=self._ascii)
        if not self._ended and report.running:
            return  # a line that a command has not ended is not cut in two
        between = "" if self._ended else "\n"
        sys.stdout.write(f"{self._erased()}{between}{text}\n")
        sys.stdout.flush()
        self._ended = True
        self._height = sum(max(1, -(-len(line) // width)) for line in text.split("\n"))

    def emit(self, text: str) -> None:
        """Write a piece of a command's output above the next picture."""
        sys.stdout.write(f"{self._erased()}{text}")
        sys.stdout.flush()
        self._ended = text.endswith("\n")

    def _erased(self) -> str:
        height, self._height = self._height, 0
        return f"\x1b[{height}A\x1b[J" if height else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the console script ``jupyter-preflight``.

    Returns:
        the exit code, as in `jupyterlab_preflight.commands`.
    """
    from .bootstrap.session import Session
    from .commands import STOPPED, WRONG, Door, execute

    words = list(sys.argv[1:] if argv is None else argv)
    ascii_only = not _can_write("✔")
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    draw = (Live if terminal else Lines)(ascii_only=ascii_only)
    try:
        session = Session(
            Path(os.environ.get("PREFLIGHT_ROOT") or _here()),
            ask=_prompt if sys.stdin.isatty() else None,
            emit=draw.emit,
        )
        with _interruptible():
            return execute(Door(session, _say, draw, sys.stdin.read), words)
    except PreflightError as error:
        print(f"preflight: {error}", file=sys.stderr)
        return WRONG if error.code == "cell" else 3 if error.person else 4
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the exit's flush
        # The reader of our output has what it wanted, as ``… | head`` does; a run ends with that.
        return session.report.exit_code


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Take a scheduler's SIGTERM, and a closed terminal, for an interrupt inside the block: what
    was started is ended too, and a trainer can write its checkpoint.

    What whoever started us wants ignored stays ignored (``nohup``).
    """
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _interrupt if name == "SIGTERM" else _hang_up)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _hang_up(*_: object) -> NoReturn:
    # Whatever is still to be said, the terminal would answer with an error.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    raise KeyboardInterrupt


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise CellError("the current folder is gone", action="Change to another one.") from None


def _can_write(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except UnicodeEncodeError:
        print(line.encode("ascii", "replace").decode(), flush=True)


def _prompt(prompt: str) -> str:
    from getpass import getpass

    return getpass(prompt)


if __name__ == "__main__":
    sys.exit(main())
