"""Work that was left: taken over from the dead, left to the living, and removed without a trace."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import ConflictError, PreflightError
from jupyterlab_preflight.fetch.staging import Staging, remove

HOLD = """
import sys, pathlib, time
from jupyterlab_preflight.fetch.staging import Staging
with Staging.open(pathlib.Path(sys.argv[1]), "key") as staging:
    (staging.tree / "theirs").write_text("theirs")
    print("ready", flush=True)
    time.sleep(60)
"""


def holder(base: Path) -> subprocess.Popen[str]:
    """Another process that works in a staging folder of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(base)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_what_a_killed_process_has_left_is_taken_over(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
    with Staging.open(tmp_path, "key") as staging:
        assert (staging.tree / "theirs").read_text() == "theirs"
        assert len(list(tmp_path.iterdir())) == 1
    with Staging.open(tmp_path, "other") as staging:
        assert list(staging.tree.iterdir()) == []


def test_what_a_living_process_works_in_is_its_own(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        with Staging.open(tmp_path, "key") as staging:
            assert list(staging.tree.iterdir()) == []
            assert Staging.left(tmp_path) == []
        other.kill()
    assert [left.key for left in Staging.left(tmp_path)] == ["key"]


def test_an_empty_one_leaves_nothing_behind(tmp_path: Path) -> None:
    with Staging.open(tmp_path, "key"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_tree_appears_by_one_rename(tmp_path: Path) -> None:
    for there in (False, True):
        dest = tmp_path / f"dest{there}"
        if there:
            dest.mkdir()
        with Staging.open(tmp_path / "base", "key") as staging:
            (staging.tree / "a").write_text("a")
            (staging.part / "half").write_text("half")
            staging.commit_to(dest)
        assert [path.name for path in dest.iterdir()] == ["a"]
        assert list((tmp_path / "base").iterdir()) == []


def test_what_stands_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "dest").mkdir()
    (tmp_path / "dest/mine").write_text("mine")
    with Staging.open(tmp_path / "base", "key") as staging:
        (staging.tree / "a").write_text("a")
        with pytest.raises(ConflictError):
            staging.commit_to(tmp_path / "dest")
    assert (tmp_path / "dest/mine").read_text() == "mine"
    assert len(list((tmp_path / "base").iterdir())) == 1


def test_what_an_orphan_still_writes_is_removed_too(tmp_path: Path) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    until = time.monotonic() + 0.5

    def orphan() -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            try:
                (folder / f"sub{number % 3}").mkdir(exist_ok=True)
                (folder / f"sub{number % 3}" / f"{number}").write_text("x")
            except FileNotFoundError:
                return

    thread = threading.Thread(target=orphan)
    thread.start()
    time.sleep(0.1)
    remove(folder)
    thread.join()
    assert not folder.exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_text("kept")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/link").symlink_to("../precious")
    (tmp_path / "link").symlink_to("precious")
    remove(tmp_path / "folder")
    remove(tmp_path / "link")
    remove(tmp_path / "nowhere")
    assert (tmp_path / "precious/file").read_text() == "kept"
    assert not (tmp_path / "folder").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may remove everything")
def test_what_cannot_be_removed_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/file").write_text("x")
    (folder / "sub").chmod(0o500)
    with pytest.raises(PreflightError):
        remove(folder)
    (folder / "sub").chmod(0o700)
