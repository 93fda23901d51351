"""A shared folder of Google Drive as a list of downloads, its sub-folders included.

The view made for embedding is the only listing that a visitor without an account gets whole. It
has names, but neither sizes nor checksums. A listing that cannot be read to the end is an error:
a dataset is never silently smaller than its folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ... import words
from ...errors import GoneError, NetworkError, NotAnArchiveError, PreflightError, UnsupportedError
from ...fetch import pages
from ...fetch.model import Download
from ..recognise import LinkProblem, Source, recognise
from . import EXPORTS, FINAL, export, file
from .errors import refusal, unknown

if TYPE_CHECKING:
    from ...fetch.http import Client

_MOST = 20_000
"""Entries of one listing: each is a request, and Google stops a visitor long before that."""

_MOST_FOLDERS = 2_000
_ONLINE_ONLY = (
    "https://docs.google.com/",
    "https://sites.google.com/",
    "https://script.google.com/",
    "https://www.google.com/maps/",
)
_UNSAFE = re.compile("[/\\\\\x00-\x1f\x7f-\x9f]")


@dataclass
class Entry:
    """One entry of a folder's page."""

    identity: str
    name: str = ""
    addresses: list[str] = field(default_factory=list)


def entries_of(source: str) -> list[Entry] | None:
    """The entries of one folder's page, in its order; None where the page is no listing.

    A listing without entries is an empty folder.
    """
    listed = False
    found: list[Entry] = []
    depth = 0
    for token in pages.tokens(source):
        classes = token.classes()
        if depth and not token.tag:
            found[-1].name += token.text
        elif depth and token.tag == "div":
            depth += -1 if token.end else 1
        elif "flip-entries" in classes:
            listed = True
        elif "flip-entry" in classes:
            found.append(Entry(token.attributes.get("id", "").removeprefix("entry-")))
        elif found and "flip-entry-title" in classes:
            found[-1].name, depth = "", 1
        elif found and token.attributes.get("href"):
            found[-1].addresses.append(token.attributes["href"])
    return found if listed else None


@dataclass(frozen=True)
class _Folder:
    identity: str
    key: str
    path: str
    above: frozenset[str]


def listing(identity: str, key: str, client: Client) -> Sequence[Download]:
    """All files below a folder, named by their paths, in a stable order.

    Equal names in one folder get ``(2)``, ``(3)`` … in the order of their IDs. Empty folders are
    downloads whose name ends in ``/``. Native documents are exported to Office formats; what has
    no download at all (a form, a map) is named in a note.

    Raises:
        PreflightError: any folder of it cannot be read to the end.
    """
    waiting = deque([_Folder(identity, key, "", frozenset())])
    found: list[Download] = []
    left_out: list[str] = []
    count = 0
    while waiting:
        folder = waiting.popleft()
        entries = _entries(folder, client)
        count += 1
        taken: dict[str, int] = {}
        if not entries and folder.path:
            found.append(Download("", name=folder.path))
        for entry, source in sorted(entries, key=lambda one: one[0].identity):
            if source is None:
                left_out.append(folder.path + portable(entry.name))
                continue
            inside = source.parts.get("resourcekey", "")
            name = portable(entry.name)
            if source.kind == "folder":
                if source.parts["id"] in folder.above | {folder.identity}:
                    left_out.append(f"{folder.path}{name} (leads back to a folder above)")
                    continue
                path = f"{folder.path}{_single(name, taken)}/"
                above = folder.above | {folder.identity}
                waiting.append(_Folder(source.parts["id"], inside, path, above))
            elif source.kind in EXPORTS:
                form = EXPORTS[source.kind][1]
                made = _single(f"{name}.{form}", taken)
                one = export(source.kind, source.parts["id"], inside)
                found.append(replace(one, name=folder.path + made))
            else:
                path = folder.path + _single(name, taken)
                found.append(replace(file(source.parts["id"], inside, path), archive=False))
        if count + len(waiting) > _MOST_FOLDERS or len(found) > _MOST:
            raise UnsupportedError(
                f"The folder holds more than {_MOST:,} files or {_MOST_FOLDERS:,} folders.",
                action="Ask its owner for one archive of it.",
            )
    if not any(one.url for one in found):
        raise GoneError(
            "The folder on Google Drive holds no files"
            + (f" that can be downloaded ({words.listing(left_out)})." if left_out else "."),
            action="Check that it is the right folder, and that its owner has not emptied it.",
        )
    found.sort(key=lambda one: one.name)
    if left_out:
        note = f"Cannot be downloaded from the folder: {words.listing(sorted(left_out), 5)}."
        at = next(number for number, one in enumerate(found) if one.url)
        found[at] = replace(found[at], note=pages.say(note, 400))
    return found


def portable(name: str) -> str:
    """A name in Drive, where anything is allowed, as one component of a path."""
    name = _UNSAFE.sub("_", name.strip())
    return "_" if name in ("", ".", "..") else name


def _single(name: str, taken: dict[str, int]) -> str:
    """*name*, or *name* with the first free number where some disk would take it for another one.

    Args:
        name: of the entry.
        taken: what was given out, as such a disk sees it; and the number to try next.
    """
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    made, wanted = name, _folded(name)
    number = taken.get(wanted, 1)
    while _folded(made) in taken:
        number += 1
        made = f"{stem} ({number}){dot}{suffix}"
    taken[wanted] = number
    taken.setdefault(_folded(made), 1)
    return made


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _entries(folder: _Folder, client: Client) -> list[tuple[Entry, Source | None]]:
    """The entries of one folder with what they are; None for what has no download."""
    from ...fetch.http import Request
    from ..ask import ask, hosts

    query = {"id": folder.identity} | ({"resourcekey": folder.key} if folder.key else {})
    url = f"https://drive.google.com/embeddedfolderview?{urlencode(query)}"
    reply = ask(client, Request(url, hosts=hosts("gdrive"), final=FINAL))
    where = f"The sub-folder {words.plain(folder.path.rstrip('/'), 80)!r}" if folder.path else ""
    found = entries_of(pages.decode(reply.body, reply.headers.get("content-type", "")))
    if reply.status != 200 or found is None:
        body = reply.body[: 1 << 16]
        error = refusal(reply, body, folder.identity, folder.key)
        raise _placed(error or unknown(reply, body, "the listing of the folder"), where)
    if b"</html" not in reply.body[-2000:].lower():
        raise NetworkError(
            f"The listing of {where or 'the folder'} was cut off.", action="Try again."
        )
    once = {entry.identity: entry for entry in found}
    return [(entry, _known(entry)) for entry in once.values()]


def _placed(error: PreflightError, where: str) -> PreflightError:
    if where:
        error.reason = f"{where} cannot be listed: {error.reason}"
    return error


def _known(entry: Entry) -> Source | None:
    for address in entry.addresses:
        try:
            source = recognise(address.partition("#")[0])
        except LinkProblem:
            continue
        if source.provider == "gdrive" and "open" not in source.parts:
            return source
    if any(address.startswith(_ONLINE_ONLY) for address in entry.addresses):
        return None
    raise NotAnArchiveError(
        f"Google Drive lists {pages.say(entry.name)!r} in a way that is not understood.",
        action="Download the folder in a browser and give the path of the file here.",
    )
