"""Takes secrets out of text before anybody sees it.

The exact values are the guard: a token can come back from a server, a child process or a library
in any spelling. The patterns are the net for those that we never knew.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
"""What stands where a secret was."""

_SHORTEST = 6
"""Values shorter than this are not searched for: they would blank half of every text."""

_QUERY = (
    r"X-Amz-(?:Signature|Credential|Security-Token)|X-Goog-(?:Signature|Credential)|Signature"
    r"|Policy|Key-Pair-Id|sig|se|jwt|token|access_token|key|at|uuid|rlkey|st|resourcekey"
)

# Every repetition is bounded, so that no text makes a search slow.
_PATTERNS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!----)){0,20000}"
            r"(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?",
            MASK,
        ),
        (r"(://)[^/\s@]{1,512}@", rf"\1{MASK}@"),
        (rf"(?i)([?&;](?:{_QUERY})=)[^&\s\"'<>#]{{1,4096}}", rf"\1{MASK}"),
        (r"\bgh[pousr]_[A-Za-z0-9]{36,255}", MASK),
        (r"\bgithub_pat_[A-Za-z0-9_]{22,255}", MASK),
        (r"\bhf_[A-Za-z0-9]{30,255}", MASK),
        (r"\bKGAT_[0-9A-Za-z_-]{12,255}", MASK),
        (r"(\"key\"\s{0,9}:\s{0,9}\")[0-9a-f]{32}\"", rf'\1{MASK}"'),
        (r"\bsl\.[A-Za-z0-9_.-]{60,2048}", MASK),
        (r"\bya29\.[0-9A-Za-z_-]{20,2048}", MASK),
        (r"\bAIza[0-9A-Za-z_-]{35}", MASK),
        (r"\b1//0[0-9A-Za-z_-]{30,512}", MASK),
        (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}", MASK),
        (r"\beyJ[\w-]{1,2000}\.[\w-]{1,4000}\.[\w-]{0,2000}", MASK),
        # Only with a digit in it, else "token authentication" would be one.
        (
            r"(?i)\b(bearer|basic|token)\s{1,9}(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{8,4096}",
            rf"\1 {MASK}",
        ),
    )
)


def redact(text: str, values: Iterable[str] = ()) -> str:
    """*text* without secrets.

    Args:
        text: anything that is to be shown, logged or kept.
        values: secrets that are known; found raw, escaped, percent-encoded, in base64 (alone or
            within ``user:VALUE``) and in hexadecimal.
    """
    spellings = {form for value in values if len(value) >= _SHORTEST for form in _forms(value)}
    if spellings:
        longest_first = sorted(spellings, key=len, reverse=True)
        text = re.sub("|".join(map(re.escape, longest_first)), MASK, text)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def _forms(value: str) -> set[str]:
    raw = value.encode("utf-8", "surrogateescape")
    forms = {
        value,
        quote(value, safe="", errors="replace"),
        quote(value, errors="replace"),
        quote_plus(value, errors="replace"),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        raw.hex(),
        raw.hex().upper(),
    }
    for before in range(3):
        # What neither the bytes before nor those after can change.
        coded = base64.b64encode(b"\0" * before + raw).decode("ascii")
        core = coded[(0, 2, 3)[before] : len(coded.rstrip("=")) - ((before + len(raw)) % 3 != 0)]
        if len(core) >= _SHORTEST:
            forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms
