from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import GoneError, UnsupportedError
from jupyterlab_preflight.sources.local import locate
from jupyterlab_preflight.sources.recognise import Source, recognise

from .conftest import said


def at(path: str) -> Source:
    return recognise(path)


def test_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    (root / "data").mkdir(parents=True)
    (home / "sets").mkdir(parents=True)
    (tmp_path / "a.csv").write_bytes(b"1")
    monkeypatch.setenv("HOME", str(home))
    assert locate(at("./data"), root) == root / "data"
    assert locate(at("../a.csv"), root) == tmp_path / "a.csv"
    assert locate(at(str(tmp_path / "a.csv")), root) == tmp_path / "a.csv"
    assert locate(at("~/sets"), root) == home / "sets"


def test_links_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert locate(at("./link"), tmp_path) == tmp_path / "real"


@pytest.mark.parametrize("kind", ["missing", "dangling", "circle", "below a file"])
def test_what_is_not_there(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "x"
    if kind == "dangling":
        place.symlink_to("nowhere")
    elif kind == "circle":
        place.symlink_to("x")
    elif kind == "below a file":
        place.write_bytes(b"")
        place = place / "y"
    with pytest.raises(GoneError) as error:
        locate(at(str(place)), tmp_path)
    assert "is not on this machine" in said(error.value)


def test_a_pipe_is_no_dataset(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsupportedError) as error:
        locate(at("./pipe"), tmp_path)
    assert said(error.value)


def test_a_user_that_is_not_there(tmp_path: Path) -> None:
    source = Source("local", "path", "~nobody-here/x", "", {"path": "~nobody-here/x"})
    with pytest.raises(GoneError):
        locate(source, tmp_path)
