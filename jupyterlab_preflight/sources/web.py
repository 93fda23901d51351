"""Any http(s) link that belongs to no provider we know: one file, as its server sends it.

Also the general reading of answers that are not the file, which the providers fall back on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..errors import (
    AuthError,
    GoneError,
    LinkError,
    NetworkError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
)
from ..fetch import pages
from ..fetch.model import Download
from .ask import Head, host
from .login import either, login

if TYPE_CHECKING:
    from ..fetch.http import Client
    from ..secrets import Secrets
    from . import Wanted

_EXPIRED = frozenset({"expiredtoken", "authenticationfailed", "requestexpired", "tokenexpired"})
_WEB_PAGES = (".html", ".htm", ".xhtml")


def resolve(wanted: Wanted, client: Client, secrets: Secrets) -> Sequence[Download]:
    """The one file that the link names; no request is made.

    Raises:
        LinkError: a secret would go over unprotected http.
        AuthError: the named secret cannot be had for this host.
    """
    source = wanted.source
    if wanted.secret and not source.canonical.startswith("https://"):
        raise LinkError(
            "A secret is never sent over unprotected http.",
            action="Use the https link, or leave out --secret.",
        )
    secret = login(secrets, source.host, wanted.secret).secret()
    return [
        Download(
            source.canonical,
            credential=either(secret, source.host) if secret else None,
            explain=partial(_explain, secrets, wanted.secret or ""),
        )
    ]


def _explain(secrets: Secrets, name: str, head: Head, page: bytes) -> PreflightError | None:
    if head.status == 401 and name:
        secrets.forget(name)  # so that a mistyped one is asked for again
    return explain(head, page, name)


def explain(head: Head, page: bytes, secret: str = "") -> PreflightError | None:
    """What an answer that is not the file means, read without knowing whose it is.

    Args:
        head: the answer.
        page: its first bytes.
        secret: name of the secret that was sent, for the words.

    Returns:
        None where it may be the file after all: a web page under a name that says so, data in JSON.
    """
    where = host(head)
    code, text = pages.message(page)
    words = "".join(f": {one}" for one in (code, text) if one)
    if head.status < 400:
        return _page(head, page, where, code, words)
    if code.lower() in _EXPIRED or (head.status == 403 and "expired" in text.lower()):
        return GoneError(
            f"The link has expired ({where}{words}).",
            action="Copy a fresh link, best one that does not expire.",
        )
    if head.status in (401, 403, 407):
        return _refused(head.status, where, words, secret)
    if head.status in (404, 410):
        return GoneError(
            f"{where} has nothing there (status {head.status}{words}).",
            action="Open the link in a browser and copy the address of the file itself.",
        )
    if head.status == 429:
        from ..fetch.retry import retry_at

        return QuotaError(
            f"{where} refuses for now, because of too many requests{words}.",
            action="Try again later.",
            retry_at=retry_at(head.headers, time.time()),
        )
    kind = NetworkError if 500 <= head.status < 600 else PreflightError
    return kind(
        f"{where} answers with status {head.status}{words}.",
        action="Try again later; if it stays so, check the link in a browser.",
    )


def _refused(status: int, where: str, words: str, secret: str) -> PreflightError:
    if status == 407:
        return AuthError(
            f"The proxy wants a login{words}.",
            action="Set HTTPS_PROXY with the user name and password of your proxy.",
        )
    if secret:
        return AuthError(
            f"{where} does not give the file to the login in {secret} (status {status}{words}).",
            action=f"Check the value of {secret}, and that its owner may read the file.",
        )
    return AuthError(
        f"{where} does not give the file without a login (status {status}{words}).",
        action="Add --secret NAME with a token or user:password, or use a public link.",
    )


def _page(head: Head, page: bytes, where: str, code: str, words: str) -> PreflightError | None:
    kind = pages.kind(page)
    path = head.url.partition("#")[0].partition("?")[0].lower()
    if kind == "html" and not path.endswith(_WEB_PAGES):
        title = pages.title(page, head.headers.get("content-type", ""))
        shown = f" («{title}»)" if title else ""
        return NotAnArchiveError(
            f"{where} sent a web page{shown} instead of the file.",
            action="Open the link in a browser and copy the address of its download button.",
        )
    if (kind == "xml" and words) or (kind == "json" and code.isdecimal() and int(code) >= 400):
        return NotAnArchiveError(
            f"{where} sent an error instead of the file{words}.",
            action="Open the link in a browser and copy it again.",
        )
    return None
