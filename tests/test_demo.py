"""The demo ends when it is told to, with all that it has started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from examples import demo
from examples.demo import demo_cloud, lay_out

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh")

ROOT = Path(__file__).parent.parent
ENDING = """
import sys
from pathlib import Path
from examples import demo
demo.listen()
try:
    demo.call([sys.executable, "-c", sys.argv[1]], Path(), dict(__import__("os").environ))
except KeyboardInterrupt:
    print("ended")
"""
CHILD = """
import time
print("begun", flush=True)
try:
    time.sleep(60)
finally:
    print("the child too", flush=True)
"""


@pytest.fixture
def started() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def start(stack: ExitStack, *words: str) -> subprocess.Popen[str]:
    """A program as a shell without job control starts it with ``&``: SIGINT is ignored."""
    process = subprocess.Popen(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_by_either_signal(number: signal.Signals, started: ExitStack) -> None:
    process = start(started, "-c", ENDING, CHILD)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(number)
    assert process.wait(10) == 0
    assert process.stdout.read() == "the child too\nended\n"


def test_a_terminal_of_ones_own_reaches_its_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "it's here"
    monkeypatch.setattr(demo, "WORK", work)
    monkeypatch.setattr(demo, "TERMINAL", work / "terminal.sh")
    with demo_cloud() as cloud:
        lay_out(cloud)
        command = ". ./terminal.sh && jupyter-preflight prepare digits.ipynb --fetch-only"
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=work,
            env={"HOME": str(tmp_path), "PATH": os.defpath, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        assert (work / "data/digits").is_dir()
        assert cloud.requests("www.dropbox.com") != []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_the_whole(number: signal.Signals, started: ExitStack) -> None:
    process = start(started, "-m", "examples.demo")
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    assert any("Ctrl-C ends it" in line for line in lines)
    time.sleep(2)  # the server is starting
    those = psutil.Process(process.pid).children(recursive=True)
    assert those
    process.send_signal(number)
    assert process.wait(20) == 0
    assert psutil.wait_procs(those, timeout=5)[1] == []
    assert not demo.TERMINAL.exists()
