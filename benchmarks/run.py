"""The command line of the benchmark: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import again, report
from .forms import forms
from .measure import REPOSITORY
from .scenarios import FETCHES, FULL, QUICK, Materials, Result, fetch

PAGE = REPOSITORY / "docs" / "explanation" / "performance.md"
_NEEDED = 5 * 10**9
_AGAIN: dict[str, Callable[..., Result]] = {
    "nothing-to-do": again.nothing_to_do,
    "cold": again.cold,
    "changed": again.changed,
    "forms": forms,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print the tables.

    Returns:
        0; with ``--check`` 1 where a figure is missed by more than the spread.
    """
    options = _options(argv)
    size = QUICK if options.quick else FULL
    how = {"count": options.turns, "patience": options.patience}
    base, where = _memory(options.folder)
    work = Path(tempfile.mkdtemp(prefix="preflight-bench-", dir=base))
    results = []
    started = time.monotonic()
    try:
        materials_folder = work / "files"
        materials_folder.mkdir()
        materials = Materials(materials_folder, size, _say)
        for scenario in FETCHES:
            if _chosen(scenario.key, options.only):
                _say(f"{scenario.key}: {scenario.title}")
                results.append(_told(fetch(scenario, materials, work, _say, **how)))
        for key, measure in _AGAIN.items():
            if _chosen(key, options.only):
                _say(key)
                results.append(_told(measure(materials, work, _say, **how)))
    finally:
        shutil.rmtree(work)
    _say(f"measured in {time.monotonic() - started:.0f} s")
    text = report.page(results, where)
    if options.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        _say(f"written: {PAGE.relative_to(REPOSITORY)}")
    else:
        sys.stdout.write(text.partition("## Figures to hold\n")[2].lstrip())
    missed = [one for result in results for one in result.checks if one.verdict == "missed"]
    for check in missed:
        _say(f"missed: {check.what}: {check.measured}, to be {check.limit}")
    return 1 if options.check and missed else 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Fetch and unpack, side by side with wget, unzip, curl, bsdtar and aria2c.",
    )
    keys = ", ".join([*(scenario.key for scenario in FETCHES), *_AGAIN])
    parser.add_argument("--quick", action="store_true", help="less data and fewer turns")
    parser.add_argument("--turns", type=int, metavar="N", help="turns of every scenario")
    parser.add_argument(
        "--only", action="append", metavar="KEY", help=f"only this scenario; of {keys}"
    )
    parser.add_argument("--check", action="store_true", help="end with 1 where a figure is missed")
    parser.add_argument("--write", action="store_true", help="write the page of the documentation")
    parser.add_argument(
        "--patience",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="wait so long, before each turn, for other programs to be quiet",
    )
    parser.add_argument("--folder", type=Path, help="where to work (default: in memory)")
    options = parser.parse_args(argv)
    unknown = set(options.only or ()) - {*(one.key for one in FETCHES), *_AGAIN}
    if unknown:
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {keys}")
    if options.write and (options.quick or options.only):
        parser.error("the page holds everything, measured in full: leave out --quick and --only")
    return options


def _told(result: Result) -> Result:
    """*result*, its figures said at once: the rest takes minutes."""
    for check in result.checks:
        _say(f"  {check.measured}, to be {check.limit}: {check.verdict}")
    return result


def _chosen(key: str, only: Sequence[str] | None) -> bool:
    return only is None or key in only


def _memory(folder: Path | None) -> tuple[Path, str]:
    """Where to work, and what it is called: in memory where there is room."""
    if folder is not None:
        return folder, "a folder that was named"
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).free > _NEEDED:
        return shared, "memory (tmpfs)"
    return Path(tempfile.gettempdir()), "the folder for temporary files"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
