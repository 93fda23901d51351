"""Certificates, proxies, and networks that are away."""

from __future__ import annotations

import time
from typing import Any

import pytest

from jupyterlab_preflight.errors import (
    NetworkError,
)
from jupyterlab_preflight.fetch.http import Client, Limits, Request
from jupyterlab_preflight.progress import Progress
from tests.fakecloud import FakeCloud, Site

from .conftest import DATA, LIMITS, fetch, make, no_canary

# -- certificates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words", "action"),
    [
        ("expired", "has expired", "date and time"),
        ("future", "not valid yet", "date and time"),
        ("wrong-host", "another host", "log in"),
        ("self-signed", "signed by itself", "SSL_CERT_FILE"),
        ("unknown", "does not know", "SSL_CERT_FILE"),
    ],
)
def test_bad_certificates(
    cloud: FakeCloud, client: Client, kind: Any, words: str, action: str
) -> None:
    cloud.certificates["files.example.org"] = kind
    with pytest.raises(NetworkError, match=words) as caught:
        fetch(client)
    assert action in caught.value.action
    assert not caught.value.offline
    assert cloud.log == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_an_authority_of_one_s_own(cloud: FakeCloud, name: str) -> None:
    environ = {"HTTPS_PROXY": cloud.url, name: str(cloud.ca_file)}
    with Client(Progress(), limits=LIMITS, environ=environ) as client:
        assert fetch(client) == DATA


def test_without_it_the_system_decides(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    with Client(Progress(), limits=LIMITS, environ={"HTTPS_PROXY": cloud.url}) as client:
        with pytest.raises(NetworkError, match="does not know") as caught:
            fetch(client)
        assert "SSL_CERT_FILE" in caught.value.action


def test_a_file_without_certificates_is_named(cloud: FakeCloud, tmp_path: Any) -> None:
    path = tmp_path / "empty.pem"
    path.write_text("")
    named = pytest.raises(NetworkError, match="SSL_CERT_FILE")
    with make(cloud, SSL_CERT_FILE=str(path)) as client, named:
        fetch(client)


# -- proxies and networks that are away ----------------------------------------------------------


def test_a_proxy_with_a_login(site: Site) -> None:
    with FakeCloud([site], login="me:CANARY@/") as cloud:
        environ = cloud.environ()
        environ["HTTPS_PROXY"] = environ["https_proxy"] = (
            f"http://me:CANARY%40%2F@127.0.0.1:{cloud.port}"
        )
        with Client(Progress(), limits=LIMITS, environ=environ) as client:
            assert fetch(client) == DATA
            assert "proxy-authorization" not in cloud.log[0].headers
        environ["http_proxy"] = environ["https_proxy"] = (
            f"http://me:CANARY-wrong@127.0.0.1:{cloud.port}"
        )
        with Client(Progress(), limits=LIMITS, environ=environ) as client:
            for scheme in ("https", "http"):
                with pytest.raises(NetworkError, match="user name") as caught:
                    client.open(Request(f"{scheme}://files.example.org/data.zip"))
                no_canary(caught.value)


def test_a_host_that_the_proxy_cannot_reach(cloud: FakeCloud, client: Client) -> None:
    with pytest.raises(NetworkError, match=r"nobody\.example\.org.*502"):
        client.open(Request("https://nobody.example.org/"))
    assert client.offline is None
    assert fetch(client) == DATA


def test_a_host_that_stays_silent(cloud: FakeCloud) -> None:
    cloud.down["files.example.org"] = "silent"
    limits = Limits(connect=0.3, read=0.3, tries=1)
    with make(cloud, limits=limits) as client, pytest.raises(NetworkError, match="not answer"):
        fetch(client)


def test_the_network_is_away_and_comes_back(cloud: FakeCloud) -> None:
    with cloud.away(), make(cloud) as client:
        began = time.monotonic()
        for _ in range(50):
            with pytest.raises(NetworkError) as caught:
                fetch(client)
            assert caught.value.offline
            assert caught.value.about("one row").source == "one row"
        assert client.offline is not None
        assert time.monotonic() - began < 1
    with make(cloud) as client:
        assert fetch(client) == DATA
