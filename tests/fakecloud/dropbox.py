"""Dropbox as a visitor without an account meets it: share links, their redirects, their pages.

What it owes is known from transcripts of real downloads: the chains of redirects, the cookies, a
fragment at the end of a location, zips that begin with a member named ``/`` and have no top
folder, no ranges for folders, and errors that are pages.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import threading
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from .message import Request, Response, redirect, text
from .static import Content, serve

State = Literal[
    "ok", "busy", "gone", "withdrawn", "password", "login", "too-large", "too-many", "redesigned"
]
"""What becomes of a link: ``busy`` has had too much traffic, ``withdrawn`` is shared no longer,
``redesigned`` is a page that nobody has seen before."""

BUSY = "This account's links are generating too much traffic and have been temporarily disabled!"
_PACKED = (".jpg", ".jpeg", ".png", ".gif", ".zip", ".gz", ".mp4", ".npz")


@dataclass
class Shared:
    """One thing that is shared.

    Attributes:
        path: of its link, without query.
        name: file name, or the folder's.
        key: ``rlkey``; empty for links of the old kind.
        content: of a file.
        files: of a folder, by path; a path that ends in ``/`` is an empty folder.
        state: see `State`; may be changed at any time.
        descriptors: whether the folder's zip tells sizes behind each member only.
        sized: whether the length of a folder's zip is told.
        language: of its pages: ``en``, ``de`` or ``ja``.
    """

    path: str
    name: str
    key: str = ""
    content: Content | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    state: State = "ok"
    descriptors: bool = False
    sized: bool = False
    language: str = "en"

    @property
    def link(self) -> str:
        """As Dropbox gives it to copy."""
        query = f"rlkey={self.key}&st=abc123xy&dl=0" if self.key else "dl=0"
        return f"https://www.dropbox.com{quote(self.path)}?{query}"


class Dropbox:
    """The fake. Its catalogue is filled by `add_file` and `add_folder`.

    Args:
        life: seconds that a resolved address holds.
        hops: redirects from a resolved address to the next before the bytes come (0 or 1).
    """

    hosts = ("www.dropbox.com", "dropbox.com", "dl.dropbox.com", ".dropboxusercontent.com")

    def __init__(self, *, life: float = 4 * 3600, hops: int = 0) -> None:
        self.life = life
        self.hops = hops
        self._shared: dict[str, Shared] = {}
        self._tokens: dict[str, tuple[float, Shared, str]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add_file(self, name: str, data: bytes, *, legacy: bool = False, **about: object) -> Shared:
        """Share a file; *about* are attributes of `Shared`."""
        identity = _identity(name, 15)
        path = f"/s/{identity}/{name}" if legacy else f"/scl/fi/{identity}/{name}"
        content = Content(data, name=name, kind="application/binary")
        return self._add(Shared(path, name, _key(name, legacy), content), about)

    def add_folder(
        self, name: str, files: Mapping[str, bytes], *, legacy: bool = False, **about: object
    ) -> Shared:
        """Share a folder; *about* are attributes of `Shared`."""
        identity, key = _identity(name, 15), f"AAC{_identity(name + '/', 20)}"
        path = f"/sh/{identity}/{key}" if legacy else f"/scl/fo/{identity}/{key}"
        return self._add(Shared(path, name, _key(name, legacy), None, dict(files)), about)

    def handle(self, request: Request) -> Response:
        """The answer to one request."""
        if request.method not in {"GET", "HEAD"}:
            return text(405, "")
        if request.host.endswith(".dropboxusercontent.com") and request.host.startswith("uc"):
            return self._bytes(request)
        if request.path == "/login":
            return _page(200, "Login - Dropbox", _PAGES["login"])
        path = _plain(request.path)
        found = self._find(path)
        if found is None or found[0].state == "gone":
            language = found[0].language if found else "en"
            return _page(404, _TITLES["gone"][language], "<h1>Error (404)</h1>")
        return self._page_or_bytes(request, *found)

    def _page_or_bytes(self, request: Request, shared: Shared, inside: str) -> Response:
        state, language = shared.state, shared.language
        if state == "busy":
            return _page(429, _TITLES["busy"][language], f"<h1>{BUSY}</h1>")
        if shared.key and request.query.get("rlkey") != shared.key:
            return redirect(f"https://www.dropbox.com/login?cont={quote(request.target)}")
        if state in _PAGES:
            return _page(200, _TITLES[state][language], _PAGES[state])
        browser = "mozilla" in request.headers.get("user-agent", "").lower()
        if request.query.get("dl") != "1" and browser and request.host.startswith("www."):
            return _page(200, shared.name, "<div id='preview'></div>")
        if state in ("too-large", "too-many"):
            return _page(200, _TITLES[state][language], "<div class='error'></div>")
        return self._redirect(request, shared, inside)

    def _redirect(self, request: Request, shared: Shared, inside: str) -> Response:
        """The way from a link to the bytes: one hop for new links, two for old ones."""
        if request.path.startswith("/s/") and not request.path.startswith(("/s/dl/", "/s/raw/")):
            kind = "dl" if request.query.get("dl") == "1" else "raw"
            return redirect(request.target.replace("/s/", f"/s/{kind}/", 1), 301)
        if request.path.startswith("/sh/") and not request.path.startswith("/sh/dl/"):
            return redirect(request.target.replace("/sh/", "/sh/dl/", 1))
        folder = shared.content is None and inside not in shared.files
        token = self._token(shared, inside)
        host = f"https://uc{hashlib.md5(token.encode()).hexdigest()[:24]}"
        if folder:
            end = f"-eu.dropboxusercontent.com/zip_download_get/{token}?_download_id=1&dl=1"
            return redirect(f"{host}.dl{end}", Set_Cookie="gvc=MTIz; Path=/; Secure")
        verb = "get" if request.query.get("dl") == "1" else "inline"
        place = f"{host}.dl.dropboxusercontent.com/cd/0/{verb}/{token}/file?dl=1#"
        return redirect(place, Set_Cookie="gvc=MTIz; Path=/; Secure")

    def _bytes(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        token = parts[1] if parts[0] == "zip_download_get" else parts[-2]
        until, shared, inside = self._tokens.get(token, (0.0, None, ""))
        if shared is None:
            return _page(404, "Dropbox - Error", "")
        if time.monotonic() > until:
            return _page(410, "Dropbox - Error", "")
        if self.hops and parts[2:3] == ["get"]:
            return redirect(request.target.replace("/get/", "/inline2/"))
        if shared.content is not None:
            return serve(request, shared.content)
        if inside in shared.files:
            name = inside.rpartition("/")[2]
            kind = "application/binary"
            return serve(request, Content(shared.files[inside], name=name, kind=kind))
        name = f"{inside.rpartition('/')[2] or shared.name}.zip"
        data = folder_zip(_below(shared.files, inside), descriptors=shared.descriptors)
        content = Content(data, name, "application/zip", etag="", modified=None, ranges=False)
        response = serve(request, content)
        if not shared.sized:
            response.framing = "chunked"
            response.body = _pieces(data)
        return response

    def _find(self, path: str) -> tuple[Shared, str] | None:
        """What is shared at *path*, and the path inside it."""
        for known, shared in self._shared.items():
            if path == known:
                return shared, ""
            if shared.content is None and path.startswith(f"{known}/"):
                inside = path[len(known) + 1 :].rstrip("/")
                there = inside in shared.files or _below(shared.files, inside)
                return (shared, inside) if there else None
        return None

    def _token(self, shared: Shared, inside: str) -> str:
        with self._lock:
            token = f"AB{next(self._numbers):06d}{_identity(shared.path, 30)}"
            self._tokens[token] = (time.monotonic() + self.life, shared, inside)
        return token

    def _add(self, shared: Shared, about: Mapping[str, object]) -> Shared:
        for name, value in about.items():
            assert hasattr(shared, name), name
            setattr(shared, name, value)
        self._shared[shared.path] = shared
        return shared


def folder_zip(files: Mapping[str, bytes], *, descriptors: bool = False) -> bytes:
    """A folder as Dropbox zips it: a first member ``/``, loose members, packed files stored.

    Args:
        files: by path; a path that ends in ``/`` is an empty folder.
        descriptors: whether sizes stand behind each member only (APPNOTE §4.3.9).
    """
    target = io.BytesIO()
    stream: io.BufferedIOBase = _Forward(target) if descriptors else target
    with zipfile.ZipFile(stream, "w") as archive:
        for path, data in [("/", b""), *sorted(files.items())]:
            info = zipfile.ZipInfo(path, (2024, 5, 17, 9, 30, 0))
            stored = path.endswith(("/", *_PACKED))
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return target.getvalue()


class _Forward(io.BufferedIOBase):
    """A stream that cannot go back, which makes ``zipfile`` write data descriptors."""

    def __init__(self, target: io.BytesIO) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._target.write(data)


_PAGES = {
    "withdrawn": '<img src="/static/images/precaution.svg"><p></p>',
    "password": '<form id="password-form" action="/ajax_verify_code" method="post">'
    '<input type="password" name="password"></form>',
    "login": '<form action="/ajax_login" method="post"><input type="email" name="login_email">'
    '<input type="password" name="login_password"></form>',
    "redesigned": '<main data-x="1"><p>…</p></main>',
}
_TITLES = {
    "gone": {"en": "Dropbox - 404", "de": "Dropbox – 404", "ja": "Dropbox - 404"},
    "busy": {"en": "Dropbox - 429", "de": "Dropbox – 429", "ja": "Dropbox - 429"},
    "withdrawn": {"en": "Restricted Content", "de": "Gesperrter Inhalt", "ja": "制限された内容"},
    "password": {"en": "Password required", "de": "Passwort nötig", "ja": "パスワード"},
    "login": {"en": "Log in", "de": "Anmelden", "ja": "ログイン"},
    "too-large": {
        "en": "The zip file is too large",
        "de": "Die ZIP-Datei ist zu groß",
        "ja": "zip ファイルが大きすぎます",
    },
    "too-many": {
        "en": "Folder has too many files to download",
        "de": "Der Ordner enthält zu viele Dateien",
        "ja": "ファイルが多すぎます",
    },
    "redesigned": {"en": "Dropbox", "de": "Dropbox", "ja": "Dropbox"},
}


def _page(status: int, title: str, body: str) -> Response:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return text(status, page, "text/html")


def _plain(path: str) -> str:
    """The path without the forms that redirects add."""
    for old in ("/s/dl/", "/s/raw/", "/sh/dl/"):
        if path.startswith(old):
            return f"/{old.split('/')[1]}/{path[len(old) :]}"
    return path


def _below(files: Mapping[str, bytes], inside: str) -> dict[str, bytes]:
    if not inside:
        return dict(files)
    start = f"{inside}/"
    return {path[len(start) :]: data for path, data in files.items() if path.startswith(start)}


def _pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), 16384):
        yield data[at : at + 16384]


def _identity(text: str, length: int) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return digest[:length]


def _key(name: str, legacy: bool) -> str:
    return "" if legacy else _identity(f"{name} key", 25)


def example_files(count: int = 24) -> Iterable[tuple[str, bytes]]:
    """Files of a small dataset, the same each time."""
    for number in range(count):
        kind = "cats" if number % 2 else "dogs"
        yield f"{kind}/{number:03d}.csv", f"x,y\n{number},{number * number}\n".encode() * 50


def create() -> Dropbox:
    """A Dropbox with a folder ``pets`` and a file ``pets.zip`` of the same files."""
    fake = Dropbox()
    files = dict(example_files())
    fake.add_folder("pets", files)
    fake.add_file("pets.zip", folder_zip(files))
    return fake
