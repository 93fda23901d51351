"""When to ask again, and when to give up: pure arithmetic on an answer's headers.

Kept apart from the sockets, because everything that servers write into ``Retry-After`` can be
tried here in a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that may be cured by waiting (RFC 9110 §15.5.9, §15.6; RFC 6585 §4)."""

_LONGEST = 30 * 86400.0


@dataclass(frozen=True)
class Limits:
    """How long the network may keep us. Times in seconds.

    Attributes:
        connect: from a name to an established connection, over all of its addresses.
        read: without a single byte.
        slow_rate: bytes a second below which a transfer counts as broken …
        slow_time: … when it stays there for this long.
        redirects: hops that are followed.
        tries: requests in all, where the server does not say when to come back.
        patience: sum of all waits of one request.
        backoff: the first wait; each further one is twice as long.
    """

    connect: float = 10.0
    read: float = 30.0
    slow_rate: int = 1024
    slow_time: float = 60.0
    redirects: int = 10
    tries: int = 4
    patience: float = 60.0
    backoff: float = 1.0


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the server asks us to wait, or None where it does not say.

    Reads ``Retry-After`` (RFC 9110 §10.2.3), else the widespread ``X-RateLimit-Reset`` (seconds
    since the epoch, or from now) where ``X-RateLimit-Remaining`` is 0. A date is compared with the
    server's own ``Date``, so that a wrong clock here does no harm.

    Args:
        headers: of the answer, names in lower case.
        now: seconds since the epoch.
    """
    asked = headers.get("retry-after", "").strip()
    if asked:
        if asked.isascii() and asked.isdigit():
            return float(asked[:12])
        moment = http_date(asked)
        return None if moment is None else max(0.0, moment - _server_time(headers, now))
    reset = headers.get("x-ratelimit-reset", "").strip()
    if headers.get("x-ratelimit-remaining", "").strip() == "0" and reset.isascii():
        whole = reset.partition(".")[0]
        if whole.isdigit():
            moment = float(whole[:12])
            return max(0.0, moment - now) if moment > _LONGEST else moment
    return None


def retry_at(headers: Mapping[str, str], now: float) -> float | None:
    """When to try again, in seconds since the epoch; None where that is unknown or absurd."""
    asked = retry_after(headers, now)
    return now + asked if asked is not None and asked <= _LONGEST else None


def pause(
    limits: Limits, failed: int, waited: float, asked: float | None, jitter: float
) -> float | None:
    """Seconds to wait before the next try, or None to give up.

    Args:
        limits: `Limits.tries`, `Limits.patience` and `Limits.backoff` count here.
        failed: requests that have failed so far, at least 1.
        waited: seconds waited so far.
        asked: what the server asks for, see `retry_after`.
        jitter: a random number in [0, 1), so that many clients do not come back together.
    """
    if asked is None and failed >= limits.tries:
        return None
    own = limits.backoff * 2.0 ** min(failed - 1, 16) * (0.5 + jitter / 2)
    wait = own if asked is None else max(own, asked + jitter)
    return wait if waited + wait <= limits.patience else None


def http_date(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date (RFC 9110 §5.6.7), or None where it is none."""
    from email.utils import mktime_tz, parsedate_tz

    parts = parsedate_tz(text)
    if parts is None:
        return None
    try:
        return float(mktime_tz(parts))
    except (ValueError, OverflowError):
        return None


def _server_time(headers: Mapping[str, str], now: float) -> float:
    moment = http_date(headers.get("date", ""))
    return now if moment is None else moment
