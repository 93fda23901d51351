"""Reading a page that came where a file was expected.

Providers say most of their errors as a web page with status 200, in the visitor's language. What
such a page means is therefore read from its structure (title, forms, links, error elements); its
words are shown to the user, made safe, but never decide alone.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

from .. import words

Attributes = list[tuple[str, str | None]]
"""Attributes of a start tag as `html.parser` gives them: names in lower case, entities decoded."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_URL_TAIL = re.compile(r"(https?://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE)
_ELEMENT = "<{0}>\\s*(?:<!\\[CDATA\\[)?(.{{0,2000}}?)(?:\\]\\]>)?\\s*</{0}>"


@dataclass
class Form:
    """One form of a page: where it leads and what it sends."""

    action: str = ""
    method: str = "get"
    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The parts of a web page that tell what it is.

    Attributes:
        title: text of the title element, blanks collapsed.
        forms: all forms in order, with their named inputs.
        addresses: what images, scripts and links point at (``src`` and ``href``), in order.
        marked: class and text of the elements that have one of the classes asked for, in order.

    Args:
        source: the page's text.
        classes: which elements' text is kept in `marked`.
    """

    def __init__(self, source: str, classes: Collection[str] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.forms: list[Form] = []
        self.addresses: list[str] = []
        self.marked: list[tuple[str, str]] = []
        self._classes = frozenset(classes)
        self._open: tuple[str, str, int] = ("", "", 0)
        self._in_title = False
        # Python below 3.14 raises AssertionError at an unknown marked section ("<![x");
        # what was read before it still counts.
        with contextlib.suppress(AssertionError):
            self.feed(source)
            self.close()
        self.title = " ".join(self.title.split())
        self.marked = [(name, " ".join(text.split())) for name, text in self.marked]

    def text(self, name: str) -> str:
        """Text of the first element of class *name*; empty where there is none."""
        return next((text for known, text in self.marked if known == name), "")

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Collect what stands in a start tag."""
        found = {name: value or "" for name, value in attrs}
        name, opened, depth = self._open
        if depth and tag == opened:
            self._open = (name, opened, depth + 1)
        for name in () if depth else found.get("class", "").split():
            if name in self._classes:
                self._open = (name, tag, 1)
                self.marked.append((name, ""))
                break
        for name in ("href", "src"):
            if found.get(name):
                self.addresses.append(found[name])
        if tag == "title":
            self._in_title = not self.title
        elif tag == "form":
            self.forms.append(
                Form(
                    found.get("action", ""),
                    found.get("method", "get").lower(),
                    found.get("id") or found.get("name", ""),
                )
            )
        elif tag == "input" and self.forms:
            form = self.forms[-1]
            form.types.add(found.get("type", "text").lower())
            if found.get("name"):
                form.fields[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Close the title, or an element whose text is kept."""
        if tag == "title":
            self._in_title = False
        name, opened, depth = self._open
        if depth and tag == opened:
            self._open = (name, opened, depth - 1)

    def handle_data(self, data: str) -> None:
        """Collect the text of the title and of the elements asked for."""
        if self._in_title and len(self.title) < 1000:
            self.title += data
        if self._open[2]:
            name, text = self.marked[-1]
            if len(text) < 2000:
                self.marked[-1] = (name, text + data)


def decode(page: bytes, content_type: str = "") -> str:
    """The page as text, in the character set that the answer or the page itself names."""
    named = _CHARSET.search(content_type) or _CHARSET.search(page[:1024].decode("ascii", "ignore"))
    with contextlib.suppress(LookupError):
        return page.decode(named.group(1) if named else "utf-8", "replace")
    return page.decode("utf-8", "replace")


def kind(page: bytes) -> str:
    """``html``, ``xml``, ``json`` or ``""``: what the first bytes look like."""
    head = page[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<!--")):
        return "html"
    if head.startswith(b"<?xml"):
        return "html" if b"<html" in head else "xml"
    if head.startswith(b"<error"):
        return "xml"
    return "json" if head[:1] in (b"{", b"[") else ""


def say(text: str, limit: int = 120) -> str:
    """Somebody else's words made safe to show: one line, no controls, no query of any link."""
    return words.plain(_URL_TAIL.sub(r"\1", text), limit)


def title(page: bytes, content_type: str = "") -> str:
    """The title of a web page, safe to show; empty where there is none."""
    return say(Page(decode(page, content_type)).title)


def message(page: bytes) -> tuple[str, str]:
    """Code and message of a machine-readable error, safe to show; empty where there is none.

    Reads what storage services send (``<Error><Code>…</Code><Message>…</Message></Error>``) and the
    common JSON forms (``{"message": …}``, ``{"error": {"code": …, "message": …}}``).
    """
    form = kind(page)
    if form == "xml":
        return _element(page, "Code"), _element(page, "Message")
    if form == "json":
        return _json_message(page)
    return "", ""


def _element(page: bytes, name: str) -> str:
    found = re.search(_ELEMENT.format(name), decode(page), re.DOTALL)
    if not found:
        return ""
    import html

    return say(html.unescape(found.group(1)))


def _json_message(page: bytes) -> tuple[str, str]:
    import json

    try:
        value = json.loads(page)
    except (ValueError, RecursionError):
        return "", ""
    if isinstance(value, dict) and isinstance(value.get("error"), dict):
        value = value["error"]
    if not isinstance(value, dict):
        return "", ""
    code = next((value[name] for name in ("code", "status", "error") if name in value), "")
    text = next((value[name] for name in ("message", "error_description") if name in value), "")
    return (
        say(str(code), 40) if isinstance(code, (str, int)) else "",
        say(text) if isinstance(text, str) else "",
    )
