"""Where things lie in each other: links into projects, clones around notebooks, shared stores."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakecloud import faults
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.github import GitHub
from tests.fakecloud.message import Throttle
from tests.fakecloud.static import Site
from tests.test_cli import notebook

from .conftest import Machine, material, tree, zipped

CATS = material(300_000, 30)
NET = {"train.py": b"print('train')\n", "util/io.py": b"def load(): ...\n"}
HOST = "https://data.example.org"


def git(folder: Path, *words: str) -> str:
    """The user's own git."""
    done = subprocess.run(
        ["git", "-c", "user.name=me", "-c", "user.email=me@example.org", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("way", ["git", "archive"])
@pytest.mark.parametrize(
    "ships",
    [
        pytest.param({"data/input/README.md": b"put the data here\n"}, id="a file in it"),
        pytest.param({"data/input": "-> /etc"}, id="a link out", marks=pytest.mark.slow),
        pytest.param({"data/input/1/0001.bin": b"no cat\n"}, id="a cat", marks=pytest.mark.slow),
        pytest.param({"data/input": "-> ../util"}, id="a link in", marks=pytest.mark.slow),
        pytest.param({"data/input": b"a file\n"}, id="a file", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("first", ["project", "link"])
def test_a_project_that_ships_what_is_to_be_a_link(
    machine: Machine, hub: GitHub, box: Dropbox, way: str, ships: dict[str, bytes | str], first: str
) -> None:
    repo = hub.add_repo("me/net", {**NET, **ships})
    data = f"dataset {box.add_folder('cats', CATS).link} data/cats"
    project = f"project https://github.com/me/net net --{way}"
    link = "link data/cats net/data/input"
    order = [data, project, link] if first == "project" else [data, link, project]
    cell = "\n".join(order)
    for number in range(3):
        if number == 2:  # and what the project changes there later goes nowhere either
            name = "data/input" if "data/input" in ships else "data/input/README.md"
            repo.commit({name: b"newer\n", "train.py": b"print('newer')\n"})
        done = machine.prepare(cell)
        assert done.code == 0, done.said
        assert tree(machine.root / "data/cats") == CATS
        found = tree(machine.root / "net")
        assert found.pop("data/input") == "-> ../../data/cats"
        assert found == {**NET, **({"train.py": b"print('newer')\n"} if number == 2 else {})}
        if way == "git":
            assert git(machine.root / "net", "status", "--porcelain") == ""
    assert machine.left() == []


@pytest.mark.parametrize("below", [".", "notebooks"])
def test_a_notebook_in_its_own_clone(
    machine: Machine, hub: GitHub, box: Dropbox, below: str
) -> None:
    hub.add_repo("me/net", {**NET, "notebooks/keep.txt": b""})
    environ = machine.environ
    shutil.rmtree(machine.root)
    subprocess.run(
        ["git", "clone", "-q", "https://github.com/me/net", str(machine.root)],
        env=environ,
        check=True,
    )
    folder = machine.root / below
    file = notebook(
        folder / "a.ipynb",
        "%%preflight\n"
        f"dataset {box.add_folder('cats', CATS).link} data/cats\n"
        "project https://github.com/me/net net\n"
        "link data/cats net/input\n",
    )
    git(machine.root, "add", "-A")
    git(machine.root, "commit", "-qm", "Notebook")
    machine.cloud.clear()
    for number in range(2):
        found = machine.run("prepare", str(file), cwd=folder)
        assert found.code == 0, found.said
        assert "yours, left as it is" in found.said
        assert [one.place for one in machine.cloud.requests("github.com")] == []
        assert git(machine.root, "status", "--porcelain") == "", number
        assert tree(folder / "net" / "input") == CATS
        assert os.path.samefile(folder / "net", machine.root)


@pytest.mark.parametrize("read_only", [False, True])
def test_two_projects_and_one_dataset(machine: Machine, site: Site, read_only: bool) -> None:
    content = zipped(material(3_000_000, 30))
    site.add("/cats.zip", content)
    store = machine.base / "store"
    roots = [machine.base / name for name in ("one", "two")]
    for root in roots:
        root.mkdir()
        (root / "cell.txt").write_text(f"dataset {HOST}/cats.zip data/cats\n")
    places = []
    for root in roots:
        done = machine.run("prepare", "cell.txt", cwd=root, PREFLIGHT_STORE=str(store))
        assert done.code == 0, done.said
        places.append((root / "data/cats").resolve())
        if read_only:
            subprocess.run(["chmod", "-R", "a-w", str(store)], check=True)
    assert "shared copy, not downloaded" in done.said
    assert places[0] == places[1]
    assert places[0].is_relative_to(store.resolve())
    assert sum(one.sent for one in machine.cloud.requests("data.example.org")) < len(content) * 1.1
    assert _occupied([machine.base]) < len(content) * 1.6
    subprocess.run(["chmod", "-R", "u+w", str(store)], check=True)


def _occupied(folders: list[Path]) -> int:
    """Bytes on the disk of all files below *folders*, each inode once."""
    seen: dict[tuple[int, int], int] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                found = path.stat()
                seen[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(seen.values())


@pytest.mark.parametrize(
    "kind",
    ["zip", "git", *(pytest.param(one, marks=pytest.mark.slow) for one in ("file", "archive"))],
)
def test_two_at_once(machine: Machine, site: Site, hub: GitHub, kind: str) -> None:
    """Both end well, the tree is whole, and it came once."""
    files = material(2_000_000, 40)
    if kind in ("git", "archive"):
        hub.add_repo("me/net", dict(files))
        line, dest, wanted = f"project https://github.com/me/net d --{kind}", "d", files
    elif kind == "zip":
        site.add("/x.zip", zipped(files))
        line, dest, wanted = f"dataset {HOST}/x.zip d", "d", files
    else:
        whole = b"".join(files.values())
        site.add("/x.bin", whole)
        line, dest, wanted = f"dataset {HOST}/x.bin d", "d", {"x.bin": whole}
    machine.cloud.always("https://*", faults.slow(3e6, Throttle(3e6)))
    running = [machine.start(line) for _ in range(2)]
    said = []
    for process in running:
        with process:
            said.append(process.communicate(timeout=60)[0])
            assert process.returncode == 0, said
    assert tree(machine.root / dest) == wanted
    assert machine.left() == []
    assert sum(one.sent for one in machine.cloud.log) < 1.3 * 2_000_000
