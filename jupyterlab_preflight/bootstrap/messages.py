"""The sentences about a cell's text and its links, in one table that the page reads too.

One table, so that a mistake reads the same in the panel, in the cell's output and in a terminal.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from ..sources.urls import is_hidden


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    text = Path(__file__).with_name("messages.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def say(code: str, *values: str) -> str:
    """The sentence *code* with *values* in the places ``%1``, ``%2`` ….

    Values come from the cell: they are cut at 80 characters, and what is invisible in them is
    made visible.
    """
    sentence = _table()[code]
    for number in range(len(values), 0, -1):
        sentence = f"\0{number}".join(sentence.split(f"%{number}"))
    for number, value in enumerate(values, 1):
        sentence = sentence.replace(f"\0{number}", _short(value))
    return sentence


def _short(value: str) -> str:
    cut = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    return "".join("\ufffd" if is_hidden(char) else char for char in cut)


_LONGEST = 80
