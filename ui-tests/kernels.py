"""Kernels for the browser tests that are not as the extension would like them.

Run as a program, this is a kernel of another language.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import venv
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any


def install(home: Path) -> None:
    """Make the kernels known below *home*, an entry of ``JUPYTER_PATH``."""
    launcher = ["-m", "ipykernel_launcher"]
    bare, empty = (str(environment(home / "envs" / name)) for name in ("bare", "empty"))
    specs = {
        "bare": ("Python (bare)", "python", [bare, *launcher]),
        # For tests that install the package, and so must not spoil the other one.
        "empty": ("Python (empty)", "python", [empty, *launcher]),
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


def wheel(folder: Path) -> Path:
    """The package of this environment, packed again into a wheel below *folder*."""
    import jupyterlab_preflight

    package = Path(jupyterlab_preflight.__file__).parent
    known = metadata.distribution("jupyterlab-preflight")
    version = known.version
    info = f"jupyterlab_preflight-{version}.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    texts = {"METADATA": known.read_text("METADATA") or "", "WHEEL": tag, "RECORD": ""}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"jupyterlab_preflight-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(package.rglob("*")):
            if path.is_file() and not {"labextension", "__pycache__"} & set(path.parts):
                archive.write(path, path.relative_to(package.parent))
        for name, text in texts.items():
            archive.writestr(f"{info}/{name}", text)
    return file


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
