"""What the forms of cells cost in the browser, side by side with a page without the extension.

The pages are driven by `ui-tests/bench/forms.bench.ts`, which the browser of the tests runs.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .measure import REPOSITORY, Ratio, quiet
from .scenarios import Check, Materials, Result, judged

_OPEN = 1.05
"""Times as long as without the extension that a notebook may take to open."""

_KEY = 16.0
"""Milliseconds of work that may be added to a key: one picture of the screen."""

_PARSE = 50.0
"""Microseconds that it may take to read a cell."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def forms(
    materials: Materials,
    work: Path,
    say: Callable[[str], object],
    *,
    count: int | None = None,
    patience: float = 0.0,
) -> Result:
    """Open a notebook of forms, and type into one of its cells, with the extension and without."""
    cells = materials.size.form_cells
    count = count or materials.size.turns
    title = f"A notebook of {cells:,} cells with a form"
    result = Result(title, "")
    quiet(patience)
    told = _measured(work, cells, count, say)
    if isinstance(told, str):
        say(f"    {told}")
        result.checks.append(Check(title, told, f"≤ {_OPEN:g}", "not compared"))
        return result
    with_forms, without = told["on"], told["off"]
    opened = Ratio.of([a["open"] / b["open"] for a, b in zip(with_forms, without, strict=True)])
    key = Ratio.of([a["key"] - b["key"] for a, b in zip(with_forms, without, strict=True)])
    parsed = Ratio.of(told["parse"])
    seconds = _median(with_forms, "open") / 1000
    result.checks += [
        Check(
            f"{title}: time to the last cell by that without the extension",
            f"{opened}; {seconds:.1f} s",
            f"≤ {_OPEN:g}",
            judged(opened.median, opened.low, _OPEN),
        ),
        Check(
            f"{title}: ms of the page's work that are added to each key typed in one of them",
            f"{key.median:.1f} ({key.low:.1f} to {key.high:.1f}) to "
            f"{_median(without, 'key'):.0f}; longest task "
            f"{_median(with_forms, 'longest'):.0f} to {_median(without, 'longest'):.0f}",
            f"≤ {_KEY:g}",
            judged(key.median, key.low, _KEY),
        ),
        Check(
            "Reading a cell with a form: µs",
            f"{parsed.median:.0f} ({parsed.low:.0f} to {parsed.high:.0f})",
            f"≤ {_PARSE:g}",
            judged(parsed.median, parsed.low, _PARSE),
        ),
    ]
    return result


def _median(visits: Sequence[Mapping[str, float]], key: str) -> float:
    return statistics.median(visit[key] for visit in visits)


def _measured(
    work: Path, cells: int, count: int, say: Callable[[str], object]
) -> dict[str, Any] | str:
    """What the browser has told, or why there is nothing."""
    browser = os.environ.get("PREFLIGHT_CHROMIUM") or next(
        filter(None, map(shutil.which, _BROWSERS)), None
    )
    playwright = REPOSITORY / "node_modules" / ".bin" / "playwright"
    if browser is None or not playwright.exists():
        return "not installed: " + ("playwright" if browser else "chromium")
    out = work / "forms.json"
    say(f"  {count + 1} turns of two pages with {cells:,} cells")
    done = subprocess.run(
        [str(playwright), "test", "-c", "ui-tests/bench/playwright.config.js"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "PREFLIGHT_CHROMIUM": browser,
            "PREFLIGHT_PYTHON": sys.executable,
            "PREFLIGHT_BENCH_CELLS": str(cells),
            "PREFLIGHT_BENCH_TURNS": str(count),
            "PREFLIGHT_BENCH_OUT": str(out),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not out.exists():
        lines = [line for line in done.stdout.splitlines() if "Error" in line]
        return lines[0].strip() if lines else f"exit code {done.returncode}"
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told
