"""Whole or not at all, at whatever moment an update is killed."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from jupyterlab_preflight.project import journal
from jupyterlab_preflight.project.apply import finish, recover
from tests.project.world import BACKUP, CATS, EDITS, FINAL, Frozen, World, tree

pytestmark = pytest.mark.usefixtures("quick_disk")
CHANGING = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.chmod",
    "os.utime",
    "os.truncate",
}


def killed_at(number: int, do: Callable[[], object]) -> bool:
    """Run *do* in a process that is gone before its *number*-th change of the disk; whether it
    came so far."""
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal count
            writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
            if event in CHANGING or (event == "open" and arguments[2] & writes):
                count += 1
                if count == number:
                    os._exit(9)

        try:
            sys.addaudithook(hook)
            do()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 9


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Frozen]:
    """A world for each moment at which its update can be killed; made by one of several workers."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return kill(base / "killed")
    kept = base.parent / "killed.pickle"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(kill(base / "killed")))
    found: list[Frozen] = pickle.loads(kept.read_bytes())
    return found


def kill(place: Path) -> list[Frozen]:
    """Worlds after kills at one moment after the other."""
    place.mkdir()
    world = World.make(place / "world").frozen()
    found: list[Frozen] = []
    while True:
        one = World.again(world, place / f"{len(found)}")
        if not killed_at(len(found) + 1, one.update):
            return found
        found.append(one.frozen())


@pytest.fixture
def moments(killed: list[Frozen], tmp_path: Path) -> list[World]:
    """The same, to be changed."""
    return [World.again(one, tmp_path / f"{number}") for number, one in enumerate(killed)]


def test_killed_at_any_moment_the_next_run_converges(moments: list[World]) -> None:
    assert len(moments) > 40
    for one in moments:
        one.run()
        one.check()
        assert one.backups == BACKUP


def test_at_any_moment_everything_of_the_user_is_there(moments: list[World]) -> None:
    for one in moments:
        everything = {path.read_bytes() for path in one.root.rglob("*") if path.is_file()}
        assert b"mine\n" in everything
        here = tree(one.net)
        for name, content in EDITS.items():
            data = content.encode()
            assert here.get(name) == (data, False) or one.backups.get(name) == data, name
        assert tree(one.place / "cats") == CATS


def test_no_file_is_ever_half(moments: list[World]) -> None:
    whole = {b"same\n", b"old\n", b"new\n", b"mine\n", b"echo old\n"}
    for one in moments:
        contents = {value[0] for value in tree(one.net).values() if isinstance(value, tuple)}
        assert contents <= whole


def test_killed_again_while_it_recovers(moments: list[World]) -> None:
    chance = random.Random(7)
    for number, one in enumerate(chance.sample(moments, 25)):
        for _ in range(2):
            killed_at(chance.randrange(1, 40), one.run)
        one.run()
        one.check()
        assert one.backups == BACKUP, number


def test_what_is_written_between_crash_and_recovery_is_kept(moments: list[World]) -> None:
    for number, one in enumerate(moments):
        (one.net / "news.py").unlink(missing_ok=True)
        (one.net / "news.py").write_text("written after the crash\n")
        one.run()
        here = (one.net / "news.py").read_bytes()
        kept = {here, *one.backups.values()}
        assert b"written after the crash\n" in kept, number
        assert tree(one.place / "cats") == CATS


def test_a_power_cut_empties_a_staged_file(moments: list[World]) -> None:
    """Its name is on the disk, its content is not: it is not swapped in, but fetched again."""
    for one in moments:
        if not one.state.journals():
            continue
        for path in (one.state.home / "swap").rglob("news.py"):
            path.write_bytes(b"")
        one.run()
        one.check()


def test_the_staged_files_are_gone(moments: list[World]) -> None:
    for one in moments:
        if one.state.journals():
            shutil.rmtree(one.state.home / "swap")
        one.run()
        assert tree(one.net) == FINAL
        assert b"mine\n" in one.backups.values()


def test_two_processes_finish_one_journal(moments: list[World]) -> None:
    """Where locks do not hold, both do all of it, in any interleaving of whole passes."""
    for one in moments:
        paths = one.state.journals()
        if not paths:
            continue
        first, second = (journal.load(paths[0], one.state) for _ in range(2))
        assert first is not None
        assert second is not None
        finish(one.state, first)
        finish(one.state, second)
        one.run()
        one.check()


def test_the_next_row_says_what_was_finished(moments: list[World]) -> None:
    last = [one for one in moments if one.state.journals()][-1]
    said = recover(last.state)
    assert said == ["net: finished an update that was interrupted."]
    unsaid = (last.state.mark("net") or {})["unsaid"]
    assert unsaid[0] == "Finished an update that was interrupted."
    assert "clash/results.csv, edited.py" in unsaid[1]
