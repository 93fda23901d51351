"""Files, folders and documents that Google Drive shares with everyone who has the link.

There is no documented way for a visitor without an account. This follows what the web pages do:
a file comes from one host at once unless Google could not scan it for viruses, then a form must
be sent; a folder's only public listing is the view made for embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ...errors import NotAnArchiveError, PreflightError, UnsupportedError
from ...fetch import pages
from ...fetch.model import Download
from ..ask import Head, hosts

if TYPE_CHECKING:
    from ...fetch.http import Client
    from ...secrets import Secrets
    from .. import Wanted
    from ..recognise import Source

FINAL = (429,)
"""Google says an exhausted quota so, too, and asking again makes it longer."""

EXPORTS = {
    "document": ("document", "docx"),
    "spreadsheet": ("spreadsheets", "xlsx"),
    "presentation": ("presentation", "pptx"),
}
"""Native documents: the name in their links, and the format they are exported to."""

ROUNDS = 2
"""Forms that are answered one after the other before a page is taken for a refusal."""


def resolve(wanted: Wanted, client: Client, secrets: Secrets) -> Sequence[Download]:
    """The file; all files of a folder, with its sub-folders; or a document in Office format.

    Raises:
        UnsupportedError: a secret is named; public links take none.
        PreflightError: a folder's listing, or a link that does not say what it is, cannot be read.
    """
    source = wanted.source
    if wanted.secret:
        raise UnsupportedError(
            "Public links of Google Drive take no login.",
            action="Share it with Anyone with the link, and leave out --secret.",
        )
    if source.parts.get("open"):
        source = opened(source, client)
    identity, key = source.parts["id"], source.parts.get("resourcekey", "")
    if source.kind == "folder":
        from .folder import listing

        return listing(identity, key, client)
    if source.kind == "spreadsheet":
        sheet = wanted.extra.get("sheet", "")
        if sheet and not (sheet.isascii() and sheet.isdigit()):
            from .sheets import number

            sheet = number(source, sheet, client)
        return [export(source.kind, identity, key, sheet or source.parts.get("gid", ""))]
    if source.kind in EXPORTS:
        return [export(source.kind, identity, key)]
    return [file(identity, key)]


def opened(source: Source, client: Client) -> Source:
    """What an ``open?id=`` link leads to: one request tells whether it is a file or a folder.

    Raises:
        PreflightError: it is not shared, not there, or leads elsewhere.
    """
    from ...fetch.http import Request
    from ..recognise import LinkProblem, recognise
    from .errors import refusal

    query = {name: source.parts[name] for name in ("id", "resourcekey") if name in source.parts}
    url = f"https://drive.google.com/open?{urlencode(query)}"
    with client.open(Request(url, hosts=hosts("gdrive"), final=FINAL)) as answer:
        page = answer.read() if answer.status >= 400 else b""
        error = refusal(answer, page, source.parts["id"], source.parts.get("resourcekey", ""))
        if error:
            raise error
        try:
            found = recognise(answer.url)
        except LinkProblem:
            found = source
    if found.provider != "gdrive" or found.parts.get("open"):
        raise NotAnArchiveError(
            "Google Drive does not say what the link is.",
            action="Open it in a browser and copy the address it ends at.",
        )
    if "resourcekey" in source.parts and "resourcekey" not in found.parts:
        key = {"resourcekey": source.parts["resourcekey"]}
        found = replace(found, parts={**found.parts, **key})
    return found


def file(identity: str, key: str = "", name: str = "") -> Download:
    """A file by its ID, from the host that sends the bytes.

    With ``confirm=t`` that host asks for no confirmation and honours Range; where it still sends
    the form, `explain` answers it.

    Args:
        identity: its ID.
        key: its resource key, if it has one.
        name: its path below the tree; empty: as the answer says.
    """
    query = {"id": identity, "export": "download", "confirm": "t"}
    if key:
        query["resourcekey"] = key
    return Download(
        f"https://drive.usercontent.google.com/download?{urlencode(query)}",
        name=name,
        hosts=hosts("gdrive"),
        final=FINAL,
        explain=partial(explain, identity=identity, key=key, name=name, rounds=ROUNDS),
    )


def export(kind: str, identity: str, key: str = "", sheet: str = "", name: str = "") -> Download:
    """A native document in Office format; one sheet of a spreadsheet as CSV where *sheet* is given.

    Exports are made on demand: no length, no Range.

    Args:
        kind: one of `EXPORTS`.
        identity: the document's ID.
        key: its resource key, if it has one.
        sheet: number of a sheet, as in the link's ``gid``.
        name: its path below the tree; empty: as the answer says.
    """
    place, form = EXPORTS[kind]
    query = {"format": "csv", "gid": sheet} if sheet else {"format": form}
    if key:
        query["resourcekey"] = key
    return Download(
        f"https://docs.google.com/{place}/d/{identity}/export?{urlencode(query)}",
        name=name,
        hosts=hosts("gdrive"),
        ranged=False,
        archive=False,
        final=FINAL,
        explain=partial(explain, identity=identity, key=key, name=name, rounds=0),
    )


def explain(
    head: Head, page: bytes, *, identity: str, key: str, name: str, rounds: int
) -> PreflightError | Download | None:
    """What a page of Google says in place of the file; the next download where it is the form.

    Never None for a web page: nothing that is not understood is saved.

    Args:
        head: the answer.
        page: its first bytes.
        identity: ID of the file.
        key: its resource key.
        name: the name that it is to have.
        rounds: forms that may still be answered.
    """
    if head.status < 400 and pages.kind(page) != "html":
        return None
    from .errors import refusal, unknown
    from .forms import following

    error = refusal(head, page, identity, key)
    if error:
        return error
    found = following(head, page) if rounds and head.status < 400 else None
    if found is None:
        return unknown(head, page)
    url, headers = found
    return Download(
        url,
        name=name,
        headers=headers,
        hosts=hosts("gdrive"),
        final=FINAL,
        explain=partial(explain, identity=identity, key=key, name=name, rounds=rounds - 1),
    )
