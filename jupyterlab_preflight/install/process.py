"""Child processes that stream what they say, can always be stopped, and never outlive the call.

Every child leads a session of its own: the interrupt that a Jupyter server sends to the kernel's
group does not reach it twice, and whatever it has started is ended with it. Nothing here knows
what the child is for.
"""

from __future__ import annotations

import codecs
import os
import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from ..errors import Interrupted
from ..progress import Progress
from .child import CHUNK, ENDED, Child, Signal, tell

Emit = Callable[[str], None]
"""Takes one piece of output: a line with its end (``\\n``, ``\\r\\n`` or ``\\r``), or what stands
of one when the child pauses. All pieces together are the child's output."""

_LEFT = 1 << 20  # bytes that a pipe can hold at most on Linux: what may be unread after the end
_PAUSE = 0.1  # seconds of silence after which an unfinished line is shown
_STEP = 0.6  # seconds between two signals: three of them end a child within two seconds

_INTERRUPTED = b"i"


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
    with wake, waker, progress.on_cancel(lambda: tell(waker, _INTERRUPTED)):
        child = Child(argv, cwd, env, waker)
        with child:
            plan = _Plan(interrupt, grace)
            _attend(child, wake, plan, progress, emit)
    if plan.interrupts and interrupt == "kill":
        raise Interrupted
    return child.code


def _attend(child: Child, wake: socket.socket, plan: _Plan, progress: Progress, emit: Emit) -> None:
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
                ended = ENDED in told
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
        if len(self._rest) > CHUNK:
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
        self._steps: deque[tuple[float, Signal | None]] = deque()
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

    def due(self) -> Iterator[Signal | None]:
        """The signals to send now; None where all have been sent in vain."""
        while self._steps and self._steps[0][0] <= time.monotonic():
            yield self._steps.popleft()[1]

    def _set(self, at: float, *signals: Signal) -> None:
        self._steps.clear()
        for number, what in enumerate((*signals, None)):
            self._steps.append((at + number * _STEP, what))
