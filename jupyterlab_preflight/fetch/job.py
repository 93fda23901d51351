"""What every way of unpacking needs to know, and what it leaves behind."""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import IntegrityError, PreflightError, UnsafeArchiveError
from . import disk
from .archive import TRUSTED, Limits, Member
from .disk import shown
from .model import Entry, Options, Tree
from .names import Layout, leaves

if TYPE_CHECKING:
    from ..progress import Progress
    from .fs import Dir
    from .model import Download

LONGEST_LINK = 4095  # bytes of a link's target: PATH_MAX less its end


@dataclass
class Job:
    """One archive on its way into a tree.

    Attributes:
        out: where the tree arises.
        have: whether a file is at its destination already, by path, size and checksum (what a
            stream knows of it: not its execute bit).
        tree: the result, filled in as things become certain.
        limits: how far members may grow; ``--unpack`` is the word of a user who knows the archive.
    """

    download: Download
    options: Options
    out: Dir
    progress: Progress
    have: Callable[[Entry], bool]
    tree: Tree = field(default_factory=Tree)
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = TRUSTED if self.options.unpack else Limits()

    def layout(self) -> Layout:
        """A new layout for the members' names."""
        return Layout(self.options, self.download)

    def staged(self, wanted: set[str]) -> bool:
        """Whether an earlier run has left files of *wanted*; all else that it left is removed."""
        found = list(self.out.scan())
        for path, status in reversed(found):
            self.progress.check()
            if stat.S_ISDIR(status.st_mode):
                with contextlib.suppress(PreflightError):
                    self.out.rmdir(path)  # where it is empty
            elif path not in wanted or not stat.S_ISREG(status.st_mode):
                self.out.unlink(path)
        return bool(found)

    def check_space(self, need: int, files: int = 0) -> None:
        """Raise `DiskError` where *need* bytes or *files* files do not fit on the disk."""
        if need > disk.free_bytes(self.out.path):
            raise disk.no_space(self.out.path, need)
        most = disk.free_files(self.out.path)
        if most is not None and files > most:
            raise disk.no_space(self.out.path, 0)

    def check_commit(self, comment: str) -> None:
        """Raise where the archive is of another commit than the one asked for."""
        self.tree.comment = comment
        wanted = self.download.commit
        if wanted and comment.strip().lower() != wanted.lower():
            raise IntegrityError(
                f"is of another commit than {wanted[:12]}",
                action="Run the cell again: it may have been changed just now.",
            )

    def refuse_links(self, path: str) -> None:
        """Raise where links are not taken at all."""
        if not self.options.links:
            raise UnsafeArchiveError(
                f"holds a symbolic link ({shown(path)}), which no dataset may",
                action="Ask for an archive with the file itself, or leave the link out"
                " with --include.",
            )

    def make_links(self, links: dict[str, str]) -> None:
        """Make the symbolic *links*, path → target, and enter them in the tree.

        What is at its destination already, or is not wanted there, is not made and may lead
        anywhere.

        Raises:
            UnsafeArchiveError: one of them leads out of the tree. Then none is made.
        """
        made = [path for path, target in links.items() if not self.have(Entry(path, link=target))]
        for path in made:
            target = links[path]
            if not target or "\0" in target or leaves(path, target, links):
                raise UnsafeArchiveError(
                    f"holds a link that leads out of its folder: {shown(path)} → {shown(target)}",
                    action="Nothing of it was used; ask its maker for a clean archive.",
                )
        for path, target in links.items():
            self.tree.entries[path] = Entry(path, link=target)
        for path in made:
            self.out.symlink(links[path], path)
            self.tree.written.add(path)

    def finish(self, layout: Layout) -> None:
        """Make the empty folders, and take over what the layout has to say."""
        self.tree.notes.extend(layout.finish())
        for path in layout.empty_folders():
            self.out.mkdirs(path)
            self.tree.entries[path] = Entry(path, folder=True)
            self.tree.written.add(path)
        refuse_merged(self.out, layout)


def refuse_merged(out: Dir, layout: Layout) -> None:
    """Raise where two paths of *layout* have become one file below *out*."""
    for one, other in layout.collisions():
        first, second = out.lstat(one), out.lstat(other)
        if first and second and (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino):
            raise UnsafeArchiveError(
                f"{shown(one)} and {shown(other)} are one file on this disk",
                action="Prepare on a disk that tells capital letters apart.",
            )


def entry_of(path: str, member: Member) -> Entry:
    """The entry of a regular file."""
    return Entry(path, member.size, member.crc32, member.executable)


def link_target(data: bytes, path: str) -> str:
    """The target of a link from the content of its member."""
    try:
        if len(data) > LONGEST_LINK:
            raise ValueError
        return data.decode("utf-8")
    except ValueError:
        raise UnsafeArchiveError(f"the link {shown(path)} has a target that is no path") from None
