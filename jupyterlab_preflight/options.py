"""The words after ``jupyter preflight`` and ``%preflight``, as options.

Every command has its own; the words of a step and of a command are the language's and are taken as
they are.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from . import __version__
from .bootstrap.language import language, nearest
from .bootstrap.lines import quote
from .bootstrap.messages import say
from .errors import CellError

COMMANDS = ("prepare", "check", "status", "verify", "script", "clean", "do", "run", "allow")

_LEADING = {"do": ("--root",), "run": ("--root", "--with")}
"""Our own options before the words of a step or a command, which are taken as they are."""


class Shown(Exception):
    """Help was printed; there is nothing else to do."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by an exception: there is no process to end in a kernel."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        command = self.prog.rpartition(" ")[2]
        source = command if command in COMMANDS else ""
        raise CellError(message, source=source, action=f"See {self.prog} --help.")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End after ``--help`` or ``--version``."""
        raise Shown


_RUN = """\
Run COMMAND without a shell, and end with its own exit code. `python` is the interpreter that
Preflight is installed in. Options of ours stand before COMMAND; all behind it is its own."""

_RUN_HERE = """
{name} in a word of COMMAND is the kernel's variable of that name; {{ and }} are braces.

example:
  %preflight run --in net python train.py --lr {lr} --epochs {epochs}"""

_RUN_THERE = """
In a notebook, %preflight run replaces {name} in a word of COMMAND by the kernel's variable of that
name. Here braces are only braces: your shell has its own variables.

examples:
  jupyter preflight run python train.py --epochs 20
  jupyter preflight run --with train.ipynb --in net python train.py --epochs 20"""

_DO = """\
Run one step, as a line of a %%preflight cell does: require, dataset, project, link, apt, pip, env
or run, with the words and options that the line would have."""

_DO_HERE = """
examples:
  %preflight do pip numpy
  %preflight pip numpy"""

_DO_THERE = """
Your shell has split the words; they are taken as they are. Put a link in quotes: it may hold an &.

examples:
  jupyter preflight do dataset 'https://www.dropbox.com/scl/fo/ID/KEY?rlkey=RLKEY' data/cats
  jupyter preflight do --root /scratch/me pip 'torch>=2.1'"""


def parser(prog: str) -> argparse.ArgumentParser:
    """The commands' grammar; the words of ``do`` and ``run`` are left to the language's own, and
    stand here for their help only."""
    return _parsers(prog)[""]


def _parsers(prog: str) -> dict[str, _Parser]:
    """That of all, by the name ``""``, and that of each command by its name."""
    root = _Parser(add_help=False)
    root.add_argument("--root", metavar="DIR", help="folder that destinations are relative to")
    file = _Parser(add_help=False)
    file.add_argument(
        "file", nargs="?", metavar="FILE", help="notebook or text; - for standard input"
    )
    main = _Parser(prog=prog, description="Data, code and GPU for a notebook.")
    main.add_argument("--version", action="version", version=f"jupyterlab-preflight {__version__}")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", required=True)
    found = {"": main}

    def add(name: str, text: str, *parents: _Parser) -> _Parser:
        made = commands.add_parser(name, help=text, description=text, parents=[*parents, root])
        return found.setdefault(name, made)

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

    here = prog.startswith("%")

    def add_words(name: str, usage: str, text: str, description: str, ending: str) -> _Parser:
        made = commands.add_parser(
            name,
            usage=f"%(prog)s [-h] {'' if here else '[--root DIR] '}{usage}",
            help=text,
            description=description,
            epilog=ending,
            # In a notebook its words are read as those of a line, which has no root of its own.
            parents=[] if here else [root],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        return found.setdefault(name, made)

    do = add_words("do", "STEP WORDS…", "run one step", _DO, _DO_HERE if here else _DO_THERE)
    do.add_argument("step", metavar="STEP", help="its name: dataset, pip, …")
    do.add_argument("words", nargs=argparse.REMAINDER, metavar="WORDS", help="the rest of its line")
    own = f"{'' if here else '[--with FILE] '}[--in DIR] [--on NAME,…] [--optional] COMMAND…"
    run = add_words("run", own, "run a command", _RUN, _RUN_HERE if here else _RUN_THERE)
    if not here:
        text = "first set the variables of FILE's env lines; FILE's folder is the root"
        run.add_argument("--with", metavar="FILE", help=text)
    run.add_argument("--in", metavar="DIR", help="run it in this folder, relative to the root")
    run.add_argument("--on", metavar="NAME,…", help="only on such machines: gpu, colab, '!slurm' …")
    run.add_argument("--optional", action="store_true", help="a failure is none: exit code 0")
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND", help="and its words")

    allow = add("allow", "let the secret NAME be sent to HOST by notebooks on this machine")
    allow.add_argument("name", metavar="NAME")
    allow.add_argument("host", metavar="HOST")
    return found


def understood(argv: Sequence[str], prog: str = "jupyter preflight") -> argparse.Namespace:
    """The options of a command; of ``do`` and ``run`` with the ``words`` that follow them.

    Raises:
        CellError: the words are none of a command.
    """
    if argv and argv[0] in language()["later-commands"]:
        raise CellError(say("not-in-this-version", f"{prog} {argv[0]}"))
    if not argv:
        raise CellError(f"a COMMAND is missing: {_listed()}.", action=f"See {prog} --help.")
    if argv[0].startswith("-"):
        if argv[0] not in ("-h", "--help", "--version"):
            raise _too_early(argv[0], prog)
    elif argv[0] not in COMMANDS:
        raise no_command(argv, prog)
    if argv[0] not in _LEADING or argv[1:2] in (["-h"], ["--help"]):
        parsers = _parsers(prog)
        known, others = parsers[""].parse_known_args(list(argv))
        if others:
            raise _too_much(known.command, others[0], parsers[known.command])
        return known
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


def no_command(argv: Sequence[str], prog: str) -> CellError:
    """The error for a first word that is no command, with the line that was probably meant."""
    word, rest = argv[0], [quote(one) for one in argv[1:]]
    if word in language()["steps"]:
        return CellError(
            f"“{word}” is a step, and no command.",
            action=f"Write: {' '.join([prog, 'do', word, *rest])}",
        )
    near = nearest(word, COMMANDS)
    if near:
        return CellError(
            f"“{word}” is no command: did you mean {near}?",
            action=f"Write: {' '.join([prog, near, *rest])}",
        )
    return CellError(f"“{word}” is no command: {_listed()}.", action=f"See {prog} --help.")


def _listed() -> str:
    return f"commands are {', '.join(COMMANDS[:-1])} and {COMMANDS[-1]}"


def _too_early(word: str, prog: str) -> CellError:
    """The error for an option that stands before the command."""
    near = nearest(word.lstrip("-"), ("help", "version"))
    if near:
        return CellError(f"there is no option “{word}”: did you mean --{near}?")
    return CellError(
        f"“{word}” stands before the command.", action=f"Write: {prog} COMMAND {word} …"
    )


def _too_much(command: str, word: str, own: _Parser) -> CellError:
    """The error for a word that *command* does not take."""
    see = f"See {own.prog} --help."
    if not word.startswith("-"):
        return CellError(f"“{word}” is one word too many.", source=command, action=see)
    name = word.partition("=")[0]
    near = nearest(name.lstrip("-"), re.findall(r"--([a-z-]+)", own.format_usage()))
    if near:
        return CellError(say("similar-option", command, name, f"--{near}"), action=see)
    return CellError(say("unknown-option", command, name), action=see)
