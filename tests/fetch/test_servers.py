"""What servers may do by the letter and few do: nothing of it may cost a file, or damage one."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import socket
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    IntegrityError,
    NetworkError,
    NotAnArchiveError,
    PreflightError,
)
from jupyterlab_preflight.fetch import lanes, pages
from jupyterlab_preflight.fetch.http import Client, Limits, Request
from jupyterlab_preflight.fetch.model import Download, Options
from jupyterlab_preflight.fetch.staging import Staging
from jupyterlab_preflight.fetch.tree import bring
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.sources import web
from jupyterlab_preflight.sources.ask import Reply
from tests.fakecloud import FakeCloud, Response, Site, faults, text
from tests.fakecloud import Request as Asked

HOST = "data.example.org"
LIMITS = Limits(connect=3, read=3, tries=2, patience=3, backoff=0.02)
NOISE = {f"{number:02}.bin": os.urandom(200_000) for number in range(12)}

Fetch = Callable[[str], dict[str, bytes]]


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    """Brings a path of the host; the files of the tree."""

    def run(path: str) -> dict[str, bytes]:
        progress = Progress()
        with (
            Client(progress, limits=LIMITS) as client,
            Staging.open(tmp_path / "base", "key") as staging,
        ):
            bring([Download(f"https://{HOST}/{path}")], staging, Options(), client, progress)
            return {
                str(file.relative_to(staging.tree)): file.read_bytes()
                for file in staging.tree.rglob("*")
                if file.is_file()
            }

    return run


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return data.getvalue()


def tarred(content: bytes, mode: str = "w:gz", **pax: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as file:  # type: ignore[call-overload]
        info = tarfile.TarInfo("a.bin")
        info.size, info.pax_headers = len(content), pax
        file.addfile(info, io.BytesIO(content))
    return data.getvalue()


class Reading(Site):
    """A site that reads a Range in a way of its own."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__(HOST)
        self.read = read

    def handle(self, request: Asked) -> Response:
        wanted = request.headers.get("range", "").removeprefix("bytes=")
        if wanted:
            read = self.read(wanted)
            if read is None:
                return text(503, "One connection at a time.")
            request = replace(request, headers={**request.headers, "range": f"bytes={read}"})
        return super().handle(request)


def at_most(size: int) -> Callable[[str], str]:
    def read(wanted: str) -> str:
        first, _, last = wanted.partition("-")
        if not first:
            return wanted
        end = int(first) + size - 1
        return f"{first}-{min(end, int(last)) if last else end}"

    return read


def test_parts_that_are_smaller_than_asked_for_leave_no_hole(
    cloud: FakeCloud, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "SMALLEST", 1 << 18)
    monkeypatch.setattr(lanes, "_WINDOW", 0.05)
    site, data = Reading(at_most(150_000)), os.urandom(3_000_000)
    site.add("/big.bin", data, rate=2_000_000)
    cloud.add(site)
    assert fetch("big.bin") == {"big.bin": data}
    assert any(one.status == 206 for one in cloud.log)


def test_a_rest_that_comes_in_small_parts(cloud: FakeCloud, fetch: Fetch) -> None:
    site, data = Reading(at_most(100_000)), os.urandom(900_000)
    site.add("/big.bin", data)
    cloud.add(site)
    cloud.script(f"https://{HOST}/big.bin", faults.drop(300_000))
    assert fetch("big.bin") == {"big.bin": data}


def test_a_server_that_takes_one_connection_only(cloud: FakeCloud, fetch: Fetch) -> None:
    site = Reading(lambda wanted: None)
    site.add("/a.zip", zipped(NOISE))
    cloud.add(site)
    assert fetch("a.zip") == NOISE
    assert [one.status for one in cloud.log] == [200, 503]


def test_a_server_that_misreads_a_suffix(cloud: FakeCloud, fetch: Fetch, tmp_path: Path) -> None:
    site = Reading(lambda wanted: f"0{wanted}" if wanted[0] == "-" else wanted)
    site.add("/a.zip", zipped(NOISE))
    cloud.add(site)
    with Staging.open(tmp_path / "base", "key") as staging:
        (staging.tree / "00.bin").write_bytes(NOISE["00.bin"])  # what an earlier run has left
    assert fetch("a.zip") == NOISE


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
def test_a_server_that_calls_its_archive_an_encoding(
    cloud: FakeCloud, fetch: Fetch, encoding: str
) -> None:
    site = Site(HOST)
    site.add("/a.tar.gz", tarred(b"content"))
    cloud.add(site)
    cloud.always(f"https://{HOST}/a.tar.gz", faults.head(Content_Encoding=encoding))
    assert fetch("a.tar.gz") == {"a.bin": b"content"}


@pytest.mark.parametrize(
    ("path", "body", "kind", "error"),
    [
        ("a.csv", b"1,2", "text/csv", IntegrityError),
        ("a.tar.gz", b"<html><title>Log in</title>", "text/html", NotAnArchiveError),
    ],
)
def test_other_encodings_are_not_the_file(
    cloud: FakeCloud, fetch: Fetch, path: str, body: bytes, kind: str, error: type[Exception]
) -> None:
    site = Site(HOST)
    site.add(f"/{path}", gzip.compress(body), kind=kind)
    cloud.add(site)
    cloud.always(f"https://{HOST}/{path}", faults.head(Content_Encoding="gzip"))
    with pytest.raises(error):
        fetch(path)


def test_a_tar_file_goes_on_where_its_transfer_broke(cloud: FakeCloud, fetch: Fetch) -> None:
    site, data = Site(HOST), os.urandom(2_000_000)
    site.add("/a.tar.gz", tarred(data))
    cloud.add(site)
    cloud.script(f"https://{HOST}/a.tar.gz", *[faults.drop(600_000)] * 3)
    assert fetch("a.tar.gz") == {"a.bin": data}
    assert [one.status for one in cloud.log] == [200, 206, 206, 206]


def test_a_tar_file_that_cannot_go_on_begins_again(cloud: FakeCloud, fetch: Fetch) -> None:
    site, data = Site(HOST), os.urandom(2_000_000)
    site.add("/a.tar.gz", tarred(data))
    cloud.add(site)
    forgets = faults.without("range")
    cloud.script(f"https://{HOST}/a.tar.gz", faults.drop(600_000), forgets)
    assert fetch("a.tar.gz") == {"a.bin": data}
    assert [one.status for one in cloud.log] == [200, 200, 200]


class Farm(Site):
    """Two machines behind one name, each with ETags of its own."""

    def handle(self, request: Asked) -> Response:
        content = self.files[request.path]
        content.etag = '"two"' if content.etag == '"one"' else '"one"'
        return super().handle(request)


def test_machines_that_do_not_agree_about_the_version(
    cloud: FakeCloud, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "SMALLEST", 1 << 18)
    monkeypatch.setattr(lanes, "_WINDOW", 0.05)
    site, data = Farm(HOST), os.urandom(3_000_000)
    site.add("/big.bin", data, modified=None, rate=2_000_000)
    site.add("/a.zip", zipped(NOISE), modified=None)
    site.add("/a.tar.gz", tarred(data), modified=None)
    cloud.add(site)
    cloud.script(f"https://{HOST}/a.tar.gz", faults.drop(600_000))
    assert fetch("big.bin") == {"big.bin": data}
    assert fetch("a.zip") == NOISE
    assert fetch("a.tar.gz") == {"a.bin": data}


def test_a_size_of_thousands_of_digits(cloud: FakeCloud, fetch: Fetch) -> None:
    site = Site(HOST)
    site.add("/a.tar", tarred(b"content", "w:", size="9" * 5000))
    cloud.add(site)
    with pytest.raises(PreflightError):
        fetch("a.tar")


def test_a_redirect_whose_body_crawls(cloud: FakeCloud, fetch: Fetch) -> None:
    """A byte now and then is no silence; but nobody wants to read a redirect's body."""
    site = Site(HOST)
    site.add("/a.bin", b"content")
    cloud.add(site)
    long = Response(302, [("Location", "/a.bin")], bytes(16_000))
    cloud.script(f"https://{HOST}/old", lambda asked, _: faults.slow(500)(asked, lambda _: long))
    began = time.monotonic()
    assert list(fetch("old").values()) == [b"content"]
    assert time.monotonic() - began < 3


def test_a_redirect_with_a_length_of_thousands_of_digits(cloud: FakeCloud, fetch: Fetch) -> None:
    site = Site(HOST)
    site.add("/a.bin", b"content")
    cloud.add(site)
    head = f"HTTP/1.1 302 Found\r\nLocation: /a.bin\r\nContent-Length: {'9' * 5000}\r\n\r\n"
    cloud.script(f"https://{HOST}/old", faults.raw(head.encode()))
    assert list(fetch("old").values()) == [b"content"]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Len",
        "HTTP/1.1 200 OK\r\nContent-Length: 1",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1 304 Not Modified\r\n",
    ],
)
def test_a_head_that_is_cut_is_no_empty_file(cloud: FakeCloud, fetch: Fetch, head: str) -> None:
    site = Site(HOST)
    site.add("/a.csv", b"0123456789")
    cloud.add(site)
    cloud.script(f"https://{HOST}/a.csv", faults.raw(head.encode()))
    assert fetch("a.csv") == {"a.csv": b"0123456789"}


def test_a_head_that_drips_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def drip() -> None:
            with listener.accept()[0] as peer, contextlib.suppress(OSError):
                peer.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
                while not done.wait(0.05):
                    peer.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        limits = Limits(connect=1, read=0.3, slow_time=0.4, tries=1)
        began = time.monotonic()
        try:
            with (
                Client(Progress(), limits=limits, environ={}) as client,
                pytest.raises(NetworkError),
            ):
                client.open(Request(f"http://127.0.0.1:{listener.getsockname()[1]}/a"))
        finally:
            done.set()
            thread.join()
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("status", [204, 304])
def test_a_length_without_a_body_costs_no_time(cloud: FakeCloud, status: int) -> None:
    """304 tells the length that 200 would have had (RFC 9110 §15.4.5)."""
    site = Site(HOST)
    cloud.add(site)
    link = f"https://{HOST}/a"
    cloud.always(
        link, faults.raw(f"HTTP/1.1 {status} Fine\r\nContent-Length: 999\r\n\r\n".encode())
    )
    began = time.monotonic()
    with Client(Progress(), limits=LIMITS) as client:
        for _ in range(3):
            with client.open(Request(link)) as answer:
                assert b"".join(answer.chunks()) == b""
    assert time.monotonic() - began < 0.4


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "hex", "nonsense"])
def test_a_page_in_no_character_set_at_all(charset: str) -> None:
    page = pages.decode(b"<title>\xff</title>", f"text/html; charset={charset}")
    assert page in ("", "<title>\N{REPLACEMENT CHARACTER}</title>")


def test_messages_that_are_made_to_hurt() -> None:
    assert pages.said(b'{"message": ' + b"[" * 60_000) == ""
    odd = '{"code": "\N{SUPERSCRIPT TWO}", "message": "x"}'.encode()
    assert web.explain(Reply(200, {}, f"https://{HOST}/a.zip", b""), odd) is None


def test_a_transfer_that_stays_broken_is_an_error(cloud: FakeCloud, fetch: Fetch) -> None:
    site = Site(HOST)
    site.add("/a.tar.gz", tarred(os.urandom(500_000)))
    cloud.add(site)
    cloud.always(f"https://{HOST}/a.tar.gz", faults.drop(0))
    with pytest.raises(NetworkError):
        fetch("a.tar.gz")
