from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.errors import GoneError, NetworkError, QuotaError
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.fetch.model import Entry
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources.github import repository
from jupyterlab_preflight.sources.lfs import (
    Pointer,
    pointer,
    pointers,
    resolve,
)
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud, faults
from tests.fakecloud.github import GitHub
from tests.fakecloud.github_repos import Repo

from .conftest import CANARY, digest, follow, said

OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
TEXT = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12345\n".encode()


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (TEXT, 12345),
        (TEXT[:-1], 12345),
        (TEXT.replace(b"oid", b"ext-0-foo sha256:aa\noid"), 12345),
        (TEXT + b"x", None),
        (b" " + TEXT, None),
        (TEXT.replace(b"4d7a", b"4D7A"), None),
        (TEXT.replace(b"12345", b"-1"), None),
        (TEXT.replace(b"v1", b"v2"), None),
        (TEXT + b"\n" * 2000, None),
        (b"", None),
    ],
)
def test_pointers(data: bytes, size: int | None) -> None:
    assert pointer(data) == (Pointer(OID, size) if size is not None else None)


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    assert pointer(data) is None


def test_pointers_of_a_tree(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.bin").write_bytes(TEXT)
    (tmp_path / "plain").write_bytes(b"x" * len(TEXT))
    (tmp_path / "link").symlink_to("d/a.bin")
    names = ("d/a.bin", "plain", "link", "not/there")
    found = pointers(tmp_path, [Entry(name, len(TEXT)) for name in names])
    assert found == {"d/a.bin": Pointer(OID, 12345)}


@pytest.fixture
def hub(cloud: FakeCloud) -> Iterator[GitHub]:
    fake = GitHub()
    cloud.add(fake)
    yield fake


@pytest.fixture
def repo(hub: GitHub) -> Repo:
    return hub.add_repo("me/net", {"a": b"1"})


HOME = repository(recognise("https://github.com/me/net"))


def kept(repo: Repo, *files: bytes) -> dict[str, Pointer]:
    found = {}
    for number, data in enumerate(files):
        one = pointer(repo.large(data))
        assert one is not None
        found[f"d/{number}.bin"] = one
    return found


def test_large_files_are_brought(
    repo: Repo, client: Client, secrets: Secrets, cloud: FakeCloud
) -> None:
    files = [bytes([number]) * (number + 1) for number in range(120)]
    found = resolve(HOME, kept(repo, *files), client, secrets)
    assert len(cloud.requests("github.com")) == 2
    by_name = {one.name: one for one in found}
    for number, data in enumerate(files):
        one = by_name[f"d/{number}.bin"]
        assert (one.size, one.digest, one.archive) == (len(data), ("sha256", digest(data)), False)
        assert "lfs-canary" not in repr(one)
    assert follow(by_name["d/7.bin"], client) == ("d/7.bin", files[7])
    again = by_name["d/7.bin"].resolve_again
    assert again is not None
    assert follow(again(), client)[1] == files[7]


def test_large_files_of_a_private_repository(
    repo: Repo,
    hub: GitHub,
    client: Client,
    tmp_path: Path,
    cloud: FakeCloud,
) -> None:
    repo.private = True
    hub.tokens[CANARY] = {"me/net"}
    token = Secrets({"GITHUB_TOKEN": CANARY}, config=tmp_path)
    (one,) = resolve(HOME, kept(repo, b"x"), client, token)
    assert follow(one, client)[1] == b"x"
    for record in cloud.requests("github-cloud.githubusercontent.com"):
        assert record.headers["authorization"] == "RemoteAuth lfs-canary"


def test_a_large_file_that_was_never_pushed(repo: Repo, client: Client, secrets: Secrets) -> None:
    with pytest.raises(GoneError) as error:
        resolve(HOME, {"a\x1b.bin": Pointer(OID, 5)}, client, secrets)
    assert "Object does not exist" in said(error.value)
    assert "\x1b" not in said(error.value)


def test_traffic_that_is_used_up(repo: Repo, client: Client, secrets: Secrets) -> None:
    repo.lfs_quota = True
    with pytest.raises(QuotaError) as error:
        resolve(HOME, kept(repo, b"x"), client, secrets)
    assert "data quota" in said(error.value)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"objects": [1]}', "<html>"])
def test_an_answer_that_is_none(
    repo: Repo, client: Client, secrets: Secrets, cloud: FakeCloud, body: str
) -> None:
    place = "https://github.com/me/net.git/info/lfs/objects/batch"
    cloud.always(place, faults.status(200, body))
    with pytest.raises(NetworkError) as error:
        resolve(HOME, kept(repo, b"x"), client, secrets)
    assert said(error.value)
