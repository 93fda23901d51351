"""Several downloads that make one tree: what one run has brought, the next need not ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import GoneError, UnsafeArchiveError
from jupyterlab_preflight.fetch.fs import Dir
from jupyterlab_preflight.fetch.model import Download, Options
from jupyterlab_preflight.fetch.staging import Staging
from jupyterlab_preflight.fetch.tree import bring
from jupyterlab_preflight.progress import Progress

from .fakes import WAYS, Body, FakeClient, brought, way_of
from .zips import M, make

FILES = {f"{number:02}.csv": b"%d," % number * 50 for number in range(12)}

Run = Callable[..., dict[str, bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Brings files of a client: those of the tree."""

    def bring_them(
        client: FakeClient, downloads: Iterable[Download], **more: Path
    ) -> dict[str, bytes]:
        with Staging.open(tmp_path / "base", "key") as staging:
            wanted = list(downloads)
            bring(wanted, staging, Options(), client, Progress(), **more)  # type: ignore[arg-type]
            return {
                path.relative_to(staging.tree).as_posix(): path.read_bytes()
                for path in sorted(staging.tree.rglob("*"))
                if path.is_file()
            }

    return bring_them


def bodies(files: dict[str, bytes]) -> FakeClient:
    return FakeClient(**{name: Body(data) for name, data in files.items()})


def bare(names: Iterable[str]) -> list[Download]:
    """As a folder of Drive lists them: neither size nor digest."""
    return [Download(f"http://x/{name}", name=name) for name in names]


def sized(files: dict[str, bytes]) -> list[Download]:
    return [Download(f"http://x/{name}", name=name, size=len(files[name])) for name in files]


def half(run: Run, downloads: list[Download]) -> None:
    """A run that the provider ends after some files."""
    some = dict(list(FILES.items())[:8])
    with pytest.raises(GoneError):
        run(bodies(some), downloads)


def asked(client: FakeClient) -> set[str]:
    return {request.url.rpartition("/")[2] for request in client.requests}


@pytest.mark.parametrize("downloads", [bare(FILES), sized(FILES)], ids=["bare", "sized"])
def test_what_has_come_is_not_asked_for_again(run: Run, downloads: list[Download]) -> None:
    half(run, downloads)
    client = bodies(FILES)
    assert run(client, downloads) == FILES
    assert set(list(FILES)[8:]) <= asked(client) < set(FILES)


def test_another_address_or_size_is_another_file(run: Run) -> None:
    half(run, bare(FILES))
    client = bodies({f"v2{name}": data for name, data in FILES.items()})
    moved = [Download(f"http://x/v2{name}", name=name) for name in FILES]
    assert run(client, moved) == FILES
    assert len(client.requests) == len(FILES)


def digested(files: dict[str, bytes]) -> list[Download]:
    return [
        replace(one, digest=("sha256", hashlib.sha256(files[one.name]).hexdigest()))
        for one in sized(files)
    ]


def test_what_stands_there_is_compared_and_not_asked_for(run: Run, tmp_path: Path) -> None:
    here = tmp_path / "here"
    (here / "06.csv").mkdir(parents=True)
    for name in list(FILES)[:6]:
        (here / name).write_bytes(FILES[name])
    (here / "01.csv").write_bytes(bytes(len(FILES["01.csv"])))  # of the same size
    (here / "02.csv").write_bytes(b"shorter")
    (here / "03.csv").unlink()
    (here / "03.csv").symlink_to("00.csv")
    client = bodies(FILES)
    same = {"00.csv", "04.csv", "05.csv"}
    found = run(client, digested(FILES), here=here)
    assert found == {name: data for name, data in FILES.items() if name not in same}
    assert asked(client) == FILES.keys() - same


@pytest.mark.parametrize("downloads", [bare(FILES), sized(FILES)], ids=["bare", "sized"])
def test_without_a_digest_nothing_can_be_compared(
    run: Run, tmp_path: Path, downloads: list[Download]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for name, data in FILES.items():
        (here / name).write_bytes(data)
    assert run(bodies(FILES), downloads, here=here) == FILES


@pytest.mark.parametrize("change", [b"", b"x", None])
def test_what_was_damaged_meanwhile_is_asked_for_again(
    run: Run, tmp_path: Path, change: bytes | None
) -> None:
    half(run, bare(FILES))
    (place,) = tmp_path.glob("base/*/tree/00.csv")
    if change is None:
        place.unlink()
    else:
        place.write_bytes(change or bytes(len(FILES["00.csv"])))
    client = bodies(FILES)
    assert run(client, bare(FILES)) == FILES
    assert "00.csv" in asked(client)


@pytest.mark.parametrize("line", [b"\n{", b"\n[]\n7", b'\n{"path": "00.csv"}', b"\n\xff\xfe"])
def test_a_journal_that_broke_off(run: Run, tmp_path: Path, line: bytes) -> None:
    half(run, bare(FILES))
    (journal,) = tmp_path.glob("base/*/part/files.jsonl")
    known = journal.read_bytes()
    journal.write_bytes(known[:-9] + line)
    client = bodies(FILES)
    assert run(client, bare(FILES)) == FILES
    assert len(asked(client)) < len(FILES)
    assert all(isinstance(json.loads(one), dict) for one in known.splitlines() if one)


def test_a_file_that_has_become_a_folder(run: Run) -> None:
    half(run, bare(FILES))
    names = {"00.csv/inner": b"1", "11.csv": b"2"}
    client = FakeClient(inner=Body(b"1"), other=Body(b"2"))
    downloads = [
        Download("http://x/inner", name="00.csv/inner"),
        Download("http://x/other", name="11.csv"),
    ]
    assert run(client, downloads) == names


@pytest.fixture
def one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that does not tell capital letters apart."""
    real = Dir._at
    monkeypatch.setattr(Dir, "_at", lambda self, path, make=False: real(self, path.lower(), make))


@pytest.mark.usefixtures("one_case")
def test_two_names_that_are_one_on_this_disk(run: Run) -> None:
    with pytest.raises(UnsafeArchiveError, match="one file on this disk"):
        run(bodies({"A.csv": b"1", "a.csv": b"2"}), bare(["A.csv", "a.csv"]))


@pytest.mark.usefixtures("one_case")
@pytest.mark.parametrize("size", [9, 300_000])
@pytest.mark.parametrize("way", WAYS)
def test_two_members_that_are_one_on_this_disk(
    way: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = way_of(way, monkeypatch)
    data = make([M("A.csv", bytes(size), deflate=False), M("a.csv", b"x" * size, deflate=False)])
    with pytest.raises(UnsafeArchiveError, match="one file on this disk"), brought(body(data)):
        pass
