from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.errors import LinkError
from jupyterlab_preflight.fetch.redirects import (
    RedirectError,
    Target,
    allowed,
    follow,
    reach,
    split,
)

HERE = split("https://a.example.org/dir/file.zip?key=k")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://A.Example.org", Target("https", "a.example.org", 443, "/")),
        ("http://a.example.org:8080/x?y=z#f", Target("http", "a.example.org", 8080, "/x?y=z")),
        ("https://a.example.org:443/", Target("https", "a.example.org", 443, "/")),
        ("https://a.example.org?q=/x", Target("https", "a.example.org", 443, "/?q=/x")),
        ("https://a.example.org./%7ea", Target("https", "a.example.org", 443, "/%7ea")),
        ("http://[::1]:8888/x", Target("http", "::1", 8888, "/x")),
    ],
)
def test_split(url: str, target: Target) -> None:
    assert split(url) == target
    assert split(target.url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example.org/x",
        "ftp://a.example.org/x",
        "file:///etc/passwd",
        "https:a.example.org",
        "https:///x",
        "https://user:pw@a.example.org/",
        "https://a.example.org\\@evil.test/",
        "https://a.example.org:0/",
        "https://a.example.org:99999/",
        "https://a b/",
        "https://a.example.org/\r\nX: y",
        "https://ａ.example.org/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://[fe80::1]/",
    ],
)
def test_what_is_no_link(url: str) -> None:
    with pytest.raises(LinkError) as caught:
        split(url)
    assert "pw" not in str(caught.value)


def test_a_message_never_holds_the_query() -> None:
    assert HERE.shown == "https://a.example.org/dir/file.zip"
    with pytest.raises(LinkError) as caught:
        split("gopher://u:pw@h/x?token=SECRET#SECRET")
    assert "SECRET" not in str(caught.value)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://b.example.org/x", "https://b.example.org/x"),
        ("other.zip", "https://a.example.org/dir/other.zip"),
        ("../up.zip", "https://a.example.org/up.zip"),
        ("/root.zip", "https://a.example.org/root.zip"),
        ("?q=1", "https://a.example.org/dir/file.zip?q=1"),
        ("//c.example.org/x", "https://c.example.org/x"),
        (" /x ", "https://a.example.org/x"),
        ("/x#", "https://a.example.org/x"),
        ("/x#fragment", "https://a.example.org/x"),
        ("/a b.zip", "https://a.example.org/a%20b.zip"),
        ("/\xc3\xa4.zip", "https://a.example.org/%C3%A4.zip"),
        ("/100%.zip", "https://a.example.org/100%25.zip"),
        ('/x?f="a"|b', "https://a.example.org/x?f=%22a%22%7Cb"),
        ("https://b.example.org:8443/x", "https://b.example.org:8443/x"),
    ],
)
def test_followed(location: str, url: str) -> None:
    assert follow([HERE], location, (), 10).url == url


@pytest.mark.parametrize(
    "location",
    [
        "",
        "   ",
        "http://b.example.org/x",
        "http://a.example.org/dir/file.zip",
        "file:///etc/passwd",
        "ftp://b.example.org/x",
        "javascript:alert(1)",
        "data:text/plain,x",
        "https://u:p@b.example.org/",
        "https://b.example.org\\@c.example.org/",
        "/\\evil.test/x\r\nSet-Cookie: a=b",
        "https://b.example.org/\x00",
        "https://169.254.169.254/latest",
        "https://[fe80::1]/",
        "https://b.example.org:http/",
        "/dir/file.zip?key=k",
    ],
)
def test_refused(location: str) -> None:
    with pytest.raises(RedirectError) as caught:
        follow([HERE], location, (), 10)
    assert "key=k" not in str(caught.value)
    assert "a.example.org" in str(caught.value)


def test_plain_http_may_lead_up_but_not_down() -> None:
    plain = split("http://a.example.org/x")
    up = follow([plain], "https://a.example.org/x", (), 10)
    assert up.scheme == "https"
    with pytest.raises(RedirectError):
        follow([plain, up], "http://a.example.org/y", (), 10)


def test_a_provider_leads_to_its_own_hosts_only() -> None:
    hosts = ("b.example.org", ".cdn.example.net")
    for location in (
        "https://b.example.org/",
        "https://x.cdn.example.net/",
        "https://x.y.cdn.example.net/",
        "/same",
    ):
        follow([HERE], location, hosts, 10)
    for location in (
        "https://c.example.org/",
        "https://cdn.example.net/",
        "https://evilcdn.example.net/",
        "https://b.example.org.evil.test/",
        "https://b.example.org:8443/",
    ):
        with pytest.raises(RedirectError) as caught:
            follow([HERE], location, hosts, 10)
        assert caught.value.host == split(location).host


def test_circles_and_long_chains() -> None:
    chain = [HERE]
    for number in range(10):
        chain.append(follow(chain, f"/{number}", (), 10))
    with pytest.raises(RedirectError, match="more than 10"):
        follow(chain, "/11", (), 10)
    with pytest.raises(RedirectError, match="circle"):
        follow(chain[:3], "/0", (), 10)


def test_the_way_is_told() -> None:
    there = follow([HERE], "https://b.example.org/x?sig=SECRET", (), 10)
    with pytest.raises(RedirectError, match=r"a\.example\.org → b\.example\.org"):
        follow([HERE, there], "http://c.example.org/", (), 10)


def test_allowed_wants_the_scheme_s_own_port() -> None:
    assert allowed(split("https://b.example.org/"), ("b.example.org",))
    assert not allowed(split("https://b.example.org:444/"), ("b.example.org",))
    assert allowed(split("https://b.example.org:444/"), ())


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("93.184.216.34", "public"),
        ("2606:2800:220:1::1", "public"),
        ("127.0.0.1", "private"),
        ("127.8.8.8", "private"),
        ("0.0.0.0", "private"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("224.0.0.1", "private"),
        ("255.255.255.255", "private"),
        ("::1", "private"),
        ("::", "private"),
        ("fd12::1", "private"),
        ("::ffff:127.0.0.1", "private"),
        ("::ffff:93.184.216.34", "public"),
        ("64:ff9b::7f00:1", "private"),
        ("64:ff9b::5db8:d822", "public"),
        ("2002:7f00:1::", "private"),
        ("169.254.169.254", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fd00:ec2::254", "link-local"),
        ("fd20:ce::254", "link-local"),
        ("100.100.100.200", "link-local"),
        ("168.63.129.16", "link-local"),
    ],
)
def test_reach(address: str, where: str) -> None:
    assert reach(address) == where


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_any_location_is_followed_or_refused(location: str) -> None:
    try:
        there = follow([HERE], location, (), 10)
    except RedirectError:
        return
    assert there.scheme == "https"
    assert split(there.url) == there
    assert "\r" not in there.url
    assert "\n" not in there.url
