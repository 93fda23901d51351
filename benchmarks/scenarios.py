"""What is measured: the archive, the line, who takes part, and the figure to beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

from . import contenders as who
from . import material
from .measure import Contender, Ratio, Series, Task, ratio, turns
from .server import Line, running

LINE = 100e6
"""Bytes a second of the shaped line: a good office, or a cloud machine's usual share."""

CAP = LINE / 4
"""Bytes a second of each connection where connections are capped."""

Verdict = Literal["met", "about", "missed", "not compared"]


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        members: large members of the big archive.
        member_size: their size in bytes.
        small: files of the archive of small files.
        project: files of the project's archive; one in a hundred changes.
        turns: how often each scenario is run.
        big_turns: how often those with the big archive are.
        form_cells: cells of the notebook of forms.
    """

    members: int
    member_size: int
    small: int
    project: int
    turns: int
    big_turns: int
    form_cells: int


FULL = Size(9, 64 << 20, small=20_000, project=3_000, turns=10, big_turns=10, form_cells=1_000)
QUICK = Size(6, 16 << 20, small=4_000, project=1_000, turns=3, big_turns=2, form_cells=100)


@dataclass(frozen=True)
class Budget:
    """Preflight's seconds by those of *against* are to be at most *limit*."""

    against: Contender
    limit: float


@dataclass(frozen=True)
class Fetch:
    """Fetching and unpacking one archive.

    Attributes:
        key: name on the command line.
        title: what the report calls it.
        make: makes the archive at a path.
        line: the way to the server.
        contenders: who takes part, Preflight among them.
        budget: the figure to beat.
    """

    key: str
    title: str
    make: Callable[[Path, Size], material.Archive]
    line: Line
    contenders: Sequence[Contender]
    budget: Budget

    def turns(self, size: Size) -> int:
        """How often it is run."""
        return size.big_turns if self.make is _big else size.turns


@dataclass(frozen=True)
class Check:
    """One figure to beat, and what was measured.

    Attributes:
        what: the figure in words.
        measured: the figure, with its spread where it has one.
        limit: the limit in words.
        verdict: ``about``: the median misses it, the better quartile does not.
    """

    what: str
    measured: str
    limit: str
    verdict: Verdict


def judged(median: float, low: float, limit: float) -> Verdict:
    """How a figure with this median and lower quartile stands to its *limit*."""
    return "met" if median <= limit else "about" if low <= limit else "missed"


@dataclass
class Result:
    """What a scenario has told.

    Attributes:
        title: the scenario in words.
        facts: sizes and counts in words.
        series: all runs of all contenders.
        checks: the figures to beat.
    """

    title: str
    facts: str
    series: list[Series] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def ratio(self, name: str) -> Ratio | None:
        """Preflight by *name*; None where one of the two did not take part."""
        found = {series.name: series for series in self.series if series.samples}
        mine, other = found.get(who.PREFLIGHT.name), found.get(name)
        return ratio(mine, other) if mine and other else None


def _big(path: Path, size: Size) -> material.Archive:
    return material.big(path, size.members, size.member_size)


def small(path: Path, size: Size) -> material.Archive:
    """The archive of small files."""
    return material.small(path, size.small)


_SHELL = (who.CURL, who.BSDTAR)


def _fetches() -> Iterator[Fetch]:
    """Both archives over a shaped and an unshaped line, with and without Range; then capped."""
    lines = (("shaped", "100 MB/s", LINE), ("", "line not the limit", None))
    for part, where, rate in lines:
        for ranges in (True, False):
            words = ["big", part, "range" if ranges else ""]
            yield Fetch(
                "-".join(filter(None, words)),
                f"Big members, {where}, {_ranged(ranges)}",
                _big,
                Line(rate=rate, ranges=ranges),
                (*_ours(rate), *_SHELL, *_classic(ranges)),
                Budget(who.CURL, 1.15) if rate else Budget(who.BSDTAR, 0.5),
            )
    yield Fetch(
        "big-capped",
        "Big members, 25 MB/s a connection, Range",
        _big,
        Line(per_connection=CAP),
        (who.PREFLIGHT, who.ARIA2, who.ARIA2_UNPACK),
        Budget(who.ARIA2, 1.0),
    )
    for part, where, rate in lines:
        for ranges in (True, False):
            words = ["small", part, "range" if ranges else ""]
            yield Fetch(
                "-".join(filter(None, words)),
                f"Small files, {where}, {_ranged(ranges)}",
                small,
                Line(rate=rate, ranges=ranges),
                (who.PREFLIGHT, *_SHELL, *_classic(ranges)),
                Budget(who.BSDTAR, 1.0),
            )


def _ours(rate: float | None) -> tuple[Contender, ...]:
    """How fast zlib inflates shows only where the line is not the limit."""
    return who.OURS if rate is None else (who.PREFLIGHT,)


def _classic(ranges: bool) -> tuple[Contender, ...]:
    """What notebooks hold today takes the same time with and without Range: once is enough."""
    return (who.UNZIP,) if ranges else ()


def _ranged(ranges: bool) -> str:
    return "Range" if ranges else "no Range (zipped on demand)"


FETCHES = tuple(_fetches())


class Materials:
    """The archives of one run, each made once."""

    def __init__(self, folder: Path, size: Size, say: Callable[[str], object]) -> None:
        self.folder, self.size = folder, size
        self._made: dict[Callable[[Path, Size], material.Archive], material.Archive] = {}
        self._say = say

    def have(self, make: Callable[[Path, Size], material.Archive]) -> material.Archive:
        """The archive that *make* makes."""
        if make not in self._made:
            self._say(f"  making {make.__name__.strip('_')}.zip")
            path = self.folder / f"{make.__name__.strip('_')}.zip"
            self._made[make] = _elsewhere(make, path, self.size)
        return self._made[make]


def _elsewhere(
    make: Callable[[Path, Size], material.Archive], path: Path, size: Size
) -> material.Archive:
    """Call *make* in a process of its own: what this process has in memory when it starts a
    contender would count as that contender's."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(make, path, size).result()


def fetch(
    scenario: Fetch,
    materials: Materials,
    work: Path,
    say: Callable[[str], object],
    *,
    count: int | None = None,
    patience: float = 0.0,
) -> Result:
    """Measure one scenario, *count* times (by default as often as its size says)."""
    archive = materials.have(scenario.make)
    count = count or scenario.turns(materials.size)
    with running(materials.folder, scenario.line) as server:
        url = server.url + archive.path.name
        task = Task(url, archive.files, archive.inflated, server, work, patience)
        series = turns(scenario.contenders, task, count, say)
    result = Result(scenario.title, f"{facts(archive)}; {count} turns", series)
    against, limit = scenario.budget.against.name, scenario.budget.limit
    found = result.ratio(against)
    what = f"{scenario.title}: time by that of {against}"
    if found is not None:
        verdict = judged(found.median, found.low, limit)
        result.checks.append(Check(what, str(found), f"≤ {limit:g}", verdict))
    else:
        errors = {one.name: one.error for one in series if one.error}
        reason = errors.get(who.PREFLIGHT.name) or errors.get(against) or "it did not take part"
        ours = who.PREFLIGHT.name in errors
        result.checks.append(
            Check(what, reason, f"≤ {limit:g}", "missed" if ours else "not compared")
        )
    return result


def facts(archive: material.Archive) -> str:
    """Sizes and counts in words."""
    return (
        f"{archive.files:,} {'file' if archive.files == 1 else 'files'}, "
        f"{archive.size / 1e6:,.0f} MB packed, {archive.inflated / 1e6:,.0f} MB unpacked"
    )
