"""Symbolic links in zip files: those of a project are made, and none leads out of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyterlab_preflight.errors import UnsafeArchiveError
from jupyterlab_preflight.fetch.model import Options

from .fakes import Body, brought
from .zips import M, make

Make = Callable[..., Body]

pytestmark = pytest.mark.usefixtures("inflater")


def test_links_of_a_project(way: Make) -> None:
    members = [
        M("top/a", b"1"),
        M("top/link", b"d/b", mode=0o120777),
        M("top/d/b", b"2"),
        M("top/d/up", b"../a", mode=0o120777, deflate=False),
        M("top/d/chain", b"up", mode=0o120777),
        M("top/folder", b"d", mode=0o120777),
    ]
    with brought(way(make(members)), options=Options(links=True), strip=1) as got:
        links = {p: entry.link for p, entry in got.tree.entries.items() if entry.link}
        assert links == {"link": "d/b", "d/up": "../a", "d/chain": "up", "folder": "d"}
        assert (got.path / "d" / "chain").read_bytes() == b"1"
        assert got.files() == {"a": b"1", "d/b": b"2"}


@pytest.mark.parametrize(
    "links",
    [
        {"l": "../x"},
        {"l": "/etc/passwd"},
        {"l": "l"},
        {"l": "m", "m": "l"},
        {"p/q/d": "../../x", "e": "p/q/d/../.."},
        {"d/l": "../../x"},
        {"l": "C:\\x"},
        {"l": ""},
        {"l": "a/\0"},
        {"l": "x" * 4096},
    ],
)
def test_links_that_lead_out(way: Make, links: dict[str, str]) -> None:
    members = [M("a", b"1"), M("x/y", b"1")]
    members += [M(path, target.encode(), mode=0o120777) for path, target in links.items()]
    with (
        pytest.raises(UnsafeArchiveError),
        brought(way(make(members)), options=Options(links=True)),
    ):
        pass


def test_nothing_is_written_through_a_link(way: Make) -> None:
    members = [M("l", b"d", mode=0o120777), M("l/x", b"1"), M("d/a", b"1")]
    with (
        pytest.raises(UnsafeArchiveError),
        brought(way(make(members)), options=Options(links=True)),
    ):
        pass
