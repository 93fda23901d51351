"""Three ways in, one tree: from a notebook, from standard input, and by the plain script."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bootstrap.scripts import bash, tarred, tree, zipped
from tests.fakecloud import FakeCloud
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.gdrive import Drive
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site
from tests.test_cli import notebook, preflight

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")

FILES = {
    "cats/1.txt": b"cat one\n" * 200,
    "cats/ö 2.txt": b"cat two\n",
    "run.sh": b"#!/bin/sh\necho run\n",
}
COMMIT = "https://github.com/me/net"
RAW = "https://raw.githubusercontent.com/me/net/main"
GIST = "aa5a315d61ae9438b18d"


@pytest.fixture
def links(cloud: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A link of each provider whose addresses are made up by it, and a folder of this machine."""
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    monkeypatch.setenv("PYTHON", sys.executable)
    for name in ("PREFLIGHT_ROOT", "PREFLIGHT_STORE", "GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    box, drive, hub, site = Dropbox(), Drive(), GitHub(), Site("data.example.org")
    for fake in (box, drive, hub, site):
        cloud.add(fake)
    repo = hub.add_repo(
        "me/net",
        {
            "train.py": b"print('train')\n",
            "run.sh": "#!/bin/sh\necho run\n",
            "requirements.txt": b"",
            "data/input/README.md": b"put the data here\n",
            "latest": "-> train.py",
            "src/net/model.py": b"model = 1\n",
        },
    )
    repo.tag("v1")
    repo.commit({"src/net/wide.py": b"wide = 1\n"}, branch="topic/one")
    repo.releases["v1"] = {"weights.zip": zipped(FILES), "notes.txt": b"First.\n"}
    hub.add_gist(GIST, {"plot.py": b"print('plot')\n", "more.py": b"more = 1\n"})
    site.add("/pets.zip", zipped(FILES, 0o600, 0o4777), kind="application/zip")
    site.add("/pets.tar.gz", tarred(FILES, 0o666, 0o6711), kind="application/gzip")
    site.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    (tmp_path / "local").mkdir()
    (tmp_path / "local/here.csv").write_bytes(b"a\n1\n")
    folder = drive.add_folder("many")
    drive.add_file("a.csv", b"1", folder)
    return {
        "dropbox-zip": box.add_file("my pets.zip", zipped(FILES)).link,
        "dropbox-folder": box.add_folder("pets", FILES | {"empty/": b""}).link,
        "dropbox-file": box.add_file("one.csv", b"1,2\n").link,
        "drive-file": drive.add_file("größe.zip", zipped(FILES)).link,
        "drive-big": drive.add_file("big.bin", b"big" * 999, scanned=False).link,
        "drive-folder": folder.link,
        "drive-open": f"https://drive.google.com/open?id={folder.identity}",
        "drive-sheet": drive.add_document("spreadsheet", "Numbers", b"PK\x03\x04 book").link,
        "drive-document": drive.add_document("document", "Paper", b"PK\x03\x04 docx").link,
    }


EVERYTHING = f"""
dataset {{dropbox-zip}} d/zip
dataset {{dropbox-folder}} d/folder
dataset {{dropbox-file}} d/file
dataset {{drive-file}} d/drive
dataset {{drive-big}} d/big
dataset {{drive-document}} d/paper
dataset https://data.example.org/pets.zip d/https
dataset https://data.example.org/pets.tar.gz d/tar
dataset https://data.example.org/one.csv d/one
dataset {RAW}/train.py d/raw
dataset {COMMIT}/releases/download/v1/weights.zip d/release
dataset {COMMIT}/releases/latest/download/notes.txt d/latest
dataset https://gist.github.com/me/{GIST} d/gist
dataset https://gist.github.com/me/{GIST}/raw/plot.py d/gist-file
dataset ~/local d/local
dataset ~/local d/copy --copy
project {COMMIT} git
project {COMMIT} archive --archive
project {COMMIT}/tree/topic/one branch --path=src
project {COMMIT}/tree/topic/one/src/net folder
project {COMMIT}/archive/refs/tags/v1.zip tag
project {COMMIT}/blob/main/train.py blob
link d/https git/data/input
link d/one/one.csv tables/first.csv
require cpu python>=3.8
env PIP_LOG='what pip said.log'
pip -r branch/requirements.txt
"""

Door = Callable[[str, Path], tuple[int, str]]


def from_notebook(cell: str, folder: Path) -> tuple[int, str]:
    """Two cells of a notebook."""
    half = cell.index("\nproject") if "\nproject" in cell else len(cell)
    file = notebook(
        folder / "a.ipynb",
        "import os",
        *(f"%%preflight{s}" for s in (cell[:half], cell[half:]) if s),
    )
    done = preflight("prepare", file.name, cwd=folder)
    file.unlink()
    return done.returncode, done.stdout + done.stderr


def from_text(cell: str, folder: Path) -> tuple[int, str]:
    """Standard input."""
    done = preflight("prepare", "-", cwd=folder, stdin=cell)
    return done.returncode, done.stdout + done.stderr


def by_script(cell: str, folder: Path) -> tuple[int, str]:
    """The script that the command writes."""
    written = preflight("script", "-", cwd=folder.parent, stdin=cell)
    assert (written.returncode, written.stderr) == (0, "")
    ran = bash(written.stdout, folder)
    return ran.code, ran.said


DOORS = (from_notebook, from_text, by_script)


@pytest.mark.parametrize("again", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_three_doors_one_tree(links: dict[str, str], tmp_path: Path, again: bool) -> None:
    found = []
    cell = EVERYTHING.format_map(links)
    for door in DOORS:
        folder = tmp_path / "same" / door.__name__
        folder.mkdir(parents=True)
        code, said = door(cell, folder)
        assert code == 0, said
        (folder / "what pip said.log").unlink()  # where the variable says, as no two are equal
        found.append(tree(folder))
    by_notebook, by_text, script = found
    assert by_notebook == by_text == script
    assert {name.split("/")[0] for name in script} == {
        *("d", "git", "archive", "branch", "folder", "tag", "blob", "tables")
    }
    assert len([name for name in script if name.startswith("d/")]) > 20
    assert script["git/latest"] == "-> train.py"
    assert script["git/data/input"] == "-> ../../d/https"
    assert script["d/https/run.sh"] == (FILES["run.sh"], 0o755)
    for path in tmp_path.glob("same/*/**/"):
        if not {".git", ".preflight"} & set(path.parts):
            assert stat.S_IMODE(path.stat().st_mode) == 0o755, path
    for door, where in ((from_text, "from_notebook"), (by_script, "by_script")) if again else ():
        folder = tmp_path / "same" / where
        code, said = door(cell, folder)
        (folder / "what pip said.log").unlink(missing_ok=True)
        assert (code, tree(folder)) == (0, script), said


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("dataset {drive-folder} many", "asked what files there are"),
        ("dataset {drive-sheet} many --sheet Second", "asked what files there are"),
        ("dataset {drive-open} many", "asked what files there are"),
    ],
)
def test_a_script_says_what_it_cannot_do(
    links: dict[str, str], tmp_path: Path, line: str, reason: str
) -> None:
    line = line.format_map(links)
    folder = tmp_path / "here"
    folder.mkdir()
    cell = f"{line}\nlink many all\ndataset https://data.example.org/one.csv one\n"
    code, said = by_script(cell, folder)
    assert code == 4
    assert "this script cannot do it: " in said
    assert reason in said
    assert "Line 2: not run, it waits for line 1." in said
    assert tree(folder) == {"one/one.csv": (b"a,b\n1,2\n", 0o644)}
