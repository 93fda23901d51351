"""One kernel, or one command: where it works, what it knows, and what it last did."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CellError, Interrupted, PreflightError
from ..progress import Progress
from ..report import Outcome, Report, Row
from .cells import Document, read
from .context import Context
from .state import State, write_text
from .worker import Worker

if TYPE_CHECKING:
    from ..secrets import Secrets
    from .grammar import Parsed, Step
    from .hosts import Host

Draw = Callable[[Report], None]

PATIENCE = 35.0
"""Seconds that an interrupted command has to end by itself, and to be ended."""


class Session:
    """What all runs of one kernel share.

    Args:
        root: destinations are relative to it, until a cell names another one.
        folder: where the notebook or text lies.
        ask: a masked prompt, where somebody is there to answer.
        emit: prints a piece of a child's output; called in the main thread only.
        environ: changed by ``env``.
        path: the interpreter's ``sys.path``, changed by ``--path``.
        namespace: the kernel's variables.
        on_change: called (in the main thread) whenever the report has changed.
    """

    def __init__(
        self,
        root: Path,
        *,
        folder: Path | None = None,
        ask: Callable[[str], str] | None = None,
        emit: Callable[[str], None] | None = None,
        environ: MutableMapping[str, str] | None = None,
        path: list[str] | None = None,
        namespace: Mapping[str, Any] | None = None,
        on_change: Draw | None = None,
    ) -> None:
        self.state = State(root)
        self.folder = Path(folder or root)
        self.environ = os.environ if environ is None else environ
        self.path = sys.path if path is None else path
        self.namespace = {} if namespace is None else namespace
        self.report = Report(str(self.state.root))
        self._show = emit or (lambda text: None)
        self.worker = Worker(self._show, ask)
        self._on_change = on_change
        self._ran = False
        self._secrets: Secrets | None = None

    @property
    def secrets(self) -> Secrets:
        """The session's secrets; values that were given stay until the kernel ends."""
        if self._secrets is None:
            from ..secrets import Secrets

            self._secrets = Secrets(self.environ, ask=self.worker.ask)
        return self._secrets

    def stop(self) -> None:
        """Stop the run that is going on, from any thread."""
        self.worker.cancel()

    # -- places ------------------------------------------------------------------------------

    def move(self, root: str | Path, beside: Path = Path()) -> None:
        """Work on another root from now on; what is known of the old one is forgotten.

        Args:
            beside: the folder that a relative *root* lies in; else the working directory.
        """
        self.state = State(beside / Path(root).expanduser())

    def move_home(self, folder: Path) -> None:
        """Make *folder* the root, unless the environment has named one."""
        if not self.environ.get("PREFLIGHT_ROOT"):
            self.move(folder)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Come back to this root and folder at the end of the block, wherever it works: a cell
        must not lie elsewhere because a command has looked there."""
        state, folder = self.state, self.folder
        try:
            yield
        finally:
            self.state, self.folder = state, folder

    def notebook(self) -> str:
        """Path of the kernel's notebook, where its server has told it; else empty."""
        name = Path(self.environ.get("JPY_SESSION_NAME", "")).name
        return name if name and (self.folder / name).exists() else ""

    def remember(self, document: Document) -> None:
        """Keep what was prepared last, for commands that name no file: in its root, and, where it
        names that itself, beside it too, because that is where people are."""
        self._ran = True
        known = {"name": document.name, "folder": str(document.folder), "text": document.text}
        places = [(self.state, "")]
        if document.root:
            places.append((State(document.folder), document.root))
        for state, root in places:
            told = json.dumps({**known, "root": root}, ensure_ascii=False)
            with contextlib.suppress(PreflightError):
                write_text(state.folder() / "last.json", told)

    def last(self) -> Document | None:
        """What was prepared last in this root: its file as it is now, or else its text.

        A notebook that runs here may not have been saved yet: then its text counts.

        Raises:
            CellError: the file is there, and holds no steps any more.
        """
        try:
            known = json.loads((self.state.home / "last.json").read_bytes())
            name, text, folder, root = (
                str(known[key]) for key in ("name", "text", "folder", "root")
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        file = Path(folder, Path(name).name)
        if file.is_file():
            try:
                return replace(read(str(file)), name=name)
            except CellError:
                if not self._ran:
                    raise
        return Document(text, name, self.state.root, root)

    # -- running -----------------------------------------------------------------------------

    def prepare(
        self,
        text: str,
        parsed: Parsed,
        *,
        draw: Draw = lambda report: None,
        fetch_only: bool = False,
        command: str = "",
        cell: str = "",
    ) -> Report:
        """Run all steps of *text*, which `parse` has understood without a problem.

        Args:
            cell: id of the notebook's cell that holds it, where that is known.

        Raises:
            PreflightError: where it has problems, or the machine's settings have; nothing has run.
        """
        complain(parsed)
        here = self._here()
        self._check_variables(parsed.steps, here)
        rows = [replace(row_of(step, self.state), cell=cell) for step in parsed.steps]
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.report.begin(rows, digest, command)
        self._run(here, parsed.steps, rows, draw, fetch_only=fetch_only)
        return self.report

    def do(self, parsed: Parsed, *, draw: Draw = lambda report: None) -> Report:
        """Run single steps; rows of others stay as they are.

        Raises:
            PreflightError: where the words have problems, or the machine's settings have.
        """
        complain(parsed)
        here = self._here()
        self._check_variables(parsed.steps, here)
        rows = [row_of(step, self.state) for step in parsed.steps]
        for row in rows:
            self.report.renew(row)
        self.report.reopen()
        self._run(here, parsed.steps, rows, draw)
        return self.report

    def command(self, parsed: Parsed) -> int:
        """Run the command of a ``run`` step; returns its exit code, 0 with ``--optional``.

        Raises:
            CellError: where its words are wrong; nothing has run.
        """
        complain(parsed)
        from .hosts import applies, host
        from .run import run

        progress = Progress()
        step = parsed.steps[0]
        if not applies(step.on, host(self.environ)):
            self._show(f"Not run: only on {', '.join(step.on)}.\n")
            return 0
        code = int(
            self.worker.run(
                lambda: run(
                    step,
                    root=self.state.root,
                    namespace=self.namespace,
                    environ=self.environ,
                    progress=progress,
                    emit=self.worker.emit,
                ),
                progress,
                patience=PATIENCE,
                passes=True,
            )
        )
        return 0 if step.flag("optional") else code

    def checked(self, dest: str, found: Outcome | PreflightError) -> None:
        """Let the report say what a look at the files of *dest* has found: what was ready when it
        was prepared may be so no more, and what had changed may be set right."""
        path = str(self.state.root / dest)
        with self.report.lock:
            for row in [*self.report.rows, *self.report.others]:
                if row.path != path or row.step == "link" or not row.has_ended:
                    continue
                if isinstance(found, PreflightError):
                    row.fail(found)
                elif row.error is not None:
                    row.finish(found)
        if self._on_change is not None:
            self._on_change(self.report)

    def adopt(self, steps: Sequence[Step]) -> None:
        """Set the environment that the ``env`` lines of a text name, for a command.

        Raises:
            PreflightError: where a secret that they name cannot be found.
        """
        from .environ import apply
        from .hosts import applies, host

        for step in steps:
            if step.name == "env" and applies(step.on, host(self.environ)):
                apply(step, self.environ, self.secrets)

    def _here(self) -> Host:
        """What this machine is: asked before a run is shown as begun, for it may not be known."""
        from .hosts import host

        self.worker.check_free()
        return host(self.environ)

    def _check_variables(self, steps: Sequence[Step], here: Host) -> None:
        """Raise where a command names a variable that this kernel has not, before a step runs."""
        commands = [step for step in steps if step.name == "run"]
        if not commands or not self.namespace:
            return
        from .hosts import applies
        from .run import fill

        for step in commands:
            if applies(step.on, here):
                for word in step.args:
                    try:
                        fill(word, self.namespace)
                    except CellError as error:
                        raise error.about(f"Line {step.line}") from None

    def _run(
        self,
        here: Host,
        steps: Sequence[Step],
        rows: Sequence[Row],
        draw: Draw,
        *,
        fetch_only: bool = False,
    ) -> None:
        from .engine import Engine

        self.secrets.begin()
        context = Context(
            state=self.state,
            secrets=self.secrets,
            host=here,
            folder=self.folder,
            emit=self.worker.emit,
            environ=self.environ,
            path=self.path,
            namespace=self.namespace,
            steps=steps,
            fetch_only=fetch_only,
        )
        self.report.root = str(self.state.root)
        engine = Engine(context, list(zip(steps, rows, strict=True)))
        stopped = False

        def picture() -> None:
            engine.measure()
            draw(self.report)
            if self._on_change is not None:
                self._on_change(self.report)

        try:
            patience = PATIENCE if any(step.name == "run" for step in steps) else 2.0
            self.worker.run(engine.run, context.progress, picture, patience=patience)
        except (Interrupted, KeyboardInterrupt):
            stopped = True
        finally:
            context.close()
            engine.settle(stopped=stopped)
            self.report.finish(stopped=stopped)
            picture()


def complain(parsed: Parsed, place: Callable[[int], str] = "line {}".format) -> None:
    """Raise the problems of a text, each in its sentence with its place.

    Args:
        parsed: the steps and problems of the text.
        place: names a line of it.

    Raises:
        CellError: where there is any.
    """
    if not parsed.problems:
        return
    # A corrected line stands last, so that no full stop is taken for a part of it.
    lines = [
        (
            f"{place(problem.line)}, column {problem.column}: {problem.message}",
            f"Write: {problem.hint}" if problem.hint else "",
        )
        for problem in parsed.problems
    ]
    if len(lines) == 1:
        reason, fix = lines[0]
        raise CellError(
            f"{reason[0].upper()}{reason[1:]}", action=f"Nothing was run. {fix}".rstrip()
        )
    raise CellError(
        f"{len(lines)} lines are wrong, and nothing was run:\n  "
        + "\n  ".join(" ".join(parts).rstrip() for parts in lines)
    )


_NAMES = {
    "require": "Machine",
    "pip": "Packages",
    "apt": "System packages",
    "env": "Environment",
    "run": "Command",
}


def row_of(step: Step, state: State) -> Row:
    """The row of a step that has not begun."""
    match step.name:
        case "dataset" | "project" | "link":
            name, path = step.args[1], str(state.root / step.args[1])
        case _:
            name, path = _NAMES.get(step.name, step.name), ""
    return Row(
        key=step.key,
        line=step.line,
        step=step.name,
        name=name,
        provider=step.source.provider if step.source is not None else "",
        path=path,
        optional=step.flag("optional"),
    )


def prepare_command(file: str) -> str:
    """The command that prepares *file* from a terminal; without a name the one prepared last."""
    return f"jupyter preflight prepare {shlex.quote(file) if file else ''}".rstrip()
