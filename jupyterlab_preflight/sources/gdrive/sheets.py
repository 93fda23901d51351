"""Which sheet of a spreadsheet has a name.

Exports know sheets by number only, and an export by name silently gives the first sheet where the
name is wrong. The view for the web lists both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ... import words
from ...errors import GoneError
from ...fetch import pages
from ..ask import ask, hosts
from . import FINAL
from .errors import refusal, unknown
from .forms import literal

if TYPE_CHECKING:
    from ...fetch.http import Client
    from ..recognise import Source

_TAB = re.compile(
    r'items\.push\(\{\s*name:\s*("(?:[^"\\]|\\.)*")[^{}]*?gid:\s*"([0-9]+)"', re.DOTALL
)


def number(source: Source, sheet: str, client: Client) -> str:
    """The number (``gid``) of the sheet named *sheet*; one request.

    Raises:
        GoneError: there is no such sheet; names those that there are.
        PreflightError: the spreadsheet cannot be seen.
    """
    from ...fetch.http import Request

    identity, key = source.parts["id"], source.parts.get("resourcekey", "")
    query = f"?{urlencode({'resourcekey': key})}" if key else ""
    url = f"https://docs.google.com/spreadsheets/d/{identity}/htmlview{query}"
    reply = ask(client, Request(url, hosts=hosts("gdrive"), final=FINAL))
    text = pages.decode(reply.body, reply.headers.get("content-type", ""))
    tabs: dict[str, str] = {literal(name): gid for name, gid in _TAB.findall(text)}
    if not tabs:
        page = reply.body[: 1 << 16]
        raise refusal(reply, page, identity, key) or unknown(reply, page, "the list of sheets")
    if sheet not in tabs:
        known = words.listing([repr(pages.say(name, 40)) for name in tabs], 8)
        raise GoneError(
            f"The spreadsheet has no sheet {pages.say(sheet, 40)!r}; it has {known}.",
            action="Correct --sheet, or leave it out to get the whole workbook.",
        )
    return tabs[sheet]
