"""Who is at work in a folder, and whether he still lives: what locks on shared disks cannot tell.

The owner stands in the folder's own name, so that taking over is one rename, which only one of
several processes can do.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8})-([0-9]+)-([0-9]+)")


@dataclass(frozen=True)
class Owner:
    """One process, as it can be told from all others.

    Attributes:
        host, boot, space: hashes of the machine's name, its start, and the space of its process
            numbers (containers of one machine have their own).
        pid: its number there.
        start: when it began, so that a number used again is not taken for it.
    """

    host: str
    boot: str
    space: str
    pid: int
    start: int

    def __str__(self) -> str:
        return f"{self.host}-{self.boot}-{self.space}-{self.pid}-{self.start}"

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """The owner written as *text*, or None where it is none."""
        match = _TOKEN.fullmatch(text)
        if match is None:
            return None
        return cls(match[1], match[2], match[3], int(match[4]), int(match[5]))

    def dead(self) -> bool | None:
        """Whether this process has ended; None where that cannot be seen from here."""
        me = myself()
        if self.host != me.host:
            return None
        if self.boot != me.boot:
            return True
        if self.space != me.space:
            return None
        return started(self.pid) != self.start


def myself() -> Owner:
    """This process."""
    return _owner(os.getpid())


@functools.lru_cache(maxsize=2)
def _owner(pid: int) -> Owner:
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        space = ""
    host, now = socket.gethostname(), boot()
    return Owner(_short(host), _short(now), _short(space), pid, started(pid) or 0)


@functools.cache
def boot() -> str:
    """Names this start of the machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        import psutil

        return str(round(psutil.boot_time() / 60))  # the clock may be set by seconds


def started(pid: int) -> int | None:
    """When the process *pid* of this machine began, in units of its own; None where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return None if fields[0] in "ZX" else int(fields[19])
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except (OSError, ValueError, IndexError):
        pass
    import psutil

    try:
        return int(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return 0


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
