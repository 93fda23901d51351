"""What the tests of all providers share: a client in the fake cloud, a plain way to the bytes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from jupyterlab_preflight.errors import PreflightError
from jupyterlab_preflight.fetch.http import Client, Limits, Request
from jupyterlab_preflight.fetch.model import Download
from jupyterlab_preflight.fetch.pages import kind
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.ask import Head, Reply
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud
from tests.fakecloud.github import GitHub
from tests.fakecloud.github_repos import Content, Repo

CANARY = "ghp_CANARY0123456789abcdefghijklmnopqrstuv"


@pytest.fixture
def client(cloud: FakeCloud) -> Iterator[Client]:
    """A client that does not wait for long."""
    limits = Limits(connect=3, read=5, tries=2, patience=3, backoff=0.02)
    with Client(Progress(), limits=limits) as one:
        yield one


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    """No secrets at all."""
    return Secrets({}, config=tmp_path / "config")


@pytest.fixture
def github(cloud: FakeCloud) -> GitHub:
    """An empty GitHub."""
    fake = GitHub()
    cloud.add(fake)
    return fake


@pytest.fixture(scope="session")
def made_once() -> GitHub:
    """What `net` is a copy of: thirty calls of git are too many for each test."""
    fake = GitHub()
    files: dict[str, Content] = {"README.md": b"net", "a/b/c.csv": b"1", "a/run.sh": "#!/bin/sh"}
    repo = fake.add_repo("me/net", files)
    repo.tag("v1.0", annotated=True)
    repo.commit({"a/b/c.csv": b"2"}, branch="feat/x")
    return fake


@pytest.fixture
def net(github: GitHub, made_once: GitHub) -> Repo:
    """``me/net``, with the branches ``main`` and ``feat/x`` and the tag ``v1.0``."""
    repo = github.add_repo("me/net")
    shutil.copytree(made_once.repos["me/net"].path, repo.path, dirs_exist_ok=True)
    return repo


@pytest.fixture
def token(tmp_path: Path) -> Secrets:
    """One secret, in the environment."""
    return Secrets({"GITHUB_TOKEN": CANARY}, config=tmp_path / "config")


Get = Callable[..., dict[str, bytes]]


@pytest.fixture
def get(client: Client, secrets: Secrets) -> Get:
    """Resolves a link and fetches all of it: name → bytes, archives left as they are."""

    def run(link: str, own: Secrets | None = None, **wanted: object) -> dict[str, bytes]:
        asked = Wanted(recognise(link), **wanted)  # type: ignore[arg-type]
        found = resolve(asked, client, own or secrets)
        return dict(follow(one, client) for one in found)

    return run


def follow(download: Download, client: Client) -> tuple[str, bytes]:
    """Name and bytes of one download, through all pages on the way; a stand-in for `fetch`."""
    for _ in range(4):
        request = Request(
            download.url,
            download.headers,
            download.credential,
            download.hosts,
            final=download.final,
        )
        with client.open(request) as answer:
            page = answer.read()
            attached = "attachment" in answer.headers.get("content-disposition", "")
            if answer.status < 400 and (attached or kind(page) != "html"):
                body = b"".join(answer.chunks())
                return download.name or answer.filename, body
            assert download.explain is not None
            meaning = download.explain(answer, page)
        if isinstance(meaning, PreflightError):
            raise meaning
        if meaning is None:
            return download.name, page
        download = meaning
    raise AssertionError("one page leads to another")


def said(error: BaseException) -> str:
    """All that a user could see of an error."""
    assert isinstance(error, PreflightError)
    assert error.reason.rstrip("»)")[-1:] in ".!", error.reason
    assert "?" not in error.reason and "http://" not in error.reason, error.reason
    return f"{error} {error!r} {error.as_dict()}"


def head(status: int = 200, url: str = "https://h.test/x", **headers: str) -> Head:
    """An answer without its body; *headers* with ``_`` for ``-``."""
    fields: Mapping[str, str] = {
        name.replace("_", "-").lower(): value for name, value in headers.items()
    }
    return cast(Head, Reply(status, fields, url, b""))


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
