"""What is measured: the archive, the line, who takes part, and the figure to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from . import contenders as who
from . import material
from .measure import Contender, Ratio, Series, Task, ratio, turns
from .server import Line, running

LINE = 100e6
"""Bytes a second of the shaped line: a good office, or a cloud machine's usual share."""

CAP = LINE / 4
"""Bytes a second of each connection where connections are capped."""


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        members: large members of the big archive.
        member_size: their size in bytes.
        small: files of the archive of small files.
        project: files of the project's archive; one in a hundred changes.
        turns: how often everything is run.
    """

    members: int
    member_size: int
    small: int
    project: int
    turns: int


FULL = Size(members=18, member_size=64 << 20, small=20_000, project=3_000, turns=10)
QUICK = Size(members=6, member_size=32 << 20, small=4_000, project=1_000, turns=3)


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
        budgets: the figures to beat.
    """

    key: str
    title: str
    make: Callable[[Path, Size], material.Archive]
    line: Line
    contenders: Sequence[Contender]
    budgets: Sequence[Budget] = ()


@dataclass(frozen=True)
class Check:
    """One figure to beat, and what was measured.

    Attributes:
        what: the figure in words.
        measured: the figure, with its spread where it has one.
        limit: the limit in words.
        missed: whether it is missed clearly: with its lower quartile.
    """

    what: str
    measured: str
    limit: str
    missed: bool


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


def _small(path: Path, size: Size) -> material.Archive:
    return material.small(path, size.small)


_UNPACKERS = (who.PREFLIGHT, who.DISCARD, who.DOWNLOAD, who.WGET, who.BSDTAR)

FETCHES = (
    Fetch(
        "big-shaped-range",
        "Big members, 100 MB/s, Range",
        _big,
        Line(rate=LINE),
        who.EVERYONE,
        (Budget(who.DOWNLOAD, 1.15),),
    ),
    Fetch(
        "big-shaped",
        "Big members, 100 MB/s, no Range (zipped on demand)",
        _big,
        Line(rate=LINE, ranges=False),
        _UNPACKERS,
        (Budget(who.DOWNLOAD, 1.15),),
    ),
    Fetch(
        "big-range",
        "Big members, line not the limit, Range",
        _big,
        Line(),
        who.EVERYONE,
        (Budget(who.BSDTAR, 0.5),),
    ),
    Fetch(
        "big",
        "Big members, line not the limit, no Range",
        _big,
        Line(ranges=False),
        _UNPACKERS,
        (Budget(who.BSDTAR, 0.5),),
    ),
    Fetch(
        "small-shaped",
        "Small files, 100 MB/s, Range",
        _small,
        Line(rate=LINE),
        _UNPACKERS,
        (Budget(who.BSDTAR, 1.0),),
    ),
    Fetch(
        "small-range",
        "Small files, line not the limit, Range",
        _small,
        Line(),
        _UNPACKERS,
        (Budget(who.BSDTAR, 1.0),),
    ),
    Fetch(
        "small",
        "Small files, line not the limit, no Range",
        _small,
        Line(ranges=False),
        _UNPACKERS,
        (Budget(who.BSDTAR, 1.0),),
    ),
    Fetch(
        "big-capped",
        "Big members, 25 MB/s a connection, Range",
        _big,
        Line(per_connection=CAP),
        (who.PREFLIGHT, who.DOWNLOAD, who.BSDTAR, who.ARIA2, who.ARIA2_UNPACK),
        (Budget(who.ARIA2, 1.0),),
    ),
)


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
    scenario: Fetch, materials: Materials, work: Path, count: int, say: Callable[[str], object]
) -> Result:
    """Measure one scenario."""
    archive = materials.have(scenario.make)
    with running(materials.folder, scenario.line) as server:
        url = server.url + archive.path.name
        task = Task(url, archive.files, archive.inflated, server, work)
        series = turns(scenario.contenders, task, count, say)
    facts = (
        f"{archive.files:,} {'file' if archive.files == 1 else 'files'}, "
        f"{archive.size / 1e6:,.0f} MB packed, {archive.inflated / 1e6:,.0f} MB unpacked"
    )
    result = Result(scenario.title, facts, series)
    for budget in scenario.budgets:
        found = result.ratio(budget.against.name)
        if found is None:
            reasons = [one.error for one in series if one.error] or ["it did not take part"]
            mine = next(one for one in series if one.name == who.PREFLIGHT.name)
            result.checks.append(
                Check(
                    f"{scenario.title}: by {budget.against.name}",
                    reasons[0].splitlines()[0],
                    f"≤ {budget.limit:g}",
                    missed=bool(mine.error),
                )
            )
            continue
        result.checks.append(
            Check(
                f"{scenario.title}: by {budget.against.name}",
                str(found),
                f"≤ {budget.limit:g}",
                missed=found.low > budget.limit,
            )
        )
    return result
