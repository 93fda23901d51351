"""The cloud itself: a proxy on this machine that plays every host on the internet.

The product is not changed to be tested: it finds the proxy and the authority in its environment,
as it would in an institution that inspects traffic, and believes that it talks to the real hosts.
"""

from __future__ import annotations

import base64
import contextlib
import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Literal

from .ca import Authority, Kind
from .message import Fake, Fault, Handler, Record, Request, Response, text
from .server import Gone, read_request, send

_PATIENCE = 5.0
"""Seconds that the end of all connections is waited for."""

Down = Literal["unknown", "silent"]
"""How a host is away: the proxy says at once that it cannot reach it, or it never answers."""


class FakeCloud:
    """A proxy that answers for hosts that were made known to it. A context manager.

    Args:
        fakes: stand-ins of providers.
        port: where to listen on 127.0.0.1; 0: any free one.
        login: ``user:password`` that the proxy itself wants; empty: none.
    """

    def __init__(self, fakes: Iterable[Fake] = (), *, port: int = 0, login: str = "") -> None:
        self.log: list[Record] = []
        self.failures: list[BaseException] = []
        self.certificates: dict[str, Kind] = {}
        self.down: dict[str, Down] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="fakecloud-"))
        self.authority = Authority(self._folder)
        self._login = base64.b64encode(login.encode()).decode() if login else ""
        self._user = f"{login}@" if login else ""
        self._handlers: dict[str, Handler] = {}
        self._scripts: dict[str, list[Fault | None]] = {}
        self._always: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._closing = threading.Event()
        self._count = 0
        self._began = time.monotonic()
        for fake in fakes:
            self.add(fake)
        self._greeting = self.authority.context("localhost")
        self._greeting.sni_callback = self._named
        self._listen(port)

    @property
    def url(self) -> str:
        """Address of the proxy, with its login."""
        return f"http://{self._user}127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """The authority's certificate, PEM."""
        return self.authority.file

    def environ(self) -> dict[str, str]:
        """Variables that make a program believe in the cloud; add them to its environment."""
        names = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY")
        files = (
            "SSL_CERT_FILE",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
            "GIT_SSL_CAINFO",
            "PIP_CERT",
            "NODE_EXTRA_CA_CERTS",
        )
        return {
            **dict.fromkeys(names, self.url),
            **dict.fromkeys(files, str(self.ca_file)),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost,::1"),
        }

    def add(self, fake: Fake) -> None:
        """Let *fake* answer for its hosts."""
        for name in fake.hosts:
            self.host(name, fake.handle)

    def host(self, name: str, handler: Handler) -> None:
        """Let *handler* answer for *name*; ``.example.org`` stands for all below it."""
        self._handlers[name.lower()] = handler

    def script(self, place: str, *faults: Fault | None) -> None:
        """Let the next requests of *place* meet *faults* in turn; None lets one pass.

        Args:
            place: URL without query; with a final ``*`` all that begins so.
            faults: see ``faults``. After the last one all goes well.
        """
        with self._lock:
            self._scripts.setdefault(place, []).extend(faults)

    def always(self, place: str, *faults: Fault) -> None:
        """Let every request of *place* meet all of *faults*, the first outermost."""
        with self._lock:
            self._always[place] = list(faults)

    def requests(self, host: str = "", path: str = "") -> list[Record]:
        """Entries of the log, of one host and with a path that begins so."""
        return [
            one
            for one in list(self.log)
            if (not host or one.host == host) and one.path.startswith(path)
        ]

    def clear(self) -> None:
        """Forget the log and all faults."""
        with self._lock:
            self.log.clear()
            self._scripts.clear()
            self._always.clear()
            self.certificates.clear()
            self.down.clear()

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """While the block lasts nothing listens: the network is away."""
        self._stop_listening()
        try:
            yield
        finally:
            self._listen(self.port)

    def close(self) -> None:
        """Stop listening, end all connections, wait for all threads, remove all files."""
        self._closing.set()
        self._stop_listening()
        with self._lock:
            connections, threads = list(self._open), list(self._threads)
        for sock in connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        until = time.monotonic() + _PATIENCE
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> FakeCloud:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if self.failures and kind is None:
            raise self.failures[0]

    def _listen(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)

    def _stop_listening(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _start(self, run: Callable[[socket.socket], None], sock: socket.socket) -> None:
        thread = threading.Thread(target=run, args=(sock,), name="fakecloud", daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = listener.accept()
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        """One connection, from its first byte to its end."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._count += 1
            number = self._count
            self._open.add(sock)
        try:
            with contextlib.suppress(Gone, OSError):
                self._stay()
                self._talk(sock, number)
        finally:
            with self._lock:
                self._open.discard(sock)
                self._threads.discard(threading.current_thread())
            sock.close()

    def _stay(self) -> None:
        """Raise `Gone` where `close` may have missed a connection that was made known just now."""
        if self._closing.is_set():
            raise Gone

    def _talk(self, sock: socket.socket, number: int) -> None:
        """Find out what a client speaks: TLS, a proxy's language, or plain HTTP."""
        if _begins_tls(sock):
            self._talk_tls(sock, self._greeting, "", 443, number)
            return
        with sock.makefile("rb") as stream:
            asked = read_request(stream, sock, "http", "", 80)
            if asked is None:
                return
            request, _ = asked
            if self._login and request.headers.get("proxy-authorization") != f"Basic {self._login}":
                sock.sendall(_PROXY_LOGIN)
                return
            if request.method != "CONNECT":
                self._answer(sock, *asked, number)
                self._answer_all(sock, stream, "http", "", 80, number)
                return
        self._check_up(sock, request.host)
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if _begins_tls(sock):
            context = self._context(request.host)
            self._talk_tls(sock, context, request.host, request.port, number)
        else:
            with sock.makefile("rb") as stream:
                self._answer_all(sock, stream, "http", request.host, request.port, number)

    def _talk_tls(
        self, sock: socket.socket, context: ssl.SSLContext, host: str, port: int, number: int
    ) -> None:
        with context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False) as secure:
            with self._lock:
                self._open.add(secure)
            try:
                self._stay()
                secure.do_handshake()
                with secure.makefile("rb") as stream:
                    self._answer_all(secure, stream, "https", host, port, number)
            finally:
                with self._lock:
                    self._open.discard(secure)

    def _context(self, host: str) -> ssl.SSLContext:
        return self.authority.context(host, self.certificates.get(host, "good"))

    def _named(self, sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        """Whom a client that came without the proxy wants to talk to."""
        if name:
            sock.context = self._context(name)

    def _check_up(self, sock: socket.socket, host: str) -> None:
        """Behave as a proxy does when *host* is away."""
        how = self.down.get(host, None if self._find(host) else "unknown")
        if how == "silent":
            self._closing.wait()
        if how is not None:
            sock.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            raise Gone

    def _answer_all(
        self,
        sock: socket.socket,
        stream: BufferedIOBase,
        scheme: str,
        host: str,
        port: int,
        number: int,
    ) -> None:
        """Answer the requests of one connection until it ends."""
        while (asked := read_request(stream, sock, scheme, host, port)) is not None:
            self._answer(sock, *asked, number)

    def _answer(self, sock: socket.socket, request: Request, stay: bool, number: int) -> None:
        values = {one.name: getattr(request, one.name) for one in fields(Request)}
        record = Record(**values, connection=number, at=time.monotonic() - self._began)
        with self._lock:
            self.log.append(record)
        response = self._respond(request)
        record.status = response.status
        for count in send(sock, request, response, stay, self._closing):
            record.sent += count

    def _respond(self, request: Request) -> Response:
        handler = self._find(request.host)
        if handler is None or request.host in self.down:
            return text(502, f"{request.host} is away")
        for fault in reversed(self._faults(request.place)):
            handler = _behind(fault, handler)
        try:
            return handler(request)
        except Exception as error:
            self.failures.append(error)
            return text(500, f"the fake broke: {error!r}")

    def _faults(self, place: str) -> Sequence[Fault]:
        with self._lock:
            scripts = [
                faults for key, faults in self._scripts.items() if faults and _is(key, place)
            ]
            now = scripts[0].pop(0) if scripts else None
            lasting = [
                one for key, found in self._always.items() if _is(key, place) for one in found
            ]
        return ([now] if now else []) + lasting

    def _find(self, host: str) -> Handler | None:
        parts = host.split(".")
        names = [host] + ["." + ".".join(parts[at:]) for at in range(1, len(parts))]
        return next((self._handlers[name] for name in names if name in self._handlers), None)


_PROXY_LOGIN = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="fakecloud"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
)


def _behind(fault: Fault, handler: Handler) -> Handler:
    return lambda request: fault(request, handler)


def _is(key: str, place: str) -> bool:
    return place.startswith(key[:-1]) if key.endswith("*") else place == key


def _begins_tls(sock: socket.socket) -> bool:
    return sock.recv(1, socket.MSG_PEEK) == b"\x16"
