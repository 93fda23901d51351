"""A repository at the fake GitHub, and short ways to its links."""

from __future__ import annotations

import io
import zipfile

from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.fetch.model import Download
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.recognise import Source, recognise

WEB = "https://github.com/me/net"


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def one(link: str, client: Client, secrets: Secrets, **wanted: object) -> Download:
    (found,) = resolve(Wanted(recognise(link), **wanted), client, secrets)  # type: ignore[arg-type]
    return found


def release_of(tag: str | None) -> Source:
    return recognise(f"{WEB}/releases/{f'tag/{tag}' if tag else 'latest'}")
