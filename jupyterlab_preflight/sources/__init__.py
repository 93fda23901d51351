"""Where data and code come from: one small module a provider, each turning a link into downloads.

A provider knows its own protocol and pages; it never writes to disk, and `fetch` never knows a
provider's name. `resolve` is the only door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from ..errors import UnsupportedError

if TYPE_CHECKING:
    from ..fetch.http import Client
    from ..fetch.model import Download
    from ..secrets import Secrets
    from .recognise import Source

_MODULES = {"dropbox": "dropbox", "gdrive": "gdrive", "github": "github", "https": "web"}


@dataclass(frozen=True)
class Wanted:
    """What a line asks for.

    Attributes:
        source: its link, recognised.
        ref: branch, tag or commit of ``--ref``.
        secret: name of ``--secret``.
        extra: what only some providers know: ``sheet`` (name or number of a spreadsheet's sheet),
            ``commit`` (a full SHA-1 that `github.head` has told: exactly that is fetched).
    """

    source: Source
    ref: str | None = None
    secret: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """What a provider's module offers."""

    def resolve(self, wanted: Wanted, client: Client, secrets: Secrets) -> Sequence[Download]:
        """The files behind the link."""


def resolve(wanted: Wanted, client: Client, secrets: Secrets) -> Sequence[Download]:
    """The files behind a line's link, at least one, in the order in which they are to be named.

    Makes only the small requests that are needed to know them (a folder's listing, a repository's
    references); often none.

    Raises:
        PreflightError: in the provider's terms, without any query of a link.
    """
    import importlib

    name = _MODULES.get(wanted.source.provider)
    if name is None:
        raise UnsupportedError(
            f"{wanted.source.provider} sources are not downloaded in this version.",
            action="Use a link to the file itself.",
        )
    provider = cast(Provider, importlib.import_module(f".{name}", __name__))
    return provider.resolve(wanted, client, secrets)
