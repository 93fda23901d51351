from __future__ import annotations

import pytest

from jupyterlab_preflight.errors import LinkError, UnsupportedError
from jupyterlab_preflight.fetch.proxies import find_proxy
from jupyterlab_preflight.fetch.redirects import split


def proxy_of(url: str, **environ: str) -> str:
    found = find_proxy(split(url), environ)
    return "" if found is None else found.target.authority


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://a.test/", {}, ""),
        ("https://a.test/", {"HTTPS_PROXY": "http://p:3128"}, "p:3128"),
        ("https://a.test/", {"HTTPS_PROXY": "p:3128"}, "p:3128"),
        ("https://a.test/", {"https_proxy": "http://q:1", "HTTPS_PROXY": "http://p:2"}, "q:1"),
        ("https://a.test/", {"HTTP_PROXY": "http://p:3128"}, ""),
        ("http://a.test/", {"HTTP_PROXY": "http://p:3128"}, "p:3128"),
        ("http://a.test/", {"ALL_PROXY": "http://p:3128"}, "p:3128"),
        ("https://a.test/", {"HTTPS_PROXY": " "}, ""),
        ("http://127.0.0.1/", {"HTTP_PROXY": "http://p:1"}, ""),
        ("http://localhost:8888/", {"HTTP_PROXY": "http://p:1"}, ""),
        ("http://[::1]/", {"HTTP_PROXY": "http://p:1"}, ""),
    ],
)
def test_which_proxy(url: str, environ: dict[str, str], proxy: str) -> None:
    assert proxy_of(url, **environ) == proxy


@pytest.mark.parametrize(
    ("host", "exceptions", "direct"),
    [
        ("a.test", "a.test", True),
        ("a.test", "b.test, A.Test", True),
        ("x.a.test", "a.test", True),
        ("x.a.test", ".a.test", True),
        ("x.a.test", "*.a.test", True),
        ("xa.test", "a.test", False),
        ("a.test", "*", True),
        ("a.test", "", False),
        ("a.test", "a.test:443", True),
        ("a.test", "a.test:8443", False),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("a.test", "10.0.0.0/8", False),
        ("[fd00::1]", "fd00::/8", True),
        ("[fd00::1]", "[fd00::1]:443", True),
    ],
)
def test_exceptions(host: str, exceptions: str, direct: bool) -> None:
    found = proxy_of(f"https://{host}/", HTTPS_PROXY="http://p:1", NO_PROXY=exceptions)
    assert (found == "") is direct


def test_the_login_is_kept_apart_and_never_shown() -> None:
    proxy = find_proxy(split("https://a.test/"), {"HTTPS_PROXY": "http://me:p%40ss%3A@p:3128"})
    assert proxy is not None
    assert proxy.login == "me:p@ss:"
    assert "ss" not in repr(proxy)
    assert "me" not in proxy.target.url


def test_what_is_no_proxy_is_said_without_its_value() -> None:
    with pytest.raises(LinkError) as caught:
        proxy_of("https://a.test/", HTTPS_PROXY="http://me:SECRET@p:port")
    assert "SECRET" not in str(caught.value)
    assert "HTTPS_PROXY" in str(caught.value)
    with pytest.raises(UnsupportedError, match="socks5"):
        proxy_of("https://a.test/", ALL_PROXY="socks5://p:1080")
