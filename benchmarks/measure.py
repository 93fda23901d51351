"""How two things are compared: in turns, by the ratio of each turn, told with its spread."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .server import Running

_PATIENCE = 300.0
"""Seconds after which a run is taken for hung: no scenario takes a fifth of it."""

REPOSITORY = Path(__file__).resolve().parents[1]

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Contender:
    """One way to do it.

    Attributes:
        name: what the table calls it.
        argv: the command, given the URL; it runs in an empty folder.
        needs: programs that must be on the machine.
        tree: the folder below the working one where the files must stand at the end; None where
            the contender only downloads.
        extra: variables of the environment.
    """

    name: str
    argv: Callable[[str], Sequence[str]]
    needs: tuple[str, ...] = ()
    tree: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """Programs that it needs and this machine does not have."""
        return [name for name in self.needs if shutil.which(name) is None]


@dataclass
class Sample:
    """One run: seconds on the clock from the start of the process to its end, seconds of
    processor, largest memory in bytes, requests, bytes that the server sent, and what part of the
    machine's processors others took meanwhile (None where that cannot be seen)."""

    seconds: float
    processor: float
    memory: int
    requests: int
    sent: int
    others: float | None = None


@dataclass
class Series:
    """All runs of one contender in one scenario; ``error`` where it could not take part."""

    name: str
    samples: list[Sample] = field(default_factory=list)
    error: str = ""

    def median(self, attribute: str) -> float:
        """The median of one figure."""
        return float(statistics.median(getattr(sample, attribute) for sample in self.samples))


@dataclass(frozen=True)
class Ratio:
    """The ratio of two contenders, turn by turn: its median and quartiles."""

    median: float
    low: float
    high: float
    turns: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Ratio:
        """The ratio that *values*, one for each turn, tell."""
        if len(values) < 2:
            return cls(values[0], values[0], values[0], len(values))
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high, len(values))

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratio(mine: Series, theirs: Series) -> Ratio:
    """*mine* by *theirs*: below one is faster."""
    pairs = zip(mine.samples, theirs.samples, strict=True)
    return Ratio.of([one.seconds / other.seconds for one, other in pairs])


def environment() -> dict[str, str]:
    """What every contender gets: no proxies, no settings of this user, messages in English.

    Python may keep what it has compiled, as it does where a package is installed.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
        and not name.startswith("PREFLIGHT_")
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(filter(None, paths))}


class Failed(Exception):
    """A contender ended with an error, or without the files that it should have made."""


def once(
    argv: Sequence[str], folder: Path, server: Running, extra: Mapping[str, str] | None = None
) -> Sample:
    """Run one command in *folder*.

    Raises:
        Failed: where it does not end with 0.
    """
    server.requests()
    log = folder.with_suffix(".log")
    before = _busy(), server.processor
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env={**environment(), **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        usage = _wait(process)
        seconds = time.perf_counter() - start
    if process.returncode:
        text = log.read_text(errors="replace").strip()
        raise Failed(f"exit code {process.returncode}: {text.rpartition(chr(10))[2]}")
    requests = server.requests()
    processor = usage.ru_utime + usage.ru_stime
    return Sample(
        seconds=seconds,
        processor=processor,
        memory=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        requests=len(requests),
        sent=sum(int(request["sent"]) for request in requests),
        others=_others(before, processor, seconds, server),
    )


def _busy() -> float | None:
    """Seconds that the machine's processors have worked since its start; None but on Linux."""
    try:
        fields = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _, _, interrupt, soft, steal = map(int, fields)
    return (user + nice + system + interrupt + soft + steal) / os.sysconf("SC_CLK_TCK")


def _others(
    before: tuple[float | None, float], own: float, seconds: float, server: Running
) -> float | None:
    """The part of all processors that neither the contender nor the server has used."""
    now = _busy()
    if before[0] is None or now is None:
        return None
    rest = now - before[0] - own - (server.processor - before[1])
    return max(0.0, min(1.0, rest / (seconds * CORES)))


def quiet(patience: float) -> None:
    """Wait, for at most *patience* seconds, until other programs leave the machine alone."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        before = _busy()
        time.sleep(0.5)
        now = _busy()
        if before is None or now is None or now - before < 0.05 * CORES:
            return


def _wait(process: subprocess.Popen[bytes]) -> resource.struct_rusage:
    """Wait for *process* and tell what it has used; one that hangs is ended.

    Only `os.wait4` tells that for a single child, and it has no time limit of its own.
    """
    watch = threading.Timer(_PATIENCE, process.kill)
    watch.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        watch.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def contents(folder: Path) -> tuple[int, int]:
    """Number of files below *folder*, and their size."""
    files = size = 0
    for path, _, names in os.walk(folder):
        files += len(names)
        size += sum(os.lstat(os.path.join(path, name)).st_size for name in names)
    return files, size


@dataclass(frozen=True)
class Task:
    """What every contender of a scenario is to do.

    Attributes:
        url: the archive.
        files: number of files that must stand there at the end.
        inflated: their size in bytes.
        server: where the archive comes from.
        work: a folder for the runs.
        patience: seconds to wait before each turn until other programs are quiet.
    """

    url: str
    files: int
    inflated: int
    server: Running
    work: Path
    patience: float = 0.0

    def run(self, contender: Contender) -> Sample:
        """Let *contender* do it once, in a folder that is gone afterwards.

        Raises:
            Failed: where it ends with an error, or not all is there.
        """
        folder = self.work / "run"
        folder.mkdir()
        try:
            sample = once(contender.argv(self.url), folder, self.server, contender.extra)
            if contender.tree is not None:
                found = contents(folder / contender.tree)
                if found != (self.files, self.inflated):
                    raise Failed(f"made {found[0]:,} files of {found[1]:,} bytes")
            return sample
        finally:
            shutil.rmtree(folder)


def turns(
    contenders: Sequence[Contender], task: Task, count: int, say: Callable[[str], object]
) -> list[Series]:
    """Run all contenders *count* times in turns; each turn begins with another one.

    A first turn warms the machine's caches and is not counted. Who fails once takes no further
    part.
    """
    series = {contender.name: Series(contender.name) for contender in contenders}
    for contender in contenders:
        if contender.missing:
            series[contender.name].error = "not installed: " + ", ".join(contender.missing)
    for turn in range(-1, count):
        present = [one for one in contenders if not series[one.name].error]
        if not present:
            break
        quiet(task.patience)
        first = turn % len(present)
        for contender in present[first:] + present[:first]:
            try:
                sample = task.run(contender)
            except Failed as error:
                series[contender.name] = Series(contender.name, error=str(error))
                say(f"    {contender.name}: {error}")
                continue
            if turn >= 0:
                series[contender.name].samples.append(sample)
    return list(series.values())
