from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.fetch import pages


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (b"<!DOCTYPE html><p>", "html"),
        (b"\xef\xbb\xbf \n<HTML>", "html"),
        (b"<!-- saved --><html>", "html"),
        (b"<script>location = '/login'</script>", "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html/>', "html"),
        (b'<?xml version="1.0"?><Error/>', "xml"),
        (b"<Error><Code>x</Code></Error>", "xml"),
        (b' {"message": 1}', "json"),
        (b"[]", "json"),
        (b"PK\x03\x04", ""),
        (b"name,kind\n", ""),
        (b"", ""),
    ],
)
def test_kind(page: bytes, kind: str) -> None:
    assert pages.kind(page) == kind


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (b"<title> Sign \n in &amp; go </title>", "Sign in & go"),
        (b"<TITLE>a</TITLE><title>b</title>", "a"),
        (b"<title>never closed", "never closed"),
        (b"<p>none</p>", ""),
        (b"<title>\x1b[31mred\x1b[0m \xe2\x80\xaegnp</title>", "red gnp"),
        (b"<title>See https://h.test/a?token=SECRET#x now</title>", "See https://h.test/a now"),
        ("<title>Überprüfung</title>".encode("latin-1"), "�berpr�fung"),
    ],
)
def test_title(page: bytes, title: str) -> None:
    assert pages.title(page) == title


def test_character_sets() -> None:
    word = "ログイン"
    page = f"<title>{word}</title>"
    assert pages.title(page.encode("shift_jis"), "text/html; charset=Shift_JIS") == word
    meta = f'<meta charset="shift_jis">{page}'
    assert pages.title(meta.encode("shift_jis")) == word
    assert pages.title(page.encode(), "text/html; charset=no-such-thing") == word


def test_forms_in_any_order_and_with_entities() -> None:
    page = pages.Page(
        "<form method='GET' id=download-form action='/x?a=1&amp;b=2'>"
        "<input value='&quot;t&quot;' name=confirm type=hidden><input type=submit></form>"
        "<form><input type=password></form>"
    )
    first, second = page.forms
    assert (first.action, first.name) == ("/x?a=1&b=2", "download-form")
    assert first.fields == {"confirm": '"t"'}
    assert second.types == {"password"}


def test_marked_elements_keep_their_whole_text() -> None:
    page = pages.Page(
        '<p class="a">one <b>two</b> <p>three</p> four</p><div class="x b">five</div><p>six', "ab"
    )
    assert page.marked == [("a", "one two three four"), ("b", "five")]
    assert page.text("b") == "five"
    assert page.text("c") == ""


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (
            b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>It &lt;is&gt; gone"
            b"</Message></Error>",
            ("NoSuchKey", "It <is> gone"),
        ),
        (b'{"code": 403, "message": "no\\u001b[1m"}', ("403", "no")),
        (b'{"error": {"code": 404, "message": "Not found"}}', ("404", "Not found")),
        (b'{"error": "invalid_grant", "error_description": "old"}', ("invalid_grant", "old")),
        (b'{"status": 404, "error": "Not Found"}', ("404", "Not Found")),
        (b'{"status": 404, "error": "Not Found", "message": "No x"}', ("404", "No x")),
        (b'{"error": "quota"}', ("quota", "")),
        (b'{"a": 1}', ("", "")),
        (b"[1]", ("", "")),
        (b"{broken", ("", "")),
        (b"[" * 60000, ("", "")),
        (b"<html>", ("", "")),
    ],
)
def test_message(page: bytes, message: tuple[str, str]) -> None:
    assert pages.message(page) == message


@pytest.mark.parametrize("start", [b"", b"<html>", b"<title>", b"<![x", b"<!--", b'{"message":'])
@given(data=st.binary(max_size=300))
def test_no_page_breaks_the_reading(start: bytes, data: bytes) -> None:
    page = start + data
    for text in (pages.title(page), *pages.message(page)):
        assert len(text) <= 120
        assert all(char.isprintable() or char == "\u3000" for char in text), text


PIECES = "< <a <a=' <a='b'> <a='b' <!-- <! <? </ <form><input &amp; & <script> \"' a=' <![CDATA["


@pytest.mark.parametrize("piece", [*PIECES.split(), "<a b ", '<a b="', "<a href='x' ", "<a \n"])
def test_a_page_made_to_be_slow_is_not(piece: str) -> None:
    began = time.process_time()
    pages.title((b"<html>" + piece.encode() * 65536)[: 1 << 16])
    assert time.process_time() - began < 1.5


def test_comments_scripts_and_stray_marks_are_no_structure() -> None:
    page = pages.Page(
        "<?xml version='1.0'?><!DOCTYPE html><!-- <form> --><script>'<form>'</script>"
        "<style><form></style> 1 < 2 <a href=x>link</a><img src='y'><!-- never closed <form>"
    )
    assert page.forms == []
    assert page.addresses == ["x", "y"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"<html><title>Log\n in &amp; go</title>", "Log in & go"),
        (b"<script></script><title>Wait</title>", "Wait"),
        (b'{"error": {"code": 404, "message": "No such file"}}', "No such file"),
        (b'{"error_summary": "path/not_found/."}', "path/not_found/."),
        (b'{"detail": "gone"}', "gone"),
        (b'{"error": "quota"}', "quota"),
        (b"<Error><Code>NoSuchKey</Code></Error>", "NoSuchKey"),
        (b"<html><p>", ""),
        (b"PK\x03\x04", ""),
        (b"", ""),
    ],
)
def test_what_a_page_says_of_itself(page: bytes, said: str) -> None:
    assert pages.said(page) == said
