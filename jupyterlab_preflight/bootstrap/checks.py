"""Rules that hold between lines: no two of them may own the same folder at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..sources.recognise import redact
from .folders import compared
from .language import language
from .reader import Finding, Reader


def conflicts(readers: Sequence[Reader]) -> list[Finding]:
    """Equal and nested folders of lines that may be done on one machine.

    A declared link cuts the nesting: what lies at or below it is somewhere else. Of lines that
    own one folder on different machines there are at most four, so this takes linear time.
    """
    owners = [reader for reader in readers if reader.name in ("dataset", "project")]
    links = [reader for reader in readers if reader.name == "link"]
    by_path, found = _one_each(owners)
    linked, more = _one_each(links)
    found += more
    found += _nested(by_path, linked)
    found += _nested(linked, {})
    found += _over(linked, by_path)
    return found


def disjoint(one: Reader, other: Reader) -> bool:
    """Whether the ``--on`` of two lines can never hold on one machine."""
    first, second = _on(one), _on(other)
    return bool(first and second) and all(_exclude(a, b) for a in first for b in second)


def _on(reader: Reader) -> tuple[str, ...]:
    names = reader.options.get("on", ())
    return tuple(name.lower() for name in names) if isinstance(names, tuple) else ()


def _exclude(a: str, b: str) -> bool:
    if a == f"!{b}" or b == f"!{a}" or {a, b} == {"gpu", "cpu"}:
        return True
    hosts = language()["exclusive"]
    return a != b and a in hosts and b in hosts


def _one_each(readers: Sequence[Reader]) -> tuple[dict[str, list[Reader]], list[Finding]]:
    """Readers by folder, and what is wrong with those that share one."""
    found: list[Finding] = []
    by_path: dict[str, list[Reader]] = {}
    for reader in readers:
        group = by_path.setdefault(compared(reader.args[1]), [])
        rival = next((one for one in group if not disjoint(one, reader)), None)
        if rival is None:
            group.append(reader)
        else:
            links = (redact(rival.args[0]), redact(reader.args[0]))
            shown = (reader.args[1], str(_line(rival)), *links)
            found.append(Finding("same-folder", reader.positional[1], shown, (), reader.line))
    return by_path, found


def _above(path: str) -> Iterator[str]:
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def _nested(by_path: dict[str, list[Reader]], links: dict[str, list[Reader]]) -> list[Finding]:
    found = []
    for path, group in by_path.items():
        above = [one for one in _above(path) if one in by_path]
        if not above:
            continue
        for inner in group:
            cut = _cut(path, inner, links)
            rivals = [one for folder in above if len(folder) >= cut for one in by_path[folder]]
            outer = next((one for one in rivals if not disjoint(one, inner)), None)
            if outer is not None:
                later, earlier = (inner, outer) if _line(inner) > _line(outer) else (outer, inner)
                shown = (inner.args[1], outer.args[1], str(_line(earlier)))
                word = later.positional[1]
                found.append(Finding("nested-folder", word, shown, (), later.line))
    return found


def _cut(path: str, inner: Reader, links: dict[str, list[Reader]]) -> int:
    """The length of the lowest declared link, on an earlier line, at or above *path*; else 0."""
    for above in [path, *reversed(list(_above(path)))]:
        if any(_line(link) < _line(inner) for link in links.get(above, ())):
            return len(above)
    return 0


def _over(links: dict[str, list[Reader]], owners: dict[str, list[Reader]]) -> list[Finding]:
    """Links that would replace the folder that an earlier line has filled."""
    found = []
    for path, group in links.items():
        for link in group:
            for owner in owners.get(path, ()):
                if _line(owner) < _line(link) and not disjoint(owner, link):
                    shown = (link.args[1], str(_line(owner)))
                    word = link.positional[1]
                    found.append(Finding("link-over", word, shown, (), link.line))
    return found


def _line(reader: Reader) -> int:
    return reader.line.words[0].line
