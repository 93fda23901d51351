"""Datasets of this machine: linked or copied, and never over something of the user's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.fetch.fs import Dir


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.csv").write_text("1")
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], tuple[str, str]]:
    def go(text: str) -> tuple[str, str]:
        (row,) = Session(tmp_path / "root").prepare(text, parse(text)).rows
        return row.state, row.text

    (tmp_path / "root").mkdir()
    return go


def _folder(place: Path) -> None:
    place.mkdir()
    (place / "mine").write_text("mine")


def _link(place: Path) -> None:
    (place.parent / "elsewhere").mkdir()
    place.symlink_to(place.parent / "elsewhere")


def _dead_link(place: Path) -> None:
    place.symlink_to(place.parent / "nowhere")


def _file(place: Path) -> None:
    place.write_text("mine")


@pytest.mark.parametrize("made_before", [True, False])
@pytest.mark.parametrize("make", [_folder, _link, _dead_link, _file])
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_stands_in_the_place_of_a_link_is_left(
    source: Path,
    run: Callable[[str], tuple[str, str]],
    tmp_path: Path,
    what: str,
    make: Callable[[Path], None],
    made_before: bool,
) -> None:
    line = f"dataset {source if what == 'folder' else source / 'a.csv'} data"
    data = tmp_path / "root" / "data"
    place = data if what == "folder" else data / "a.csv"
    if made_before:
        assert run(line)[0] == "ready"
        place.unlink()
    place.parent.mkdir(exist_ok=True)
    make(place)
    before = place.lstat()
    state, text = run(line)
    linked = f"is a link to {os.readlink(place)} that" if place.is_symlink() else ""
    assert state == "failed"
    assert text.startswith(linked or "is there already and is not ours.")
    assert place.lstat().st_ino == before.st_ino
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()
    shutil.rmtree(tmp_path / "root" / "data", ignore_errors=True)
    assert run(line)[0] == "ready"
    assert place.resolve() == (source if what == "folder" else source / "a.csv").resolve()


@pytest.mark.parametrize("make", [_link, _dead_link, _file])
def test_what_stands_in_the_place_of_a_copy_is_no_copy(
    source: Path,
    run: Callable[[str], tuple[str, str]],
    tmp_path: Path,
    make: Callable[[Path], None],
) -> None:
    line, data = f"dataset {source} data --copy", tmp_path / "root" / "data"
    assert run(line)[0] == "ready"
    shutil.rmtree(data)
    make(data)
    assert run(line)[0] == "failed"
    data.unlink()
    data.mkdir()
    assert run(line)[0] == "ready"
    assert (data / "a.csv").read_text() == "1"


def test_a_root_that_was_moved(
    source: Path, run: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "root" / "source").mkdir()
    assert run("dataset ./source data")[0] == "ready"
    (tmp_path / "root").rename(tmp_path / "moved")
    line = "dataset ./source data"
    (row,) = Session(tmp_path / "moved").prepare(line, parse(line)).rows
    assert row.state == "ready"
    assert (tmp_path / "moved" / "data").resolve() == (tmp_path / "moved" / "source").resolve()


@pytest.mark.parametrize("step", ["dataset", "project"])
def test_a_link_of_the_users_own_to_the_same_folder_is_taken(
    source: Path, run: Callable[[str], tuple[str, str]], tmp_path: Path, step: str
) -> None:
    place = tmp_path / "root" / "data"
    place.symlink_to("../source")
    for _ in range(2):
        assert run(f"{step} {source} data") == ("ready", f"→ {source}")
        assert place.readlink() == Path("../source")


@pytest.mark.parametrize("step", ["dataset", "project"])
def test_a_link_of_ours_follows_its_line(
    source: Path, run: Callable[[str], tuple[str, str]], tmp_path: Path, step: str
) -> None:
    line = f"{step} ../source data"
    assert run(line)[0] == "ready"
    source.rename(tmp_path / "moved")
    (tmp_path / "source").symlink_to("moved")
    assert run(line) == ("ready", f"→ {tmp_path / 'moved'}")
    assert (tmp_path / "root" / "data").readlink() == tmp_path / "moved"
    assert sorted(path.name for path in (tmp_path / "root").iterdir()) == [".preflight", "data"]


@pytest.mark.skipif(os.name == "nt", reason="no link to a folder can be replaced there")
@pytest.mark.parametrize(
    ("before", "after"),
    [("dataset ../source data", "dataset ../source data"), ("link a data", "link b data")],
)
def test_whoever_reads_through_a_link_of_ours_always_finds_one(
    source: Path,
    run: Callable[[str], tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    after: str,
) -> None:
    place = tmp_path / "root" / "data"
    for name in ("a", "b"):
        (tmp_path / "root" / name).mkdir()
    assert run(before)[0] == "ready"
    old = place.readlink()
    source.rename(tmp_path / "moved")
    (tmp_path / "source").symlink_to("moved")
    there = []

    def watched(change: Callable[..., None]) -> Callable[..., None]:
        def do(*words: object) -> None:
            change(*words)
            there.append(place.is_symlink())

        return do

    for name in ("symlink", "unlink", "rename"):
        monkeypatch.setattr(Dir, name, watched(getattr(Dir, name)))
    assert run(after)[0] == "ready"
    assert place.readlink() != old
    assert there
    assert all(there)
    names = {path.name for path in (tmp_path / "root").iterdir()}
    assert names == {".preflight", "a", "b", "data"}


@pytest.mark.parametrize("step", ["dataset", "project"])
@pytest.mark.parametrize("copied", ["", " --copy"])
def test_nothing_holds_itself(
    run: Callable[[str], tuple[str, str]], tmp_path: Path, step: str, copied: str
) -> None:
    (tmp_path / "root" / "a" / "b").mkdir(parents=True)
    for line in (f"{step} .. data{copied}", f"{step} ./a a/c{copied}", f"{step} ./a/b a{copied}"):
        state, text = run(line)
        assert state == "failed"
        assert text.startswith("would hold itself.")


@pytest.mark.parametrize("step", ["dataset", "project"])
def test_a_folder_above_that_cannot_be_made(
    source: Path, run: Callable[[str], tuple[str, str]], tmp_path: Path, step: str
) -> None:
    (tmp_path / "root" / "data").write_text("mine")
    state, text = run(f"{step} {source} data/all")
    assert state == "failed"
    assert "mistake inside" not in text
    assert (tmp_path / "root" / "data").read_text() == "mine"
