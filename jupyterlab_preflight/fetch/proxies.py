"""Which proxy a request goes through: the variables that every command-line tool knows.

The standard library's reader also asks the operating system and costs as much to import as the
rest of the package; a notebook's machine is set up by its environment.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ..errors import LinkError, UnsupportedError
from .redirects import Target, split


@dataclass(frozen=True)
class Proxy:
    """A proxy, its login kept apart from its address so that the address can be shown.

    Attributes:
        target: where it listens.
        login: ``user:password``, decoded; empty where it wants none.
    """

    target: Target
    login: str = ""

    def __repr__(self) -> str:
        return f"Proxy({self.target.shown})"


def find_proxy(target: Target, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for *target*, or None where it is reached directly.

    ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in lower case first, as curl
    reads them. This machine itself is never reached through a proxy.

    Raises:
        LinkError: the variable holds no proper address.
        UnsupportedError: it names a kind of proxy that we do not speak to.
    """
    name, value = "", ""
    for name in (f"{target.scheme}_proxy", "all_proxy"):
        value = _variable(environ, name)
        if value:
            break
    if not value or _direct(target, _variable(environ, "no_proxy")):
        return None
    scheme, mark, rest = value.partition("://")
    if not mark:
        scheme, rest = "http", value
    if scheme.lower() not in {"http", "https"}:
        raise UnsupportedError(
            f"{name.upper()} names a {scheme} proxy.", action="Use an http or https proxy."
        )
    login, _, address = rest.rpartition("@")
    try:
        return Proxy(split(f"{scheme}://{address}"), unquote(login))
    except LinkError:
        raise LinkError(
            f"{name.upper()} is no proper address.", action=f"Correct or unset {name.upper()}."
        ) from None


def _variable(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _direct(target: Target, exceptions: str) -> bool:
    """Whether *target* is this machine, or one of *exceptions* (the value of ``NO_PROXY``).

    An exception is ``*``, a name (which stands for all below it too), an address or a network,
    each with or without a port.
    """
    host = target.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if host == "localhost" or host.endswith(".localhost") or (address and address.is_loopback):
        return True
    return any(
        _excepts(one.strip().lower(), host, target.port, address) for one in exceptions.split(",")
    )


def _excepts(
    one: str,
    host: str,
    port: int,
    address: ipaddress.IPv4Address | ipaddress.IPv6Address | None,
) -> bool:
    if one in {"", "*"}:
        return one == "*"
    name, colon, number = one.rpartition(":")
    if colon and number.isdigit() and (":" not in name or name.endswith("]")):
        if int(number) != port:
            return False
        one = name
    one = one.strip("[]")
    if address is not None:
        try:
            return address in ipaddress.ip_network(one, strict=False)
        except ValueError:
            return False
    name = one.removeprefix("*").lstrip(".")
    return host == name or host.endswith(f".{name}")
