"""One cell, done twice: by ``prepare`` in one folder, by its script under bash in another."""

from __future__ import annotations

import atexit
import functools
import io
import os
import shutil
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.script import script
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.report import Report


@dataclass
class Ran:
    """How a script has ended."""

    code: int
    said: str


@dataclass
class Bench:
    """Two folders for one cell, and the environment that both ways run in.

    Attributes:
        base: holds both.
        environ: added to what the script gets.
        without: programs that the script does not find.
    """

    base: Path
    environ: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @property
    def here(self) -> Path:
        """Where the script works."""
        return self._folder("script")

    @property
    def there(self) -> Path:
        """Where ``prepare`` works."""
        return self._folder("prepare")

    def _folder(self, name: str) -> Path:
        folder = self.base / name
        folder.mkdir(exist_ok=True)
        return folder

    def prepare(self, text: str) -> Report:
        """Do it by Preflight."""
        parsed = parse(text)
        assert not parsed.problems, parsed.problems
        return Session(self.there).prepare(text, parsed)

    def run(self, text: str) -> Ran:
        """Do it by the script."""
        parsed = parse(text)
        assert not parsed.problems, parsed.problems
        return self.bash(script(parsed.steps, "cell"))

    def bash(self, text: str) -> Ran:
        """Run a script."""
        return bash(text, self.here, {"PATH": self._path(), **self.environ})

    def both(self, text: str) -> Ran:
        """Do it both ways, which must come to the same tree."""
        report = self.prepare(text)
        assert report.exit_code == 0, [row.text for row in report.rows]
        ran = self.run(text)
        assert ran.code == 0, ran.said
        assert tree(self.here) == tree(self.there)
        return ran

    def _path(self) -> str:
        path = os.environ["PATH"]
        return tools_without(path, self.without) if self.without else path

    def remove(self) -> None:
        """Begin again with empty folders."""
        shutil.rmtree(self.here)
        shutil.rmtree(self.there)


def bash(text: str, folder: Path, environ: Mapping[str, str] | None = None) -> Ran:
    """Run the script *text* in *folder*; it is written beside it."""
    file = folder.parent / "script.sh"
    file.write_text(text)
    wgetrc = folder.parent / "wgetrc"  # wget reads no variable that names an authority
    wgetrc.write_text(f"ca_certificate = {os.environ.get('SSL_CERT_FILE', '')}\n")
    done = subprocess.run(
        ["bash", str(file)],
        cwd=folder,
        env={**os.environ, "WGETRC": str(wgetrc), **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


@functools.cache
def tools_without(path: str, without: tuple[str, ...]) -> str:
    """A folder with all programs of *path*, but some; removed when the tests have ended."""
    tools = Path(tempfile.mkdtemp(prefix="tools-"))
    atexit.register(shutil.rmtree, tools, ignore_errors=True)
    for folder in path.split(os.pathsep):
        link_tools(Path(folder), tools, without)
    return str(tools)


def link_tools(source: Path, tools: Path, without: Iterable[str]) -> None:
    """Have all programs of *source* in *tools*, but some."""
    if not source.is_dir():
        return
    for program in source.iterdir():
        place = tools / program.name
        if program.name not in without and not place.is_symlink():
            place.symlink_to(program)


def zipped(files: Mapping[str, bytes], plain: int = 0o644, program: int = 0o755) -> bytes:
    """An archive of *files* with the modes *plain*, or *program* for what begins with ``#!``; also
    an empty folder, and what macOS leaves in archives."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6))
            info.external_attr = (program if data.startswith(b"#!") else plain) << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("pets/empty/"), b"")
        archive.writestr("pets/.DS_Store", b"junk")
        archive.writestr("__MACOSX/pets/._1.txt", b"junk")
    return target.getvalue()


def tarred(files: Mapping[str, bytes], plain: int = 0o644, program: int = 0o755) -> bytes:
    """The same as tar."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size, info.mode = len(data), program if data.startswith(b"#!") else plain
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def tree(folder: Path) -> dict[str, object]:
    """Everything below *folder* but git's and our own: contents, modes, targets of links."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if {".git", ".preflight"} & set(name.split("/")):
            continue
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        elif not any(path.iterdir()):
            found[name] = "empty"
    return found
