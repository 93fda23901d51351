"""System packages, where the machine is one that we may change.

Most machines that people train on are not: then nothing is tried, and the command to hand to the
one who may is shown instead. Where there is no apt at all, the line is not for this machine.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import ClassVar

from .. import words
from ..errors import CellError, InstallError, PreflightError
from ..progress import Progress
from ..report import Outcome
from . import installer
from .process import Emit

LISTS = Path("/var/lib/apt/lists")
"""Where apt keeps what it knows of its sources."""

_OLD = 24 * 3600.0  # seconds after which those lists may name versions that are gone
_PACKAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]*[a-z0-9+.])(?::(?P<architecture>[a-z0-9-]+))?"
    r"(?:=(?P<version>[A-Za-z0-9.+:~*-]+)|/[A-Za-z0-9.+~-]+)?"
)
_FORMAT = "${Package}\t${Architecture}\t${db:Status-Status}\t${Version}\t${Provides}\n"

_PATIENCE = (
    *("-q", "-o", "Acquire::Retries=1"),
    *("-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20"),
)
_HURRY = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=3")
_OPTIONS = (
    *_PATIENCE,
    *("-y", "--no-remove"),
    *("-o", "DPkg::Lock::Timeout=60", "-o", "Dpkg::Use-Pty=0"),
    *("-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Options::=--force-confdef"),
    # Else a name that is not there is taken for a pattern, and what it matches is installed.
    *("-o", "APT::Cmd::Pattern-Only=true"),
)

_STALE = re.compile(r"Unable to locate|404 +Not Found|no installation candidate|was not found")
_BROKEN_OFF = re.compile(r"dpkg was interrupted")


class AdminError(InstallError):
    """What is missing can only be installed by somebody else."""

    person: ClassVar[bool] = True


@dataclass
class _Installed:
    """What dpkg has: architecture and version by name, and the names that are only provided."""

    packages: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    provided: set[str] = field(default_factory=set)


def packages(
    names: Sequence[str],
    *,
    progress: Progress,
    emit: Emit,
    environ: Mapping[str, str] | None = None,
    offline: bool = False,
) -> Outcome:
    """Install what of *names* is not there.

    Args:
        names: Debian packages, with ``:ARCHITECTURE``, ``=VERSION`` or ``/RELEASE`` as apt-get
            takes them; virtual ones count as there when something provides them.
        progress: stops the installation when it is cancelled.
        emit: shows a piece of apt's output.
        environ: the kernel's environment.
        offline: it is known that there is no network: no time is spent on waiting for one.

    Returns:
        A skipped outcome where the machine has no apt.

    Raises:
        AdminError: this account may not install; its action is the command for one who may.
        InstallError: apt failed, in its own words.
        NetworkError, BusyError, DiskError: what it failed of, where it can be told.
        CellError: a word is no package.
        Interrupted: it was stopped; the next run sets right what was half done.
    """
    environ = os.environ if environ is None else environ
    lacking = missing(names, environ)
    if lacking is None:
        return Outcome("not for this machine: it has no apt", state="skipped")
    if not lacking:
        count = words.plural(len(set(names)), "package", "packages")
        return Outcome(f"{count} · already there")
    apt = _Apt(_as_root(lacking, environ), environ, progress, emit, offline=offline)
    apt.install(lacking)
    installed = _query(environ)
    absent = [name for name in lacking if not _is_there(name, installed)]
    if absent:
        raise InstallError(
            f"apt-get reported success, and {words.listing(absent)} is still not there.",
            action="Look at what it printed.",
        )
    return Outcome(f"installed: {words.listing([_told(name, installed) for name in lacking])}")


def missing(names: Sequence[str], environ: Mapping[str, str] | None = None) -> list[str] | None:
    """Those of *names* that are not installed; None where the machine has no apt.

    Raises:
        CellError: a word is no package.
        InstallError: dpkg does not answer.
    """
    for name in names:
        if not _PACKAGE.fullmatch(name):
            raise CellError(
                f"{words.plain(name, 60)} is no name of a package.",
                action="Write names as they stand after apt-get install.",
            )
    environ = os.environ if environ is None else environ
    path = environ.get("PATH")
    if not all(shutil.which(one, path=path) for one in ("apt-get", "dpkg-query")):
        return None
    installed = _query(environ)
    return [name for name in dict.fromkeys(names) if not _is_there(name, installed)]


class _Apt:
    """apt-get with the rights that it needs, and what is tried when it does not go at once."""

    def __init__(
        self,
        root: Sequence[str],
        environ: Mapping[str, str],
        progress: Progress,
        emit: Emit,
        *,
        offline: bool,
    ) -> None:
        self._root = root
        self._environ = {**environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        self._progress = progress
        self._emit = emit
        self._offline = offline

    def install(self, names: Sequence[str]) -> None:
        """Install *names*, with fresh lists where those at hand are missing, old or wrong."""
        updated = self._offline
        if _lists_are_old():
            self._update()
            updated = True
        repaired = False
        while True:
            hurry = _HURRY if self._offline else ()
            code, said = self._run("apt-get", "install", *_OPTIONS, *hurry, "--", *names)
            text = "\n".join(said)
            if code == 0:
                return
            if _BROKEN_OFF.search(text) and not repaired:
                self._run("dpkg", "--configure", "-a")
                repaired = True
            elif _STALE.search(text) and not updated:
                self._update()
                updated = True
            else:
                raise _failed(said, offline=self._offline)

    def _update(self) -> None:
        """Fetch the lists anew; whether that could be done shows when they are used."""
        if not self._offline:
            from .explain import no_network

            said = self._run("apt-get", "update", *_PATIENCE)[1]
            self._offline = no_network("\n".join(said))

    def _run(self, *argv: str) -> tuple[int, list[str]]:
        return installer.run(
            [*self._root, *argv],
            cwd=Path("/"),
            env=installer.hurried(self._environ) if self._offline else self._environ,
            progress=self._progress,
            emit=self._emit,
        )


def _as_root(names: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """What to put before a command so that it may install.

    Raises:
        AdminError: where nothing will do without a password.
    """
    if _is_root():
        return []
    sudo = shutil.which("sudo", path=environ.get("PATH"))
    if sudo is not None and _succeeds([sudo, "-n", "apt-get", "--version"], environ):
        return [sudo, "-n"]
    raise AdminError(
        f"{words.listing(names)} must be installed by an administrator of this machine.",
        action=f"Ask for: sudo apt-get install -y {shlex.join(names)}",
    )


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _succeeds(argv: Sequence[str], environ: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(
            argv,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _query(environ: Mapping[str, str]) -> _Installed:
    """Everything that is installed (dpkg-query(1)); some 20 ms."""
    try:
        done = subprocess.run(
            ["dpkg-query", "--show", f"--showformat={_FORMAT}"],
            env={**environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        raise InstallError(
            "dpkg-query does not answer.", action="Look at the state of dpkg on this machine."
        ) from None
    found = _Installed()
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        name, architecture, status, version, provides = [*line.split("\t"), *[""] * 5][:5]
        if status == "installed":
            found.packages.setdefault(name, []).append((architecture, version))
            found.provided.update(one.split(" ")[0] for one in provides.split(", ") if one)
    return found


def _is_there(word: str, installed: _Installed) -> bool:
    match = _PACKAGE.fullmatch(word)
    if match is None:
        return False
    name, architecture, version = match["name"], match["architecture"], match["version"]
    if any(
        (not architecture or here in (architecture, "all"))
        and (not version or fnmatchcase(has, version))
        for here, has in installed.packages.get(name, ())
    ):
        return True
    return not version and not architecture and name in installed.provided


def _told(word: str, installed: _Installed) -> str:
    match = _PACKAGE.fullmatch(word)
    name = match["name"] if match else word
    versions = [version for _, version in installed.packages.get(name, ())]
    return f"{name} {versions[0]}" if versions else name


def _lists_are_old() -> bool:
    try:
        if not any("_Packages" in name for name in os.listdir(LISTS)):
            return True
        return not 0 <= time.time() - LISTS.stat().st_mtime < _OLD
    except OSError:
        return True


def _failed(said: Sequence[str], *, offline: bool) -> PreflightError:
    from .explain import apt_failed

    return apt_failed(said, offline=offline)
