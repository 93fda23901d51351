"""Nothing below an opened folder is reached through a link, whatever stands there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.errors import ConflictError, DiskError
from jupyterlab_preflight.fetch import disk, fs
from jupyterlab_preflight.fetch.fs import Dir


@pytest.fixture(params=["openat", "by path"])
def root(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Dir]:
    """A folder beside which stands one that must not change; opened in both manners."""
    monkeypatch.setattr(fs, "HAS_DIR_FD", request.param == "openat")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"kept")
    (tmp_path / "in").mkdir()
    with Dir.open(tmp_path / "in") as folder:
        yield folder
    assert {path.name for path in outside.iterdir()} == {"file"}
    assert (outside / "file").read_bytes() == b"kept"


def test_write_and_read(root: Dir) -> None:
    root.write("a/b/c.txt", b"text")
    root.write("a/run", b"", executable=True)
    assert root.read("a/b/c.txt") == b"text"
    assert root.read("a/b/c.txt", 2) == b"te"
    assert b"".join(root.pieces("a/b/c.txt", 3)) == b"text"
    assert os.access(root.path / "a" / "run", os.X_OK)
    assert not os.access(root.path / "a" / "b" / "c.txt", os.X_OK)
    with pytest.raises(FileExistsError):
        root.write("a/b/c.txt", b"again")
    with pytest.raises(FileNotFoundError):
        root.read("a/none")


def test_rename_unlink_and_clear(root: Dir) -> None:
    root.write("a/x", b"1")
    root.rename("a/x", root, "b/c/y")
    assert root.lstat("a/x") is None
    root.write("a/z", b"2")
    root.rename("a/z", root, "b/c/y")
    assert root.read("b/c/y") == b"2"
    root.symlink("../../outside", "link")
    root.unlink("link")
    root.rmdir("a")
    root.symlink("../outside", "b/link")
    root.clear()
    assert list(root.scan()) == []


def test_set_executable(root: Dir) -> None:
    root.write("x", b"")
    os.chmod(root.path / "x", 0o640)
    root.set_executable("x")
    assert stat.S_IMODE((root.path / "x").stat().st_mode) == 0o750
    root.set_executable("x", False)
    assert stat.S_IMODE((root.path / "x").stat().st_mode) == 0o640


def test_scan(root: Dir) -> None:
    root.write("b/c/x", b"1")
    root.write("a", b"22")
    root.mkdirs("d/e")
    root.symlink("../outside", "b/link")
    found = dict(root.scan())
    assert list(found)[:3] == ["a", "b", "d"]
    assert set(found) == {"a", "b", "b/c", "b/c/x", "b/link", "d", "d/e"}
    assert found["a"].st_size == 2
    assert stat.S_ISLNK(found["b/link"].st_mode)
    assert [path for path, _ in root.scan("b")] == ["b/c", "b/link", "b/c/x"]


Call = Callable[[Dir], Any]
THROUGH: dict[str, Call] = {
    "write": lambda d: d.write("link/new", b"x"),
    "write below": lambda d: d.write("link/sub/new", b"x"),
    "write at": lambda d: d.write("flink", b"x"),
    "create": lambda d: os.close(d.create("link/new")),
    "read": lambda d: d.read("link/file"),
    "read at": lambda d: d.read("flink"),
    "mkdirs": lambda d: d.mkdirs("link/new"),
    "mkdirs at": lambda d: d.mkdirs("link"),
    "symlink": lambda d: d.symlink("x", "link/new"),
    "unlink": lambda d: d.unlink("link/file"),
    "rmdir": lambda d: d.rmdir("link"),
    "rename out": lambda d: d.rename("own", d, "link/new"),
    "rename in": lambda d: d.rename("link/file", d, "new"),
    "scan": lambda d: list(d.scan("link")),
    "clear": lambda d: d.clear("link"),
    "executable": lambda d: d.set_executable("flink"),
    "readlink": lambda d: d.readlink("link/file"),
}


@pytest.mark.parametrize("name", THROUGH)
@pytest.mark.parametrize("warm", [False, True])
def test_no_link_is_followed(root: Dir, name: str, warm: bool) -> None:
    """Neither one that was there nor one that took the place of a folder known before."""
    root.write("own", b"mine")
    if warm:
        root.mkdirs("sub/link")
        root.rename("sub/link", root, "moved")
    os.symlink("../outside", root.path / "link")
    os.symlink("../outside/file", root.path / "flink")
    with pytest.raises((ConflictError, FileExistsError, DiskError)):
        THROUGH[name](root)
    assert root.read("own") == b"mine"


def test_lstat_sees_the_link_itself(root: Dir) -> None:
    os.symlink("../outside", root.path / "link")
    status = root.lstat("link")
    assert status is not None and stat.S_ISLNK(status.st_mode)
    assert root.lstat("link/file") is None
    assert root.lstat("none/file") is None
    assert root.readlink("link") == "../outside"


@pytest.mark.parametrize("path", ["", "..", ".", "../x", "a/../x", "/etc/x", "a//b", "a/", "a\0b"])
def test_paths_that_are_none(root: Dir, path: str) -> None:
    with pytest.raises((DiskError, ValueError)):
        root.write(path, b"x")
    assert list(root.path.iterdir()) == []


def test_what_stands_in_the_way_is_said(root: Dir) -> None:
    root.write("file", b"")
    os.mkfifo(root.path / "pipe")
    with pytest.raises(ConflictError, match="file"):
        root.write("file/x", b"")
    with pytest.raises(ConflictError, match="pipe"):
        root.read("pipe")
    root.mkdirs("folder")
    with pytest.raises(ConflictError, match="folder"):
        root.read("folder")


def test_many_folders_do_not_use_up_descriptors(root: Dir) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for number in range(200):
        root.write(f"{number}/a/b/c", b"")
    deep = "/".join("d" * 1 for _ in range(150))
    root.write(f"{deep}/x", b"deep")
    assert root.read(f"{deep}/x") == b"deep"
    root.rename(f"{deep}/x", root, f"e/{deep}/y")
    assert root.read(f"e/{deep}/y") == b"deep"
    assert len(os.listdir("/proc/self/fd")) - before < 60
    root.clear()


def test_a_full_disk(root: Dir, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskError, match=r"2\.0 MB more needed, .* free"):
        root.write("x", bytes(2_000_000))


def test_short_writes(root: Dir, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    root.write("x", bytes(range(100)))
    assert root.read("x") == bytes(range(100))


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (errno.EROFS, DiskError, "cannot be written"),
        (errno.EACCES, DiskError, "cannot be written"),
        (errno.EDQUOT, DiskError, "no space"),
        (errno.ENAMETOOLONG, DiskError, "cannot hold that name"),
        (errno.EIO, DiskError, "the disk says"),
        (errno.ESTALE, DiskError, "the disk says"),
        (errno.ELOOP, ConflictError, "link or a file"),
    ],
)
def test_errors_in_words(code: int, kind: type[Exception], words: str, tmp_path: Path) -> None:
    error = disk.told(OSError(code, os.strerror(code)), tmp_path, "a\x1bb")
    assert isinstance(error, kind)
    assert words in str(error)
    assert "\x1b" not in str(error)


def test_mount_table() -> None:
    table = (
        "overlay / overlay rw 0 0\n"
        "drive /content/drive fuse rw,nosuid,nodev 0 0\n"
        "drive /mnt/my\\040drive fuse.drive rw 0 0\n"
        "google-drive-ocamlfuse /home/me/gd fuse rw 0 0\n"
        "remote: /mnt/rclone fuse.rclone rw 0 0\n"
        "drive /mnt/not ext4 rw 0 0\n"
    )
    assert disk.drive_mounts(table) == ["/content/drive", "/mnt/my drive", "/home/me/gd"]


def test_drive_mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not disk.is_drive_mount(tmp_path)
    table = tmp_path / "mounts"
    table.write_text(f"drive {tmp_path} fuse rw 0 0\n")
    monkeypatch.setattr(disk, "_MOUNTS", table)
    assert disk.is_drive_mount(tmp_path / "MyDrive" / "x")
    assert not disk.is_drive_mount(tmp_path.parent)
    assert disk.is_drive_mount(Path("/Users/me/Library/CloudStorage/GoogleDrive-me/My Drive"))


def test_space_and_file_systems(tmp_path: Path) -> None:
    assert disk.free_bytes(tmp_path) > 0
    assert fs.same_file_system(tmp_path, tmp_path.parent)
    assert not fs.same_file_system(tmp_path, Path("/proc"))


def test_shown() -> None:
    assert disk.shown("ä b\x1b\n\u202e") == "ä b\\x1b\\n\\u202e"
