"""The words that providers, the network and the disk share.

A provider turns a link into `Download`s; `fetch` turns those into a tree described by a
`Manifest`. Nothing here touches a socket or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..errors import PreflightError
    from ..secrets import Credential
    from .http import Answer

Explain = Callable[["Answer", bytes], "PreflightError | Download | None"]
"""Reads an answer that is not the file: see `Download.explain`."""


@dataclass(frozen=True)
class Download:
    """One file to fetch, as its provider describes it.

    Attributes:
        url: absolute http(s) URL. May be signed and short-lived: never stored, never shown.
        name: path of the file below the tree, ``/``-separated and *not yet checked*; empty: taken
            from the answer (RFC 6266) or from the URL's last segment. A name that ends in ``/`` is
            an empty folder: made, not fetched (its *url* is empty).
        size: bytes, where the provider has told; checked against what arrives.
        digest: algorithm (``hashlib`` name) and hexadecimal digest of the whole file.
        headers: further request headers; never a credential.
        credential: sent to its own hosts only.
        hosts: hosts that a redirect may lead to; ``.example.org`` stands for all below it.
            Empty: any host (subject to the rules for private addresses and schemes).
        ranged: False where the provider makes the file on demand, so that Range is not tried.
        archive: True: this *is* an archive whatever its name says (a folder zipped on demand);
            False: never unpacked; None: decided by name and first bytes.
        strip: leading folders to drop from an archive's members.
        folder: a folder inside the archive, counted after *strip*: only what is below it arrives,
            and without it. Empty: everything.
        commit: what the archive's comment must be, in hexadecimal (GitHub), where known.
        final: statuses that are never retried, because waiting a minute cannot cure them or asking
            again makes them worse; `explain` reads them at once.
        explain: called with an answer that is not the file (status 400 or above, or a page where a
            file was expected) and its first 64 KiB; returns the error in the provider's terms,
            another `Download` to go on with, or None for the general reading.
        resolve_again: makes a fresh URL for the same file when a signed one has expired.
        note: a sentence for the row, such as what of a listing cannot be downloaded.
    """

    url: str
    name: str = ""
    size: int | None = None
    digest: tuple[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = None
    hosts: tuple[str, ...] = ()
    ranged: bool = True
    archive: bool | None = None
    strip: int = 0
    folder: str = ""
    commit: str | None = None
    final: tuple[int, ...] = ()
    explain: Explain | None = None
    resolve_again: Callable[[], Download] | None = None
    note: str = ""


class Entry(NamedTuple):
    """One thing in a tree. A tuple, as there are many: made in a fifth of a dataclass's time.

    Attributes:
        path: ``/``-separated, relative, already checked.
        size: bytes; 0 for folders and links.
        crc32: checksum of the content as in ZIP (APPNOTE §4.4.7); 0 for folders and links.
        executable: whether it had any execute bit.
        link: target where it is a symbolic link, else None.
        folder: True for a folder (kept in manifests so that empty ones are restored).
    """

    path: str
    size: int = 0
    crc32: int = 0
    executable: bool = False
    link: str | None = None
    folder: bool = False


Manifest = dict[str, Entry]
"""All entries of a tree by path. Folders stand in it only where they are empty."""


@dataclass(frozen=True)
class Options:
    """What the step's own options say about the tree.

    Attributes:
        unpack: True (``--unpack``), False (``--no-unpack``), None (by name and first bytes).
        strip: leading folders to drop, or None for the provider's own rule.
        flat: put every file directly into the folder.
        include: globs (``fnmatch`` on the whole path, ``**`` crosses folders); empty: everything.
        links: True: symbolic links that stay inside the tree are made (projects);
            False: an archive with any link is refused (datasets).
        name: name for a single file (``--as``).
        sha256: expected SHA-256 of the file the link gives, hexadecimal.
    """

    unpack: bool | None = None
    strip: int | None = None
    flat: bool = False
    include: tuple[str, ...] = ()
    links: bool = False
    name: str | None = None
    sha256: str | None = None


@dataclass
class Tree:
    """What `bring` has made below a staging folder.

    Attributes:
        entries: the whole tree.
        written: paths that stand in the staging folder; the others were said to be had already.
        comment: the archive's comment (for GitHub archives the commit, 40 hexadecimal digits).
        validator: strong ETag or Last-Modified of the answer, for the next conditional request.
        unchanged: True where the server said 304: then `entries` is empty.
        fetched: bytes that came over the network.
        notes: sentences for the row (a member skipped, a name changed).
        pointers: paths where only a pointer to Git LFS stands, and stays.
    """

    entries: Manifest = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    comment: str = ""
    validator: str | None = None
    unchanged: bool = False
    fetched: int = 0
    notes: list[str] = field(default_factory=list)
    pointers: list[str] = field(default_factory=list)
