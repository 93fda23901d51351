"""One machine of a user: a root, a home, the real command, and a cloud that is not real."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakecloud import FakeCloud
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

REPOSITORY = Path(__file__).parent.parent.parent
TOKEN = "ghp_CANARY0123456789abcdefghijklmnopqrstu"
KEY = "rlkeyCANARY0123456789"

Tree = dict[str, bytes | str]
"""What a folder holds: bytes of files, targets of links as text."""


@dataclass
class Done:
    """How a command has ended."""

    code: int
    said: str


class Machine:
    """Runs the command as its user does."""

    def __init__(self, base: Path, cloud: FakeCloud) -> None:
        self.base, self.cloud = base, cloud
        self.root = base / "root"
        self.root.mkdir()
        (base / "home").mkdir()
        self.environ = {
            **{name: v for name, v in os.environ.items() if not name.startswith("PREFLIGHT_")},
            **cloud.environ(),
            "HOME": str(base / "home"),
            "PYTHONPATH": str(REPOSITORY),
            "PREFLIGHT_HOST": "lab,cpu",
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def start(self, text: str, *words: str, **more: str) -> subprocess.Popen[str]:
        """Begin ``prepare`` with *text*."""
        (self.root / "cell.txt").write_text(text)
        command = [sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "cell.txt", *words]
        return subprocess.Popen(
            command,
            cwd=self.root,
            env={**self.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def prepare(self, text: str, *words: str, **more: str) -> Done:
        """Run ``prepare`` with *text* to its end."""
        with self.start(text, *words, **more) as process:
            said = process.communicate(timeout=120)[0]
        return Done(process.returncode, said)

    def run(self, *words: str, cwd: Path | None = None, **more: str) -> Done:
        """Run any command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "jupyterlab_preflight.cli", *words],
            cwd=cwd or self.root,
            env={**self.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout)

    def left(self) -> list[Path]:
        """What of unfinished work lies around."""
        folders = [self.root / ".preflight" / name for name in ("staging", "journal", "swap")]
        return [path for folder in folders if folder.is_dir() for path in folder.iterdir()]


@pytest.fixture
def machine(cloud: FakeCloud, tmp_path: Path) -> Machine:
    return Machine(tmp_path, cloud)


@pytest.fixture
def box(cloud: FakeCloud) -> Dropbox:
    fake = Dropbox()
    cloud.add(fake)
    return fake


@pytest.fixture
def hub(cloud: FakeCloud) -> GitHub:
    fake = GitHub()
    cloud.add(fake)
    return fake


@pytest.fixture
def site(cloud: FakeCloud) -> Site:
    fake = Site("data.example.org")
    cloud.add(fake)
    return fake


def material(size: int, count: int, seed: int = 1) -> dict[str, bytes]:
    """*count* files of *size* bytes in all that cannot be packed."""
    numbers = random.Random(seed)
    return {
        f"{number % 7}/{number:04d}.bin": numbers.randbytes(size // count)
        for number in range(count)
    }


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """*files* as a zip file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    """*files* as a .tar.gz."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target.getvalue()


def tree(folder: Path) -> Tree:
    """What a folder holds, without ``.git``."""
    return {
        path.relative_to(folder).as_posix(): (
            f"-> {os.readlink(path)}" if path.is_symlink() else path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or path.is_file()) and ".git" not in path.relative_to(folder).parts
    }
