"""Whom we trust, and what to say when trust fails.

Certificates are always checked. What can be wrong with one (a clock, a proxy of the institution,
the wrong host) has as many cures, so the library's one sentence is not enough.
"""

from __future__ import annotations

import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from ..errors import NetworkError

_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")

_OWN_AUTHORITY = (
    "If your institution inspects traffic, set SSL_CERT_FILE to the file with its certificates."
)
_LOGIN = "Check the link, and whether this network wants you to log in first."
_REASONS = {
    9: ("is not valid yet", "Check this machine's date and time."),
    10: ("has expired", "Check this machine's date and time; else tell the owner of the site."),
    18: ("is signed by itself", _OWN_AUTHORITY),
    19: ("comes from an authority that this machine does not know", _OWN_AUTHORITY),
    20: ("comes from an authority that this machine does not know", _OWN_AUTHORITY),
    21: ("comes from an authority that this machine does not know", _OWN_AUTHORITY),
    62: ("is made out to another host", _LOGIN),
    64: ("is made out to another host", _LOGIN),
}
"""By OpenSSL's verification result (``X509_V_ERR_…``): what is wrong, and what to do."""


class Trust:
    """Makes contexts that check certificates: the user's own file, else the system's store.

    Args:
        environ: ``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE`` and ``SSL_CERT_DIR``
            name what is trusted instead of the system's store; the first that is set counts.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        named = (name for name in _VARIABLES if environ.get(name))
        self._named = next(((name, environ[name]) for name in named), None)
        self._shared: ssl.SSLContext | None = None
        self._read = False

    def context(self) -> ssl.SSLContext:
        """A context for one connection.

        Raises:
            NetworkError: the file that a variable names cannot be used.
        """
        if not self._read:
            self._shared, self._read = self._from_files(), True
        if self._shared is not None:
            return self._shared
        # truststore's context holds a lock during a handshake: with a context for each connection,
        # a server that stalls there holds up nobody else.
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def _from_files(self) -> ssl.SSLContext | None:
        """A context from certificates in files, read once; None: ask the operating system."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._named:
            name, value = self._named
            path = Path(value).expanduser()
            try:
                if path.is_dir():
                    context.load_verify_locations(capath=path)
                else:
                    context.load_verify_locations(cafile=path)
            except (OSError, ValueError):
                raise NetworkError(
                    f"{name} names {value}, which holds no certificates.",
                    action=f"Correct or unset {name}.",
                ) from None
            return context
        if sys.platform in {"darwin", "win32"} or not ssl.get_default_verify_paths().cafile:
            return None
        context.set_default_verify_paths()
        return context


def explain(error: ssl.SSLError, host: str) -> NetworkError:
    """Say what went wrong while a protected connection to *host* was made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        what, action = _REASONS.get(
            getattr(error, "verify_code", 0), (_by_text(str(error)), _OWN_AUTHORITY)
        )
        return NetworkError(f"The certificate of {host} {what}.", action=action)
    return NetworkError(
        f"No protected connection to {host} could be made.",
        action="Check whether a proxy is needed (HTTPS_PROXY), and try again.",
    )


def _by_text(text: str) -> str:
    """What systems that have no codes say."""
    text = text.lower()
    if "expired" in text:
        return "has expired"
    if "hostname" in text or "host name" in text or "cn name" in text:
        return "is made out to another host"
    return "is not trusted by this machine"
