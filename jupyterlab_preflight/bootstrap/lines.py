"""Words, the lines they stand in, and how a word is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..sources.urls import is_blank, is_hidden

TYPOGRAPHIC = "\u201c\u201d\u201e\u2018\u2019"
"""Quotes that a word processor made. At the start of a word they were meant as real ones."""

_SAFE = re.compile(rf"(?![#{TYPOGRAPHIC}])[^\x00- \"$';<>\\`|\x7f]+")


@dataclass(frozen=True)
class Mistake:
    """A place in the text that the lexer cannot read.

    Attributes:
        start, end: the span that *fix* would replace; offsets in code points.
        at: the offset of the character that is wrong.
    """

    code: str
    values: tuple[str, ...]
    at: int
    line: int
    column: int
    start: int = 0
    end: int = 0
    fix: str | None = None


@dataclass(frozen=True)
class Word:
    """A word after quoting is undone, and where it stands.

    Attributes:
        line: physical line, from 1.
        column: in code points, from 1.
        start, end: its span in the text, in code points.
    """

    value: str
    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """One step: a physical line and those that continue it.

    Attributes:
        start: where its first word begins.
        end: where its last physical line ends, without the line break.
    """

    words: tuple[Word, ...]
    start: int
    end: int
    mistakes: tuple[Mistake, ...] = ()


def quote(word: str) -> str:
    """*word* as it is written in a cell: in single quotes only where it has to be."""
    if is_plain(word) and "&&" not in word and word != "&":
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def is_plain(word: str) -> bool:
    """Whether *word* has only letters that need no quotes."""
    if not _SAFE.fullmatch(word):
        return False
    return word.isascii() or not any(is_hidden(c) or is_blank(c) for c in word)


def breaks(text: str) -> bool:
    """Whether some program reads *text* as several lines."""
    return any(char in text for char in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def deceives(char: str) -> bool:
    """Whether *char* makes a comment look like something else, or a terminal act."""
    n = ord(char)
    control = (n < 0x20 and char != "\t") or 0x7F <= n <= 0x9F
    return control or 0x202A <= n <= 0x202E or 0x2066 <= n <= 0x2069 or 0xD800 <= n <= 0xDFFF


def title_of(comment: str) -> str:
    """The text of a ``#@title`` comment, without its object of options; else an empty text."""
    rest = comment[1:].lstrip(" \t")
    if not rest.startswith("@title") or rest[6:7] not in ("", " ", "\t"):
        return ""
    text = rest[6:].strip(" \t")
    brace = text.rfind("{")
    if text.endswith("}") and brace >= 0 and (brace == 0 or text[brace - 1] in " \t"):
        text = text[:brace].rstrip(" \t")
    return text
