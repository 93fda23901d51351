"""What Google Drive holds, and the pages by which it shows or refuses it."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from .message import Request, Response, redirect, text
from .static import Content

State = Literal[
    "ok",
    "quota",
    "quota-403",
    "quota-429",
    "infected",
    "private",
    "private-401",
    "private-403",
    "gone",
    "wall",
    "wall-redirect",
    "redesigned",
    "broken",
]
"""What becomes of an item. ``wall``: Google takes the visitor for a robot; ``broken``: 500."""

Warned = Literal["form", "link", "script", "foreign", "endless"]
"""Shape of the virus warning: ``foreign`` leads to another host, ``endless`` never ends."""

NATIVE = {"document": "document", "spreadsheet": "spreadsheets", "presentation": "presentation"}


@dataclass
class Item:
    """A file, folder or document.

    Attributes:
        identity: its ID.
        name: as people see it; anything is allowed.
        kind: ``file``, ``folder``, one of the native documents, or ``form``.
        content: of a file; of a document what it is exported to.
        key: its resource key; empty: it needs none.
        state: see `State`.
        sheets: of a spreadsheet: name and CSV, in order.
        children: of a folder, IDs in order.
        warning: shape of the page where it is too big to be scanned.
        scanned: False: the page comes first.
        insists: the page comes even with ``confirm=t``, and its ``uuid`` is wanted.
    """

    identity: str
    name: str
    kind: str = "file"
    content: Content | None = None
    key: str = ""
    state: State = "ok"
    sheets: dict[str, bytes] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    warning: Warned = "form"
    scanned: bool = True
    insists: bool = False

    @property
    def link(self) -> str:
        """As Drive gives it to copy."""
        key = f"&resourcekey={self.key}" if self.key else ""
        if self.kind == "folder":
            return f"https://drive.google.com/drive/folders/{self.identity}?usp=sharing{key}"
        if self.kind in NATIVE:
            place = f"https://docs.google.com/{NATIVE[self.kind]}/d/{self.identity}"
            return f"{place}/edit?usp=sharing{key}"
        return f"https://drive.google.com/file/d/{self.identity}/view?usp=sharing{key}"


Handled = Callable[[Item, Request], Response]
"""Answers a request for an item."""


def entry(item: Item, number: int) -> str:
    """One row of a listing; folders are linked in two ways."""
    key = f"?resourcekey={item.key}" if item.key else ""
    links = {
        "file": f"https://drive.google.com/file/d/{item.identity}/view{key or '?usp=drive_web'}",
        "form": f"https://docs.google.com/forms/d/{item.identity}/edit?usp=drive_web",
        "folder": f"https://drive.google.com/drive/folders/{item.identity}{key}",
    }
    link = links.get(item.kind) or item.link.partition("?")[0]
    if item.kind == "folder" and number % 2:
        query = f"id={item.identity}{key.replace('?', '&')}"
        link = f"https://drive.google.com/embeddedfolderview?{query}#list"
    return (
        f'<div class="flip-entry" id="entry-{item.identity}" tabindex="0" role="link">'
        f'<div class="flip-entry-info"><a href="{html.escape(link)}" target="_blank">'
        '<div class="flip-entry-visual"><div class="flip-entry-icon"></div></div>'
        f'<div class="flip-entry-title">{html.escape(item.name)}</div></a></div>'
        '<div class="flip-entry-last-modified"><div>10/29/20</div></div></div>'
    )


def refusal(item: Item, request: Request) -> Response | None:
    error = '<p class="uc-error-caption">{}</p><p class="uc-error-subcaption">{}</p>'
    state = item.state
    if state.startswith("quota"):
        status = int(state.partition("-")[2] or 200)
        body = error.format(
            "Sorry, you can&#39;t view or download this file at this time.",
            "Too many users have viewed or downloaded this file recently. Please try accessing the"
            " file again later. If it is shared widely it may take up to 24 hours to be able to"
            " view or download the file.",
        )
        return page(status, "Google Drive - Quota exceeded", body)
    if state == "infected":
        body = error.format(
            "Sorry, this file is infected with a virus", "Only the owner is allowed to download it."
        )
        return page(200, "Google Drive - Infected file", body)
    if state == "private":
        target = quote(f"https://{request.host}{request.target}", safe="")
        return redirect(f"https://accounts.google.com/ServiceLogin?service=wise&continue={target}")
    if state.startswith("private-"):
        return page(int(state[-3:]), "Google Drive - Access denied", "<p>You need access</p>")
    if state == "wall":
        body = "<p>… your computer or network may be sending automated queries …</p>"
        return page(403, "Sorry...", body)
    if state == "wall-redirect":
        return redirect("https://www.google.com/sorry/index?continue=x&q=EgRk")
    if state == "redesigned":
        return page(200, "Google Drive", '<main data-y="2"></main>')
    return text(500, "", "text/html") if state == "broken" else None


def page(status: int, title: str, body: str, kind: str = "") -> Response:
    source = (
        f"<!DOCTYPE html><html><head><title>{title}</title>"
        '<meta http-equiv="content-type" content="text/html; charset=utf-8"/></head>'
        f'<body class="{kind}">{body}</body></html>'
    )
    return text(status, source, "text/html")
