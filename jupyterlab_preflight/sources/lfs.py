"""Large files of git (Git LFS): what stands in a repository's archive for them, and where they are.

An archive holds a small text in place of each. Left so, a dataset would look complete and hold
nothing. Source: the Git LFS specification (``docs/spec.md``, ``docs/api/batch.md``).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import words
from ..errors import ConflictError, GoneError, NetworkError, PreflightError, QuotaError
from ..fetch import pages
from ..fetch.fs import Dir
from ..fetch.model import Download, Entry
from .ask import Reply, ask, hosts
from .login import Login, basic, login

if TYPE_CHECKING:
    from ..fetch.http import Client
    from ..secrets import Credential, Secrets
    from .github import Repository

SHORTEST_POINTER, LONGEST_POINTER = 120, 1024
"""Bytes; a file of another length is never a pointer."""

MOST = 100
"""Objects in one question, as the specification advises."""

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*"
    rb"oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})\n?"
)
_JSON = "application/vnd.git-lfs+json"


@dataclass(frozen=True)
class Pointer:
    """What a pointer says of the file it stands for.

    Attributes:
        oid: SHA-256 in hexadecimal.
        size: bytes.
    """

    oid: str
    size: int


def pointer(data: bytes) -> Pointer | None:
    """Reads the whole content of a file as a pointer; None where it is not one."""
    found = _POINTER.fullmatch(data) if len(data) <= LONGEST_POINTER else None
    return Pointer(found.group(1).decode(), int(found.group(2))) if found else None


def may_be_pointer(entry: Entry) -> bool:
    """Whether *entry* has the length of a pointer."""
    return SHORTEST_POINTER <= entry.size <= LONGEST_POINTER


def pointers(tree: Path, entries: Iterable[Entry]) -> dict[str, Pointer]:
    """Those of *entries* that are pointers in the folder *tree*, by path.

    Not all of them need stand there; links are not followed.
    """
    found = {}
    with Dir.open(tree) as folder:
        for entry in filter(may_be_pointer, entries):
            with contextlib.suppress(FileNotFoundError, ConflictError):
                one = pointer(folder.read(entry.path))
                if one is not None:
                    found[entry.path] = one
    return found


def resolve(
    repository: Repository,
    pointers: Mapping[str, Pointer],
    client: Client,
    secrets: Secrets,
    secret: str | None = None,
) -> Sequence[Download]:
    """Downloads of the files that *pointers* stand for, named by their paths.

    Args:
        repository: where the pointers were found.
        pointers: by path.
        client: for one request for each `MOST` of them.
        secrets: for repositories that need a login.
        secret: the one that the line names, if it does.

    Raises:
        GoneError: the server does not have one of them.
        QuotaError: the repository's traffic for large files is used up.
        PreflightError: the request failed.
    """
    first = login(secrets, "github.com", secret, "github")
    paths = sorted(pointers)
    found: list[Download] = []
    for at in range(0, len(paths), MOST):
        some = {path: pointers[path] for path in paths[at : at + MOST]}
        found += _batch(repository, some, client, first)
    return found


def _batch(
    repository: Repository, pointers: Mapping[str, Pointer], client: Client, login: Login
) -> list[Download]:
    from ..fetch.http import Request

    objects = {one.oid: one.size for one in pointers.values()}
    body = {
        "operation": "download",
        "transfers": ["basic"],
        "objects": [{"oid": oid, "size": size} for oid, size in objects.items()],
    }
    while True:
        secret = login.secret()
        reply = ask(
            client,
            Request(
                f"{repository.clone_url}/info/lfs/objects/batch",
                {"Accept": _JSON, "Content-Type": _JSON},
                credential=basic(secret, urlsplit(repository.clone_url).hostname or "")
                if secret
                else None,
                hosts=hosts("github"),
                method="POST",
                body=json.dumps(body).encode(),
            ),
        )
        if reply.status == 200:
            break
        following = login.next() if reply.status in (401, 403, 404) else None
        if following is None:
            raise _refused(reply, login)
        login = following
    answers = _answers(reply)
    found = []
    for path, one in pointers.items():
        again = partial(_again, repository, path, one, client, login)
        found.append(_download(path, one, answers.get(one.oid, {}), again))
    return found


def _again(
    repository: Repository, path: str, one: Pointer, client: Client, login: Login
) -> Download:
    return _batch(repository, {path: one}, client, login)[0]


def _answers(reply: Reply) -> Mapping[str, Mapping[str, Any]]:
    try:
        return {str(one["oid"]): one for one in json.loads(reply.body)["objects"]}
    except (ValueError, KeyError, TypeError):
        raise NetworkError("The server of large files did not answer in its protocol.") from None


def _download(
    path: str, one: Pointer, answer: Mapping[str, Any], again: Callable[[], Download]
) -> Download:
    actions = answer.get("actions")
    action = actions.get("download") if isinstance(actions, dict) else None
    if not isinstance(action, dict) or not isinstance(action.get("href"), str):
        error = answer.get("error")
        said = pages.say(str(error.get("message", ""))) if isinstance(error, dict) else ""
        why = f" ({said})" if said else ""
        raise GoneError(
            f"The server of large files has no {words.plain(path, 80)}{why}.",
            action="Ask the owner of the repository to push it (git lfs push --all).",
        )
    headers, credential = _headers(action.get("header"), action["href"])
    return Download(
        action["href"],
        name=path,
        size=one.size,
        digest=("sha256", one.oid),
        headers=headers,
        credential=credential,
        archive=False,
        resolve_again=again,
    )


def _headers(given: object, url: str) -> tuple[dict[str, str], Credential | None]:
    """The headers that the server wants back; a login among them goes to that host only."""
    headers = {str(k): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
    value = next(
        (headers.pop(name) for name in list(headers) if name.lower() == "authorization"), ""
    )
    if not value:
        return headers, None
    from ..secrets import Credential, Secret

    return headers, Credential((urlsplit(url).hostname or "",), "Authorization", Secret(value))


def _refused(reply: Reply, login: Login) -> PreflightError:
    said = pages.message(reply.body)[1]
    if reply.status in (403, 429, 507, 509) and "quota" in said.lower():
        return QuotaError(
            f"The repository's traffic for large files is used up ({said}).",
            action="Its owner can buy more, or share the files in another place.",
        )
    from .github.errors import refused

    return refused(reply, reply.body, "the repository's large files", login)
