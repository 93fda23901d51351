"""The order of steps, and what one step's failure means for the others.

Text order, with two exceptions: what the machine must have is checked before anything, and secrets
are asked for before the first long download. A failed step holds up only those whose paths lie in
what it should have made.
"""

from __future__ import annotations

import posixpath
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import words
from ..errors import (
    CellError,
    InstallError,
    Interrupted,
    NetworkError,
    PreflightError,
    incomplete,
)
from ..progress import Progress
from ..report import FETCHED, LEFT_OUT, Meter, Outcome, Row
from .hosts import applies

if TYPE_CHECKING:
    from .context import Context
    from .grammar import Step

_FETCHING = FETCHED | {"link"}
"""Steps that ``--fetch-only`` runs: what needs a network, and the links that later lines use."""


class Engine:
    """Runs the steps of one text. `run` is called in a worker, all else from the main thread.

    Args:
        context: what the steps share.
        pairs: each step with its row, in text order.
    """

    def __init__(self, context: Context, pairs: Sequence[tuple[Step, Row]]) -> None:
        self._context = context
        self._run_progress = context.progress
        self._pairs = pairs
        self._working: tuple[Row, Progress, Meter] | None = None
        self._failed: list[tuple[str, Row]] = []

    def run(self) -> None:
        """Run everything.

        Raises:
            Interrupted: where the run was stopped.
        """
        context = self._context
        here = []
        for step, row in self._pairs:
            if applies(step.on, context.host):
                here.append((step, row))
            else:
                row.finish(Outcome(f"only on {', '.join(step.on)}", state="skipped"))
        context.steps = [step for step, _ in here]
        if context.fetch_only:
            for step, row in here:
                if step.name not in _FETCHING:
                    row.finish(Outcome(LEFT_OUT, state="skipped"))
            here = [(step, row) for step, row in here if step.name in _FETCHING]
        self._recover()
        here = [
            (self._machine(step, row) if step.name == "require" else step, row)
            for step, row in here
        ]
        self._ask_secrets([step for step, row in here if row.state == "waiting"])
        for step, row in here:
            if row.state == "waiting":
                self._one(step, row)

    def measure(self) -> None:
        """Bring the working row's numbers up to date."""
        working = self._working
        if working is not None:
            row, progress, meter = working
            if row.state == "working":
                meter.update(row, progress)

    def settle(self, *, stopped: bool) -> None:
        """Give every row that was not reached its last word."""
        for _, row in self._pairs:
            if row.state == "working":
                row.state, row.text = "waiting", "stopped; the next run goes on from here"
                row.speed = row.eta = None
            elif row.state == "waiting" and stopped:
                row.text = "not run: stopped before it"

    # -- one step ----------------------------------------------------------------------------

    def _one(self, step: Step, row: Row) -> None:
        self._run_progress.check()
        held_by = holding(step, self._failed)
        if held_by is not None:
            self._hold(step, row, held_by)
            return
        progress = self._run_progress.fresh()
        self._context.progress = progress
        row.state, row.text, row.started = "working", "", time.time()
        self._working = (row, progress, Meter())
        try:
            outcome = HANDLERS[step.name](step, self._context)
        except Interrupted:
            raise
        except PreflightError as error:
            if progress.cancelled.is_set():  # what broke is what we shut ourselves
                raise Interrupted from None
            self._fail(step, row, error.about(row.name))
        except Exception as error:  # a defect of ours: said in the same three parts, kept in a log
            if progress.cancelled.is_set():
                raise Interrupted from None
            self._fail(step, row, self._defect(error).about(row.name))
        else:
            self._redact(row, outcome)
        finally:
            self._working = None

    def _redact(self, row: Row, outcome: Outcome) -> None:
        redact = self._context.secrets.redact
        outcome.text = redact(outcome.text)
        outcome.notes = [redact(note) for note in outcome.notes]
        row.finish(outcome)

    def _fail(self, step: Step, row: Row, error: PreflightError) -> None:
        error.reason = self._context.secrets.redact(error.reason)
        error.action = self._context.secrets.redact(error.action)
        if isinstance(error, NetworkError) and error.offline:
            error.offline = not self._context.reached
        if isinstance(error, NetworkError) and error.offline:
            self._context.lost = True
            error.reason = "there is no network, and it is not complete here"
        row.fail(error)
        made = destination(step)
        if made:
            self._failed.append((made, row))

    def _machine(self, step: Step, row: Row) -> Step:
        """Check what no earlier line can cure, and nothing else can change; returns what is left:
        packages wait for their place in the text."""
        from .require import of_packages

        packages = of_packages(step.args)
        at_once = tuple(one for one in step.args if one not in packages)
        if at_once:
            self._one(replace(step, args=at_once), row)
            if packages and row.state == "ready":
                row.state, row.text, row.started, row.ended = "waiting", "", None, None
        return replace(step, args=tuple(packages))

    def _hold(self, step: Step, row: Row, by: Row) -> None:
        row.ended = time.time()
        if by.optional:
            row.state, row.text = "warning", f"skipped with line {by.line}, which is optional"
            row.optional = True
        else:
            row.state, row.text = "blocked", f"not run: waits for line {by.line}"
        made = destination(step)
        if made:
            self._failed.append((made, row))

    def _defect(self, error: Exception) -> PreflightError:
        told = incomplete(error) if isinstance(error, ImportError) else None
        if told is not None:
            return told
        where = "the log could not be written"
        with suppress(PreflightError, OSError):
            log = self._context.state.folder() / "error.log"
            with log.open("a", encoding="utf-8") as file:
                file.write(self._context.secrets.redact("".join(traceback.format_exception(error))))
            where = f"its details are in {log}"
        return PreflightError(
            f"a mistake inside Preflight ({type(error).__name__}), {where}.",
            action="Please report it; the other steps are not affected.",
        )

    # -- before the first step ---------------------------------------------------------------

    def _recover(self) -> None:
        """Finish what an interrupted run has left half done."""
        if self._context.state.journals():
            from ..project.apply import recover

            recover(self._context.state)

    def _ask_secrets(self, steps: Sequence[Step]) -> None:
        """Look up the secrets that steps name, so that all questions come first.

        What cannot be found is not told here but in the row of the step that needs it.
        """
        for step in steps:
            with suppress(PreflightError):
                if step.name == "env" and "secret" in step.options:
                    from .environ import secret_names

                    for name in secret_names(step):
                        self._context.secrets.find(name, "")
                elif step.source is not None and "secret" in step.options:
                    self._context.secrets.find(str(step.options["secret"]), step.source.host)


def destination(step: Step) -> str:
    """What a step makes, as a path below the root; empty where it makes none."""
    if step.name in ("dataset", "project", "link"):
        return posixpath.normpath(step.args[1])
    return ""


def holding(step: Step, lacking: Sequence[tuple[str, Row]]) -> Row | None:
    """The first row of *lacking*, which are not there with what they make, that *step* needs."""
    used = list(paths(step))
    for made, row in lacking:
        if any(path == made or path.startswith(made + "/") for path in used):
            return row
    return None


def paths(step: Step) -> Iterator[str]:
    """The paths that a step reads or makes, relative to the root."""
    found: Sequence[str] = ()
    match step.name:
        case "dataset" | "project":
            found = [step.args[1]]
            if step.source is not None and step.source.provider == "local":
                found = [*found, step.args[0]]
        case "link" | "keep":
            found = step.args
        case "pip":
            found = list(_pip_paths(step.args))
        case "run":
            found = [str(step.option("in") or "."), *step.args]
    for path in found:
        yield posixpath.normpath(path)


def _pip_paths(args: Sequence[str]) -> Iterator[str]:
    """Files and folders among pip's arguments: requirement files, and local projects."""
    for word in args:
        value = word
        for option in ("--requirement=", "--constraint=", "--editable=", "-r", "-c", "-e"):
            if word.startswith(option):
                value = word[len(option) :]
                break
        value = value.partition("[")[0]
        if value and not value.startswith("-"):
            yield value


# -- what each step does: thin calls into the room that knows how ---------------------------------


def _require(step: Step, context: Context) -> Outcome:
    from .require import require

    return require(step.args, context.host, context.state.root)


def _dataset(step: Step, context: Context) -> Outcome:
    from .dataset import dataset

    outcome = dataset(step, context)
    _put_on_path(step, context)
    return outcome


def _project(step: Step, context: Context) -> Outcome:
    from ..project.sync import sync

    dest = step.args[1]
    outcome = sync(
        step,
        context.state.root / dest,
        context.state,
        client=lambda: context.client,
        secrets=context.secrets,
        progress=context.progress,
        protected=context.protected(dest),
        notebook_dir=context.folder,
    )
    for place in context.links_below(dest):
        context.state.exclude(place)  # a link that an earlier line has made, before the clone
    _put_on_path(step, context)
    return outcome


def _put_on_path(step: Step, context: Context) -> None:
    if "path" in step.options:
        from .environ import put_on_path

        below = step.options["path"]
        folder = context.state.root / step.args[1]
        put_on_path(folder / below if isinstance(below, str) else folder, context)


def _link(step: Step, context: Context) -> Outcome:
    from ..project.link import link

    return link(step.args[0], step.args[1], context.state)


def _pip(step: Step, context: Context) -> Outcome:
    from ..install.pip import install

    return install(
        step.args,
        cwd=context.state.root,
        env=context.environ,
        state_dir=context.state.folder("packages"),
        progress=context.progress,
        emit=_aside(context),
        offline=context.offline,
    )


def _apt(step: Step, context: Context) -> Outcome:
    from ..install.apt import packages

    return packages(
        step.args,
        progress=context.progress,
        emit=_aside(context),
        environ=context.environ,
        offline=context.offline,
    )


def _aside(context: Context) -> Callable[[str], None]:
    """Shows an installer's last line beside its row: hundreds of lines belong in no notebook."""

    def show(text: str) -> None:
        if text.strip():
            context.progress.say(context.secrets.redact(words.plain(text, 80)))

    return show


def _env(step: Step, context: Context) -> Outcome:
    from .environ import apply

    return apply(step, context.environ, context.secrets)


def _run(step: Step, context: Context) -> Outcome:
    from .run import run

    code = run(
        step,
        root=context.state.root,
        namespace=context.namespace,
        environ=context.environ,
        progress=context.progress,
        emit=context.emit,
    )
    if code:
        raise InstallError(
            f"{words.plain(step.args[0], 60)} ended with exit code {code}",
            action="Look at what it printed.",
        )
    return Outcome(f"{words.plain(step.args[0], 60)} · ended")


def _later(step: Step, context: Context) -> Outcome:
    raise CellError(f"{step.name} is not in this version of Preflight")


HANDLERS: dict[str, Callable[[Step, Context], Outcome]] = {
    "require": _require,
    "dataset": _dataset,
    "project": _project,
    "link": _link,
    "apt": _apt,
    "pip": _pip,
    "env": _env,
    "run": _run,
    "keep": _later,
}
