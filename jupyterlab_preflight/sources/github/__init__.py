"""Repositories, folders, files, releases and gists of GitHub, without git.

Archives are made on demand: no length, no Range, but the commit they were made of stands in the
zip's comment. Private things answer 404 like missing ones, so a token is tried after a 404; it
goes to GitHub's API only, which redirects to an address that needs none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from ...errors import GoneError, LinkError
from ...fetch.model import Download
from ..ask import hosts
from ..login import Login, bearer, login

if TYPE_CHECKING:
    from ...fetch.http import Client
    from ...secrets import Secrets
    from .. import Wanted
    from ..recognise import Source

API = "https://api.github.com"
HOST = "github.com"
"""What GitHub's secrets are bound to; its API counts as the same."""

_SHA = re.compile(r"[0-9a-fA-F]{40}")
_SHORT_SHA = re.compile(r"[0-9a-fA-F]{7,40}")
_NO_REF = re.compile(r"^[-/]|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock(?:/|$)|[./]$|^$")


@dataclass(frozen=True)
class Repository:
    """A repository or gist.

    Attributes:
        owner: user or organisation; empty for a gist whose link does not name it.
        repo: its name, or the gist's ID.
        clone_url: for git, https without any login.
        web_url: its page.
    """

    owner: str
    repo: str
    clone_url: str
    web_url: str


@dataclass(frozen=True)
class Place:
    """What of a repository is wanted.

    Attributes:
        ref: branch, tag or commit; empty: the default branch.
        commit: SHA-1 in 40 hexadecimal digits, where it is known.
        folder: only what is below it; empty: everything.
    """

    ref: str = ""
    commit: str | None = None
    folder: str = ""

    @property
    def exact(self) -> str:
        """The most exact name for it: a commit, else a ref, else ``HEAD``."""
        return self.commit or self.ref or "HEAD"


def resolve(wanted: Wanted, client: Client, secrets: Secrets) -> Sequence[Download]:
    """The archive, the file, or the files of the release that the link names.

    Raises:
        LinkError: ``--ref`` contradicts the link.
        PreflightError: references or a release had to be asked for and cannot be had.
    """
    source = wanted.source
    first = login(secrets, HOST, wanted.secret, "github")
    if source.kind == "gist":
        return [_gist(wanted)]
    if source.kind == "release":
        from .releases import release

        _no_ref(wanted)
        return release(source, client, first)
    if source.kind in ("blob", "raw"):
        _no_ref(wanted)
        return [_file(source, client, first)]
    return [_archive(repository(source), place(wanted, client, secrets), first)]


def repository(source: Source) -> Repository:
    """The repository that a GitHub link belongs to. Pure.

    Args:
        source: of provider ``github``, of any kind.
    """
    owner = source.parts.get("owner", "")
    if source.kind == "gist":
        gist = source.parts["gist"]
        page = (
            f"https://gist.github.com/{owner}/{gist}"
            if owner
            else f"https://gist.github.com/{gist}"
        )
        return Repository(owner, gist, f"https://gist.github.com/{gist}.git", page)
    web = f"https://github.com/{owner}/{source.parts['repo']}"
    return Repository(owner, source.parts["repo"], f"{web}.git", web)


def place(wanted: Wanted, client: Client, secrets: Secrets, *, commit: bool = False) -> Place:
    """Which ref, and which folder, the link and ``--ref`` name.

    A branch's name may hold slashes, so ``tree/a/b/c`` is decided by the longest branch or tag
    that there is. One request where that is needed, else none.

    Args:
        wanted: a link of kind ``repository``, ``tree``, ``archive`` or ``gist``.
        client: for that request.
        secrets: for repositories that need a login.
        commit: whether to ask for the commit, too.

    Raises:
        LinkError: ``--ref`` contradicts the link, or is no ref.
        GoneError: there is no such branch or tag.
        PreflightError: the request failed.
    """
    source = wanted.source
    pinned = wanted.extra.get("commit") or None
    parts = source.parts.get("rest", "").split("/")
    if source.kind in ("tree", "archive"):
        _no_ref(wanted)
    ref = wanted.ref or source.parts.get("ref", "") if source.kind != "tree" else parts[0]
    if ref and _NO_REF.search(ref):
        raise LinkError(f"{ref!r} is not the name of a branch, tag or commit.")
    folder = "/".join(parts[1:]) if source.kind == "tree" else ""
    if _SHA.fullmatch(ref):
        return Place(ref, ref.lower(), folder)
    if not folder and (pinned or not commit):
        return Place(ref, pinned)
    from .refs import longest, references

    # Who has a gist's link may read it, so no token is tried there.
    provider = "" if source.kind == "gist" else "github"
    first = login(secrets, HOST, None if source.kind == "gist" else wanted.secret, provider)
    known = references(repository(source), ref, client, first)
    name = f"{ref}/{folder}" if folder else ref
    found = longest(known, name)
    if found:
        length, sha = found
        return Place(name[:length], pinned or sha, name[length + 1 :])
    if _SHORT_SHA.fullmatch(ref):
        return Place(ref, pinned, folder)
    raise GoneError(
        f"{_named(repository(source))} has no branch or tag {ref or 'to begin with'!r}.",
        action="Open the repository in a browser and copy the link again.",
    )


def head(wanted: Wanted, client: Client, secrets: Secrets) -> str | None:
    """The commit that the link means upstream now; one small request, none for a full SHA.

    None where the link is a single file or release, or names a commit by a short SHA.

    Raises:
        PreflightError: it cannot be had.
    """
    if wanted.source.kind not in ("repository", "tree", "archive", "gist"):
        return None
    return place(wanted, client, secrets, commit=True).commit


def _archive(repo: Repository, where: Place, login: Login) -> Download:
    """A repository as zip: from its page, or with a login from the API."""
    from .errors import explain

    secret = login.secret()
    ref = quote(where.exact)
    path = f"/repos/{repo.owner}/{repo.repo}/zipball/{ref}"
    return Download(
        f"{API}{path}" if secret else f"{repo.web_url}/archive/{ref}.zip",
        name=f"{repo.repo}.zip",
        credential=bearer(secret, "api.github.com") if secret else None,
        hosts=hosts("github"),
        ranged=False,
        archive=True,
        strip=1,
        folder=where.folder,
        commit=where.commit,
        explain=partial(
            explain,
            what=_named(repo, where.ref),
            login=login,
            again=partial(_archive, repo, where),
        ),
    )


def _file(source: Source, client: Client, login: Login) -> Download:
    """One file of a repository.

    Its page decides itself where a branch's name ends, and redirects to the place of large files
    (Git LFS); the API needs the two apart.
    """
    from .errors import explain

    repo, rest = repository(source), source.parts["rest"]
    known = partial(
        explain, what=f"{rest} in {_named(repo)}", login=login, again=partial(_file, source, client)
    )
    name = rest.rpartition("/")[2]
    secret = login.secret()
    if not secret:
        url = f"{repo.web_url}/raw/{quote(rest)}"
        return Download(url, name=name, hosts=hosts("github"), explain=known)
    ref, path = _split(repo, rest, client, login)
    query = urlencode({"ref": ref})
    return Download(
        f"{API}/repos/{repo.owner}/{repo.repo}/contents/{quote(path)}?{query}",
        name=name,
        headers={"Accept": "application/vnd.github.raw+json"},
        credential=bearer(secret, "api.github.com"),
        hosts=hosts("github"),
        explain=known,
    )


def _split(repo: Repository, rest: str, client: Client, login: Login) -> tuple[str, str]:
    """Ref and path of ``main/a/b.csv``."""
    from .refs import longest, references

    first, _, path = rest.partition("/")
    if _SHA.fullmatch(first):
        return first, path
    found = longest(references(repo, first, client, login), rest)
    if not found:
        return first, path
    return rest[: found[0]], rest[found[0] + 1 :]


def _gist(wanted: Wanted) -> Download:
    """A gist's files as zip, or one of them. Who has the link may read it, so no login is sent."""
    from .errors import explain

    source = wanted.source
    repo = repository(source)
    known = partial(explain, what=f"gist {repo.repo}", login=None, again=None)
    ref = wanted.ref or source.parts.get("ref", "")
    if "path" in source.parts:
        path = "/".join(filter(None, [ref, source.parts["path"]]))
        return Download(
            f"{repo.web_url}/raw/{quote(path)}",
            name=source.parts["path"],
            hosts=hosts("github"),
            explain=known,
        )
    exact = wanted.extra.get("commit") or ref or "HEAD"
    if _NO_REF.search(exact):
        raise LinkError(f"{exact!r} is not a revision of a gist.")
    return Download(
        f"https://codeload.github.com/gist/{repo.repo}/zip/{quote(exact)}",
        name=f"{repo.repo}.zip",
        hosts=hosts("github"),
        ranged=False,
        archive=True,
        strip=1,
        commit=exact.lower() if _SHA.fullmatch(exact) else None,
        explain=known,
    )


def _no_ref(wanted: Wanted) -> None:
    if wanted.ref:
        raise LinkError(
            "The link itself says which branch, tag or commit is meant.",
            action="Leave out --ref, or give the link of the repository.",
        )


def _named(repo: Repository, ref: str = "") -> str:
    name = f"{repo.owner}/{repo.repo}" if repo.owner else f"gist {repo.repo}"
    return f"{name} at {ref}" if ref else name
