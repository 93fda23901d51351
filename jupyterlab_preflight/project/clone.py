"""What git is asked about a clone of ours, and what it is told.

Git brings commits and knows what was changed here; the files themselves are swapped in by `apply`,
so that a clone keeps the promises that an archive keeps: nothing is lost, nothing is half done, and
nothing is written through a link. Only then is the index moved to the new commit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..bootstrap.state import exact_pattern, write_text
from ..errors import GoneError, LinkError, UnsupportedError
from .complaints import explain
from .git import Git, GitError
from .repository import MADE_FOR

if TYPE_CHECKING:
    from ..progress import Progress
    from .journal import Job

_LINK, _SUBMODULE = "120000", "160000"
"""Modes of git's trees that are no plain files."""

_OTHER = "refs/preflight/upstream"
"""Where a tag or commit is kept that no branch of ours follows."""

_BEGIN, _END = "# Preflight: below links", "# Preflight: end"
_NO_REF = re.compile(r"^[-/]|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock(?:/|$)|[./]$|^$")
"""What is no name of a branch, tag or commit (git-check-ref-format(1)), or could be an option."""


@dataclass(frozen=True)
class Tip:
    """What a line means upstream now.

    Attributes:
        commit: its full name.
        branch: the branch it is the tip of; empty for a tag or a commit.
        source: what is asked for when fetching: a reference, or the commit itself.
    """

    commit: str
    branch: str
    source: str

    @property
    def tracking(self) -> str:
        """The reference here that remembers it."""
        return f"refs/remotes/origin/{self.branch}" if self.branch else _OTHER


@dataclass
class Status:
    """How a clone's folder differs from the commit that is checked out.

    Attributes:
        commit: that commit.
        branch: the branch; empty where none is checked out.
        staged: paths that somebody has added for a commit, or that wait for a conflict's end.
        changed: paths whose file here is not that of the commit, deleted ones included.
        deleted: paths whose file is missing here.
    """

    commit: str = ""
    branch: str = ""
    staged: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)


def check_ref(ref: str) -> None:
    """Refuse what is no ref, before git could take it for something else.

    Raises:
        LinkError: it is none.
    """
    if ref and _NO_REF.search(ref):
        raise LinkError(f"{ref!r} is not the name of a branch, tag or commit.")


def is_full_sha(ref: str) -> bool:
    """Whether *ref* names a commit in full, so that what it means can never change."""
    return re.fullmatch("[0-9a-fA-F]{40}", ref) is not None


def tip(git: Git, url: str, ref: str, folder: Path) -> Tip:
    """What *ref* means at *url*: a branch, else a tag; empty: the default branch.

    Raises:
        GitError: it could not be asked.
        GoneError: there is no such ref, or no commit at all.
    """
    if is_full_sha(ref):
        return Tip(ref.lower(), "", ref.lower())
    names = ["HEAD"] if not ref else [ref] if ref.startswith("refs/") else []
    names = names or [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/tags/{ref}^{{}}", "HEAD"]
    asked = git.run("ls-remote", "--symref", "--", url, *names, folder=folder, remote=True)
    known: dict[str, str] = {}
    default = ""
    for line in asked.decode("utf-8", "replace").splitlines():
        what, _, name = line.partition("\t")
        if what.startswith("ref: "):
            default = what[5:] if name == "HEAD" else default
        else:
            known[name] = what
    for name in (default, "HEAD") if not ref else names[:-1] if len(names) > 1 else names:
        commit = known.get(f"{name}^{{}}") or known.get(name)
        if not commit and name == default:
            commit = known.get("HEAD")
        if commit:
            head, branch = name[:11], name[11:]
            return Tip(commit, branch if head == "refs/heads/" else "", name)
    if not known:
        raise GoneError("it has no commit yet", action="Push something to it first.")
    instead = f"; its default branch is {default[11:]}" if default.startswith("refs/heads/") else ""
    raise GoneError(
        f"it has no branch or tag {ref!r}{instead}",
        action="Correct --ref (a commit must be given with all of its 40 characters).",
    )


def fetch(git: Git, url: str, wanted: Tip, folder: Path, progress: Progress) -> tuple[str, int]:
    """Bring *wanted* to the clone *folder*; shallow ones stay so.

    Returns:
        The commit that has arrived (upstream may have moved on), and the bytes that came.

    Raises:
        GitError: it could not be brought.
    """
    heard = _Heard(progress)
    shallow = (folder / ".git" / "shallow").exists() or not (folder / ".git" / "index").exists()
    git.run(
        "fetch",
        "--progress",
        "--no-tags",
        "--no-write-fetch-head",
        *(["--depth=1"] if shallow else []),
        "--",
        url,
        f"+{wanted.source}:{wanted.tracking}",
        folder=folder,
        remote=True,
        said=heard,
    )
    return resolve(git, wanted.tracking, folder), heard.bytes


def remember(git: Git, wanted: Tip, folder: Path) -> None:
    """Note that upstream stands at *wanted*, whose commit is here already."""
    git.run("update-ref", "-m", "preflight", wanted.tracking, wanted.commit, folder=folder)


def resolve(git: Git, name: str, folder: Path) -> str:
    """The commit that *name* stands for here. Raises `GitError` where it stands for none."""
    asked = git.run("rev-parse", "--verify", "-q", f"{name}^{{commit}}", folder=folder)
    return asked.decode().strip()


def is_whole(git: Git, commit: str, folder: Path) -> bool:
    """Whether *commit* is here with all that it holds.

    A fetch that was killed may have left the commit and not its files: git writes the objects of a
    small answer one by one, and names none of them before the last.
    """
    try:
        git.run("rev-list", "--objects", "--quiet", "--max-count=1", commit, "--", folder=folder)
    except GitError:
        return False
    return True


def create(git: Git, folder: Path, url: str, link: str, wanted: Tip) -> None:
    """Make *folder* an empty clone of *url*, known as made for *link*."""
    folder.mkdir(parents=True)
    git.run("init", "-q", "--template=", ".", folder=folder)
    remote = {"url": url}
    sections = {'remote "origin"': remote, "preflight": {MADE_FOR.partition(".")[2]: link}}
    if wanted.branch:
        remote["fetch"] = f"+{wanted.source}:{wanted.tracking}"
        sections[f"branch {_quoted(wanted.branch)}"] = {
            "remote": "origin",
            "merge": wanted.source,
        }
    with (folder / ".git" / "config").open("a", encoding="utf-8", newline="\n") as file:
        for section, settings in sections.items():
            file.write(f"[{section}]\n")
            file.writelines(f"\t{name} = {_quoted(value)}\n" for name, value in settings.items())


def _quoted(value: str) -> str:
    """*value* as git-config(1) has it in quotes."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def status(git: Git, folder: Path) -> Status:
    """What was changed in the clone *folder*; files that git does not know do not count."""
    found = Status()
    asked = git.run(
        "status",
        "--porcelain=v2",
        "--branch",
        "-z",
        "--no-renames",
        "--untracked-files=no",
        "--ignore-submodules=all",
        folder=folder,
    )
    for record in asked.decode("utf-8", "surrogateescape").split("\0"):
        kind, _, rest = record.partition(" ")
        if kind == "#":
            name, _, value = rest.partition(" ")
            if name == "branch.oid" and value != "(initial)":
                found.commit = value
            elif name == "branch.head" and value != "(detached)":
                found.branch = value
        elif kind == "1":
            (both, *_, path) = rest.split(" ", 7)
            if both[0] != "." or both[1] == "A":
                found.staged.append(path)
            else:
                found.changed.add(path)
            if both[1] == "D":
                found.deleted.append(path)
        elif kind == "u":
            found.staged.append(rest.split(" ", 9)[-1])
    return found


def foreign(git: Git, folder: Path, path: str) -> list[str]:
    """What stands at or below *path* and is not as committed: changed, untracked or ignored."""
    asked = git.run(
        "status",
        "--porcelain",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--ignored",
        "--",
        f":(literal){path}",
        folder=folder,
    )
    records = asked.decode("utf-8", "surrogateescape").split("\0")
    return [record[3:] for record in records if record and record[:2] != " D"]


def tracked(git: Git, folder: Path) -> dict[str, bool]:
    """The paths in the index, and whether git was told to leave them alone."""
    asked = git.run("ls-files", "-t", "-z", folder=folder).decode("utf-8", "surrogateescape")
    return {record[2:]: record[:1] == "S" for record in asked.split("\0") if record}


def files_of(git: Git, commit: str, folder: Path) -> dict[str, str]:
    """The paths of *commit*, each with its kind: ``file``, ``link`` or ``module``."""
    asked = git.run("ls-tree", "-r", "-z", "--full-tree", commit, folder=folder)
    found = {}
    for record in asked.decode("utf-8", "surrogateescape").split("\0"):
        head, tab, path = record.partition("\t")
        if tab:
            found[path] = {_LINK: "link", _SUBMODULE: "module"}.get(head.split(" ")[0], "file")
    return found


def differences(git: Git, old: str, new: str, folder: Path) -> dict[str, str]:
    """The paths that differ between two commits, and how: ``A``, ``M``, ``T`` or ``D``."""
    asked = git.run("diff-tree", "-r", "-z", "--no-renames", "--raw", old, new, folder=folder)
    records = asked.decode("utf-8", "surrogateescape").split("\0")
    return {
        path: how.rpartition(" ")[2][:1]
        for how, path in zip(records[::2], records[1::2], strict=False)
        if _SUBMODULE not in how.split(" ")[:2] and f":{_SUBMODULE}" not in how
    }


def unwatched(git: Git, folder: Path, links: Iterable[str]) -> set[str]:
    """Files that a person has told git not to look at, so that it takes them for unchanged."""
    asked = git.run("ls-files", "-v", "-z", folder=folder).decode("utf-8", "surrogateescape")
    marked = (record[2:] for record in asked.split("\0") if record and record[:1] not in "HM")
    return {path for path in marked if not _is_below(path, links)}


def local_commits(git: Git, tracking: str, folder: Path, branch: str = "HEAD") -> int:
    """How many commits *branch* has here that upstream, as last seen, does not have."""
    try:
        asked = git.run("rev-list", "--count", branch, f"^{tracking}", folder=folder)
    except GitError:
        return 1  # nothing is known of upstream: then these commits are somebody's own
    return int(asked)


def check_out(git: Git, commit: str, paths: Iterable[str], tree: Path, folder: Path) -> None:
    """Write *paths* of *commit* below *tree*, as git would into a clone (line ends, filters).

    Args:
        tree: a folder of its own, not the clone's.
        folder: the clone.
    """
    index = tree.parent / "part" / "index"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.unlink(missing_ok=True)
    git.run("read-tree", commit, folder=folder, index=index)
    feed = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    if feed:
        where = f"--prefix={tree}{os.sep}"
        git.run(
            "checkout-index", "-q", "-z", "--stdin", where, folder=folder, index=index, feed=feed
        )
    index.unlink(missing_ok=True)


def move_to(git: Git, folder: Path, commit: str, branch: str, links: Iterable[str]) -> None:
    """Have the clone *folder* stand at *commit*, whose files are there already.

    Args:
        branch: the branch that is checked out from now on; empty: none.
        links: declared links; git is told to leave alone what the project has below them.
    """
    _look_again(git, folder, commit, links)
    # -i: what was hidden from git may be something else here, and is none of its business.
    git.run("read-tree", "--reset", "-i", commit, folder=folder)
    hide(git, folder, links)
    refresh(git, folder)
    if branch:
        git.run("update-ref", "-m", "preflight", f"refs/heads/{branch}", commit, folder=folder)
        git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}", folder=folder)
    else:
        git.run("update-ref", "--no-deref", "-m", "preflight", "HEAD", commit, folder=folder)


def _look_again(git: Git, folder: Path, commit: str, links: Iterable[str]) -> None:
    """Have git look at files of `unwatched` that *commit* changes: else it refuses to move."""
    paths = unwatched(git, folder, links)
    if not paths:
        return
    paths &= differences(git, "HEAD", commit, folder).keys()
    feed = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    for option in ("--no-assume-unchanged", "--no-skip-worktree"):
        git.run("update-index", option, "-z", "--stdin", folder=folder, feed=feed)


def refresh(git: Git, folder: Path) -> None:
    """Have the index remember what the files look like, so that the next look is quick."""
    try:
        git.run("update-index", "-q", "--refresh", folder=folder)
    except GitError as error:
        if error.code != 1:  # 1: some files were changed here
            raise


def hide(git: Git, folder: Path, links: Iterable[str]) -> None:
    """Have git leave alone what it tracks at and below *links*, and nothing else of ours.

    The mark in the index keeps ``git status`` clean; the patterns keep it so through the user's own
    ``git pull``, which would otherwise refuse to go on, or to write there.
    """
    wanted = sorted(set(links))
    before = hidden(folder) or ()
    if not wanted and not before:
        return
    known = tracked(git, folder)
    below = {path: _is_below(path, wanted) for path in known}
    if tuple(wanted) != tuple(before):
        _write_patterns(git, folder, wanted)
    changes = {
        "--skip-worktree": [p for p, marked in known.items() if below[p] and not marked],
        "--no-skip-worktree": [
            p for p, marked in known.items() if marked and not below[p] and _is_below(p, before)
        ],
    }
    for option, paths in changes.items():
        if paths:
            feed = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
            git.run("update-index", option, "-z", "--stdin", folder=folder, feed=feed)


def hidden(folder: Path) -> tuple[str, ...] | None:
    """The links that `hide` was last told of; None where a person has a sparse checkout here."""
    try:
        lines = (folder / ".git" / "info" / "sparse-checkout").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    if lines[:1] != [_BEGIN] or lines[-1:] != [_END]:
        return None
    found = [line[2:-1] for line in lines if line.startswith("!/") and line.endswith("/")]
    return tuple(re.sub(r"\\(.)", r"\1", path) for path in found)


def finish(job: Job) -> None:
    """Move the clone of *job* to its new commit, now that the files are there. May be repeated.

    Raises:
        PreflightError: git cannot do it now.
    """
    from ..progress import Progress

    git = Git.find(Progress())
    if git is None:
        raise UnsupportedError("git is not on this machine any more", action="Install git.")
    made = job.staging / "part" / "clone" / ".git"
    place = job.place / ".git"
    if job.clone.get("first") and made.is_dir() and not os.path.lexists(place):
        made.rename(place)
    try:
        standing = status(git, job.place)
        if standing.commit not in ("", job.clone["old"], job.clone["commit"]):
            return  # somebody has committed meanwhile: it is theirs now
        move_to(git, job.place, job.clone["commit"], job.clone["branch"], job.clone["links"])
    except GitError as error:
        raise explain(error, job.place) from None


def links_over(paths: Iterable[str], protected: Callable[[str], str | None]) -> list[str]:
    """The declared links that something among *paths* lies at or below."""
    found = {protected(path) for path in paths}
    return sorted(link for link in found if link is not None)


def _is_below(path: str, links: Iterable[str]) -> bool:
    return any(path == link or path.startswith(f"{link}/") for link in links)


def _write_patterns(git: Git, folder: Path, links: list[str]) -> None:
    """Write *links* as patterns that leave them out (git-sparse-checkout(1), non-cone)."""
    info = folder / ".git" / "info"
    info.mkdir(exist_ok=True)
    lines = [f"!/{exact_pattern(link)}{end}" for link in links for end in ("", "/")]
    write_text(info / "sparse-checkout", "\n".join([_BEGIN, "/*", *lines, _END]) + "\n")
    settings: Mapping[str, bool] = {
        "core.sparseCheckout": bool(links),
        "core.sparseCheckoutCone": False,
        # Else git takes what it sees through a link for the project's own file and shows it.
        "sparse.expectFilesOutsideOfPatterns": bool(links),
    }
    for name, value in settings.items():
        git.run("config", "--local", "--", name, str(value).lower(), folder=folder)


class _Heard:
    """Reads the progress that ``git fetch`` reports."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.bytes = 0

    def __call__(self, said: str) -> None:
        for share in re.findall(r"Receiving objects: +(\d+)%", said):
            self._progress.say(f"receiving {share} %")
        for number, unit in re.findall(r"Receiving objects: .*?, ([\d.]+) (bytes|[KMG]iB)", said):
            scale = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}[unit]
            now = int(float(number) * scale)
            self._progress.add(max(0, now - self.bytes))
            self.bytes = max(self.bytes, now)
