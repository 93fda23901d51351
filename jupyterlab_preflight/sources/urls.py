"""One strict reading of a URL, the same here and in the page.

Python's ``urlsplit`` and the browser's ``URL`` name different hosts for the same hostile link
(a backslash before ``@``, a missing ``//``, a full-width dot). So both sides use this splitter,
which refuses what RFC 3986 does not allow and writes the rest in one spelling.
"""

from __future__ import annotations

from dataclasses import dataclass

from .addresses import ipv6, ipv6_text, octet

MAX_LENGTH = 8192
"""Longest link that is read, in code points."""

_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNRESERVED = frozenset(_LETTERS + _DIGITS + "-._~")
_SEGMENT = _UNRESERVED | frozenset("!$&'()*+,;=:@")
_PATH = _SEGMENT | {"/"}
_QUERY = _PATH | {"?"}
_VALUE = _UNRESERVED | frozenset("!$'()*,;:@/?")
_SCHEME_TAIL = frozenset(_LETTERS + _DIGITS + "+-.")
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz" + _DIGITS + "-_.")
_FORBIDDEN = frozenset(' "<>\\^`{|}')
_PORTS = {"http": 80, "https": 443}


class LinkProblem(ValueError):
    """A link that cannot be used.

    Attributes:
        code: name of the sentence in ``messages.json``.
        values: what the sentence's ``%1`` and ``%2`` stand for.
        hint: the corrected link, where there is one.
    """

    def __init__(self, code: str, *values: str, hint: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.values = values
        self.hint = hint

    @property
    def message(self) -> str:
        """One sentence for the user."""
        from ..bootstrap.messages import say

        return say(self.code, *self.values)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Url:
    """An http or https URL in canonical spelling (RFC 3986 §6.2.2, §6.2.3).

    Attributes:
        scheme: ``http`` or ``https``.
        host: lower-case ASCII; an IPv6 address stands in brackets.
        port: None where it is the scheme's own.
        path: begins with ``/``; without dot segments; percent-encoded.
        query: without ``?``; empty where there is none.
        fragment: without ``#``.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    def __str__(self) -> str:
        """The URL without its fragment, which is never sent."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.origin}{self.path}{query}"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454 §6.2)."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    def segments(self) -> list[str]:
        """The path's segments, decoded; empty ones left out. Raises `LinkProblem`."""
        return [decode(part) for part in self.path.split("/") if part]

    def pairs(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded as forms are. Raises `LinkProblem`."""
        return pairs(self.query)


def scheme_of(text: str) -> str:
    """The scheme that *text* begins with, in lower case, else an empty text."""
    head, colon, _ = text[:64].partition(":")
    if colon and head and head[0] in _LETTERS and all(c in _SCHEME_TAIL for c in head):
        return head.lower()
    return ""


def split(text: str) -> Url:
    """Reads *text* as an http or https URL.

    Raises:
        LinkProblem: where a part of it is not plain RFC 3986, or the host can be read in two ways.
    """
    check_characters(text)
    scheme = scheme_of(text)
    if scheme not in _PORTS:
        raise LinkProblem("link-scheme", scheme)
    rest = text[len(scheme) + 1 :]
    if not rest.startswith("//") or rest[2:3] in ("", "/"):
        tail = rest.lstrip("/")
        if not tail:
            raise LinkProblem("link-no-host", scheme)
        raise LinkProblem("link-slashes", scheme, hint=f"{scheme}://{tail}")
    end = min((at for c in "/?#" if (at := rest.find(c, 2)) >= 0), default=len(rest))
    authority, tail = rest[2:end], rest[end:]
    if "@" in authority:
        login, _, bare = authority.rpartition("@")
        plain = bare and "." not in login and "@" not in login
        raise LinkProblem("link-userinfo", hint=f"{scheme}://{bare}{tail}" if plain else "")
    host, port = _host_and_port(authority, scheme)
    body, _, fragment = tail.partition("#")
    path, _, query = body.partition("?")
    return Url(
        scheme,
        host,
        port,
        _without_dots(_normal(path or "/", _PATH)),
        _normal(query, _QUERY),
        _normal(fragment, _QUERY),
    )


def check_characters(text: str) -> None:
    """Refuses what no link holds: control and invisible characters, blanks, ``<``, ``\\`` ….

    Raises:
        LinkProblem: naming the first such character.
    """
    if len(text) > MAX_LENGTH:
        raise LinkProblem("link-long", str(MAX_LENGTH))
    for char in text:
        if is_hidden(char) or is_blank(char):
            clean = "".join(c for c in text if not is_hidden(c) and not is_blank(c))
            raise LinkProblem("link-hidden", code_point(char), hint=clean)
        if char in _FORBIDDEN:
            plain = not any(c in text for c in "\\<>")
            coded = "".join(_percent(c) if c in _FORBIDDEN else c for c in text)
            raise LinkProblem("link-character", char, hint=coded if plain else "")


def is_hidden(char: str) -> bool:
    """Whether *char* is a control, a direction mark, zero-width or half a surrogate pair."""
    n = ord(char)
    return (
        n < 0x20
        or 0x7F <= n <= 0x9F
        or n in (0x061C, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF)
        or 0x200E <= n <= 0x200F
        or 0x2028 <= n <= 0x202E
        or 0x2066 <= n <= 0x2069
        or 0xD800 <= n <= 0xDFFF
    )


def is_blank(char: str) -> bool:
    """Whether *char* looks like a blank and is none (a no-break space, an em space …)."""
    n = ord(char)
    return n in (0x00A0, 0x1680, 0x202F, 0x205F, 0x3000) or 0x2000 <= n <= 0x200A


def code_point(char: str) -> str:
    """The usual name of a character that cannot be shown: ``U+202E``."""
    return f"U+{ord(char):04X}"


def decode(text: str) -> str:
    """Percent-decodes canonical *text* once, as UTF-8.

    Raises:
        LinkProblem: where the bytes are not UTF-8.
    """
    if "%" not in text:
        return text
    data = bytearray()
    at = 0
    while at < len(text):
        if text[at] == "%":
            data.append(int(text[at + 1 : at + 3], 16))
            at += 3
        else:
            data.append(ord(text[at]))
            at += 1
    try:
        result = data.decode("utf-8")
    except UnicodeDecodeError:
        raise LinkProblem("link-encoding") from None
    for char in result:
        if is_hidden(char):
            raise LinkProblem("link-hidden", code_point(char))
    return result


def encode(text: str, *, value: bool = False) -> str:
    """Percent-encodes a path segment, or a query's *value*, in the one spelling we write."""
    allowed = _VALUE if value else _SEGMENT
    return "".join(char if char in allowed else _percent(char) for char in text)


def pairs(query: str) -> list[tuple[str, str]]:
    """Names and values of a canonical query, ``+`` read as a blank. Raises `LinkProblem`."""
    found = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name:
            found.append((decode(name.replace("+", " ")), decode(value.replace("+", " "))))
    return found


def _host_and_port(authority: str, scheme: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        address, bracket, rest = authority[1:].partition("]")
        groups = ipv6(address)
        if not bracket or groups is None or (rest and not rest.startswith(":")):
            raise LinkProblem("link-address", authority)
        host, digits = f"[{ipv6_text(groups)}]", rest[1:]
    else:
        host, _, digits = authority.partition(":")
        if not host:
            raise LinkProblem("link-no-host", scheme)
        host = _host(host)
    if not digits:
        return host, None
    if len(digits) > 5 or any(c not in _DIGITS for c in digits) or not 0 < int(digits) < 65536:
        raise LinkProblem("link-port", digits)
    port = int(digits)
    return host, None if port == _PORTS[scheme] else port


def _host(text: str) -> str:
    for char in text:
        if ord(char) > 0x7F:
            raise LinkProblem("link-host-letters", text)
    host = text.lower()
    host = host[:-1] if host.endswith(".") else host
    labels = host.split(".")
    if (
        not host
        or len(host) > 253
        or any(c not in _HOST for c in host)
        or any(not label or len(label) > 63 or label.startswith("-") for label in labels)
    ):
        raise LinkProblem("link-host", text)
    last = labels[-1]
    if last[0] in _DIGITS and (all(c in _DIGITS for c in last) or last.startswith("0x")):
        plain = len(labels) == 4 and all(octet(label) for label in labels)
        if not plain:
            raise LinkProblem("link-address", text)
    return host


def _normal(text: str, allowed: frozenset[str]) -> str:
    out = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "%":
            pair = text[at + 1 : at + 3]
            if len(pair) < 2 or pair[0] not in _HEX or pair[1] not in _HEX:
                raise LinkProblem("link-percent")
            octet = int(pair, 16)
            if octet < 0x20 or octet == 0x7F:
                raise LinkProblem("link-hidden", f"U+{octet:04X}")
            plain = chr(octet)
            out.append(plain if plain in _UNRESERVED else f"%{pair.upper()}")
            at += 3
            continue
        out.append(char if char in allowed else _percent(char))
        at += 1
    return "".join(out)


def _percent(char: str) -> str:
    return "".join(f"%{octet:02X}" for octet in char.encode("utf-8"))


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4."""
    out: list[str] = []
    parts = path.split("/")[1:]
    for index, part in enumerate(parts):
        final = index == len(parts) - 1
        if part == "..":
            if out:
                out.pop()
        elif part != ".":
            out.append(part)
            continue
        if final:
            out.append("")
    return "/" + "/".join(out)
