"""The script of a cell comes to the tree that ``prepare`` comes to."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.bootstrap.scripts import Bench, tarred, tree, zipped
from tests.fakecloud import FakeCloud
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.gdrive import Drive
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")

FILES = {
    "pets/cats/1.txt": b"cat one\n" * 200,
    "pets/cats/2 ö.txt": b"cat two\n",
    "pets/dogs/1.txt": b"dog one\n",
    "pets/notes.csv": b"a,b\n1,2\n",
    "pets/run.sh": b"#!/bin/sh\necho run\n",
}
CODE: dict[str, bytes | str | None] = {
    "train.py": b"print('train')\n",
    "run.sh": b"#!/bin/sh\necho run\n",
    "data/input/README.md": b"put the data here\n",
    "data/split.txt": b"1 2 3\n",
    "latest": "-> train.py",
    "src/net/__init__.py": b"",
    "src/net/deep/model.py": b"model = 1\n",
}


ZIP = zipped(FILES)
SUM = hashlib.sha256(ZIP).hexdigest()


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PREFLIGHT_ROOT", "PREFLIGHT_STORE", "GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    site = Site("data.example.org")
    site.add("/pets.zip", ZIP, kind="application/zip")
    site.add("/pets.tar.gz", tarred(FILES), kind="application/gzip")
    site.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    site.add("/weights.pt", ZIP)
    site.add("/fake.zip", b"not a zip at all", kind="application/zip")
    site.add("/page.html", b"<!doctype html><title>x</title>", kind="text/html")
    cloud.add(site)
    return Bench(tmp_path)


@pytest.fixture
def hub(cloud: FakeCloud) -> GitHub:
    fake = GitHub()
    fake.add_repo("me/net", CODE)
    cloud.add(fake)
    return fake


@pytest.mark.parametrize(
    "line",
    [
        "dataset https://data.example.org/pets.zip data/pets",
        "dataset https://data.example.org/pets.zip 'data/my pets & more'",
        "dataset https://data.example.org/pets.tar.gz pets",
        "dataset https://data.example.org/one.csv tables",
        "dataset https://data.example.org/one.csv tables --as two.csv",
        "dataset https://data.example.org/weights.pt model",
        "dataset https://data.example.org/weights.pt model --unpack",
        "dataset https://data.example.org/fake.zip odd",
        "dataset https://data.example.org/page.html pages",
        "dataset https://data.example.org/pets.zip pets --no-unpack",
        "dataset https://data.example.org/pets.zip pets --strip 1",
        "dataset https://data.example.org/pets.zip pets --strip 1 --include '[2nr]*'",
        "dataset https://data.example.org/pets.zip p --include '*.csv' --include 'pets/c*/[1-3]*'",
        "dataset https://data.example.org/pets.zip pets --strip 1 --include '**/1.txt'",
        "dataset https://data.example.org/pets.zip pets --include 'pets/dogs/*' --flat",
        f"dataset https://data.example.org/pets.zip pets --sha256 {SUM.upper()}",
    ],
)
def test_same_tree_of_a_file(bench: Bench, line: str) -> None:
    bench.both(line)


@pytest.mark.parametrize("option", ["--strip 2", "--flat", "--include '*.jpg'", "--strip 9"])
def test_both_refuse_what_has_no_tree(bench: Bench, option: str) -> None:
    line = f"dataset https://data.example.org/pets.zip pets {option}"
    assert bench.prepare(line).exit_code == 4
    assert bench.run(line).code == 4
    assert tree(bench.here) == {}


@pytest.mark.parametrize("without", [(), ("unzip",), ("unzip", "bsdtar"), ("curl",)], ids="-".join)
def test_same_tree_with_the_tools_that_are_there(
    bench: Bench, cloud: FakeCloud, without: tuple[str, ...]
) -> None:
    dropbox = Dropbox()
    cloud.add(dropbox)
    shared = dropbox.add_folder("pets", {"a/1.txt": b"one" * 99, "b.txt": b"two"})
    bench.without = without
    bench.both(f"dataset {shared.link} data/a\ndataset https://data.example.org/pets.zip data/b")


def test_same_tree_of_dropbox_and_drive(bench: Bench, cloud: FakeCloud) -> None:
    dropbox, drive = Dropbox(), Drive()
    cloud.add(dropbox)
    cloud.add(drive)
    folder = dropbox.add_folder("pets", {f"{n}/ä {n}.txt": b"x" * n for n in range(30)})
    file = dropbox.add_file("my data.zip", ZIP)
    item = drive.add_file("größe 1.zip", ZIP)
    bench.both(
        f"dataset {folder.link} a\ndataset {file.link} b\n"
        f"dataset https://drive.google.com/file/d/{item.identity}/view?usp=sharing c\n"
        f"dataset https://drive.google.com/file/d/{item.identity}/view d --no-unpack"
    )
    assert (bench.here / "d" / "größe 1.zip").read_bytes() == ZIP


CLONED = [
    "project https://github.com/me/net net",
    "project https://github.com/me/net net --ref main",
    "project https://github.com/me/net net --ref topic/one",
]
NOT_CLONED = [
    "project https://github.com/me/net net --archive",
    "project https://github.com/me/net/tree/main net",
    "project https://github.com/me/net/tree/main/src net",
    "project https://github.com/me/net/tree/topic/one/src/net net",
    "dataset https://github.com/me/net/tree/topic/one/src net",
    "project https://github.com/me/net net --include '*.py'",
    "project https://github.com/me/net/blob/main/train.py net",
]


@pytest.mark.parametrize(
    ("line", "without"),
    [
        *((line, ()) for line in CLONED),
        *((line, ("git",)) for line in [*CLONED, *NOT_CLONED]),
    ],
)
def test_same_tree_of_a_repository(
    bench: Bench, hub: GitHub, line: str, without: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repos["me/net"].commit({"src/net/new.py": b"new = 1\n"}, branch="topic/one")
    bench.without = without
    if line.startswith("dataset"):
        hub.repos["me/net"].commit({"latest": None}, branch="topic/one")
    bench.both(line)


@pytest.mark.parametrize("order", [(0, 1, 2), pytest.param((1, 0, 2), marks=pytest.mark.slow)])
@pytest.mark.parametrize("archive", ["", " --archive"])
def test_a_link_stands_where_the_project_has_files(
    bench: Bench, hub: GitHub, archive: str, order: tuple[int, ...]
) -> None:
    lines = [
        f"project https://github.com/me/net net{archive}",
        "dataset https://data.example.org/pets.zip data/pets",
        "link data/pets net/data/input",
    ]
    text = "\n".join(lines[index] for index in order)
    bench.both(text)
    before = tree(bench.here)
    assert before["net/data/input"] == "-> ../../data/pets"
    hub.repos["me/net"].commit({"data/input/README.md": b"changed\n"})
    again = bench.run(text)
    assert (again.code, tree(bench.here)) == (0, before), again.said
    assert "README.md" not in (path.name for path in (bench.here / "data/pets").iterdir())


def test_nothing_is_asked_for_a_dataset_that_is_there(bench: Bench, cloud: FakeCloud) -> None:
    line = "dataset https://data.example.org/pets.zip data/pets"
    bench.run(line)
    (bench.here / "data/pets/mine.txt").write_text("mine")
    (bench.here / "data/pets/pets/notes.csv").write_text("changed")
    cloud.clear()
    before = tree(bench.here)
    assert bench.run(line).code == 0
    assert (tree(bench.here), cloud.requests()) == (before, [])


def test_a_clone_goes_forward(bench: Bench, hub: GitHub) -> None:
    line = "project https://github.com/me/net net"
    bench.run(line)
    (bench.here / "net/mine.py").write_text("mine = 1\n")
    hub.repos["me/net"].commit({"train.py": b"print('better')\n", "run.sh": None})
    assert bench.run(line).code == 0
    found = tree(bench.here / "net")
    assert found["train.py"] == (b"print('better')\n", 0o644)
    assert "run.sh" not in found
    assert found["mine.py"] == (b"mine = 1\n", 0o644)
    for path in (bench.here, bench.there):
        assert not list(path.glob("**/.preflight.*"))


def test_prepare_goes_on_with_a_clone_of_a_script(bench: Bench, hub: GitHub) -> None:
    line = "project https://github.com/me/net net"
    bench.run(line)
    shutil.rmtree(bench.there)
    bench.here.rename(bench.there)
    hub.repos["me/net"].commit({"train.py": b"print('better')\n"})
    assert bench.prepare(line).exit_code == 0
    assert (bench.there / "net/train.py").read_bytes() == b"print('better')\n"


@pytest.mark.parametrize("archive", ["", " --archive"])
def test_what_was_changed_here_is_left(bench: Bench, hub: GitHub, archive: str) -> None:
    line = f"project https://github.com/me/net net{archive}"
    bench.run(line)
    (bench.here / "net/train.py").write_text("mine\n")
    hub.repos["me/net"].commit({"train.py": b"theirs\n", "new.py": b"new\n"})
    ran = bench.run(line)
    assert ran.code == 4
    assert (bench.here / "net/train.py").read_text() == "mine\n"


def test_what_is_missing_in_an_archive_project_comes_back(bench: Bench, hub: GitHub) -> None:
    line = "project https://github.com/me/net net --archive"
    bench.run(line)
    before = tree(bench.here)
    (bench.here / "net/train.py").unlink()
    (bench.here / "net/latest").unlink()
    assert bench.run(line).code == 0
    assert tree(bench.here) == before


def test_local_folders_and_files(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/1.txt").write_text("one")
    bench.both(
        "dataset ~/pictures a/b\ndataset ~/pictures/1.txt c\ndataset ~/pictures d --copy\n"
        f"dataset {tmp_path}/pictures/1.txt e --copy\nproject ~/pictures f\n"
        "project ~/pictures g --copy\nlink a/b h/i"
    )
