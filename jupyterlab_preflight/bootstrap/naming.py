"""Guesses the folder that a source should go to, from the name that its link carries."""

from __future__ import annotations

from ..sources.recognise import Source
from .folders import FolderProblem, folder
from .language import language

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


_NAMELESS = {"dropbox": "dropbox", "gdrive": "drive", "zenodo": "zenodo", "doi": "record"}
_KINDS = ("document", "spreadsheet", "presentation", "notebook", "gist")


def suggest_folder(source: Source, step: str) -> str:
    """A folder for *source*: ``data/NAME`` for a ``dataset`` line, ``NAME`` for a ``project``."""
    name = _tidy(_name(source)) or _nameless(source)
    try:
        return folder(name if step == "project" else f"data/{name}")
    except FolderProblem:
        return "code" if step == "project" else f"data/{_nameless(source)}"


def _nameless(source: Source) -> str:
    """What to call a source whose link carries no name."""
    return source.kind if source.kind in _KINDS else _NAMELESS.get(source.provider, "source")


def _name(source: Source) -> str:
    parts = source.parts
    rest = parts.get("rest", "").split("/")
    if source.kind in ("tree", "blob", "raw") and len(rest) > 1:
        return rest[-1] if source.kind == "tree" else _stem(rest[-1])
    for key in ("asset", "name", "path", "repo"):
        if parts.get(key):
            last = parts[key].rstrip("/").rsplit("/", 1)[-1]
            return _stem(last) if _is_file(source, key) else last
    return _stem(parts.get("key", "").rsplit("/", 1)[-1]) if "bucket" in parts else ""


def _is_file(source: Source, key: str) -> bool:
    return key != "repo" and source.provider not in ("kaggle", "hf")


def _stem(name: str) -> str:
    """*name* without the ending of an archive, or of a file."""
    lower = name.lower()
    for ending in language()["folders"]["archives"]:
        if lower.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and 0 < len(ending) <= 5 else name


def _tidy(name: str) -> str:
    out: list[str] = []
    for char in name[:60]:
        plain = char if char in _PLAIN else "-"
        if plain != "-" or (out and out[-1] != "-"):
            out.append(plain)
    return "".join(out).strip("-.")
