"""One line while it is read: its options, its other words, and what is wrong with them.

A reader collects mistakes instead of stopping at the first, so that a line is corrected once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..sources.recognise import Source
from . import values
from .language import language, nearest
from .lines import Line, Word, quote

Fix = tuple[int, int, str]


@dataclass(frozen=True)
class Finding:
    """Something wrong with a word, and the spans to replace for it to be right."""

    code: str
    word: Word
    values: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    line: Line | None = None


class Reader:
    """One line while it is read.

    Attributes:
        complete: whether this is a step of the language with all that it needs, so that checks
            across lines make sense.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.findings: list[Finding] = []
        self.name = line.words[0].value
        self.row: Mapping[str, Any] = {}
        self.options: dict[str, str | bool | tuple[str, ...]] = {}
        self.option_words: dict[str, Word] = {}
        self.positional: list[Word] = []
        self.args: list[str] = []
        self.source: Source | None = None
        self.complete = False

    def wrong(self, code: str, word: Word, *given: str, fix: str | None = None) -> None:
        """Notes a mistake at *word*; *fix* is what should stand there, already quoted."""
        fixes = ((word.start, word.end, fix),) if fix is not None else ()
        self.findings.append(Finding(code, word, given, fixes, self.line))

    def without(self, word: Word) -> Fix:
        """The span of *word* and the blanks before it, to be taken out."""
        words = self.line.words
        index = words.index(word)
        return (words[index - 1].end if index else word.start, word.end, "")


def known(reader: Reader) -> list[str]:
    """The names of the options that this step takes."""
    names: list[str] = [*reader.row["options"], *language()["everywhere"]]
    return names


def leading_options(reader: Reader, rest: list[Word]) -> list[Word]:
    """Our own options directly after the name; all else belongs to the command."""
    ours = known(reader)
    while rest and rest[0].value.startswith("--"):
        name = rest[0].value[2:].partition("=")[0]
        if name not in ours:
            break
        rest = rest[_option(reader, rest, 0) :]
    if rest and rest[0].value == "--":
        rest = rest[1:]
    return rest


def options(reader: Reader, rest: list[Word]) -> list[Word]:
    """Options before, between and after the other words."""
    positional: list[Word] = []
    at = 0
    while at < len(rest):
        word = rest[at].value
        if word == "--":
            positional += rest[at + 1 :]
            break
        if word.startswith("-") and word != "-":
            at += _option(reader, rest, at)
        else:
            positional.append(rest[at])
            at += 1
    return positional


def _option(reader: Reader, rest: list[Word], at: int) -> int:
    """Reads the option at *at*; returns how many words it took."""
    word = rest[at]
    name, equals, given = word.value.removeprefix("--").partition("=")
    table = language()
    if not word.value.startswith("--") or name not in known(reader):
        return unknown_option(reader, rest, at)
    kind = reader.row.get("kinds", {}).get(name, table["options"][name])
    if name in reader.options and name not in reader.row.get("many", ()):
        reader.wrong("option-twice", word, f"--{name}")
        return 1 if equals or kind in ("flag", "inside") else 2
    reader.option_words[name] = word
    if kind == "flag":
        if equals:
            reader.wrong("option-no-value", word, f"--{name}", fix=f"--{name}")
        reader.options[name] = True
        return 1
    taken, holder = 1, word
    if kind == "inside" and not equals:
        reader.options[name] = True
        return 1
    if not equals:
        following = rest[at + 1] if at + 1 < len(rest) else None
        if following is None or following.value.startswith("--"):
            reader.wrong("option-value", word, f"--{name}")
            reader.options[name] = ""
            return 1
        taken, holder, given = 2, following, following.value
    if not given:
        reader.wrong("option-value", word, f"--{name}")
        reader.options[name] = ""
        return taken
    try:
        value = values.READERS[kind](given)
    except values.ValueProblem as problem:
        fix = None
        if problem.fix is not None:
            fix = quote(f"--{name}={problem.fix}" if equals else problem.fix)
        shown = (*problem.values, f"--{name}") if problem.code == "value-number" else problem.values
        reader.wrong(problem.code, holder, *shown, fix=fix)
        value = given if kind not in ("names", "glob", "bindings") else (given,)
    before = reader.options.get(name)
    if isinstance(value, tuple) and isinstance(before, tuple):
        value = before + value
    reader.options[name] = value
    return taken


def unknown_option(reader: Reader, rest: list[Word], at: int) -> int:
    """Says that the word at *at* is no option here, and what was probably meant.

    Returns how many words it would have taken.
    """
    word, table = rest[at], language()
    shown, equals, tail = word.value.partition("=")
    bare = shown.lstrip("-")
    for step, row in table["steps"].items():
        if bare in row["options"] and shown == f"--{bare}":
            reader.wrong("option-only", word, shown, step, reader.name)
            return 1 if equals or table["options"][bare] == "flag" else 2
    near = nearest(bare, known(reader)) if len(bare) > 1 else ""
    if near:
        fix = quote(f"--{near}{equals}{tail}")
        reader.wrong("similar-option", word, reader.name, shown, f"--{near}", fix=fix)
        return 1 if equals or table["options"][near] in ("flag", "inside") else 2
    reader.wrong("unknown-option", word, reader.name, shown)
    return 1


def enough(reader: Reader) -> bool:
    """Whether there are as many words as the step needs."""
    least, most = reader.row["least"], reader.row["most"]
    first, count = reader.line.words[0], len(reader.positional)
    if count < least:
        reader.wrong("needs-words", first, reader.row["usage"])
        return False
    if most and count > most:
        extra = reader.positional[most]
        tail = reader.positional[most - 1 :]
        joined = quote(" ".join(word.value for word in tail))
        likely = all(word.line == tail[0].line and "." not in word.value for word in tail)
        fixes: tuple[Fix, ...] = ((tail[0].start, tail[-1].end, joined),)
        shown = (extra.value, reader.row["usage"])
        reader.findings.append(
            Finding(
                "too-many-words",
                extra,
                shown,
                fixes if likely and not reader.options else (),
                reader.line,
            )
        )
        return False
    return True
