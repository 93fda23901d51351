"""What to say about a request that got no answer, and whether asking again can help."""

from __future__ import annotations

import ssl
from http.client import BadStatusLine, HTTPException, RemoteDisconnected

from urllib3.exceptions import (
    HTTPError,
    InvalidHeader,
    ProtocolError,
    ProxyError,
    SSLError,
    TimeoutError,
)

from ..errors import NetworkError
from . import tls
from .proxies import Proxy
from .retry import Limits

_TUNNEL = "Tunnel connection failed: "


def explain(
    error: Exception, host: str, proxy: Proxy | None, limits: Limits
) -> tuple[NetworkError, bool]:
    """The error to raise, and whether the same request may succeed when sent again.

    Args:
        error: what urllib3 (or the socket below it) raised. Its text is never shown: it may hold
            the whole URL.
        host: whom we wanted to talk to.
        proxy: through whom.
        limits: for the length of a time-out.
    """
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return tls.explain(cause, host), False
    if isinstance(error, ProxyError) and proxy is not None:
        status = str(cause).partition(_TUNNEL)[2][:3]
        if status:
            return refused(proxy, host, status), False
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
        return tls.explain(cause, host), False
    if isinstance(cause, (TimeoutError, OSError)) and "timed out" in str(cause):
        return NetworkError(
            f"{host} does not answer within {limits.read:.0f} s.", action="Try again later."
        ), True
    if isinstance(cause, InvalidHeader) or (
        isinstance(cause, HTTPException) and not isinstance(cause, RemoteDisconnected)
    ):
        # A status line that is none may be what was left over of the answer before.
        failure = NetworkError(
            f"{host} sent an answer that is not proper HTTP.", action="Check the link."
        )
        return failure, isinstance(cause, BadStatusLine)
    return NetworkError(
        f"{host} closed the connection before it answered.", action="Try again later."
    ), True


def refused(proxy: Proxy, host: str, status: str) -> NetworkError:
    """The error for a proxy that does not let us through to *host*."""
    where = proxy.target.authority
    if status == "407":
        return NetworkError(
            f"The proxy {where} wants a user name and a password.",
            action="Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT.",
        )
    return NetworkError(
        f"The proxy {where} cannot reach {host} ({status}).",
        action="Check the link, and whether the proxy allows this host (NO_PROXY).",
    )


def _cause(error: Exception) -> BaseException:
    """The exception at the bottom of urllib3's wrappings."""
    cause: BaseException = error
    while isinstance(cause, (ProxyError, SSLError, ProtocolError, HTTPError)):
        inner = next((one for one in reversed(cause.args) if isinstance(one, BaseException)), None)
        if inner is None:
            break
        cause = inner
    return cause
