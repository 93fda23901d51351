"""Reading a page that came where a file was expected.

Providers say most of their errors as a web page with status 200, in the visitor's language. What
such a page means is therefore read from its structure (title, forms, links, error elements); its
words are shown to the user, made safe, but never decide alone.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from .. import words
from .kinds import is_page

# None of these can look at a character twice in vain: a page of 64 KiB made to be slow takes the
# standard library's parser half a minute.
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9:-]*)([^<>\"']*(?:\"[^\"<]*\"[^<>\"']*|'[^'<]*'[^<>\"']*)*)>"
)
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_URL_TAIL = re.compile(r"(https?://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE)
_TEXTS = ("message", "error_description", "error_summary", "detail")
_ELEMENT = "<{0}>\\s*(?:<!\\[CDATA\\[)?(.{{0,2000}}?)(?:\\]\\]>)?\\s*</{0}>"


@dataclass(frozen=True)
class Token:
    """A piece of a page.

    Attributes:
        tag: name of the element in lower case; empty for text.
        end: whether it is an end tag.
        attributes: of a start tag, entities decoded.
        text: of a text, entities decoded.
    """

    tag: str = ""
    end: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def classes(self) -> list[str]:
        """The element's classes."""
        return self.attributes.get("class", "").split()


def tokens(source: str) -> Iterator[Token]:
    """Tags and texts of a page, in time linear in its length; scripts and comments are left out."""
    from html import unescape

    at = 0
    while at < len(source):
        start = source.find("<", at)
        if start != at:
            yield Token(text=unescape(source[at : start if start >= 0 else None]))
        if start < 0:
            return
        found = _TAG.match(source, start)
        if found:
            at = found.end()
            tag, end = found.group(2).lower(), bool(found.group(1))
            given = {
                name.lower(): unescape(double or single or bare)
                for name, double, single, bare in _ATTRIBUTE.findall(found.group(3))
            }
            yield Token(tag, end, given)
            if tag in _RAW and not end:
                close = _RAW[tag].search(source, at)
                at = close.start() if close else len(source)
            continue
        mark = next((one for one in ("<!--", "<!", "<?") if source.startswith(one, start)), "")
        if mark:
            close_mark = "-->" if mark == "<!--" else ">"
            stop = source.find(close_mark, start + len(mark))
            at = stop + len(close_mark) if stop >= 0 else len(source)
        else:
            yield Token(text="<")
            at = start + 1


@dataclass
class Form:
    """One form of a page: where it leads and what it sends."""

    action: str = ""
    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


class Page:
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
        self.title = ""
        self.forms: list[Form] = []
        self.addresses: list[str] = []
        self.marked: list[tuple[str, str]] = []
        titles: list[str] = []
        kept: list[list[str]] = []
        names: list[str] = []
        opened, depth = "", 0
        for token in tokens(source):
            if not token.tag:
                if titles and not self.title:
                    titles.append(token.text)
                if depth:
                    kept[-1].append(token.text)
            elif token.tag == "title" and not self.title:
                self.title = " ".join("".join(titles).split()) if token.end else ""
                titles = [""]
            elif depth:
                depth += 0 if token.tag != opened else -1 if token.end else 1
            elif not token.end:
                self._start(token)
                name = next((one for one in token.classes() if one in classes), "")
                if name:
                    opened, depth = token.tag, 1
                    names.append(name)
                    kept.append([])
        self.title = self.title or " ".join("".join(titles).split())
        self.marked = [
            (name, " ".join("".join(texts).split()))
            for name, texts in zip(names, kept, strict=True)
        ]

    def text(self, name: str) -> str:
        """Text of the first element of class *name*; empty where there is none."""
        return next((text for known, text in self.marked if known == name), "")

    def _start(self, token: Token) -> None:
        given = token.attributes
        self.addresses += [given[name] for name in ("href", "src") if given.get(name)]
        if token.tag == "form":
            self.forms.append(
                Form(given.get("action", ""), given.get("id") or given.get("name", ""))
            )
        elif token.tag == "input" and self.forms:
            form = self.forms[-1]
            form.types.add(given.get("type", "text").lower())
            if given.get("name"):
                form.fields[given["name"]] = given.get("value", "")


def decode(page: bytes, content_type: str = "") -> str:
    """The page as text, in the character set that the answer or the page itself names."""
    named = _CHARSET.search(content_type) or _CHARSET.search(page[:1024].decode("ascii", "ignore"))
    with contextlib.suppress(LookupError, UnicodeError):
        return page.decode(named.group(1) if named else "utf-8", "replace")
    return page.decode("utf-8", "replace")


def kind(page: bytes) -> str:
    """``html``, ``xml``, ``json`` or ``""``: what the first bytes look like."""
    head = page[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if is_page(page) or head.startswith((b"<title", b"<!--")):
        return "html"
    if head.startswith((b"<?xml", b"<error")):
        return "xml"
    return "json" if head[:1] in (b"{", b"[") else ""


def say(text: str, limit: int = 120) -> str:
    """Somebody else's words made safe to show: one line, no controls, no query of any link."""
    return words.plain(_URL_TAIL.sub(r"\1", text), limit)


def title(page: bytes, content_type: str = "") -> str:
    """The title of a web page, safe to show; empty where there is none."""
    return say(Page(decode(page, content_type)).title)


def said(page: bytes) -> str:
    """What a page or message says of itself, safe to show: its title, or what is wrong."""
    if kind(page) == "html":
        return title(page)
    code, text = message(page)
    return text or code


def message(page: bytes) -> tuple[str, str]:
    """Code and message of a machine-readable error, safe to show; empty where there is none.

    Reads what storage services send (``<Error><Code>…</Code><Message>…</Message></Error>``) and the
    common JSON forms (``{"message": …}``, ``{"error": {"code": …, "message": …}}``).
    """
    form = kind(page)
    if form == "xml" and b"<error>" in page[:512].lower():
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
    named = next((name for name in ("code", "status", "error") if name in value), "")
    code = value.get(named, "")
    texts = _TEXTS if named == "error" else (*_TEXTS, "error")
    text = next((value[name] for name in texts if name in value), "")
    return (
        say(str(code), 40) if isinstance(code, (str, int)) else "",
        say(text) if isinstance(text, str) else "",
    )
