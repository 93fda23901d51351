"""Turns a cell's text into steps, or into a list of everything that is wrong with it.

Any problem means that nothing runs: a half-understood cell would leave half a machine. The page
has the same parser; both are held to ``tests/vectors``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..sources.recognise import Source
from .checks import conflicts
from .lexer import MAX_MISTAKES, lex
from .lines import Line, Mistake, Word, quote
from .messages import say
from .reader import Finding, Reader
from .steps import read

__all__ = ["MAX_PROBLEMS", "Parsed", "Problem", "Step", "parse", "parse_words", "quote"]

MAX_PROBLEMS = MAX_MISTAKES
"""More are not told; one more problem says so."""


@dataclass(frozen=True)
class Step:
    """One line of a cell, read and checked.

    Attributes:
        name: ``dataset``, ``pip`` ….
        line: the physical line of its first word, from 1.
        words: all words, the first of them the name.
        args: conditions of ``require``; link and folder of ``dataset`` and ``project``; target and
            path of ``link``; packages of ``apt``; pip's own words; ``NAME=VALUE`` of ``env``;
            folder and place of ``keep``; the command of ``run``. Folders are normalised.
        options: without the dashes; flags are True, ``on``, ``include`` and ``env``'s ``secret``
            are tuples, ``path`` is True or a folder, all others are texts.
        source: what the link of ``dataset`` and ``project`` is.
    """

    name: str
    line: int
    words: tuple[str, ...]
    args: tuple[str, ...]
    options: Mapping[str, str | bool | tuple[str, ...]] = field(default_factory=dict)
    source: Source | None = None

    @property
    def key(self) -> str:
        """The step in canonical spelling: rows of a report are matched to lines by it."""
        return " ".join(quote(word) for word in self.words)

    def option(self, name: str, default: str | None = None) -> str | None:
        """The value of an option that takes one text, else *default*."""
        value = self.options.get(name)
        return value if isinstance(value, str) else default

    def flag(self, name: str) -> bool:
        """Whether an option is given, with a value or without."""
        return name in self.options

    @property
    def on(self) -> tuple[str, ...]:
        """The names of ``--on``, empty where the step is for every machine."""
        return self.many("on")

    def many(self, name: str) -> tuple[str, ...]:
        """The values of an option that is a list."""
        value = self.options.get(name, ())
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place.

    Attributes:
        code: stable name of the sentence.
        line: physical line, from 1.
        column: in code points, from 1.
        message: one sentence for the user.
        hint: the whole step as it should read, where that is known.
    """

    code: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}"


@dataclass(frozen=True)
class Parsed:
    """What a text says: its steps, its problems, and the text of its ``#@title``."""

    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    title: str


def parse(text: str) -> Parsed:
    """Reads a ``%%preflight`` cell, with or without that line, or the words after ``%preflight``.

    Never raises; takes time linear in the length of *text*.
    """
    lines, in_comments, title = lex(text)
    return _parsed(text, lines, in_comments, title)


def parse_words(words: Sequence[str]) -> Parsed:
    """Reads one step whose words the user's shell has split, and takes them as they are.

    Columns count in the step's canonical spelling.
    """
    text, found = "", []
    for word in words:
        spelled = quote(word)
        text = f"{text} " if text else ""
        start = len(text)
        text += spelled
        found.append(Word(word, 1, start + 1, start, len(text)))
    lines = [Line(tuple(found), 0, len(text))] if found else []
    return _parsed(text, lines, [], "")


def _parsed(text: str, lines: list[Line], in_comments: list[Mistake], title: str) -> Parsed:
    readers: list[Reader] = []
    findings = [_of_mistake(mistake) for mistake in in_comments]
    for line in lines:
        if line.mistakes:
            findings += [_of_mistake(mistake, line) for mistake in line.mistakes]
        else:
            reader = read(line)
            readers.append(reader)
            findings += reader.findings
        if len(findings) > MAX_PROBLEMS:
            break
    if len(findings) <= MAX_PROBLEMS:
        findings += conflicts([reader for reader in readers if reader.complete])
    newer = next((f for f in findings if f.code == "newer"), None)
    if newer is not None:
        findings = [newer]
    findings.sort(key=lambda finding: (finding.word.line, finding.word.column))
    problems = [_problem(text, finding) for finding in findings[:MAX_PROBLEMS]]
    if len(findings) > MAX_PROBLEMS:
        last = findings[MAX_PROBLEMS].word
        message = say("too-many", str(MAX_PROBLEMS))
        problems.append(Problem("too-many", last.line, last.column, message))
    steps = tuple(_step(reader) for reader in readers if reader.complete)
    return Parsed(steps, tuple(problems), title)


def _step(reader: Reader) -> Step:
    return Step(
        reader.name,
        reader.line.words[0].line,
        tuple(word.value for word in reader.line.words),
        tuple(reader.args),
        reader.options,
        reader.source,
    )


def _of_mistake(mistake: Mistake, line: Line | None = None) -> Finding:
    word = Word("", mistake.line, mistake.column, mistake.start, mistake.end)
    fixes = ((mistake.start, mistake.end, mistake.fix),) if mistake.fix is not None else ()
    return Finding(mistake.code, word, mistake.values, fixes, line)


def _problem(text: str, finding: Finding) -> Problem:
    message = say(finding.code, *finding.values)
    return Problem(
        finding.code, finding.word.line, finding.word.column, message, _hint(text, finding)
    )


def _hint(text: str, finding: Finding) -> str:
    """The step's own text, so with its columns and comments, with the words that are wrong
    replaced."""
    line = finding.line
    if line is None or not finding.fixes or line.end - line.start > _LONGEST_HINT:
        return ""
    out, at = [], line.start
    for start, end, fix in sorted(finding.fixes):
        out += [text[at:start], fix]
        at = end
    return "".join([*out, text[at : line.end]]).strip(" \t")


_LONGEST_HINT = 10_000
