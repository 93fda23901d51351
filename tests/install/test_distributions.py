from __future__ import annotations

import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from jupyterlab_preflight.install.distributions import (
    Change,
    canonical,
    changes,
    in_use,
    listing,
    names,
    versions,
)


def install(site: Path, folder: str, *files: str) -> Path:
    info = site / folder
    info.mkdir(parents=True)
    (info / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files))
    return info


def test_listing_sees_every_kind(tmp_path: Path) -> None:
    for folder in (
        "NumPy-2.1.3.dist-info",
        "old_thing-1.0-py3.11.egg-info",
        "dev.egg-link",
        "zipped-0.1-py3.11.egg",
        "typing_extensions-4.dist-info",
    ):
        (tmp_path / folder).mkdir()
    for file in ("__editable__.net-0.3.pth", "distutils-precedence.pth", "numpy.py", "README"):
        (tmp_path / file).touch()
    (tmp_path / "~umpy-2.1.2.dist-info").mkdir()  # what pip leaves when it is killed
    found = listing([str(tmp_path), str(tmp_path / "missing"), str(tmp_path / "README")])
    assert versions(found) == {
        "numpy": "2.1.3",
        "old-thing": "1.0",
        "dev": "",
        "zipped": "0.1",
        "typing-extensions": "4",
        "net": "0.3",
    }
    assert len(names(found)) == 6


def test_the_first_on_the_path_is_the_one_that_counts(tmp_path: Path) -> None:
    install(tmp_path / "user", "torch-2.1.dist-info")
    install(tmp_path / "system", "torch-2.0.dist-info")
    found = listing([str(tmp_path / "user"), str(tmp_path / "system")])
    assert versions(found) == {"torch": "2.1"}
    assert names(found) == ["torch-2.0.dist-info", "torch-2.1.dist-info"]


def test_changes(tmp_path: Path) -> None:
    path = [str(tmp_path)]
    install(tmp_path, "kept-1.dist-info")
    install(tmp_path, "gone-1.dist-info")
    install(tmp_path, "torch-2.0.dist-info")
    again = install(tmp_path, "again-1.dist-info")
    before = listing(path)
    assert changes(before, listing(path)) == []

    (tmp_path / "gone-1.dist-info").rename(tmp_path / "x")
    (tmp_path / "torch-2.0.dist-info").rename(tmp_path / "y")
    again.rename(tmp_path / "z")
    torch = install(tmp_path, "torch-2.1+cpu.dist-info")
    new = install(tmp_path, "new_one-3.dist-info")
    again = install(tmp_path, "again-1.dist-info")
    assert changes(before, listing(path)) == [
        Change("again", "1", "1", again),
        Change("gone", "1", ""),
        Change("new-one", "", "3", new),
        Change("torch", "2.0", "2.1+cpu", torch),
    ]


def test_in_use_goes_by_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("google.cats")
    module.__file__ = str(tmp_path / "google/cats.py")
    monkeypatch.setitem(sys.modules, "google.cats", module)
    monkeypatch.setitem(sys.modules, "odd", ModuleType("odd"))
    used = Change("cats", "1", "2", install(tmp_path, "cats-2.dist-info", "google/cats.py"))
    other = Change("dogs", "1", "2", install(tmp_path, "dogs-2.dist-info", "google/dogs.py"))
    gone = Change("birds", "1", "")
    bare = Change("bare", "", "1", tmp_path / "bare-1.dist-info")
    assert in_use([used, other, gone, bare]) == [used]


@pytest.mark.parametrize(
    ("name", "same"), [("Foo.Bar", "foo-bar"), ("a__b--c", "a-b-c"), ("x", "x")]
)
def test_canonical(name: str, same: str) -> None:
    assert canonical(name) == same


def test_a_listing_costs_next_to_nothing(tmp_path: Path) -> None:
    for number in range(700):  # as many as a hosted Colab has
        (tmp_path / f"package{number}-1.0.dist-info").mkdir()
        (tmp_path / f"package{number}").mkdir()
    best = 1.0
    for _ in range(5):
        begun = time.process_time()
        assert len(names(listing([str(tmp_path)]))) == 700
        best = min(best, time.process_time() - begun)
    assert best < 0.01
