"""Swapping files in, and what an update meets."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.errors import (
    DiskError,
    IntegrityError,
    Interrupted,
    PreflightError,
)
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.project.apply import apply
from tests.project.world import BACKUP, CATS, World, fill, tree

pytestmark = pytest.mark.usefixtures("quick_disk")


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
