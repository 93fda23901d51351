"""Kernels for the browser tests that are not as the extension would like them.

Run as a program, this is a kernel of another language.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any


def install(home: Path) -> None:
    """Make the kernels known below *home*, an entry of ``JUPYTER_PATH``."""
    bare = environment(home / "envs" / "bare")
    specs = {
        "bare": ("Python (bare)", "python", [str(bare), "-m", "ipykernel_launcher"]),
        "other": ("Another language", "lisp", [sys.executable, str(Path(__file__).resolve())]),
    }
    for name, (title, language, words) in specs.items():
        folder = home / "kernels" / name
        folder.mkdir(parents=True)
        spec = {
            "argv": [*words, "-f", "{connection_file}"],
            "display_name": title,
            "language": language,
        }
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def environment(folder: Path) -> Path:
    """A Python environment that has all that this one has, but for the extension's package."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    here = Path(sysconfig.get_path("purelib"))
    there = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for entry in here.iterdir():
        if "jupyterlab_preflight" not in entry.name and not (there / entry.name).exists():
            os.symlink(entry, there / entry.name)
    return python


def main() -> None:
    """A kernel that only knows its own name."""
    from ipykernel.kernelapp import IPKernelApp
    from ipykernel.kernelbase import Kernel

    class Lisp(Kernel):
        implementation = "lisp"
        implementation_version = "1"
        banner = "A kernel of another language"
        language_info = {  # noqa: RUF012
            "name": "lisp",
            "mimetype": "text/plain",
            "file_extension": ".lisp",
        }

        def do_execute(self, *_: Any, **__: Any) -> dict[str, Any]:
            return {"status": "ok", "execution_count": self.execution_count, "user_expressions": {}}

    IPKernelApp.launch_instance(kernel_class=Lisp)


if __name__ == "__main__":
    main()
