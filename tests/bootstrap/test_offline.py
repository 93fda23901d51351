"""Without a network a whole cell has ended within five seconds, each line with its sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakecloud import FakeCloud
from tests.fakecloud.static import Site
from tests.test_cli import ROOT

WITHIN = 5.0

FETCHING = """\
dataset https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&dl=0 data/cats
project https://github.com/me/net net
"""
INSTALLING = """\
pip surely-not-there-0123
apt surely-not-there-0123
"""

NAMES_FAIL = """
import socket

def getaddrinfo(host, *words, **more):
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

socket.getaddrinfo = getaddrinfo
"""


def bare(tmp_path: Path, **more: str) -> dict[str, str]:
    """An environment without proxies, in which pip knows one index that is out in the world."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith(("PIP_", "PREFLIGHT_"))
    }
    return {
        **environ,
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "PREFLIGHT_HOST": "lab,cpu",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://index.example.org/simple",
        **more,
    }


def prepare(
    text: str, tmp_path: Path, environ: dict[str, str], *before: str
) -> tuple[float, int, list[dict[str, Any]], str]:
    """Seconds, exit code, rows and state of one command.

    The seconds are those of a machine that is busy with nothing else.
    """
    share = idle_share()
    began = time.monotonic()
    done = subprocess.run(
        [*before, sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "-", "--json"],
        cwd=tmp_path,
        env=environ,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    took = (time.monotonic() - began) * share
    assert done.stderr == ""
    report = json.loads(done.stdout)
    return took, done.returncode, report["rows"], report["state"]


def idle_share() -> float:
    """How much of the time a program that only calculates is let run."""
    code = (
        "import time; began, used = time.monotonic(), time.process_time(); sum(range(10**7));"
        "print((time.process_time() - used) / (time.monotonic() - began))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return min(1.0, float(done.stdout))


def has_apt() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def may_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    )


CELLS = {"fetching first": FETCHING + INSTALLING, "installing first": INSTALLING + FETCHING}


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
@pytest.mark.skipif(not may_unshare(), reason="no network namespaces for us here (unshare -rn)")
def test_no_route(text: str, tmp_path: Path) -> None:
    took, code, rows, state = prepare(text, tmp_path, bare(tmp_path), "unshare", "-rn")
    assert (code, state) == (4, "offline")
    for row in rows:
        if row["step"] == "apt" and not has_apt():
            continue
        assert row["state"] == "offline", row
        assert row["text"].startswith("there is no network, and it is not complete here. ")
    assert took < WITHIN


@pytest.mark.parametrize(
    "text",
    [pytest.param(CELLS["fetching first"], marks=pytest.mark.slow), CELLS["installing first"]],
    ids=CELLS,
)
def test_names_that_do_not_resolve(text: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NAMES_FAIL)
    environ = bare(tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    text = text.replace("apt surely-not-there-0123\n", "")  # apt does not ask Python for names
    took, code, rows, state = prepare(text, tmp_path, environ)
    assert (code, state) == (4, "offline")
    assert {row["state"] for row in rows} == {"offline"}
    assert took < WITHIN


def test_an_index_that_is_down_is_not_the_network(cloud: FakeCloud, tmp_path: Path) -> None:
    site = Site("data.example.org")
    site.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    cloud.add(site)
    text = "pip surely-not-there-0123\ndataset https://data.example.org/one.csv data/one\n"
    environ = {**bare(tmp_path), **cloud.environ()}
    environ["PIP_INDEX_URL"] = "http://127.0.0.1:9/simple"
    took, code, rows, state = prepare(text, tmp_path, environ)
    assert (code, state) == (4, "failed")
    assert [row["state"] for row in rows] == ["failed", "ready"]
    assert rows[0]["text"].startswith("the package index did not answer.")
    assert took < WITHIN


def test_a_name_of_the_index_that_is_not_known_is_not_the_network(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    site = Site("data.example.org")
    site.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    cloud.add(site)
    cloud.down["index.example.org"] = "unknown"
    text = "dataset https://data.example.org/one.csv data/one\npip surely-not-there-0123\n"
    took, code, rows, state = prepare(text, tmp_path, {**bare(tmp_path), **cloud.environ()})
    assert (code, state) == (4, "failed")
    assert [row["state"] for row in rows] == ["ready", "failed"]
    assert took < WITHIN


def test_what_is_here_stays_ready(cloud: FakeCloud, tmp_path: Path) -> None:
    site = Site("data.example.org")
    site.add("/one.csv", b"a,b\n1,2\n", kind="text/csv")
    cloud.add(site)
    text = "dataset https://data.example.org/one.csv data/one\nlink data/one here\nenv A=1\n"
    environ = {**bare(tmp_path), **cloud.environ()}
    assert prepare(text, tmp_path, environ)[1] == 0
    with cloud.away():
        took, code, rows, state = prepare(text + FETCHING, tmp_path, environ)
    assert (code, state) == (4, "offline")
    assert [row["state"] for row in rows] == ["ready"] * 3 + ["offline"] * 2
    assert took < WITHIN
