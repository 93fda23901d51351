"""The main job on an example: two share links, one notebook, a trained model, then JupyterLab.

A cloud on this machine stands in for Dropbox and GitHub; programs reach it as they reach the real
ones, through a proxy that their environment names. Nothing here talks to the internet.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from examples.digits import dataset
from tests.fakecloud import FakeCloud
from tests.fakecloud.dropbox import Dropbox, folder_zip
from tests.fakecloud.github import GitHub
from tests.fakecloud.message import Fake
from tests.fakecloud.static import Site

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / ".demo"
NOTEBOOK = "digits.ipynb"
TERMINAL = WORK / "terminal.sh"
TRAIN = ["run", "--with", NOTEBOOK, "--in", "net", "python", "train.py", "--epochs", "20"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; the exit status of what failed first, else 0."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after the training")
    parser.add_argument("--port", type=int, default=0, help="port of JupyterLab; 0: any free one")
    options = parser.parse_args(argv)
    try:
        listen()
        with demo_cloud() as cloud:
            environ = lay_out(cloud)
            print("\nThe notebook's links to Dropbox and GitHub are answered by a local cloud.\n")
            for words in (["prepare", NOTEBOOK], TRAIN, ["status", NOTEBOOK]):
                print(f"$ jupyter preflight {' '.join(words)}", flush=True)
                code = call([program("jupyter"), "preflight", *words], WORK, environ)
                print(flush=True)
                if code:
                    return code
            return 0 if options.once else serve(environ, options.port)
    except KeyboardInterrupt:
        print("\nEnded.")
        return 0
    finally:
        TERMINAL.unlink(missing_ok=True)


def listen() -> None:
    """Be ended by the first SIGINT or SIGTERM, also where a shell has started this with ``&``: one
    without job control lets such programs ignore SIGINT (POSIX.1-2017, XCU 2.11)."""
    both = (signal.SIGINT, signal.SIGTERM)

    def end(*_: object) -> NoReturn:
        for one in both:
            signal.signal(one, signal.SIG_IGN)  # a second one must not cut the ending short
        raise KeyboardInterrupt

    for one in both:
        signal.signal(one, end)


def call(
    words: Sequence[str], folder: Path, environ: dict[str, str], stop: int = signal.SIGINT
) -> int:
    """Run a program to its end, or until this one is told to end.

    Args:
        stop: the signal that it ends at, with all that it has started.
    """
    # A session of its own: the terminal's Ctrl-C ends the demo, and the demo ends the program.
    child = subprocess.Popen(words, cwd=folder, env=environ, start_new_session=True)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.send_signal(stop)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextlib.contextmanager
def demo_cloud(others: Iterable[Fake] = (), port: int = 0) -> Iterator[FakeCloud]:
    """A cloud with the digits as a Dropbox folder and the network that learns them on GitHub.

    Args:
        others: further stand-ins of providers.
        port: where to listen; 0: any free port.
    """
    box, hub, archive = Dropbox(), GitHub(), Site("archive.ics.uci.edu")
    # Shorter than Dropbox's own: the notebook's lines are to be read whole.
    folder = box.add_folder("digits", dataset.files(), path="/scl/fo/9xk2digits/AAD1", key="q7")
    notebook = json.loads((HERE / "digits" / NOTEBOOK).read_text(encoding="utf-8"))
    assert any(folder.path in line for cell in notebook["cells"] for line in cell["source"])
    project = HERE / "digits" / "net"
    hub.add_repo(
        "preflight-demo/digits-net",
        {
            path.relative_to(project).as_posix(): path.read_bytes()
            for path in sorted(project.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        },
    )
    archive.add(
        "/static/public/80/optical+recognition+of+handwritten+digits.zip",
        folder_zip(dataset.optdigits()),
        kind="application/zip",
    )
    with FakeCloud([box, hub, archive, *others], port=port) as cloud:
        yield cloud


def lay_out(cloud: FakeCloud) -> dict[str, str]:
    """The folder as it is at first; the environment for all that is started in it.

    What somebody has made there, in an earlier demo, stays. `TERMINAL` gives the same environment
    to a shell.
    """
    WORK.mkdir(exist_ok=True)
    for made in (".preflight", "data/digits", "net"):
        shutil.rmtree(WORK / made, ignore_errors=True)
    original, notebook = HERE / "digits" / NOTEBOOK, WORK / NOTEBOOK
    if notebook.exists() and sources(notebook) != sources(original):
        notebook.rename(notebook.with_stem(f"{notebook.stem}-{secrets.token_hex(3)}"))
    shutil.copy(original, notebook)
    binaries = str(Path(sys.executable).parent)
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in cloud.environ().items()]
    TERMINAL.write_text("".join([*lines, f'export PATH={shlex.quote(binaries)}:"$PATH"\n']))
    return {
        **os.environ,
        **cloud.environ(),
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "JUPYTERLAB_SETTINGS_DIR": str(WORK / ".jupyter" / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(WORK / ".jupyter" / "workspaces"),
    }


def sources(notebook: Path) -> list[object] | None:
    """What the cells of *notebook* hold, without outputs; None where it is none any more."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [cell["source"] for cell in cells]
    except (ValueError, KeyError, TypeError):
        return None


def program(name: str) -> str:
    """A program of the environment that this one runs in."""
    return str(Path(sys.executable).parent / name)


def serve(environ: dict[str, str], port: int) -> int:
    """Serve JupyterLab with the notebook open until it is interrupted."""
    port, token = port or free_port(), secrets.token_hex(16)
    words = [
        *(program("jupyter"), "lab", "--no-browser", f"--port={port}", "--ip=127.0.0.1"),
        *(f"--ServerApp.root_dir={WORK}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", "--ServerApp.log_level=ERROR"),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    print(f"Open http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={token}")
    print(f"In a terminal of your own: cd {shlex.quote(str(WORK))} && . ./{TERMINAL.name}")
    print("Ctrl-C ends it.", flush=True)
    return call(words, WORK, environ, signal.SIGTERM)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
