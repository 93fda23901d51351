"""The words after ``jupyter preflight`` and ``%preflight``, as options.

Every command has its own; the words of a step and of a command are the language's and are taken as
they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from . import __version__
from .bootstrap.language import language
from .bootstrap.messages import say
from .errors import CellError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by an exception: there is no process to end in a kernel."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise CellError(f"{self.prog}: {message}", action=f"See {self.prog} --help.")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End after ``--help`` or ``--version``."""
        raise Shown


class Shown(Exception):
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
    add("do", "run one step: do [--root DIR] STEP WORDS…")
    add("run", "run a command: run [--root DIR] [--with FILE] [--in DIR] COMMAND…")
    allow = add("allow", "let the secret NAME be sent to HOST by notebooks on this machine")
    allow.add_argument("name", metavar="NAME")
    allow.add_argument("host", metavar="HOST")
    return main


COMMANDS = ("prepare", "check", "status", "verify", "script", "clean", "do", "run", "allow")


_LEADING = {"do": ("--root",), "run": ("--root", "--with")}
"""Our own options before the words of a step or a command, which are taken as they are."""


def understood(argv: Sequence[str], prog: str = "jupyter preflight") -> argparse.Namespace:
    """The options of a command; of ``do`` and ``run`` with the ``words`` that follow them.

    Raises:
        CellError: the words are none of a command.
    """
    if argv and argv[0] in language()["later-commands"]:
        raise CellError(say("not-in-this-version", f"{prog} {argv[0]}"))
    if not argv or argv[0] not in _LEADING or argv[1:2] in (["-h"], ["--help"]):
        return parser(prog).parse_args(list(argv))
    options = argparse.Namespace(command=argv[0], root=None)
    vars(options)["with"] = None
    rest = list(argv[1:])
    while rest and rest[0].partition("=")[0] in _LEADING[argv[0]]:
        name, equals, value = rest.pop(0).partition("=")
        if not equals:
            value = rest.pop(0) if rest else ""
        if not value:
            raise CellError(say("option-value", name))
        setattr(options, name.removeprefix("--"), value)
    options.words = rest
    return options
