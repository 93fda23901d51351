"""Looking at a folder: right at once, quick the second time, and never deceived by a time stamp."""

from __future__ import annotations

import os
import time
import zlib
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import Interrupted, PreflightError
from jupyterlab_preflight.fetch.model import Entry
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.project.look import Look
from jupyterlab_preflight.project.merge import UNKNOWN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "net"
    (place / "util").mkdir(parents=True)
    (place / "a.py").write_text("one\n")
    (place / "util" / "b.py").write_text("two\n")
    (place / "util" / "b.py").chmod(0o755)
    return place


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose content was read."""
    found: list[str] = []
    real = Look._crc32

    def counted(self: Look, path: str) -> int:
        found.append(path)
        return real(self, path)

    monkeypatch.setattr(Look, "_crc32", counted)
    return found


def entry(path: str, text: str, executable: bool = False) -> Entry:
    return Entry(path, len(text), zlib.crc32(text.encode()), executable)


def test_kinds(folder: Path) -> None:
    (folder / "link").symlink_to("a.py")
    os.mkfifo(folder / "pipe")
    look = Look(folder, None, Progress())
    paths = ["a.py", "util/b.py", "link", "pipe", "util", "gone", "gone/x", "a.py/x", "link/x"]
    assert look.at(paths) == {
        "a.py": entry("a.py", "one\n"),
        "util/b.py": entry("util/b.py", "two\n", executable=True),
        "link": Entry("link", link="a.py"),
        "pipe": Entry("pipe", size=UNKNOWN),
        "util": Entry("util", folder=True),
    }
    assert look.entry("a.py/x") is None


def test_never_through_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "b.py").write_text("secret\n")
    (folder / "data").symlink_to(tmp_path / "cats")
    look = Look(folder, None, Progress())
    assert look.at(["data/b.py"]) == {"data": Entry("data", link=str(tmp_path / "cats"))}
    assert look.entry("data/b.py") is None


def test_second_look_reads_nothing(folder: Path, tmp_path: Path, reads: list[str]) -> None:
    cache = tmp_path / "looks" / "net.json"
    paths = ["a.py", "util/b.py"]
    waited = Look(folder, cache, Progress())
    _pretend_later(waited)
    first = waited.at(paths)
    waited.save()
    assert sorted(reads) == paths
    reads.clear()
    again = Look(folder, cache, Progress())
    assert again.at(paths) == first
    assert reads == []


def test_fresh_files_are_not_trusted_yet(folder: Path, tmp_path: Path, reads: list[str]) -> None:
    cache = tmp_path / "looks" / "net.json"
    look = Look(folder, cache, Progress())
    look.at(["a.py"])
    look.save()
    reads.clear()
    Look(folder, cache, Progress()).at(["a.py"])
    assert reads == ["a.py"]


def test_a_change_that_keeps_size_and_time_is_seen(
    folder: Path, tmp_path: Path, reads: list[str]
) -> None:
    cache = tmp_path / "looks" / "net.json"
    look = Look(folder, cache, Progress())
    _pretend_later(look)
    look.at(["a.py"])
    look.save()
    before = (folder / "a.py").stat()
    (folder / "a.py").write_text("ONE\n")
    os.utime(folder / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    reads.clear()
    assert Look(folder, cache, Progress()).at(["a.py"]) == {"a.py": entry("a.py", "ONE\n")}
    assert reads == ["a.py"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 1}',
        b'{"version": 99, "files": {}}',
        b'{"version": 1, "files": {"a.py": [1]}}',
        b'{"version": 1, "files": {"a.py": ["x", 1, 2, 3, 4]}}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_cache_is_no_cache(folder: Path, tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "net.json"
    cache.write_bytes(content)
    look = Look(folder, cache, Progress())
    assert look.at(["a.py"]) == {"a.py": entry("a.py", "one\n")}
    look.save()


def test_a_cache_that_cannot_be_written_is_only_slow(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "looks").write_text("in the way")
    look = Look(folder, tmp_path / "looks" / "net.json", Progress())
    _pretend_later(look)
    look.at(["a.py"])
    look.save()


def test_stamps_are_taken_before_the_content(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Look._crc32

    def meanwhile(self: Look, path: str) -> int:
        checksum = real(self, path)
        (folder / path).write_text("edited while it was read\n")
        return checksum

    monkeypatch.setattr(Look, "_crc32", meanwhile)
    look = Look(folder, None, Progress())
    look.at(["a.py"])
    assert look.stamps["a.py"].size == len("one\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_is_said(folder: Path) -> None:
    (folder / "a.py").chmod(0)
    with pytest.raises(PreflightError, match="cannot be read"):
        Look(folder, None, Progress()).at(["a.py"])


def test_stop(folder: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Interrupted):
        Look(folder, None, progress).at(["a.py"])


def test_a_thousand_files_take_milliseconds(tmp_path: Path) -> None:
    folder, cache = tmp_path / "net", tmp_path / "net.json"
    paths = [f"d{n % 20}/f{n}.py" for n in range(1000)]
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path * 20)
    look = Look(folder, cache, Progress())
    _pretend_later(look)
    look.at(paths)
    look.save()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        Look(folder, cache, Progress()).at(paths)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1  # about 10 ms where nothing else runs


def _pretend_later(look: Look) -> None:
    """Have *look* believe that the files came long ago."""
    look._now = lambda: time.time_ns() + 10**10  # type: ignore[method-assign]
