"""Share links of Dropbox, fetched as a visitor would who presses *Download*.

A file comes with its size and in ranges; a folder is zipped while it is sent, without either.
Most of what can go wrong is a web page, often with status 200 and in the visitor's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..errors import (
    AuthError,
    GoneError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
    UnsupportedError,
)
from ..fetch import pages
from ..fetch.model import Download
from .ask import Head, hosts
from .urls import encode

if TYPE_CHECKING:
    from ..fetch.http import Client
    from ..secrets import Secrets
    from . import Wanted
    from .recognise import Source

_BUSY = (429, 509)
_OPAQUE = ("st", "e")
_LOGIN_FIELDS = frozenset({"email", "login_email", "login-email"})


def resolve(wanted: Wanted, client: Client, secrets: Secrets) -> Sequence[Download]:
    """The file, or the folder as one zip; no request is made.

    Raises:
        UnsupportedError: a secret is named; share links take none.
    """
    source = wanted.source
    if wanted.secret:
        raise UnsupportedError(
            "Share links of Dropbox take no login.",
            action="Share it with Anyone with the link, and leave out --secret.",
        )
    folder = source.kind == "folder"
    inside = folder and bool(source.parts.get("path"))
    return [
        Download(
            direct(source),
            name="" if folder else unquote(_last(source.canonical)),
            hosts=hosts("dropbox"),
            # What lies at a path inside a shared folder may be a folder (a zip) or a file.
            ranged=not folder,
            archive=True if folder and not inside else None,
            final=_BUSY,
            explain=partial(explain, folder=folder),
        )
    ]


def direct(source: Source) -> str:
    """The link with ``dl=1``, which means "send it" where ``dl=0`` and ``raw=1`` mean "show it".

    ``rlkey`` is what grants access; ``st`` and ``e`` are opaque and sent on as they came.
    """
    base, _, query = source.canonical.partition("?")
    given = [(name, source.parts[name]) for name in _OPAQUE if name in source.parts]
    further = [f"{name}={encode(value, value=True)}" for name, value in given]
    return f"{base}?{'&'.join([*filter(None, [query]), *further, 'dl=1'])}"


def explain(head: Head, page: bytes, *, folder: bool) -> PreflightError | None:
    """What a page of Dropbox says in place of the file.

    Never None for a web page: nothing that is not understood is saved.
    """
    if head.status in _BUSY:
        return QuotaError(
            "Dropbox has switched the link off for a while, because of too much traffic on its"
            " owner's links.",
            action="Try again tomorrow, or ask the owner for another link. Asking again now only"
            " makes it longer.",
        )
    kind = pages.kind(page)
    if head.status < 400 and kind != "html":
        return None
    text = pages.decode(page, head.headers.get("content-type", ""))
    read = pages.Page(text if kind == "html" else "")
    path = urlsplit(head.url).path
    if head.status in (404, 410) or any("/images/precaution" in one for one in read.addresses):
        return GoneError(
            "Dropbox no longer has it: removed, expired, or no longer shared.",
            action="Ask its owner for a new link.",
        )
    if _wants_password(read, path):
        return AuthError(
            "The link wants a password, which Dropbox takes in a browser only.",
            action="Ask its owner for a link without a password, or download it in a browser and"
            " give the file's own path here.",
        )
    if head.status in (401, 403) or _wants_login(read, path):
        return AuthError(
            "Dropbox wants a login: the link is not open to everyone.",
            action="Copy the whole link again (with its rlkey), and share it with Anyone with the"
            " link.",
        )
    title = pages.say(read.title)
    shown = f" («{title}»)" if title else ""
    if folder:
        return NotAnArchiveError(
            f"Dropbox sent a page{shown} instead of the zipped folder; folders with very many or"
            " very large files are refused so.",
            action="Share its sub-folders one by one, or put one zip file of it there and share"
            " that.",
        )
    return NotAnArchiveError(
        f"Dropbox answered with a page{shown} instead of the file (status {head.status}).",
        action="Open the link in a browser to see what it says.",
    )


def _wants_password(page: pages.Page, path: str) -> bool:
    if path.startswith("/sm/"):
        return True
    return any(
        form.name == "password-form"
        or ("password" in form.types and "email" not in form.types and not _names_login(form))
        for form in page.forms
    )


def _wants_login(page: pages.Page, path: str) -> bool:
    if path.startswith(("/login", "/signin", "/request_access", "/account")):
        return True
    return any("email" in form.types or _names_login(form) for form in page.forms)


def _names_login(form: pages.Form) -> bool:
    return not _LOGIN_FIELDS.isdisjoint(form.fields)


def _last(link: str) -> str:
    return link.partition("?")[0].rpartition("/")[2]
