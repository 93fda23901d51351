"""Google Drive as a visitor without an account meets it.

Files behind a form where Google could not scan them, folders by the view made for embedding,
documents by export, and the many pages that stand in place of a file. Attributes of the form come
in another order each time, as no order was ever promised.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import random
import threading
from collections.abc import Mapping
from urllib.parse import urlencode

from .gdrive_pages import NATIVE, Handled, Item, entry, page, refusal
from .message import Request, Response, redirect, text
from .static import Content, serve


class Drive:
    """The fake. Its catalogue is filled by `add_file`, `add_folder` and `add_document`.

    Args:
        seed: for the order of attributes.
    """

    hosts = (
        "drive.google.com",
        "docs.google.com",
        "drive.usercontent.google.com",
        "accounts.google.com",
        "www.google.com",
    )

    def __init__(self, seed: int = 1) -> None:
        self.items: dict[str, Item] = {}
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add_file(self, name: str, data: bytes, parent: Item | None = None, **about: object) -> Item:
        """Share a file; *about* are attributes of `Item`."""
        return self._add(name, "file", Content(data, name=name), parent, about)

    def add_folder(self, name: str, parent: Item | None = None, **about: object) -> Item:
        """Share a folder."""
        return self._add(name, "folder", None, parent, about)

    def add_document(
        self,
        kind: str,
        name: str,
        data: bytes = b"PK\x03\x04",
        parent: Item | None = None,
        **about: object,
    ) -> Item:
        """Share a native document that is exported as *data*."""
        return self._add(name, kind, Content(data, etag="", modified=None), parent, about)

    def handle(self, request: Request) -> Response:
        """The answer to one request."""
        if request.host == "accounts.google.com":
            return page(200, "Sign in - Google Accounts", '<input type="email" name="identifier">')
        if request.host == "www.google.com":
            return page(429, "Sorry...", '<form id="captcha-form" action="index"></form>')
        path = request.path
        if path == "/embeddedfolderview":
            return self._with(request.query.get("id", ""), request, self._listing)
        if path == "/open":
            return self._with(request.query.get("id", ""), request, _opened)
        if path in ("/uc", "/download"):
            return self._with(request.query.get("id", ""), request, self._download)
        parts = path.strip("/").split("/")
        if request.host == "docs.google.com" and parts[1:2] == ["d"] and len(parts) == 4:
            return self._with(parts[2], request, _export if parts[3] == "export" else _view)
        return page(200, "Google Drive", "<div></div>")

    def _with(self, identity: str, request: Request, then: Handled) -> Response:
        item = self.items.get(identity)
        if item is None or item.state == "gone":
            return page(404, "Error 404 (Not Found)!!1", "<p>404.</p>")
        if item.key and request.query.get("resourcekey") != item.key:
            return page(404, "Error 404 (Not Found)!!1", "<p>404.</p>")
        return refusal(item, request) or then(item, request)

    def _download(self, item: Item, request: Request) -> Response:
        if item.kind in NATIVE:
            return text(500, "", "text/html")
        if item.content is None:
            return page(404, "Error 404 (Not Found)!!1", "<p>404.</p>")
        query = request.query
        asked = query.get("confirm") == "t" and (
            not item.insists or query.get("uuid") == _uuid(item)
        )
        cookie = f"download_warning_13058876669334088843_{item.identity}=Ab1-"
        asked = asked or (
            query.get("confirm") == "Ab1-" and cookie in request.headers.get("cookie", "")
        )
        asked = asked or query.get("at") == _uuid(item)
        if item.warning == "endless" or (not item.scanned and not asked):
            return self._warning(item, request, cookie)
        if request.path == "/uc":
            sent = urlencode({**query, "export": "download"})
            return redirect(f"https://drive.usercontent.google.com/download?{sent}", 303)
        return serve(request, item.content)

    def _warning(self, item: Item, request: Request, cookie: str) -> Response:
        title = "Google Drive - Virus scan warning"
        name = html.escape(item.name)
        link = f'<a href="/open?id={item.identity}">{name}</a>'
        shown = f'<span class="uc-name-size">{link} (523M)</span>'
        if item.warning == "link":
            again = f"export=download&confirm=Ab1-&id={item.identity}"
            link = (
                f'<a id="uc-download-link" href="{html.escape(f"/uc?{again}")}">Download anyway</a>'
            )
            response = page(200, title, shown + link)
            response.headers.append(("Set-Cookie", f"{cookie}; Path=/; Secure; HttpOnly"))
            response.headers.append(
                ("Set-Cookie", "NID=511=x; expires=Sat, 22-May-2027 10:00:00 GMT")
            )
            return response
        query = {"id": item.identity, "export": "download", "confirm": "t", "uuid": _uuid(item)}
        if item.key:
            query["resourcekey"] = item.key
        base = "https://drive.usercontent.google.com/download"
        if item.warning == "script":
            at = {"id": item.identity, "export": "download", "at": _uuid(item)}
            escaped = (
                json.dumps(f"{base}?{urlencode(at)}")
                .replace("=", "\\u003d")
                .replace("&", "\\u0026")
            )
            return page(200, title, f'{shown}<script>x={{"downloadUrl":{escaped}}}</script>')
        if item.warning == "foreign":
            base = "https://drive.usercontent.google.com.evil.test/download"
        with self._lock:
            form = self._tag("form", id="download-form", action=base, method="get")
            fields = [
                self._tag("input", type="hidden", name=name, value=value)
                for name, value in query.items()
            ]
            self._random.shuffle(fields)
        return page(200, title, f"{shown}{form}{''.join(fields)}<input type='submit'></form>")

    def _listing(self, item: Item, request: Request) -> Response:
        if item.kind != "folder":
            return page(404, "Error 404 (Not Found)!!1", "<p>404.</p>")
        rows = "".join(entry(self.items[one], number) for number, one in enumerate(item.children))
        body = (
            '<div id="flip-contents" class="flip-contents flip-list-view">'
            '<div class="flip-list-header"><div class="flip-list-title-header">TITLE</div></div>'
            f'<div class="flip-entries">{rows}</div></div>'
        )
        return page(200, html.escape(item.name), body, "flip-embedded")

    def _tag(self, tag: str, /, **attributes: str) -> str:
        pairs = [f'{key}="{html.escape(value)}"' for key, value in attributes.items()]
        self._random.shuffle(pairs)
        return f"<{tag} {' '.join(pairs)}>"

    def _add(
        self,
        name: str,
        kind: str,
        content: Content | None,
        parent: Item | None,
        about: Mapping[str, object],
    ) -> Item:
        with self._lock:
            identity = str(about.get("identity") or _identity(name, next(self._numbers)))
            item = Item(identity, name, kind, content)
            for key, value in about.items():
                assert hasattr(item, key), key
                setattr(item, key, value)
            self.items[identity] = item
            if parent is not None:
                parent.children.append(identity)
        return item


def _opened(item: Item, request: Request) -> Response:
    return redirect(item.link)


def _view(item: Item, request: Request) -> Response:
    """The view of a spreadsheet for the web, which knows its sheets."""
    tabs = "".join(
        f'items.push({{name: {json.dumps(name)}, pageUrl: "https:\\/\\/docs.google.com\\/x",'
        f' gid: "{number}",initialSheet: {"true" if number == 0 else "false"}}});'
        for number, name in enumerate(item.sheets)
    )
    return page(200, html.escape(item.name), f"<script>{tabs}</script>")


def _export(item: Item, request: Request) -> Response:
    forms = {"document": "docx", "spreadsheet": "xlsx", "presentation": "pptx"}
    form = request.query.get("format", "")
    assert item.content is not None
    content = Content(item.content.data, f"{item.name}.{form}", etag="", modified=None)
    if item.kind == "spreadsheet" and form == "csv":
        number = int(request.query.get("gid", "0"))
        sheets = list(item.sheets.items())
        if number >= len(sheets):
            return page(400, "Sorry, unable to open the file", "<p></p>")
        content.data, content.kind = sheets[number][1], "text/csv"
        content.name = f"{item.name} - {sheets[number][0]}.csv"
    elif form != forms.get(item.kind):
        return page(400, "Bad Request", "<p></p>")
    content.ranges, content.framing = False, "chunked"
    return serve(request, content)


def _uuid(item: Item) -> str:
    digest = hashlib.md5(item.identity.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


def _identity(name: str, number: int) -> str:
    """33 characters, as Drive makes them, the same for the same catalogue."""
    digest = hashlib.sha256(f"{name}\0{number}".encode()).hexdigest()
    return f"1{digest[:30]}_-"


def create() -> Drive:
    """A Drive with a folder ``pets`` of a sub-folder, files and a document, and a big file."""
    fake = Drive()
    folder = fake.add_folder("pets", identity="1PetsFolderExample0000000000000001")
    inner = fake.add_folder("cats", folder)
    for number in range(12):
        row = f"x,y\n{number},{number * number}\n".encode()
        fake.add_file(f"{number:03d}.csv", row * 50, inner if number % 2 else folder)
    fake.add_document("document", "Read me first", b"PK\x03\x04 example", folder)
    fake.add_file(
        "weights.bin",
        bytes(range(256)) * 4096,
        identity="1WeightsExample000000000000000001",
        scanned=False,
    )
    return fake
