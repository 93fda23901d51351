"""The second run, which is the usual one: nothing to do, and a project of which little changed."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import material
from .measure import Failed, Ratio, Series, environment, once
from .scenarios import Check, Materials, Result, Size
from .server import Line, running

_NO_OP_LIMIT = 0.050
_BYTES_LIMIT = 0.03
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
    materials: Materials, work: Path, count: int, say: Callable[[str], object]
) -> Result:
    """The magic's start to its report in a running kernel, where everything is there already."""
    title = "Nothing to do, in a running kernel"
    dataset, project = materials.have(_small), materials.have(_project)
    result = Result(title, f"a dataset of {dataset.files:,} files; a project of {project.files:,}")
    folder = work / "kernel"
    folder.mkdir()
    try:
        with running(materials.folder, Line()) as server, _kernel(folder) as execute:
            lines = {
                "a dataset": (f"dataset {server.url}{dataset.path.name} data", 0),
                "a dataset and a project": (
                    f"dataset {server.url}{dataset.path.name} data\n"
                    f"project {server.url}{project.path.name} code",
                    1,
                ),
            }
            for what, (cell, allowed) in lines.items():
                execute(cell)
                server.requests()
                seconds = [execute(cell) for _ in range(max(count, 5))]
                requests = len(server.requests()) / len(seconds)
                spread = Ratio.of([1000 * one for one in seconds])
                result.checks.append(
                    Check(
                        f"Nothing to do, {what}: ms from the magic's start to its report",
                        f"{spread.median:.1f} ({spread.low:.1f} to {spread.high:.1f})",
                        f"< {1000 * _NO_OP_LIMIT:g}",
                        missed=spread.low >= 1000 * _NO_OP_LIMIT,
                    )
                )
                result.checks.append(
                    Check(
                        f"Nothing to do, {what}: requests",
                        f"{requests:g}",
                        f"≤ {allowed}",
                        missed=requests > allowed,
                    )
                )
    except ImportError as error:
        say(f"    not installed: {error.name}")
        result.series = [Series("Preflight", error=f"not installed: {error.name}")]
    except Failed as error:
        say(f"    {error}")
        result.checks.append(Check(title, str(error)[:200], "ends well", missed=True))
    finally:
        shutil.rmtree(folder)
    return result


def changed(materials: Materials, work: Path, count: int, say: Callable[[str], object]) -> Result:
    """The bytes that a project costs after one file in a hundred changed upstream."""
    title = "1 % of a project changed, Range"
    first = materials.have(_project)
    second = materials.have(_project_changed)
    current = materials.folder / "current.zip"
    result = Result(title, f"{first.files:,} files, {first.size / 1e6:,.0f} MB packed")
    folder = work / "run"
    folder.mkdir()
    argv = [sys.executable, "-m", "jupyterlab_preflight.cli", "do", "project"]
    try:
        with running(materials.folder, Line()) as server:
            argv += [f"{server.url}{current.name}", "code"]
            shutil.copy(first.path, current)
            once(argv, folder, server)
            shutil.copy(second.path, current)
            sample = once(argv, folder, server)
            _compare(folder / "code", second)
            again = once(argv, folder, server)
    except Failed as error:
        say(f"    {error}")
        result.checks.append(Check(title, str(error)[:200], "ends well", missed=True))
        return result
    finally:
        current.unlink(missing_ok=True)
        shutil.rmtree(folder)
    share = sample.sent / second.size
    result.checks += [
        Check(
            f"{title}: bytes fetched by the archive's",
            f"{share:.2%} in {sample.requests} requests",
            f"≤ {_BYTES_LIMIT:.0%}",
            missed=share > _BYTES_LIMIT,
        ),
        Check(
            f"{title}: requests of the run after it",
            f"{again.requests}, {again.sent} bytes",
            "≤ 1, 0 bytes",
            missed=again.requests > 1 or again.sent > 0,
        ),
    ]
    return result


def _small(path: Path, size: Size) -> material.Archive:
    return material.small(path, size.small)


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
    manager.start_kernel(cwd=str(folder), env=environment())
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
