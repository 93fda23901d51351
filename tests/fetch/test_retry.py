from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.fetch.retry import Limits, http_date, pause, retry_after, retry_at

NOW = 1_784_000_000.0
NOW_TEXT = "Tue, 14 Jul 2026 03:33:20 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1000000000"}, 1e9),
        ({"retry-after": "9" * 400}, 999999999999),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "Tue, 14 Jul 2026 03:34:20 GMT"}, 60),
        ({"retry-after": "Tue, 14 Jul 2020 03:34:20 GMT"}, 0),
        # The server's clock, not ours, tells how far away its date is.
        (
            {
                "retry-after": "Tue, 14 Jul 2020 03:34:20 GMT",
                "date": "Tue, 14 Jul 2020 03:34:10 GMT",
            },
            10,
        ),
        ({"retry-after": "Tue, 14 Foo 2026 03:34:20 GMT"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 55)}, 55),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "33.5"}, 33),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "33"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "never"}, None),
        (
            {
                "retry-after": "4",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "33",
            },
            4,
        ),
    ],
)
def test_what_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_the_moment_to_try_again_is_told_unless_absurd() -> None:
    assert retry_at({"retry-after": "3300"}, NOW) == NOW + 3300
    assert retry_at({"retry-after": "1000000000"}, NOW) is None
    assert retry_at({}, NOW) is None


def test_a_date_is_read() -> None:
    assert http_date(NOW_TEXT) == NOW
    assert http_date("yesterday") is None
    assert http_date("") is None


@pytest.mark.parametrize(
    ("tried", "waited", "asked", "jitter", "expected"),
    [
        (1, 0, None, 0.0, 0.5),
        (1, 0, None, 0.999, pytest.approx(1.0, abs=0.01)),
        (3, 3, None, 0.0, 2.0),
        (4, 7, None, 0.0, None),  # no word from the server: four requests in all
        (1, 0, 2.0, 0.5, 2.5),
        (9, 20, 2.0, 0.5, None),  # our own wait has grown beyond what is left
        (1, 0, 61.0, 0.0, None),
        (1, 30, 31.0, 0.0, None),
        (1, 0, 0.0, 0.0, 0.5),  # "at once" is never without a pause
    ],
)
def test_pauses(
    tried: int, waited: float, asked: float | None, jitter: float, expected: float | None
) -> None:
    assert pause(Limits(), tried, waited, asked, jitter) == expected


@given(
    asked=st.one_of(st.none(), st.floats(0, 1e12)),
    jitters=st.lists(st.floats(0, 0.999), min_size=200, max_size=200),
)
def test_all_waits_together_stay_within_patience(asked: float | None, jitters: list[float]) -> None:
    limits = Limits()
    waited = 0.0
    for tried, jitter in enumerate(jitters, 1):
        wait = pause(limits, tried, waited, asked, jitter)
        if wait is None:
            break
        assert wait > 0
        waited += wait
    else:
        pytest.fail("it never gave up")
    assert waited <= limits.patience


@given(st.dictionaries(st.sampled_from(["retry-after", "date", "x-ratelimit-reset"]), st.text()))
def test_nothing_that_a_server_writes_breaks_us(headers: dict[str, str]) -> None:
    asked = retry_after({"x-ratelimit-remaining": "0", **headers}, NOW)
    assert asked is None or asked >= 0
