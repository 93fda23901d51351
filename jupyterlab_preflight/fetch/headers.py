"""What a server's headers say, as plain values.

Headers are written by strangers and read by code that decides about files; so each has one small
reader here that knows the RFC's form and says "not that" to everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from .retry import http_date


def content_length(value: str | None) -> int | None:
    """Length of the body in bytes; None where the header is absent.

    Raises:
        ValueError: it is no number, or there are several that differ (RFC 9110 §8.6).
    """
    if value is None:
        return None
    lengths = {part.strip() for part in value.split(",")}
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit()):
        raise ValueError
    return int(length)


def content_range(value: str) -> tuple[int, int, int | None] | None:
    """First byte, one past the last, and total of ``bytes 0-9/100`` (RFC 9110 §14.4).

    The total is None where the server does not know it (``*``). None for any other form.
    """
    unit, _, rest = value.strip().partition(" ")
    span, slash, total = rest.strip().partition("/")
    first, dash, last = span.partition("-")
    numbers = (first, last) if total == "*" else (first, last, total)
    if unit.lower() != "bytes" or not slash or not dash or not all(map(_is_number, numbers)):
        return None
    start, end = int(first), int(last) + 1
    size = None if total == "*" else int(total)
    if end <= start or (size is not None and end > size):
        return None
    return start, end, size


def unsatisfied(value: str) -> int | None:
    """Total size in ``bytes */100``, which comes with status 416; None for any other form."""
    unit, _, rest = value.strip().partition(" ")
    star, _, total = rest.strip().partition("/")
    return int(total) if unit.lower() == "bytes" and star == "*" and _is_number(total) else None


def validator(headers: Mapping[str, str]) -> str | None:
    """What proves that two answers are parts of one file: strong ETag, else Last-Modified.

    A date is strong only where the file had been left alone for a second when it was sent
    (RFC 9110 §8.8.2.2). A weak ETag (``W/…``) is none: use it for `Request.validator` without a
    range only.
    """
    etag = headers.get("etag", "").strip()
    if is_strong(etag):
        return etag
    modified = headers.get("last-modified", "").strip()
    moment = http_date(modified) if modified else None
    if moment is None:
        return None
    sent = http_date(headers.get("date", ""))
    return modified if sent is None or sent - moment >= 1 else None


def is_etag(text: str) -> bool:
    """Whether *text* is an entity tag, strong or weak (RFC 9110 §8.8.3)."""
    return is_strong(text.removeprefix("W/"))


def is_strong(text: str) -> bool:
    """Whether *text* is a strong entity tag."""
    quoted = len(text) >= 2 and text[0] == text[-1] == '"'
    return quoted and '"' not in text[1:-1] and text.isprintable()


def filename(value: str) -> str:
    """File name in a ``Content-Disposition`` header; empty where there is none.

    ``filename*`` (RFC 8187) wins over ``filename`` (RFC 6266 §4.3). The name is whatever the
    server wrote: it may hold ``..``, slashes and control characters.
    """
    parameters = _parameters(value[:4096])
    extended = parameters.get("filename*", "")
    charset, quote, rest = extended.partition("'")
    _, second, encoded = rest.partition("'")
    if quote and second and charset.lower() in {"utf-8", "iso-8859-1"}:
        return unquote_to_bytes(encoded).decode(charset, "replace")
    plain = parameters.get("filename", "")
    try:
        return plain.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return plain


def _parameters(value: str) -> dict[str, str]:
    """Parameters of a header; the first of two with one name counts."""
    found: dict[str, str] = {}
    at = value.find(";")
    while 0 <= at < len(value):
        name, equals, _ = value[at + 1 :].partition("=")
        if not equals or ";" in name:
            at = value.find(";", at + 1)
            continue
        at += len(name) + 2
        at += len(value[at:]) - len(value[at:].lstrip())
        if value[at : at + 1] == '"':
            text, at = _quoted(value, at + 1)
            at = value.find(";", at)
        else:
            end = value.find(";", at)
            text = value[at:] if end < 0 else value[at:end]
            at = end
        found.setdefault(name.strip().lower(), text.strip())
    return found


def _quoted(value: str, at: int) -> tuple[str, int]:
    """A quoted string (RFC 9110 §5.6.4) whose text begins at *at*, and where it ends."""
    letters: list[str] = []
    while at < len(value) and value[at] != '"':
        at += value[at] == "\\" and at + 1 < len(value)
        letters.append(value[at])
        at += 1
    return "".join(letters), at


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
