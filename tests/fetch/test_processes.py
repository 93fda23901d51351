"""Processes that write small files: whatever they do, the tree is whole or there is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_preflight.errors import IntegrityError, Interrupted, PreflightError
from jupyterlab_preflight.fetch import lanes, processes
from jupyterlab_preflight.fetch.processes import Small, _Process
from jupyterlab_preflight.fetch.remote import Refused, Remote
from jupyterlab_preflight.progress import Progress

from .fakes import Body, brought
from .zips import M, make

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have them")

Way = Callable[..., Body]
MEMBERS = [
    M(f"d{n % 7}/f{n}", b"%d " % n * (n % 90), deflate=bool(n % 5), mode=0o100755 if n % 3 else 0)
    for n in range(500)
]
FILES = {str(member.name): member.data for member in MEMBERS}


class Seen:
    """What the processes were given."""

    def __init__(self) -> None:
        self.batches: list[list[Small]] = []
        self.on_give: Callable[[_Process], None] = lambda process: None


@pytest.fixture(autouse=True)
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """Processes soon, and none that stays."""
    seen, give = Seen(), _Process.give

    def watched(self: _Process, batch: list[Small]) -> bool:
        seen.batches.append(batch)
        seen.on_give(self)
        return give(self, batch)

    monkeypatch.setattr(processes, "WORTH", 50)
    monkeypatch.setattr(processes, "cores", lambda: 3)
    monkeypatch.setattr(_Process, "give", watched)
    before = set(psutil.Process().children())
    yield seen
    assert set(psutil.Process().children()) == before


def executable(path: Path) -> set[str]:
    return {
        str(file.relative_to(path))
        for file in path.rglob("*")
        if file.is_file() and os.access(file, os.X_OK) and file.stat().st_mode & 0o111
    }


def test_the_tree_is_the_same(way: Way, seen: Seen) -> None:
    with brought(way(make(MEMBERS))) as result:
        assert result.files() == FILES
        assert executable(result.path) == {str(one.name) for one in MEMBERS if one.mode}
        assert {path: entry.size for path, entry in result.tree.entries.items()} == {
            name: len(data) for name, data in FILES.items()
        }
    assert len(seen.batches) >= 2


def test_few_members_start_none(way: Way, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WORTH", 2000)
    with brought(way(make(MEMBERS))) as result:
        assert result.files() == FILES
    assert not seen.batches


@pytest.mark.parametrize("at", [0, 300, 499])
def test_a_damaged_member_is_named(way: Way, at: int) -> None:
    wrong = M(f"wrong/{at}", b"what it should be", told=(1, 2, 3), local={"crc": 7})
    wrong.central = {"crc": 7}
    with (
        pytest.raises(IntegrityError, match=f"wrong/{at} is damaged"),
        brought(way(make([*MEMBERS[:at], wrong, *MEMBERS[at:]]))),
    ):
        pass


def test_a_member_damaged_on_its_way_is_fetched_again(way: Way, seen: Seen) -> None:
    archive = make(MEMBERS)
    at = archive.index(b"445 " * (445 % 90))

    def damage(number: int, data: bytes) -> bytes:
        spoilt = number == 1 and len(data) == len(archive)
        return data[:at] + b"X" + data[at + 1 :] if spoilt else data

    with brought(way(archive, fault=damage)) as result:
        assert result.files() == FILES
    assert seen.batches


@pytest.mark.parametrize("after", range(3))
def test_a_lane_that_is_refused_half_way_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """A connection breaks inside a share, and the server wants one fewer from then on."""
    run, part, refusals = lanes.Lanes.run, Remote.part, iter(range(2))
    asked: dict[int, int | None] = {}  # by thread, the end of what it reads

    def several(self: lanes.Lanes, answer: Any, **_: Any) -> None:
        run(self, answer, begin=4, cores=1)

    def refusing(self: Remote, start: int, end: int | None, *, extra: bool = False) -> Any:
        again = asked.get(threading.get_ident()) == end
        asked[threading.get_ident()] = end
        if extra and again and next(refusals, None) is not None:
            raise Refused
        return part(self, start, end, extra=extra)

    def cut(number: int, data: bytes) -> bytes:
        return data[: len(data) * (after + 1) // 4] if 2 < number < 8 else data

    monkeypatch.setattr(lanes, "SMALLEST", 1 << 10)
    monkeypatch.setattr(lanes.Lanes, "run", several)
    monkeypatch.setattr(Remote, "part", refusing)
    monkeypatch.setattr("jupyterlab_preflight.fetch.one._SMALL", -1)
    archive = make(MEMBERS)
    with brought(Body(archive, fault=cut, chunk=1 << 10)) as result:
        assert result.files() == FILES
    assert next(refusals, None) is None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_process_that_ends_has_not_written_is_written_here(
    way: Way, seen: Seen, number: signal.Signals
) -> None:
    def end(process: _Process) -> None:
        if len(seen.batches) == 2:
            process._process.send_signal(number)

    seen.on_give = end
    with brought(way(make(MEMBERS))) as result:
        assert result.files() == FILES
    assert len(seen.batches) >= 2


def test_one_that_ends_half_way_through_a_batch(way: Way, seen: Seen) -> None:
    def end(process: _Process) -> None:
        time.sleep(0.02)
        process._process.kill()

    seen.on_give = end
    with brought(way(make(MEMBERS))) as result:
        assert result.files() == FILES
    assert seen.batches


@pytest.mark.parametrize("name", ["", "/opt/blender", "/nowhere/python3"])
def test_without_an_interpreter_to_start_all_is_written_here(
    way: Way, seen: Seen, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sys, "executable", name)
    with brought(way(make(MEMBERS))) as result:
        assert result.files() == FILES
    assert not seen.batches


def test_an_error_of_another_process_arises_here(
    way: Way, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def block(process: _Process) -> None:
        (root[0] / seen.batches[0][0].path).mkdir(parents=True, exist_ok=True)

    root: list[Path] = []
    start = processes._start

    def told(out: Any, answers: int) -> Any:
        root.append(out.path)
        return start(out, answers)

    monkeypatch.setattr(processes, "_start", told)
    seen.on_give = block
    with pytest.raises(PreflightError, match=r"d\d/f\d+"), brought(way(make(MEMBERS))):
        pass


def test_stopping_ends_them(way: Way, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    monkeypatch.setattr("tests.fetch.fakes.Progress", lambda: progress)
    seen.on_give = lambda process: progress.cancel()
    with pytest.raises(Interrupted), brought(way(make(MEMBERS))):
        pass
    assert seen.batches


HOLDER = """
import sys, time
from pathlib import Path
from jupyterlab_preflight.fetch.fs import Dir
from jupyterlab_preflight.fetch.processes import Small, _Process
from jupyterlab_preflight.fetch.archive import Member
with Dir.open(Path(sys.argv[1])) as out:
    process = _Process(out)
    for at in (0, 1):
        process.give([
            Small(f"{at}/{n}", Member(b"", "", 0, 0, 0x83DCEFB7, 1, 1, 0), b"1")
            for n in range(5000)
        ])
    print(process._process.pid, flush=True)
    time.sleep(60)
"""


def test_none_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        child = psutil.Process(int(holder.stdout.readline()))
        holder.kill()
    child.wait(5)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or path.read_bytes() == b"1"


def test_names_in_any_encoding(way: Way) -> None:
    members = [M(f"größe/数{n}.txt", b"x") for n in range(200)]
    with brought(way(make(members))) as result:
        assert set(result.files()) == {str(member.name) for member in members}
