"""Which login goes with a request, and when.

A secret that the line names is used at once. Without one a source is asked for anonymously, and
only where its provider wants a login are that provider's known names tried, each once: so a public
source never sees a token, and a wrong one is never sent again and again.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..secrets import Credential, Secret, Secrets


@dataclass(frozen=True)
class Login:
    """One login of a source, and those that may be tried after it.

    Attributes:
        secrets: where values are looked up.
        host: the host that the secret must be bound to.
        name: of the secret; empty: without a login.
        rest: names that may still be tried.
    """

    secrets: Secrets
    host: str
    name: str = ""
    rest: tuple[str, ...] = ()

    def secret(self) -> Secret | None:
        """The value; None without a login.

        Raises:
            AuthError: it cannot be had, or not for this host.
        """
        return self.secrets.find(self.name, self.host) if self.name else None

    def next(self) -> Login | None:
        """The login to try now that the provider wants one, or another one; None: no more."""
        if not self.rest:
            return None
        return replace(self, name=self.rest[0], rest=self.rest[1:])


def login(secrets: Secrets, host: str, named: str | None, provider: str = "") -> Login:
    """The login to begin with.

    Args:
        secrets: where values are looked up.
        host: the host that a secret must be bound to.
        named: the secret that the line names, if it does: used at once, and no other.
        provider: whose known names may be tried where the line names none.
    """
    if named:
        return Login(secrets, host, named)
    return Login(secrets, host, rest=tuple(secrets.known(provider)) if provider else ())


def bearer(secret: Secret, *hosts: str) -> Credential:
    """A token as RFC 6750 §2.1 wants it, for *hosts* only."""
    return _header(f"Bearer {secret.reveal()}", hosts)


def basic(secret: Secret, *hosts: str, user: str = "x-access-token") -> Credential:
    """A token as the password of *user* (RFC 7617 §2), for *hosts* only; git wants it so."""
    return _basic(f"{user}:{secret.reveal()}", hosts)


def either(secret: Secret, *hosts: str) -> Credential:
    """``user:password`` as Basic, anything else as Bearer.

    A bearer token cannot hold a colon (RFC 6750 §2.1), so the two are never mistaken.
    """
    value = secret.reveal()
    return _basic(value, hosts) if ":" in value else bearer(secret, *hosts)


def _basic(pair: str, hosts: tuple[str, ...]) -> Credential:
    return _header(f"Basic {base64.b64encode(pair.encode()).decode('ascii')}", hosts)


def _header(value: str, hosts: tuple[str, ...]) -> Credential:
    from ..secrets import Credential, Secret

    return Credential(hosts, "Authorization", Secret(value))
