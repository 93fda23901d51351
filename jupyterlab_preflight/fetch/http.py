"""The one way out: every request of a run goes through a `Client`.

urllib3 gives connections, TLS, proxies and the parsing of answers; what it leaves open is decided
here: where a redirect may lead, what a credential may be sent to, when asking again makes sense,
how long anything may take, and that the user can stop it at any moment.
"""

from __future__ import annotations

import contextlib
import math
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import AuthError, LinkError, NetworkError, PreflightError, QuotaError
from . import headers as header
from .answer import Answer, Request, let_go
from .proxies import Proxy, find_proxy
from .redirects import RedirectError, Target, allowed, follow, split
from .retry import RETRIED, Limits, pause, retry_after, retry_at

if TYPE_CHECKING:
    from urllib3 import PoolManager
    from urllib3.response import BaseHTTPResponse

    from ..progress import Progress

__all__ = ["Answer", "Client", "Limits", "RedirectError", "Request"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Client:
    """All connections of one run. May be used by many threads at once. A context manager.

    Args:
        progress: stopping it ends every wait and every read, within a fraction of a second.
        user_agent: named after us, never after a browser: some providers send browsers a page.
        limits: how long things may take.
        environ: where proxies and certificate files are named.
        say: shows why nothing happens just now; an empty text: it goes on.
    """

    def __init__(
        self,
        progress: Progress,
        *,
        user_agent: str = f"jupyterlab-preflight/{__version__}",
        limits: Limits | None = None,
        environ: Mapping[str, str] = os.environ,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._progress = progress
        self._say = say
        self._limits = limits or Limits()
        self._environ = dict(environ)
        self._agent = user_agent
        self._lock = threading.Lock()
        self._pools: dict[tuple[Proxy | None, bool], PoolManager] = {}
        self._dialer: Any = None
        self._trust: Any = None
        self._offline: NetworkError | None = None
        self._exit = contextlib.ExitStack()
        self._exit.enter_context(progress.on_cancel(self._shut))

    @property
    def offline(self) -> NetworkError | None:
        """Set once the network was found to be away; every later `open` raises it at once."""
        return self._offline

    @property
    def reached(self) -> bool:
        """Whether anybody has answered: then there is a network, whatever fails later."""
        return self._dialer is not None and bool(self._dialer.reached)

    def open(self, request: Request) -> Answer:
        """Send *request*, follow redirects, and wait where the server asks us to.

        Returns:
            The answer, with any status but those of `RETRIED` (unless named in `Request.final`).

        Raises:
            LinkError: the URL is not one.
            QuotaError: still 429, or asked to wait longer than our patience.
            NetworkError: no answer, a server that keeps failing, or a certificate that is wrong.
            RedirectError: a redirect that is not followed.
            IntegrityError: the answer contradicts itself or the request.
            Interrupted: the run was stopped.
        """
        if self._offline is not None:
            raise _copy(self._offline)
        trip = _Trip(request, [split(request.url)], request.method, request.body)
        while True:
            here = trip.here
            proxy = find_proxy(here, self._environ)
            response = self._persist(trip, proxy)
            if response.status == 407 and proxy is not None:
                from .failures import refused

                response.close()
                raise refused(proxy, here.host, "407")
            if response.status not in _REDIRECTS:
                return Answer(response, request, here, self._progress, self._limits)
            location = ", ".join(dict.fromkeys(response.headers.getlist("location")))
            let_go(response)
            there = follow(trip.chain, location, request.hosts, self._limits.redirects)
            if response.status == 303 or (response.status < 303 and trip.method == "POST"):
                trip.method, trip.body = ("HEAD" if trip.method == "HEAD" else "GET"), None
            if trip.body is not None and there.origin != here.origin:
                raise RedirectError(
                    f"{here.host} redirects what we send to {there.host}.", host=there.host
                )
            # From the internet there is no way back inside, and what a proxy brings is from there.
            inside = proxy is None and (here.host, here.port) in self._connections().private
            trip.public = trip.public or not inside
            trip.chain.append(there)

    def close(self) -> None:
        """Close all connections."""
        self._exit.close()
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.clear()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _persist(self, trip: _Trip, proxy: Proxy | None) -> BaseHTTPResponse:
        """One hop, again and again while waiting can cure what is wrong with it."""
        while True:
            failure: PreflightError
            said: dict[str, str] = {}
            try:
                response = self._send(trip, proxy)
            except _Broken as broken:
                failure = broken.error
            else:
                if response.status not in RETRIED or response.status in trip.request.final:
                    return response
                said = {name.lower(): response.headers[name] for name in response.headers}
                failure = _refusal(trip.here.host, response.status, said)
                let_go(response)
            trip.failed += 1
            asked = retry_after(said, time.time())
            wait = pause(self._limits, trip.failed, trip.waited, asked, random.random())  # noqa: S311
            if wait is None:
                raise failure
            self._wait(wait, asked=asked is not None)
            trip.waited += wait

    def _wait(self, seconds: float, *, asked: bool) -> None:
        """Wait, and show how long it still takes where a person would notice it."""
        why = "the server asks for it" if asked else "then the server is asked again"
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if seconds >= 1:
                self._say(f"waiting {math.ceil(left)} s, {why}")
            self._progress.wait(min(left, 1.0))
        self._say("")

    def _send(self, trip: _Trip, proxy: Proxy | None) -> BaseHTTPResponse:
        """One request over one connection."""
        from urllib3.exceptions import HTTPError

        from .connect import quiet

        self._progress.check()
        fields = _fields(trip, self._agent)
        try:
            with quiet():
                return self._pool(proxy, trip.public).urlopen(
                    trip.method,
                    trip.here.url,
                    body=trip.body,
                    headers=fields,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                )
        except NetworkError as error:
            self._progress.check()
            if error.offline:
                self._offline = _copy(error)
            raise
        except (HTTPError, OSError) as error:
            self._progress.check()
            from .failures import explain

            failure, curable = explain(error, trip.here.host, proxy, self._limits)
            if curable:
                raise _Broken(failure) from None
            raise failure from None

    def _connections(self) -> Any:
        """What dials, and whom it trusts: imported with the first request, for it takes long."""
        if self._dialer is None:
            from .connect import Dialer
            from .tls import Trust

            with self._lock:
                self._trust = self._trust or Trust(self._environ)
                self._dialer = self._dialer or Dialer(self._progress, self._limits)
        return self._dialer

    def _pool(self, proxy: Proxy | None, public: bool) -> PoolManager:
        dialer = self._connections()
        from urllib3 import PoolManager, ProxyManager, Timeout
        from urllib3.util import make_headers

        from .connect import pools

        with self._lock:
            pool = self._pools.get((proxy, public))
            if pool is None:
                settings: dict[str, Any] = {
                    "num_pools": 32,
                    "maxsize": 16,
                    "timeout": Timeout(connect=self._limits.connect, read=self._limits.read),
                }
                if proxy is None:
                    pool = PoolManager(**settings)
                else:
                    login = make_headers(proxy_basic_auth=proxy.login) if proxy.login else None
                    secure = proxy.target.scheme == "https"
                    pool = ProxyManager(
                        proxy.target.url,
                        proxy_headers=login,
                        proxy_ssl_context=self._trust.context() if secure else None,
                        **settings,
                    )
                pool.pool_classes_by_scheme = pools(dialer, self._trust, public=public)
                self._pools[proxy, public] = pool
        return pool

    def _shut(self) -> None:
        if self._dialer is not None:
            self._dialer.shut()


@dataclass
class _Trip:
    """Where one `Client.open` is, and what it has spent on all of its hops."""

    request: Request
    chain: list[Target]
    method: str
    body: bytes | None
    public: bool = False
    failed: int = 0
    waited: float = 0.0

    @property
    def here(self) -> Target:
        return self.chain[-1]

    @property
    def at_home(self) -> bool:
        """Whether no hop so far has left the first origin; there is no coming back."""
        return all(hop.origin == self.chain[0].origin for hop in self.chain)


class _Broken(Exception):
    """A connection that broke before an answer came: the next one may not."""

    def __init__(self, error: NetworkError) -> None:
        super().__init__()
        self.error = error


def _fields(trip: _Trip, agent: str) -> dict[str, str]:
    """The headers of one hop; away from home only those that any host may see."""
    request = trip.request
    fields = {
        "User-Agent": agent,
        "Accept": "*/*",
        "Accept-Language": "en",
        "Accept-Encoding": "identity",
    }
    for name, value in request.headers.items():
        if not _is_field(name, value):
            raise LinkError("A request header holds characters that no header may hold.")
        if trip.at_home or name.lower() in {"accept", "accept-language"}:
            fields[name.title()] = value
    weak = request.validator is not None and request.validator.startswith("W/")
    wanted = request.start is not None or request.suffix is not None
    if wanted and not weak:
        last = "" if request.end is None else request.end - 1
        span = f"-{request.suffix}" if request.start is None else f"{request.start}-{last}"
        fields["Range"] = f"bytes={span}"
        if request.validator:
            fields["If-Range"] = request.validator
    elif request.validator and not wanted:
        etag = header.is_etag(request.validator)
        fields["If-None-Match" if etag else "If-Modified-Since"] = request.validator
    credential = request.credential
    if (
        credential is not None
        and trip.at_home
        and trip.here.scheme == "https"
        and credential.hosts
        and allowed(trip.here, credential.hosts)
    ):
        fields[credential.header] = credential.value.reveal()
        if not _is_field(credential.header, fields[credential.header]):
            raise AuthError(
                f"The login for {trip.here.host} holds characters that cannot be sent.",
                action="Copy the secret again, without blanks, and set it anew.",
            )
    return fields


def _is_field(name: str, value: str) -> bool:
    letters = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return letters and all(" " <= letter <= "~" or letter == "\t" for letter in value)


def _refusal(host: str, status: int, said: Mapping[str, str]) -> PreflightError:
    """The error for a status that waiting has not cured."""
    when = retry_at(said, time.time())
    if status == 429 or when is not None:
        wait = 0 if when is None else when - time.time()
        action = f"Try again in {wait / 60:.0f} minutes." if wait > 90 else "Try again later."
        return QuotaError(
            f"{host} refuses further requests for now ({status}).", action=action, retry_at=when
        )
    return NetworkError(f"{host} keeps failing ({status}).", action="Try again later.")


def _copy(error: NetworkError) -> NetworkError:
    """The same words in a fresh exception: a raised one belongs to the step that caught it."""
    return NetworkError(
        error.reason, source=error.source, action=error.action, offline=error.offline
    )
