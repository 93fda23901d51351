"""What a file is: by its name, and by its first bytes. Neither is believed without the other."""

from __future__ import annotations

_ARCHIVES = (
    ".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst",
    ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst",
)  # fmt: skip
_FOREIGN = (".7z", ".rar")
_MARKUP = (
    "", ".html", ".htm", ".xhtml", ".xml", ".svg", ".md", ".txt", ".php", ".asp", ".aspx", ".vue",
)  # fmt: skip
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)

HEAD = 1024
"""Bytes that `magic` needs: a tar's first header says what it is in its bytes 257 to 262."""


def says_archive(name: str) -> bool:
    """Whether *name* promises an archive of a kind that people expect to be unpacked."""
    return name.lower().endswith((*_ARCHIVES, *_FOREIGN))


def magic(head: bytes) -> str:
    """What *head* begins: ``zip``, ``gzip``, ``bzip2``, ``xz``, ``zstd``, ``tar``, ``7z``,
    ``rar``, ``page``, ``json``, ``empty``, or ``other``."""
    if not head:
        return "empty"
    for start, kind in _MAGIC:
        if head.startswith(start):
            return kind
    if is_tar(head):
        return "tar"
    if is_page(head):
        return "page"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "json" if text[:1] in (b"{", b"[") else "other"


def is_tar(head: bytes) -> bool:
    """Whether *head* begins with a tar header: by its checksum (POSIX.1-2017, pax, ustar)."""
    block = head[:512]
    if len(block) < 512:
        return False
    if block[257:262] == b"ustar":
        return True
    digits = block[148:156].strip(b" \0")
    try:
        told = int(digits, 8)
    except ValueError:
        return False
    return told == sum(block[:148]) + 8 * 32 + sum(block[156:])


def is_page(head: bytes) -> bool:
    """Whether *head* begins a page of HTML, whatever its language."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if text.startswith(b"<?xml"):
        return b"<html" in text
    return text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script"))


def page_is_file(name: str) -> bool:
    """Whether a file called *name* may well be a page itself."""
    base = name.rpartition("/")[2].lower()
    return (f".{base.rpartition('.')[2]}" if "." in base else "") in _MARKUP
