"""All that can go wrong on the way: one sentence, nothing lost, and the next run heals.

The command runs in this process, with waits cut short; the sentences and exit codes are its own.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight import cli
from jupyterlab_preflight.fetch import http, retry
from tests.fakecloud import FakeCloud, Fault
from tests.fakecloud import faults as f
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

from .conftest import REPOSITORY, TOKEN, Done, Tree, material, tree, zipped

HOST = "https://data.example.org"
BIG = material(1_500_000, 12)
ZIP = zipped(BIG)
CODE: Tree = {"train.py": b"print(1)\n", "lib/a.py": b"x = 1\n", "README.md": b"# net\n"}

FAULTS: dict[str, Callable[[], Fault]] = {
    "drop": lambda: f.drop(1000),
    "drop at once": lambda: f.drop(0),
    "reset": lambda: f.drop(1000, "rst"),
    "hang up": f.hang_up,
    "length: none": f.length,
    "length: two": lambda: f.length(10, 20),
    "length: nonsense": lambda: f.length("ten"),
    "length: too long": lambda: f.length_off(50),
    "chunked": f.chunked,
    "chunked, no end": f.chunks_without_end,
    "chunked, bad": f.bad_chunk,
    "no ranges": lambda: f.without("range"),
    "another range": lambda: f.content_range("bytes 9-9/10"),
    "no Content-Range": lambda: f.content_range(None),
    "changing ETag": f.changing_etag,
    "weak ETag": f.weak_etag,
    "gzipped": f.gzipped,
    "wrong type": lambda: f.typed("text/html"),
    "page": f.page,
    "page that says zip": lambda: f.page("application/zip"),
    "message": lambda: f.page("application/json", '{"error": "x"}'),
    "nothing": f.empty,
    "expired": lambda: f.expires(0),
    "no HTTP": lambda: f.raw(b"garbage\r\n\r\n"),
    "half a status": lambda: f.raw(b"HTTP/1.1 200"),
    "many headers": f.header_bomb,
    "long header": f.long_header,
    "to http": lambda: f.to("http://data.example.org/x"),
    "to itself": lambda: f.to("/again?x"),
    "to a private address": lambda: f.to("https://10.0.0.1/x"),
    "to another host": lambda: f.to("https://accounts.example.com/login"),
    "to a file": lambda: f.to("file:///etc/passwd"),
    "to nowhere": lambda: f.to(""),
    "come back in an hour": lambda: f.status(429, Retry_After="3600"),
    **{
        str(code): functools.partial(f.status, code)
        for code in (204, 206, 304, 400, 401, 403, 404, 408, 410, 416, 429, 451, 500, 503, 600)
    },
}
SLOW = {
    "stall": lambda: f.stall(1000),
    "stall at once": lambda: f.stall(0),
    "late": lambda: f.late(3),
    "crawling": lambda: f.slow(300),
}

RARE = {
    *("length: two", "length: nonsense", "chunked, bad", "another range", "no Content-Range"),
    *("weak ETag", "gzipped", "page that says zip", "message", "half a status", "many headers"),
    *("long header", "to itself", "to a file", "to nowhere"),
    *("204", "206", "304", "400", "408", "410", "416", "451", "600"),
}
"""What the client's own tests hold as well: here in the slow matrix only."""

HARMLESS = {
    *("chunked", "no ranges", "another range", "no Content-Range", "changing ETag", "weak ETag"),
    "wrong type",
}
"""What every way of reading takes in its stride."""

FINE = {
    "zip": {*HARMLESS, "length: none", "chunked, no end"},
    "file": {*HARMLESS, "length: none", "message", "nothing"},
    "archive": {*HARMLESS, "length: none", "length: two", "length: nonsense"},
    "git": {*HARMLESS, "drop", "reset", "stall", "crawling"} - {"wrong type"},
}
"""With these it is ready all the same: what is asked of the server, or of this part of the way,
needs no more."""

PERSON = {
    **{kind: {"401", "403"} for kind in ("zip", "file")},
    **{kind: {"401", "403", "expired"} for kind in ("archive", "git")},
}
"""It is the login that is wrong, as far as anybody can tell."""

LINES = {
    "zip": f"dataset {HOST}/big.zip it --secret LAB_TOKEN",
    "file": f"dataset {HOST}/big.bin it --secret LAB_TOKEN",
    "archive": "project https://github.com/me/net it --archive",
    "git": "project https://github.com/me/net it --git",
}
PLACES = {
    "zip": f"{HOST}/*",
    "file": f"{HOST}/*",
    "archive": "https://codeload.github.com/me/net/*",
    "git": "https://github.com/me/net*",
}
OTHERS = """
dataset https://other.example.org/small.csv other
project https://github.com/me/other code --archive
"""


class Bench:
    """A cell with one source that things happen to, and two others."""

    def __init__(self, base: Path, cloud: FakeCloud, capsys: pytest.CaptureFixture[str]) -> None:
        self.base, self.cloud, self._capsys = base, cloud, capsys
        self.root = base / "root"
        self.root.mkdir()
        data, other = Site("data.example.org"), Site("other.example.org")
        data.add("/big.zip", ZIP)
        data.add("/big.bin", b"".join(BIG.values()))
        other.add("/small.csv", b"a,b\n1,2\n", kind="text/csv")
        self.hub = GitHub()
        self.hub.tokens[TOKEN] = {"*"}
        for fake in (data, other, self.hub):
            cloud.add(fake)
        self.repo = self.hub.add_repo("me/net", dict(CODE), private=True)
        self.hub.add_repo("me/other", {"other.py": b"other\n"})
        assert self.run("allow", "LAB_TOKEN", "data.example.org").code == 0

    def run(self, *words: str) -> Done:
        self._capsys.readouterr()
        code = cli.main(list(words))
        shown = self._capsys.readouterr()
        return Done(code, shown.out + shown.err)

    def prepare(self, kind: str) -> Done:
        (self.root / "cell.txt").write_text(LINES[kind] + OTHERS)
        done = self.run("prepare", "cell.txt")
        assert "Traceback" not in done.said
        assert "mistake inside" not in done.said
        self.no_canary(done.said)
        return done

    def no_canary(self, said: str) -> None:
        assert "CANARY" not in said
        for path in self.base.rglob("*"):
            if path.is_file() and not path.is_symlink():
                assert b"CANARY" not in path.read_bytes(), path

    def wanted(self, kind: str) -> Tree:
        if kind == "zip":
            return dict(BIG)
        return {"big.bin": b"".join(BIG.values())} if kind == "file" else dict(CODE)


@pytest.fixture
def bench(
    cloud: FakeCloud,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Bench:
    for name in list(os.environ):
        if name.startswith("PREFLIGHT_") or name == "GH_TOKEN":
            monkeypatch.delenv(name)
    environ = {
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "PREFLIGHT_HOST": "lab,cpu",
        "PYTHONPATH": str(REPOSITORY),
        "GITHUB_TOKEN": TOKEN,
        "LAB_TOKEN": "CANARY-of-the-lab-0123456789",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    short = functools.partial(
        retry.Limits, connect=1, read=1, tries=2, patience=0.5, backoff=0.01, slow_time=0.5
    )
    monkeypatch.setattr(http, "Limits", short)
    one = Bench(tmp_path, cloud, capsys)
    monkeypatch.chdir(one.root)
    return one


SENTENCE = re.compile(r"[x!✘] it: \S.*[^ .:!?]\S*[.:)] [A-Z].*\S")
"""``✘ it: the reason. The next action``"""


def check(bench: Bench, kind: str, name: str, fault: Fault) -> None:
    bench.cloud.always(PLACES[kind], fault)
    done = bench.prepare(kind)
    first = done.said.splitlines()[0]
    expected = 0 if name in FINE[kind] else 3 if name in PERSON[kind] else 4
    assert done.code == expected, done.said
    place = bench.root / "it"
    if expected:
        assert SENTENCE.fullmatch(first), first
        assert len(first) < 400
        assert not place.exists()
        assert done.said.splitlines()[1:3] != []
    else:
        assert tree(place).keys() == bench.wanted(kind).keys()
    assert tree(bench.root / "other") == {"small.csv": b"a,b\n1,2\n"}
    assert tree(bench.root / "code") == {"other.py": b"other\n"}
    if expected:
        bench.cloud.clear()
        done = bench.prepare(kind)
        assert done.code == 0, done.said
    if name not in ("message", "nothing"):
        assert tree(place) == bench.wanted(kind)


def cases(*kinds: str) -> list[object]:
    quick = {"zip": set(FAULTS) - RARE, "git": {"page", "404", "drop at once"}, "archive": {"page"}}
    return [
        pytest.param(
            kind,
            name,
            id=f"{kind}-{name}",
            marks=() if name in quick.get(kind, ()) else pytest.mark.slow,
        )
        for kind in kinds
        for name in (*FAULTS, *SLOW)
        if (kind, name) != ("git", "stall")  # git itself waits for a minute
    ]


@pytest.mark.parametrize(("kind", "name"), cases("zip", "file", "archive", "git"))
def test_the_first_time(bench: Bench, kind: str, name: str) -> None:
    check(bench, kind, name, {**FAULTS, **SLOW}[name]())


NO_ANSWER = {
    *("drop", "drop at once", "reset", "hang up", "chunked, no end", "chunked, bad"),
    *("length: none", "length: two", "length: too long"),
    *("no HTTP", "half a status", "many headers", "long header"),
    *("come back in an hour", "408", "429", "500", "503", *SLOW),
}
"""After these a complete copy is ready, with a warning; other answers are not the project."""


@pytest.mark.parametrize(("kind", "name"), cases("archive", "git"))
def test_a_copy_that_is_there_stays(bench: Bench, kind: str, name: str) -> None:
    bench.prepare(kind)
    mine = {"lib/a.py": b"mine\n", "notes.txt": b"mine\n"}
    for path, data in mine.items():
        (bench.root / "it" / path).write_bytes(data)  # type: ignore[arg-type]
    bench.repo.commit({"train.py": b"print(2)\n", "lib/b.py": b"y = 2\n"})
    here, newer = {**CODE, **mine}, {"train.py": b"print(2)\n", "lib/b.py": b"y = 2\n"}
    bench.cloud.always(PLACES[kind], {**FAULTS, **SLOW}[name]())
    done = bench.prepare(kind)
    expected = 3 if name in PERSON[kind] else 4
    if name in FINE[kind] - (NO_ANSWER - {"crawling"} if kind == "git" else set()):
        assert tree(bench.root / "it") == {**here, **newer}
        expected = 0
    else:
        assert tree(bench.root / "it") == here
    if name in NO_ANSWER and tree(bench.root / "it") == here:
        assert "it: as it was: " in done.said
        expected = 0
    assert done.code == expected, done.said
    bench.cloud.clear()
    done = bench.prepare(kind)
    assert done.code == 0, done.said
    assert tree(bench.root / "it") == {**here, **newer}


@pytest.mark.parametrize(
    "kind", ["zip", *(pytest.param(one, marks=pytest.mark.slow) for one in LINES if one != "zip")]
)
def test_a_little_trouble_is_not_even_told(bench: Bench, kind: str) -> None:
    for fault in (f.status(503), f.drop(1000), f.hang_up()):
        bench.cloud.script(PLACES[kind], fault)
        done = bench.prepare(kind)
        assert done.code == 0, done.said
        assert tree(bench.root / "it") == bench.wanted(kind)

        shutil.rmtree(bench.root / "it")
        bench.cloud.clear()
