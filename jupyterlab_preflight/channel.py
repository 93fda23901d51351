"""What the kernel tells the pages that look at it: whole snapshots, never differences.

Snapshots leave as ``comm_msg`` of one fixed id that nobody opens, so that any number of pages, and
those that come late, can listen. Towards the kernel there is one message of our own on the control
channel: its handler runs in the control thread, is answered while a cell is busy, and fires none
of the hooks that a comm message or a silent execution does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import Report

COMM_ID = "jupyterlab-preflight"
"""The comm id that pages listen for on iopub."""

REQUEST = "preflight_request"
REPLY = "preflight_reply"


class Channel:
    """Connects one report to the pages of one kernel.

    Args:
        kernel: an ``ipykernel`` kernel (6.17 or later).
        snapshot: makes the report's current snapshot; called from any thread.
        stop: stops the run that is going on; called from the control thread.
    """

    def __init__(
        self, kernel: Any, snapshot: Callable[[], dict[str, Any]], stop: Callable[[], None]
    ) -> None:
        self._kernel = kernel
        self._snapshot = snapshot
        self._stop = stop
        kernel.control_handlers[REQUEST] = self._handle

    def publish(self, report: Report) -> None:
        """Send a snapshot to all pages."""
        kernel = self._kernel
        kernel.session.send(
            kernel.iopub_socket,
            "comm_msg",
            # Below a key: nbclient takes a "state" in the data of any comm for a widget's.
            {"comm_id": COMM_ID, "data": {"snapshot": report.snapshot()}},
            parent=kernel.get_parent() if hasattr(kernel, "get_parent") else {},
            ident=kernel.topic("comm_msg") if hasattr(kernel, "topic") else b"comm_msg",
        )

    def close(self) -> None:
        """Stop answering."""
        self._kernel.control_handlers.pop(REQUEST, None)

    def _handle(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        """Answer `REQUEST`: ``{"want": "snapshot"}``, or ``{"want": "stop"}`` to stop first."""
        content = parent.get("content")
        if isinstance(content, dict) and content.get("want") == "stop":
            self._stop()
        reply = {"status": "ok", "snapshot": self._snapshot()}
        self._kernel.session.send(stream, REPLY, reply, parent, ident)
