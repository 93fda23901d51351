"""One family of errors, so that whatever goes wrong is told in the same three parts.

Everything a user can cause ends in one of these: *source* (what it was about), *reason* (in plain
words) and *action* (the next thing to do). Anything else that escapes is a defect of ours.
"""

from __future__ import annotations

import sys
from typing import Any, ClassVar


class PreflightError(Exception):
    """Something that can be said in one sentence and has a next action.

    Args:
        reason: one sentence in plain words; a final stop is added where another one follows.
        source: what it is about: a folder, a link without its query, a package.
        action: the next thing to do, as an imperative sentence; may be empty.
    """

    code: ClassVar[str] = "failed"
    """Stable name of the kind, used by the panel and in the reference of errors."""

    person: ClassVar[bool] = False
    """Whether only a person can cure it (consent, log in, hardware): exit code 3, not 4."""

    def __init__(self, reason: str, *, source: str = "", action: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source
        self.action = action

    def __str__(self) -> str:
        return f"{self.source}: {self.sentence}" if self.source else self.sentence

    @property
    def sentence(self) -> str:
        """Reason and action as they are read one after the other."""
        if not self.action:
            return self.reason
        stop = "" if self.reason.rstrip().endswith((".", "!", "?", ":", ",", ";")) else "."
        return f"{self.reason}{stop} {self.action.lstrip(' ')}"

    def about(self, source: str) -> PreflightError:
        """The same error, with *source* filled in where it was left out."""
        if not self.source:
            self.source = source
        return self

    def as_dict(self) -> dict[str, Any]:
        """What a report keeps of it: JSON-ready, without a traceback."""
        return {
            "code": self.code,
            "source": self.source,
            "reason": self.reason,
            "action": self.action,
            "person": self.person,
        }

    def _render_traceback_(self) -> list[str]:
        """IPython's hook for exceptions that print themselves: one line, no traceback."""
        return [f"{type(self).__name__}: {self}"]


class CellError(PreflightError):
    """The text of the cell is wrong: nothing was run."""

    code = "cell"


class LinkError(PreflightError):
    """A link that cannot be used, known before any request was made."""

    code = "link"


class AuthError(PreflightError):
    """The provider wants a login, another one, or a consent that only a person can give."""

    code = "auth"
    person = True


class GoneError(PreflightError):
    """The provider says that it is not there (or, for some, that it is not shown to us)."""

    code = "gone"


class QuotaError(PreflightError):
    """The provider refuses for now.

    Args:
        retry_at: when to try again, in seconds since the epoch, where the provider says so.
    """

    code = "quota"

    def __init__(
        self, reason: str, *, source: str = "", action: str = "", retry_at: float | None = None
    ) -> None:
        super().__init__(reason, source=source, action=action)
        self.retry_at = retry_at

    def as_dict(self) -> dict[str, Any]:
        """As for every error, with ``retry_at``."""
        return {**super().as_dict(), "retry_at": self.retry_at}


class NotAnArchiveError(PreflightError):
    """A page, a message or nothing stood where a file was expected."""

    code = "not-an-archive"


class UnsafeArchiveError(PreflightError):
    """The archive holds something that could reach outside its folder, or contradicts itself."""

    code = "unsafe-archive"


class IntegrityError(PreflightError):
    """The bytes are not those that were promised: wrong length, checksum or version."""

    code = "integrity"


class NetworkError(PreflightError):
    """No answer, a broken transfer, or a server that keeps failing.

    Args:
        offline: True where nothing can be reached at all (names do not resolve, no route).
    """

    code = "network"

    def __init__(
        self, reason: str, *, source: str = "", action: str = "", offline: bool = False
    ) -> None:
        super().__init__(reason, source=source, action=action)
        self.offline = offline


class DiskError(PreflightError):
    """The disk is full, read-only, or not ours to write to."""

    code = "disk"


class BusyError(PreflightError):
    """Another process is at work on the same thing."""

    code = "busy"


class ConflictError(PreflightError):
    """Something of the user's stands where ours should be; it is named and left alone."""

    code = "conflict"


class HardwareError(PreflightError):
    """The machine is not the one that the cell asks for."""

    code = "hardware"
    person = True


class InstallError(PreflightError):
    """A package manager, or a command, ended with an error of its own."""

    code = "install"


class UnsupportedError(PreflightError):
    """Known to the language, but not in this version or not on this kind of machine."""

    code = "unsupported"


class Interrupted(Exception):
    """Work stopped because the user asked for it; what is staged can be resumed."""


def incomplete(error: ImportError) -> InstallError | None:
    """What *error* means where a package that Preflight needs is not there, or is damaged.

    None where the module is one of ours, or Python's own: then it is a defect.
    """
    name = (error.name or "").partition(".")[0]
    if not name or name == __package__ or name in sys.stdlib_module_names:
        return None
    missing = isinstance(error, ModuleNotFoundError)
    return InstallError(
        f"{name} {'is missing' if missing else 'cannot be used'} in {sys.executable}",
        action="Preflight needs it: run pip install jupyterlab-preflight there.",
    )
