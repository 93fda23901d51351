"""From a name to a connected socket, in bounded time, stoppable, and never to a forbidden address.

The address that was checked is the one that is connected to, so that a name which changes its mind
between two look-ups gains nothing (DNS rebinding). Every socket is known here, because shutting it
down is the only way to end a `recv` that blocks in another thread.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import queue
import selectors
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Any, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from ..errors import NetworkError
from ..progress import Progress
from .head import response_class
from .redirects import reach
from .retry import Limits
from .route import has_route
from .tls import Trust

_STEP = 0.05
_STAGGER = 0.25
_CONNECTING = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)}
_CHECK_NETWORK = "Check this machine's network, or set HTTPS_PROXY where it needs a proxy."

_quiet = threading.local()

Address = tuple[socket.AddressFamily, Any]
"""Family and socket address, as `socket.getaddrinfo` gives them."""


class Dialer:
    """Makes the connections of one run, and remembers what was learnt about the network.

    Args:
        progress: asked whether to stop.
        limits: `Limits.connect` counts here.
    """

    def __init__(self, progress: Progress, limits: Limits) -> None:
        self.private: set[tuple[str, int]] = set()
        """Host and port of peers that were reached at a private address."""
        self.reached = False
        """Whether anybody has answered."""
        self._progress = progress
        self._limits = limits
        self._silent: set[str] = set()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()

    @property
    def longest_head(self) -> float:
        """Seconds that the head of an answer may take."""
        return self._limits.read + self._limits.slow_time

    def watch(self, sock: socket.socket) -> None:
        """Have *sock* shut down when the run is stopped, or at once if it is stopped already."""
        with self._lock:
            self._sockets.add(sock)
        if self._progress.cancelled.is_set():
            _shut(sock)

    def shut(self) -> None:
        """End whatever blocks on one of our sockets."""
        with self._lock:
            sockets = list(self._sockets)
        for sock in sockets:
            _shut(sock)

    def dial(
        self, host: str, port: int, *, public: bool = False, proxy: bool = False
    ) -> socket.socket:
        """Connect to *host*; all of its addresses take part (RFC 8305).

        Args:
            host: a name, or a numeric address without brackets.
            port: TCP port.
            public: refuse addresses that are not on the internet.
            proxy: it is the user's own proxy: no address is refused.

        Raises:
            NetworkError: nobody answers. `offline` where the machine has no network.
            Interrupted: the run was stopped.
        """
        deadline = time.monotonic() + self._limits.connect
        addresses = self._look_up(host, port, deadline)
        if not proxy:
            addresses = _permitted(addresses, host, public)
        sock, address = self._race(addresses, host, deadline, proxy)
        self.reached = True
        inside = reach(address) != "public"
        (self.private.add if inside else self.private.discard)((host, port))
        sock.settimeout(self._limits.connect)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def _look_up(self, host: str, port: int, deadline: float) -> list[Address]:
        """Addresses of *host*, families in turn. A thread of its own asks: it cannot be stopped."""
        with contextlib.suppress(ValueError):
            ip = ipaddress.ip_address(host)
            return [(socket.AF_INET6 if ip.version == 6 else socket.AF_INET, (host, port))]
        answers: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                answers.put([(family, address) for family, _, _, _, address in found])
            except OSError as error:
                answers.put(error)
            except UnicodeError:
                answers.put(socket.gaierror(socket.EAI_NONAME, "not a name"))

        threading.Thread(target=ask, name="preflight-dns", daemon=True).start()
        while time.monotonic() < deadline:
            self._progress.check()
            try:
                answer = answers.get(timeout=_STEP)
            except queue.Empty:
                continue
            if isinstance(answer, OSError):
                raise self._unknown(host, answer)
            return _in_turn(answer)
        raise self._unknown(host, socket.gaierror(socket.EAI_AGAIN, "timed out"))

    def _unknown(self, host: str, error: OSError) -> NetworkError:
        """The error for a name that does not resolve: the name's fault, or the network's."""
        away = not self.reached and (error.errno == socket.EAI_AGAIN or not has_route())
        if away or error.errno == socket.EAI_AGAIN:
            return NetworkError(
                f"The name {host} cannot be looked up.", action=_CHECK_NETWORK, offline=away
            )
        return NetworkError(f"There is no host of the name {host}.", action="Check the link.")

    def _race(
        self, addresses: list[Address], host: str, deadline: float, proxy: bool
    ) -> tuple[socket.socket, str]:
        """The first socket that connects, and whither; a new attempt every quarter of a second."""
        waiting, failures = list(addresses), set[int]()
        begin = time.monotonic()
        with selectors.DefaultSelector() as selector, contextlib.ExitStack() as losers:
            while waiting or selector.get_map():
                self._progress.check()
                now = time.monotonic()
                if now >= deadline:
                    failures.add(errno.ETIMEDOUT)
                    break
                if waiting and now >= begin:
                    address = waiting.pop(0)
                    sock = _begin(address, failures)
                    if sock is not None:
                        losers.enter_context(sock)
                        selector.register(sock, selectors.EVENT_WRITE, address[1][0])
                        begin = now + _STAGGER
                    continue
                until = min(deadline, begin) if waiting else deadline
                for key, _ in selector.select(min(_STEP, max(0.0, until - now))):
                    sock = cast(socket.socket, key.fileobj)
                    selector.unregister(sock)
                    failure = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not failure:
                        return _keep(sock), key.data
                    failures.add(failure)
                    begin = now
        raise self._unreachable(host, failures, proxy)

    def _unreachable(self, host: str, failures: set[int], proxy: bool) -> NetworkError:
        """The error for a host that cannot be connected to. One silent host is not yet offline."""
        who = f"The proxy {host}" if proxy else host
        if errno.ECONNREFUSED in failures:
            what, away = "refuses the connection", proxy
        elif errno.ETIMEDOUT in failures:
            self._silent.add(host)
            what, away = "does not answer", proxy or len(self._silent) > 1
        else:
            what, away = "cannot be reached", proxy or not has_route()
        return NetworkError(
            f"{who} {what}.", action=_CHECK_NETWORK, offline=away and not self.reached
        )


def pools(dialer: Dialer, trust: Trust, *, public: bool) -> dict[str, Any]:
    """urllib3's pool classes by scheme, made to use *dialer* and *trust*.

    Args:
        dialer: makes the sockets.
        trust: makes the TLS contexts.
        public: whether private addresses are refused (hops after a public one).
    """

    class Plain(HTTPConnection):
        # Whoever debugs http.client in this kernel must not see our headers.
        debuglevel = 0
        response_class = response_class(dialer.longest_head)
        twin: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            sock = dialer.dial(self.host, self.port, public=public, proxy=self.proxy is not None)
            # The TLS layer will take the socket over; this twin can be shut down meanwhile.
            self.twin = sock.dup()
            dialer.watch(self.twin)
            return sock

        def connect(self) -> None:
            try:
                super().connect()
                dialer.watch(getattr(self.sock, "socket", self.sock))
            finally:
                if self.twin is not None:
                    self.twin.close()
                    self.twin = None

    class Protected(Plain, HTTPSConnection):
        def connect(self) -> None:
            self.ssl_context = trust.context()
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class ProtectedPool(HTTPSConnectionPool):
        ConnectionCls = Protected

    return {"http": PlainPool, "https": ProtectedPool}


def _permitted(addresses: list[Address], host: str, public: bool) -> list[Address]:
    """Those of *addresses* that may be connected to.

    Raises:
        NetworkError: none may.
    """
    fine = {"public"} if public else {"public", "private"}
    left = [address for address in addresses if reach(address[1][0]) in fine]
    if not left:
        what = "leads inside this machine or its network" if public else "is a link-local address"
        raise NetworkError(f"{host} {what}; that is refused.", action="Check the link.")
    return left


def _in_turn(addresses: list[Address]) -> list[Address]:
    """*addresses* with the two families in turn, the resolver's first choice first."""
    first = [one for one in addresses if one[0] == addresses[0][0]]
    second = [one for one in addresses if one[0] != addresses[0][0]]
    mixed: list[Address] = []
    while first or second:
        mixed += first[:1] + second[:1]
        first, second = first[1:], second[1:]
    return mixed


def _begin(address: Address, failures: set[int]) -> socket.socket | None:
    """A socket that is connecting; None, with the error in *failures*, where it cannot begin."""
    family, where = address
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        failures.add(error.errno or errno.EAFNOSUPPORT)
        return None
    sock.setblocking(False)
    failure = sock.connect_ex(where)
    if failure in _CONNECTING:
        return sock
    failures.add(failure)
    sock.close()
    return None


def _keep(sock: socket.socket) -> socket.socket:
    """*sock* under a new object, so that the race can close all of its own."""
    return socket.socket(fileno=sock.detach())


def _shut(sock: socket.socket) -> None:
    """End both directions, past the TLS layer, whose own method races with a reading thread."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep urllib3's log silent in this thread: it writes whole URLs, and some are secrets."""
    _quiet.on = True
    try:
        yield
    finally:
        _quiet.on = False


def _is_loud(_: logging.LogRecord) -> bool:
    return not getattr(_quiet, "on", False)


for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_loud)
