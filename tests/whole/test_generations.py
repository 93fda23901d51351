"""Kernels old and new, as people have them: each interpreter with the Jupyter of its time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from tests.fakecloud import FakeCloud, faults
from tests.fakecloud.static import Site
from tests.test_form_cells import check_magics
from tests.test_kernel import Kernel

from .conftest import REPOSITORY, TOKEN, material, tree, zipped

pytestmark = pytest.mark.slow

# Without ISA-L, as on systems that have no wheel of it.
OURS = ("urllib3", "truststore", "filelock", "packaging", "psutil", "jupyter_core")
GENERATIONS = {
    "the hosted one": ("ipykernel==6.17.1", "ipython==7.34.0", "jupyter_client<8"),
    "of 2023": ("ipykernel==6.25.*", "ipython==8.14.*"),
    "of 2024": ("ipykernel==6.29.*", "ipython==8.30.*"),
    "newest": ("ipykernel", "ipython"),
}
MATRIX = [
    ("3.10", "the hosted one"),
    ("3.10", "newest"),
    ("3.11", "of 2023"),
    ("3.12", "of 2024"),
    ("3.13", "the hosted one"),
    ("3.13", "newest"),
]
HOST = "https://data.example.org"
CATS = material(400_000, 20)


def interpreter(version: str) -> str | None:
    """A Python of *version*: on ``PATH``, or where pyenv keeps its own."""
    found = shutil.which(f"python{version}")
    if (
        found
        and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    ):
        return found
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(kept[-1]) if kept else None


@pytest.fixture(scope="module", params=MATRIX, ids=lambda one: f"{one[0]} {one[1]}")
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter in an environment of its own, with one generation of Jupyter."""
    version, generation = request.param
    base = interpreter(version)
    if base is None:
        pytest.skip(f"there is no Python {version} here")
    place = tmp_path_factory.mktemp("kernel") / "venv"
    subprocess.run([base, "-m", "venv", "--without-pip", str(place)], check=True)
    made = str(place / "bin/python")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", made, "install", "-q", "--retries", "1"),
            *("--only-binary=:all:", *GENERATIONS[generation], *OURS),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        pytest.skip(f"not installable here: {done.stderr.strip().splitlines()[-1]}")
    return made


@pytest.fixture
def kernel(cloud: FakeCloud, tmp_path: Path, python: str) -> Iterator[Kernel]:
    """A kernel of that interpreter, with the extension loaded."""
    manager = KernelManager()
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager._kernel_spec = KernelSpec(argv=argv, display_name="old", language="python")
    environ = {
        **os.environ,
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(REPOSITORY),
        "PREFLIGHT_HOST": "lab,cpu",
        "LAB_TOKEN": TOKEN,
    }
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    manager.start_kernel(cwd=str(tmp_path / "work"), env=environ)
    client = manager.blocking_client()
    client.start_channels()
    one = Kernel(manager, client)
    try:
        client.wait_for_ready(timeout=60)
        assert one.run("%load_ext jupyterlab_preflight")["status"] == "ok"
        yield one
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_cell_a_command_and_an_interrupt(
    kernel: Kernel, cloud: FakeCloud, tmp_path: Path
) -> None:
    """One after the other in one kernel: making one takes most of the time."""
    site = Site("data.example.org")
    site.add("/cats.zip", zipped(CATS))
    site.add("/big.bin", os.urandom(2_000_000))
    cloud.add(site)
    root = tmp_path / "work"
    seen: list[object] = []

    # A cell, its picture, its snapshots, and no secret in any of them.
    allow = "Secrets().allow('LAB_TOKEN', 'data.example.org')"
    kernel.run(f"from jupyterlab_preflight.secrets import Secrets; {allow}")
    cell = f"%%preflight\ndataset {HOST}/cats.zip data/cats --secret LAB_TOKEN\nenv ANSWER=42\n"
    reply = kernel.run(cell)
    assert reply["status"] == "ok", reply
    seen += kernel.messages
    assert tree(root / "data/cats") == CATS
    assert "Ready" in kernel.shown
    assert (kernel.snapshots[-1]["state"], kernel.snapshots[-1]["done"]) == ("ready", 2)
    assert cloud.requests("data.example.org")[0].headers["authorization"].endswith(TOKEN)

    # The channel answers while a cell is busy.
    busy = kernel.client.execute("import time; time.sleep(2.5)")
    time.sleep(0.3)
    began = time.monotonic()
    assert kernel.ask()["snapshot"]["state"] == "ready"
    assert time.monotonic() - began < 1
    while kernel.client.get_shell_msg(timeout=10)["parent_header"].get("msg_id") != busy:
        pass

    # Variables, exit codes, output.
    kernel.run("lr = 0.25")
    assert (
        kernel.run("%preflight run python -c 'import sys; print(sys.argv[1])' {lr}")["status"]
        == "ok"
    )
    assert kernel.printed.strip() == "0.25"
    assert "exit code 3" in kernel.run("%preflight run python -c 'raise SystemExit(3)'")["evalue"]

    # A failure is one sentence.
    reply = kernel.run(f"%%preflight\ndataset {HOST}/gone.zip gone --secret LAB_TOKEN\n")
    seen += kernel.messages
    assert reply["traceback"] == [f"PreflightError: {reply['evalue']}"]

    # An interrupt ends it within two seconds, and the next run goes on.
    cloud.script(f"{HOST}/big.bin", faults.stall(1_000_000))
    line = f"%%preflight\ndataset {HOST}/big.bin big\n"
    moment: list[float] = []

    def stop() -> None:
        moment.append(time.monotonic())
        kernel.manager.interrupt_kernel()

    threading.Timer(1.5, stop).start()
    reply = kernel.run(line)
    assert time.monotonic() - moment[0] < 2.5
    assert "Stopped" in reply["evalue"]
    time.sleep(0.5)
    assert kernel.run(line)["status"] == "ok"
    assert (root / "big/big.bin").stat().st_size == 2_000_000
    seen += kernel.messages
    assert "CANARY" not in str(seen)
    for path in root.rglob("*"):
        assert not path.is_file() or b"CANARY" not in path.read_bytes(), path


def test_cells_with_a_form(kernel: Kernel) -> None:
    check_magics(kernel)
    form = 'lr = 0.5  #@param {type:"number"}\nname = "a \'b\'"  #@param {type:"string"}\n'
    show = 'python -c "import sys; print(sys.argv[1:])"'
    reply = kernel.run(f"#@title Train\n{form}%preflight run {show} --lr {{lr}} --name {{name}}")
    assert reply["status"] == "ok", reply
    assert kernel.printed == """['--lr', '0.5', '--name', "a 'b'"]\n"""
    kernel.run("%unload_ext jupyterlab_preflight")
    assert kernel.run("#@title Build\n%%bash\necho")["status"] == "error"
