"""What an option's value, a condition, a variable or a package may look like.

Everything that later reaches a command line is of a form that cannot be taken for an option.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..sources.urls import code_point, is_hidden
from .folders import FolderProblem, folder, name
from .language import looks_secret, secret_name, token_in

OPERATORS = (">=", "<=", "==", "!=", "~=")
"""How a condition may compare."""

_SMALL = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_LETTERS = frozenset(_SMALL + _SMALL.upper())
_NAME = _LETTERS | frozenset(f"{_DIGITS}_")
_HOST = _NAME | {"-"}
_PACKAGE = _NAME | frozenset("-.")
_VERSION = _PACKAGE | frozenset("+!*")
_APT = frozenset(f"{_SMALL}{_DIGITS}+-.")
_APT_TAIL = _APT | frozenset(f"{_SMALL.upper()}:~=/")
_SIZES = ("kib", "mib", "gib", "tib", "kb", "mb", "gb", "tb", "k", "m", "g", "t")

Value = str | bool | tuple[str, ...]


class ValueProblem(Exception):
    """Why a value cannot be taken.

    Attributes:
        code: name of the sentence in ``messages.json``.
        values: what the sentence's ``%1`` and ``%2`` stand for.
        fix: the value that would do, where there is one.
    """

    def __init__(self, code: str, *given: str, fix: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = given
        self.fix = fix


def condition(text: str) -> None:
    """Checks one condition of ``require``.

    Raises:
        ValueProblem: where it could never be checked; code ``newer`` where it asks for a later
            version of this very package.
    """
    operator, at = _operator(text)
    if not operator:
        if all(_is_host(one.removeprefix("!")) for one in text.split(",")):
            return
        raise ValueProblem("condition", text)
    left, value = text[:at], text[at + len(operator) :]
    subject = left.partition("[")[0] if left.endswith("]") else left
    if not subject or subject[0] in "-._" or not all(c in _PACKAGE for c in subject):
        raise ValueProblem("condition", text)
    lower = subject.lower()
    if lower in ("ram", "disk"):
        if operator != ">=":
            raise ValueProblem("condition-least", lower, fix=f"{left}>={value}")
        if not _is_size(value):
            raise ValueProblem("condition-size", value)
    elif lower in ("gpu", "cpu"):
        raise ValueProblem("condition-plain", lower, fix=lower)
    elif not value or value[0] not in _DIGITS or not all(c in _VERSION for c in value):
        raise ValueProblem("condition-version", value)
    elif lower == "preflight" and operator == ">=":
        _own_version(value)


def target(text: str) -> str:
    """The target of a ``link`` line, normalised. May be absolute, and above the root.

    Raises:
        FolderProblem: where it is empty or holds what no path holds.
    """
    for char in text:
        if is_hidden(char):
            raise FolderProblem("folder-character", code_point(char))
    parts = text.split("/")
    kept = [part for index, part in enumerate(parts) if part not in ("", ".") or index == 0]
    if kept[0] == "." and len(kept) > 1:
        kept = kept[1:]
    if not text or text in ("/", ".", "./"):
        raise FolderProblem("folder-root" if text else "folder-empty", text)
    return "/".join(kept)


def is_place(text: str) -> bool:
    """Whether *text* is a place for results: a path, ``drive:PATH`` or ``rclone:REMOTE:PATH``."""
    if not text or any(is_hidden(char) for char in text) or "://" in text:
        return False
    scheme, colon, rest = text.partition(":")
    if not colon or "/" in scheme or len(scheme) == 1:
        return True
    if scheme == "rclone":
        remote, second, _ = rest.partition(":")
        return bool(remote and second)
    return scheme == "drive" and bool(rest.strip("/"))


def is_variable(text: str) -> bool:
    """Whether *text* can be the name of a variable (POSIX.1-2024 §3.216)."""
    return bool(text) and text[0] not in _DIGITS and all(c in _NAME for c in text)


def is_secret(variable: str, value: str) -> bool:
    """Whether *value* of *variable* is a token or password written in clear."""
    return token_in(value) or (secret_name(variable) and looks_secret(value))


def is_apt_package(text: str) -> bool:
    """Whether *text* is a package's name (Debian policy §5.6.7), with ``=VERSION`` or not."""
    at = next((i for i, c in enumerate(text) if c not in _APT), len(text))
    return at > 1 and text[0] not in "+-." and all(c in _APT_TAIL for c in text[at:])


def _operator(text: str) -> tuple[str, int]:
    found = [(text.find(one), one) for one in OPERATORS if one in text]
    at, operator = min(found, default=(0, ""))
    return operator, at


def _is_host(text: str) -> bool:
    return bool(text) and text[0] in _LETTERS and all(c in _HOST for c in text)


def _is_size(text: str) -> bool:
    lower = text.lower() if text.isascii() else ""
    unit = next((one for one in _SIZES if lower.endswith(one)), "")
    whole, point, part = lower[: len(lower) - len(unit)].partition(".")
    digits = bool(whole) and all(c in _DIGITS for c in whole)
    return (
        bool(unit) and digits and (not point or (bool(part) and part.isascii() and part.isdigit()))
    )


def _own_version(wanted: str) -> None:
    from .. import __version__

    if _numbers(wanted) > _numbers(__version__):
        raise ValueProblem("newer", wanted, __version__)


def _numbers(version: str) -> list[int]:
    """The release part of a version as numbers; zeros at the end do not count."""
    numbers = []
    for part in version.split("."):
        digits = part[: next((i for i, c in enumerate(part) if c not in _DIGITS), len(part))]
        if not digits:
            break
        numbers.append(int(digits[:9]))
        if digits != part:
            break
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _names(text: str) -> Value:
    names = tuple(text.split(","))
    if not all(_is_host(one.removeprefix("!")) for one in names):
        tidy = ",".join(one.strip() for one in text.split(",") if one.strip())
        fixed = tidy != text and all(_is_host(one) for one in tidy.split(","))
        raise ValueProblem("value-names", text, fix=tidy if fixed else None)
    if len(names) > 1 and any(one.startswith("!") for one in names):
        raise ValueProblem("value-not")
    return names


def _secret(text: str) -> Value:
    if token_in(text):
        raise ValueProblem("token-in-clear")
    if not is_variable(text):
        raise ValueProblem("value-name", text)
    return text


def _bindings(text: str) -> Value:
    variable, equals, secret = text.partition("=")
    if token_in(text):
        raise ValueProblem("token-in-clear")
    if not is_variable(variable) or (equals and not is_variable(secret)):
        raise ValueProblem("value-name", text)
    return (text,)


def _ref(text: str) -> Value:
    """RFC-like care for what becomes an argument of git: ``git check-ref-format``."""
    bad = any(c in " ~^:?*[\\" or is_hidden(c) for c in text) or ".." in text or "@{" in text
    shape = text.startswith(("-", "/", ".")) or text.endswith(("/", ".", ".lock")) or "//" in text
    if bad or shape or "/." in text:
        raise ValueProblem("value-ref", text)
    return text


def _sha256(text: str) -> Value:
    lower = text.lower().removeprefix("sha256:")
    if len(lower) != 64 or any(c not in "0123456789abcdef" for c in lower):
        raise ValueProblem("value-sha256")
    return lower


def _glob(text: str) -> Value:
    if text.startswith("/") or "\\" in text or ".." in text.split("/"):
        raise ValueProblem("value-glob", text)
    return (text,)


def _count(text: str) -> Value:
    if not 0 < len(text) <= 2 or any(c not in _DIGITS for c in text):
        raise ValueProblem("value-number", text)
    return text


def _minutes(text: str) -> Value:
    whole, point, part = text.partition(".")
    digits = all(c in _DIGITS for c in whole + part) and bool(whole) and bool(part) == bool(point)
    if not digits or len(text) > 8 or not any(c in "123456789" for c in text):
        raise ValueProblem("value-number", text)
    return text


def _file(text: str) -> Value:
    _plain(name, text)
    return text


def _inside(text: str) -> Value:
    return _plain(folder, text) or text


def _place(text: str) -> Value:
    if text[0] in "~$":
        raise ValueProblem("folder-home", text.split("/", 1)[0])
    return _plain(target, text) if text not in (".", "./") else "."


def _text(text: str) -> Value:
    for char in text:
        if is_hidden(char):
            raise ValueProblem("hidden", code_point(char))
    return text


def _plain(check: Callable[[str], str | None], text: str) -> str:
    try:
        return check(text) or text
    except FolderProblem as problem:
        given = (problem.value,) if problem.value else ()
        raise ValueProblem(problem.code, *given, fix=problem.fix) from None


READERS: Mapping[str, Callable[[str], Value]] = {
    "names": _names,
    "name": _secret,
    "bindings": _bindings,
    "ref": _ref,
    "sha256": _sha256,
    "glob": _glob,
    "count": _count,
    "minutes": _minutes,
    "file": _file,
    "inside": _inside,
    "place": _place,
    "text": _text,
}
"""Reads the value of an option by its kind in ``language.json``; raises `ValueProblem`."""
