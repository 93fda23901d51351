"""Runs git as a tool, not as a person's shell would: no prompts, no hooks, nothing from the line
that could be an option, and a token only in the child's environment.

Git does what a cell says on a machine that holds its user's keys, so what it may do is decided
here, in one place, for every call.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LinkError, UnsupportedError

if TYPE_CHECKING:
    from ..progress import Progress
    from ..secrets import Credential

_KEPT = frozenset(
    {
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
    }
)
"""Variables of git that say how this machine reaches others. All the rest could point git at
another repository, write traces, or switch a check off (git(1), Environment Variables)."""

_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "http.sslVerify=true",
    "maintenance.auto=false",
    "protocol.version=2",
    "submodule.recurse=false",
)
"""Holds for every call: nothing of a repository's own runs, nothing stays behind, nothing hangs."""

_CREDENTIAL_IN_ENVIRONMENT = (2, 31)
"""The first git that takes settings from the environment (``GIT_CONFIG_COUNT``)."""


class GitError(Exception):
    """Git ended with an error.

    Args:
        code: exit status.
        said: standard error, not yet made safe to show.
    """

    def __init__(self, code: int, said: str) -> None:
        super().__init__(code)
        self.code = code
        self.said = said


class Git:
    """The git of this machine.

    Args:
        program: its absolute path.
        progress: stopping it ends the child at once.
        environ: what the child inherits, cleaned of what could redirect it.
    """

    def __init__(
        self, program: str, progress: Progress, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._program = program
        self._progress = progress
        self._environ = clean(environ)
        self._remote: dict[str, str] = {}

    @classmethod
    def find(cls, progress: Progress, environ: Mapping[str, str] = os.environ) -> Git | None:
        """The git on ``PATH``; None where there is none."""
        program = shutil.which("git", path=environ.get("PATH"))
        if program is None or _is_placeholder(program):
            return None
        return cls(program, progress, environ)

    def reach(self, url: str, credential: Credential | None = None) -> None:
        """Allow calls with ``remote`` to go to *url*, with *credential* for its own host only.

        Raises:
            LinkError: it would travel unencrypted.
            UnsupportedError: this git cannot be told a token without writing it down.
        """
        scheme, _, rest = url.partition("://")
        # A user's own url.*.insteadOf may turn https into ssh; a line never can.
        self._remote = {"GIT_ALLOW_PROTOCOL": "http" if scheme == "http" else "https:ssh"}
        if credential is None:
            return
        if scheme != "https":
            raise LinkError("a secret is sent over https only", action="Write https:// instead.")
        if self.version < _CREDENTIAL_IN_ENVIRONMENT:
            raise UnsupportedError(
                "this machine's git is too old to be given a token safely",
                action="Install git 2.31 or newer, or add --archive to the line.",
            )
        origin = f"https://{rest.partition('/')[0]}/"
        pairs = (
            (f"http.{origin}.extraHeader", f"{credential.header}: {credential.value.reveal()}"),
            ("credential.helper", ""),
        )
        self._remote["GIT_CONFIG_COUNT"] = str(len(pairs))
        for number, (key, value) in enumerate(pairs):
            self._remote[f"GIT_CONFIG_KEY_{number}"] = key
            self._remote[f"GIT_CONFIG_VALUE_{number}"] = value

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor version."""
        words = self.run("--version", folder=Path.cwd()).decode("utf-8", "replace").split()
        numbers = words[2].split(".") if len(words) > 2 else []
        major, minor = (int(part) if part.isdigit() else 0 for part in [*numbers, "0", "0"][:2])
        return major, minor

    def run(
        self,
        *arguments: str,
        folder: Path,
        feed: bytes = b"",
        settings: Sequence[str] = (),
        index: Path | None = None,
        remote: bool = False,
        said: Callable[[str], None] | None = None,
    ) -> bytes:
        """Run ``git ARGUMENTS`` in *folder*, which no repository above it can be mistaken for.

        Args:
            feed: given on standard input.
            settings: further ``NAME=VALUE`` settings for this call.
            index: another index file than the repository's own.
            remote: whether the call goes over the network, to where `reach` has said.
            said: gets what git writes to standard error, piece by piece.

        Returns:
            Standard output.

        Raises:
            GitError: git ended with an error.
            Interrupted: the run was stopped.
        """
        argv = [self._program]
        for setting in (*_SETTINGS, *settings):
            argv += ["-c", setting]
        environ = {**self._environ, **(self._remote if remote else {})}
        environ["GIT_CEILING_DIRECTORIES"] = str(folder.parent)
        if index is not None:
            environ["GIT_INDEX_FILE"] = str(index)
        self._progress.check()
        child = subprocess.Popen(
            [*argv, *arguments],
            cwd=folder,
            env=environ,
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        with child, self._progress.on_cancel(lambda: _end(child)):
            output, errors = _listen(child, said) if said else child.communicate(feed or None)
        self._progress.check()
        if child.returncode:
            raise GitError(child.returncode, errors.decode("utf-8", "replace"))
        return output


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """*environ* for git: without variables that redirect it, with all questions answered No."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    for name in ("SSH_ASKPASS", "LANGUAGE", "LC_MESSAGES"):
        kept.pop(name, None)
    authorities = next(
        (kept[name] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if kept.get(name)), None
    )
    if authorities and os.path.isfile(authorities):  # git's curl reads none of these by itself
        kept.setdefault("GIT_SSL_CAINFO", authorities)
    kept.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=15")
    return {
        **kept,
        "GCM_INTERACTIVE": "never",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ASKPASS": "",
        "GIT_COMMITTER_EMAIL": "preflight@localhost",
        "GIT_COMMITTER_NAME": "Preflight",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PAGER": "",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _is_placeholder(program: str) -> bool:
    """Whether it is macOS's stand-in, which opens a dialog that offers to install git."""
    if sys.platform == "darwin" and program == "/usr/bin/git":
        asked = subprocess.run(["/usr/bin/xcode-select", "-p"], capture_output=True, check=False)
        return asked.returncode != 0
    return False


def _listen(child: subprocess.Popen[bytes], said: Callable[[str], None]) -> tuple[bytes, bytes]:
    """Hand on standard error while it is written. Only for calls with nothing on the others."""
    assert child.stderr is not None
    assert child.stdout is not None
    parts = []
    descriptor = child.stderr.fileno()
    while part := os.read(descriptor, 1 << 14):
        parts.append(part)
        said(part.decode("utf-8", "replace"))
    output = child.stdout.read()
    child.wait()
    return output, b"".join(parts)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop *child* and what it has started; asked first, so that it takes its locks along."""
    with contextlib.suppress(OSError):
        _signal(child, signal.SIGTERM)
        try:
            child.wait(1)
        except subprocess.TimeoutExpired:
            _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    if os.name == "nt":
        child.terminate()
    else:
        os.killpg(child.pid, number)
