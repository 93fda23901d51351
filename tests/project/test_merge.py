"""The table of what happens to each path: every line of it, and what holds for all of them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.fetch.model import Entry, Manifest
from jupyterlab_preflight.project.merge import UNKNOWN, Plan, merge, parents, same


def file(path: str, content: str, executable: bool = False) -> Entry:
    return Entry(path, len(content), zlib.crc32(content.encode()), executable)


def entries(tree: Mapping[str, str]) -> Manifest:
    """A tree in short: ``->x`` a link, ``/`` a folder, ``?`` a special file, ``*x`` executable."""
    found = {}
    for path, content in tree.items():
        if content.startswith("->"):
            found[path] = Entry(path, link=content[2:])
        elif content == "/":
            found[path] = Entry(path, folder=True)
        elif content == "?":
            found[path] = Entry(path, size=UNKNOWN)
        else:
            found[path] = file(path, content.lstrip("*"), content.startswith("*"))
    return found


def decide(
    base: Mapping[str, str],
    here: Mapping[str, str],
    upstream: Mapping[str, str],
    links: tuple[str, ...] = (),
) -> Plan:
    def protected(path: str) -> str | None:
        return next((one for one in links if path == one or path.startswith(f"{one}/")), None)

    return merge(entries(base), entries(here), entries(upstream), protected)


def short(plan: Plan) -> list[str]:
    return [f"{action.do} {action.path} {action.why}" for action in plan.actions]


TABLE = {
    "nothing new": ({"a": "1"}, {"a": "1"}, {"a": "1"}, []),
    "new upstream": ({}, {}, {"a": "1"}, ["write a new"]),
    "here = base: upstream is taken": ({"a": "1"}, {"a": "1"}, {"a": "2"}, ["write a updated"]),
    "upstream = base: the edit stays": ({"a": "1"}, {"a": "x"}, {"a": "1"}, ["keep a edited"]),
    "both changed": ({"a": "1"}, {"a": "x"}, {"a": "2"}, ["replace a conflict"]),
    "both changed alike": ({"a": "1"}, {"a": "2"}, {"a": "2"}, []),
    "deleted here": ({"a": "1"}, {}, {"a": "1"}, ["write a restored"]),
    "deleted here, changed upstream": ({"a": "1"}, {}, {"a": "2"}, ["write a updated"]),
    "added here": ({}, {"a": "x"}, {}, []),
    "added on both sides": ({}, {"a": "x"}, {"a": "1"}, ["replace a conflict"]),
    "added on both sides alike": ({}, {"a": "1"}, {"a": "1"}, []),
    "deleted upstream": ({"a": "1"}, {"a": "1"}, {}, ["remove a gone"]),
    "deleted upstream, edited here": ({"a": "1"}, {"a": "x"}, {}, ["keep a gone"]),
    "deleted on both sides": ({"a": "1"}, {}, {}, []),
    "a link instead of a file": ({"a": "1"}, {"a": "1"}, {"a": "->b"}, ["write a updated"]),
    "an edited link": ({"a": "->b"}, {"a": "->c"}, {"a": "->b"}, ["keep a edited"]),
    "an edited link, another upstream": (
        {"a": "->b"},
        {"a": "->c"},
        {"a": "->d"},
        ["replace a conflict"],
    ),
    "a file became a folder": (
        {"a": "1"},
        {"a": "1"},
        {"a/b": "2"},
        ["remove a gone", "write a/b new"],
    ),
    "a file became a folder, and was edited": (
        {"a": "1"},
        {"a": "x"},
        {"a/b": "2"},
        ["aside a conflict", "write a/b new"],
    ),
    "a folder became a file": (
        {"a/b": "1"},
        {"a": "/", "a/b": "1"},
        {"a": "2"},
        ["write a updated", "remove a/b gone"],
    ),
    "a folder of the user's where a file comes": (
        {},
        {"a": "/"},
        {"a": "1"},
        ["replace a conflict"],
    ),
    "a file of the user's where a folder was": (
        {"a/b": "1"},
        {"a": "x"},
        {"a/b": "1"},
        ["keep a/b edited"],
    ),
    "a file of the user's where a folder changes": (
        {"a/b": "1", "a/c": "1"},
        {"a": "x"},
        {"a/b": "1", "a/c": "2"},
        ["aside a conflict", "write a/b restored", "write a/c updated"],
    ),
    "a special file where a file comes": ({}, {"a": "?"}, {"a": "1"}, ["replace a conflict"]),
    "a link of the user's where a folder was": (
        {"a/b": "1"},
        {"a": "->/data"},
        {"a/b": "2"},
        ["skip a/b link"],
    ),
    "a link of the user's where a folder comes": (
        {},
        {"a": "->/data"},
        {"a/b": "1"},
        ["skip a/b link"],
    ),
    "a link of ours became a folder": (
        {"a": "->c"},
        {"a": "->c"},
        {"a/b": "1"},
        ["remove a gone", "write a/b new"],
    ),
    "an empty folder": ({}, {}, {"a": "/"}, ["write a new"]),
    "an empty folder that is filled here": ({"a": "/"}, {"a": "/"}, {"a": "/"}, []),
    "an empty folder gone": ({"a": "/"}, {"a": "/"}, {}, ["remove a gone"]),
    "an execute bit comes": ({"a": "1"}, {"a": "1"}, {"a": "*1"}, ["mode a updated"]),
    "an execute bit was set here": ({"a": "1"}, {"a": "*1"}, {"a": "1"}, []),
    "an execute bit was lost by an unpacker": ({}, {"a": "1"}, {"a": "*1"}, ["mode a updated"]),
}


@pytest.mark.parametrize("case", TABLE)
def test_table(case: str) -> None:
    base, here, upstream, expected = TABLE[case]
    assert short(decide(base, here, upstream)) == expected


def test_what_a_row_may_overwrite_is_what_was_seen() -> None:
    plan = decide({"a": "1"}, {"a": "1"}, {"a": "2"})
    assert plan.actions[0].old == file("a", "1")
    assert decide({"a": "1"}, {"a": "x"}, {"a": "2"}).actions[0].old is None
    assert decide({"a": "1"}, {}, {"a": "2"}).actions[0].old is None


def test_a_bit_that_was_set_here_survives_news() -> None:
    action = decide({"run.sh": "1"}, {"run.sh": "*1"}, {"run.sh": "2"}).actions[0]
    assert action.new == file("run.sh", "2", executable=True)
    action = decide({"run.sh": "*1"}, {"run.sh": "*1"}, {"run.sh": "2"}).actions[0]
    assert action.new == file("run.sh", "2")


def test_a_disk_without_execute_bits_makes_no_work() -> None:
    assert short(decide({"a": "*1"}, {"a": "1"}, {"a": "*1"})) == []


@pytest.mark.parametrize("upstream", [{"data/in/x": "2"}, {"data/in": "->y"}, {"data/in": "2"}, {}])
@pytest.mark.parametrize("base", [{"data/in/x": "1"}, {"data/in": "->y"}, {}])
@pytest.mark.parametrize("here", [{"data/in": "->/cats"}, {}, {"data/in/x": "1"}])
def test_below_a_declared_link_nothing_happens(
    base: dict[str, str], here: dict[str, str], upstream: dict[str, str]
) -> None:
    plan = decide(base, here, upstream, links=("data/in",))
    assert {action.do for action in plan.actions} <= {"skip"}
    assert plan.base == {}


def test_a_name_that_only_begins_like_a_link_is_not_below_it() -> None:
    assert short(decide({}, {}, {"data/input": "1"}, links=("data/in",))) == [
        "write data/input new"
    ]


def test_unknown_content_equals_nothing() -> None:
    unknown = Entry("a", size=UNKNOWN)
    assert not same(unknown, unknown)
    assert short(merge({"a": unknown}, {"a": file("a", "1")}, {"a": file("a", "1")})) == []
    plan = merge({"a": unknown}, {"a": file("a", "x")}, {"a": file("a", "1")})
    assert short(plan) == ["replace a conflict"]


def test_parents() -> None:
    assert list(parents("a")) == []
    assert list(parents("a/b/c")) == ["a", "a/b"]


# -- what holds for all trees ---------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "a/b", "a/c", "a/b/c", "d/e", "d"])
CONTENTS = ("1", "2", "3", "*1", "->1", "->2")
OWN = ("mine", "*mine", "->mine")


@st.composite
def trees(draw: st.DrawFn, own: tuple[str, ...] = ()) -> dict[str, str]:
    """A tree in which no file is above another one; *own*: contents that only a person writes."""
    contents = st.sampled_from([*CONTENTS, *own])
    drawn = draw(st.dictionaries(NAMES, contents, max_size=5))
    return {
        path: content
        for path, content in drawn.items()
        if not any(above in drawn for above in parents(path))
    }


def looked_at(tree: Mapping[str, str], *others: Mapping[str, str]) -> Manifest:
    """What `look` tells of a tree: asked paths, what is in their way, folders in their place."""
    known = entries(tree)
    folders = {above for path in tree for above in parents(path)}
    found: Manifest = {}
    for path in {path for other in others for path in other}:
        above = next((one for one in parents(path) if one in known), None)
        if above is not None:
            found[above] = known[above]
        elif path in known:
            found[path] = known[path]
        elif path in folders:
            found[path] = Entry(path, folder=True)
    return found


def carried_out(tree: Mapping[str, Entry], plan: Plan) -> tuple[Manifest, Manifest]:
    """The tree after *plan*, and what went to the backup: what the disk does, in short."""
    left = dict(tree)
    backup: Manifest = {}

    def move(path: str) -> None:
        for one in [one for one in left if one == path or one.startswith(f"{path}/")]:
            backup[one] = left.pop(one)

    for action in plan.actions:
        if action.do == "remove" and action.path in left:
            assert action.old is not None
            assert same(left[action.path], action.old)
            del left[action.path]
    for action in plan.actions:
        if action.do == "aside":
            move(action.path)
        elif action.do in ("write", "replace"):
            old = left.get(action.path)
            if old is not None and action.old is not None:
                assert same(old, action.old)
                del left[action.path]
            move(action.path)
            assert action.new is not None
            assert not any(above in left for above in parents(action.path))
            left[action.path] = action.new
        elif action.do == "mode":
            assert action.new is not None
            left[action.path] = action.new
    return left, backup


@given(base=trees(), here=trees(OWN), upstream=trees())
def test_nothing_of_the_user_is_ever_lost(
    base: dict[str, str], here: dict[str, str], upstream: dict[str, str]
) -> None:
    before = entries(here)
    plan = merge(entries(base), looked_at(here, base, upstream), entries(upstream))
    after, backup = carried_out(before, plan)
    installed = entries(base)
    for path, mine in before.items():
        if path in installed and same(installed[path], mine):
            continue
        survived = [tree[path] for tree in (after, backup) if path in tree]
        assert any(same(mine, one) for one in survived), (path, short(plan))


@given(base=trees(), here=trees(OWN), upstream=trees())
def test_twice_is_once(
    base: dict[str, str], here: dict[str, str], upstream: dict[str, str]
) -> None:
    plan = merge(entries(base), looked_at(here, base, upstream), entries(upstream))
    after, _ = carried_out(entries(here), plan)
    text = {path: _text(entry) for path, entry in after.items()}
    again = merge(plan.base, looked_at(text, plan.base, upstream), entries(upstream))
    assert not again.changes, (short(plan), short(again))
    assert again.base == plan.base


@given(base=trees(), upstream=trees())
def test_an_untouched_copy_becomes_upstream(base: dict[str, str], upstream: dict[str, str]) -> None:
    plan = merge(entries(base), looked_at(base, base, upstream), entries(upstream))
    after, backup = carried_out(entries(base), plan)
    assert after == entries(upstream)
    assert backup == {}
    assert plan.base == entries(upstream)


@given(base=trees(), here=trees(OWN), upstream=trees(), link=NAMES)
def test_a_link_is_never_touched(
    base: dict[str, str], here: dict[str, str], upstream: dict[str, str], link: str
) -> None:
    plan = decide(base, here, upstream, links=(link,))
    touched = [one for one in plan.actions if one.do not in ("skip", "keep")]
    assert all(one.path != link and not one.path.startswith(f"{link}/") for one in touched)


def _text(entry: Entry) -> str:
    if entry.link is not None:
        return f"->{entry.link}"
    words = {zlib.crc32(word.encode()): word for word in ("1", "2", "3", "mine")}
    return f"{'*' if entry.executable else ''}{words[entry.crc32]}"
