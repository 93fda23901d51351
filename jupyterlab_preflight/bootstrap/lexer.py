"""Splits a cell into steps and words, by POSIX quoting and without any expansion.

A shell's own splitter would do almost the same, and the difference is the point: whatever a shell
would expand, pipe or run is a mistake here that is told with its quoted form. The page has the same
lexer; both are held to ``tests/vectors``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..errors import CellError
from ..sources.urls import code_point, is_blank, is_hidden
from .lines import TYPOGRAPHIC, Line, Mistake, Word, breaks, deceives, is_plain, quote, title_of
from .messages import say

MAX_MISTAKES = 100
"""More of one line are not told: whoever has made so many has pasted something else."""

_ORDINARY = re.compile(r"[!#%()*+,\-./0-9:=?@A-Z\[\]^_a-z{}~]+")
_LINE_END = re.compile(r"[\r\n]|\Z")
_IN_DOUBLE = re.compile(r"[ !#%-\[\]-_a-~]+")
_IN_SINGLE = re.compile(r"[ -&(-~]+")
_MAGIC = re.compile(r"[ \t]*%%preflight(?![^ \t\r\n])[^\r\n]*")
_ESCAPABLE = frozenset(" \t'\"\\$`|&;<>()*?[]^!#~={}%,-")
_ESCAPABLE_IN_DOUBLE = frozenset('$`"\\')


def split(text: str) -> list[str]:
    """The words of one line.

    Raises:
        CellError: where it cannot be read, or is more than one line.
    """
    words: list[str] = []
    for line in lex(text)[0]:
        if line.mistakes or words:
            wrong = line.mistakes[0] if line.mistakes else None
            raise CellError(say(wrong.code, *wrong.values) if wrong else say("one-line"))
        words = [word.value for word in line.words]
    return words


def lex(text: str) -> tuple[list[Line], list[Mistake], str]:
    """All steps of *text*, what is wrong in its comments, and the text of ``#@title``.

    Takes time linear in the length of *text* and raises nothing.
    """
    lexer = _Lexer(text)
    lines = list(lexer.lines())
    return lines, lexer.in_comments, lexer.title


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 1 if text.startswith("\ufeff") else 0
        self.line = 1
        self.line_start = self.pos
        self.title = ""
        self.in_comments: list[Mistake] = []
        self._require = False
        self._before_magic = True

    def lines(self) -> Iterator[Line]:
        while self.pos < len(self.text):
            line = self._line()
            if line is not None:
                yield line

    def _line(self) -> Line | None:
        words: list[Word] = []
        mistakes: list[Mistake] = []
        self._require = False
        self._skip_magic()
        while True:
            self._skip_blanks(mistakes)
            char = self._char()
            if char in ("", "\r", "\n"):
                break
            if char == "#":
                self._comment(first=not words)
                break
            word = self._word(mistakes)
            self._require = self._require or (not words and word.value == "require")
            words.append(word)
        end = self.pos
        self._newline()
        if not words and not mistakes:
            return None
        self._before_magic = False
        start = words[0].start if words else mistakes[0].at
        return Line(tuple(words), start, end, tuple(mistakes))

    def _skip_magic(self) -> None:
        """The line ``%%preflight`` of a whole cell, which may follow comments."""
        magic = _MAGIC.match(self.text, self.pos) if self._before_magic else None
        if magic:
            self.pos = magic.end()
            self._before_magic = False

    def _char(self, ahead: int = 0) -> str:
        return self.text[self.pos + ahead : self.pos + ahead + 1]

    def _newline(self) -> None:
        if self._char() == "\r" and self._char(1) == "\n":
            self.pos += 1
        self.pos += 1
        self.line += 1
        self.line_start = self.pos

    def _skip_blanks(self, mistakes: list[Mistake]) -> None:
        while True:
            char = self._char()
            if char in (" ", "\t"):
                self.pos += 1
            elif char == "\\" and self._char(1) in ("\r", "\n"):
                self.pos += 1
                self._newline()
            elif char == "\\" and self._trailing(mistakes):
                continue
            else:
                return

    def _trailing(self, mistakes: list[Mistake]) -> bool:
        """A ``\\`` with only blanks after it, or with nothing: meant to continue, and does not."""
        end = self.pos + 1
        while self.text[end : end + 1] in (" ", "\t"):
            end += 1
        if end < len(self.text) and self.text[end] not in "\r\n":
            return False
        last = end >= len(self.text)
        code = "continue-nothing" if last else "continue-blank"
        fix = "" if last else "\\"
        mistakes.append(self._mistake(code, self.pos, start=self.pos, end=end, fix=fix))
        self.pos = end
        if not last:
            self._newline()
        return True

    def _comment(self, *, first: bool) -> None:
        found = _LINE_END.search(self.text, self.pos)
        end = found.start() if found else len(self.text)
        comment = self.text[self.pos : end]
        if first and not self.title:
            self.title = title_of(comment)
        if not (comment.isascii() and comment.isprintable()):
            for index, char in enumerate(comment):
                if deceives(char):
                    at = self.pos + index
                    wrong = self._mistake("hidden", at, code_point(char), start=at, end=at + 1)
                    self.in_comments.append(wrong)
                    break
        self.pos = end

    def _word(self, mistakes: list[Mistake]) -> Word:
        start, line, column = self.pos, self.line, self.pos - self.line_start + 1
        value: list[str] = []
        wrong: list[Mistake] = []
        while True:
            run = _ORDINARY.match(self.text, self.pos)
            if run:
                value.append(run.group())
                self.pos = run.end()
            char = self._char()
            if char in ("", " ", "\t", "\r", "\n"):
                break
            if char == "'":
                self._single(value, wrong)
            elif char == '"':
                self._double(value, wrong)
            elif char == "\\":
                if not self._escape(value, wrong):
                    break
            else:
                self._other(char, value, wrong)
        word = Word("".join(value), line, column, start, self.pos)
        if word.value == "&" and self.text[start : self.pos] == "&":
            self._note(wrong, "operator", start, "&")
        if wrong and len(mistakes) <= MAX_MISTAKES:
            mistakes.append(self._offer(wrong[0], word))
        return word

    def _offer(self, wrong: Mistake, word: Word) -> Mistake:
        """*wrong* with the word that should stand there instead."""
        if wrong.fix is not None:
            return wrong
        fix = None
        if wrong.code in ("dollar", "operator", "backslash"):
            fix = quote(word.value)
        elif wrong.code == "compare":
            ordered = word.value.replace("=>", ">=").replace("=<", "<=")
            fix = re.sub(r"([<>])(?!=)", r"\1=", ordered)
        elif wrong.code in ("hidden", "odd-blank") and not breaks(word.value):
            plain = "".join(" " if is_blank(c) else c for c in word.value if not is_hidden(c))
            bare = plain.strip(" ")
            fix = bare if is_plain(bare.replace(" ", "")) else quote(bare)
        return replace(wrong, start=word.start, end=word.end, fix=fix)

    def _single(self, value: list[str], wrong: list[Mistake]) -> None:
        opened = self._mistake("unclosed", self.pos, self._char())
        self.pos += 1
        while True:
            run = _IN_SINGLE.match(self.text, self.pos)
            if run:
                value.append(run.group())
                self.pos = run.end()
            char = self._char()
            if char == "'":
                self.pos += 1
                return
            if not self._quoted(char, opened, value, wrong):
                return

    def _double(self, value: list[str], wrong: list[Mistake]) -> None:
        opened = self._mistake("unclosed", self.pos, self._char())
        self.pos += 1
        while True:
            run = _IN_DOUBLE.match(self.text, self.pos)
            if run:
                value.append(run.group())
                self.pos = run.end()
            char, following = self._char(), self._char(1)
            if char == '"':
                self.pos += 1
                return
            if char == "\\" and following in _ESCAPABLE_IN_DOUBLE:
                value.append(following)
                self.pos += 2
            elif char == "\\" and following in ("\r", "\n"):
                self.pos += 1
                self._newline()
            elif char in ("$", "`"):
                self._note(wrong, "dollar", self.pos, char)
                value.append(char)
                self.pos += 1
            elif not self._quoted(char, opened, value, wrong):
                return

    def _quoted(self, char: str, opened: Mistake, value: list[str], wrong: list[Mistake]) -> bool:
        """A character between quotes that is no plain one; False at the end of the line."""
        if char in ("", "\r", "\n"):
            wrong[:] = [opened]
            return False
        if is_hidden(char) and char != "\t":
            self._note(wrong, "hidden", self.pos, code_point(char))
        value.append(char)
        self.pos += 1
        return True

    def _escape(self, value: list[str], wrong: list[Mistake]) -> bool:
        """A ``\\`` outside quotes; False where it ends the word."""
        following = self._char(1)
        if following in ("\r", "\n"):
            self.pos += 1
            self._newline()
            return True
        if following in ("", " ", "\t") and self._trailing(wrong):
            return False
        if following not in _ESCAPABLE:
            self._note(wrong, "backslash", self.pos, following)
            value.append("\\")
            self.pos += 1
            return True
        value.append(following)
        self.pos += 2
        return True

    def _other(self, char: str, value: list[str], wrong: list[Mistake]) -> None:
        if char in ("$", "`"):
            self._note(wrong, "dollar", self.pos, char)
        elif char in "<>" and self._require:
            if self._char(1) != "=":
                self._note(wrong, "compare", self.pos, char)
        elif char in "|;<>":
            self._note(wrong, "operator", self.pos, char)
        elif char == "&":
            if self._char(1) == "&":
                self._note(wrong, "operator", self.pos, "&&")
                value.append(char)
                self.pos += 1
        elif is_hidden(char):
            self._note(wrong, "hidden", self.pos, code_point(char))
        elif is_blank(char):
            self._note(wrong, "odd-blank", self.pos, code_point(char))
        elif char in TYPOGRAPHIC and not value:
            self._note(wrong, "smart-quote", self.pos, char)
        value.append(char)
        self.pos += 1

    def _note(self, wrong: list[Mistake], code: str, at: int, value: str) -> None:
        """Only the first mistake of a word is told, so that a word of them costs no more."""
        if not wrong:
            wrong.append(self._mistake(code, at, value))

    def _mistake(
        self,
        code: str,
        at: int,
        *values: str,
        start: int = 0,
        end: int = 0,
        fix: str | None = None,
    ) -> Mistake:
        column = at - self.line_start + 1
        return Mistake(code, values, at, self.line, column, start, end, fix)
