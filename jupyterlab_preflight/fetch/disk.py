"""What a disk says, and what it can hold: asked before writing, put into words when it fails."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from .. import words
from ..errors import ConflictError, DiskError, PreflightError

_DRIVE_DEVICES = ("drive", "google-drive-ocamlfuse", "drivefs")
_MOUNTS = Path("/proc/self/mounts")


def free_bytes(path: Path) -> int:
    """Bytes that this user may still write on the disk of *path*."""
    if os.name == "nt":
        import shutil

        return shutil.disk_usage(path).free
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize


def free_files(path: Path) -> int | None:
    """Files that can still be made on the disk of *path*; None where it has no fixed number."""
    if os.name == "nt":
        return None
    status = os.statvfs(path)
    return status.f_favail if status.f_files else None


def same_file_system(one: Path, other: Path) -> bool:
    """Whether a rename from *one* to *other* can work; both must exist."""
    return one.stat().st_dev == other.stat().st_dev


def is_drive_mount(path: Path) -> bool:
    """Whether *path* lies on a mounted Google Drive, where many small files take hours."""
    real = path.resolve()
    if "Library/CloudStorage/GoogleDrive-" in real.as_posix():
        return True
    try:
        mounts = drive_mounts(_MOUNTS.read_text("utf-8", "replace"))
    except OSError:
        return False
    return any(real.is_relative_to(mount) for mount in mounts)


def drive_mounts(table: str) -> list[str]:
    """Where Google Drive is mounted, by a mount table as in ``/proc/self/mounts`` (proc(5))."""
    found = []
    for line in table.splitlines():
        device, _, rest = line.partition(" ")
        where, _, kind = rest.partition(" ")
        if kind.startswith("fuse") and device.lower() in _DRIVE_DEVICES:
            found.append(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), where))
    return found


def told(error: OSError, path: Path, below: str = "", need: int = 0) -> PreflightError:
    """*error* in plain words, about *below* in the folder *path*, with *need* bytes to write."""
    where = shown(below) or str(path)
    code = error.errno
    if code in (errno.ENOSPC, errno.EDQUOT):
        return no_space(path, need)
    if code in (errno.ELOOP, errno.ENOTDIR):
        return ConflictError(
            "a link or a file stands where a folder is needed, and nothing is written through it",
            source=where,
            action="Move it away, or choose another folder.",
        )
    if code == errno.EISDIR:
        return ConflictError(
            "a folder stands where a file is needed",
            source=where,
            action="Move it away, or choose another folder.",
        )
    if code in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskError(
            f"cannot be written ({os.strerror(code).lower()})",
            source=where,
            action="Choose a folder that you may write to.",
        )
    if code in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
        return DiskError(
            f"this disk cannot hold that name ({os.strerror(code).lower()})",
            source=where,
            action="Leave it out with --include, or choose another disk.",
        )
    return DiskError(
        f"the disk says: {error.strerror or error}",
        source=where,
        action="Check the disk, then run the cell again.",
    )


def no_space(path: Path, need: int) -> DiskError:
    """The error of a full disk: what is needed and what is free on the disk of *path*."""
    try:
        free = words.size(free_bytes(path))
    except OSError:
        free = "nothing"
    needed = f"{words.size(need)} more needed, " if need else ""
    return DiskError(
        f"no space left on the disk ({needed}{free} free)",
        source=str(path),
        action="Free some space, or prepare in a folder on another disk.",
    )


def shown(name: str) -> str:
    """*name* as it can be printed: control and direction characters escaped."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "replace").decode()
        for char in name
    )
