from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight import words


def test_then() -> None:
    year = time.localtime().tm_year
    noon = time.mktime((year, 11, 3, 12, 0, 0, 0, 0, -1))
    assert words.then(1797, noon) == "fetched 3 Nov, 1,797 files then"
    before = time.mktime((year - 1, 1, 31, 12, 0, 0, 0, 0, -1))
    assert words.then(1, before) == f"fetched 31 Jan {year - 1}, 1 file then"
    assert words.then(2, 0) == "2 files when it was fetched"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_951, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_100_000_000, "1.1 GB"),
        (5 * 10**15, "5.0 PB"),
        (5 * 10**18, "5000 PB"),
    ],
)
def test_size(count: int, text: str) -> None:
    assert words.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (41, "41 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3840, "1 h 4 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s left"),
        (4.4, "4 s left"),
        (41, "about 40 s left"),
        (90, "about 2 min left"),
        (5400, "about 1.5 h left"),
    ],
)
def test_left(seconds: float, text: str) -> None:
    assert words.left(seconds) == text


def test_listing_names_a_few_and_counts_the_rest() -> None:
    assert words.listing(["a"]) == "a"
    assert words.listing(["a", "b", "c", "d"]) == "a, b, c, d"
    assert words.listing(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("a\r\nb\tc", "a b c"),
        ("a\u202eb\u2066c", "abc"),
        ("nul\x00", "nul\ufffd"),
        ("naïve 日本", "naïve 日本"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert words.plain(text) == shown


@given(st.text())
def test_plain_moves_nothing(text: str) -> None:
    shown = words.plain(text, limit=50)
    assert len(shown) <= 50
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs") for char in shown)
    assert "\n" not in shown
