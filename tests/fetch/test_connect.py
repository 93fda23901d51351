"""Sockets, without a proxy in between: addresses are those of this machine only."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_preflight.errors import Interrupted, NetworkError
from jupyterlab_preflight.fetch import connect, redirects
from jupyterlab_preflight.fetch.connect import Dialer
from jupyterlab_preflight.fetch.http import Client, Limits, Request
from jupyterlab_preflight.progress import Progress
from tests.fakecloud import FakeCloud, Site, redirect

LIMITS = Limits(connect=1.0, read=1.0, backoff=0.01)


class Names:
    """A resolver of our own."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.error: OSError | None = None
        self.slow = 0.0

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        time.sleep(self.slow)
        if self.error is not None:
            raise self.error
        if host not in self.known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in self.known[host]
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    one = Names()
    monkeypatch.setattr(socket, "getaddrinfo", one)
    return one


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


@pytest.fixture
def public_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 counts as an address on the internet; 127.0.0.2 stays inside."""

    def reach(address: str) -> redirects.Reach:
        return "public" if address == "127.0.0.1" else redirects.reach(address)

    monkeypatch.setattr(connect, "reach", reach)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def dial(host: str, port: int, progress: Progress | None = None, **options: bool) -> None:
    Dialer(progress or Progress(), LIMITS).dial(host, port, **options).close()


def test_connects(names: Names, listener: socket.socket) -> None:
    names.known["a.test"] = ["127.0.0.1"]
    dial("a.test", listener.getsockname()[1])
    dial("127.0.0.1", listener.getsockname()[1])


def test_a_black_hole_is_overtaken(names: Names, listener: socket.socket) -> None:
    # 192.0.2.0/24 is reserved: nobody answers there, and some machines say so at once.
    names.known["a.test"] = ["192.0.2.1", "127.0.0.1"]
    began = time.monotonic()
    dial("a.test", listener.getsockname()[1])
    assert time.monotonic() - began < LIMITS.connect


def test_a_refusing_address_is_passed_over(names: Names, listener: socket.socket) -> None:
    names.known["a.test"] = ["127.0.0.9", "127.0.0.1"]
    dial("a.test", listener.getsockname()[1])


def test_families_take_turns() -> None:
    four, six = socket.AF_INET, socket.AF_INET6
    mixed = connect._in_turn([(six, 1), (six, 2), (six, 3), (four, 4)])
    assert [where for _, where in mixed] == [1, 4, 2, 3]


def test_a_refused_connection_is_not_being_offline(names: Names) -> None:
    names.known["a.test"] = ["127.0.0.1"]
    with pytest.raises(NetworkError, match="refuses") as caught:
        dial("a.test", closed_port())
    assert not caught.value.offline


def test_a_proxy_that_refuses_is(names: Names) -> None:
    with pytest.raises(NetworkError, match="proxy") as caught:
        dial("127.0.0.1", closed_port(), proxy=True)
    assert caught.value.offline


@pytest.mark.parametrize(
    ("error", "route", "offline"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "try again"), True, True),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), False, True),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), True, False),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), False, True),
    ],
)
def test_a_name_that_does_not_resolve(
    names: Names, monkeypatch: pytest.MonkeyPatch, error: OSError, route: bool, offline: bool
) -> None:
    names.error = error
    monkeypatch.setattr(connect, "has_route", lambda: route)
    with pytest.raises(NetworkError, match=r"a\.test") as caught:
        dial("a.test", 443)
    assert caught.value.offline is offline


def test_once_something_was_reached_nothing_is_called_offline(
    names: Names, listener: socket.socket
) -> None:
    dialer = Dialer(Progress(), LIMITS)
    dialer.dial("127.0.0.1", listener.getsockname()[1]).close()
    names.error = socket.gaierror(socket.EAI_AGAIN, "try again")
    with pytest.raises(NetworkError) as caught:
        dialer.dial("a.test", 443)
    assert not caught.value.offline


def test_no_route(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    names.known["a.test"] = ["127.0.0.1"]
    monkeypatch.setattr(socket.socket, "connect_ex", lambda self, where: errno.ENETUNREACH)
    monkeypatch.setattr(connect, "has_route", lambda: False)
    with pytest.raises(NetworkError, match="cannot be reached") as caught:
        dial("a.test", 443)
    assert caught.value.offline


def test_one_silent_host_is_its_own_fault_two_are_the_network_s(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.known |= {"a.test": ["127.0.0.1"], "b.test": ["127.0.0.1"]}
    monkeypatch.setattr(socket.socket, "connect_ex", lambda self, where: errno.ETIMEDOUT)
    dialer = Dialer(Progress(), LIMITS)
    for host, offline in (("a.test", False), ("a.test", False), ("b.test", True)):
        with pytest.raises(NetworkError, match="does not answer") as caught:
            dialer.dial(host, 443)
        assert caught.value.offline is offline


def test_a_resolver_that_hangs_is_given_up(names: Names) -> None:
    names.slow = 3
    began = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        dial("a.test", 443)
    assert caught.value.offline
    assert time.monotonic() - began < 2


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port that answers no further connection: its queue is full."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def test_a_silent_host_is_given_up_in_time() -> None:
    began = time.monotonic()
    with silent_port() as port, pytest.raises(NetworkError, match="does not answer") as caught:
        dial("127.0.0.1", port)
    assert not caught.value.offline
    assert 0.9 < time.monotonic() - began < 1.5


def stopped_after(seconds: float, host: str, port: int) -> float:
    """How long dialling goes on when it is stopped after *seconds*."""
    progress = Progress()
    threading.Timer(seconds, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        Dialer(progress, Limits(connect=5)).dial(host, port)
    return time.monotonic() - began


def test_stopping_ends_a_look_up(names: Names) -> None:
    names.slow = 3
    assert stopped_after(0.1, "a.test", 443) < 0.5


def test_stopping_ends_a_connection() -> None:
    with silent_port() as port:
        assert stopped_after(0.1, "127.0.0.1", port) < 0.5


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_link_local_is_never_asked(names: Names, address: str) -> None:
    names.known["a.test"] = [address]
    with pytest.raises(NetworkError, match="link-local"):
        dial("a.test", 80)


def test_an_address_inside_is_refused_where_only_the_internet_may_follow(
    names: Names, listener: socket.socket
) -> None:
    names.known["a.test"] = ["127.0.0.1", "10.0.0.1"]
    with pytest.raises(NetworkError, match="inside"):
        dial("a.test", listener.getsockname()[1], public=True)


@contextlib.contextmanager
def inner_server() -> Iterator[tuple[int, list[bytes]]]:
    """A server on 127.0.0.2 that notes whatever reaches it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.2", 0)) as server:

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = server.accept()
                    heard.append(sock.recv(1000))
                    sock.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.usefixtures("public_loopback")
@pytest.mark.parametrize("host", ["inside.test", "127.0.0.2", "localhost"])
def test_the_internet_cannot_redirect_inside(names: Names, host: str) -> None:
    names.known |= {"site.test": ["127.0.0.1"], host: ["127.0.0.2"]}
    with (
        inner_server() as (port, heard),
        FakeCloud() as cloud,
        Client(Progress(), limits=LIMITS, environ={}) as client,
    ):
        cloud.host("site.test", lambda request: redirect(f"http://{host}:{port}/admin"))
        with pytest.raises(NetworkError, match="inside"):
            client.open(Request(f"http://site.test:{cloud.port}/"))
        assert heard == []


@pytest.mark.usefixtures("public_loopback")
def test_a_name_that_changes_its_mind_gains_nothing(names: Names) -> None:
    """DNS rebinding: public when it was typed, inside when it redirects to itself."""
    names.known["site.test"] = ["127.0.0.1"]
    with (
        inner_server() as (port, heard),
        FakeCloud() as cloud,
        Client(Progress(), limits=LIMITS, environ={}) as client,
    ):

        def handle(request: Any) -> Any:
            names.known["site.test"] = ["127.0.0.2"]
            return redirect(f"http://site.test:{port}/admin")

        cloud.host("site.test", handle)
        with pytest.raises(NetworkError, match="inside"):
            client.open(Request(f"http://site.test:{cloud.port}/"))
        assert heard == []


@pytest.mark.usefixtures("public_loopback")
def test_no_detour_leads_inside_again(names: Names) -> None:
    """inside → internet → inside: the last step is refused, the first was typed."""
    names.known |= {"typed.test": ["127.0.0.2"], "site.test": ["127.0.0.1"]}
    with (
        FakeCloud() as cloud,
        socket.create_server(("127.0.0.2", 0)) as inner,
        Client(Progress(), limits=LIMITS, environ={}) as client,
    ):
        inner_port = inner.getsockname()[1]

        def serve() -> None:
            sock, _ = inner.accept()
            sock.recv(1000)
            there = f"http://site.test:{cloud.port}/"
            sock.sendall(f"HTTP/1.1 302 Found\r\nLocation: {there}\r\n\r\n".encode())
            sock.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        cloud.host("site.test", lambda request: redirect(f"http://typed.test:{inner_port}/2"))
        with pytest.raises(NetworkError, match="inside"):
            client.open(Request(f"http://typed.test:{inner_port}/1"))
        thread.join()


def test_nor_does_a_proxy_lead_inside() -> None:
    """This machine is never reached through the proxy, so the rule holds behind one as well."""
    with inner_server() as (port, heard), FakeCloud() as cloud:
        cloud.host("site.test", lambda request: redirect(f"http://127.0.0.2:{port}/admin"))
        with (
            Client(Progress(), limits=LIMITS, environ=cloud.environ()) as client,
            pytest.raises(NetworkError, match="inside"),
        ):
            client.open(Request("http://site.test/"))
    assert heard == []


def test_what_was_typed_may_be_inside_and_stay_there(names: Names) -> None:
    names.known |= {"a.test": ["127.0.0.1"], "b.test": ["127.0.0.1"]}
    site = Site("b.test")
    site.add("/x", b"data")
    with FakeCloud([site]) as cloud, Client(Progress(), limits=LIMITS, environ={}) as client:
        cloud.host("a.test", lambda request: redirect(f"http://b.test:{cloud.port}/x"))
        with client.open(Request(f"http://a.test:{cloud.port}/")) as answer:
            assert answer.read() == b"data"


def test_the_network_s_absence_is_found_once(names: Names) -> None:
    names.error = socket.gaierror(socket.EAI_AGAIN, "try again")
    with Client(Progress(), environ={}) as client:
        with pytest.raises(NetworkError):
            client.open(Request("https://a.test/"))
        assert client.offline is not None
        names.slow = 5
        began = time.monotonic()
        with pytest.raises(NetworkError) as caught:
            client.open(Request("https://b.test/"))
        assert caught.value.offline
        assert time.monotonic() - began < 0.1
