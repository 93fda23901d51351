"""The commands behind both doors: the same words, the same report, the same exit code.

Exit codes: 0 ready; 2 the words or a line are wrong, and nothing was done; 3 only things that a
person must do; 4 anything else failed; 130 interrupted. ``run`` ends with its command's own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__, checklist, words
from .bootstrap.cells import Document, read
from .errors import CellError, PreflightError
from .progress import Progress
from .report import Row

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
    """

    session: Session
    say: Callable[[str], None]
    draw: Draw
    stdin: Callable[[], str] = lambda: ""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by an exception: there is no process to end in a kernel."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise CellError(f"{self.prog}: {message}", action=f"See {self.prog} --help.")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End after ``--help`` or ``--version``."""
        raise _Shown


class _Shown(Exception):
    """Help was printed; there is nothing else to do."""


def parser(prog: str) -> argparse.ArgumentParser:
    """The commands' grammar; the words of ``do`` and ``run`` are left to the language's own."""
    root = _Parser(add_help=False)
    root.add_argument("--root", metavar="DIR", help="folder that destinations are relative to")
    file = _Parser(add_help=False)
    file.add_argument(
        "file", nargs="?", metavar="FILE", help="notebook or text; - for standard input"
    )
    main = _Parser(prog=prog, description="Data, code and GPU for a notebook.")
    main.add_argument("--version", action="version", version=f"jupyterlab-preflight {__version__}")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, text: str, *parents: _Parser) -> _Parser:
        return commands.add_parser(name, help=text, description=text, parents=[*parents, root])

    prepare = add("prepare", "make everything that FILE names be there", file)
    prepare.add_argument("--fetch-only", action="store_true", help="only what needs the network")
    prepare.add_argument("--json", action="store_true", help="print the report as JSON")
    add("check", "read FILE and say what is wrong with its lines; change nothing", file)
    status = add("status", "say what of FILE is ready here; change nothing, ask nobody", file)
    status.add_argument("--json", action="store_true", help="print the rows as JSON")
    verify = add("verify", "read every file and compare it with what was installed", file)
    verify.add_argument("--only", metavar="DEST", help="only this destination")
    add("script", "print a plain shell script that does what FILE says", file)
    clean = add("clean", "show what Preflight keeps under the root")
    clean.add_argument("--staging", action="store_true", help="remove what stopped runs have left")
    add("do", "run one step: do STEP WORDS…")
    add("run", "run a command: run [--with FILE] [--in DIR] COMMAND…")
    allow = add("allow", "let the secret NAME be sent to HOST by notebooks on this machine")
    allow.add_argument("name", metavar="NAME")
    allow.add_argument("host", metavar="HOST")
    return main


COMMANDS = ("prepare", "check", "status", "verify", "script", "clean", "do", "run", "allow")


def execute(door: Door, argv: Sequence[str], prog: str = "jupyter preflight") -> int:
    """Run one command.

    Returns:
        the exit code.

    Raises:
        PreflightError: what went wrong, where there is no report to show it.
    """
    if argv and argv[0] == "do":
        return _do(door, argv[1:])
    if argv and argv[0] == "run":
        return _run(door, argv[1:])
    try:
        options = parser(prog).parse_args(list(argv))
    except _Shown:
        return READY
    if options.root:
        door.session.move(Path(options.root))
    handler: Callable[[Door, argparse.Namespace], int] = {
        "prepare": _prepare,
        "check": _check,
        "status": _status,
        "verify": _verify,
        "script": _script,
        "clean": _clean,
        "allow": _allow,
    }[options.command]
    return handler(door, options)


# -- texts -------------------------------------------------------------------------------------


def _document(door: Door, file: str | None) -> Document:
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


# -- the commands ------------------------------------------------------------------------------


def _prepare(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.session import prepare_command

    document = _document(door, options.file)
    parsed = _understood(document)
    session = door.session
    if not options.root and options.file not in (None, "-"):
        session.move_home(document.folder)
    session.folder = document.folder
    report = session.prepare(
        document.text,
        parsed,
        draw=(lambda report: None) if options.json else door.draw,
        fetch_only=options.fetch_only,
        command=prepare_command(options.file or document.name),
    )
    session.remember(document)
    if options.json:
        door.say(json.dumps(report.snapshot(), ensure_ascii=False, indent=1))
    return report.exit_code


def _check(door: Door, options: argparse.Namespace) -> int:
    document = _document(door, options.file)
    parsed = _understood(document)
    door.say(f"{words.plural(len(parsed.steps), 'step', 'steps')}, nothing wrong.")
    for step in parsed.steps:
        door.say(f"  {document.place(step.line)}: {words.plain(step.key, 120)}")
    return READY


def _status(door: Door, options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from .bootstrap.inspect import status

    document = _document(door, options.file)
    if not options.root and options.file not in (None, "-"):
        door.session.move_home(document.folder)
    rows = status(door.session, _understood(document).steps)
    if options.json:
        door.say(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        good = sum(row.state in ("ready", "warning", "skipped") for row in rows)
        door.say("Ready" if good == len(rows) else f"{good} of {len(rows)} ready")
        for row in rows:
            door.say("  " + checklist.line(row))
    return _code(rows)


def _code(rows: Sequence[Row]) -> int:
    bad = {row.state for row in rows} - {"ready", "warning", "skipped"}
    return READY if not bad else PERSON if bad == {"needs"} else FAILED


def _verify(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.inspect import verify

    session = door.session
    document = _document(door, options.file)
    if not options.root and options.file not in (None, "-"):
        session.move_home(document.folder)
    steps = [
        step
        for step in _understood(document).steps
        if step.name in ("dataset", "project") and options.only in (None, step.args[1])
    ]
    if not steps:
        what = options.only or "dataset or project"
        raise CellError(f"there is no {what} in it", source=document.name)
    code = READY
    for step in steps:
        progress = Progress()
        dest = step.args[1]
        if step.source is not None and step.source.provider == "local":
            continue
        try:
            outcome = session.worker.run(lambda: verify(session, dest, progress), progress)  # noqa: B023
            door.say(f"{checklist.sign('ready')} {dest}: {outcome.text} ({outcome.meta})")
        except PreflightError as error:
            code = FAILED
            door.say(f"{checklist.sign('failed')} {error.about(dest)}")
    return code


def _script(door: Door, options: argparse.Namespace) -> int:
    from .bootstrap.script import script

    document = _document(door, options.file)
    door.say(script(_understood(document).steps, document.name))
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


def _do(door: Door, argv: Sequence[str]) -> int:
    from .bootstrap.grammar import parse_words

    report = door.session.do(parse_words(argv), draw=door.draw)
    return report.exit_code


def _run(door: Door, argv: Sequence[str]) -> int:
    from .bootstrap.grammar import parse_words

    if len(argv) >= 2 and argv[0] == "--with":
        document = _document(door, argv[1])
        door.session.adopt(_understood(document).steps, document.folder)
        argv = argv[2:]
    return door.session.command(parse_words(["run", *argv]))
