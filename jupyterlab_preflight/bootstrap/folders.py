"""Which words can name a folder on every machine a notebook may travel to.

The same cell runs on Linux, macOS and Windows, so a name is refused here that only one of them
would refuse later, after the download.
"""

from __future__ import annotations

import unicodedata

from ..sources.urls import code_point, is_hidden, scheme_of
from .language import language

MAX_NAME = 255
"""Bytes that one name may have in UTF-8."""

MAX_PATH = 1024
"""Bytes that a whole path may have in UTF-8."""


class FolderProblem(Exception):
    """Why a word is no folder's name.

    Attributes:
        code: name of the sentence in ``messages.json``.
        value: what the sentence's ``%1`` stands for.
        fix: the name that would do, where there is one.
    """

    def __init__(self, code: str, value: str = "", fix: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value
        self.fix = fix


def folder(word: str) -> str:
    """*word* as a relative path with ``/``, without a leading ``./`` and double or final slashes.

    Raises:
        FolderProblem: where it is not a plain path below the root, or not portable.
    """
    if not word:
        raise FolderProblem("folder-empty")
    for char in word:
        if is_hidden(char):
            raise FolderProblem("folder-character", code_point(char))
    if "://" in word or scheme_of(word) in ("http", "https", "github"):
        raise FolderProblem("folder-link")
    if word[0] in "~$":
        raise FolderProblem("folder-home", word.split("/", 1)[0])
    if "\\" in word:
        raise FolderProblem("folder-backslash", fix=_or_none(word.replace("\\", "/")))
    if word[0] == "/":
        raise FolderProblem("folder-absolute", word, fix=_relative(word))
    if len(word.encode("utf-8")) > MAX_PATH:
        raise FolderProblem("folder-long", str(MAX_PATH))
    parts = [part for part in word.split("/") if part not in ("", ".")]
    if not parts:
        raise FolderProblem("folder-root", word)
    for part in parts:
        name(part)
    path = "/".join(parts)
    composed = unicodedata.normalize("NFC", path)
    if composed != path:
        raise FolderProblem("folder-form", path, fix=composed)
    return path


def name(part: str) -> None:
    """Checks one name of a path.

    Raises:
        FolderProblem: where some system would not keep it as it is.
    """
    table = language()["folders"]
    lower = part.lower()
    if part == "..":
        raise FolderProblem("folder-up", part)
    if part[0] == "-":
        raise FolderProblem("folder-dash", part)
    if lower in table["own"]:
        raise FolderProblem("folder-own", part)
    for char in part:
        if char in '<>:"/\\|?*' or is_hidden(char):
            raise FolderProblem("folder-character", char)
    if len(part.encode("utf-8")) > MAX_NAME:
        raise FolderProblem("folder-long", str(MAX_NAME))
    if part[0] == " " or part[-1] in " .":
        raise FolderProblem("folder-ending", part)
    if lower.split(".", 1)[0].rstrip(" ") in table["reserved"]:
        raise FolderProblem("folder-reserved", part)


def compared(path: str) -> str:
    """*path* as the least careful file system compares it: without case."""
    return unicodedata.normalize("NFC", path).lower()


def _relative(word: str) -> str | None:
    """What an absolute path of Colab or Kaggle is called from the root there."""
    for root in ("/content/", "/kaggle/working/"):
        if word.startswith(root):
            return _or_none(word[len(root) :])
    return None


def _or_none(word: str) -> str | None:
    try:
        return folder(word)
    except FolderProblem:
        return None
