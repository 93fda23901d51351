"""A command of a shell that fetches one link, as the line that does the same.

It is a hint for whoever has typed ``git clone …`` among the lines. A command with an option that
is not known here gets none, because what it asks for might be lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..sources.recognise import LinkProblem, Source, recognise
from .folders import FolderProblem, folder
from .language import language
from .lines import quote
from .naming import suggest_folder


def fetching_line(command: str, words: Sequence[str], step: str) -> str:
    """The line of *step* that fetches what *command* would with *words*; empty where it asks for
    anything else."""
    row = language()["fetchers"].get(command)
    found = _arguments(words, row) if row is not None else None
    if found is None:
        return ""
    given, ref = found
    source = link_of(given[0]) if 0 < len(given) <= row["words"] else None
    if source is None:
        return ""
    place = _folder(given[1]) if len(given) > 1 else suggest_folder(source, step)
    tail = f" --ref {quote(ref)}" if ref else ""
    return f"{step} {quote(given[0])} {quote(place)}{tail}" if place else ""


def link_of(word: str) -> Source | None:
    """What *word* links to; None where it is no link that can be used."""
    try:
        return recognise(word) if "/" in word or ":" in word else None
    except LinkProblem:
        return None


def _folder(word: str) -> str:
    try:
        return folder(word)
    except FolderProblem:
        return ""


def _arguments(words: Sequence[str], row: Any) -> tuple[list[str], str] | None:
    """The words that are no options, and the branch that one names; None where one is unknown."""
    given: list[str] = []
    ref, takes = "", ""
    for word in words:
        if takes:
            ref = word if takes in row["ref"] else ref
            takes = ""
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in row["valued"]:
                takes = "" if equals else name
                ref = value if equals and name in row["ref"] else ref
            elif equals or name not in row["flags"]:
                return None
        elif word.startswith("-"):
            takes = word[-1] if word[-1] in row["valued"] else ""
            rest = word[1:-1] if takes else word[1:]
            if not rest + takes or not all(letter in row["flags"] for letter in rest):
                return None
        else:
            given.append(word)
    return None if takes else (given, ref)
