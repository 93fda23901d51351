"""The table of the language: its steps, their options, and the words people write instead.

It is data, in ``language.json``, so that the page and the kernel cannot disagree about it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def language() -> Mapping[str, Any]:
    """The content of ``language.json``."""
    text = Path(__file__).with_name("language.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate that *word* is a slip of the keyboard away from, else an empty text."""
    if len(word) > 20:
        return ""
    lower = word.lower()
    allowed = 1 if len(word) < 6 else 2
    best, least = "", allowed + 1
    for candidate in candidates:
        if abs(len(candidate) - len(word)) <= allowed:
            found = distance(lower, candidate)
            if found < least:
                best, least = candidate, found
    return best


def distance(a: str, b: str) -> int:
    """Edits between two words: a letter more, less, other, or two neighbours swapped."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        following = [i]
        for j, other in enumerate(b, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]


def token_in(word: str) -> bool:
    """Whether *word* holds what looks like a token, by the known beginnings of tokens."""
    if len(word) < _SHORTEST_TOKEN:
        return False
    return any(_has_token(word, row) for row in language()["tokens"])


def _has_token(word: str, row: Mapping[str, Any]) -> bool:
    begins, least = row["begins"], row["least"]
    at = word.find(begins)
    while at >= 0:
        tail = word[at + len(begins) : at + len(begins) + least]
        if (
            not (at and word[at - 1] in _ALPHANUMERIC)
            and len(tail) == least
            and all(c in _ALPHANUMERIC or c in row["also"] for c in tail)
            and row.get("within", "") in tail
        ):
            return True
        at = word.find(begins, at + 1)
    return False


def secret_name(name: str) -> bool:
    """Whether a variable's *name* says that its value is secret."""
    upper = name.upper()
    table = language()
    return upper in table["secret-whole"] or upper.endswith(tuple(table["secret-names"]))


def looks_secret(value: str) -> bool:
    """Whether *value*, of a variable whose name says "secret", is one and no placeholder."""
    return (
        len(value) >= 16
        and all(c in _ALPHANUMERIC or c in "_.-+/=~:" for c in value)
        and any(c in "0123456789" for c in value)
        and any(c in _ALPHANUMERIC and c not in "0123456789" for c in value)
    )


_SHORTEST_TOKEN = 16
_ALPHANUMERIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
