"""What a clone says of itself, read without running git in it.

A folder that somebody else made may hold settings that run programs. To leave it as it is, all we
need is which repository it is of and where it stands, and that is in three small text files.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..sources.recognise import Source

MADE_FOR = "preflight.link"
"""The setting by which a clone of ours is known, also after ``.preflight`` was deleted."""


@dataclass(frozen=True)
class Clone:
    """A clone on this machine.

    Attributes:
        top: its top folder.
        git: its repository folder (for a linked worktree the worktree's own).
        remotes: URLs it was cloned from or pushes to.
        made_for: link of the line that it was made for by us; empty where it is not ours, as a
            linked worktree never is, whosever clone it belongs to.
        branch: the branch that is checked out; empty where none is.
        commit: the commit that is checked out; empty where that cannot be read.
    """

    top: Path
    git: Path
    remotes: tuple[str, ...]
    made_for: str
    branch: str
    commit: str

    @property
    def where(self) -> str:
        """``main@4f2c1e9``, as rows show it."""
        return label(self.branch, self.commit)

    def is_of(self, source: Source) -> bool:
        """Whether one of its remotes is the repository that *source* is about."""
        return any(same_repository(url, source) for url in self.remotes)

    @property
    def busy(self) -> str:
        """What somebody has begun in it and not ended, such as ``a merge``; empty for nothing."""
        return next((what for name, what in _BEGUN.items() if (self.git / name).exists()), "")

    def elsewhere(self, branch: str) -> str:
        """The linked worktree that *branch* is checked out in, or rebased; empty where it is in
        none (git-worktree(1), Details; relative since ``worktree.useRelativePaths``)."""
        full = f"refs/heads/{branch}"
        for own in sorted(self.git.glob("worktrees/*/")):
            top = (own / _line(own / "gitdir")).parent.resolve()
            used = {_line(own / name).removeprefix("ref: ") for name in _USED}
            if full in used and top.is_dir():
                return str(top)
        return ""

    @property
    def exposed(self) -> bool:
        """Whether a password or token stands in its settings, as part of a remote's URL."""
        return any(re.match(r"https?://[^/@\s]*[^/@\s:]@", url) for url in self.remotes)


_BEGUN = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}
"""Files of gitrepository-layout(5) that stand there while something is in progress."""


_USED = ("HEAD", "rebase-merge/head-name", "rebase-apply/head-name")
"""Files of a linked worktree that name the branch it works on."""


def label(branch: str, commit: str) -> str:
    """Branch and commit in the way rows show them."""
    return "@".join(part for part in (branch, commit[:7]) if part)


def clone_at(top: Path) -> Clone | None:
    """The clone whose top folder is *top*; None where it is not one."""
    git = top / ".git"
    linked = git.is_file()
    if linked:
        git = _target(git) or git
    if not (git / "HEAD").is_file():
        return None
    common = git
    with contextlib.suppress(OSError, UnicodeDecodeError):
        common = (git / (git / "commondir").read_text("utf-8").strip()).resolve()
    settings = list(_settings(_text(common / "config")))
    remotes = (
        value for name, value in settings if re.fullmatch(r"remote\..*\.(?:url|pushurl)", name)
    )
    made_for = next((value for name, value in settings if name == MADE_FOR and not linked), "")
    branch, commit = _head(git, common)
    return Clone(top, git, tuple(dict.fromkeys(remotes)), made_for, branch, commit)


def clone_around(folder: Path) -> Clone | None:
    """The innermost clone that holds *folder*, which exists; None where there is none."""
    for top in (folder, *folder.parents):
        if (top / ".git").exists():
            return clone_at(top)
    return None


def submodules(settings: str) -> list[str]:
    """The folders that *settings*, the text of a ``.gitmodules``, names (gitmodules(5))."""
    return [
        value for name, value in _settings(settings) if re.fullmatch(r"submodule\..*\.path", name)
    ]


def same_repository(url: str, source: Source) -> bool:
    """Whether *url*, in any spelling that git takes, is the repository of *source*."""
    host, path = _address(url)
    if source.provider == "github":
        known = host.removeprefix("www.").removeprefix("ssh.") == "github.com"
        return known and tuple(path.lower().split("/")) == _name(source)
    return (host, path) == _address(source.canonical)


def _name(source: Source) -> tuple[str, str]:
    owner, repo = source.parts.get("owner", ""), source.parts.get("repo", "")
    return owner.lower(), repo.lower().removesuffix(".git")


def _address(url: str) -> tuple[str, str]:
    """Host and path of *url*, without login and ``.git`` (git-clone(1), Git URLs)."""
    found = re.fullmatch(r"(?:[\w+]+://)?(?:[^/]*@)?([^/:@]+)(?::\d+(?=/))?[:/](.*)", url)
    if found is None:
        return "", url
    return found[1].lower(), found[2].strip("/").removesuffix(".git")


def _target(file: Path) -> Path | None:
    """Where a ``.git`` file points to: linked worktrees and submodules have one."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        word, _, where = file.read_text("utf-8").strip().partition(": ")
        if word == "gitdir":
            return (file.parent / where).resolve()
    return None


def _head(git: Path, common: Path) -> tuple[str, str]:
    """Branch and commit that ``HEAD`` stands for."""
    head = _line(git / "HEAD")
    if not head.startswith("ref: "):
        return "", head if re.fullmatch("[0-9a-f]{40,64}", head) else ""
    ref = head[5:].strip()
    commit = _line(common / ref) if ".." not in ref else ""
    if not commit:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            for line in (common / "packed-refs").read_text("utf-8").splitlines():
                packed, _, name = line.partition(" ")
                if name == ref:
                    commit = packed
    return ref.removeprefix("refs/heads/"), commit


def _line(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _settings(config: str) -> Iterator[tuple[str, str]]:
    """Names and values in the text of a git configuration file (git-config(1), Syntax), without
    includes."""
    section = ""
    for line in config.splitlines():
        text = line.strip()
        header = re.fullmatch(r'\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\].*', text)
        if header is not None:
            name = header[1].lower()
            section = name if header[2] is None else f"{name}.{_plain(header[2])}"
            continue
        key, equals, value = text.partition("=")
        if equals and not key.startswith(("#", ";")):
            yield f"{section}.{key.strip().lower()}", _plain(_uncommented(value.strip()))


def _uncommented(value: str) -> str:
    """*value* without quotes around it or a comment behind it."""
    quoted = re.match(r'"((?:[^"\\]|\\.)*)"', value)
    return quoted[1] if quoted else re.split(r"\s[#;]", value)[0].strip()


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
