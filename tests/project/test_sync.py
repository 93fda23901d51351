"""A project at each run, by git and by archive: base, here and upstream."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable

import pytest

from tests.project.conftest import FILES, Lab, is_clean, stored
from tests.project.world import tree


def test_large_files_that_are_pointers_are_named(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    push({"model.pt": lab.hub.repos["me/net"].large(b"weights")})
    assert any("model.pt" in note and "git lfs pull" in note for note in lab.run(line).notes)


def test_the_first_time(lab: Lab, line: str) -> None:
    outcome = lab.run(line)
    assert (outcome.text, outcome.state, outcome.files) == ("5 files", "ready", 5)
    assert tree(lab.net()) == stored(FILES)
    assert is_clean(lab)
    assert set(os.listdir(lab.root)) == {"net", ".preflight"}


def test_nothing_new_is_one_small_request(lab: Lab, line: str) -> None:
    lab.run(line)
    before = {path: path.lstat().st_ctime_ns for path in lab.net().rglob("*")}
    lab.cloud.clear()
    outcome = lab.run(line)
    assert (outcome.text, outcome.state, outcome.fetched) == ("up to date", "ready", 0)
    assert [(one.method, one.host) for one in lab.cloud.log] == [("POST", "github.com")]
    assert {path: path.lstat().st_ctime_ns for path in lab.net().rglob("*")} == before


def test_news_are_taken_and_named(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    sha = push({"model.py": b"SIZE = 4\n", "new/a.py": b"a\n", "README.md": None})
    outcome = lab.run(line)
    assert outcome.text == "2 files updated: model.py, new/a.py · 1 file removed: README.md"
    assert outcome.meta.endswith(sha[:7])
    assert outcome.state == "ready"
    assert lab.read("net/model.py") == "SIZE = 4\n"
    assert not lab.net("README.md").exists()
    assert is_clean(lab)


def test_many_news_are_counted(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    push({f"gen/{n:02d}.py": b"x\n" for n in range(12)})
    assert lab.run(line).text == ("12 files updated: gen/00.py, gen/01.py, gen/02.py and 9 more")


def test_an_edit_stays_silently(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/train.py", "mine\n")
    assert lab.run(line).text == "up to date"
    push({"model.py": b"SIZE = 4\n"})
    assert lab.run(line).text == "1 file updated: model.py"
    assert lab.read("net/train.py") == "mine\n"
    assert not lab.backups()


def test_both_changed(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/util/io.py", "mine\n")
    push({"util/io.py": b"theirs\n"})
    outcome = lab.run(line)
    assert lab.read("net/util/io.py") == "theirs\n"
    assert lab.backups() == {"net/util/io.py": "mine\n"}
    assert outcome.state == "warning"
    assert "yours kept in .preflight/backup/" in outcome.text
    assert outcome.text.endswith("util/io.py")
    assert is_clean(lab)
    assert lab.run(line).text == "up to date"


def test_deleted_here_is_restored(lab: Lab, line: str) -> None:
    lab.run(line)
    shutil.rmtree(lab.net("util"))
    outcome = lab.run(line)
    assert outcome.text == "2 files restored: util/io.py, util/text.py"
    assert tree(lab.net()) == stored(FILES)


def test_added_here_is_kept(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/output/best.pt", "weights\n")
    lab.write("net/notes.md", "notes\n")
    push({"model.py": b"SIZE = 4\n"})
    lab.run(line)
    assert lab.read("net/output/best.pt") == "weights\n"
    assert lab.read("net/notes.md") == "notes\n"


def test_deleted_upstream_and_edited_here_is_kept(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    lab.run(line)
    lab.write("net/README.md", "mine\n")
    push({"README.md": None})
    outcome = lab.run(line)
    assert lab.read("net/README.md") == "mine\n"
    assert any("README.md" in note for note in outcome.notes)
    assert lab.run(line).notes == []


def test_added_on_both_sides(lab: Lab, line: str, push: Callable[..., str]) -> None:
    lab.run(line)
    lab.write("net/new.py", "mine\n")
    push({"new.py": b"theirs\n"})
    lab.run(line)
    assert lab.read("net/new.py") == "theirs\n"
    assert lab.backups() == {"net/new.py": "mine\n"}


def test_a_folder_of_results_where_a_file_comes(
    lab: Lab, line: str, push: Callable[..., str]
) -> None:
    lab.run(line)
    lab.write("net/out/1.csv", "mine\n")
    push({"out": b"now a file\n"})
    lab.run(line)
    assert lab.read("net/out") == "now a file\n"
    assert lab.backups() == {"net/out/1.csv": "mine\n"}


def test_kinds_change(lab: Lab, line: str, push: Callable[..., str]) -> None:
    push({"latest": "-> model.py", "a": b"file\n", "b/c": b"in a folder\n"})
    lab.run(line)
    assert os.readlink(lab.net("latest")) == "model.py"
    push({"latest": b"a file now\n", "a": None, "b/c": None})
    push({"a/x": b"in a folder\n", "b": b"file\n", "model.py": "#!/bin/sh\n"})
    lab.run(line)
    assert lab.read("net/latest") == "a file now\n"
    assert lab.read("net/a/x") == "in a folder\n"
    assert lab.read("net/b") == "file\n"
    assert os.access(lab.net("model.py"), os.X_OK)
    assert is_clean(lab)
    assert lab.run(line).text == "up to date"


@pytest.mark.parametrize("name", ["a b.py", "a'b\"c.py", "ü/名前.py", "-n.py", "$(touch x).py"])
def test_names(lab: Lab, line: str, push: Callable[..., str], name: str) -> None:
    push({name: b"1\n"})
    lab.run(line)
    push({name: b"2\n"})
    lab.run(line)
    assert lab.read(f"net/{name}") == "2\n"
    assert is_clean(lab)


def test_nothing_new_is_quick(lab: Lab, line: str, push: Callable[..., str]) -> None:
    push({f"pkg{n % 20}/m{n}.py": b"x = %d\n" % n for n in range(200)})
    sha = lab.hub.repos["me/net"].sha("main")
    lab.run(f"{line} --ref {sha}")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert lab.run(f"{line} --ref {sha}").text == "up to date"
        took.append(time.perf_counter() - began)
    assert min(took) < 0.25, took  # about 20 ms where nothing else runs
