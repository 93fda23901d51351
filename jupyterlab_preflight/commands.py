"""The commands behind both doors: the same words, the same report, the same exit code.

Exit codes: 0 ready; 2 the words or a line are wrong, and nothing was done; 3 only things that a
person must do; 4 anything else failed; 130 interrupted. ``run`` ends with its command's own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import checklist, words
from .bootstrap.cells import Document, read
from .errors import CellError, GoneError, PreflightError, incomplete
from .options import Shown, understood
from .progress import Progress
from .redaction import redact
from .report import EXAMPLE, Row

if TYPE_CHECKING:
    from .bootstrap.grammar import Parsed
    from .bootstrap.session import Draw, Session

READY, WRONG, PERSON, FAILED, STOPPED = 0, 2, 3, 4, 130


@dataclass
class Door:
    """Where the words came from, and where the answer goes.

    Attributes:
        session: what the commands work on.
        say: shows a line.
        draw: shows the report while it changes.
        stdin: reads standard input, for the file name ``-``.
        trouble: what a command found not to be as it should, the first thing of it.
    """

    session: Session
    say: Callable[[str], None]
    draw: Draw
    stdin: Callable[[], str] = lambda: ""
    trouble: str = ""


def execute(door: Door, argv: Sequence[str], prog: str = "jupyter preflight") -> int:
    """Run one command.

    Returns:
        the exit code.

    Raises:
        PreflightError: what went wrong, where there is no report to show it.
    """
    try:
        options = understood(argv, prog)
    except Shown:
        return READY
    handler: Callable[[Door, argparse.Namespace], int] = {
        "prepare": _prepare,
        "check": _check,
        "status": _status,
        "verify": _verify,
        "script": _script,
        "clean": _clean,
        "do": _do,
        "run": _run,
        "allow": _allow,
    }[options.command]
    with door.session.away():
        if options.root:
            door.session.move(options.root)
        try:
            return handler(door, options)
        except ImportError as error:
            raise incomplete(error) or error from None


# -- texts -------------------------------------------------------------------------------------


def _document(door: Door, options: argparse.Namespace, file: str | None) -> Document:
    """The text that a command is about; the session works on its root until the command ends.

    Raises:
        CellError: it cannot be read, or nothing was prepared here yet.
    """
    document = _read(door, file)
    if not options.root:
        if document.root:
            door.session.move(document.root, document.folder)
        elif file not in (None, "-"):
            door.session.move_home(document.folder)
    return document


def _read(door: Door, file: str | None) -> Document:
    if file is None:
        last = door.session.last()
        if last is None:
            raise CellError(
                "nothing was prepared here yet, so a file must be named",
                action="Give a notebook, a text, or - for standard input.",
            )
        return last
    return read(file, door.stdin() if file == "-" else None)


def _understood(document: Document) -> Parsed:
    """The steps of *document*.

    Raises:
        CellError: naming every wrong line with its place.
    """
    from .bootstrap.grammar import parse
    from .bootstrap.session import complain

    parsed = parse(document.text)
    complain(parsed, document.place)
    return parsed


def _filled(document: Document) -> Parsed:
    """The steps of *document*, of which there is at least one.

    Raises:
        CellError: there is none, or a line is wrong.
    """
    parsed = _understood(document)
    if not parsed.steps:
        raise CellError("has no bootstrap lines yet", source=document.name, action=EXAMPLE)
    return parsed


# -- the commands ------------------------------------------------------------------------------


def _prepare(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.session import prepare_command

    document = _document(door, options, options.file)
    parsed = _filled(document)
    session = door.session
    session.folder = document.folder
    report = session.prepare(
        document.text,
        parsed,
        draw=(lambda report: None) if options.json else door.draw,
        fetch_only=options.fetch_only,
        command=prepare_command(options.file or ""),
    )
    session.remember(replace(document, root="") if options.root else document)
    if options.json:
        door.say(json.dumps(report.snapshot(), ensure_ascii=False, indent=1))
    return report.exit_code


def _check(door: Door, options: argparse.Namespace) -> int:
    document = _document(door, options, options.file)
    parsed = _filled(document)
    door.say(f"{words.plural(len(parsed.steps), 'step', 'steps')}, nothing wrong.")
    for step in parsed.steps:
        door.say(f"  {document.place(step.line)}: {words.plain(redact(step.key), 120)}")
    return READY


def _status(door: Door, options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from .bootstrap.inspect import status
    from .bootstrap.session import prepare_command

    document = _document(door, options, options.file)
    rows = status(door.session, _filled(document).steps)
    if options.json:
        door.say(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        good = sum(row.is_good for row in rows)
        door.say("Ready" if good == len(rows) else f"{good} of {len(rows)} ready")
        for row in rows:
            door.say("  " + checklist.line(row))
        if any(row.state == "waiting" for row in rows):
            door.say(f"To prepare them: {prepare_command(options.file or '')}")
    bad = next((row for row in rows if not row.is_good), None)
    door.trouble = f"{bad.name}: {words.plain(bad.text)}" if bad is not None else ""
    return _code(rows)


def _code(rows: Sequence[Row]) -> int:
    bad = {row.state for row in rows if not row.is_good}
    return READY if not bad else PERSON if bad == {"needs"} else FAILED


def _verify(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.inspect import verify

    session = door.session
    code = READY
    for dest, optional in _destinations(door, options):
        progress = Progress()
        try:
            outcome = session.worker.run(lambda: verify(session, dest, progress), progress)  # noqa: B023
            session.checked(dest, outcome)
            meta = f" ({outcome.meta})" if outcome.meta else ""
            door.say(f"{checklist.sign('ready')} {dest}: {outcome.text}{meta}")
        except PreflightError as error:
            told = str(error.about(dest))
            if error.code in (PreflightError.code, GoneError.code):  # else nothing was found out
                session.checked(dest, error)
            if optional and isinstance(error, GoneError):
                door.say(f"{checklist.sign('warning')} {told}")
                continue
            code = FAILED
            door.trouble = door.trouble or told
            door.say(f"{checklist.sign('failed')} {told}")
    return code


def _destinations(door: Door, options: argparse.Namespace) -> Sequence[tuple[str, bool]]:
    """The folders that ``verify`` is about, and whether their lines are optional.

    Raises:
        CellError: there are none.
    """
    if options.only and not options.file:
        # Known by its mark, whatever text has brought it.
        return [(options.only.rstrip("/"), False)]
    from .bootstrap.hosts import applies, host

    document = _document(door, options, options.file)
    here = host(door.session.environ)
    found = [
        (step.args[1], step.flag("optional"))
        for step in _filled(document).steps
        if step.name in ("dataset", "project")
        and applies(step.on, here)
        and options.only in (None, step.args[1])
    ]
    if not found:
        what = options.only or "dataset or project for this machine"
        raise CellError(f"there is no {what} in it", source=document.name)
    return found


def _script(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.script import script

    document = _document(door, options, options.file)
    door.say(script(_filled(document).steps, document.name, options.root or document.root))
    return READY


def _clean(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.inspect import clean_staging, sizes

    state = door.session.state
    if options.staging:
        door.say(f"Removed {words.size(clean_staging(state))} of unfinished downloads.")
    found = sizes(state)
    if not found:
        door.say(f"Nothing is kept in {state.home}.")
    for name, count in found:
        door.say(f"{name:<10} {words.size(count):>12}  {state.home / name}")
    return READY


def _allow(door: Door, options: argparse.Namespace) -> int:
    door.session.secrets.allow(options.name, options.host)
    door.say(f"{options.name} may be sent to {options.host} from this account on this machine.")
    return READY


def _do(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.grammar import parse_words

    if not options.words:
        raise CellError("say which step", action="Write: do STEP WORDS…")
    report = door.session.do(parse_words(options.words), draw=door.draw)
    return report.exit_code


def _run(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.grammar import parse_words

    text = vars(options)["with"]
    if text is not None:
        document = _document(door, options, text)
        door.session.adopt(_understood(document).steps)
    return door.session.command(parse_words(["run", *options.words]))
