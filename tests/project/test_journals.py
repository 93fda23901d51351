"""What an update has written down before it began: finished by the next run, or not believed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.project import journal
from jupyterlab_preflight.project.apply import recover
from tests.project.world import World, fill, tree

pytestmark = pytest.mark.usefixtures("quick_disk")


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
