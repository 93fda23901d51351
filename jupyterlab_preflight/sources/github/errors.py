"""What GitHub's refusals mean.

It hides what one may not read behind 404, says a limit with 403 or 429, and an organisation that
wants single sign-on with a header.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ... import words
from ...errors import AuthError, GoneError, NotAnArchiveError, PreflightError, QuotaError
from ...fetch import pages
from ...fetch.model import Download
from .. import web
from ..ask import Head, host
from ..login import Login

_TOKENS = "https://github.com/settings/tokens"


def explain(
    head: Head,
    page: bytes,
    *,
    what: str,
    login: Login | None,
    again: Callable[[Login], Download] | None,
) -> PreflightError | Download | None:
    """What an answer means that is not the file; another download where a login is left to try.

    Args:
        head: the answer.
        page: its first bytes.
        what: the thing that was asked for, for the words.
        login: what was sent with the request, and what may be tried after it.
        again: makes the download with another login.
    """
    if head.status < 400:
        if host(head) == "github.com" and pages.kind(page) == "html":
            return NotAnArchiveError(
                f"GitHub sent a page («{pages.title(page)}») instead of {words.plain(what, 200)}.",
                action="Open the link in a browser to see what it says.",
            )
        return None
    following = other(head, login) if login else None
    if following and again:
        return again(following)
    return refused(head, page, what, login)


def other(head: Head, login: Login) -> Login | None:
    """The login to try after a refusal; None where another one would not help.

    The limit for visitors is of their network, which many share: a login has its own. The limit of
    a login is no reason to go on with the next one.
    """
    if head.status not in (401, 403, 404, 429) or (_limited(head) and login.name):
        return None
    return login.next()


def refused(head: Head, page: bytes, what: str, login: Login | None) -> PreflightError:
    """The error for a refusal, with the way out.

    Args:
        head: the answer.
        page: its first bytes.
        what: the thing that was asked for.
        login: the last one that was tried.
    """
    name = login.name if login else ""
    what = words.plain(what, 200)
    if _limited(head):
        return _limit(head, name)
    if "required" in head.headers.get("x-github-sso", ""):
        return AuthError(
            f"The organisation of {what} wants single sign-on for {name or 'the token'}.",
            action=f"Open {_TOKENS}, choose the token, Configure SSO, Authorize.",
        )
    if head.status == 401 and name and login:
        login.secrets.forget(name)  # so that a mistyped one is asked for again
        return AuthError(
            f"GitHub does not take {name}: it is wrong, expired or revoked.",
            action=f"Make a new token at {_TOKENS} (this repository, Contents: read).",
        )
    if head.status == 403 and name:
        said = pages.message(page)[1]
        return AuthError(
            f"GitHub does not let {name} read {what}{f' ({said})' if said else ''}.",
            action=f"Give it the right Contents: read at {_TOKENS}.",
        )
    if head.status in (401, 403, 404) and name:
        return GoneError(
            f"GitHub has no {what}, or {name} may not read it.",
            action="Check the link in a browser, and that the token covers this repository.",
        )
    if head.status in (401, 403, 404):
        return GoneError(
            f"GitHub has no {what}, or it is private.",
            action="Check the link in a browser. If it is private, set GITHUB_TOKEN, or add"
            " --secret NAME with a token that may read it.",
        )
    general = web.explain(head, page, name)
    return general or NotAnArchiveError(
        f"GitHub answers with status {head.status} for {what}.",
        action="Open the link in a browser, and try again.",
    )


def _limited(head: Head) -> bool:
    """Whether it is a limit: 429, or 403 with nothing left or a time to wait (REST API docs)."""
    if head.status == 429:
        return True
    left = head.headers.get("x-ratelimit-remaining", "").strip()
    return head.status == 403 and (left == "0" or "retry-after" in head.headers)


def _limit(head: Head, name: str) -> PreflightError:
    from ...fetch.retry import retry_at

    when = retry_at(head.headers, time.time())
    clock = f" until {words.clock(when)}" if when else ""
    who = f"{name} has" if name else "this network has"
    more = "" if name else " With GITHUB_TOKEN set the limit is much higher."
    return QuotaError(
        f"GitHub refuses{clock}, because {who} made too many requests.",
        action=f"Try again then.{more}" if when else f"Try again later.{more}",
        retry_at=when,
    )
