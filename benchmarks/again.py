"""The second run, which is the usual one: nothing to do, and a project of which little changed."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import contenders as who
from . import material
from .measure import Failed, Ratio, Series, environment, once, quiet
from .scenarios import Check, Materials, Result, Size, facts, judged, small
from .server import Line, running

_NO_OP = 50.0
"""Milliseconds that a cell with nothing to do may take."""

_SETTLED = 2.5
"""Seconds after which a file that was just written counts as settled: see `nothing_to_do`."""

_BYTES = 0.03
"""Of a project's archive where 1 % of its files changed: about 2 %, said with some room."""

_TIMED = """
import json as _json, time as _time
_shell = get_ipython()
_start = _time.perf_counter()
_shell.run_cell_magic("preflight", "", {cell!r})
_seconds = _time.perf_counter() - _start
print("\\nBENCHMARK " + _json.dumps(_seconds))
"""


def nothing_to_do(
    materials: Materials,
    work: Path,
    say: Callable[[str], object],
    *,
    count: int | None = None,
    patience: float = 0.0,
) -> Result:
    """The magic's start to its report in a running kernel, where everything is there already.

    The first run after files were written reads them once more: a change within the clock's tick
    would show in no time stamp. It is told apart from those that follow.
    """
    title = "Nothing to do, in a running kernel"
    dataset, project = materials.have(small), materials.have(_project)
    count = count or materials.size.turns
    result = Result(title, "")
    folder = work / "kernel"
    folder.mkdir()
    try:
        with running(materials.folder, Line()) as server, _kernel(folder) as execute:
            data = f"dataset {server.url}{dataset.path.name} data\n"
            code = f"project {server.url}{project.path.name} code\n"
            for what, cell, allowed in (
                (f"a dataset of {dataset.files:,} files", data, 0),
                (f"and a project of {project.files:,} files", data + code, 1),
            ):
                execute(cell)
                time.sleep(_SETTLED)
                server.requests()
                first = 1000 * execute(cell)
                quiet(patience)
                times = Ratio.of([1000 * execute(cell) for _ in range(max(count, 5))])
                requests = len(server.requests()) / (times.turns + 1)
                measured = f"{times.median:.1f} ({times.low:.1f} to {times.high:.1f})"
                if allowed:
                    measured += f"; the first one {first:.0f}"
                result.checks += [
                    Check(
                        f"{title}, {what}: ms from the magic's start to its report",
                        measured,
                        f"< {_NO_OP:g}",
                        judged(times.median, times.low, _NO_OP),
                    ),
                    Check(
                        f"{title}, {what}: requests",
                        f"{requests:g}",
                        f"≤ {allowed}",
                        judged(requests, requests, allowed),
                    ),
                ]
    except ImportError as error:
        say(f"    not installed: {error.name}")
        reason = f"not installed: {error.name}"
        result.checks.append(Check(title, reason, f"< {_NO_OP:g}", "not compared"))
    except Failed as error:
        say(f"    {error}")
        result.checks.append(Check(title, str(error)[:200], "ends well", "missed"))
    finally:
        shutil.rmtree(folder)
    return result


def cold(
    materials: Materials,
    work: Path,
    say: Callable[[str], object],
    *,
    count: int | None = None,
    patience: float = 0.0,
) -> Result:
    """The same in a process of its own, its start included, beside a cell made to be run again."""
    archive = materials.have(small)
    count = count or materials.size.turns
    contenders = (who.PREFLIGHT, who.AGAIN)
    series = {one.name: Series(one.name) for one in contenders}
    with running(materials.folder, Line()) as server:
        url = server.url + archive.path.name
        for turn in range(-1, count):  # the first one fetches and is not counted
            quiet(patience)
            for one in contenders if turn % 2 else contenders[::-1]:
                mine = series[one.name]
                if mine.error:
                    continue
                if one.missing:
                    mine.error = "not installed: " + ", ".join(one.missing)
                    continue
                folder = work / f"cold-{contenders.index(one)}"
                folder.mkdir(exist_ok=True)
                try:
                    sample = once(one.argv(url), folder, server)
                except Failed as error:
                    say(f"    {one.name}: {error}")
                    series[one.name] = Series(one.name, error=str(error))
                else:
                    if turn >= 0:
                        mine.samples.append(sample)
    for number in range(len(contenders)):
        shutil.rmtree(work / f"cold-{number}", ignore_errors=True)
    title = "Nothing to do, in a new process"
    return Result(title, f"{facts(archive)}; {count} turns", list(series.values()))


def changed(
    materials: Materials,
    work: Path,
    say: Callable[[str], object],
    *,
    count: int | None = None,
    patience: float = 0.0,
) -> Result:
    """The bytes that a project costs after one file in a hundred changed upstream.

    They do not depend on the machine, so once is enough.
    """
    title = "1 % of a project changed, Range"
    first = materials.have(_project)
    second = materials.have(_project_changed)
    current = materials.folder / "current.zip"
    result = Result(title, facts(first))
    folder = work / "run"
    folder.mkdir()
    try:
        with running(materials.folder, Line()) as server:
            argv = who.preflight("project", f"{server.url}{current.name}", "code")
            shutil.copy(first.path, current)
            once(argv, folder, server)
            shutil.copy(second.path, current)
            sample = once(argv, folder, server)
            _compare(folder / "code", second)
            again = once(argv, folder, server)
    except Failed as error:
        say(f"    {error}")
        result.checks.append(Check(title, str(error)[:200], "ends well", "missed"))
        return result
    finally:
        current.unlink(missing_ok=True)
        shutil.rmtree(folder)
    share = sample.sent / second.size
    idle = again.requests <= 1 and again.sent == 0
    result.checks += [
        Check(
            f"{title} ({result.facts}): bytes fetched by the archive's",
            f"{share:.2%} in {sample.requests} requests",
            f"≤ {_BYTES:.0%}",
            judged(share, share, _BYTES),
        ),
        Check(
            f"{title}: requests of the run after it",
            f"{again.requests}, {again.sent} bytes",
            "≤ 1, 0 bytes",
            "met" if idle else "missed",
        ),
    ]
    return result


def _project(path: Path, size: Size) -> material.Archive:
    return material.project(path, size.project, 0)


def _project_changed(path: Path, size: Size) -> material.Archive:
    return material.project(path, size.project, size.project // 100)


def _compare(folder: Path, archive: material.Archive) -> None:
    """Hold what was made to what the archive says.

    Raises:
        Failed: where a file is missing, superfluous, or different.
    """
    import zipfile
    import zlib

    with zipfile.ZipFile(archive.path) as members:
        wanted = {info.filename: info.CRC for info in members.infolist()}
    found = {
        path.relative_to(folder).as_posix(): zlib.crc32(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }
    if found != wanted:
        raise Failed(f"{len(wanted.items() - found.items())} files are not those of the archive")


@contextlib.contextmanager
def _kernel(folder: Path) -> Iterator[Callable[[str], float]]:
    """A kernel that works in *folder*; called with a cell's steps, it tells their seconds."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.argv[0] = sys.executable  # type: ignore[union-attr]
    manager.start_kernel(cwd=str(folder), env=environment(), stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels()

    def run(code: str) -> str:
        said: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            content = message["content"]
            said.append(str(content.get("text", content.get("evalue", ""))))

        reply = client.execute_interactive(code, timeout=600, output_hook=hook)
        if reply["content"]["status"] != "ok":
            raise Failed("".join(said)[-400:] or str(reply["content"].get("evalue")))
        return "".join(said)

    def execute(cell: str) -> float:
        said = run(_TIMED.format(cell=cell))
        return float(json.loads(said.rpartition("BENCHMARK ")[2].splitlines()[0]))

    try:
        client.wait_for_ready(timeout=60)
        run("%load_ext jupyterlab_preflight")
        yield execute
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
