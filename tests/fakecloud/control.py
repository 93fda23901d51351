"""The cloud's own web address, for programs in other processes: read the log, order a fault.

``GET /log`` at the proxy's own address; ``POST`` of JSON to ``/script``, ``/always``, ``/down``,
or ``/clear``. A fault is written as a list: ``["drop", 100]`` stands for ``faults.drop(100)``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import faults
from .message import Fault, Request, Response, text

if TYPE_CHECKING:
    from .proxy import FakeCloud


class Control:
    """Answers for the address of the cloud itself.

    Args:
        cloud: what is controlled.
    """

    hosts: Sequence[str] = ("127.0.0.1", "localhost")

    def __init__(self, cloud: FakeCloud) -> None:
        self._cloud = cloud

    def handle(self, request: Request) -> Response:
        """One order, or one question."""
        cloud = self._cloud
        order: Any = json.loads(request.body or b"{}")
        if request.method == "GET" and request.path == "/log":
            rows = [{**asdict(one), "body": len(one.body)} for one in cloud.log]
            return text(200, json.dumps(rows), "application/json")
        if request.method != "POST":
            return text(404, "GET /log, or POST /script, /always, /down, /clear")
        if request.path == "/script":
            cloud.script(order["place"], *map(make, order["faults"]))
        elif request.path == "/always":
            cloud.always(order["place"], *filter(None, map(make, order["faults"])))
        elif request.path == "/down":
            cloud.down[order["host"]] = order.get("how", "unknown")
        elif request.path == "/clear":
            cloud.clear()
        return text(200, "{}", "application/json")


def make(words: Sequence[Any] | None) -> Fault | None:
    """The fault that *words* name; None for none."""
    if not words:
        return None
    build: Any = getattr(faults, str(words[0]))
    fault: Fault = build(*words[1:])
    return fault
