"""Disks that are full, small in files, or read-only: one sentence, nothing half, and no litter.

The disks are tmpfs mounts in a namespace of the test's own, as root of that namespace only.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakecloud import faults
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

from .conftest import Machine, material, tarred, zipped

FILES = material(3_000_000, 30)
HOST = "https://data.example.org"


def may_mount() -> bool:
    if shutil.which("unshare") is None or sys.platform != "linux":
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/tmp"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not may_mount(), reason="no mounts for us here (unshare -rm)")


@pytest.fixture
def lines(site: Site, box: Dropbox, hub: GitHub) -> dict[str, str]:
    site.add("/x.zip", zipped(FILES))
    site.add("/stream.zip", zipped(FILES), ranges=False)
    site.add("/unknown.zip", zipped(FILES), ranges=False, framing="chunked")
    site.add("/x.tar.gz", tarred(FILES))
    site.add("/x.bin", b"".join(FILES.values()))
    site.add("/unknown.bin", b"".join(FILES.values()), ranges=False, framing="chunked")
    hub.add_repo("me/net", dict(FILES))
    return {
        "zip": f"dataset {HOST}/x.zip d",
        "zip-stream": f"dataset {HOST}/stream.zip d",
        "zip-unknown": f"dataset {HOST}/unknown.zip d",
        "tar": f"dataset {HOST}/x.tar.gz d",
        "file": f"dataset {HOST}/x.bin d",
        "file-unknown": f"dataset {HOST}/unknown.bin d",
        "dropbox": f"dataset {box.add_folder('pets', FILES).link} d",
        "git": "project https://github.com/me/net d --git",
        "archive": "project https://github.com/me/net d --archive",
    }


def on_a_disk(machine: Machine, options: str, *steps: str) -> list[str]:
    """What *steps* of a shell print, where the root is a disk of its own."""
    prepare = shlex.join([sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "cell.txt"])
    script = "\n".join(
        [
            "set -e",
            f"prepare() {{ {prepare} 2>&1 || echo EXIT $?; }}",
            f"mount -t tmpfs -o {options} none .",
            "cd .",
            f"cp {shlex.quote(str(machine.base / 'cell.txt'))} cell.txt",
            *steps,
        ]
    )
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", script],
        cwd=machine.root,
        env=machine.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout
    return done.stdout.splitlines()


KINDS = ("zip", "zip-stream", "zip-unknown", "tar", "file", "file-unknown", "dropbox", "git")


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=() if kind in ("zip", "file-unknown") else pytest.mark.slow)
        for kind in (*KINDS, "archive")
    ],
)
@pytest.mark.parametrize("options", ["size=2m", "size=40m,nr_inodes=30"], ids=["bytes", "files"])
def test_a_full_disk(machine: Machine, lines: dict[str, str], kind: str, options: str) -> None:
    if "inodes" in options and kind.startswith("file"):
        pytest.skip("one file is not too many")
    (machine.base / "cell.txt").write_text(f"env A=1\n{lines[kind]}\nenv B=2\n")
    said = on_a_disk(
        machine,
        options,
        "prepare",
        "ls -A d 2>&1 || true",
        "mount -o remount,size=60m,nr_inodes=10k .",
        "prepare",
        "find d -type f -not -path '*/.git/*' | wc -l",
        "find .preflight/staging .preflight/swap .preflight/journal 2>/dev/null | wc -l",
    )
    first = said[: said.index("EXIT 4")]
    assert [line[0] for line in first[:3]] == ["✔", "✘", "✔"]
    assert "no space left on the disk" in first[1]
    assert "Free some space" in first[1]
    assert len(first[1]) < 300
    assert said[said.index("EXIT 4") + 1].startswith("ls:")  # nothing half
    assert "Ready" in "\n".join(said[said.index("EXIT 4") :])
    count, left = map(int, said[-2:])
    assert count == (1 if kind.startswith("file") else len(FILES))
    assert left <= 3  # the folders themselves


def test_a_body_without_end_does_not_take_the_whole_disk(
    machine: Machine, site: Site, lines: dict[str, str]
) -> None:
    """Room is made again at once: the machine has other work on that disk."""
    machine.cloud.always(f"{HOST}/x.bin", faults.endless())
    (machine.base / "cell.txt").write_text(f"{lines['file']}\n")
    said = on_a_disk(machine, "size=20m", "prepare", "du -sk . | cut -f1")
    assert "no space left on the disk" in said[0]
    assert int(said[-1]) < 1000


@pytest.mark.parametrize("kind", ["zip", pytest.param("git", marks=pytest.mark.slow)])
def test_a_root_that_is_read_only(machine: Machine, lines: dict[str, str], kind: str) -> None:
    (machine.base / "cell.txt").write_text(f"env A=1\n{lines[kind]}\n")
    said = on_a_disk(machine, "size=20m", "mount -o remount,ro .", "prepare", "ls -A")
    assert said[0].startswith("✔")
    assert said[1].startswith("✘ d: ")
    assert "read-only" in said[1].lower()
    assert "PREFLIGHT_ROOT" in said[1] or "may write" in said[1]
    assert said[-1] == "cell.txt"
    assert "EXIT 4" in said


@pytest.mark.parametrize(
    "kind",
    ["zip", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("git", "archive", "file"))],
)
def test_a_destination_that_is_read_only(
    machine: Machine, lines: dict[str, str], kind: str
) -> None:
    line = lines[kind].replace(" d", " frozen/d", 1)
    (machine.base / "cell.txt").write_text(f"env A=1\n{line}\n")
    said = on_a_disk(
        machine,
        "size=20m",
        "mkdir frozen && mount -t tmpfs -o ro none frozen",
        "prepare",
        "ls -A frozen",
        "echo end",
        "find .preflight/staging 2>/dev/null | wc -l",
    )
    assert said[1].startswith("✘ frozen/d: ")
    assert "read-only" in said[1].lower()
    assert "EXIT 4" in said
    assert said[-2] == "end"
    assert not [line for line in said[said.index("EXIT 4") + 1 :] if line == "d"]


def test_a_quota_counts_as_a_full_disk(tmp_path: Path) -> None:
    import errno

    from jupyterlab_preflight.fetch.disk import told

    for code in (errno.ENOSPC, errno.EDQUOT):
        error = told(OSError(code, "over"), tmp_path, need=5_000_000)
        assert error.reason.startswith("no space left on the disk (5.0 MB more needed, ")
        assert error.action
