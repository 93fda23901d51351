"""One cell, done twice: by ``prepare`` in one folder, by its script under bash in another."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
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
        file = self.base / "script.sh"
        file.write_text(text)
        done = subprocess.run(
            ["bash", str(file)],
            cwd=self.here,
            env={**os.environ, "PATH": self._path(), "WGETRC": self._wgetrc(), **self.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr)

    def both(self, text: str) -> Ran:
        """Do it both ways, which must come to the same tree."""
        report = self.prepare(text)
        assert report.exit_code == 0, [row.text for row in report.rows]
        ran = self.run(text)
        assert ran.code == 0, ran.said
        assert tree(self.here) == tree(self.there)
        return ran

    def _path(self) -> str:
        if not self.without:
            return os.environ["PATH"]
        tools = self.base / "-".join(["bin", *self.without])
        if not tools.exists():
            tools.mkdir()
            for folder in os.environ["PATH"].split(os.pathsep):
                link_tools(Path(folder), tools, self.without)
        return str(tools)

    def _wgetrc(self) -> str:
        """wget reads no variable that names a certificate authority."""
        file = self.base / "wgetrc"
        file.write_text(f"ca_certificate = {os.environ.get('SSL_CERT_FILE', '')}\n")
        return str(file)

    def remove(self) -> None:
        """Begin again with empty folders."""
        shutil.rmtree(self.here)
        shutil.rmtree(self.there)


def link_tools(source: Path, tools: Path, without: Iterable[str]) -> None:
    """Have all programs of *source* in *tools*, but some."""
    if not source.is_dir():
        return
    for program in source.iterdir():
        place = tools / program.name
        if program.name not in without and not place.is_symlink():
            place.symlink_to(program)


def tree(folder: Path) -> dict[str, object]:
    """Everything below *folder* but git's and our own: content, link targets, execute bits."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if {".git", ".preflight"} & set(name.split("/")):
            continue
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = (path.read_bytes(), bool(path.stat().st_mode & 0o111))
        elif not any(path.iterdir()):
            found[name] = "empty"
    return found
