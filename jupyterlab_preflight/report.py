"""What a run has to say, as data: one row a step, one sentence for all.

The checklist in the cell, the terminal and the sidebar are three pictures of the same report. It
is the only thing that leaves the kernel, so it holds no secret and no query string.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from . import __version__, words
from .errors import PreflightError
from .progress import Progress

RowState = Literal[
    "waiting",
    "working",
    "ready",
    "warning",
    "needs",
    "failed",
    "blocked",
    "skipped",
    "offline",
]
"""``blocked``: not run because of another row; ``skipped``: not for this machine; ``warning``:
ready, or optional, with something to know; ``offline``: there is no network."""

FETCHED = frozenset({"dataset", "project", "pip"})
"""Steps that ``--fetch-only`` brings where there is a network, for a machine that has none."""

EXAMPLE = "Write one step a line, such as: dataset LINK FOLDER"
"""What to do where there is no step."""

LEFT_OUT = "not part of --fetch-only"
"""What a row says that ``--fetch-only`` has passed over."""

RunState = Literal["idle", "working", "ready", "needs", "failed", "offline", "interrupted"]


@dataclass
class Outcome:
    """What a finished step says.

    Attributes:
        text: one short sentence, such as ``12,500 files · fetched once``.
        meta: the right-hand column, such as ``1.1 GB`` or ``main@4f2c1e9``.
        state: ``ready``, ``warning`` or ``skipped``.
        notes: further sentences, shown where there is room (the terminal, a row's details).
        files: number of files that stand there now.
        bytes: their size in bytes.
        fetched: bytes that came over the network in this run.
        details: JSON-ready facts for programs.
    """

    text: str
    meta: str = ""
    state: Literal["ready", "warning", "skipped"] = "ready"
    notes: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    fetched: int = 0
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class Row:
    """One step in a report. Times are seconds since the epoch, sizes bytes, speeds bytes/s.

    Attributes:
        cell: id of the notebook's cell that was run; empty where no page has told it.
    """

    key: str
    line: int
    step: str
    name: str
    provider: str = ""
    state: RowState = "waiting"
    text: str = ""
    meta: str = ""
    notes: list[str] = field(default_factory=list)
    bytes: int = 0
    of: int | None = None
    speed: float | None = None
    eta: float | None = None
    started: float | None = None
    ended: float | None = None
    error: dict[str, Any] | None = None
    path: str = ""
    optional: bool = False
    cell: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing more to come."""
        return self.state not in ("waiting", "working")

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be done about it any more."""
        return self.state in ("ready", "warning", "skipped") and not self.is_left_out

    @property
    def is_left_out(self) -> bool:
        """Whether ``--fetch-only`` has passed over it: it is still to be done here."""
        return self.state == "skipped" and self.text == LEFT_OUT

    def finish(self, outcome: Outcome) -> None:
        """Take over what the step says at its end."""
        self.state = outcome.state
        self.text = outcome.text
        self.meta = outcome.meta
        self.notes = list(outcome.notes)
        self.bytes, self.of, self.speed, self.eta = outcome.bytes, None, None, None
        self.error = None
        self.ended = time.time()

    def fail(self, error: PreflightError) -> None:
        """Take over what went wrong; an optional step only warns."""
        offline = bool(getattr(error, "offline", False))
        self.error = error.as_dict()
        self.text = error.sentence
        self.speed = self.eta = self.of = None
        self.ended = time.time()
        if self.optional:
            self.state = "warning"
        elif offline:
            self.state = "offline"
        else:
            self.state = "needs" if error.person else "failed"


class Meter:
    """Speed and time left of one row, from the counts of its `Progress`.

    The speed is that of the last few seconds: a mean over the whole run would lie after a pause.
    """

    window = 4.0

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def update(self, row: Row, progress: Progress) -> None:
        """Bring *row* up to date with *progress*."""
        now, done, total = time.monotonic(), progress.done, progress.total
        row.bytes, row.of = done, total
        row.text = progress.text
        seen = self._seen
        seen.append((now, done))
        while len(seen) > 2 and now - seen[0][0] > self.window:
            del seen[0]
        elapsed = now - seen[0][0]
        moved = done - seen[0][1]
        row.speed = moved / elapsed if elapsed > 0.2 and moved > 0 else None
        row.eta = (
            max(0.0, (total - done) / row.speed)
            if row.speed and total is not None and total > done
            else None
        )


class Report:
    """All rows of the text that was run last, with what the page needs to show them.

    Thread-safe: the worker changes rows, the kernel's control thread reads snapshots.

    Attributes:
        rows: of the text that was run last.
        others: those that other cells of the notebook have ended with. They are told to the page,
            which shows all cells together, and count for nothing else.
        command: what prepares these rows from a terminal.
    """

    def __init__(self, root: str, environment: str = "") -> None:
        self.root = root
        self.environment = environment or os.path.basename(sys.prefix)
        self.rows: list[Row] = []
        self.others: list[Row] = []
        self.running = False
        self.stopped = False
        self.started: float | None = None
        self.ended: float | None = None
        self.text_sha256 = ""
        self.command = ""
        self.lock = threading.RLock()
        self._boot = os.urandom(8).hex()
        self._seq = 0

    def begin(self, rows: Sequence[Row], text_sha256: str, command: str) -> None:
        """Start a run of *rows*; what other cells have ended with is kept beside them."""
        with self.lock:
            cells = {"", *(row.cell for row in rows)}
            known = [*self.others, *self.rows]
            self.others = [row for row in known if row.cell not in cells and row.has_ended]
            self.rows = list(rows)
            self.text_sha256, self.command = text_sha256, command
            self.reopen()

    def reopen(self) -> None:
        """Start working on some of the rows that are there."""
        with self.lock:
            self.running, self.stopped = True, False
            self.started, self.ended = time.time(), None

    def finish(self, *, stopped: bool = False) -> None:
        """End the run; rows that were not reached say so."""
        with self.lock:
            self.running, self.stopped = False, stopped
            self.ended = time.time()

    @property
    def done(self) -> int:
        """Number of rows that have ended."""
        return sum(row.has_ended for row in self.rows)

    @property
    def state(self) -> RunState:
        """The state of all rows together."""
        if self.running:
            return "working"
        if self.stopped:
            return "interrupted"
        if not self.rows:
            return "idle"
        states = {row.state for row in self.rows}
        if "failed" in states:
            return "failed"
        if "offline" in states:
            return "offline"
        if "needs" in states:
            return "needs"
        if states & {"blocked", "waiting", "working"}:
            return "failed"
        return "ready"

    @property
    def eta(self) -> float | None:
        """Seconds left of the row that is working, where it can be told."""
        known = [row.eta for row in self.rows if row.state == "working" and row.eta is not None]
        return max(known) if known else None

    @property
    def sentence(self) -> str:
        """The one sentence that rules the panel."""
        total = len(self.rows)
        good = sum(row.is_good for row in self.rows)
        match self.state:
            case "idle" if self.ended is not None:
                return f"There are no lines yet. {EXAMPLE}"
            case "idle":
                return "Not prepared on this machine"
            case "working":
                eta = self.eta
                tail = words.left(eta) if eta is not None else self._doing()
                return f"{self.done} of {total}" + (f" · {tail}" if tail else "")
            case "interrupted":
                return f"Stopped: {good} of {total} ready"
            case "ready":
                return "Ready" if good == total else f"Fetched: {good} of {total} ready"
            case "offline":
                return f"No network: {good} of {total} ready"
            case "needs":
                waiting = [row for row in self.rows if row.state == "needs"]
                if len(waiting) > 1:
                    return f"Needs you: {len(waiting)} things"
                return f"Needs you: {waiting[0].name}"
        bad = sum(row.state == "failed" for row in self.rows)
        return f"Failed: {bad} of {total}"

    @property
    def fetch_command(self) -> str:
        """What to run where there is a network; empty where that would bring nothing."""
        lacking = any(row.state == "offline" and row.step in FETCHED for row in self.rows)
        helps = lacking and self.command and self.state == "offline"
        return f"{self.command} --fetch-only" if helps else ""

    @property
    def way_on(self) -> tuple[str, str]:
        """The command that leads on, and where to run it; two empty texts where there is none."""
        if self.fetch_command:
            return "Where there is a network, run", self.fetch_command
        if self.command and self.state == "ready" and any(row.is_left_out for row in self.rows):
            return "For the other lines, run where they are needed", self.command
        return "", ""

    def _doing(self) -> str:
        for row in self.rows:
            if row.state == "working":
                return {"dataset": "fetching", "project": "fetching", "pip": "installing"}.get(
                    row.step, ""
                )
        return ""

    @property
    def exit_code(self) -> int:
        """0 ready, 3 only things a person must do, 4 anything else, 130 interrupted."""
        return {"ready": 0, "idle": 0, "needs": 3, "interrupted": 130}.get(self.state, 4)

    def renew(self, row: Row) -> None:
        """Start *row* anew: in the place of the one with its key, else after all others."""
        with self.lock:
            known = next((one for one in [*self.rows, *self.others] if one.key == row.key), None)
            if known is None:
                self.rows.append(row)
                return
            row.line, row.cell = known.line, known.cell
            if known in self.rows:
                self.rows[self.rows.index(known)] = row
            else:
                self.others.remove(known)
                self.rows.append(row)

    def snapshot(self) -> dict[str, Any]:
        """Everything, JSON-ready, with a number that only grows within one kernel."""
        with self.lock:
            self._seq += 1
            return {
                "version": 1,
                "preflight": __version__,
                "boot": self._boot,
                "seq": self._seq,
                "root": self.root,
                "home": os.path.expanduser("~"),
                "host": socket.gethostname(),
                "environment": self.environment,
                "python": ".".join(map(str, sys.version_info[:3])),
                "running": self.running,
                "state": self.state,
                "sentence": self.sentence,
                "started": self.started,
                "ended": self.ended,
                "done": self.done,
                "total": len(self.rows),
                "eta": self.eta,
                "text_sha256": self.text_sha256,
                "command": self.fetch_command,
                "rows": [asdict(row) for row in self.rows],
                "others": [asdict(row) for row in self.others],
            }


def times(rows: Iterable[Row]) -> str:
    """Where the time went, ``data 41 s, packages 63 s``; empty for a run of under a second."""
    spent: dict[str, float] = {}
    names = {"dataset": "data", "project": "code", "pip": "packages", "apt": "packages"}
    for row in rows:
        if row.started is not None and row.ended is not None and row.step in names:
            name = names[row.step]
            spent[name] = spent.get(name, 0.0) + row.ended - row.started
    parts = [f"{name} {words.duration(value)}" for name, value in spent.items() if value >= 0.5]
    return ", ".join(parts)
