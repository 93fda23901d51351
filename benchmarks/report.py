"""The figures as Markdown: ratios first, then counts, then what the machine was."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import statistics
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .contenders import PREFLIGHT
from .measure import CORES
from .scenarios import Result

_TOOLS = {
    "curl": ["curl", "--version"],
    "wget": ["wget", "--version"],
    "unzip": ["unzip", "-v"],
    "bsdtar": ["bsdtar", "--version"],
    "aria2c": ["aria2c", "--version"],
}

_HEAD = """# Performance

How long it takes to fetch and unpack a dataset, to run a cell again, and to follow a project that
changed a little: side by side with the tools that notebooks use today; and what forms add to a page
of JupyterLab. `make bench` measures it, and this page is what `python -m benchmarks --write` wrote,
misses included.

## How it is measured

* Everything in a table runs in one go, in turns: each turn runs every contender once, another one
  first. A first turn warms the caches and is not counted.
* A ratio is Preflight's time by the other's **in the same turn**; shown are the median and, in
  brackets, the quartiles. Below 1 Preflight is faster. Seconds belong to one machine.
* A time is that of the whole command, the start of its process included; for Preflight that is
  `jupyter preflight do dataset LINK DEST`, with all it does besides: it checks every name, size and
  checksum, stages, commits, and writes down what it has. Its interpreter, and what it imports,
  take a tenth to a fifth of a second, which a running kernel does not pay.
* The server is a small one on the same machine, over plain HTTP; the line is shaped in the server.
  Files lie in memory (tmpfs) where there is room, so that no disk is measured.
* Requests and bytes are counted by the server. They do not depend on the machine.
* The archives are made by the benchmark, the same everywhere: text that deflates to 0.4 of its
  size. Without Range the server sends chunks and no length, as providers do that zip on demand.
* A notebook of forms is opened in a browser, each time in a new page, whose configuration has the
  extension or has it not, and without a kernel. It is open when JupyterLab has made its last cell.
  A task of the page is one in the trace of the browser.
* A figure is *met* where the median meets it, *about* where only the better quartile does.

To repeat it: `make bench`; a shorter one, with little data, in which the start of the process
weighs more: `make bench ARGS=--quick`; one scenario: `python -m benchmarks --only KEY`; to fail
where a figure is missed: `--check`. Tools that are not installed are left out.

## What is not measured

* Encryption, which costs every contender about the same, and real providers, whose speed and
  limits change by the hour.
* Disks. On a slow one, all contenders wait for the same writes.
* macOS, Windows, network file systems, other Python versions, and more than the cores named below.
* Memory of a kernel that is at work on something else meanwhile.
"""


def page(results: Sequence[Result], where: str) -> str:
    """The whole page."""
    parts = [_HEAD, "## Figures to hold\n", checks(results), "\n## All runs\n"]
    parts += [table(result) for result in results if result.series]
    parts += ["## The machine\n", machine(where, results)]
    return "\n".join(parts)


def checks(results: Sequence[Result]) -> str:
    """The figures to beat, and what was measured."""
    rows = ["| figure | measured | to be | |", "| --- | --- | --- | --- |"]
    for result in results:
        rows += [
            f"| {_cell(one.what)} | {_cell(one.measured)} | {one.limit} | {one.verdict} |"
            for one in result.checks
        ]
    return "\n".join(rows) + "\n"


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


def machine(where: str, results: Sequence[Result]) -> str:
    """What ran it, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    rows = [
        f"{_processor()}, {CORES} cores, {memory:.0f} GiB of memory, {platform.system()}",
        f"files in {where}",
        f"Python {platform.python_version()}, urllib3 {_package('urllib3')}, "
        f"zlib {zlib.ZLIB_RUNTIME_VERSION}, ISA-L (isal) {_package('isal')}",
        ", ".join(_tool(name, argv) for name, argv in _TOOLS.items()),
        *_shared(results),
    ]
    return "\n".join(f"* {row}" for row in rows) + "\n"


def _shared(results: Sequence[Result]) -> Iterator[str]:
    """How much of the machine others took: who uses two cores suffers more from it than who uses
    one."""
    shares = [
        sample.others
        for result in results
        for series in result.series
        for sample in series.samples
        if sample.others is not None
    ]
    if shares:
        middle, most = statistics.median(shares), max(shares)
        yield (
            f"other programs took {middle:.0%} of its processors during half of the runs, at most "
            f"{most:.0%} during one"
        )


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


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
