"""What people install: that it is whole, small, and leaves the packages of their machine alone."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from .conftest import REPOSITORY

BUNDLE = REPOSITORY / "jupyterlab_preflight" / "labextension"
STATIC = BUNDLE / "static"

needs_bundle = pytest.mark.skipif(
    not (STATIC / "style.js").exists() or any(STATIC.glob("*.map")),
    reason="the front end is not built for production (npm run build:prod)",
)


def run(
    *words: str | Path, cwd: Path, check: bool = True, **more: str
) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**environ, **more},
        capture_output=True,
        text=True,
        check=check,
        timeout=300,
    )


# -- the front end -------------------------------------------------------------------------------


@needs_bundle
def test_what_a_page_loads_at_its_start_is_small() -> None:
    (entry,) = STATIC.glob("remoteEntry.*.js")
    text = entry.read_text()
    (extension,) = re.findall(r'"\./extension":(.*?)\)\)', text)
    chunks = [
        next(STATIC.glob(f"{number}.*.js")) for number in re.findall(r"\.e\((\d+)\)", extension)
    ]
    assert chunks
    assert entry.stat().st_size < 16_000
    assert sum(chunk.stat().st_size for chunk in chunks) < 40_000
    assert max(path.stat().st_size for path in STATIC.iterdir()) < 120_000


@needs_bundle
def test_each_plugin_has_its_settings_beside_it() -> None:
    here = {path.name for path in (REPOSITORY / "schema").glob("*.json")}
    built = {path.name for path in (BUNDLE / "schemas").rglob("*.json")}
    assert here <= built


# -- the wheel -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, made without Node from the front end that is built."""
    base = tmp_path_factory.mktemp("wheel")
    source, target = base / "source", base / "out"
    listed = run(
        "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=REPOSITORY
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = REPOSITORY / name
        if path.is_file() and not name.startswith(("docs/", "ui-tests/", "benchmarks/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, source / name)
    shutil.copytree(BUNDLE, source / BUNDLE.relative_to(REPOSITORY))
    if importlib.util.find_spec("hatchling") and importlib.util.find_spec("hatch_jupyter_builder"):
        made = run(
            *(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target),
            cwd=source,
            check=False,
            PATH=without_node(base),
        )
    else:
        made = run(
            *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", target, "."),
            cwd=source,
            check=False,
            PATH=without_node(base),
        )
        if "No matching distribution" in made.stderr:
            pytest.skip("neither hatchling nor an index with it is here")
    assert made.returncode == 0, made.stdout + made.stderr
    return next(target.glob("*.whl"))


def without_node(base: Path) -> str:
    """A ``PATH`` on which everything is found but Node."""
    folder = base / "bin"
    folder.mkdir(exist_ok=True)
    for name in ("git", "bash", "sh", "env", "uname"):
        found = shutil.which(name)
        if found and not (folder / name).exists():
            (folder / name).symlink_to(found)
    assert shutil.which("node", path=str(folder)) is None
    return str(folder)


@needs_bundle
def test_the_wheel_is_small_and_whole(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    assert wheel.stat().st_size < 600_000
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    ours = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "jupyterlab_preflight").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.is_relative_to(BUNDLE)
    }
    assert ours <= names
    others = {name for name in names - ours if ".dist-info/" not in name and ".data/" not in name}
    assert others == set()
    front = {name.partition("/labextensions/jupyterlab-preflight/")[2] for name in names}
    assert {"package.json", "install.json", "static/style.js"} <= front


@needs_bundle
def test_it_works_where_there_is_no_node(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=tmp_path)
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-q")
    run(*pip, "--no-deps", "--no-index", wheel, cwd=tmp_path)
    asked = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
    )
    site = Path(asked.stdout.strip())
    mine = importlib.util.find_spec("urllib3")
    assert mine is not None
    assert mine.origin is not None
    # What the wheel depends on is that of this environment: nothing is fetched here.
    (site / "dependencies.pth").write_text(f"{Path(mine.origin).parent.parent}\n")
    (tmp_path / "cell.txt").write_text("%%preflight\nenv A=1\ndataset ./here data\n")
    (tmp_path / "here").mkdir()
    path = os.pathsep.join([str(python.parent), without_node(tmp_path)])
    said = run(python, "-m", "jupyter", "preflight", "check", "cell.txt", cwd=tmp_path, PATH=path)
    assert "2 steps, nothing wrong" in said.stdout
    said = run(python.parent / "jupyter-preflight", "prepare", "cell.txt", cwd=tmp_path, PATH=path)
    assert "Ready" in said.stdout
    assert (tmp_path / "data").resolve() == (tmp_path / "here").resolve()
    where = run(python, "-c", "import jupyterlab_preflight as p; print(p.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(place)
    front = place / "share/jupyter/labextensions/jupyterlab-preflight"
    told = json.loads((front / "package.json").read_text())
    assert (front / told["jupyterlab"]["_build"]["load"]).is_file()


# -- on a hosted machine -------------------------------------------------------------------------


LISTS = sorted(REPOSITORY.parent.glob("*/colab/pip-freeze*.txt"))
SMALL = {"isal", "nvidia-ml-py", "truststore"}
"""What may be added where it is not there: well under a megabyte each."""


@needs_bundle
@pytest.mark.skipif(not LISTS, reason="no list of a hosted machine's packages is at hand")
@pytest.mark.parametrize("there", LISTS, ids=[path.stem for path in LISTS])
def test_nothing_is_upgraded_on_a_hosted_machine(wheel: Path, tmp_path: Path, there: Path) -> None:
    """As `pip install` would do it there: what is listed counts as installed."""
    listed = {
        canonical(match[1]): match[2]
        for line in there.read_text().splitlines()
        if (match := re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!]+)", line.strip()))
    }
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in listed.items()))
    python = re.search(r"Python (\d+\.\d+)", (there.parent / "os-info.txt").read_text())
    assert python is not None
    words: Sequence[str | Path] = (
        *("install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"),
        *("--only-binary=:all:", "--target", tmp_path / "nowhere"),
        *("--python-version", python[1], "--constraint", constraints, wheel),
    )
    done = run(sys.executable, "-m", "pip", *words, cwd=tmp_path, check=False)
    if done.returncode and "No matching distribution" in done.stderr:
        missing = done.stderr.strip().splitlines()[-1]
        if "jupyterlab" not in missing:
            pytest.skip(f"the index at hand does not have all of it: {missing}")
    assert done.returncode == 0, done.stderr
    chosen = {
        canonical(one["metadata"]["name"]): one["metadata"]["version"]
        for one in json.loads(done.stdout)["install"]
    }
    chosen.pop("jupyterlab-preflight")
    changed = {name: v for name, v in chosen.items() if name in listed and listed[name] != v}
    assert changed == {}
    assert {name for name in chosen if name not in listed} <= SMALL


def canonical(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
