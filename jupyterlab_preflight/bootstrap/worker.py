"""Work in a thread of ours, and a main thread that stays free for the person.

The main thread draws at most four times a second, prints what children say, asks for secrets, and
is the one that the interrupt reaches: none of this works from another thread in every kernel.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .. import words
from ..errors import BusyError, Interrupted
from ..progress import Progress

TICK = 0.25
"""Seconds between two pictures of the same report: four a second at most."""

MOST = 1 << 18
"""Characters of output that wait to be shown; a task that says more waits itself."""


class Worker:
    """Runs one task at a time and serves what it needs from the main thread.

    Args:
        show: prints a piece of a child's output.
        ask: a masked prompt, where somebody is there to answer.

    Attributes:
        ask: for the task: asks in the main thread and waits; None where nobody is there.
    """

    def __init__(
        self, show: Callable[[str], None], ask: Callable[[str], str] | None = None
    ) -> None:
        self._show = show
        self._prompt = ask
        self.ask = self._ask if ask is not None else None
        self._progress: Progress | None = None
        self._thread: threading.Thread | None = None
        self._messages: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._output = _Output()

    def emit(self, text: str) -> None:
        """For the task: have *text* printed, waiting while too much waits to be printed already."""
        progress = self._progress
        if progress is None or threading.current_thread() is not self._thread:
            return  # a task that nobody waits for any more
        if self._output.put(text, progress.cancelled):
            self._messages.put(("emit", None))

    def cancel(self) -> None:
        """Stop the task that is going on, from any thread."""
        if self._progress is not None:
            self._progress.cancel()

    def run(
        self,
        task: Callable[[], Any],
        progress: Progress,
        tick: Callable[[], None] = lambda: None,
        *,
        patience: float = 2.0,
        passes: bool = False,
    ) -> Any:
        """Run *task* in a thread and wait for it here.

        Args:
            task: what to do; ends early where *progress* is cancelled.
            progress: cancelled by the first interrupt.
            tick: called in this thread, every `TICK` seconds.
            patience: seconds that a cancelled task has to end by itself.
            passes: the task deals with the interrupt itself; its value counts where it has one.

        Raises:
            BusyError: another task is going on, in another thread of the kernel.
            KeyboardInterrupt: after an interrupt, when the task has ended or *patience* is over.
            Exception: what the task raised.
        """
        self.check_free()
        self._progress = progress
        try:
            return self._run(task, progress, tick, patience=patience, passes=passes)
        finally:
            self._progress = None

    def check_free(self) -> None:
        """Raise `BusyError` where a task is going on."""
        if self._progress is not None:
            raise BusyError(
                "another run is going on in this kernel", action="Wait for it to end, or stop it."
            )

    def _run(
        self,
        task: Callable[[], Any],
        progress: Progress,
        tick: Callable[[], None],
        *,
        patience: float,
        passes: bool,
    ) -> Any:
        result: dict[str, Any] = {}

        def work() -> None:
            try:
                result["value"] = task()
            except BaseException as error:  # handed to the main thread, whatever it is
                result["error"] = error
            self._messages.put(("done", result))

        self._output.take()
        self._thread = threading.Thread(target=work, name="preflight", daemon=True)
        self._thread.start()
        deadline = float("inf")
        interrupted = False
        drawn = 0.0
        while time.monotonic() < deadline:
            try:
                if self._serve(result):
                    break
                if time.monotonic() - drawn >= TICK:
                    tick()
                    drawn = time.monotonic()
            except KeyboardInterrupt:
                deadline = time.monotonic() + (2.0 if interrupted else patience)
                interrupted = True
                progress.cancel()
        if interrupted and not (passes and "value" in result):
            raise KeyboardInterrupt
        if "error" in result:
            raise result["error"]
        return result.get("value")

    def _serve(self, result: dict[str, Any]) -> bool:
        """Do one thing that the task wants of this thread; True when the task has ended."""
        try:
            kind, value = self._messages.get(timeout=TICK)
        except queue.Empty:
            return False
        if kind == "emit":
            text = self._output.take()
            if text:
                self._show(text)
        elif kind == "ask":
            self._answer(*value)
        return kind == "done" and value is result  # not that of a task we no longer waited for

    def _ask(self, prompt: str) -> str:
        reply: queue.SimpleQueue[str | BaseException] = queue.SimpleQueue()
        if threading.current_thread() is threading.main_thread():
            self._answer(prompt, reply)
        else:
            self._messages.put(("ask", (prompt, reply)))
        answer = reply.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _answer(self, prompt: str, reply: queue.SimpleQueue[str | BaseException]) -> None:
        try:
            reply.put(self._prompt(prompt) if self._prompt is not None else "")
        except KeyboardInterrupt:
            reply.put(Interrupted())
            raise
        except Exception as error:  # no stdin here: the task says so in its own words
            reply.put(error)


class _Output:
    """What was said and not shown yet: never much, however fast somebody talks."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pieces: deque[str] = deque()
        self._size = 0
        self._lost = 0

    def put(self, text: str, cancelled: threading.Event) -> bool:
        """Add *text* when there is room; whether it is the first.

        Once *cancelled* is set nobody waits here: who is to be stopped must hear of it, even
        where the reader is slow. Then the oldest gives way.
        """
        with self._changed:
            while self._size >= MOST and not cancelled.is_set():
                self._changed.wait(0.1)
            first = not self._pieces
            self._pieces.append(text)
            self._size += len(text)
            while self._size > 2 * MOST and len(self._pieces) > 1:
                gone = len(self._pieces.popleft())
                self._size -= gone
                self._lost += gone
        return first

    def take(self) -> str:
        """All that is there."""
        with self._changed:
            text = "".join(self._pieces)
            if self._lost:
                text = f"\n[{words.size(self._lost)} of output left out]\n{text}"
            self._pieces.clear()
            self._size = self._lost = 0
            self._changed.notify_all()
        return text
