"""What to do with each path of a project, given three states of it: a pure table.

*Base* is what we installed, *here* what stands in the folder now, *upstream* what the project is
today. The rule: upstream is followed, and nothing that a person wrote is ever lost for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..fetch.model import Entry, Manifest

Do = Literal["write", "replace", "aside", "mode", "remove", "keep", "skip"]
"""``write``: upstream's takes the place of nothing, or of what we installed; ``replace``: of
something of the user's, which is backed up; ``aside``: something of the user's is backed up because
a folder is needed there; ``mode``: only the execute bit changes; ``remove``: what we installed is
gone upstream; ``keep``: the user's stays; ``skip``: below a link, never written."""

Why = Literal["new", "updated", "restored", "conflict", "edited", "gone", "link"]
"""What a row says of it: ``edited``: only changed here; ``gone``: only deleted upstream."""

UNKNOWN = -1
"""Size of an `Entry` that equals nothing: a special file, or content that was not looked at."""


@dataclass(frozen=True)
class Action:
    """What happens to one path.

    Attributes:
        old: what may be overwritten or removed without a backup, where it still stands there.
        new: what is to stand there.
    """

    do: Do
    path: str
    why: Why
    old: Entry | None = None
    new: Entry | None = None


@dataclass(frozen=True)
class Plan:
    """All actions by path, and what is the base of the next run once they are done."""

    actions: tuple[Action, ...]
    base: Manifest

    @property
    def changes(self) -> bool:
        """Whether anything in the folder has to change."""
        return any(action.do not in ("keep", "skip") for action in self.actions)


def same(one: Entry, other: Entry) -> bool:
    """Whether two entries have the same kind and content; the execute bit does not count."""
    return (
        one.size == other.size != UNKNOWN
        and one.crc32 == other.crc32
        and one.link == other.link
        and one.folder == other.folder
    )


def parents(path: str) -> Iterator[str]:
    """The folders above *path*, outermost first: ``a`` and ``a/b`` for ``a/b/c``."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def merge(
    base: Mapping[str, Entry],
    here: Mapping[str, Entry],
    upstream: Mapping[str, Entry],
    protected: Callable[[str], str | None] = lambda path: None,
) -> Plan:
    """Decide every path of *base* and *upstream*; what is only *here* is not looked at.

    Args:
        base: what was installed; empty where that is not known.
        here: what stands at these paths, and at folders above them that are no folders. A folder
            in the place of a file is an entry with ``folder``.
        upstream: what the project holds.
        protected: the declared link at or above a path, or None; see
            `bootstrap.context.Context.protected`.
    """
    actions: list[Action] = []
    next_base: Manifest = {}
    folders = {above for path in base for above in parents(path)}
    in_the_way = _in_the_way(base, here, upstream)
    moved: set[str] = set()
    for path in sorted({*base, *upstream}):
        old, mine, new = base.get(path), here.get(path), upstream.get(path)
        if new is None:
            moves = in_the_way.get(path) == "aside"
            if old is not None and mine is not None and not moves and protected(path) is None:
                actions.append(_gone(path, old, mine))
            continue
        if protected(path) is not None:
            actions.append(Action("skip", path, "link", new=new))
            continue
        above = next((folder for folder in parents(path) if folder in in_the_way), None)
        if above is not None:
            verdict = in_the_way[above]
            if verdict == "skip":
                actions.append(Action("skip", path, "link", new=new))
                continue
            if verdict == "keep":
                actions.append(Action("keep", path, "edited", new=new))
                next_base[path] = new
                continue
            if above not in moved:
                moved.add(above)
                actions.append(Action("aside", above, "conflict"))
        next_base[path] = new
        action = _present(path, old, mine, new, ours=path in folders)
        if action is not None:
            actions.append(action)
    return Plan(tuple(actions), next_base)


def _gone(path: str, old: Entry, mine: Entry) -> Action:
    """Deleted upstream, still here."""
    if same(mine, old):
        return Action("remove", path, "gone", old=mine)
    return Action("keep", path, "gone")


def _present(
    path: str, old: Entry | None, mine: Entry | None, new: Entry, *, ours: bool
) -> Action | None:
    """Upstream has it. *ours*: a folder that stands here in its place was made by us."""
    if mine is None:
        restored = old is not None and same(old, new)
        why: Why = "restored" if restored else "new" if old is None else "updated"
        return Action("write", path, why, new=new)
    if same(mine, new):
        executable = _executable(old, mine, new)
        if new.folder or new.link is not None or executable == mine.executable:
            return None
        return Action("mode", path, "updated", mine, new._replace(executable=executable))
    if old is not None and same(mine, old):
        executable = _executable(old, mine, new)
        return Action("write", path, "updated", mine, new._replace(executable=executable))
    if old is not None and same(old, new):
        return Action("keep", path, "edited", new=new)
    if mine.folder and ours:
        return Action("write", path, "updated", new=new)
    return Action("replace", path, "conflict", new=new)


def _executable(old: Entry | None, mine: Entry, new: Entry) -> bool:
    """The execute bit, decided like the content: one side's change is taken, else upstream's.

    Without a base, a bit that an unpacker lost is put back; one that is set here stays.
    """
    if old is None:
        return new.executable or mine.executable
    return mine.executable if old.executable == new.executable else new.executable


def _in_the_way(
    base: Mapping[str, Entry], here: Mapping[str, Entry], upstream: Mapping[str, Entry]
) -> dict[str, Literal["skip", "keep", "aside"]]:
    """What is no folder here but has something below it upstream, with what is to be done.

    A link is somebody's decision to have that folder elsewhere: nothing below it is written.
    Another thing gives way only where upstream has news below it.
    """
    found: dict[str, Literal["skip", "keep", "aside"]] = {}
    for path, new in upstream.items():
        for above in parents(path):
            mine = here.get(above)
            if mine is None or mine.folder:
                continue
            old = base.get(above)
            if old is not None and same(mine, old) and above not in upstream:
                break  # ours, and removed by this very run
            if mine.link is not None:
                found[above] = "skip"
            elif path not in base or not same(base[path], new):
                found[above] = "aside"
            else:
                found.setdefault(above, "keep")
            break
    return found
