"""What git's words mean: its exit status is 128 for nearly everything, so its sentences are read.

They are asked for in English. What is not known here is shown as git said it, made safe to print:
a server may put anything into its part of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .. import words
from ..bootstrap.grammar import quote
from ..errors import (
    AuthError,
    BusyError,
    ConflictError,
    DiskError,
    GoneError,
    LinkError,
    NetworkError,
    PreflightError,
)
from .git import GitError

_NO_HOST = ("could not resolve host", "could not resolve proxy", "network is unreachable")
_BROKEN = (
    "connection reset",
    "connection timed out",
    "couldn't connect to server",
    "failed to connect",
    "early eof",
    "empty reply from server",
    "gnutls recv error",
    "hung up unexpectedly",
    "invalid index-pack output",
    "operation timed out",
    "operation too slow",
    "recv failure",
    "returned error: 429",
    "returned error: 5",
    "rpc failed",
    "ssl_error_syscall",
    "timed out",
)
_LOGIN = (
    "authentication failed",
    "could not read password",
    "could not read username",
    "host key verification failed",
    "invalid username or password",
    "permission denied (publickey",
    "returned error: 401",
    "returned error: 403",
    "terminal prompts disabled",
)
_GONE = (
    "does not appear to be a git repository",
    "is this a git repository?",
    "not found",
    "returned error: 404",
    "returned error: 410",
)


def explain(
    error: GitError, folder: Path, redact: Callable[[str], str] = lambda text: text
) -> PreflightError:
    """*error* as one of ours.

    Args:
        folder: where git worked.
        redact: takes secrets out of what is shown.
    """
    said = error.said.lower()

    def told(*sentences: str) -> bool:
        return any(sentence in said for sentence in sentences)

    if told("dubious ownership"):
        return ConflictError(
            "belongs to another user, so git does not touch it.",
            action=f"If you trust it: git config --global --add safe.directory "
            f"{quote(str(folder))}",
        )
    if told(".lock': file exists", "another git process"):
        return BusyError("another git process is at work there", action="Wait for it to end.")
    if told("no space left", "disk quota"):
        return DiskError("no space left on the disk", action="Free some space.")
    if told("read-only file system") or ("permission denied" in said and "publickey" not in said):
        return DiskError("git may not write there", action="Choose a folder that you may write to.")
    if told("not allowed"):
        return LinkError(
            "git is set to reach it in a way that Preflight does not allow",
            action="Look for insteadOf in git config --list.",
        )
    if told("couldn't find remote ref", "not our ref", "unadvertised object"):
        return GoneError("it has no such branch, tag or commit", action="Correct --ref.")
    if told(*_NO_HOST):
        return NetworkError("its host cannot be reached", action="Check the network.", offline=True)
    if told("certificate", "ssl peer"):
        return NetworkError(
            "its certificate is not trusted by git",
            action="If your institution inspects traffic, set GIT_SSL_CAINFO to its certificates.",
        )
    if told(*_LOGIN):
        return AuthError(
            "it is private, or the login is wrong",
            action="Add --secret GITHUB_TOKEN to the line, with a token that may read it.",
        )
    if told(*_GONE):
        return GoneError(
            "there is no such repository, or it is private",
            action="Check the link; for a private one add --secret GITHUB_TOKEN.",
        )
    if told(*_BROKEN):
        return NetworkError("the transfer broke off", action="Run the cell again.")
    lines = [line for line in error.said.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    last = words.plain(redact((fatal or lines or ["nothing"])[-1]), 300)
    return PreflightError(f"git says: {last}", action="Run the cell again.")
