"""A small package index made on the spot: nothing here reaches a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import pytest

Wheel = Callable[..., Path]


@pytest.fixture
def wheel(tmp_path: Path) -> Wheel:
    """Makes a wheel in the folder ``index`` below the test's own."""

    def make(name: str, version: str, requires: Sequence[str] = ()) -> Path:
        info = f"{name}-{version}.dist-info"
        files = {
            f"{name}/__init__.py": f"__version__ = {version!r}\n",
            f"{info}/METADATA": "".join(
                [
                    f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
                    *(f"Requires-Dist: {one}\n" for one in requires),
                ]
            ),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        files[f"{info}/RECORD"] = "".join(f"{one},,\n" for one in [*files, f"{info}/RECORD"])
        folder = tmp_path / "index"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for one, text in files.items():
                archive.writestr(one, text)
        return path

    return make


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """An environment in which pip and uv have no configuration and no index but ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_")) and name != "PYTHONPATH"
    }
    return {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "index"),
        "UV_NO_CONFIG": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(tmp_path / "index"),
        "UV_CACHE_DIR": str(tmp_path / "uv-cache"),
    }


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `bare_python` is a copy of: making an environment takes a process or two."""
    folder = tmp_path_factory.mktemp("made") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def bare_python(tmp_path: Path, made_once: Path) -> str:
    """An environment of its own without pip, as uv makes them."""
    folder = tmp_path / "env"
    shutil.copytree(made_once, folder, symlinks=True)
    return str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


@pytest.fixture
def python(bare_python: str) -> str:
    """An environment of its own with pip: that of this one, since making one takes seconds."""
    base = Path(bare_python).parent.parent
    scheme = "nt" if os.name == "nt" else "posix_prefix"
    site = sysconfig.get_path("purelib", scheme, {"base": str(base)})
    distribution = metadata.distribution("pip")
    for name in ("pip", f"pip-{distribution.version}.dist-info"):
        Path(site, name).symlink_to(Path(str(distribution.locate_file(name))))
    return bare_python
