from __future__ import annotations

import contextlib
import ipaddress
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyterlab_preflight.bootstrap.naming import suggest_folder
from jupyterlab_preflight.sources import addresses, templates
from jupyterlab_preflight.sources.recognise import (
    LinkProblem,
    known_hosts,
    provider_row,
    recognise,
    redact,
    table,
)
from jupyterlab_preflight.sources.urls import decode, encode, is_hidden, split

VECTORS = Path(__file__).parent.parent / "vectors"


def vectors(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return loaded


URLS, LINKS, REFUSED, REDACTED = map(
    vectors, ("urls.json", "links.json", "refused.json", "redact.json")
)
SPELLINGS = [(row, link) for row in LINKS for link in row["links"]]


def named(value: Any) -> str:
    return repr(value)[:60].encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("row", URLS, ids=lambda row: named(row["text"]))
def test_urls(row: dict[str, Any]) -> None:
    if "code" in row:
        with pytest.raises(LinkProblem) as caught:
            split(row["text"])
        assert caught.value.code == row["code"]
        assert list(caught.value.values) == row["values"]
        assert caught.value.hint == row.get("hint", "")
        return
    url = split(row["text"])
    for part in ("scheme", "host", "port", "path", "query", "fragment"):
        assert getattr(url, part) == row[part]
    assert str(url) == row["url"]


@pytest.mark.parametrize(("row", "link"), SPELLINGS, ids=lambda v: named(v.get("link", "")))
def test_one_thing_has_one_canonical_link(row: dict[str, Any], link: dict[str, Any]) -> None:
    source = recognise(link["link"])
    assert source.canonical == row["canonical"]
    assert f"{source.provider} {source.kind}" == link["is"]
    assert source.host == link["host"]
    assert dict(source.parts) == link["parts"]


@pytest.mark.parametrize("row", LINKS, ids=lambda row: named(row["canonical"]))
def test_a_canonical_link_is_its_own(row: dict[str, Any]) -> None:
    assert recognise(row["canonical"]).canonical == row["canonical"]


@pytest.mark.parametrize("row", LINKS, ids=lambda row: named(row["canonical"]))
def test_folders_are_guessed(row: dict[str, Any]) -> None:
    source = recognise(row["links"][0]["link"])
    guessed = {step: suggest_folder(source, step) for step in ("dataset", "project")}
    assert guessed == row["folder"]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: named(row["link"]))
def test_refused(row: dict[str, Any]) -> None:
    with pytest.raises(LinkProblem) as caught:
        recognise(row["link"])
    problem = caught.value
    assert problem.code == row["code"]
    assert problem.message == str(problem) == row["message"]
    assert problem.hint == row.get("hint", "")


@pytest.mark.parametrize(
    "row", [row for row in REFUSED if row.get("hint")], ids=lambda row: named(row["link"])
)
def test_a_corrected_link_is_one(row: dict[str, Any]) -> None:
    try:
        recognise(row["hint"])
    except LinkProblem as problem:
        assert problem.code != row["code"]


@pytest.mark.parametrize("row", REDACTED, ids=lambda row: named(row["url"]))
def test_redacted(row: dict[str, str]) -> None:
    assert redact(row["url"]) == row["shown"]


def test_passwords_are_in_no_message() -> None:
    for link in (
        "https://me:hunter2@x.org:80a/a",
        "https://me:hunter2@x.org/%zz",
        "ssh://me:hunter2@h/x",
    ):
        with pytest.raises(LinkProblem) as caught:
            recognise(link)
        assert "hunter2" not in repr(caught.value) + caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "host",
    [
        "notdropbox.com",
        "dropbox.com.evil.test",
        "dropbox.com-x.test",
        "xgithub.com",
        "www.dropbox.com.x",
    ],
)
def test_look_alikes_are_strangers(host: str) -> None:
    source = recognise(f"https://{host}/s/abc123/cats.zip")
    assert source.provider == "https"
    assert source.host == host


@pytest.mark.parametrize("path", ["../x", "..", "a/../../b"])
def test_captures_hold_no_way_up(path: str) -> None:
    for start in (
        "https://github.com/me/net/blob/main/",
        "https://raw.githubusercontent.com/me/net/main/",
    ):
        try:
            source = recognise(start + percent(path, safe=""))
        except LinkProblem:
            continue
        assert ".." not in source.parts.get("rest", "").split("/")


def test_a_reference_that_looks_like_an_option_is_refused() -> None:
    for link in ("github:o/r@-x", "https://github.com/o/r/archive/--upload-pack=x.zip"):
        with pytest.raises(LinkProblem) as caught:
            recognise(link)
        assert caught.value.code == "github-ref"


# --- properties


@given(st.text(max_size=80))
@example("https://\ud800.org")
@example("github:\udfff/x")
@example("https://x.org/%")
@example("https://www.google.com/url?q=%ff")
def test_any_text_is_answered(text: str) -> None:
    redact(text)
    try:
        source = recognise(text)
    except LinkProblem as problem:
        assert problem.message
        return
    again = recognise(source.canonical)
    assert again.canonical == source.canonical
    assert (again.provider, again.kind) == (
        source.provider,
        source.kind,
    ) or source.kind == "notebook"


paths = st.text("abAB019-._~%/:@!$&'()*+,;= é日?#[]", max_size=30)


@given(st.sampled_from([*sorted(known_hosts()), "x.org", "[::1]:8"]), paths)
def test_links_to_known_hosts_are_answered(host: str, path: str) -> None:
    try:
        source = recognise(f"https://{host}/{path}")
    except LinkProblem as problem:
        assert problem.message
        return
    assert recognise(source.canonical).canonical == source.canonical


@given(paths)
def test_a_url_in_its_one_spelling_stays_so(path: str) -> None:
    try:
        url = split(f"https://x.org/{path}")
    except LinkProblem:
        return
    assert split(str(url)) == split(str(split(str(url))))
    assert str(split(str(url))) == str(url)
    assert str(url).isascii()


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))
def test_segments_and_values_are_coded_and_decoded(text: str) -> None:
    for value in (False, True):
        coded = encode(text, value=value)
        assert unquote(coded) == text
        if not any(is_hidden(char) for char in text):
            assert decode(coded) == text


@given(st.text("0123456789abcdefABCDEF:.", max_size=24))
@example("::")
@example("1::")
@example("::ffff:1.2.3.4")
@example("1:2:3:4:5:6:7::")
def test_ipv6_addresses_are_those_that_the_standard_library_reads(text: str) -> None:
    try:
        theirs = ipaddress.IPv6Address(text)
    except ValueError:
        assert addresses.ipv6(text) is None
        return
    ours = addresses.ipv6(text)
    assert ours is not None
    assert int(theirs) == int("".join(f"{group:04x}" for group in ours), 16)
    assert ipaddress.IPv6Address(addresses.ipv6_text(ours)) == theirs


@given(st.ip_addresses(v=6))
def test_ipv6_addresses_are_written_as_the_standard_library_writes_them(
    address: ipaddress.IPv6Address,
) -> None:
    groups = addresses.ipv6(address.exploded)
    assert groups is not None
    assert addresses.ipv6_text(groups) == ipaddress.IPv6Address(int(address)).compressed


@given(st.ip_addresses())
def test_link_local_addresses_are_known(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    if address.is_link_local:
        assert addresses.is_link_local(host)


# --- templates and the table


@pytest.mark.parametrize(
    ("template", "path", "wanted"),
    [
        ("/a/{x}", ["a", "b"], {"x": "b"}),
        ("/a/{x}", ["a"], None),
        ("/a/{x}", ["a", "b", "c"], None),
        ("/a/{x+}", ["a", "b", "c"], {"x": "b/c"}),
        ("/a/{x+}", ["a"], None),
        ("/a/{x*}", ["a"], {"x": ""}),
        ("/{x+}/z", ["a", "b", "z"], {"x": "a/b"}),
        ("/{x+}/{y}", ["a", "b", "z"], {"x": "a/b", "y": "z"}),
        ("/{x+}.zip", ["a", "b.zip"], {"x": "a/b"}),
        ("/{x+}.zip", [".zip"], None),
        ("/{x+}.zip", ["a"], None),
        ("/{x:number}", ["12"], {"x": "12"}),
        ("/{x:number}", ["1a"], None),
        ("/v{x}.git", ["vab.git"], {"x": "ab"}),
        ("/{x}", [".."], None),
        ("/a/{x+}", ["a", "..", "b"], None),
    ],
)
def test_templates(template: str, path: list[str], wanted: dict[str, str] | None) -> None:
    assert templates.match(template, path, table()["classes"]) == wanted


def test_the_table_of_links_holds_together() -> None:
    rows = table()["providers"]
    for provider, row in rows.items():
        assert row["name"]
        for rule in row["rules"]:
            outcomes = [key for key in ("kind", "problem", "moved", "as") if key in rule]
            assert len(outcomes) == 1, (provider, rule)
            assert ("kind" in rule) <= ("canonical" in rule)
            for template in rule["paths"]:
                parts = templates.parts(template)
                assert sum(bool(part.many) for part in parts) <= 1
                assert all(not part.kind or part.kind in table()["classes"] for part in parts)
            for key in ("hosts",):
                for host in rule.get(key, ()):
                    assert host in row["hosts"], host
    hosts = [host for row in rows.values() for host in row["hosts"]]
    assert len(set(hosts)) == len(hosts)


def test_redirects_of_a_provider_are_hosts() -> None:
    for provider in ("dropbox", "gdrive", "github"):
        for host in provider_row(provider)["redirects"]:
            assert host == host.lower()
            assert "." in host


@pytest.mark.parametrize(
    "piece", ["a", "/", "%41", "&a=b", "a/../", "..", "&amp;", "@", "?", "%C3%A9"]
)
def test_time_is_linear(piece: str) -> None:
    def seconds(count: int) -> float:
        text = "https://github.com/me/net/tree/" + piece * count
        began = time.thread_time()  # other programs may be at work
        with contextlib.suppress(LinkProblem):
            recognise(text)
        redact(text)
        return time.thread_time() - began

    seconds(10)
    assert seconds(1_000_000) < 1
    short, long = min(seconds(100) for _ in range(3)), seconds(8192 // len(piece) - 40)
    assert long < 400 * max(short, 0.0005)
