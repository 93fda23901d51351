"""Swapping files in: whole or not at all, at whatever moment the process is killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.bootstrap.state import State
from jupyterlab_preflight.errors import (
    DiskError,
    IntegrityError,
    Interrupted,
    PreflightError,
)
from jupyterlab_preflight.fetch.staging import Staging, remove
from jupyterlab_preflight.fetch.tree import scan
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.project import journal
from jupyterlab_preflight.project.apply import apply, finish, recover, sweep, take_over
from jupyterlab_preflight.project.journal import Job
from jupyterlab_preflight.project.look import Look
from jupyterlab_preflight.project.merge import Plan, merge
from jupyterlab_preflight.project.swap import Done
from tests.project.conftest import tree

OLD = {
    "same.py": "same\n",
    "news.py": "old\n",
    "edited.py": "old\n",
    "gone.py": "old\n",
    "gone_edited.py": "old\n",
    "deep/er/gone.py": "old\n",
    "deleted.py": "old\n",
    "kept.py": "old\n",
    "file_then_folder": "old\n",
    "folder_then_file/x.py": "old\n",
    "run.sh": "echo old\n",
    "link": "->same.py",
    "data/input/README.md": "the project's own\n",
}
NEW = {
    "same.py": "same\n",
    "news.py": "new\n",
    "edited.py": "new\n",
    "deleted.py": "old\n",
    "kept.py": "old\n",
    "file_then_folder/x.py": "new\n",
    "folder_then_file": "new\n",
    "run.sh": "*echo old\n",
    "link": "->news.py",
    "added/x.py": "new\n",
    "empty": "/",
    "clash": "new\n",
    "data/input/README.md": "the project's own, again\n",
}
EDITS = {
    "edited.py": "mine\n",
    "gone_edited.py": "mine\n",
    "kept.py": "mine\n",
    "clash/results.csv": "mine\n",
    "notes.txt": "mine\n",
}
FINAL: dict[str, object] = {
    "same.py": (b"same\n", False),
    "news.py": (b"new\n", False),
    "edited.py": (b"new\n", False),
    "deleted.py": (b"old\n", False),
    "kept.py": (b"mine\n", False),
    "gone_edited.py": (b"mine\n", False),
    "file_then_folder/x.py": (b"new\n", False),
    "folder_then_file": (b"new\n", False),
    "run.sh": (b"echo old\n", True),
    "link": "-> news.py",
    "added/x.py": (b"new\n", False),
    "empty": "empty",
    "clash": (b"new\n", False),
    "notes.txt": (b"mine\n", False),
    "data/input": "-> ../../../cats",
}
BACKUP = {"edited.py": b"mine\n", "clash/results.csv": b"mine\n"}
CATS = {"README.md": (b"of the dataset\n", False), "1.jpg": (b"cat\n", False)}


def fill(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content == "/":
            path.mkdir()
        elif content.startswith("->"):
            path.symlink_to(content[2:])
        else:
            path.write_text(content.removeprefix("*"))
            path.chmod(0o755 if content.startswith("*") else 0o644)


def protected(path: str) -> str | None:
    return "data/input" if f"{path}/".startswith("data/input/") else None


class World:
    """A root with a project that was installed, was worked in, and is about to be updated."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.root = place / "root"
        self.net = self.root / "net"
        self.state = State(self.root)
        self.upstream = place / "upstream"

    @classmethod
    def make(cls, place: Path) -> World:
        world = cls(place)
        fill(world.net, OLD)
        world.state.set_manifest("net", scan(world.net, Progress()))
        world.state.set_mark("net", {"kind": "project", "commit": "1"})
        (world.net / "deleted.py").unlink()
        fill(world.net, EDITS)
        fill(place / "cats", {"README.md": "of the dataset\n", "1.jpg": "cat\n"})
        shutil.rmtree(world.net / "data" / "input")
        (world.net / "data" / "input").symlink_to("../../../cats")
        world.state.set_mark("net/data/input", {"kind": "link", "target": "../../../cats"})
        fill(world.upstream, NEW)
        return world

    def copy(self, place: Path) -> World:
        shutil.copytree(self.place, place, symlinks=True)
        return World(place)

    def plan(self) -> tuple[Plan, Look]:
        base = self.state.manifest("net") or {}
        upstream = scan(self.upstream, Progress())
        look = Look(self.net, None, Progress())
        return merge(base, look.at({*base, *upstream}), upstream, protected), look

    def job(self, plan: Plan) -> Job:
        staging = Staging.open(self.state.staging(self.net), "net")
        with staging:
            remove(staging.tree)
            staging.tree.mkdir()
            for action in plan.actions:
                new = action.new
                if action.do in ("write", "replace") and new is not None and not new.folder:
                    target = staging.tree / new.path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(self.upstream / new.path, target, follow_symlinks=False)
            folder = take_over(self.state, "net", self.net, staging)
        return Job(
            dest="net",
            place=self.net,
            staging=folder,
            backup=self.state.home / "backup" / "now" / "net",
            actions=plan.actions,
            base=plan.base,
            mark={"kind": "project", "commit": "2"},
        )

    def update(self) -> Done:
        plan, look = self.plan()
        return apply(self.state, self.job(plan), look.stamps, Progress())

    def run(self) -> None:
        """What the next run does: finish, then bring up to date."""
        recover(self.state)
        sweep(self.state.home / "swap", self.state.key("net"))
        plan, _ = self.plan()
        if plan.changes:
            self.update()

    @property
    def backups(self) -> dict[str, bytes]:
        folder = self.state.home / "backup" / "now" / "net"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    def check(self) -> None:
        assert tree(self.net) == FINAL
        assert tree(self.place / "cats") == CATS
        mark = self.state.mark("net") or {}
        assert mark["commit"] == "2"
        base = self.state.manifest("net") or {}
        assert set(base) == set(NEW) - {"data/input/README.md"}
        assert list(self.state.journals()) == []
        assert list((self.state.home / "swap").iterdir()) == []


@pytest.fixture(scope="module", autouse=True)
def quick_disk() -> Iterator[None]:
    """No waiting for the disk itself: nothing here cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.make(tmp_path / "world")


def test_an_update(world: World) -> None:
    done = world.update()
    world.check()
    assert world.backups == BACKUP
    assert sorted(done.backups) == sorted(BACKUP)
    assert not done.unsettled
    assert not done.left


def test_a_second_one_has_nothing_to_do(world: World) -> None:
    world.update()
    plan, _ = world.plan()
    assert not plan.changes


# -- kill -9 --------------------------------------------------------------------------------------

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
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    """A world for each moment at which its update can be killed."""
    place = tmp_path_factory.mktemp("killed")
    world = World.make(place / "world")
    found: list[World] = []
    while True:
        copy = world.copy(place / f"{len(found)}")
        if not killed_at(len(found) + 1, copy.update):
            return found
        found.append(copy)


@pytest.fixture
def moments(killed: list[World], tmp_path: Path) -> list[World]:
    """The same, to be changed."""
    return [one.copy(tmp_path / one.place.name) for one in killed]


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


# -- what an update meets -------------------------------------------------------------------------


def test_an_edit_made_while_it_is_staged_is_backed_up(world: World) -> None:
    plan, look = world.plan()
    job = world.job(plan)
    (world.net / "news.py").write_text("just now\n")
    (world.net / "gone.py").write_text("just now\n")
    done = apply(world.state, job, look.stamps, Progress())
    assert world.backups["news.py"] == b"just now\n"
    assert (world.net / "news.py").read_text() == "new\n"
    assert (world.net / "gone.py").read_text() == "just now\n"
    assert done.left == ["gone.py"]


def test_a_backup_never_replaces_another(world: World) -> None:
    backup = world.state.home / "backup" / "now" / "net"
    fill(backup, {"edited.py": "older\n"})
    world.update()
    assert world.backups["edited.py"] == b"older\n"
    assert world.backups["edited.py.2"] == b"mine\n"


def test_a_link_that_appears_meanwhile_is_not_followed(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    fill(outside, {"x.py": "not ours\n"})
    plan, look = world.plan()
    job = world.job(plan)
    (world.net / "added").symlink_to(outside)
    done = apply(world.state, job, look.stamps, Progress())
    assert tree(outside) == {"x.py": (b"not ours\n", False)}
    assert done.left == ["added/x.py"]


def test_a_folder_with_a_declared_link_does_not_go_to_the_backup(world: World) -> None:
    (world.upstream / "data" / "input" / "README.md").unlink()
    shutil.rmtree(world.upstream / "data")
    (world.upstream / "data").write_text("a file where the link's folder is\n")
    done = world.update()
    assert (world.net / "data" / "input").is_symlink()
    assert "data" in done.left
    assert tree(world.place / "cats") == CATS


def test_nothing_begins_where_a_staged_file_is_missing(world: World) -> None:
    plan, look = world.plan()
    job = world.job(plan)
    (job.tree / "news.py").write_text("other")
    before = tree(world.net)
    with pytest.raises(IntegrityError, match="not as it should be"):
        apply(world.state, job, look.stamps, Progress())
    assert tree(world.net) == before
    assert not world.state.journals()


def test_nothing_begins_after_a_stop(world: World) -> None:
    plan, look = world.plan()
    job = world.job(plan)
    before, progress = tree(world.net), Progress()
    progress.cancel()
    with pytest.raises(Interrupted):
        apply(world.state, job, look.stamps, progress)
    assert tree(world.net) == before
    assert not world.state.journals()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_nothing_begins_where_a_folder_is_read_only(world: World) -> None:
    (world.net / "deep" / "er").chmod(0o500)
    before = tree(world.net)
    with pytest.raises(DiskError, match="cannot be written"):
        world.update()
    assert tree(world.net) == before


def test_a_full_disk_in_the_middle_is_finished_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace
    calls = 0

    def full(*arguments: Any, **keywords: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise OSError(28, "No space left on device")
        real(*arguments, **keywords)

    plan, look = world.plan()
    job = world.job(plan)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(PreflightError):
            apply(world.state, job, look.stamps, Progress())
    assert world.state.journals() or calls < 4
    world.run()
    world.check()


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


# -- journals -------------------------------------------------------------------------------------


def test_the_next_row_says_what_was_finished(moments: list[World]) -> None:
    last = [one for one in moments if one.state.journals()][-1]
    said = recover(last.state)
    assert said == ["net: finished an update that was interrupted."]
    unsaid = (last.state.mark("net") or {})["unsaid"]
    assert unsaid[0] == "Finished an update that was interrupted."
    assert "clash/results.csv, edited.py" in unsaid[1]


def test_a_live_process_is_left_alone(world: World) -> None:
    plan, _ = world.plan()
    job = world.job(plan)
    path = job.save(world.state)
    data = json.loads(path.read_text())
    other = data["owner"].split("-")
    other[3], other[4] = "1", str(_started(1))
    path.write_text(json.dumps({**data, "owner": "-".join(other)}))
    before = tree(world.net)
    assert recover(world.state) == []
    assert tree(world.net) == before
    assert path.exists()


def _started(pid: int) -> int | None:
    from jupyterlab_preflight.fetch.owner import started

    return started(pid)


HOSTILE: dict[str, dict[str, Any]] = {
    "another destination": {"dest": "../outside"},
    "an absolute destination": {"dest": "/etc"},
    "another name": {"dest": "other"},
    "a staging folder elsewhere": {"staging": "../outside/swap/x"},
    "an absolute staging folder": {"staging": "/tmp/.preflight/swap/x"},
    "a climbing staging folder": {"staging": ".preflight/swap/../../../outside"},
    "a backup elsewhere": {"backup": "../outside"},
    "a climbing backup": {"backup": ".preflight/backup/../../../outside"},
    "an action that climbs": {"actions": [["write", "../x", "new", None, None]]},
    "an absolute action": {"actions": [["remove", "/etc/passwd", "gone", None, None]]},
    "an unknown action": {"actions": [["chown", "x", "new", None, None]]},
    "a climbing entry": {
        "actions": [["write", "x", "new", None, ["../x", 1, 1, False, None, False]]]
    },
    "a climbing base": {"base": [["../x", 1, 1, False, None, False]]},
    "another version": {"version": 99},
    "no actions": {"actions": None},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_journal_that_leads_elsewhere_is_not_believed(
    world: World, tmp_path: Path, case: str
) -> None:
    outside = tmp_path / "outside"
    fill(outside, {"swap/x/tree/x": "bait\n", "keep": "not ours\n"})
    plan, _ = world.plan()
    path = world.job(plan).save(world.state)
    path.write_text(json.dumps({**json.loads(path.read_text()), **HOSTILE[case]}))
    before, around = tree(world.net), tree(outside)
    assert recover(world.state) == []
    assert tree(world.net) == before
    assert tree(outside) == around
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', "null"])
def test_a_damaged_journal_is_dropped(world: World, content: str) -> None:
    path = world.state.journal("net")
    path.write_text(content)
    assert recover(world.state) == []
    assert not path.exists()
    world.run()
    world.check()


def test_a_project_that_became_a_link_is_not_written_through(world: World, tmp_path: Path) -> None:
    plan, _ = world.plan()
    world.job(plan).save(world.state)
    outside = tmp_path / "outside"
    world.net.rename(outside)
    before = tree(outside)
    world.net.symlink_to(outside)
    recover(world.state)
    assert tree(outside) == before


def test_a_project_that_was_removed_is_not_made_again(world: World) -> None:
    plan, _ = world.plan()
    world.job(plan).save(world.state)
    shutil.rmtree(world.net)
    recover(world.state)
    assert not world.net.exists()
    assert not world.state.journals()


def test_a_job_goes_through_its_journal_unchanged(world: World) -> None:
    plan, _ = world.plan()
    job = world.job(plan)
    job.clone = {"commit": "2", "links": ["data/input"]}
    loaded = journal.load(job.save(world.state), world.state)
    assert loaded is not None
    loaded.owner = job.owner
    assert loaded == job


def test_left_overs_of_the_dead_are_removed(world: World) -> None:
    plan, _ = world.plan()
    first = world.job(plan)
    second = world.job(plan)
    assert not first.staging.exists()
    assert second.staging.exists()
