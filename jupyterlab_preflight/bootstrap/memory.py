"""How much memory this kernel may use: a container's or a job's limit counts, not the machine's.

A notebook that trusts the machine's figure inside a container is ended by the kernel's
out-of-memory killer at hour three.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def total(root: Path = Path("/")) -> int:
    """Bytes of memory that this process may use at most.

    Args:
        root: where the system's files are.
    """
    return min([_physical(root), *_limits(root)])


def _physical(root: Path) -> int:
    try:
        for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024  # proc(5): in kB, meaning KiB
    except (OSError, ValueError, IndexError):
        pass  # not Linux
    import psutil

    return int(psutil.virtual_memory().total)


def _limits(root: Path) -> Iterator[int]:
    """The limits of our control group and of all that it lies in (cgroups(7), versions 1 and 2).

    Inside a container the path that ``/proc/self/cgroup`` names may be the host's, while what is
    mounted is already the container's own group: hence every ancestor is looked at, to the top.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers == "":
            tops, name = ["sys/fs/cgroup", "sys/fs/cgroup/unified"], "memory.max"
        elif "memory" in controllers.split(","):
            tops, name = ["sys/fs/cgroup/memory"], "memory.limit_in_bytes"
        else:
            continue
        group = PurePosixPath(path.lstrip("/"))
        for top in tops:
            for one in (group, *group.parents):
                try:
                    limit = int((root / top / one / name).read_text(encoding="ascii"))
                except (OSError, ValueError):
                    continue  # no such group here, or "max": no limit
                if limit > 0:
                    yield limit
