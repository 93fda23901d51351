from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.fetch import headers


@pytest.mark.parametrize(
    ("value", "length"), [(None, None), ("0", 0), ("12", 12), ("5, 5", 5), (" 7 ", 7)]
)
def test_length(value: str | None, length: int | None) -> None:
    assert headers.content_length(value) == length


@pytest.mark.parametrize("value", ["-1", "5, 6", "", "1e3", "+4", "٣", "0x10", "5,"])
def test_length_that_is_none(value: str) -> None:
    with pytest.raises(ValueError):
        headers.content_length(value)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("bytes 0-9/100", (0, 10, 100)),
        ("Bytes 90-99/100", (90, 100, 100)),
        ("bytes 5-5/*", (5, 6, None)),
        ("bytes 0-99/99", None),
        ("bytes 9-5/100", None),
        ("bytes */100", None),
        ("items 0-9/100", None),
        ("bytes 0-9", None),
        ("bytes -9/100", None),
        ("bytes a-b/c", None),
        ("", None),
    ],
)
def test_range(value: str, part: tuple[int, int, int | None] | None) -> None:
    assert headers.content_range(value) == part


def test_total_of_an_unsatisfied_range() -> None:
    assert headers.unsatisfied("bytes */100") == 100
    assert headers.unsatisfied("bytes 0-9/100") is None
    assert headers.unsatisfied("") is None


MODIFIED = "Tue, 14 Jul 2026 03:33:20 GMT"


@pytest.mark.parametrize(
    ("given_headers", "validator"),
    [
        ({}, None),
        ({"etag": '"a"'}, '"a"'),
        ({"etag": 'W/"a"'}, None),
        ({"etag": "a"}, None),
        ({"etag": '"a"b"'}, None),
        ({"etag": '"'}, None),
        ({"etag": '"a"', "last-modified": MODIFIED}, '"a"'),
        ({"etag": 'W/"a"', "last-modified": MODIFIED}, MODIFIED),
        ({"last-modified": "long ago"}, None),
        ({"last-modified": MODIFIED, "date": "Tue, 14 Jul 2026 03:33:30 GMT"}, MODIFIED),
        # Written within the second in which it was sent: it may change once more.
        ({"last-modified": MODIFIED, "date": MODIFIED}, None),
    ],
)
def test_validator(given_headers: dict[str, str], validator: str | None) -> None:
    assert headers.validator(given_headers) == validator


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("", ""),
        ("attachment", ""),
        ("inline; filename=a.zip", "a.zip"),
        ('attachment; filename="a b.zip"', "a b.zip"),
        ('attachment; filename="a;b.zip"; x=1', "a;b.zip"),
        (r'attachment; filename="a\"b\\c.zip"', r'a"b\c.zip'),
        ("attachment; filename=\"n.zip\"; filename*=UTF-8''%C3%A4.zip", "ä.zip"),
        ("attachment; filename*=utf-8'en'%e2%82%ac.zip; filename=euro.zip", "€.zip"),
        ("attachment; filename*=iso-8859-1''%E4.zip", "ä.zip"),
        ("attachment; filename*=utf-7''x; filename=plain.zip", "plain.zip"),
        ("attachment; filename*=broken; filename=plain.zip", "plain.zip"),
        ("attachment; filename=\xc3\xa4.zip", "ä.zip"),
        ("attachment; filename=\xe4.zip", "ä.zip"),
        ("attachment; FileName = a.zip ; x", "a.zip"),
        ("attachment; foo; bar; filename=a.zip", "a.zip"),
        ("attachment; filename=a.zip; filename=b.zip", "a.zip"),
        ('attachment; filename="never ends', "never ends"),
        ('attachment; filename="../../etc/passwd"', "../../etc/passwd"),
    ],
)
def test_file_name(value: str, name: str) -> None:
    assert headers.filename(value) == name


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_no_header_breaks_us(value: str) -> None:
    headers.filename(value)
    headers.content_range(value)
    headers.unsatisfied(value)
    headers.validator({"etag": value, "last-modified": value, "date": value})


def test_a_hostile_file_name_takes_no_time() -> None:
    assert headers.filename(";" * 60_000 + "filename=x") == ""
