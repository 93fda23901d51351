"""What an installer meant, from the last of what it said.

Installers have no other way to tell: their exit codes say only that something failed. So words
are the last resort here, and each rule has the sentence that it answers to in the tests.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from .. import words
from ..errors import AuthError, BusyError, DiskError, InstallError, NetworkError, PreflightError
from ..redaction import redact

_AWAY = re.compile(
    r"Name or service not known|Temporary failure in name resolution|NameResolutionError"
    r"|nodename nor servname|getaddrinfo failed|No address associated with hostname"
    r"|failed to lookup address|dns error|Temporary failure resolving|Could not resolve"
    r"|Network is unreachable|No route to host",
    re.I,
)
"""Nothing can be reached: names do not resolve, or there is no route."""

_SURELY = re.compile(r"Temporary failure|Network is unreachable", re.I)
_ABSENT = re.compile(
    r"No matching distribution|no versions? of|not found in the|was not found", re.I
)

_BROKEN = re.compile(
    r"after connection broken by|Connection refused|ReadTimeoutError|ConnectTimeoutError"
    r"|Max retries exceeded|error sending request|Could not connect to|Connection timed out"
    r"|Connection reset by peer",
    re.I,
)

_LOGIN = re.compile(r"\b401\b.*(?:Unauthorized|Credentials|Client Error)|\b403 Client Error", re.I)
_FULL = re.compile(r"No space left on device", re.I)

_PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
_ACTIONS = tuple(
    (re.compile(pattern, re.I), action)
    for pattern, action in (
        (
            r"externally.managed",
            "This Python belongs to the operating system: "
            "choose a kernel in a virtual environment.",
        ),
        (
            r"subprocess-exited-with-error|metadata-generation-failed|Failed to build",
            f"Choose a version that needs no building for {_PYTHON}, or install in an earlier "
            "apt line what its build needs.",
        ),
        (
            r"conflicting dependencies|are incompatible|depends? on .+ conflict",
            "Loosen the versions that contradict each other.",
        ),
        (
            r"No matching distribution|no versions? of|not found in the",
            f"Check its name and version, and that it is made for {_PYTHON}.",
        ),
        (
            r"DO NOT MATCH THE HASHES|hash mismatch",
            "Find out why the file is another one before you change the hash.",
        ),
        (r"Permission denied|not writeable", "Choose a kernel in an environment of yours."),
        (r"no such option|unexpected argument", "Correct the option."),
        (r"Invalid requirement|Failed to parse", "Correct how it is written."),
    )
)


def no_network(text: str) -> bool:
    """Whether *text* tells of a network that is away, and not only of one host that is."""
    from ..fetch.route import has_route

    return _AWAY.search(text) is not None and (_SURELY.search(text) is not None or not has_route())


def installer_failed(tool: str, said: Iterable[str], *, offline: bool = False) -> PreflightError:
    """The error for *tool* (``pip``, ``uv``), by the last lines that it has printed.

    Args:
        tool: its name.
        said: what it has printed.
        offline: it is known that there is no network: then what it did not find may be there.

    `NetworkError` where nothing answered, `AuthError` where the index wants a login, `DiskError`
    where the disk is full, else `InstallError` with the tool's own sentence.
    """
    said = list(said)
    text = "\n".join(said)
    if _AWAY.search(text) or _BROKEN.search(text):
        return NetworkError(
            "the package index did not answer.",
            action="Try again, or look at the network and proxy settings of this machine.",
            offline=no_network(text),
        )
    if offline and _ABSENT.search(text):
        return NetworkError(
            "not all of it is on this machine, and there is no network.",
            action="Run it where there is one, or look at this machine's proxy settings.",
            offline=True,
        )
    sentence = last_words(said)
    reason = f"{tool} says “{sentence}”" if sentence else f"{tool} failed and did not say why."
    if _LOGIN.search(text):
        return AuthError(
            f"the package index wants a login; {reason}",
            action=f"Set it in {tool}'s own configuration on this machine, not in the notebook.",
        )
    if _FULL.search(text):
        return DiskError("the disk is full.", action="Free some space, then run the cell again.")
    default = "Correct the line, and run the cell again."
    action = next((action for pattern, action in _ACTIONS if pattern.search(text)), default)
    return InstallError(reason, action=action)


_APT_ABSENT = re.compile(
    r"Unable to locate|no installation candidate|was not found|find any package"
)
_LOCKED = re.compile(r"Could not get lock|Unable to lock")
_APT_ACTIONS = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (
            _APT_ABSENT.pattern,
            "Check its name and version for this release of the system.",
        ),
        (r"need to be removed", "Ask an administrator whether those others may go."),
        (r"unmet dependencies|held broken packages", "Ask an administrator to set apt right."),
    )
)


def apt_failed(said: Iterable[str], *, offline: bool = False) -> PreflightError:
    """The error for ``apt-get``, by the last lines that it has printed.

    Args:
        said: what it has printed.
        offline: it is known that there is no network: then newer lists may know what it does not.

    `NetworkError` where nothing answered, `BusyError` where another one is at work, `DiskError`
    where the disk is full, else `InstallError` with apt's own sentence.
    """
    said = list(said)
    text = "\n".join(said)
    if _AWAY.search(text) or _BROKEN.search(text):
        return NetworkError(
            "the package sources did not answer.",
            action="Try again, or look at the network and proxy settings of this machine.",
            offline=no_network(text),
        )
    if offline and _APT_ABSENT.search(text):
        return NetworkError(
            "this machine's lists do not know it, and there is no network to fetch newer ones.",
            action="Check its name; run it where there is a network.",
            offline=True,
        )
    if _LOCKED.search(text):
        return BusyError("another process is installing packages.", action="Try again later.")
    if _FULL.search(text):
        return DiskError("the disk is full.", action="Free some space, then run the cell again.")
    errors = [line.removeprefix("E: ") for line in said if line.startswith("E: ")]
    sentence = _plain(errors[0]) if errors else last_words(said)
    reason = f"apt-get says “{sentence}”" if sentence else "apt-get failed and did not say why."
    default = "Look at what it printed, then run the cell again."
    action = next((action for pattern, action in _APT_ACTIONS if pattern.search(text)), default)
    return InstallError(reason, action=action)


def last_words(said: Sequence[str]) -> str:
    """The last line that means something, on one line and without secrets."""
    errors = [
        line.removeprefix("ERROR: ")
        for line in said
        if line.startswith("ERROR: ") and not _EMPTY.search(line)
    ]
    if errors:
        return _plain(errors[-1])
    starts = [number for number, line in enumerate(said) if re.match(r"\s*\u00d7|error: ", line)]
    if starts:
        whole = []
        for line in said[starts[-1] :]:
            if not line.strip():
                break
            whole.append(re.sub(r"^[\s\u00d7╰─▶>│]*(?:error: |cause: )?", "", line))
        return _plain(" ".join(whole))
    spoken = [line for line in said if line.strip() and not re.match(r"\[notice\]|WARNING:", line)]
    return _plain(spoken[-1]) if spoken else ""


_EMPTY = re.compile(r"for help visit|pip's dependency resolver does not currently")


def _plain(line: str) -> str:
    return words.plain(redact(line), 400)
