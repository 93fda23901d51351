"""The figures as Markdown: ratios first, then counts, then what the machine was."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from .contenders import PREFLIGHT
from .scenarios import Check, Result

_TOOLS = {
    "curl": ["curl", "--version"],
    "wget": ["wget", "--version"],
    "unzip": ["unzip", "-v"],
    "bsdtar": ["bsdtar", "--version"],
    "aria2c": ["aria2c", "--version"],
}

_HEAD = """# Performance

Fetching a dataset takes as long as the line needs, the second run of a cell takes nothing, and a
project costs what changed. This page shows by how much that holds, side by side with the tools that
notebooks use today. `make bench` measures it, and `python -m benchmarks --write` writes this page.

## How it is measured

* Everything in a table runs in one go, in turns: each turn runs every contender once, another one
  first. A first turn warms the caches and is not counted.
* A ratio is Preflight's time by the other's **in the same turn**; shown are the median and, in
  brackets, the quartiles. Below 1 Preflight is faster.
* A time is that of the whole command, the start of its process included; for Preflight that is
  `jupyter preflight do dataset LINK DEST`, with all it does besides: it checks every name, size and
  checksum, stages, commits, and writes down what it has.
* The server is a small one on the same machine, over plain HTTP; the line is shaped in the server.
  Encryption would cost every contender about the same. Files lie in memory (tmpfs) where there is
  room, so that no disk is measured.
* Requests and bytes are counted by the server. They do not depend on the machine.
* The archives are made by the benchmark, the same everywhere.

To repeat it: `make bench`; a shorter one: `python -m benchmarks --quick`; one scenario:
`python -m benchmarks --only KEY`; to hold it to the figures below: `python -m benchmarks --check`.
Tools that are not installed are left out.
"""


def page(results: Sequence[Result], where: str, turns: int) -> str:
    """The whole page."""
    parts = [_HEAD, "## Figures to hold\n", checks(results), "\n## All runs\n"]
    parts += [table(result) for result in results if result.series]
    parts += ["## The machine\n", machine(where, turns)]
    return "\n".join(parts)


def checks(results: Sequence[Result]) -> str:
    """The figures to beat, and what was measured."""
    rows = ["| figure | measured | to be | |", "| --- | --- | --- | --- |"]
    for result in results:
        rows += [
            f"| {_cell(one.what)} | {_cell(one.measured)} | {one.limit} | {_verdict(one)} |"
            for one in result.checks
        ]
    return "\n".join(rows) + "\n"


def _verdict(check: Check) -> str:
    return "missed" if check.missed else "✔"


def table(result: Result) -> str:
    """All contenders of one scenario."""
    rows = [
        f"### {result.title}\n",
        f"{result.facts}.\n",
        "| | seconds | Preflight by it | processor s | memory MB | requests | MB sent |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for series in result.series:
        if not series.samples:
            rows.append(f"| {_cell(series.name)} | {_cell(series.error)} | | | | | |")
            continue
        found = result.ratio(series.name) if series.name != PREFLIGHT.name else None
        rows.append(
            f"| {_cell(series.name)} | {series.median('seconds'):.2f} | {found or ''} "
            f"| {series.median('processor'):.2f} | {series.median('memory') / 1e6:.0f} "
            f"| {series.median('requests'):g} | {series.median('sent') / 1e6:,.1f} |"
        )
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    line = text.splitlines()[0] if text else ""
    return line.replace("|", "\\|")[:160]


def machine(where: str, turns: int) -> str:
    """What ran it, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    inflater = "isal" if find_spec("isal") else "zlib"
    rows = [
        f"{_processor()}, {_cores()} cores, {memory:.0f} GiB of memory, {platform.system()}",
        f"files in {where}",
        f"Python {platform.python_version()}, urllib3 {_package('urllib3')}, {inflater}",
        ", ".join(_tool(name, argv) for name, argv in _TOOLS.items()),
        f"{turns} turns",
    ]
    return "\n".join(f"* {row}" for row in rows) + "\n"


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _tool(name: str, argv: Sequence[str]) -> str:
    if shutil.which(name) is None:
        return f"{name} not installed"
    text = subprocess.run(argv, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+(\.\d+)*", text)
    return f"{name} {found.group() if found else ''}".rstrip()
