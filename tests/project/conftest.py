"""A root, a GitHub of this machine, and a way to run lines against both."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.context import Context
from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.hosts import host
from jupyterlab_preflight.bootstrap.state import State
from jupyterlab_preflight.errors import PreflightError
from jupyterlab_preflight.fetch.http import Client, Limits
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.project.link import link
from jupyterlab_preflight.project.sync import recover, sync
from jupyterlab_preflight.report import Outcome
from jupyterlab_preflight.secrets import Secrets
from tests.fakecloud import FakeCloud
from tests.fakecloud.github import GitHub
from tests.fakecloud.github_repos import Repo
from tests.project.world import World

NET = "https://github.com/me/net"
FILES: dict[str, bytes | str | None] = {
    "train.py": "#!/usr/bin/env python3\nprint('train')\n",
    "model.py": b"SIZE = 3\n",
    "util/io.py": b"def load(): ...\n",
    "util/text.py": b"def words(): ...\n",
    "README.md": b"# net\n",
}


class Lab:
    """One root on one machine."""

    def __init__(self, root: Path, cloud: FakeCloud, hub: GitHub) -> None:
        root.mkdir(exist_ok=True)
        self.root = root
        self.cloud = cloud
        self.hub = hub
        self.folder = root
        self.secrets = Secrets(os.environ, config=root.parent / "config")
        self.progress = Progress()

    @property
    def state(self) -> State:
        return State(self.root)

    def run(self, text: str) -> Outcome:
        """Run all lines in order; the last one's outcome."""
        parsed = parse(text)
        assert not parsed.problems, parsed.problems
        limits = Limits(connect=2, read=5, tries=2, patience=0.2, backoff=0.01)
        context = Context(
            State(self.root), self.secrets, host(), self.folder, emit=lambda text: None
        )
        context.steps = parsed.steps
        recover(context.state)
        outcome = None
        with Client(self.progress, limits=limits) as client:
            for step in parsed.steps:
                if step.name == "project":
                    outcome = sync(
                        step,
                        self.root / step.args[1],
                        context.state,
                        client=lambda: client,
                        secrets=self.secrets,
                        progress=self.progress,
                        protected=context.protected(step.args[1]),
                        notebook_dir=self.folder,
                    )
                else:
                    outcome = link(step.args[0], step.args[1], context.state)
        assert outcome is not None
        return outcome

    def fails(self, text: str) -> PreflightError:
        """Run *text*, which must end in one of our errors."""
        with pytest.raises(PreflightError) as caught:
            self.run(text)
        return caught.value

    def net(self, path: str = "") -> Path:
        return self.root / "net" / path

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def git(self, *words: str, folder: str = "net") -> str:
        """The user's own git."""
        done = subprocess.run(
            ["git", *words], cwd=self.root / folder, capture_output=True, text=True, check=True
        )
        return done.stdout

    def backups(self) -> dict[str, str]:
        """What lies in the backup folders, by path below the run's time."""
        home = self.root / ".preflight" / "backup"
        return {
            "/".join(path.relative_to(home).parts[1:]): path.read_text()
            for path in sorted(home.rglob("*"))
            if path.is_file()
        }


def add_submodule(repo: Repo, path: str, settings: str = "") -> None:
    """Commit a submodule at *path*, named in ``.gitmodules``."""
    text = settings or f'[submodule "a"]\n\tpath = {path}\n'
    repo.commit({".gitmodules": text.encode()})
    repo.git("read-tree", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.sha('main')},{path}")
    made = repo.git("commit-tree", repo.git("write-tree").strip(), "-m", "s", "-p", "HEAD")
    repo.git("update-ref", "refs/heads/main", made.strip())


@pytest.fixture
def quiet_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Git without the settings of whoever runs the tests."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Me\n\temail = me@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hub(cloud: FakeCloud) -> GitHub:
    fake = GitHub()
    fake.add_repo("me/net", FILES)
    cloud.add(fake)
    return fake


@pytest.fixture
def lab(tmp_path: Path, cloud: FakeCloud, hub: GitHub, quiet_git: None) -> Iterator[Lab]:
    yield Lab(tmp_path / "root", cloud, hub)


@pytest.fixture(scope="module")
def quick_disk() -> Iterator[None]:
    """No waiting for the disk itself: nothing here cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.make(tmp_path / "world")


ROUTES = ["", " --archive"]


@pytest.fixture(params=ROUTES, ids=["git", "archive"])
def line(request: pytest.FixtureRequest) -> str:
    return f"project {NET} net{request.param}"


@pytest.fixture
def push(lab: Lab) -> Callable[..., str]:
    return lab.hub.repos["me/net"].commit


GIT = "https://github.com/me/net.git/git-upload-pack"


def stored(files: dict[str, bytes | str | None]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, content in files.items():
        if isinstance(content, bytes):
            found[name] = (content, False)
        elif content is not None and content.startswith("-> "):
            found[name] = content
        elif content is not None:
            found[name] = (content.encode(), content.startswith("#!"))
    return found


def is_clean(lab: Lab) -> bool:
    """Whether git has nothing to say, where there is a clone."""
    return not lab.net(".git").exists() or lab.git("status", "--porcelain") == ""
