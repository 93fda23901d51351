"""One child process as its operating system has it: how it is started, signalled and ended.

What differs between POSIX and Windows stands here and nowhere else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

from ..errors import InstallError

Signal = Literal["interrupt", "terminate", "kill"]
"""What a child can be told; each is stronger than the one before."""

ENDED = b"e"
"""What a child's waker is told when the child has ended."""

CHUNK = 1 << 16
"""Bytes that are read at a time."""

_LINGER = 0.5  # seconds that what a child leaves behind has to end when it is asked to
_DIES = 0.1  # seconds that a killed process takes to be gone


class Child:
    """A started child; as a context manager, one that is not left behind.

    Attributes:
        output: what the child says, for a selector.
    """

    def __init__(
        self,
        argv: Sequence[str],
        cwd: str | os.PathLike[str],
        env: Mapping[str, str],
        waker: socket.socket,
    ) -> None:
        self._process = _start(argv, cwd, env)
        self._waker = waker
        self._sudo = Path(argv[0]).name == "sudo"
        self.output = _selectable(self._process)
        self._waiter = threading.Thread(target=self._wait, name="preflight-wait", daemon=True)
        self._waiter.start()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._process.returncode is None:  # something went wrong on our side
            self.send("kill")
            self._waiter.join(_LINGER)
            self.sweep(gently=False)
        self._waiter.join(_LINGER)
        self.output.close()

    @property
    def code(self) -> int:
        """The exit code as a shell counts it; that of a kill where it could not be ended."""
        code = self._process.returncode
        if code is None:
            return 128 + 9
        return 128 - code if code < 0 else code

    def read(self) -> bytes:
        """The next bytes of output, which must be there; empty at the end."""
        if isinstance(self.output, socket.socket):
            return self.output.recv(CHUNK)
        return self.output.read(CHUNK) or b""

    def send(self, what: Signal) -> bool:
        """Signal the child and all that it has started. False where nothing is left of them."""
        if sys.platform == "win32":
            return _send_windows(self._process, what)
        else:
            return _send(self._process.pid, what, sudo=self._sudo)

    def sweep(self, *, gently: bool) -> None:
        """End what the child has left behind. Its group keeps its number while it has members."""
        for what in _GENTLY if gently else _FIRMLY:
            if not self.send(what):
                return
            deadline = time.monotonic() + (_LINGER if what == "terminate" else _DIES)
            while time.monotonic() < deadline:
                if not _is_there(self._process.pid):
                    return
                time.sleep(0.01)

    def _wait(self) -> None:
        self._process.wait()
        tell(self._waker, ENDED)


_GENTLY: tuple[Signal, ...] = ("terminate", "kill")
_FIRMLY: tuple[Signal, ...] = ("kill",)


def tell(waker: socket.socket, what: bytes) -> None:
    """Wake who selects on the other end of *waker*; nothing where nobody does any more."""
    with contextlib.suppress(OSError):
        waker.send(what)


def _start(
    argv: Sequence[str], cwd: str | os.PathLike[str], env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    name = Path(argv[0]).name
    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    except FileNotFoundError:
        if not Path(cwd).is_dir():
            raise InstallError(f"there is no folder {cwd}.", source=name) from None
        raise InstallError(
            "there is no such command on this machine.",
            source=name,
            action="Correct its name, or install it in an earlier line.",
        ) from None
    except PermissionError:
        raise InstallError(
            "it may not be run as a program.",
            source=name,
            action=f"Write the program that reads it in front of it, such as: bash {argv[0]}",
        ) from None
    except (OSError, ValueError) as error:  # no program at all, or a word with a zero byte
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InstallError(f"it cannot be started ({reason}).", source=name) from None


if sys.platform == "win32":

    def _selectable(process: subprocess.Popen[bytes]) -> IO[bytes] | socket.socket:
        """Windows cannot wait for a pipe and something else at once, only for sockets."""
        ours, theirs = socket.socketpair()
        output = _pipe(process)

        def pump() -> None:
            with theirs, output, contextlib.suppress(OSError):
                while data := output.read(CHUNK):
                    theirs.sendall(data)

        threading.Thread(target=pump, name="preflight-read", daemon=True).start()
        return ours

    def _send_windows(process: subprocess.Popen[bytes], what: Signal) -> bool:
        """Ctrl-Break is the only thing that reaches a group; else the whole tree is ended."""
        if process.poll() is not None:
            return False
        if what == "interrupt":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, check=False)
        return True

    def _is_there(group: int) -> bool:
        """A tree is ended at once; there is no group that could be asked."""
        return False

else:

    def _selectable(process: subprocess.Popen[bytes]) -> IO[bytes] | socket.socket:
        """The child's output as something that a selector can watch."""
        return _pipe(process)

    def _send(group: int, what: Signal, *, sudo: bool) -> bool:
        """Signal a process group. False where there is nothing left that can be signalled."""
        number = {"interrupt": signal.SIGINT, "terminate": signal.SIGTERM, "kill": signal.SIGKILL}
        try:
            os.killpg(group, number[what])
        except ProcessLookupError:
            return False
        except PermissionError:  # it runs as root, behind sudo (or is a zombie, on macOS)
            return sudo and _send_as_root(group, number[what])
        return True

    def _is_there(group: int) -> bool:
        """Whether a process group has a member that is ours."""
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise RuntimeError("the child was started without a pipe")
    return process.stdout


def _send_as_root(group: int, number: int) -> bool:
    """Signal a group that ``sudo`` has started: its members are not ours to signal."""
    try:
        done = subprocess.run(
            ["sudo", "-n", "kill", "-s", str(int(number)), "--", f"-{group}"],
            capture_output=True,
            timeout=_LINGER,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
