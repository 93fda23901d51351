"""Child processes that stream what they say, can always be stopped, and never outlive the call.

Every child leads a session of its own: the interrupt that a Jupyter server sends to the kernel's
group does not reach it twice, and whatever it has started is ended with it. Nothing here knows
what the child is for.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

from ..errors import InstallError, Interrupted
from ..progress import Progress

Emit = Callable[[str], None]
"""Takes one piece of output: a line with its end (``\\n``, ``\\r\\n`` or ``\\r``), or what stands
of one when the child pauses. All pieces together are the child's output."""

_CHUNK = 1 << 16
_LEFT = 1 << 20  # bytes that a pipe can hold at most on Linux: what may be unread after the end
_PAUSE = 0.1  # seconds of silence after which an unfinished line is shown
_STEP = 0.6  # seconds between two signals: three of them end a child within two seconds
_LINGER = 0.5  # seconds that what a child leaves behind has to end when it is asked to
_DIES = 0.1  # seconds that a killed process takes to be gone

_INTERRUPTED, _ENDED = b"i", b"e"
_Signal = Literal["interrupt", "terminate", "kill"]


def run_child(
    argv: Sequence[str],
    *,
    cwd: str | os.PathLike[str],
    env: Mapping[str, str],
    progress: Progress,
    emit: Emit,
    interrupt: Literal["kill", "pass"] = "kill",
    grace: float = 30.0,
) -> int:
    """Run *argv*, without a shell, and wait for it.

    Standard input is empty, standard output and error are one stream. When the child has ended,
    what is left of its process group is ended too; only a process that has made a session of its
    own (``setsid``) stays.

    Args:
        argv: the command and its arguments, given to it as they are.
        cwd: the folder it works in.
        env: its whole environment.
        progress: stops the child when it is cancelled.
        emit: called in this thread with each piece of output, undecodable bytes replaced.
        interrupt: ``kill``: the first interrupt ends it within two seconds (it is asked first, so
            that an installer can undo what is half done). ``pass``: the first is passed on once
            and waited for, the second ends it.
        grace: seconds that ``pass`` waits.

    Returns:
        Its exit code; 128 + n where signal n ended it.

    Raises:
        InstallError: where it cannot be started.
        Interrupted: where *progress* was cancelled before the start, or under ``kill``.
    """
    wake, waker = socket.socketpair()
    with wake, waker, progress.on_cancel(lambda: _tell(waker, _INTERRUPTED)):
        child = _Child(argv, cwd, env, waker)
        with child:
            plan = _Plan(interrupt, grace)
            _attend(child, wake, plan, progress, emit)
    if plan.interrupts and interrupt == "kill":
        raise Interrupted
    return child.code


def _attend(
    child: _Child, wake: socket.socket, plan: _Plan, progress: Progress, emit: Emit
) -> None:
    """Show what *child* says until it has ended, and signal it as *plan* has it."""
    lines = Lines()
    with selectors.DefaultSelector() as selector:
        selector.register(child.output, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        ended = False
        while not ended:
            waits = [plan.wait(), _PAUSE if lines.pending else None]
            ready = selector.select(min((x for x in waits if x is not None), default=None))
            files = {key.fileobj for key, _ in ready}
            if child.output in files:
                data = child.read()
                if not data:
                    selector.unregister(child.output)
                for piece in lines.feed(data):
                    emit(piece)
            elif lines.pending:
                emit(lines.flush())
            if wake in files:
                told = wake.recv(64)
                ended = _ENDED in told
                for _ in range(told.count(_INTERRUPTED)):
                    sentence = plan.interrupt()
                    if sentence:
                        progress.say(sentence)
                        before = lines.flush()
                        emit(f"{before}\n{sentence}\n" if before else f"{sentence}\n")
            for what in plan.due():
                if what is None:
                    return
                child.send(what)
        child.sweep(gently=not plan.interrupts)
        left = _LEFT
        while left > 0 and child.output in selector.get_map() and selector.select(0):
            data = child.read()
            if not data:
                break
            left -= len(data)
            for piece in lines.feed(data):
                emit(piece)
    rest = lines.flush(final=True)
    if rest:
        emit(rest)


class Lines:
    """Cuts a stream of bytes into lines, keeping their ends, and tolerates any bytes."""

    _end = re.compile(r"\r\n|\n|\r(?=[^\n])")

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    @property
    def pending(self) -> bool:
        """Whether the last line has not ended yet."""
        return bool(self._rest)

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines that end in *data*; a line that is very long is given in parts."""
        text = self._rest + self._decoder.decode(data)
        start = 0
        for match in self._end.finditer(text):
            yield text[start : match.end()]
            start = match.end()
        self._rest = text[start:]
        if len(self._rest) > _CHUNK:
            yield self.flush()

    def flush(self, *, final: bool = False) -> str:
        """What stands of the last line; *final* where nothing more will come."""
        rest, self._rest = self._rest, ""
        return rest + self._decoder.decode(b"", True) if final else rest


class _Plan:
    """Which signals are sent when."""

    def __init__(self, interrupt: Literal["kill", "pass"], grace: float) -> None:
        self._passes = interrupt == "pass"
        self._grace = grace
        self._steps: deque[tuple[float, _Signal | None]] = deque()
        self.interrupts = 0

    def interrupt(self) -> str:
        """Take note of an interrupt; what to tell about it, if anything."""
        self.interrupts += 1
        now = time.monotonic()
        if not self._passes:
            if self.interrupts == 1:
                self._set(now, "interrupt", "terminate", "kill")
            return ""
        if self.interrupts == 1:
            self._set(now + self._grace, "terminate", "kill")
            self._steps.appendleft((now, "interrupt"))
            return (
                f"Interrupted: waiting up to {self._grace:.0f} s for the command to finish; "
                "interrupt again to end it now."
            )
        if self.interrupts == 2:
            self._set(now, "terminate", "kill")
            return "Interrupted again: ending the command."
        return ""

    def wait(self) -> float | None:
        """Seconds until something is due; None where nothing is planned."""
        return max(0.0, self._steps[0][0] - time.monotonic()) if self._steps else None

    def due(self) -> Iterator[_Signal | None]:
        """The signals to send now; None where all have been sent in vain."""
        while self._steps and self._steps[0][0] <= time.monotonic():
            yield self._steps.popleft()[1]

    def _set(self, at: float, *signals: _Signal) -> None:
        self._steps.clear()
        for number, what in enumerate((*signals, None)):
            self._steps.append((at + number * _STEP, what))


class _Child:
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

    def __enter__(self) -> _Child:
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
            return self.output.recv(_CHUNK)
        return self.output.read(_CHUNK) or b""

    def send(self, what: _Signal) -> bool:
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
        _tell(self._waker, _ENDED)


_GENTLY: tuple[_Signal, ...] = ("terminate", "kill")
_FIRMLY: tuple[_Signal, ...] = ("kill",)


def _tell(waker: socket.socket, what: bytes) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
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
                while data := output.read(_CHUNK):
                    theirs.sendall(data)

        threading.Thread(target=pump, name="preflight-read", daemon=True).start()
        return ours

    def _send_windows(process: subprocess.Popen[bytes], what: _Signal) -> bool:
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

    def _send(group: int, what: _Signal, *, sudo: bool) -> bool:
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
