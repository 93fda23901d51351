"""Files of a release.

A file's public link is redirected to a signed address that expires within minutes; it is asked
again by the link itself. A release's page is read through the API, which knows sizes and digests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import words
from ...errors import GoneError, NetworkError
from ...fetch.model import Download
from ..ask import ask, hosts
from ..login import Login, bearer
from . import API, Repository, repository
from .errors import explain, other, refused

if TYPE_CHECKING:
    from ...fetch.http import Client
    from ..recognise import Source


def release(source: Source, client: Client, login: Login) -> Sequence[Download]:
    """The file that the link names, or all files of the release.

    Raises:
        GoneError: there is no such release, or it has no files.
        PreflightError: the release cannot be had.
    """
    repo, tag = repository(source), source.parts.get("tag", "")
    if "asset" in source.parts:
        return [_asset(repo, tag, source.parts["asset"], client, login)]
    found, login = _release(repo, tag, client, login)
    assets = [asset for asset in found.get("assets", ()) if isinstance(asset, dict)]
    if not assets:
        name = words.plain(str(found.get("tag_name", tag)), 80)
        raise GoneError(
            f"The release {name} of {repo.owner}/{repo.repo} has no files of its own.",
            action=f"For its code give {repo.web_url}/archive/refs/tags/{quote(name)}.zip",
        )
    return [_described(repo, asset, login) for asset in assets]


def _asset(repo: Repository, tag: str, name: str, client: Client, login: Login) -> Download:
    if login.name:
        found, login = _release(repo, tag, client, login)
        for asset in found.get("assets", ()):
            if isinstance(asset, dict) and asset.get("name") == name:
                return _described(repo, asset, login, archive=None)
        raise GoneError(
            f"The release of {repo.owner}/{repo.repo} has no file {words.plain(name, 80)!r}.",
            action="Open the release in a browser and copy the file's link.",
        )
    where = f"download/{quote(tag)}" if tag else "latest/download"
    again = partial(_asset, repo, tag, name, client)
    return Download(
        f"{repo.web_url}/releases/{where}/{quote(name)}",
        name=name,
        hosts=hosts("github"),
        explain=partial(explain, what=f"{repo.owner}/{repo.repo} {name}", login=login, again=again),
        resolve_again=partial(again, login),
    )


def _described(
    repo: Repository, asset: Mapping[str, Any], login: Login, archive: bool | None = False
) -> Download:
    """A download of what the API tells about one file."""
    secret = login.secret()
    name, size, digest = (asset.get(key) for key in ("name", "size", "digest"))
    algorithm, colon, value = digest.partition(":") if isinstance(digest, str) else ("", "", "")
    name = name if isinstance(name, str) else ""
    tag = str(asset.get("browser_download_url", "")).rpartition("/download/")[2]
    link = f"{repo.web_url}/releases/download/{tag}"
    api = f"{API}/repos/{repo.owner}/{repo.repo}/releases/assets/{asset.get('id')}"
    return Download(
        api if secret else link,
        name=name,
        size=size if isinstance(size, int) else None,
        digest=(algorithm, value) if colon and algorithm == "sha256" else None,
        headers={"Accept": "application/octet-stream"} if secret else {},
        credential=bearer(secret, "api.github.com") if secret else None,
        hosts=hosts("github"),
        archive=archive,
        explain=partial(explain, what=f"{repo.owner}/{repo.repo} {name}", login=login, again=None),
        resolve_again=partial(_described, repo, asset, login, archive),
    )


def _release(
    repo: Repository, tag: str, client: Client, login: Login
) -> tuple[Mapping[str, Any], Login]:
    """What the API tells about a release, and the login that it took."""
    from ...fetch.http import Request

    path = f"tags/{quote(tag)}" if tag else "latest"
    url = f"{API}/repos/{repo.owner}/{repo.repo}/releases/{path}"
    while True:
        secret = login.secret()
        reply = ask(
            client,
            Request(
                url,
                {"Accept": "application/vnd.github+json"},
                credential=bearer(secret, "api.github.com") if secret else None,
                hosts=hosts("github"),
            ),
        )
        if reply.status == 200:
            break
        following = other(reply, login)
        if following is None:
            what = f"release {tag or 'at all'} in {repo.owner}/{repo.repo}"
            raise refused(reply, reply.body, what, login)
        login = following
    try:
        found = json.loads(reply.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NetworkError("GitHub's API did not answer in JSON.", action="Try again.")
    return found, login
