"""The page that asks whether to download a file Google could not scan, in the shapes it has had.

Whatever its shape and language, it names the address of the bytes: in a form, in a link with a
confirmation, or in a script. Only Google's own hosts are believed.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ...fetch import pages
from ..ask import Head

_SCRIPT = re.compile(r'"downloadUrl"\s*:\s*("(?:[^"\\]|\\.){1,8000}")')
_COOKIE = re.compile(r"(?:^|[\s,;])(download_warning[\w-]*=[\w.~+/=-]+)")
_HEX = re.compile(r"\\x([0-9A-Fa-f]{2})")


def following(head: Head, page: bytes) -> tuple[str, dict[str, str]] | None:
    """Where the page leads when one agrees: an URL and further headers; None where nowhere."""
    text = pages.decode(page, head.headers.get("content-type", ""))
    read = pages.Page(text)
    for form in read.forms:
        if form.name == "download-form" or "confirm" in form.fields:
            url = _google(form.action, head.url)
            if url:
                parts = urlsplit(url)
                query = dict(parse_qsl(parts.query, keep_blank_values=True)) | form.fields
                return parts._replace(query=urlencode(query)).geturl(), {}
    for address in read.addresses:
        url = _google(address, head.url)
        if url and re.search(r"[?&]confirm=[^&]", url) and "export=download" in url:
            cookie = _COOKIE.search(head.headers.get("set-cookie", ""))
            return url, {"Cookie": cookie.group(1)} if cookie else {}
    script = _SCRIPT.search(text)
    if script:
        url = _google(literal(script.group(1)), head.url)
        return (url, {}) if url else None
    return None


def literal(text: str) -> str:
    """The value of a quoted JavaScript string; empty where it is not one."""
    import json

    try:
        value = json.loads(_HEX.sub(r"\\u00\1", text))
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _google(address: str, base: str) -> str:
    """*address*, seen from *base*, if it is https at a host of Google that holds files."""
    try:
        parts = urlsplit(urljoin(base, address))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    good = host.endswith((".google.com", ".googleusercontent.com"))
    if parts.scheme != "https" or not good or port not in (None, 443) or "@" in parts.netloc:
        return ""
    return parts._replace(netloc=host, fragment="").geturl()
