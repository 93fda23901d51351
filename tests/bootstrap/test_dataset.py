"""The dataset step from line to folder, through the real client and a cloud that misbehaves."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from jupyterlab_preflight import words
from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.inspect import status
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.report import Row
from tests.fakecloud import FakeCloud
from tests.fakecloud import faults as fault
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

FILES = {f"train/{n % 3}/{n:03d}.txt": f"number {n}\n".encode() * 40 for n in range(60)}
LINK = "https://data.example.org/pets.zip"


def zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def site(cloud: FakeCloud) -> Site:
    one = Site("data.example.org")
    one.add("/pets.zip", zipped(FILES), kind="application/zip")
    one.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    cloud.add(one)
    return one


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Row]:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    root = tmp_path / "root"
    root.mkdir()

    def run(line: str, where: Path = root) -> Row:
        parsed = parse(line)
        assert not parsed.problems, parsed.problems
        return Session(where).prepare(line, parsed).rows[0]

    return run


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "root" / "data" / "pets"


def test_fetched_once_then_trusted(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    row = go(f"dataset {LINK} data/pets")
    assert (row.state, row.text, row.error) == ("ready", "60 files · fetched once", None)
    assert tree(dest) == FILES
    cloud.clear()
    (dest / "train/0/000.txt").unlink()
    row = go(f"dataset {LINK} data/pets")
    assert (row.state, row.text) == ("ready", words.then(60, time.time()))
    assert cloud.requests() == []


def test_a_user_may_change_and_add_files(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    go(f"dataset {LINK} data/pets")
    (dest / "mine.txt").write_text("mine")
    (dest / "train/0/000.txt").write_text("changed")
    assert go(f"dataset {LINK} data/pets").state == "ready"
    assert (dest / "mine.txt").read_text() == "mine"
    assert (dest / "train/0/000.txt").read_text() == "changed"


def test_a_folder_that_is_gone_is_fetched_again(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    go(f"dataset {LINK} data/pets")
    os.rename(dest, dest.with_name("elsewhere"))
    go(f"dataset {LINK} data/pets")
    assert tree(dest) == FILES


@pytest.mark.parametrize("damage", ["not json", "{}", '{"version": 99, "dest": "data/pets"}'])
def test_a_damaged_mark_means_compare_not_trust(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path, damage: str
) -> None:
    go(f"dataset {LINK} data/pets")
    (mark,) = (dest.parent.parent / ".preflight" / "marks").glob("*.json")
    mark.write_text(damage)
    (dest / "train/0/000.txt").unlink()
    assert go(f"dataset {LINK} data/pets").state == "ready"
    assert tree(dest) == FILES


def test_what_an_old_cell_left_is_adopted(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    for name in list(FILES)[:30]:
        path = dest / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(FILES[name])
    changed = dest / "train/0/000.txt"
    changed.write_bytes(b"a truncated fi")
    (dest / "mine.txt").write_text("mine")
    untouched = (dest / "train/1/001.txt").stat().st_mtime_ns
    row = go(f"dataset {LINK} data/pets")
    assert row.state == "ready"
    assert "30 files added" in row.notes[0]
    assert "train/0/000.txt" in " ".join(row.notes)
    found = tree(dest)
    assert found.pop("mine.txt") == b"mine"
    assert found.pop("train/0/000.txt") == b"a truncated fi"
    assert found == {name: data for name, data in FILES.items() if name != "train/0/000.txt"}
    assert (dest / "train/1/001.txt").stat().st_mtime_ns == untouched
    assert list((dest.parent.parent / ".preflight/staging").iterdir()) == []


def test_a_release_is_completed_by_its_digests(
    cloud: FakeCloud, go: Callable[..., Row], dest: Path
) -> None:
    hub = GitHub()
    cloud.add(hub)
    files = {"a.bin": b"a" * 99, "b.bin": b"b" * 99, "c.bin": b"c" * 99}
    hub.add_repo("me/net", {"x": b"1"}).releases["v1"] = files
    dest.mkdir(parents=True)
    (dest / "a.bin").write_bytes(files["a.bin"])
    (dest / "b.bin").write_bytes(b"mine")
    row = go("dataset https://github.com/me/net/releases/tag/v1 data/pets")
    assert row.notes == ["Was here before: 1 file added.", "Kept as they are here: b.bin."]
    assert tree(dest) == {**files, "b.bin": b"mine"}
    fetched = {one.path.rpartition("/")[2] for one in cloud.requests("github.com")}
    assert fetched == {"b.bin", "c.bin"}


def test_another_link_for_the_same_folder_names_both(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    site.add("/other.zip", zipped({"x": b"y"}), kind="application/zip")
    go(f"dataset {LINK} data/pets")
    row = go("dataset https://data.example.org/other.zip data/pets")
    assert row.state == "failed"
    assert "pets.zip" in row.text
    assert "other.zip" in row.text
    assert tree(dest) == FILES


@pytest.mark.parametrize("what", ["file", "link", "dangling", "above"])
def test_what_stands_there_is_named_and_left(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path, tmp_path: Path, what: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if what == "above":
        dest.parent.write_text("a file")
    else:
        dest.parent.mkdir()
        if what == "file":
            dest.write_text("a file")
        else:
            dest.symlink_to(elsewhere if what == "link" else tmp_path / "nowhere")
    row = go(f"dataset {LINK} data/pets")
    assert row.state == "failed"
    assert row.error is not None
    assert row.error["code"] in ("conflict", "disk")
    assert list(elsewhere.iterdir()) == []
    assert cloud.requests() == []


def test_a_single_file_lies_in_the_folder(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    assert go("dataset https://data.example.org/one.csv data/pets").state == "ready"
    assert tree(dest) == {"one.csv": b"a,b\n1,2\n"}


def test_options_shape_the_tree(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    go(f"dataset {LINK} data/pets --include '1/*' --strip 1")
    assert set(tree(dest)) == {name[6:] for name in FILES if name.startswith("train/1/")}
    row = go(f"dataset {LINK} data/pets")
    assert row.state == "failed"  # other options, another tree


def test_sha256_of_a_file_and_of_a_tree(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path
) -> None:
    right = hashlib.sha256(site.files["/pets.zip"].data).hexdigest()
    assert go(f"dataset {LINK} data/pets --sha256 {'0' * 64}").state == "failed"
    assert not dest.exists()
    assert go(f"dataset {LINK} data/pets --sha256 {right}").state == "ready"
    box = Dropbox()
    cloud.add(box)
    link = box.add_folder("pets", FILES).link
    lines = sorted(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in FILES.items())
    whole = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert go(f"dataset {link} other --sha256 {'0' * 64}").state == "failed"
    assert go(f"dataset {link} other --sha256 {whole}").state == "ready"


@pytest.mark.parametrize(
    "broken",
    [
        fault.drop(0),
        fault.drop(29),
        fault.drop(400),
        fault.drop(400, "rst"),
        fault.page(),
        fault.length_off(7),
        fault.empty(),
        fault.status(404),
        fault.status(403),
    ],
    ids=lambda one: getattr(one, "__qualname__", str(one)),
)
def test_a_fault_leaves_nothing_and_the_next_run_heals(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], dest: Path, broken: fault.Fault
) -> None:
    cloud.always(LINK, broken)
    row = go(f"dataset {LINK} data/pets")
    assert row.state in ("failed", "needs")
    assert row.error is not None
    assert row.error["reason"]
    assert row.error["action"]
    assert "Traceback" not in row.text
    assert "mistake inside" not in row.text
    assert not dest.exists()
    cloud.clear()
    assert go(f"dataset {LINK} data/pets").state == "ready"
    assert tree(dest) == FILES


def test_one_source_failing_leaves_the_others(
    cloud: FakeCloud, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab")
    text = f"dataset https://data.example.org/gone.zip a\ndataset {LINK} b\n"
    report = Session(tmp_path).prepare(text, parse(text))
    assert [row.state for row in report.rows] == ["failed", "ready"]
    assert tree(tmp_path / "b") == FILES


def test_two_projects_share_a_store(
    cloud: FakeCloud,
    site: Site,
    go: Callable[..., Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("PREFLIGHT_STORE", str(store))
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert go(f"dataset {LINK} data/pets", one).state == "ready"
    fetched = len(cloud.requests())
    assert "shared copy" in go(f"dataset {LINK} data/pets", two).text
    assert len(cloud.requests()) == fetched
    assert (one / "data/pets").is_symlink()
    assert (one / "data/pets").resolve() == (two / "data/pets").resolve()
    assert tree(two / "data/pets") == FILES
    assert go(f"dataset {LINK} data/pets", two).state == "ready"


@pytest.mark.parametrize("stored", [True, False], ids=["with the store", "without it"])
def test_a_folder_in_the_place_of_a_stores_link_is_adopted(
    cloud: FakeCloud,
    site: Site,
    go: Callable[..., Row],
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stored: bool,
) -> None:
    store, line = tmp_path / "store", f"dataset {LINK} data/pets"
    monkeypatch.setenv("PREFLIGHT_STORE", str(store))
    assert go(line).state == "ready"
    shared = dest.resolve()
    dest.unlink()
    dest.mkdir()
    if not stored:
        monkeypatch.delenv("PREFLIGHT_STORE")
    (dest / "mine.txt").write_text("mine")
    (look,) = status(Session(tmp_path / "root"), parse(line).steps)
    assert (look.state, look.text) == ("waiting", "there, but not fetched by Preflight")
    row = go(line)
    assert row.state == "ready"
    assert row.notes[0] == "Was here before: 60 files added."
    assert tree(dest) == {**FILES, "mine.txt": b"mine"}
    assert tree(shared) == FILES
    cloud.clear()
    assert go(line).text.endswith(", 60 files then")
    assert cloud.requests() == []


def test_a_read_only_store_is_used_as_it_is(
    cloud: FakeCloud,
    site: Site,
    go: Callable[..., Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("PREFLIGHT_STORE", str(store))
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    go(f"dataset {LINK} data/pets", one)
    before = {path: path.lstat().st_mtime_ns for path in store.rglob("*")}
    assert go(f"dataset {LINK} data/pets", two).state == "ready"
    assert {path: path.lstat().st_mtime_ns for path in store.rglob("*")} == before


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_others_can_read_a_store(
    cloud: FakeCloud,
    site: Site,
    go: Callable[..., Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = tmp_path / "store"
    monkeypatch.setenv("PREFLIGHT_STORE", str(store))
    before = os.umask(0o022)
    try:
        go(f"dataset {LINK} data/pets")
    finally:
        os.umask(before)
    needed = [store, store / ".preflight", *(store / ".preflight/marks").rglob("*")]
    needed += [*(store / ".preflight/manifests").rglob("*"), *store.glob("[!.]*/**/*")]
    assert len(needed) > len(FILES)
    for path in [*needed, store / ".preflight/marks", store / ".preflight/manifests"]:
        wanted = 0o055 if path.is_dir() else 0o044
        assert path.stat().st_mode & wanted == wanted, path
    assert (tmp_path / "root/.preflight").stat().st_mode & 0o077 == 0


def test_local_folders_are_linked_or_copied(go: Callable[..., Row], tmp_path: Path) -> None:
    source = tmp_path / "mine"
    source.mkdir()
    (source / "a.txt").write_text("a")
    root = tmp_path / "root"
    assert go(f"dataset {source} linked").state == "ready"
    assert (root / "linked").is_symlink()
    assert go(f"dataset {source} linked").state == "ready"
    assert go(f"dataset {source} copied --copy").state == "ready"
    assert not (root / "copied").is_symlink()
    assert tree(root / "copied") == {"a.txt": b"a"}
    (source / "a.txt").write_text("b")
    assert go(f"dataset {source} copied --copy").state == "ready"
    assert tree(root / "copied") == {"a.txt": b"a"}
    assert go(f"dataset {source / 'a.txt'} single").state == "ready"
    assert tree(root / "single") == {"a.txt": b"b"}
    row = go(f"dataset {tmp_path / 'nowhere'} x")
    assert row.state == "failed"
    assert go("dataset .. inside").state == "failed"


def test_the_network_is_found_to_be_away_once(
    cloud: FakeCloud, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab")
    text = f"dataset {LINK} a\n" + "".join(
        f"dataset https://data.example.org/{n}.zip d{n}\n" for n in range(5)
    )
    Session(tmp_path).prepare(f"dataset {LINK} a\n", parse(f"dataset {LINK} a\n"))
    with cloud.away():
        began = time.monotonic()
        report = Session(tmp_path).prepare(text, parse(text), command="the command")
        assert time.monotonic() - began < 5
    assert [row.state for row in report.rows] == ["ready"] + ["offline"] * 5
    assert report.sentence == "No network: 1 of 6 ready"
    assert report.snapshot()["command"] == "the command --fetch-only"


def test_an_interrupt_is_quick_and_the_next_run_goes_on(
    cloud: FakeCloud, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab")
    site.add("/big.bin", os.urandom(4_000_000))
    cloud.script("https://data.example.org/big.bin", fault.stall(3_000_000))
    text = "dataset https://data.example.org/big.bin big\n"
    session = Session(tmp_path)
    threading.Timer(1.0, session.stop).start()
    began = time.monotonic()
    report = session.prepare(text, parse(text))
    assert time.monotonic() - began < 3
    assert report.state == "interrupted"
    assert not (tmp_path / "big").exists()
    cloud.log.clear()
    assert Session(tmp_path).prepare(text, parse(text)).state == "ready"
    assert (tmp_path / "big/big.bin").read_bytes() == site.files["/big.bin"].data
    ranges = [one.headers.get("range", "") for one in cloud.requests("data.example.org")]
    starts = [int(one.removeprefix("bytes=").split("-")[0]) for one in ranges if one]
    assert min(starts) > 2_000_000


def test_nothing_of_ours_lies_in_a_dataset_or_shows_in_git(
    cloud: FakeCloud, site: Site, go: Callable[..., Row], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    git = ["git", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    go(f"dataset {LINK} data/pets")
    assert (
        subprocess.run([*git, "status", "--short"], check=True, capture_output=True).stdout == b""
    )
    marks = list((root / ".preflight/marks").glob("*.json"))
    assert json.loads(marks[0].read_text())["files"] == 60
    assert list((root / ".preflight/staging").iterdir()) == []
