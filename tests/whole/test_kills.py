"""Killed at any moment, as a machine that runs out of memory does it: the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.fakecloud import FakeCloud, faults
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.github import GitHub
from tests.fakecloud.message import Throttle
from tests.fakecloud.static import Site

from .conftest import Machine, Tree, material, tarred, tree, zipped

SIZE = 3_000_000
FILES = material(SIZE, 60)
HOST = "https://data.example.org"
KINDS = ["zip", "zip-stream", "dropbox", "tar", "file", "archive", "git"]
NOTED = {"zip": 0.3, "file": 1.3}
"""How many seconds of the line a kill may cost, where what has come can be gone on from."""


@dataclass
class Source:
    """What is fetched, and what must stand there in the end."""

    line: str
    files: Tree

    @property
    def dest(self) -> str:
        return self.line.split()[2]


Make = Callable[[str], Source]


@pytest.fixture
def make(box: Dropbox, hub: GitHub, site: Site) -> Make:
    def source(kind: str) -> Source:
        match kind:
            case "zip" | "zip-stream":
                site.add("/pets.zip", zipped(FILES), ranges=kind == "zip")
                return Source(f"dataset {HOST}/pets.zip data", dict(FILES))
            case "tar":
                site.add("/pets.tar.gz", tarred(FILES))
                return Source(f"dataset {HOST}/pets.tar.gz data", dict(FILES))
            case "file":
                data = b"".join(FILES.values())
                site.add("/big.bin", data)
                return Source(f"dataset {HOST}/big.bin data", {"big.bin": data})
            case "dropbox":
                link = box.add_folder("pets", FILES).link
                return Source(f"dataset {link} data", dict(FILES))
        hub.add_repo("me/net", dict(FILES))
        return Source(f"project https://github.com/me/net net --{kind}", dict(FILES))

    return source


def kill(machine: Machine, text: str, after: float) -> bool:
    """Start it and kill it *after* so many seconds; whether it was still at work."""
    with machine.start(text) as process:
        time.sleep(after)
        running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    return running


def killed(machine: Machine, source: Source, kind: str, rate: float, moments: list[float]) -> None:
    """Kill it at each of *moments*, then let it end; check what must hold after every one."""
    cloud = machine.cloud
    cloud.always("https://*", faults.slow(rate, Throttle(rate)))
    place = machine.root / source.dest
    kills = 0
    for after in moments:
        kills += kill(machine, source.line, after)
        if place.exists():  # a tree appears whole or not at all
            assert tree(place) == source.files
    done = machine.prepare(source.line)
    assert done.code == 0, done.said
    assert tree(place) == source.files
    assert machine.left() == []
    if kind in NOTED:
        came = sum(one.sent for one in cloud.requests("data.example.org"))
        # Each start reads the archive's end, and what a kill cut off before it was noted is lost.
        assert came <= SIZE + (kills + 1) * 100_000 + kills * NOTED[kind] * rate
    cloud.clear()
    assert machine.prepare(source.line).code == 0
    if source.line.startswith("dataset"):
        assert cloud.requests() == []


@pytest.mark.parametrize("kind", ["zip", "file", "git"])
def test_once(kind: str, machine: Machine, make: Make) -> None:
    killed(machine, make(kind), kind, 3e6, [random.uniform(0.4, 1.2)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", KINDS)
def test_again_and_again(kind: str, seed: int, machine: Machine, make: Make) -> None:
    numbers = random.Random(f"{kind}{seed}")
    moments = [numbers.uniform(0.2, 3.4) for _ in range(numbers.randint(1, 3))]
    killed(machine, make(kind), kind, 1e6, moments)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["archive", "git"])
def test_an_update(
    kind: str, seed: int, machine: Machine, make: Make, hub: GitHub, cloud: FakeCloud
) -> None:
    """An edit of the user's is there in the end too, whatever moment it was."""
    numbers = random.Random(f"{kind}{seed}")
    source = make(kind)
    assert machine.prepare(source.line).code == 0
    newer = {path: os.urandom(len(data)) for path, data in list(FILES.items())[:40]}
    gone = list(FILES)[50:]
    hub.repos["me/net"].commit({**newer, **dict.fromkeys(gone), "added.py": b"added\n"})
    mine = machine.root / "net/notes.txt"
    mine.write_bytes(b"mine\n")
    wanted = {path: data for path, data in ({**FILES, **newer}).items() if path not in gone} | {
        "added.py": b"added\n",
        "notes.txt": b"mine\n",
    }
    cloud.always("https://*", faults.slow(3e6, Throttle(3e6)))
    for _ in range(numbers.randint(1, 3)):
        kill(machine, source.line, numbers.uniform(0.2, 1.8))
        assert mine.read_bytes() == b"mine\n"
        for path, data in tree(machine.root / "net").items():  # each is old or new, never half
            assert data in (FILES.get(path), wanted.get(path)), path
    done = machine.prepare(source.line)
    assert done.code == 0, done.said
    assert tree(machine.root / "net") == wanted
    assert machine.left() == []
