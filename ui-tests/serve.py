"""JupyterLab for the browser tests, on a machine whose internet is a fake one.

The kernels reach the cloud's hosts as they would the real ones, through the proxy that their
environment names. The server has no password: never use it outside a test machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import kernels  # noqa: E402

from examples.demo import demo_cloud  # noqa: E402
from tests.fakecloud.control import Control  # noqa: E402
from tests.fakecloud.static import Site  # noqa: E402


def main() -> int:
    """Serve until SIGTERM; the exit status of the server."""
    files = Site("files.example.org")
    # Some seconds of a download that can be watched and stopped, and one that never hurries.
    files.add("/slow.bin", bytes(3_000_000), rate=1_000_000.0)
    files.add("/endless.bin", bytes(60_000_000), rate=500_000.0)
    files.add("/small.csv", b"x,y\n1,2\n", kind="text/csv")
    port = int(os.environ.get("PREFLIGHT_CLOUD_PORT", "18998"))
    with (
        tempfile.TemporaryDirectory(prefix="preflight-ui-") as home,
        demo_cloud([files], port) as cloud,
    ):
        cloud.add(Control(cloud))
        root = Path(home) / "root"
        kernels.install(Path(home))
        kernels.wheel(root / "wheel")
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", os.environ.get("PREFLIGHT_UI_APP", "jupyterlab")),
                *("--config", str(HERE / "jupyter_server_test_config.py")),
            ],
            cwd=HERE,
            env={
                **os.environ,
                **cloud.environ(),
                "JUPYTER_PATH": home,
                # What users keep, and what tests leave, is not this machine's.
                "JUPYTER_CONFIG_DIR": str(Path(home) / "config"),
                "IPYTHONDIR": str(Path(home) / "ipython"),
                "PIP_CONFIG_FILE": os.devnull,
                "JUPYTERLAB_GALATA_ROOT_DIR": str(root),
                "TMPDIR": home,
            },
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.terminate())
        return server.wait()


if __name__ == "__main__":
    sys.exit(main())
