from __future__ import annotations

import base64
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.errors import (
    AuthError,
    GoneError,
    LinkError,
    NetworkError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
    UnsupportedError,
)
from jupyterlab_preflight.fetch.http import Answer, Client
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.recognise import Source, recognise
from jupyterlab_preflight.sources.web import explain
from tests.fakecloud import FakeCloud, Request, Response, Site, faults, text
from tests.fakecloud.files import Bucket

from .conftest import CANARY, Get, head, said

XML = b'<?xml version="1.0"?><Error><Code>%b</Code><Message>%b</Message></Error>'


@pytest.mark.parametrize(
    ("status", "page", "headers", "kind", "words"),
    [
        (401, b"", {}, AuthError, "--secret"),
        (403, XML % (b"AccessDenied", b"Access Denied"), {}, AuthError, "Access Denied"),
        (403, XML % (b"AccessDenied", b"Request has expired"), {}, GoneError, "fresh link"),
        (400, XML % (b"ExpiredToken", b"x"), {}, GoneError, "fresh link"),
        (403, XML % (b"AuthenticationFailed", b"x"), {}, GoneError, "fresh link"),
        (404, XML % (b"NoSuchKey", b"no key"), {}, GoneError, "no key"),
        (410, b"", {}, GoneError, "410"),
        (407, b"", {}, AuthError, "HTTPS_PROXY"),
        (429, b"", {"retry_after": "100"}, QuotaError, "later"),
        (400, b'{"message": "bad thing"}', {}, PreflightError, "bad thing"),
        (503, b"<html><title>Maintenance</title>", {}, NetworkError, "503"),
        (200, b"<html><title>Sign in</title>", {}, NotAnArchiveError, "«Sign in»"),
        (200, b"<!doctype html><body>", {}, NotAnArchiveError, "web page"),
        (200, b'{"code": 403, "message": "rules"}', {}, NotAnArchiveError, "rules"),
        (200, XML % (b"NoSuchKey", b"x"), {}, NotAnArchiveError, "NoSuchKey"),
        (200, XML % (b"NoSuchKey", b""), {}, NotAnArchiveError, "NoSuchKey"),
        (200, b'{"type": "FeatureCollection"}', {}, type(None), ""),
        (200, b'<?xml version="1.0"?><gpx/>', {}, type(None), ""),
    ],
)
def test_answers(status: int, page: bytes, headers: dict[str, str], kind: type, words: str) -> None:
    found = explain(head(status, "https://h.test/data.zip?sig=SIG", **headers), page)
    assert type(found) is kind
    if found:
        assert words in said(found)
        assert "SIG" not in said(found)


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml?x=1"])
def test_a_page_that_is_meant_to_be_one(name: str) -> None:
    assert explain(head(200, f"https://h.test/{name}"), b"<html><title>x</title>") is None


def test_when_to_come_back() -> None:
    found = explain(head(429, Retry_After="100", Date="Sat, 21 Nov 2026 12:00:00 GMT"), b"")
    assert isinstance(found, QuotaError)
    assert found.retry_at is not None


@given(status=st.integers(200, 599), page=st.binary(max_size=200))
def test_nothing_breaks_the_reading(status: int, page: bytes) -> None:
    found = explain(head(status), page)
    assert found is None or said(found)
    assert status < 400 or found is not None


def test_a_file(cloud: FakeCloud, get: Get) -> None:
    site = Site("files.test")
    site.add("/d/größe.csv", b"1,2\n")
    site.add("/get", b"x", name="named.bin")
    cloud.add(site)
    assert get("https://files.test/d/gr%C3%B6%C3%9Fe.csv") == {"": b"1,2\n"}
    assert get("https://files.test/get?id=5") == {"named.bin": b"x"}


def test_a_bucket(cloud: FakeCloud, get: Get) -> None:
    closed, open_ = Bucket("closed"), Bucket("open", listed=True)
    open_.add("a/b.csv", b"1")
    cloud.add(closed)
    cloud.add(open_)
    assert get("https://open.s3.amazonaws.com/a/b.csv") == {"": b"1"}
    with pytest.raises(GoneError) as gone:
        get("https://open.s3.amazonaws.com/c.csv")
    assert "The specified key does not exist" in said(gone.value)
    with pytest.raises(AuthError) as closed_error:
        get("https://closed.s3.amazonaws.com/c.csv?X-Amz-Signature=SIG")
    assert "SIG" not in said(closed_error.value)
    with pytest.raises(GoneError) as expired:
        get("https://closed.s3.amazonaws.com/c.csv?X-Amz-Expires=0&X-Amz-Signature=SIG")
    assert "expired" in said(expired.value)


class Guarded:
    """A host that wants a login, and sends it on to another one for the bytes."""

    hosts = ("guarded.test", "bytes.test")

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    def handle(self, request: Request) -> Response:
        if request.host == "bytes.test":
            return text(200, "data", "application/octet-stream")
        if request.headers.get("authorization") != self.wanted:
            return text(401, "", WWW_Authenticate="Basic")
        return Response(302, [("Location", "https://bytes.test/x?sig=1")])


@pytest.fixture
def allowed(tmp_path: Path) -> Secrets:
    """Secrets that this user lets go to guarded.test."""
    secrets = Secrets({"DATA_LOGIN": CANARY}, config=tmp_path / "config")
    secrets.allow("DATA_LOGIN", "guarded.test")
    return secrets


@pytest.mark.parametrize("value", [CANARY, f"me:{CANARY}"])
def test_a_login_goes_to_its_own_host_only(
    cloud: FakeCloud, get: Get, allowed: Secrets, value: str
) -> None:
    pair = base64.b64encode(value.encode()).decode()
    cloud.add(Guarded(f"Basic {pair}" if ":" in value else f"Bearer {value}"))
    allowed.give("DATA_LOGIN", value)
    assert get("https://guarded.test/x.bin", allowed, secret="DATA_LOGIN") == {"": b"data"}
    assert [("authorization" in one.headers, one.host) for one in cloud.log] == [
        (True, "guarded.test"),
        (False, "bytes.test"),
    ]


def test_a_wrong_login_is_tried_once_and_never_shown(
    cloud: FakeCloud, get: Get, allowed: Secrets
) -> None:
    cloud.add(Guarded("Bearer another"))
    with pytest.raises(AuthError) as error:
        get("https://guarded.test/x.bin", allowed, secret="DATA_LOGIN")
    assert "DATA_LOGIN" in said(error.value)
    assert CANARY not in said(error.value)
    assert len(cloud.log) == 1


def test_a_login_without_consent_is_not_sent(cloud: FakeCloud, get: Get, tmp_path: Path) -> None:
    cloud.add(Guarded("x"))
    own = Secrets({"DATA_LOGIN": CANARY}, config=tmp_path / "other")
    with pytest.raises(AuthError) as error:
        get("https://guarded.test/x.bin", own, secret="DATA_LOGIN")
    assert "jupyter preflight allow DATA_LOGIN guarded.test" in said(error.value)
    assert not cloud.log


def test_no_login_over_plain_http(cloud: FakeCloud, get: Get, allowed: Secrets) -> None:
    with pytest.raises(LinkError):
        get("http://guarded.test/x.bin", allowed, secret="DATA_LOGIN")
    assert not cloud.log


def test_plain_http_is_taken_for_unknown_hosts(cloud: FakeCloud, get: Get) -> None:
    site = Site("old.test")
    site.add("/a.csv", b"1")
    cloud.add(site)
    assert get("http://old.test/a.csv") == {"": b"1"}


def test_a_captive_portal_is_named(cloud: FakeCloud, get: Get) -> None:
    site = Site("files.test")
    site.add("/a.zip", b"PK\x03\x04")
    cloud.add(site)
    cloud.always("https://files.test*", faults.page())
    with pytest.raises(NotAnArchiveError) as error:
        get("https://files.test/a.zip?token=SECRET")
    assert "«Sign in»" in said(error.value)
    assert "SECRET" not in said(error.value)


@pytest.mark.parametrize("provider", ["kaggle", "hf", "zenodo", "drive", "nobody"])
def test_providers_of_another_version(provider: str, client: Client, secrets: Secrets) -> None:
    source = Source(provider, "dataset", "https://www.kaggle.com/datasets/a/b", "www.kaggle.com")
    with pytest.raises(UnsupportedError) as error:
        resolve(Wanted(source), client, secrets)
    assert said(error.value)


def test_all_links_of_the_web_are_one_download(client: Client, secrets: Secrets) -> None:
    (one,) = resolve(Wanted(recognise("https://h.test/a.zip?x=1#frag")), client, secrets)
    assert one.url == "https://h.test/a.zip?x=1"
    assert one.hosts == ()
    assert one.ranged
    assert one.explain is not None
    assert isinstance(one.explain(cast(Answer, head(500)), b""), PreflightError)
