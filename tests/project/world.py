"""A project that was installed, was worked in, and is about to be updated."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from jupyterlab_preflight.bootstrap.state import State
from jupyterlab_preflight.fetch.staging import Staging, remove
from jupyterlab_preflight.fetch.tree import scan
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.project.apply import apply, recover, sweep, take_over
from jupyterlab_preflight.project.journal import Job
from jupyterlab_preflight.project.look import Look
from jupyterlab_preflight.project.merge import Plan, merge
from jupyterlab_preflight.project.swap import Done

OLD = {
    "same.py": "same\n",
    "news.py": "old\n",
    "edited.py": "old\n",
    "gone.py": "old\n",
    "gone_edited.py": "old\n",
    "deep/er/gone.py": "old\n",
    "deleted.py": "old\n",
    "kept.py": "old\n",
    "file_then_folder": "old\n",
    "folder_then_file/x.py": "old\n",
    "run.sh": "echo old\n",
    "link": "->same.py",
    "data/input/README.md": "the project's own\n",
}
NEW = {
    "same.py": "same\n",
    "news.py": "new\n",
    "edited.py": "new\n",
    "deleted.py": "old\n",
    "kept.py": "old\n",
    "file_then_folder/x.py": "new\n",
    "folder_then_file": "new\n",
    "run.sh": "*echo old\n",
    "link": "->news.py",
    "added/x.py": "new\n",
    "empty": "/",
    "clash": "new\n",
    "data/input/README.md": "the project's own, again\n",
}
EDITS = {
    "edited.py": "mine\n",
    "gone_edited.py": "mine\n",
    "kept.py": "mine\n",
    "clash/results.csv": "mine\n",
    "notes.txt": "mine\n",
}
FINAL: dict[str, object] = {
    "same.py": (b"same\n", False),
    "news.py": (b"new\n", False),
    "edited.py": (b"new\n", False),
    "deleted.py": (b"old\n", False),
    "kept.py": (b"mine\n", False),
    "gone_edited.py": (b"mine\n", False),
    "file_then_folder/x.py": (b"new\n", False),
    "folder_then_file": (b"new\n", False),
    "run.sh": (b"echo old\n", True),
    "link": "-> news.py",
    "added/x.py": (b"new\n", False),
    "empty": "empty",
    "clash": (b"new\n", False),
    "notes.txt": (b"mine\n", False),
    "data/input": "-> ../../../cats",
}
BACKUP = {"edited.py": b"mine\n", "clash/results.csv": b"mine\n"}
CATS = {"README.md": (b"of the dataset\n", False), "1.jpg": (b"cat\n", False)}


def fill(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content == "/":
            path.mkdir()
        elif content.startswith("->"):
            path.symlink_to(content[2:])
        else:
            path.write_text(content.removeprefix("*"))
            path.chmod(0o755 if content.startswith("*") else 0o644)


def protected(path: str) -> str | None:
    return "data/input" if f"{path}/".startswith("data/input/") else None


Frozen = list[tuple[str, str | bytes | None, int]]
"""Names with contents, targets of links or None for folders, and modes."""


class World:
    """A root with a project that was installed, was worked in, and is about to be updated."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.root = place / "root"
        self.net = self.root / "net"
        self.state = State(self.root)
        self.upstream = place / "upstream"

    @classmethod
    def make(cls, place: Path) -> World:
        world = cls(place)
        fill(world.net, OLD)
        world.state.set_manifest("net", scan(world.net, Progress()))
        world.state.set_mark("net", {"kind": "project", "commit": "1"})
        (world.net / "deleted.py").unlink()
        fill(world.net, EDITS)
        fill(place / "cats", {"README.md": "of the dataset\n", "1.jpg": "cat\n"})
        shutil.rmtree(world.net / "data" / "input")
        (world.net / "data" / "input").symlink_to("../../../cats")
        world.state.set_mark("net/data/input", {"kind": "link", "target": "../../../cats"})
        fill(world.upstream, NEW)
        return world

    def frozen(self) -> Frozen:
        """All of it, to be made again many times."""
        found: Frozen = []
        for folder, folders, files in os.walk(self.place):
            for path in (Path(folder, name) for name in (*folders, *files)):
                name, mode = str(path.relative_to(self.place)), stat.S_IMODE(path.lstat().st_mode)
                if path.is_symlink():
                    found.append((name, os.readlink(path), mode))
                else:
                    found.append((name, None if path.is_dir() else path.read_bytes(), mode))
        return found

    @classmethod
    def again(cls, frozen: Frozen, place: Path) -> World:
        """What was frozen, made anew."""
        place.mkdir()
        for name, content, mode in frozen:
            path = f"{place}/{name}"
            if content is None:
                os.mkdir(path)
            elif isinstance(content, str):
                os.symlink(content, path)
                continue
            else:
                with open(path, "wb") as file:
                    file.write(content)
            os.chmod(path, mode)
        return cls(place)

    def plan(self) -> tuple[Plan, Look]:
        base = self.state.manifest("net") or {}
        upstream = scan(self.upstream, Progress())
        look = Look(self.net, None, Progress())
        return merge(base, look.at({*base, *upstream}), upstream, protected), look

    def job(self, plan: Plan) -> Job:
        staging = Staging.open(self.state.staging(self.net), "net")
        with staging:
            remove(staging.tree)
            staging.tree.mkdir()
            for action in plan.actions:
                new = action.new
                if action.do in ("write", "replace") and new is not None and not new.folder:
                    target = staging.tree / new.path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(self.upstream / new.path, target, follow_symlinks=False)
            folder = take_over(self.state, "net", self.net, staging)
        return Job(
            dest="net",
            place=self.net,
            staging=folder,
            backup=self.state.home / "backup" / "now" / "net",
            actions=plan.actions,
            base=plan.base,
            mark={"kind": "project", "commit": "2"},
        )

    def update(self) -> Done:
        plan, look = self.plan()
        return apply(self.state, self.job(plan), look.stamps, Progress())

    def run(self) -> None:
        """What the next run does: finish, then bring up to date."""
        recover(self.state)
        sweep(self.state.home / "swap", self.state.key("net"))
        plan, _ = self.plan()
        if plan.changes:
            self.update()

    @property
    def backups(self) -> dict[str, bytes]:
        folder = self.state.home / "backup" / "now" / "net"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    def check(self) -> None:
        assert tree(self.net) == FINAL
        assert tree(self.place / "cats") == CATS
        mark = self.state.mark("net") or {}
        assert mark["commit"] == "2"
        base = self.state.manifest("net") or {}
        assert set(base) == set(NEW) - {"data/input/README.md"}
        assert list(self.state.journals()) == []
        assert list((self.state.home / "swap").iterdir()) == []


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
        elif path.is_dir() and not any(path.iterdir()):
            found[name] = "empty"
    return found
