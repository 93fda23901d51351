"""Matches a link's parts against the rows of ``links.json``.

The rows hold no regular expressions, because the two languages that read them differ there: a
path template is a list of segments, each literal or a named capture of one class of characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .urls import Url, encode, pairs

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One segment of a template: ``prefix{name:kind}suffix``.

    Attributes:
        many: `""` for exactly one segment of the path, ``+`` for one or more, ``*`` for any number.
    """

    prefix: str
    name: str
    kind: str
    many: str
    suffix: str


@lru_cache(maxsize=512)
def parts(template: str) -> tuple[Part, ...]:
    """Reads a template such as ``/{owner:word}/archive/{ref+}.zip``."""
    found = []
    for segment in template.split("/")[1:]:
        prefix, brace, rest = segment.partition("{")
        if not brace:
            if segment:
                found.append(Part(segment, "", "", "", ""))
            continue
        inner, _, suffix = rest.partition("}")
        many = inner[-1] if inner[-1] in "+*" else ""
        name, _, kind = inner.removesuffix(many).partition(":")
        found.append(Part(prefix, name, kind or "any", many, suffix))
    return tuple(found)


def fits(text: str, kind: Mapping[str, Any]) -> bool:
    """Whether *text* is of a class of ``links.json``: its letters and its length."""
    chars = kind["chars"]
    if not kind["least"] <= len(text) <= kind["most"] or _climbs(text):
        return False
    return not chars or all(char in chars for char in text)


def _climbs(text: str) -> bool:
    """Whether a decoded text would be another path if it were read as one."""
    return any(segment in (".", "..") for segment in text.split("/"))


def match(template: str, path: Sequence[str], classes: Mapping[str, Any]) -> dict[str, str] | None:
    """What *template* captures of a path's segments, or None where it does not match."""
    wanted = parts(template)
    many = next((i for i, part in enumerate(wanted) if part.many), -1)
    if many < 0:
        pieces = [[segment] for segment in path]
        if len(pieces) != len(wanted):
            return None
    else:
        after = len(wanted) - many - 1
        count = len(path) - many - after
        if count < (1 if wanted[many].many == "+" else 0):
            return None
        middle = list(path[many : many + count])
        pieces = [*([s] for s in path[:many]), middle, *([s] for s in path[many + count :])]
    captured: dict[str, str] = {}
    for part, piece in zip(wanted, pieces, strict=True):
        text = "/".join(piece)
        if not part.name:
            if text != part.prefix:
                return None
            continue
        if not (text.startswith(part.prefix) and text.endswith(part.suffix)):
            return None
        text = text[len(part.prefix) : len(text) - len(part.suffix)]
        if part.many:
            if _climbs(text):
                return None
            if not text and (part.many == "+" or part.suffix):
                return None
        elif not fits(text, classes[part.kind]):
            return None
        captured[part.name] = text
    return captured


def fill(template: str, captured: Mapping[str, str], fold: Iterable[str] = ()) -> str:
    """Puts captures into a template, percent-encoded; those named in *fold* in lower case."""
    out = template
    for name, value in captured.items():
        if "{" + name + "}" in out:
            text = value.lower() if name in fold else value
            path = "/".join(encode(segment) for segment in text.split("/"))
            out = out.replace("{" + name + "}", path)
    return out


def on_host(host: str, hosts: Iterable[str]) -> bool:
    """Whether *host* is one of *hosts*; an entry ``.example.org`` stands for all below it."""
    return any(host == one or (one[0] == "." and host.endswith(one)) for one in hosts)


def queried(
    rule: Rule, url: Url, classes: Mapping[str, Any]
) -> tuple[dict[str, str], list[str], list[str]]:
    """What a rule captures of the query.

    Returns:
        the captures; the needed names that are missing or of the wrong class; the names that are
        given twice with different values.
    """
    given: dict[str, str] = {}
    twice: list[str] = []
    found = url.pairs() + (pairs(url.fragment) if rule.get("hash") else [])
    wanted = {**rule.get("need", {}), **rule.get("may", {})}
    for name, value in found:
        if name in wanted and given.setdefault(name, value) != value:
            twice.append(name)
    captured = {
        name: given[name]
        for name, kind in wanted.items()
        if name in given and fits(given[name], classes[kind])
    }
    missing = [name for name in rule.get("need", {}) if name not in captured]
    return captured, missing, twice
