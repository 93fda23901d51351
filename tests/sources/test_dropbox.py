from __future__ import annotations

import io
import zipfile
from typing import get_args

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    GoneError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
    UnsupportedError,
)
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.dropbox import explain
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud, faults, text
from tests.fakecloud.dropbox import Dropbox, State, folder_zip

from .conftest import Get, head, said

FILES = {"cats/1.csv": b"x,y\n" * 50, "a.zip": b"PK\x03\x04" + bytes(99), "empty/": b""}


@pytest.fixture
def dropbox(cloud: FakeCloud) -> Dropbox:
    fake = Dropbox()
    cloud.add(fake)
    return fake


@pytest.mark.parametrize(
    ("link", "url", "name", "archive", "ranged"),
    [
        ("s/abc/a%20b.csv?dl=0", "s/abc/a%20b.csv?dl=1", "a b.csv", None, True),
        ("s/dl/abc/a.zip", "s/abc/a.zip?dl=1", "a.zip", None, True),
        ("s/raw/abc/a.zip?raw=1", "s/abc/a.zip?dl=1", "a.zip", None, True),
        (
            "scl/fi/abc/a.zip?dl=0&rlkey=k1&st=z9",
            "scl/fi/abc/a.zip?rlkey=k1&st=z9&dl=1",
            "a.zip",
            None,
            True,
        ),
        (
            "scl/fi/abc/a.zip?rlkey=k1&raw=1&dl=1",
            "scl/fi/abc/a.zip?rlkey=k1&dl=1",
            "a.zip",
            None,
            1,
        ),
        ("sh/abc/AAk?dl=0", "sh/abc/AAk?dl=1", "", True, False),
        ("sh/dl/abc/AAk", "sh/abc/AAk?dl=1", "", True, False),
        ("sh/abc/AAk/sub/x?dl=0", "sh/abc/AAk/sub/x?dl=1", "", None, False),
        ("scl/fo/abc/h?rlkey=k&dl=0", "scl/fo/abc/h?rlkey=k&dl=1", "", True, False),
        ("scl/fo/abc/h?preview=1.csv&rlkey=k", "scl/fo/abc/h?rlkey=k&dl=1", "", True, False),
        ("scl/fo/abc/AAk/s/x.csv?rlkey=k", "scl/fo/abc/AAk/s/x.csv?rlkey=k&dl=1", "", None, False),
    ],
)
def test_every_shape_of_a_link(
    link: str,
    url: str,
    name: str,
    archive: bool | None,
    ranged: bool,
    client: Client,
    secrets: Secrets,
) -> None:
    (one,) = resolve(Wanted(recognise(f"https://www.dropbox.com/{link}")), client, secrets)
    assert one.url == f"https://www.dropbox.com/{url}"
    assert (one.name, one.archive, one.ranged) == (name, archive, bool(ranged))
    assert one.credential is None
    assert set(one.hosts) >= {"www.dropbox.com", ".dropboxusercontent.com"}


def test_a_secret_is_not_taken(client: Client, secrets: Secrets) -> None:
    wanted = Wanted(recognise("https://www.dropbox.com/s/abc/a.csv"), secret="NAME")
    with pytest.raises(UnsupportedError) as error:
        resolve(wanted, client, secrets)
    assert "--secret" in said(error.value)


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("hops", [0, 1])
def test_a_file(cloud: FakeCloud, get: Get, legacy: bool, hops: int) -> None:
    fake = Dropbox(hops=hops)
    cloud.add(fake)
    shared = fake.add_file("größe.csv", b"name\n" * 1000, legacy=legacy)
    assert get(shared.link) == {"größe.csv": b"name\n" * 1000}


@pytest.mark.parametrize("legacy", [True, False])
def test_a_folder_is_a_zip(dropbox: Dropbox, get: Get, legacy: bool) -> None:
    shared = dropbox.add_folder("pets", FILES, legacy=legacy)
    ((name, data),) = get(shared.link).items()
    assert name == "pets.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["/", *sorted(FILES)]
        assert archive.read("cats/1.csv") == FILES["cats/1.csv"]


def test_inside_a_folder(dropbox: Dropbox, get: Get) -> None:
    shared = dropbox.add_folder("pets", FILES)
    base, _, query = shared.link.partition("?")
    assert get(f"{base}/cats/1.csv?{query}") == {"1.csv": FILES["cats/1.csv"]}
    ((name, data),) = get(f"{base}/cats?{query}").items()
    assert name == "cats.zip"
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["/", "1.csv"]


def test_a_zip_with_data_descriptors() -> None:
    data = folder_zip(FILES, descriptors=True)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert data[6] & 8


OUTCOMES: dict[State, type[PreflightError]] = {
    "busy": QuotaError,
    "gone": GoneError,
    "withdrawn": GoneError,
    "password": AuthError,
    "login": AuthError,
    "too-large": NotAnArchiveError,
    "too-many": NotAnArchiveError,
    "redesigned": NotAnArchiveError,
}


def test_every_state_has_an_outcome() -> None:
    assert {*OUTCOMES, "ok"} == set(get_args(State))


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("state", OUTCOMES)
def test_pages_are_told_apart_in_any_language(
    dropbox: Dropbox, get: Get, cloud: FakeCloud, state: State, legacy: bool, language: str
) -> None:
    shared = dropbox.add_folder("pets", FILES, legacy=legacy, state=state, language=language)
    with pytest.raises(PreflightError) as error:
        get(shared.link)
    assert type(error.value) is OUTCOMES[state]
    assert error.value.action
    assert not shared.key or shared.key not in said(error.value)
    assert len(cloud.requests("www.dropbox.com")) == 1  # nothing is asked twice


def test_password_and_login_are_different_ways_out(dropbox: Dropbox, get: Get) -> None:
    found = []
    for state in ("password", "login"):
        shared = dropbox.add_file(f"{state}.csv", b"1", state=state)
        with pytest.raises(AuthError) as error:
            get(shared.link)
        found.append(error.value.reason)
    assert "password" in found[0]
    assert "login" in found[1]


def test_a_wrong_key_leads_to_the_login_page(dropbox: Dropbox, get: Get, cloud: FakeCloud) -> None:
    shared = dropbox.add_file("a.csv", b"1")
    with pytest.raises(AuthError) as error:
        get(shared.link.replace(shared.key, "wrong"))
    assert "rlkey" in error.value.action
    assert "wrong" not in said(error.value)


def test_what_is_too_big_says_what_to_do(dropbox: Dropbox, get: Get) -> None:
    shared = dropbox.add_folder("pets", FILES, state="too-many", language="de")
    with pytest.raises(NotAnArchiveError) as error:
        get(shared.link)
    assert "Der Ordner enthält zu viele Dateien" in error.value.reason
    assert "zip" in error.value.action


def test_a_resolved_address_that_has_expired_is_gone(cloud: FakeCloud, get: Get) -> None:
    fake = Dropbox(life=-1)
    cloud.add(fake)
    with pytest.raises(GoneError):
        get(fake.add_file("a.csv", b"1").link)


def test_a_redirect_elsewhere_is_not_followed(dropbox: Dropbox, get: Get, cloud: FakeCloud) -> None:
    shared = dropbox.add_file("a.csv", b"1")
    cloud.host("evil.test", lambda request: text(200, "not yours"))
    cloud.always("https://www.dropbox.com*", faults.to("https://evil.test/a.csv?rlkey=x"))
    with pytest.raises(PreflightError):
        get(shared.link)
    assert not cloud.requests("evil.test")


@pytest.mark.parametrize(
    ("status", "page", "kind"),
    [
        (509, b"", QuotaError),
        (410, b"", GoneError),
        (401, b"", AuthError),
        (403, b"{}", AuthError),
        (400, b"<html><title>x</title>", NotAnArchiveError),
        (200, b"<html>", NotAnArchiveError),
        (200, b"name,kind\n", type(None)),
        (200, b'{"a": 1}', type(None)),
    ],
)
def test_answers_without_a_page(status: int, page: bytes, kind: type) -> None:
    for folder in (True, False):
        found = explain(head(status, "https://www.dropbox.com/s/a/b"), page, folder=folder)
        assert type(found) is kind
