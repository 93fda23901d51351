"""Large files of a repository: a dataset has the files themselves, or is not there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.inspect import status, verify
from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.report import Row
from tests.fakecloud import FakeCloud, faults
from tests.fakecloud.github import GitHub
from tests.fakecloud.github_repos import Repo

LINE = "dataset https://github.com/me/pets data/pets"
STORE = "github-cloud.githubusercontent.com"
LARGE = {
    "big.bin": b"pixels" * 999,
    "deep/er/small.bin": b"1",
    "deep/run.bin": b"#!" * 9,
    "z.bin": b"z" * 140,
}
"""One of them is as long as a pointer."""


@pytest.fixture
def repo(cloud: FakeCloud) -> Repo:
    hub = GitHub()
    cloud.add(hub)
    one = hub.add_repo("me/pets", {"a.csv": b"1", "README.md": b"#" * 130})
    one.commit({name: one.large(data) for name, data in LARGE.items()})
    return one


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("PREFLIGHT_HOST", "lab")
    return Session(tmp_path)


@pytest.fixture
def go(session: Session) -> Callable[..., Row]:
    def run(line: str = LINE) -> Row:
        (row,) = session.prepare(line, parse(line)).rows
        return row

    return run


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "data/pets"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


WHOLE = {"a.csv": b"1", "README.md": b"#" * 130, **LARGE}


def test_they_come_with_the_dataset(
    repo: Repo, go: Callable[..., Row], dest: Path, session: Session
) -> None:
    row = go()
    assert (row.state, row.text, row.notes) == ("ready", "6 files · fetched once", [])
    assert tree(dest) == WHOLE
    outcome = verify(session, "data/pets", Progress())
    assert outcome.bytes == sum(map(len, WHOLE.values()))
    assert list((session.state.home / "staging").iterdir()) == []


def test_a_single_one_of_those_that_the_line_wants(
    repo: Repo, go: Callable[..., Row], dest: Path, cloud: FakeCloud
) -> None:
    assert go(f"{LINE} --include '*mall.bin' --flat").state == "ready"
    assert tree(dest) == {"small.bin": b"1"}
    assert len(cloud.requests(STORE)) == 1


def test_the_checksum_is_of_the_files_themselves(
    repo: Repo, go: Callable[..., Row], dest: Path
) -> None:
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in WHOLE.items()]
    right = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    assert go(f"{LINE} --sha256 {'0' * 64}").state == "failed"
    assert not dest.exists()
    assert go(f"{LINE} --sha256 {right}").state == "ready"


def test_what_is_here_is_compared_and_not_fetched(
    repo: Repo, go: Callable[..., Row], dest: Path, cloud: FakeCloud
) -> None:
    (dest / "deep").mkdir(parents=True)
    (dest / "big.bin").write_bytes(LARGE["big.bin"])
    (dest / "deep/run.bin").write_bytes(b"mine")
    (dest / "z.bin").write_bytes(repo.large(LARGE["z.bin"]))
    row = go()
    assert row.state == "warning"
    assert row.notes[0] == "Was here before: 3 files added."
    assert "Kept as they are here: deep/run.bin." in row.notes
    assert row.text.endswith(" · only pointers to Git LFS: z.bin")
    here = {"deep/run.bin": b"mine", "z.bin": repo.large(LARGE["z.bin"])}
    assert tree(dest) == {**WHOLE, **here}
    assert len(cloud.requests(STORE)) == 1


def test_pointers_are_told_for_as_long_as_they_stand_there(
    repo: Repo, go: Callable[..., Row], dest: Path, session: Session
) -> None:
    dest.mkdir(parents=True)
    for name in ("big.bin", "z.bin"):
        (dest / name).write_bytes(repo.large(LARGE[name]))

    def told() -> list[tuple[str, str]]:
        rows = [go(), go(), *status(session, parse(LINE).steps)]
        return [(row.state, row.text.partition(" · only ")[2]) for row in rows]

    assert told() == [("warning", "pointers to Git LFS: big.bin, z.bin")] * 3
    (dest / "big.bin").write_bytes(LARGE["big.bin"])  # as git lfs pull does
    assert told() == [("warning", "pointers to Git LFS: z.bin")] * 3
    (dest / "z.bin").write_bytes(LARGE["z.bin"])
    assert told() == [("ready", "")] * 3


def test_what_has_come_of_them_is_not_fetched_again(
    repo: Repo, go: Callable[..., Row], dest: Path, cloud: FakeCloud
) -> None:
    broken = hashlib.sha256(LARGE["z.bin"]).hexdigest()  # the last one to be asked for
    cloud.always(f"https://{STORE}/me/pets/{broken}*", faults.status(404))
    row = go()
    assert row.state == "failed"
    assert not dest.exists()
    cloud.clear()
    assert go().state == "ready"
    assert tree(dest) == WHOLE
    assert [broken in one.target for one in cloud.requests(STORE)] == [True]


def test_one_that_was_never_pushed(repo: Repo, go: Callable[..., Row], dest: Path) -> None:
    repo.lfs.clear()
    row = go()
    assert row.state == "failed"
    assert "has no big.bin" in row.text
    assert not dest.exists()


def test_traffic_that_is_used_up(repo: Repo, go: Callable[..., Row], dest: Path) -> None:
    repo.lfs_quota = True
    row = go()
    assert row.error is not None
    assert row.error["code"] == "quota"
    assert not dest.exists()
