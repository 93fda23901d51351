"""One small request whose answer is read whole: listings, API calls, references of a repository.

Kept apart from downloads, because such an answer must be complete to be believed: a folder's
listing that was cut off would be a silently smaller dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from ..errors import NetworkError

if TYPE_CHECKING:
    from ..fetch.http import Client, Request

LIMIT = 16 << 20
"""Longest answer that is read, in bytes: about ten thousand entries of a listing."""

PAGE = 1 << 16
"""How much of a page that is not the answer is read, in bytes."""


class Head(Protocol):
    """What status and headers of an answer tell; `Reply` and ``fetch.http.Answer`` have it."""

    @property
    def status(self) -> int:
        """Status code (RFC 9110 §15)."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, names in lower case."""

    @property
    def url(self) -> str:
        """Where the redirects ended. May be signed: never shown."""


@dataclass(frozen=True)
class Reply:
    """A small answer, read whole."""

    status: int
    headers: Mapping[str, str]
    url: str
    body: bytes


def ask(client: Client, request: Request) -> Reply:
    """Send *request* and read its answer; of an answer that is no success, only the first 64 KiB.

    Raises:
        NetworkError: nothing came, less than was promised, or more than `LIMIT`.
    """
    with client.open(request) as answer:
        if answer.status >= 300:
            body = answer.read(PAGE)
        else:
            parts, size = [], 0
            for chunk in answer.chunks():
                parts.append(chunk)
                size += len(chunk)
                if size > LIMIT:
                    raise NetworkError(f"{host(answer)} sends a listing without end.")
            body = b"".join(parts)
        return Reply(answer.status, answer.headers, answer.url, body)


def host(head: Head) -> str:
    """The host that answered, in lower case."""
    return urlsplit(head.url).hostname or ""


def hosts(provider: str) -> tuple[str, ...]:
    """The hosts that a provider's redirects may lead to, as its row in ``links.json`` says."""
    from .recognise import provider_row

    return tuple(provider_row(provider)["redirects"])
