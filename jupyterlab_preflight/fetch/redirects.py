"""Where a redirect may lead: the rules that a library's own redirect step does not have.

A server that we trust with a download is not trusted with the rest of the network: it may not send
us down to plain http, to another scheme, to hosts its provider does not use, or from the internet
to an address inside. Pure functions; the sockets' side of the last rule is in ``connect``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urljoin

from ..errors import LinkError, NetworkError
from ..sources import urls
from ..sources.addresses import is_link_local

Reach = Literal["public", "private", "link-local"]
"""Where an address leads: to the internet, to this machine or its site, or to its own link."""

PORTS = {"http": 80, "https": 443}
"""The port that a scheme means where none is given."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RedirectError(NetworkError):
    """A redirect that is not followed.

    Attributes:
        host: where it would have led; empty where that cannot be told.
    """

    def __init__(self, reason: str, *, source: str = "", action: str = "", host: str = "") -> None:
        super().__init__(reason, source=source, action=action)
        self.host = host


@dataclass(frozen=True)
class Target:
    """An http(s) URL taken apart once, so that no two readers can disagree about it.

    Attributes:
        scheme: ``http`` or ``https``.
        host: lower case, without brackets or a final dot.
        port: always a number.
        path: path and query, as sent in the request line.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a credential is bound to (RFC 6454 §4)."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole URL; its query may be a secret."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def shown(self) -> str:
        """For messages: without the query."""
        return f"{self.scheme}://{self.authority}{self.path.partition('?')[0]}"


def split(url: str) -> Target:
    """Take *url* apart, strictly.

    Raises:
        LinkError: it is no absolute http(s) URL, readers could disagree about it, or it leads to
            this machine's own metadata service.
    """
    try:
        parts = urls.split(url)
    except ValueError:
        raise LinkError("This is no proper http or https link.", source=_shown(url)) from None
    if is_link_local(parts.host):
        raise LinkError("Link-local addresses are never asked.", source=_shown(url))
    # The path goes out as it came: some signatures are made over its very spelling.
    rest = url.partition("#")[0].partition("://")[2]
    path = rest[min(at for at in (rest.find("/"), rest.find("?"), len(rest)) if at >= 0) :]
    return Target(
        parts.scheme,
        parts.host.strip("[]"),
        parts.port or PORTS[parts.scheme],
        path if path.startswith("/") else f"/{path}",
    )


def follow(chain: Sequence[Target], location: str, hosts: Sequence[str], limit: int) -> Target:
    """The next hop after the last of *chain*.

    Args:
        chain: hops so far, the first being the URL that was asked for.
        location: the header as received (one character a byte).
        hosts: hosts it may lead to, beside the first one; empty: any. See `allowed`.
        limit: number of redirects that are followed.

    Raises:
        RedirectError: it breaks a rule.
    """
    here = chain[-1]

    def refuse(what: str, host: str = "") -> RedirectError:
        way = " → ".join(dict.fromkeys(hop.host for hop in chain))
        return RedirectError(f"{way} {what}.", action="Check the link.", host=host)

    if len(chain) > limit:
        raise refuse(f"redirects more than {limit} times")
    if not location.strip():
        raise refuse("redirects to nowhere")
    if any(letter < " " or letter == "\x7f" for letter in location):
        raise refuse("redirects with control characters in the address")
    try:
        there = split(urljoin(here.url, _repair(location.strip())))
    except (LinkError, ValueError):
        raise refuse("redirects to something that is no proper http or https link") from None
    if here.scheme == "https" and there.scheme == "http":
        raise refuse(f"redirects from https to unprotected http ({there.host})", there.host)
    first = chain[0]
    if there.host != first.host and not allowed(there, hosts):
        raise refuse(f"redirects to {there.host}, which is not one of its hosts", there.host)
    if there in chain:
        raise refuse("redirects in a circle", there.host)
    return there


def allowed(target: Target, hosts: Sequence[str]) -> bool:
    """Whether *target* is one of *hosts*, where ``.example.org`` stands for all below it.

    Named hosts are meant with their scheme's own port. An empty list allows everything.
    """
    return not hosts or (target.port == PORTS[target.scheme] and matches(target.host, hosts))


def matches(host: str, hosts: Sequence[str]) -> bool:
    """Whether *host* is one of *hosts*, where ``.example.org`` stands for all below it."""
    return any(host.endswith(one) if one.startswith(".") else host == one for one in hosts)


def reach(address: str) -> Reach:
    """Where a numeric IP address leads. Addresses that carry an IPv4 one are seen through."""
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(
        address.partition("%")[0]
    )
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if ip.is_link_local or is_link_local(f"[{ip}]" if ip.version == 6 else str(ip)):
        return "link-local"
    return "public" if ip.is_global and not ip.is_multicast else "private"


def _repair(location: str) -> str:
    """*location* with what servers forget to encode: blanks, bytes above ASCII, single ``%``."""
    text = quote(location.encode("latin-1"), safe="!#$%&'()*+,/:;=?@[]~\\")
    head, *rest = text.split("%")
    return head + "".join(f"%{one}" if _is_octet(one[:2]) else f"%25{one}" for one in rest)


def _is_octet(text: str) -> bool:
    return len(text) == 2 and all(letter in "0123456789abcdefABCDEF" for letter in text)


def _shown(url: str) -> str:
    """*url* for a message: no user, query or fragment, and not too long."""
    text = url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = text.partition("://")
    authority, slash, path = rest.partition("/")
    clean = f"{scheme}{mark}{authority.rpartition('@')[2]}{slash}{path}"
    return "".join(letter if letter.isprintable() else "�" for letter in clean)[:200]
