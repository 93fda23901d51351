"""What one step tells while it works, and how it is told to stop.

Work happens in a thread of ours while the kernel's main thread draws and listens for the
interrupt. The two meet in this object only: numbers one way, one event the other way.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from .errors import Interrupted


class Progress:
    """Counts of one step. All methods may be called from any thread.

    Args:
        cancelled: the event that stops the work; shared by all steps of a run.
    """

    def __init__(self, cancelled: threading.Event | None = None) -> None:
        self.cancelled = cancelled or threading.Event()
        self.total: int | None = None
        self.done = 0
        self.text = ""
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    def fresh(self) -> Progress:
        """New counts for the next step; stopping one stops both."""
        other = Progress(self.cancelled)
        other._lock, other._callbacks = self._lock, self._callbacks
        return other

    def expect(self, total: int | None) -> None:
        """Set the number of bytes that will be added in all; None where it is not known."""
        self.total = total

    def add(self, count: int) -> None:
        """Count *count* more bytes (negative where some must be fetched again)."""
        with self._lock:
            self.done += count

    def say(self, text: str) -> None:
        """Set the words that stand beside the numbers, such as ``unpacking``."""
        self.text = text

    def check(self) -> None:
        """Raise `Interrupted` where the user has stopped the run."""
        if self.cancelled.is_set():
            raise Interrupted

    def wait(self, seconds: float) -> None:
        """Sleep for *seconds*, ending at once with `Interrupted` where the run is stopped."""
        if self.cancelled.wait(seconds):
            raise Interrupted

    @contextlib.contextmanager
    def on_cancel(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call *callback* (from another thread) if the run is stopped inside the block.

        For what cannot poll: a blocked socket is shut down, a child process is signalled.
        """
        with self._lock:
            self._callbacks.append(callback)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)

    def cancel(self) -> None:
        """Stop the work: set the event and call what was registered with `on_cancel`."""
        self.cancelled.set()
        with self._lock:
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()
