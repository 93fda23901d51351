"""Says what a link is, before any request: its provider, its kind, and one spelling for it.

All that differs from one provider to the next stands in ``links.json``, which the page reads too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import templates
from .addresses import is_link_local
from .urls import (
    MAX_LENGTH,
    LinkProblem,
    Url,
    check_characters,
    code_point,
    decode,
    encode,
    is_hidden,
    scheme_of,
    split,
)

__all__ = ["LinkProblem", "Source", "known_hosts", "provider_row", "recognise", "redact"]

_GIT_SCHEMES = ("ssh", "git", "git+https", "git+ssh", "git+http")
_DIGITS = frozenset("0123456789")
_LOCAL = ("./", "../", "/", "~/")


@dataclass(frozen=True)
class Source:
    """What a link is.

    Attributes:
        provider: ``dropbox``, ``gdrive``, ``github``, ``https``, ``local``; known but not served
            by this version: ``kaggle``, ``hf``, ``zenodo``, ``doi``, ``s3``, ``gcs``, ``drive``,
            ``rclone``.
        kind: what the link gives in its provider's terms: ``file``, ``folder``, ``repository`` ….
        canonical: one spelling for one thing, an https link or a local path. May hold a key that
            opens the thing (Dropbox's ``rlkey``): shown through `redact`.
        host: the host, without a port; empty for what lies on this machine.
        parts: what the link names, decoded: ``owner``, ``repo``, ``rest``, ``id``, ``rlkey`` ….
    """

    provider: str
    kind: str
    canonical: str
    host: str
    parts: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The content of ``links.json``."""
    text = Path(__file__).with_name("links.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def provider_row(provider: str) -> Mapping[str, Any]:
    """A provider's row: its ``name`` for people, ``hosts``, and ``redirects``, the hosts that an
    answer may lead to. Raises `KeyError`."""
    row: Mapping[str, Any] = table()["providers"][provider]
    return row


def known_hosts() -> frozenset[str]:
    """Hosts of known providers, for which ``https://`` may be left out."""
    rows = table()["providers"].values()
    return frozenset(host for row in rows for host in row["hosts"] if host[0] != ".")


def recognise(link: str) -> Source:
    """What *link* is. Makes no request and touches no file.

    Raises:
        LinkProblem: where it cannot be used, with what to do instead.
    """
    text = link.strip(" \t\r\n")
    if not text:
        raise LinkProblem("link-empty")
    if len(text) > MAX_LENGTH:
        raise LinkProblem("link-long", str(MAX_LENGTH))
    if _is_local(text):
        return _local(text)
    scheme = scheme_of(text)
    if scheme in ("http", "https"):
        return _web(split(_unescaped(text)), wrapped=False)
    check_characters(text)
    if scheme in table()["short"] and not text.startswith("//", len(scheme) + 1):
        return _short(scheme, text[len(scheme) + 1 :])
    if scheme in ("drive", "rclone"):
        return _here(scheme, text[len(scheme) + 1 :])
    if scheme in ("s3", "gs", "hf"):
        return _bucket(scheme, text)
    if scheme == "file":
        path = text[len("file:") :]
        path = path[2:] if path.startswith("//") else path
        raise LinkProblem("link-file", hint=path if path.startswith("/") else "")
    repository = _git_address(text, scheme)
    if repository:
        return _web(split(repository), wrapped=False)
    host = text[: min((text.find(c) for c in "/?#" if c in text), default=len(text))]
    name = host.lower().removesuffix(".")
    if name in known_hosts():
        return _web(split(_unescaped(f"https://{text}")), wrapped=False)
    if text.startswith("//"):
        raise LinkProblem("link-bare-host", text.lstrip("/"), hint=f"https:{text}")
    if scheme and "." not in scheme and text[len(scheme) + 1 :][:1] not in _DIGITS:
        raise LinkProblem("link-scheme", scheme)
    if "/" in text and ("." in name or ":" in name):
        secure = "http" if name.startswith("localhost:") else "https"
        raise LinkProblem("link-bare-host", host, hint=f"{secure}://{text}")
    raise LinkProblem("link-bare", hint=f"./{text}")


def redact(url: str) -> str:
    """*url* for showing: without userinfo, query and fragment; invisible characters made visible.

    Works on any text; what is no URL comes back as it is.
    """
    text = url
    if not _is_local(text):
        for mark in "?#":
            text = text.partition(mark)[0]
        scheme, slashes, rest = text.partition("://")
        if slashes:
            authority, slash, path = rest.partition("/")
            text = f"{scheme}://{authority[authority.rfind('@') + 1 :]}{slash}{path}"
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if is_hidden(char) else char for char in text)


def _is_local(text: str) -> bool:
    if text in (".", "..", "~") or (text.startswith(_LOCAL) and not text.startswith("//")):
        return True
    return (
        len(text) > 2
        and text[1] == ":"
        and text[0].isascii()
        and text[0].isalpha()
        and (text[2] in "/\\")
    )


def _local(text: str) -> Source:
    for char in text:
        if is_hidden(char):
            raise LinkProblem("link-hidden", code_point(char))
    parts = text.replace("\\", "/").split("/") if text[1:2] == ":" else text.split("/")
    kept = [part for i, part in enumerate(parts) if i == 0 or part not in ("", ".")]
    path = "/".join(kept)
    if len(kept) == 1:
        path = f"{path}/" if path == "" or path.endswith(":") else path
    return Source("local", "path", path, "", {"path": path})


def _unescaped(text: str) -> str:
    """Undoes what copying out of HTML does to a query's ``&``."""
    for escaped in ("&amp;", "&#38;", "&#x26;"):
        text = text.replace(escaped, "&")
    return text


def _short(scheme: str, rest: str) -> Source:
    row = table()["short"][scheme]
    head, at, tail = rest.partition("@")
    head = head.removeprefix("datasets/") if scheme in ("hf", "kaggle") else head
    if scheme == "kaggle" and not head.startswith(("competitions/", "models/", "code/")):
        head = f"datasets/{head}"
    complete = head.count("/") == 1 or scheme != "github"
    if not head or not complete or head.endswith("/") or (at and not (tail and row["at"])):
        raise LinkProblem(f"{scheme}-short")
    link = row["at"].replace("%1", head).replace("%2", tail) if at else row["plain"] + head
    return _web(split(link.replace("#", "%23").replace("?", "%3F")), wrapped=False)


def _here(scheme: str, rest: str) -> Source:
    """``drive:PATH`` and ``rclone:REMOTE:PATH``."""
    remote, colon, path = rest.partition(":") if scheme == "rclone" else ("", "", rest)
    if scheme == "rclone" and (not remote or not colon):
        raise LinkProblem("rclone-short")
    segments = [segment for segment in path.split("/") if segment not in ("", ".")]
    if ".." in segments or (scheme == "drive" and not segments):
        raise LinkProblem("drive-short")
    path = "/".join(segments)
    canonical = f"{scheme}:{remote}{colon}{path}"
    parts = {"remote": remote, "path": path} if remote else {"path": path}
    return Source(scheme, "path", canonical, "", parts)


def _bucket(scheme: str, text: str) -> Source:
    """``s3://``, ``gs://`` and ``hf://`` addresses."""
    rest = text[len(scheme) + 1 :].removeprefix("//")
    if scheme == "hf":
        return _short("hf", rest)
    bucket, _, key = rest.partition("/")
    if not bucket or not templates.fits(bucket, table()["classes"]["repo"]):
        raise LinkProblem("bucket-form", scheme)
    provider = {"s3": "s3", "gs": "gcs"}[scheme]
    canonical = f"{scheme}://{bucket}/{key}"
    return Source(provider, "object", canonical, "", {"bucket": bucket, "key": key})


def _git_address(text: str, scheme: str) -> str:
    """The https link of a repository on GitHub that is written as git does, else nothing."""
    rest = ""
    if scheme in _GIT_SCHEMES and text[len(scheme) + 1 :].startswith("//"):
        rest = text[len(scheme) + 3 :].removeprefix("git@")
        host, _, path = rest.partition("/")
    elif text.startswith("git@"):
        host, _, path = text.removeprefix("git@").partition(":")
    else:
        return ""
    if host.lower() != "github.com":
        raise LinkProblem("link-git")
    return f"https://github.com/{path}"


def _web(url: Url, *, wrapped: bool) -> Source:
    if is_link_local(url.host):
        raise LinkProblem("link-local-address", url.host)
    inner = None if wrapped else _unwrapped(url)
    if inner is not None:
        if scheme_of(inner) not in ("http", "https"):
            raise LinkProblem("link-wrapper", url.host)
        return _web(split(inner), wrapped=True)
    if url.port is None:
        for provider, row in table()["providers"].items():
            if templates.on_host(url.host, row["hosts"]):
                secure = Url("https", url.host, None, url.path, url.query, url.fragment)
                return _by_rules(provider, row, secure)
    return _plain(url)


def _unwrapped(url: Url) -> str | None:
    """The link that a mail program, a search page or a chat has wrapped."""
    for row in table()["wrappers"]:
        if templates.on_host(url.host, row["hosts"]):
            classes, path = table()["classes"], url.segments()
            if any(templates.match(one, path, classes) is not None for one in row["paths"]):
                found = [value for key in row["keys"] for name, value in url.pairs() if name == key]
                if found:
                    return found[0]
    return None


def _plain(url: Url, canonical: str = "") -> Source:
    whole = canonical or str(url)
    path = split(whole).path
    last = path.rsplit("/", 1)[-1]
    try:
        name = decode(last)
    except LinkProblem:
        name = last
    kind = "repository" if path.endswith(".git") else "file"
    parts = {"name": name}
    if url.port is not None:
        parts["port"] = str(url.port)
    return Source("https", kind, whole, url.host, parts)


def _by_rules(provider: str, row: Mapping[str, Any], url: Url) -> Source:
    classes, path = table()["classes"], url.segments()
    for rule in row["rules"]:
        if "hosts" in rule and not templates.on_host(url.host, rule["hosts"]):
            continue
        for template in rule["paths"]:
            captured = templates.match(template, path, classes)
            if captured is None:
                continue
            found, missing, twice = templates.queried(rule, url, classes)
            if twice:
                raise LinkProblem("link-twice", twice[0])
            if missing and "else" in rule:
                raise LinkProblem(rule["else"])
            if not missing:
                return _outcome(provider, row, rule, url, {**captured, **found})
    raise LinkProblem(f"{provider}-page")


def _outcome(
    provider: str, row: Mapping[str, Any], rule: templates.Rule, url: Url, found: dict[str, str]
) -> Source:
    fold = row.get("fold", ())
    if "problem" in rule:
        hint = templates.fill(rule["hint"], found) if "hint" in rule else ""
        raise LinkProblem(rule["problem"], hint=hint)
    if "moved" in rule:
        return _web(split(templates.fill(rule["moved"], found)), wrapped=True)
    if "as" in rule:
        return _plain(url, templates.fill(rule.get("canonical", ""), found))
    for name in ("rest", "ref"):
        if found.get(name, "").startswith("-"):
            raise LinkProblem("github-ref", found[name])
    canonical = templates.fill(rule["canonical"], found, fold)
    usual = rule.get("usual", {})
    query = [
        f"{name}={encode(found[name], value=True)}"
        for name in rule.get("query", ())
        if name in found and found[name] != usual.get(name)
    ]
    if query:
        canonical = f"{canonical}?{'&'.join(query)}"
    parts = {name: value for name, value in found.items() if name != "any"}
    parts.update(rule.get("set", {}))
    return Source(provider, rule["kind"], canonical, split(canonical).host, parts)
