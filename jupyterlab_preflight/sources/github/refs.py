"""Branches and tags of a repository by one request of git's own protocol, without git.

Git's protocol version 2 lets a client ask for the references below a prefix only, and a server
answers it to anyone who may clone, outside of the API's limit of 60 requests an hour. Sources:
gitprotocol-v2 (``ls-refs``), gitprotocol-common (pkt-line), gitprotocol-http.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ...errors import NotAnArchiveError
from ..ask import Reply, ask, hosts
from ..login import Login, basic

if TYPE_CHECKING:
    from ...fetch.http import Client
    from . import Repository

_HEADERS = {
    "Git-Protocol": "version=2",
    "Content-Type": "application/x-git-upload-pack-request",
    "Accept": "application/x-git-upload-pack-result",
}
_KINDS = ("refs/heads/", "refs/tags/")


def references(repo: Repository, prefix: str, client: Client, login: Login) -> Mapping[str, str]:
    """Full names of references and the commits they mean; annotated tags are followed.

    Args:
        repo: the repository.
        prefix: how a branch's or tag's name begins, or a full ``refs/…``; empty: ``HEAD`` alone.
        client: for the one request.
        login: to begin with; others are tried where GitHub wants one.

    Raises:
        GoneError: not there, or not shown to us.
        AuthError: the login is not taken.
        NetworkError: no answer.
        NotAnArchiveError: none in git's protocol.
    """
    from ...fetch.http import Request
    from .errors import other, refused

    names = [prefix] if prefix.startswith("refs/") else [f"{kind}{prefix}" for kind in _KINDS]
    body = request(names if prefix else ["HEAD"])
    host = repo.clone_url.split("/")[2]
    url, moved = f"{repo.clone_url}/git-upload-pack", False
    while True:
        secret = login.secret()
        reply = ask(
            client,
            Request(
                url,
                _HEADERS,
                credential=basic(secret, host) if secret else None,
                hosts=hosts("github"),
                method="POST",
                body=body,
            ),
        )
        if reply.url != url and reply.url.endswith("/git-upload-pack") and not moved:
            # Renamed: a redirect does not carry what was posted (RFC 9110 §15.4.2).
            url, moved = reply.url, True
            continue
        if reply.status == 200:
            return dict(_read(reply))
        following = other(reply, login)
        if following is None:
            raise refused(reply, reply.body, f"{repo.owner}/{repo.repo}".strip("/"), login)
        login = following


def request(prefixes: list[str]) -> bytes:
    """An ``ls-refs`` command for the references that begin with one of *prefixes*."""
    lines = ["command=ls-refs\n"]
    arguments = ["peel\n", "symrefs\n", *(f"ref-prefix {prefix}\n" for prefix in prefixes)]
    return b"".join([*map(_packet, lines), b"0001", *map(_packet, arguments), b"0000"])


def longest(known: Mapping[str, str], name: str) -> tuple[int, str] | None:
    """The longest branch or tag that *name* is, or that it begins with before a slash.

    Args:
        known: what `references` gives.
        name: such as ``a/b/c``; ``HEAD`` or empty for the default branch.

    Returns:
        How long its name is, and its commit. A branch goes before a tag of the same name.
    """
    if not name or name == "HEAD":
        return (len(name), known["HEAD"]) if "HEAD" in known else None
    end = len(name)
    while end > 0:
        for kind in ("", *_KINDS):
            full = f"{kind}{name[:end]}"
            if full.startswith("refs/") and full in known:
                return end, known[full]
        end = name.rfind("/", 0, end)
    return None


def _packet(line: str) -> bytes:
    data = line.encode()
    return b"%04x%s" % (len(data) + 4, data)


def _read(reply: Reply) -> Iterator[tuple[str, str]]:
    """Name and commit of each line ``OID NAME [symref-target:…] [peeled:OID]``."""
    for line in _packets(reply.body):
        sha, name, *attributes = line.decode("utf-8", "replace").rstrip("\n").split(" ")
        peeled = [one.partition(":")[2] for one in attributes if one.startswith("peeled:")]
        yield name, peeled[0] if peeled else sha


def _packets(data: bytes) -> Iterator[bytes]:
    at = 0
    while data[at : at + 4] != b"0000":
        head = data[at : at + 4]
        try:
            size = int(head, 16) if len(head) == 4 else 0
        except ValueError:
            size = 0
        line = data[at + 4 : at + size]
        if size <= 4 or len(line) != size - 4 or line.startswith(b"ERR ") or b" " not in line:
            raise NotAnArchiveError(
                "GitHub did not answer in git's protocol.",
                action="Try again; if it stays so, a proxy on the way may change what is sent.",
            )
        yield line
        at += size
