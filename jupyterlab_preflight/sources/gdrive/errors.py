"""What Google's pages mean that stand in place of a file.

They come with status 200 as often as with another, and in the visitor's language, so the host, the
address and the elements of the page decide. Words decide only between errors of one structure.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from ...errors import AuthError, GoneError, NotAnArchiveError, PreflightError, QuotaError
from ...fetch import pages
from ..ask import Head, host

_CAPTIONS = ("uc-error-caption", "uc-error-subcaption")
_QUOTA = ("quota", "cuota", "kuota", "quote", "kontingent", "too many", "24")
_WHERE = (
    "In Drive: Share, General access, Anyone with the link. Or mount your Drive and use its path."
)


def refusal(head: Head, page: bytes, identity: str, key: str = "") -> PreflightError | None:
    """The error that Google's answer is, or None where it is none of the known ones.

    Args:
        head: the answer.
        page: its first bytes.
        identity: ID of what was asked for.
        key: its resource key.
    """
    text = pages.decode(page, head.headers.get("content-type", ""))
    read = pages.Page(text, _CAPTIONS)
    words = pages.say(" ".join(filter(None, map(read.text, _CAPTIONS))), 240)
    if _is_wall(head, read, text):
        return QuotaError(
            "Google takes this machine for a robot, because of many requests from its network.",
            action="Try again in an hour, or from another network: machines in a cloud are often"
            " refused so.",
        )
    if host(head) == "accounts.google.com":
        return _private()
    if head.status == 404:
        return _missing(identity, key)
    if "virus" in words.lower():
        return AuthError(
            f"Google holds the file back ({words}).",
            action="Only its owner can download it; ask for a clean copy.",
        )
    if head.status == 429 or _is_quota(read.title, words):
        return _exhausted(head, words)
    if head.status in (401, 403):
        return _private(words)
    return NotAnArchiveError(f"Google Drive refuses ({words}).", action=_WHERE) if words else None


def unknown(head: Head, page: bytes, what: str = "the file") -> PreflightError:
    """The error for a page that nobody here knows, with its own title."""
    title = pages.title(page, head.headers.get("content-type", ""))
    shown = f" («{title}»)" if title else ""
    return NotAnArchiveError(
        f"Google Drive answered with a page{shown} instead of {what} (status {head.status}).",
        action="Open the link in a browser without being logged in, to see what it says.",
    )


def _is_wall(head: Head, page: pages.Page, text: str) -> bool:
    if urlsplit(head.url).path.startswith("/sorry"):
        return True
    if any(form.name == "captcha-form" for form in page.forms):
        return True
    return head.status in (403, 429) and "automated queries" in text


def _is_quota(title: str, words: str) -> bool:
    said = f"{title if words else ''} {words}".lower()
    return any(word in said for word in _QUOTA)


def _exhausted(head: Head, words: str) -> PreflightError:
    from ...fetch.retry import retry_at

    said = f" ({words})" if words else ""
    return QuotaError(
        f"Too many people have downloaded the file today{said}.",
        action="Try again in up to 24 hours. Or make a copy in your own Drive and use its link, or"
        " mount your Drive and use its path.",
        retry_at=retry_at(head.headers, time.time()),
    )


def _private(words: str = "") -> PreflightError:
    said = f" ({words})" if words else ""
    return AuthError(f"Google Drive does not show it without a login{said}.", action=_WHERE)


def _missing(identity: str, key: str) -> PreflightError:
    if identity.startswith("0B") and not key:
        return GoneError(
            "Google Drive does not find it; older links like this one often need a resource key.",
            action="Copy the link again with Share, Copy link: it then ends in resourcekey=….",
        )
    return GoneError(
        "Google Drive does not find it: removed, or never shared.",
        action="Ask its owner for a new link, shared with Anyone with the link.",
    )
