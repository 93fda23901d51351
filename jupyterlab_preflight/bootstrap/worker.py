"""Work in a thread of ours, and a main thread that stays free for the person.

The main thread draws at most four times a second, prints what children say, asks for secrets, and
is the one that the interrupt reaches: none of this works from another thread in every kernel.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from ..errors import Interrupted
from ..progress import Progress

TICK = 0.25
"""Seconds between two pictures of the same report: four a second at most."""


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
        self._messages: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def emit(self, text: str) -> None:
        """For the task: have *text* printed."""
        self._messages.put(("emit", text))

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
            KeyboardInterrupt: after an interrupt, when the task has ended or *patience* is over.
            Exception: what the task raised.
        """
        result: dict[str, Any] = {}

        def work() -> None:
            try:
                result["value"] = task()
            except BaseException as error:  # handed to the main thread, whatever it is
                result["error"] = error
            self._messages.put(("done", result))

        self._progress = progress
        threading.Thread(target=work, name="preflight", daemon=True).start()
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
        self._progress = None
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
            self._show(value)
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
