"""Answers a first word that is no step with the step that was probably meant."""

from __future__ import annotations

from collections.abc import Sequence

from .fetchers import fetching_line, link_of
from .language import language, nearest
from .lines import Word, quote
from .naming import suggest_folder
from .reader import Finding, Fix, Reader


def unknown(reader: Reader) -> None:
    """Says what a first word that is no step was probably meant to be."""
    table, words = language(), reader.line.words
    first, name = words[0], words[0].value
    steps = list(table["steps"])
    bare = name.lstrip("!%")
    if bare != name:
        if bare in ("preflight", "") and len(words) > 1 and words[1].value in steps:
            fixes: tuple[Fix, ...] = ((first.start, words[1].start, ""),)
            reader.findings.append(Finding("magic-inside", first, (name,), fixes, reader.line))
            return
        if bare == "preflight":
            reader.wrong("magic-line", first, name)
            return
        if bare in steps:
            end = _verbs(reader, table["verbs"].get(bare, ())) or first.end
            fixes = ((first.start, end, bare),)
            sign = name.removesuffix(bare)
            reader.findings.append(Finding("magic-inside", first, (sign,), fixes, reader.line))
            return
    if name in table["later-commands"] and len(words) == 1:
        reader.wrong("not-in-this-version", first, f"%preflight {name}")
        return
    if name in table["commands"]:
        reader.wrong("not-a-step", first, name)
        return
    lower = bare.lower()
    like = "" if lower in steps else table["like"].get(lower, "")
    if like:
        fixes = _like(reader, lower, like)
        reader.findings.append(Finding("similar-step", first, (name, like), fixes, reader.line))
        return
    near = nearest(bare, steps)
    if near:
        fixes = ((first.start, first.end, near), *_place(reader, words[1:], near))
        reader.findings.append(Finding("similar-step", first, (name, near), fixes, reader.line))
        return
    source = link_of(name)
    if source is not None:
        step = "project" if source.provider == "github" else "dataset"
        text = quote(name) if len(words) > 1 else f"{quote(name)} {suggest_folder(source, step)}"
        reader.wrong("link-first", first, step, fix=f"{step} {text}")
        return
    reader.wrong("unknown-step", first, name)


def _like(reader: Reader, name: str, step: str) -> tuple[Fix, ...]:
    """What to replace for the line to be one of *step*, which *name* is another word for."""
    table, words = language(), reader.line.words
    verbs = table["verbs"].get(name, ())
    dropped = _verbs(reader, verbs)
    rest = words[1 + len(verbs) :] if dropped else words[1:]
    if name in table["fetchers"]:
        is_fetching = bool(dropped) or not verbs
        line = fetching_line(name, [word.value for word in rest], step) if is_fetching else ""
        return ((words[0].start, words[-1].end, line),) if line else ()
    if name not in table["same"] and not dropped:
        return ()
    return ((words[0].start, dropped or words[0].end, step), *_place(reader, rest, step))


def _place(reader: Reader, rest: Sequence[Word], step: str) -> tuple[Fix, ...]:
    """A folder behind a link that stands alone."""
    source = link_of(rest[0].value) if len(rest) == 1 and step in ("dataset", "project") else None
    end = reader.line.words[-1].end
    return () if source is None else ((end, end, f" {suggest_folder(source, step)}"),)


def _verbs(reader: Reader, verbs: Sequence[str]) -> int:
    """Where the words such as ``clone`` after ``git`` end; 0 where they do not stand there."""
    words = reader.line.words
    found = [word.value for word in words[1 : 1 + len(verbs)]]
    return words[len(verbs)].end if verbs and found == list(verbs) else 0
