"""What a tree consists of: read from the disk, and kept between runs."""

from __future__ import annotations

import json
import stat
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import disk
from .extract import crc32
from .fs import Dir
from .model import Entry, Manifest
from .whole import write_whole

if TYPE_CHECKING:
    from ..progress import Progress

_VERSION = 1


def scan(path: Path, progress: Progress) -> Manifest:
    """Read the folder *path* whole: sizes, checksums, execute bits, links as links.

    Sockets, pipes and devices are left out.

    Raises:
        PreflightError: where something in it cannot be read.
        Interrupted: where the run was stopped.
    """
    manifest: Manifest = {}
    holders = {""}
    folders = []
    with Dir.open(path) as folder:
        for name, status in folder.scan():
            progress.check()
            holders.add(name.rpartition("/")[0])
            if stat.S_ISDIR(status.st_mode):
                folders.append(name)
            elif stat.S_ISLNK(status.st_mode):
                manifest[name] = Entry(name, link=folder.readlink(name))
            elif stat.S_ISREG(status.st_mode):
                size = total = 0
                for piece in folder.pieces(name):
                    progress.check()
                    size += len(piece)
                    total = crc32(piece, total)
                manifest[name] = Entry(name, size, total, bool(status.st_mode & 0o111))
    for name in folders:
        if name not in holders:
            manifest[name] = Entry(name, folder=True)
    return manifest


def save_manifest(path: Path, manifest: Manifest) -> None:
    """Write *manifest* to the file *path*, which appears whole or not at all.

    Raises:
        DiskError: where it cannot be written.
    """
    rows = [
        [entry.path, entry.size, entry.crc32, entry.executable + 2 * entry.folder]
        + ([] if entry.link is None else [entry.link])
        for entry in manifest.values()
    ]
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    head = json.dumps({"version": _VERSION, "crc32": zlib.crc32(body)}).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, head + b"\n" + body)  # a mark that names it must not outlive it
    except OSError as error:
        raise disk.told(error, path) from None


def load_manifest(path: Path) -> Manifest | None:
    """The manifest in the file *path*; None where it is missing, damaged or of another version."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        if told["version"] != _VERSION or told["crc32"] != zlib.crc32(body):
            return None
        entries = map(from_row, json.loads(body.decode("utf-8", "surrogatepass")))
        return {entry.path: entry for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def to_row(entry: Entry) -> list[Any]:
    """*entry* as JSON keeps it."""
    row = [entry.path, entry.size, entry.crc32, entry.executable + 2 * entry.folder]
    return row if entry.link is None else [*row, entry.link]


def from_row(row: list[Any]) -> Entry:
    """The entry that `to_row` made *row* of.

    Raises:
        ValueError, TypeError: it made no such row.
    """
    path, size, total, flags, *link = row
    return Entry(path, size, total, bool(flags & 1), link[0] if link else None, bool(flags & 2))
