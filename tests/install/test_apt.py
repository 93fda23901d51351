from __future__ import annotations

import json
import os
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.errors import (
    BusyError,
    CellError,
    DiskError,
    InstallError,
    Interrupted,
    NetworkError,
    PreflightError,
)
from jupyterlab_preflight.install import apt
from jupyterlab_preflight.install.explain import apt_failed
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.report import Outcome

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Debian and its relatives")

TOOL = """\
import json, os, sys
from pathlib import Path

here = Path(__file__).parent
name = Path(__file__).name
args = sys.argv[1:]
with (here / "log").open("a") as log:
    log.write(json.dumps([name, *args]) + "\\n")
"""

DPKG_QUERY = """
sys.stdout.write((here / "installed").read_text())
"""

# Installs what `available` lists; `update` takes in what `upstream` lists.
APT_GET = """
if args == ["--version"]:
    sys.exit(0)
if args[0] == "update":
    if (here / "away").exists():
        print("W: Failed to fetch http://h/InRelease  Temporary failure resolving 'h'")
        sys.exit(0)
    if (here / "upstream").exists():
        (here / "available").write_text((here / "upstream").read_text())
    sys.exit(0)
if (here / "interrupted").exists():
    print("E: dpkg was interrupted, you must manually run 'dpkg --configure -a'")
    sys.exit(100)
if (here / "says").exists():
    print((here / "says").read_text())
    sys.exit(100)
available = json.loads((here / "available").read_text())
wanted = args[args.index("--") + 1 :]
for one in wanted:
    if one not in available:
        print(f"E: Unable to locate package {one}")
        sys.exit(100)
with (here / "installed").open("a") as installed:
    for one in wanted:
        print(f"Setting up {one} ({available[one]}) ...")
        installed.write(f"{one}\\tamd64\\tinstalled\\t{available[one]}\\t\\n")
"""

DPKG = """
(here / "interrupted").unlink(missing_ok=True)
"""

SUDO = """
assert args[0] == "-n"
if (here / "password").exists():
    sys.exit("sudo: a password is required")
os.environ["BY_SUDO"] = "1"
os.execvp(args[1], args[1:])
"""

INSTALLED = """\
bash	amd64	installed	5.2.15-2	\n\
libc6	amd64	installed	2.36-9	libc6-2.36 (= 2.36-9)
libc6	i386	installed	2.36-9	\n\
mawk	amd64	installed	1.3.4	awk
tzdata	all	installed	2026a	tzdata-bookworm, tz (= 1)
gone	amd64	config-files	1.0	lost
g++	amd64	installed	4:12.2	\n\
"""


class Machine:
    """A Debian machine that is not there: its tools write down what they were asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        self.environ = {"PATH": str(folder), "LANG": "de_DE.UTF-8"}
        self.tool("dpkg-query", DPKG_QUERY)
        self.tool("apt-get", APT_GET)
        self.tool("dpkg", DPKG)
        self.write("installed", INSTALLED)
        self.write("available", json.dumps({"libsndfile1": "1.2.0", "ffmpeg": "7:5.1"}))
        lists = folder / "lists"
        lists.mkdir()
        (lists / "h_main_binary-amd64_Packages.lz4").touch()
        monkeypatch.setattr(apt, "LISTS", lists)
        self.root = True
        monkeypatch.setattr(apt, "_is_root", lambda: self.root)
        self.progress = Progress()
        self.pieces: list[str] = []
        self.on_output: Callable[[str], None] = lambda piece: None

    def tool(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!{sys.executable}\n{TOOL}{textwrap.dedent(script)}")
        path.chmod(0o755)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def __call__(self, *names: str, offline: bool = False) -> Outcome:
        def emit(piece: str) -> None:
            self.pieces.append(piece)
            self.on_output(piece)

        return apt.packages(
            names, progress=self.progress, emit=emit, environ=self.environ, offline=offline
        )

    @property
    def log(self) -> list[list[str]]:
        """Which commands were run, without those that only look, and without options."""
        lines = [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]
        return [
            line[:2] + line[line.index("--") + 1 :] if "--" in line else line[:2]
            for line in lines
            if line[0] not in ("dpkg-query", "sudo") and "--version" not in line
        ]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path / "bin", monkeypatch)


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("bash", True),
        ("bash:amd64", True),
        ("bash:i386", False),
        ("libc6:i386", True),
        ("tzdata:amd64", True),
        ("bash=5.2.15-2", True),
        ("bash=5.2*", True),
        ("bash=5.1", False),
        ("bash/bookworm-backports", True),
        ("awk", True),
        ("tz", True),
        ("tz=2", False),
        ("tzdata-bookworm", True),
        ("gone", False),
        ("lost", False),
        ("g++", True),
        ("ba.h", False),
        ("libsndfile1", False),
    ],
)
def test_what_is_there(name: str, there: bool, machine: Machine) -> None:
    assert apt.missing([name], machine.environ) == ([] if there else [name])


@pytest.mark.parametrize(
    "name",
    ["", "a", "-y", "--reinstall", "bash-", "Bash", "a b", "a;b", "lib*", "x=", "=1", "../x.deb"],
)
def test_what_is_no_package(name: str, machine: Machine) -> None:
    with pytest.raises(CellError, match="no name of a package"):
        machine("bash", name)
    assert not (machine.folder / "log").exists()


def test_nothing_to_do(machine: Machine) -> None:
    outcome = machine("bash", "awk", "bash")
    assert (outcome.text, outcome.state) == ("2 packages · already there", "ready")
    assert machine.log == []


def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    outcome = machine("bash", "libsndfile1", "ffmpeg")
    assert outcome.text == "installed: libsndfile1 1.2.0, ffmpeg 7:5.1"
    assert machine.log == [["apt-get", "install", "libsndfile1", "ffmpeg"]]
    assert machine.progress.text == "Setting up ffmpeg (7:5.1) ..."
    assert machine("bash", "libsndfile1", "ffmpeg").text == "3 packages · already there"


def test_how_apt_is_asked(machine: Machine) -> None:
    machine.tool(
        "apt-get",
        """
        print(json.dumps([args, {name: os.environ.get(name) for name in
              ("DEBIAN_FRONTEND", "LC_ALL", "LANG")}, sys.stdin.read()]))
        """,
    )
    with pytest.raises(InstallError, match="libsndfile1 is still not there"):
        machine("libsndfile1")
    words, environ, given = json.loads("".join(machine.pieces))
    assert words[-2:] == ["--", "libsndfile1"]
    for option in ("-y", "--no-remove", "APT::Cmd::Pattern-Only=true"):
        assert option in words
    assert environ == {
        "DEBIAN_FRONTEND": "noninteractive",
        "LC_ALL": "C.UTF-8",
        "LANG": "de_DE.UTF-8",
    }
    assert given == ""


@pytest.mark.parametrize("state", ["missing", "empty", "old"])
def test_lists_are_fetched_first_where_they_cannot_be_trusted(state: str, machine: Machine) -> None:
    lists = apt.LISTS
    (one,) = lists.iterdir()
    if state == "old":
        os.utime(lists, (time.time() - 2 * 86400,) * 2)
    else:
        one.unlink()
        if state == "missing":
            lists.rmdir()
    machine("libsndfile1")
    assert machine.log == [["apt-get", "update"], ["apt-get", "install", "libsndfile1"]]


def test_lists_are_fetched_when_they_prove_wrong_once(machine: Machine) -> None:
    machine.write("upstream", json.dumps({"newer": "1"}))
    assert machine("newer").text == "installed: newer 1"
    assert machine.log == [
        ["apt-get", "install", "newer"],
        ["apt-get", "update"],
        ["apt-get", "install", "newer"],
    ]
    with pytest.raises(InstallError) as caught:
        machine("nowhere")
    assert caught.value.reason == "apt-get says “Unable to locate package nowhere”"
    assert len(machine.log) == 6


def test_without_a_network_no_lists_are_fetched(machine: Machine) -> None:
    with pytest.raises(NetworkError) as caught:
        machine("nowhere", offline=True)
    assert caught.value.offline
    assert machine.log == [["apt-get", "install", "nowhere"]]
    assert machine("libsndfile1", offline=True).text == "installed: libsndfile1 1.2.0"


def test_that_there_is_no_network_is_found_once(machine: Machine) -> None:
    machine.write("away", "")
    with pytest.raises(NetworkError):
        machine("nowhere")
    assert machine.log == [
        ["apt-get", "install", "nowhere"],
        ["apt-get", "update"],
        ["apt-get", "install", "nowhere"],
    ]


def test_what_an_interrupted_run_has_left_is_set_right(machine: Machine) -> None:
    machine.write("interrupted", "")
    assert machine("ffmpeg").text == "installed: ffmpeg 7:5.1"
    assert machine.log == [
        ["apt-get", "install", "ffmpeg"],
        ["dpkg", "--configure"],
        ["apt-get", "install", "ffmpeg"],
    ]


def test_what_cannot_be_set_right_ends(machine: Machine) -> None:
    machine.write("interrupted", "")
    machine.tool("dpkg", "sys.exit(1)")
    with pytest.raises(InstallError, match="dpkg was interrupted"):
        machine("ffmpeg")


# -- rights ---------------------------------------------------------------------------------------


def test_by_sudo_where_it_asks_for_nothing(machine: Machine) -> None:
    machine.root = False
    machine.tool("sudo", SUDO)
    machine.tool(
        "apt-get", APT_GET.replace("available =", 'assert os.environ["BY_SUDO"]\navailable =')
    )
    assert machine("ffmpeg").text == "installed: ffmpeg 7:5.1"


@pytest.mark.parametrize("sudo", ["none", "password"])
def test_the_command_for_the_administrator(sudo: str, machine: Machine) -> None:
    machine.root = False
    if sudo == "password":
        machine.tool("sudo", SUDO)
        machine.write("password", "")
    with pytest.raises(apt.AdminError) as caught:
        machine("bash", "ffmpeg", "libfoo=1.2*")
    assert caught.value.person
    assert caught.value.action == "Ask for: sudo apt-get install -y ffmpeg 'libfoo=1.2*'"
    assert machine.log == []


def test_nobody_is_needed_where_all_is_there(machine: Machine) -> None:
    machine.root = False
    assert machine("bash").state == "ready"


@pytest.mark.parametrize("absent", ["apt-get", "dpkg-query"])
def test_a_machine_without_apt(absent: str, machine: Machine) -> None:
    (machine.folder / absent).unlink()
    outcome = machine("ffmpeg")
    assert (outcome.state, outcome.text) == ("skipped", "not for this machine: it has no apt")
    assert apt.missing(["ffmpeg"], machine.environ) is None


def test_a_dpkg_that_does_not_answer(machine: Machine) -> None:
    machine.tool("dpkg-query", "sys.exit(2)")
    with pytest.raises(InstallError, match="dpkg-query does not answer"):
        machine("ffmpeg")


# -- the end --------------------------------------------------------------------------------------


def test_an_interrupt_ends_it(machine: Machine) -> None:
    machine.tool("apt-get", "print('Get:1', flush=True)\nimport time; time.sleep(60)")
    machine.on_output = lambda piece: threading.Timer(0.05, machine.progress.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        machine("ffmpeg")
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("said", "kind", "reason", "more"),
    [
        (
            "W: Failed to fetch http://h/InRelease  Temporary failure resolving 'h'\n"
            "E: Unable to locate package x",
            NetworkError,
            "did not answer",
            {"offline": True},
        ),
        (
            "E: Failed to fetch http://h/x.deb  Could not connect to h:80 - Connection refused",
            NetworkError,
            "did not answer",
            {"offline": False},
        ),
        (
            "E: Failed to fetch http://h/x.deb  404  Not Found\n"
            "E: Unable to fetch some archives, maybe run apt-get update",
            InstallError,
            "apt-get says “Failed to fetch http://h/x.deb 404 Not Found”",
            {},
        ),
        (
            "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7",
            BusyError,
            "another process",
            {},
        ),
        ("dpkg: error: No space left on device", DiskError, "the disk is full.", {}),
        (
            "E: Packages need to be removed but remove is disabled.",
            InstallError,
            "need to be removed",
            {"action": "Ask an administrator whether those others may go."},
        ),
        ("E: Version '1' for 'bash' was not found", InstallError, "Version '1' for 'bash'", {}),
        ("", InstallError, "did not say why", {}),
    ],
)
def test_why_it_failed(
    said: str, kind: type[PreflightError], reason: str, more: dict[str, Any]
) -> None:
    error = apt_failed(said.splitlines())
    assert type(error) is kind
    assert reason in error.reason
    assert error.action
    for name, value in more.items():
        assert getattr(error, name) == value
