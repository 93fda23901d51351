"""Environment variables of the kernel, and so of everything that it starts.

The one place where a secret may come to stand in the environment: because a line says so by name
(``env --secret``), never because something else had to look it up.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .. import words
from ..errors import CellError, UnsupportedError
from ..redaction import MASK, redact
from ..report import Outcome

if TYPE_CHECKING:
    from ..secrets import Secrets
    from .grammar import Step

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|_PWD|_AUTH|KEY(?!WORD)", re.I)


class Paths(Protocol):
    """What `put_on_path` changes: the environment, and the interpreter's search path."""

    @property
    def environ(self) -> MutableMapping[str, str]:
        """The kernel's environment."""

    @property
    def path(self) -> list[str]:
        """The kernel's ``sys.path``."""


def apply(step: Step, environ: MutableMapping[str, str], secrets: Secrets) -> Outcome:
    """Set what an ``env`` line says. Either all of it is set or, on an error, nothing.

    A secret is looked up without a host: it goes nowhere but into this process, so the consent
    that binds a name to a host is not asked for. Code of the notebook could read it there anyway.

    Raises:
        CellError: where a word is no ``NAME=VALUE``, or a value cannot stand in an environment.
        AuthError: where a secret is in none of its places.
    """
    values = dict(_pair(word) for word in _plain(step))
    shown = [f"{name}={_show(name, value)}" for name, value in values.items()]
    for name, secret in _secrets(step):
        values[name] = secrets.find(secret, "").reveal()
        shown.append(f"{name} (secret)" if name == secret else f"{name} (secret {secret})")
    for name, value in values.items():
        _check(name, value)
    environ.update(values)
    return Outcome(" · ".join(shown), details={"names": list(values)})


def secret_names(step: Step) -> list[str]:
    """The secrets that an ``env`` line will look up, so that questions can come first."""
    return [secret for _, secret in _secrets(step)]


def put_on_path(folder: Path, context: Paths) -> None:
    """Let ``import`` find what lies in *folder*, here and in children; once, however often asked.

    It comes before everything installed, and after the folder that the notebook lies in.

    Raises:
        UnsupportedError: where its name cannot stand in ``PYTHONPATH``.
    """
    name = str(folder)
    if os.pathsep in name:
        raise UnsupportedError(
            f"a folder with {os.pathsep} in its name cannot be put on Python's path.",
            source=name,
            action="Choose a root without it.",
        )
    if not _holds(context.path, name):
        context.path.insert(1 if context.path[:1] == [""] else 0, name)
        importlib.invalidate_caches()
    before = [one for one in context.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    if not _holds(before, name):
        context.environ["PYTHONPATH"] = os.pathsep.join([name, *before])


def _holds(folders: Sequence[str], name: str) -> bool:
    wanted = os.path.realpath(name)
    return any(one and os.path.realpath(one) == wanted for one in folders)


def _option(step: Step) -> tuple[str, ...] | None:
    """The words of ``--secret``: None where it is not there, empty where the arguments are."""
    if "secret" not in step.options:
        return None
    value = step.options["secret"]
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def _plain(step: Step) -> Sequence[str]:
    return () if _option(step) == () else step.args


def _secrets(step: Step) -> list[tuple[str, str]]:
    """Pairs of a variable and the secret that it gets."""
    named = _option(step)
    pairs = []
    for word in step.args if named == () else named or ():
        name, equals, secret = word.partition("=")
        if not _NAME.fullmatch(name) or (equals and not secret):
            raise CellError(
                f"{redact(name or word)} is no name of a variable.",
                action="Write --secret NAME, or --secret NAME=SECRET",
            )
        pairs.append((name, secret or name))
    return pairs


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise CellError(
            f"{redact(name)} is no name of a variable with its value.", action="Write NAME=VALUE"
        )
    return name, value


def _show(name: str, value: str) -> str:
    """A value as it may be shown: one that looks secret is not."""
    if _SECRET.search(name):
        return MASK
    return words.plain(redact(value), 60)


def _check(name: str, value: str) -> None:
    """Say before anything is set what `os.environ` would say with the value in its message."""
    try:
        broken = b"\0" in os.fsencode(value)
    except UnicodeEncodeError:
        broken = True
    if broken:
        raise CellError(f"the value of {name} has characters that no environment can hold.")
