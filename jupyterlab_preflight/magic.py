"""The door in a notebook: ``%%preflight`` and ``%preflight``.

Words in, report out: everything else is in the rooms behind. Loading it starts nothing and touches
neither the network nor the disk.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

from . import cell_magics, checklist, words
from .bootstrap.cells import Document, body, root_of
from .channel import Channel
from .commands import READY, Door, execute
from .errors import CellError, PreflightError
from .options import COMMANDS, no_command

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .bootstrap.session import Draw, Session
    from .report import Report


class Picture:
    """The live checklist of one run: one display, replaced as the report changes."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._last = ""

    def __call__(self, report: Report) -> None:
        """Show *report*, where it differs from what is shown."""
        from IPython.display import display

        text = checklist.as_text(report)
        if text == self._last:
            return
        self._last = text
        bundle = {"text/plain": text, "text/html": checklist.as_html(report)}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)


@magics_class
class PreflightMagics(Magics):
    """``%%preflight`` runs steps; ``%preflight`` runs one, or asks about them."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._namespace = shell.user_ns
        root = Path(os.environ.get("PREFLIGHT_ROOT") or Path.cwd())
        self.session = self._session(root)
        kernel = getattr(shell, "kernel", None)
        self.channel = (
            Channel(kernel, self.session.report.snapshot, self.session.stop)
            if hasattr(kernel, "control_handlers")
            else None
        )

    def _session(self, root: Path) -> Session:
        from .bootstrap.session import Session

        return Session(
            root,
            folder=Path.cwd(),
            ask=self._prompt,
            emit=self._emit,
            namespace=self._namespace,
            on_change=self._changed,
        )

    @no_var_expand
    @cell_magic("preflight")  # type: ignore[arg-type]
    def preflight_cell(self, line: str, cell: str) -> None:
        """Make everything that the lines name be there: ``%%preflight [--root DIR]``."""
        code, name = self._running()
        # Lines are told as the cell shows them, with those above the magic.
        above = cell_magics.lines_above(code) if body(code) is not None else 0
        prepare_cell(self.session, line, "\n" * above + cell, Picture(), name)

    @no_var_expand
    @line_magic
    def preflight(self, line: str) -> None:
        """Run one step, or a command: ``%preflight run …``, ``%preflight status`` …"""
        line_command(self.session, line, Picture())

    def _running(self) -> tuple[str, str]:
        """Code and id of the cell that runs; empty where the page does not tell them.

        JupyterLab tells the id; a terminal tells neither.
        """
        get_parent = getattr(getattr(self.shell, "kernel", None), "get_parent", None)
        message = (get_parent() if get_parent else None) or {}
        code = message.get("content", {}).get("code")
        name = message.get("metadata", {}).get("cellId")
        return code if isinstance(code, str) else "", name if isinstance(name, str) else ""

    def _prompt(self, prompt: str) -> str:
        from getpass import getpass

        return getpass(prompt)

    def _emit(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def _changed(self, report: Report) -> None:
        if self.channel is not None:
            self.channel.publish(report)


def prepare_cell(session: Session, line: str, cell: str, draw: Draw, name: str = "") -> None:
    """Run a ``%%preflight`` cell.

    Args:
        name: id of the cell in its notebook, where that is known.

    Raises:
        PreflightError: in one sentence, where not everything is ready.
    """
    from .bootstrap.grammar import parse
    from .bootstrap.session import complain, prepare_command

    root = root_of(line)
    text = "\n" + cell
    parsed = parse(text)
    complain(parsed)
    if root:
        session.move(root, session.folder)
    notebook = session.notebook()
    report = session.prepare(
        text, parsed, draw=draw, command=prepare_command(notebook or "FILE"), cell=name
    )
    session.remember(Document(text, notebook or "the cell run last", session.folder, root))
    end(report)


def end(report: Report) -> None:
    """Say at the end of a cell what is not ready, so that "run all" stops there.

    Raises:
        PreflightError: the sentence of the first row that is not ready.
    """
    if report.exit_code == READY:
        return
    if report.state == "interrupted":
        raise PreflightError(report.sentence, action="Run the cell again to go on from here.")
    worst = next(row for state in _WORST for row in report.rows if row.state == state)
    raise PreflightError(f"{report.sentence}. {worst.name}: {words.plain(worst.text)}")


_WORST = ("failed", "offline", "needs", "blocked", "waiting", "working")


def line_command(session: Session, line: str, draw: Draw) -> None:
    """Run ``%preflight …``: a command, or a step.

    Raises:
        PreflightError: in one sentence, where it did not go well.
    """
    from .bootstrap.grammar import parse
    from .bootstrap.language import nearest
    from .bootstrap.session import complain

    first, _, rest = line.strip().partition(" ")
    wants_help = rest.strip() in ("-h", "--help")
    if first.startswith("-") or (first in ("do", "run") and wants_help):
        execute(Door(session, print, draw), line.split(), "%preflight")
        return
    if first == "run":
        code = session.command(parse(line.strip()))
        if code:
            raise PreflightError(f"the command ended with exit code {code}.")
        return
    if first in COMMANDS and first != "do":
        from .bootstrap.lexer import split

        door = Door(session, print, draw)
        code = execute(door, split(line), "%preflight")
        if first == "prepare":
            end(session.report)
        elif code:
            raise PreflightError(door.trouble or f"%preflight {first} ended with exit code {code}.")
        return
    parsed = parse(rest if first == "do" else line)
    if [one.code for one in parsed.problems] == ["unknown-step"] and nearest(first, COMMANDS):
        raise no_command(line.split(), "%preflight")
    complain(parsed)
    if not parsed.steps:
        raise CellError("say which step or command", action=f"Commands: {', '.join(COMMANDS)}.")
    report = session.do(parsed, draw=draw)
    keys = {step.key for step in parsed.steps}
    _end_of(report, keys)


def _end_of(report: Report, keys: set[str]) -> None:
    """Like `end`, for the rows that were just done."""
    for row in report.rows:
        if row.key in keys and row.state not in ("ready", "warning", "skipped"):
            raise PreflightError(f"{row.name}: {words.plain(row.text)}")


def load(shell: InteractiveShell) -> None:
    """Register the magics with *shell*; a second call changes nothing."""
    if isinstance(shell.magics_manager.registry.get("PreflightMagics"), PreflightMagics):
        return
    magics = PreflightMagics(shell)
    shell.register_magics(magics)
    cell_magics.install(shell)
    if magics.channel is not None:
        # Pages that have found the kernel without us ask no second time.
        magics.channel.publish(magics.session.report)


def unload(shell: InteractiveShell) -> None:
    """Take the magics away again."""
    magics = shell.magics_manager.registry.pop("PreflightMagics", None)
    if isinstance(magics, PreflightMagics) and magics.channel is not None:
        magics.channel.close()
    cell_magics.remove(shell)
    for kind in ("cell", "line"):
        shell.magics_manager.magics[kind].pop("preflight", None)
