"""Redirects, and how far a credential goes."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    LinkError,
)
from jupyterlab_preflight.fetch.http import Client, RedirectError, Request
from jupyterlab_preflight.secrets import Credential, Secret
from tests.fakecloud import FakeCloud, faults, redirect, text

from .conftest import DATA, QUERY, URL, fetch, no_canary

# -- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(cloud: FakeCloud, client: Client, status: int) -> None:
    cloud.host("a.example.org", lambda asked: redirect(URL + QUERY + "#", status))
    with client.open(Request("https://a.example.org/")) as answer:
        assert b"".join(answer.chunks()) == DATA
        assert answer.url == URL + QUERY
    assert cloud.log[-1].target == "/data.zip" + QUERY


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"x")],
)
def test_a_redirected_post(
    cloud: FakeCloud, client: Client, status: int, method: str, body: bytes
) -> None:
    cloud.script(URL, faults.to("/next", status))
    with client.open(Request(URL, method="POST", body=b"x")):
        pass
    assert (cloud.log[-1].path, cloud.log[-1].method, cloud.log[-1].body) == ("/next", method, body)


def test_what_is_posted_goes_to_no_other_host(cloud: FakeCloud, client: Client) -> None:
    cloud.host("b.example.org", lambda asked: text(200, ""))
    cloud.script(URL, faults.to("https://b.example.org/", 307))
    with pytest.raises(RedirectError, match=r"b\.example\.org"):
        client.open(Request(URL, method="POST", body=b"x"))
    assert cloud.requests("b.example.org") == []


@pytest.mark.parametrize(
    "location",
    [
        "http://files.example.org/data.zip",
        "file:///etc/passwd",
        "ftp://files.example.org/x",
        "https://169.254.169.254/",
        "https://other.example.org/",
        "https://files.example.org/data.zip" + QUERY,
        "",
    ],
)
def test_redirects_that_are_refused(cloud: FakeCloud, client: Client, location: str) -> None:
    cloud.always(URL, faults.to(location))
    with pytest.raises((RedirectError, LinkError)) as caught:
        fetch(client, hosts=("files.example.org", ".cdn.example.org"))
    no_canary(caught.value)
    assert len(cloud.log) == 1


def test_a_redirect_without_location(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.status(302))
    with pytest.raises(RedirectError, match="nowhere"):
        fetch(client)


@pytest.mark.parametrize("fold", [b"\r\n ", b"\n\t", b"\r"])
def test_line_breaks_in_a_location(cloud: FakeCloud, client: Client, fold: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /x" + fold + b"X-Evil: 1\r\nContent-Length: 0\r\n\r\n"
    cloud.script(URL, faults.raw(head))
    with contextlib.suppress(RedirectError):
        fetch(client)
    assert not any("x-evil" in one.headers for one in cloud.log)


def test_a_chain_without_end(cloud: FakeCloud, client: Client) -> None:
    numbers = iter(range(100))
    cloud.host("a.example.org", lambda asked: redirect(f"/{next(numbers)}"))
    with pytest.raises(RedirectError, match="10 times"):
        client.open(Request("https://a.example.org/"))
    assert len(cloud.log) == 11


def test_a_refused_host_is_named(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.to("https://login.example.com/ServiceLogin?continue=CANARY"))
    with pytest.raises(RedirectError) as caught:
        fetch(client, hosts=("files.example.org",))
    assert caught.value.host == "login.example.com"
    no_canary(caught.value)


def test_ranges_and_conditions_travel_along(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.to("/data.zip?again"))
    with client.open(Request(URL, start=5)) as answer:
        assert (answer.status, answer.start) == (206, 5)


# -- credentials ---------------------------------------------------------------------------------

TOKEN = Credential(("files.example.org",), "Authorization", Secret("Bearer CANARY-TOKEN"))
PRIVATE = {"Cookie": "a=CANARY", "X-Goog-Drive-Resource-Keys": "CANARY", "Accept": "x/y"}


def secrets_in(headers: Mapping[str, str]) -> bool:
    return "CANARY" in str(dict(headers))


def test_a_credential_reaches_its_host(cloud: FakeCloud, client: Client) -> None:
    fetch(client, credential=TOKEN)
    assert cloud.log[0].headers["authorization"] == "Bearer CANARY-TOKEN"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("https://files.example.org/a", "https://b.example.org/x"),
        ("https://files.example.org/a", "https://files.example.org:8443/x"),
        ("https://files.example.org/a", "https://sub.files.example.org/x"),
    ],
)
def test_a_credential_goes_no_further(
    cloud: FakeCloud, client: Client, first: str, then: str
) -> None:
    for host in ("b.example.org", "sub.files.example.org"):
        cloud.host(host, lambda asked: text(200, ""))
    cloud.script(first, faults.to(then))
    with client.open(Request(first, credential=TOKEN, headers=PRIVATE)):
        pass
    assert secrets_in(cloud.log[0].headers)
    assert not secrets_in(cloud.log[1].headers)
    assert cloud.log[1].headers["accept"] == "x/y"


def test_a_credential_does_not_come_back(cloud: FakeCloud, client: Client) -> None:
    cloud.host("b.example.org", lambda asked: redirect(URL))
    cloud.script("https://files.example.org/a", faults.to("https://b.example.org/x"))
    with client.open(Request("https://files.example.org/a", credential=TOKEN)):
        pass
    assert [secrets_in(one.headers) for one in cloud.log] == [True, False, False]


def test_a_credential_stays_within_its_origin(cloud: FakeCloud, client: Client) -> None:
    cloud.script("https://files.example.org/a", faults.to("/data.zip"))
    with client.open(Request("https://files.example.org/a", credential=TOKEN)):
        pass
    assert [secrets_in(one.headers) for one in cloud.log] == [True, True]


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example.org/data.zip",
        "https://files.example.org:8443/data.zip",
        "https://b.example.org/",
    ],
)
def test_a_credential_is_for_its_hosts_and_https_only(
    cloud: FakeCloud, client: Client, url: str
) -> None:
    cloud.host("b.example.org", lambda asked: text(200, ""))
    with client.open(Request(url, credential=TOKEN)):
        pass
    assert not secrets_in(cloud.log[0].headers)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "ü", "\0"])
def test_headers_cannot_be_split(cloud: FakeCloud, client: Client, value: str) -> None:
    with pytest.raises(LinkError) as caught:
        fetch(client, headers={"X-Name": f"CANARY{value}"})
    no_canary(caught.value)
    bad = Credential(("files.example.org",), "Authorization", Secret(f"Bearer CANARY{value}"))
    with pytest.raises(AuthError) as refused:
        fetch(client, credential=bad)
    no_canary(refused.value)
    assert cloud.log == []


def test_nothing_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither urllib3's log nor the debugging output of http.client may show a URL or a header."""
    import http.client

    shown: list[str] = []
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 9)
    monkeypatch.setattr("builtins.print", lambda *words, **_: shown.append(str(words)))
    with caplog.at_level(logging.DEBUG):
        fetch(client, credential=TOKEN)
    assert "CANARY" not in caplog.text
    assert "CANARY" not in "".join(shown)
