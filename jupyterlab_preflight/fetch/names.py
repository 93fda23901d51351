"""Where the members of an archive may go, and which of them are wanted.

Names in archives, listings and headers are written by strangers. Here each becomes a checked,
relative path below one folder, or the archive is refused. Pure: nothing is written or looked up.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from typing import Literal
from urllib.parse import unquote, urlsplit

from ..errors import GoneError, PreflightError, UnsafeArchiveError
from .disk import shown
from .model import Download, Options

Kind = Literal["file", "folder", "link"]

_LONGEST_NAME = 255  # bytes, of one component, on all usual file systems
_LONGEST_PATH = 4000  # bytes: PATH_MAX is 4096 on Linux

_PLAIN = re.compile(r"(?:[A-Za-z0-9_\-][A-Za-z0-9_\-.+=@, ()]*/)*[A-Za-z0-9_\-][A-Za-z0-9_\-.]*")
_DRIVE_LETTER = re.compile(r"[A-Za-z]:")
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*|\s*)")
_JUNK = ("__MACOSX",)
_JUNK_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")


def checked(name: str, *, windows: bool = os.name == "nt") -> str:
    """*name* as a plain relative path, ``/``-separated, without empty or ``.`` components.

    Raises:
        UnsafeArchiveError: where it is absolute, climbs out, has control characters, is longer
            than a disk can hold, or (with *windows*) means something else there.
    """
    if len(name) < _LONGEST_NAME and not windows and _PLAIN.fullmatch(name):
        return name
    either = name.replace("\\", "/")
    if either.startswith("/") or _DRIVE_LETTER.match(name):
        raise _refused(name, "an absolute path")
    if ".." in either.split("/"):
        raise _refused(name, "a path that leaves its folder")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in name):
        raise _refused(name, "a name with control characters")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if len(name.encode()) > _LONGEST_PATH or any(
        len(part) * 4 > _LONGEST_NAME and len(part.encode()) > _LONGEST_NAME for part in parts
    ):
        raise _refused(f"{name[:60]}…", "a name that is too long for a disk")
    if windows:
        for part in parts:
            if re.search(r'[\\:*?"<>|]|[. ]$', part) or _DEVICES.fullmatch(part):
                raise _refused(name, "a name that Windows cannot hold")
    return "/".join(parts)


def _refused(name: str, what: str) -> UnsafeArchiveError:
    return UnsafeArchiveError(
        f"holds {what}: {shown(name)!r}",
        action="Nothing of it was used; ask its maker for a clean archive.",
    )


class Layout:
    """Gives each member its place, and refuses members that contradict each other.

    Attributes:
        notes: sentences for the row about what was left out.
    """

    def __init__(self, options: Options, download: Download) -> None:
        self._strip = download.strip if options.strip is None else options.strip
        self._inside = checked(download.folder) if download.folder else ""
        self._flat = options.flat
        self._include = include_pattern(options.include)
        self._files: set[str] = set()
        self._parents: set[str] = set()
        self._folders: set[str] = set()
        self._below = 0
        self._unmatched = 0
        self._too_high = 0
        self._collisions: list[tuple[str, str]] | None = None

    def place(self, name: str, kind: Kind) -> str | None:
        """The path below the tree for the member *name*, or None where it is left out.

        Raises:
            UnsafeArchiveError: for a name that is not safe, or that another member rules out.
        """
        if kind == "folder" and name in ("/", "./", "."):
            return None  # a Dropbox folder's zip begins with "/", a tar with "./"
        plain = checked(name)
        if not plain and kind != "folder":
            raise _refused(name, "a member without a name")
        path = self._wanted(plain, kind)
        if not path:
            return None
        _refuse_git(path)
        self._register(path, kind)
        return path

    def _wanted(self, path: str, kind: Kind) -> str | None:
        parts = path.split("/")
        if parts[-1] in _JUNK_FILES or parts[0] in _JUNK:
            return None
        if self._strip:
            if len(parts) <= self._strip:
                self._too_high += kind != "folder"
                return None
            path = "/".join(parts[self._strip :])
        if self._inside:
            if not path.startswith(f"{self._inside}/"):
                return None
            path = path[len(self._inside) + 1 :]
            self._below += 1
        if kind == "folder":
            return None if self._include or self._flat else path
        if self._include and not self._include.fullmatch(path):
            self._unmatched += 1
            return None
        return path.rpartition("/")[2] if self._flat else path

    def _register(self, path: str, kind: Kind) -> None:
        parent = path.rpartition("/")[0]
        if parent and parent not in self._parents:
            parts = parent.split("/")
            for depth in range(len(parts), 0, -1):
                above = "/".join(parts[:depth])
                if above in self._parents:
                    break
                if above in self._files:
                    raise _twice(above)
                self._parents.add(above)
        if kind == "folder":
            if path in self._files:
                raise _twice(path)
            self._folders.add(path)
        elif path in self._files or path in self._parents or path in self._folders:
            raise _twice(path)
        else:
            self._files.add(path)

    def empty_folders(self) -> list[str]:
        """The folders that hold nothing and were named by a member of their own."""
        holders = {folder.rpartition("/")[0] for folder in self._folders}
        return sorted(self._folders - self._parents - holders)

    def collisions(self) -> list[tuple[str, str]]:
        """Pairs of paths that some disks take for one: by case or by Unicode form.

        Asked for when all members are placed; found once, as there may be many.
        """
        if self._collisions is None:
            self._collisions = self._find_collisions()
        return self._collisions

    def _find_collisions(self) -> list[tuple[str, str]]:
        paths = self._files | self._parents | self._folders
        if len(set(map(_folded, paths))) == len(paths):  # as good as always
            return []
        pairs: list[tuple[str, str]] = []
        seen: dict[str, str] = {}
        for path in sorted(paths):
            other = seen.setdefault(_folded(path), path)
            if other != path:
                pairs.append((other, path))
        return pairs

    def finish(self) -> list[str]:
        """What to tell about members that were left out, when all are placed.

        Raises:
            GoneError: nothing lies below the folder that the link names.
            PreflightError: nothing is left to bring.
        """
        if self._inside and not self._below:
            raise GoneError(
                f"has no folder {shown(self._inside)}",
                action="Open the link in a browser and copy it again.",
            )
        if not self._files:
            if self._unmatched:
                raise PreflightError(
                    f"none of its {self._unmatched:,} files matches --include",
                    action="Correct the pattern: * stops at a folder, ** does not.",
                )
            raise GoneError(
                "holds no files",
                action="Check that its owner has not emptied it; what is here stays as it is.",
            )
        notes = [
            f"{shown(one)} and {shown(other)} are one file on some disks."
            for one, other in self.collisions()[:3]
        ]
        if self._too_high:
            notes.append(f"Left out by --strip: {self._too_high:,} files above that depth.")
        return notes


def _folded(path: str) -> str:
    """What *path* is to a disk that knows neither case nor Unicode forms."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def _twice(path: str) -> UnsafeArchiveError:
    return UnsafeArchiveError(
        f"holds {shown(path)!r} twice, or once as a file and once as a folder",
        action="Ask its maker for a clean archive; with --flat, leave that option out.",
    )


def _refuse_git(path: str) -> None:
    """Refuse what git would obey: hooks and configuration brought by an archive."""
    for part in path.split("/"):
        if not part.isascii() or part[0] in ".gG":
            seen = "".join(char for char in part if unicodedata.category(char) != "Cf")
            if seen.casefold().rstrip(". ") in (".git", "git~1"):
                raise UnsafeArchiveError(
                    f"holds a git folder: {shown(path)!r}",
                    action="Use the repository's own link, or leave it out with --include.",
                )


def include_pattern(globs: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for all *globs*: ``*`` and ``?`` stop at ``/``, ``**`` does not.

    A glob without ``/`` is held against the last component, at any depth (as in .gitignore).
    """
    if not globs:
        return None
    try:
        return re.compile("|".join(f"(?:{_translate(glob)})" for glob in globs), re.DOTALL)
    except re.error:
        raise PreflightError(
            f"--include does not understand {' '.join(globs)!r}",
            action="Use *, **, ? and [a-z] only.",
        ) from None


def _translate(glob: str) -> str:
    glob = glob.removeprefix("./")
    out = [] if "/" in glob else ["(?:.*/)?"]
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at) and (at == 0 or glob[at - 1] == "/"):
            out.append("(?:.*/)?")
            at += 3
            continue
        if glob.startswith("**", at):
            out.append(".*")
            at += 2
            continue
        char = glob[at]
        at += 1
        end = glob.find("]", at + 1) if char == "[" else -1
        if char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif end > 0:
            inside = glob[at:end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]")
            at = end + 1
        else:
            out.append(re.escape(char))
    return "".join(out)


def leaves(path: str, target: str, links: dict[str, str]) -> bool:
    """Whether the link *path* → *target* leads out of the tree, through other *links* too.

    A chain that never ends counts as leading out.
    """
    waiting = [*path.split("/")[:-1], *target.split("/")]
    here: list[str] = []
    hops = 0
    if target.startswith("/") or "\\" in target or _DRIVE_LETTER.match(target):
        return True
    while waiting:
        part = waiting.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            if not here:
                return True
            here.pop()
            continue
        here.append(part)
        onward = links.get("/".join(here))
        if onward is not None:
            hops += 1
            if hops > 40 or onward.startswith("/"):
                return True
            here.pop()
            waiting[:0] = onward.split("/")
    return False


def file_name(download: Download, offered: str, url: str) -> str:
    """A safe name for a single file.

    Args:
        download: its own name is used where it has one, and then must be safe as it is.
        offered: what the answer says (RFC 6266): as hostile as any header.
        url: where the answer came from; the name in it is the last resort.
    """
    if download.name:
        return checked(download.name)
    first, last = (unquote(urlsplit(link).path.rpartition("/")[2]) for link in (download.url, url))
    for name in (offered, first if "." in first else "", last, first):
        tame = _tamed(name)
        if tame:
            return tame
    return "download"


def _tamed(name: str) -> str:
    """*name* without folders, control characters and dots in front; empty where nothing is left."""
    name = re.split(r"[/\\]", name.strip())[-1]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    name = re.sub(r'[:*?"<>|]', "_", name).strip().lstrip(".").rstrip(". ")
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    while len(name.encode()) > 200:
        stem, suffix = (stem[:-1], suffix) if stem else ("", suffix[:-1])
        name = f"{stem}{dot}{suffix}" if stem else suffix
    return name
