"""The fake cloud itself, seen by clients that are not ours."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import IncompleteRead
from pathlib import Path

import pytest

from tests.fakecloud import (
    Content,
    FakeCloud,
    Fault,
    Request,
    Response,
    Site,
    Throttle,
    faults,
    proxy,
    redirect,
    serve,
    text,
)
from tests.fakecloud.github import GitHub

URL = "https://files.example.org/data.bin"
DATA = bytes(range(256)) * 40


@pytest.fixture
def site() -> Site:
    one = Site("files.example.org", ".cdn.example.org")
    one.add("/data.bin", DATA, name="ä b.bin")
    return one


@pytest.fixture
def cloud(site: Site) -> Iterator[FakeCloud]:
    with FakeCloud([site]) as one:
        yield one


def get(cloud: FakeCloud, url: str = URL, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request of the standard library's client through the proxy."""
    environ = cloud.environ()
    context = ssl.create_default_context(cafile=environ["SSL_CERT_FILE"])
    proxies = {"http": environ["HTTP_PROXY"], "https": environ["HTTPS_PROXY"]}
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=context)
    )
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=fields)
    try:
        with opener.open(request, timeout=1) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


# -- the proxy -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_plays_any_host(cloud: FakeCloud, scheme: str) -> None:
    status, headers, body = get(cloud, f"{scheme}://files.example.org/data.bin?a=b", X_Test="1")
    assert (status, body) == (200, DATA)
    assert headers["etag"].startswith('"')
    assert headers["content-length"] == str(len(DATA))
    (record,) = cloud.log
    assert (record.method, record.scheme, record.host) == ("GET", scheme, "files.example.org")
    assert record.target == "/data.bin?a=b"
    assert record.query == {"a": "b"}
    assert record.headers["x-test"] == "1"
    assert (record.status, record.sent) == (200, len(DATA))


def test_hosts_below_and_hosts_unknown(cloud: FakeCloud) -> None:
    assert get(cloud, "https://x.y.cdn.example.org/data.bin")[2] == DATA
    assert get(cloud, "http://nobody.example.org/")[0] == 502
    with pytest.raises(OSError, match="502"):
        get(cloud, "https://cdn.example.org/data.bin")
    assert len(cloud.requests("x.y.cdn.example.org", "/data")) == 1


def test_it_can_be_reached_directly_too(cloud: FakeCloud) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=3)
    plain.request("GET", "/data.bin", headers={"Host": "files.example.org"})
    assert plain.getresponse().read() == DATA
    plain.close()
    context = ssl.create_default_context(cafile=cloud.ca_file)
    with (
        socket.create_connection(("127.0.0.1", cloud.port)) as sock,
        context.wrap_socket(sock, server_hostname="files.example.org") as secure,
    ):
        secure.sendall(b"GET /data.bin HTTP/1.0\r\nHost: files.example.org\r\n\r\n")
        received = b"".join(iter(lambda: secure.recv(65536), b""))
    assert received.endswith(DATA)


def test_connections_stay_open(cloud: FakeCloud) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=3)
    for number in range(3):
        connection.request("POST", "http://files.example.org/data.bin", body=b"x" * number)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 405
    connection.close()
    assert [one.connection for one in cloud.log] == [1, 1, 1]
    assert [one.body for one in cloud.log] == [b"", b"x", b"xx"]


def test_posted_chunks(cloud: FakeCloud) -> None:
    cloud.host("api.example.org", lambda request: text(200, str(len(request.body))))
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=3)
    connection.request("POST", "http://api.example.org/", body=iter([b"ab", b"cde"]))
    assert connection.getresponse().read() == b"5"
    connection.close()


def test_a_proxy_with_a_login(site: Site) -> None:
    with FakeCloud([site], login="me:pw") as cloud:
        assert get(cloud)[2] == DATA
        cloud._user = ""
        with pytest.raises(OSError, match="407"):
            get(cloud)


def test_a_broken_fake_is_told() -> None:
    def handle(request: Request) -> Response:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), FakeCloud() as cloud:
        cloud.host("a.example.org", handle)
        assert get(cloud, "https://a.example.org/")[0] == 500


def test_away_and_back(cloud: FakeCloud) -> None:
    with cloud.away(), pytest.raises(urllib.error.URLError, match="refused"):
        get(cloud)
    assert get(cloud)[0] == 200


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("expired", "expired"),
        ("future", "not yet valid"),
        ("wrong-host", "mismatch"),
        ("self-signed", "self.signed"),
        ("unknown", "issuer"),
    ],
)
def test_bad_certificates(cloud: FakeCloud, kind: str, words: str) -> None:
    cloud.certificates["files.example.org"] = kind  # type: ignore[assignment]
    with pytest.raises(urllib.error.URLError, match=words):
        get(cloud)


def test_nothing_is_left_behind(site: Site) -> None:
    with FakeCloud([site]) as cloud:
        cloud.always(URL, faults.stall(10))
        context = ssl.create_default_context(cafile=cloud.ca_file)
        sock = socket.create_connection(("127.0.0.1", cloud.port))
        sock.sendall(b"CONNECT files.example.org:443 HTTP/1.1\r\n\r\n")
        assert b"200" in sock.recv(1000)
        secure = context.wrap_socket(sock, server_hostname="files.example.org")
        secure.sendall(b"GET /data.bin HTTP/1.1\r\n\r\n")
        secure.recv(100)
        began = time.monotonic()
        folder = cloud.ca_file.parent
    secure.close()
    assert time.monotonic() - began < 2
    assert not folder.exists()


# -- the file server -----------------------------------------------------------------------------

CONTENT = Content(b"0123456789", etag='"e"', modified=1_600_000_000)
MODIFIED = "Sun, 13 Sep 2020 12:26:40 GMT"


@pytest.mark.parametrize(
    ("headers", "status", "part"),
    [
        ({}, 200, b"0123456789"),
        ({"range": "bytes=2-4"}, 206, b"234"),
        ({"range": "bytes=7-"}, 206, b"789"),
        ({"range": "bytes=7-99"}, 206, b"789"),
        ({"range": "bytes=-3"}, 206, b"789"),
        ({"range": "bytes=-99"}, 206, b"0123456789"),
        ({"range": "bytes=10-"}, 416, b""),
        ({"range": "bytes=1-2,4-5"}, 200, b"0123456789"),
        ({"range": "chapters=1"}, 200, b"0123456789"),
        ({"range": "bytes=7-", "if-range": '"e"'}, 206, b"789"),
        ({"range": "bytes=7-", "if-range": MODIFIED}, 206, b"789"),
        ({"range": "bytes=7-", "if-range": '"old"'}, 200, b"0123456789"),
        ({"range": "bytes=7-", "if-range": 'W/"e"'}, 200, b"0123456789"),
        ({"if-none-match": '"e"'}, 304, b""),
        ({"if-none-match": '"x", W/"e"'}, 304, b""),
        ({"if-none-match": '"x"'}, 200, b"0123456789"),
        ({"if-modified-since": MODIFIED}, 304, b""),
        ({"if-modified-since": "Sun, 13 Sep 2019 12:26:40 GMT"}, 200, b"0123456789"),
        ({"if-none-match": '"x"', "if-modified-since": MODIFIED}, 200, b"0123456789"),
    ],
)
def test_ranges_and_conditions(headers: dict[str, str], status: int, part: bytes) -> None:
    response = serve(Request("GET", "https", "h", 443, "/", headers), CONTENT)
    assert (response.status, response.body) == (status, part)
    if status == 416:
        assert response.header("Content-Range") == "bytes */10"


def test_a_server_that_knows_nothing() -> None:
    plain = Content(b"0123456789", etag="", modified=None, ranges=False, framing="chunked")
    asked = {"range": "bytes=2-", "if-none-match": '"e"'}
    response = serve(Request("GET", "https", "h", 443, "/", asked), plain)
    assert (response.status, response.body) == (200, b"0123456789")
    assert [name for name, _ in response.headers] == ["Content-Type"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_files_on_disk(
    cloud: FakeCloud, site: Site, tmp_path: Path, scheme: str, framing: str
) -> None:
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(1_500_000))
    site.add("/big.bin", path, framing=framing)
    url = f"{scheme}://files.example.org/big.bin"
    assert get(cloud, url)[2] == path.read_bytes()
    assert get(cloud, url, Range="bytes=100-299")[2] == path.read_bytes()[100:300]


def test_speed_is_limited_for_each_connection_or_for_all(cloud: FakeCloud, site: Site) -> None:
    site.add("/slow", b"x" * 100_000, rate=400_000)
    began = time.monotonic()
    get(cloud, "https://files.example.org/slow")
    assert 0.15 < time.monotonic() - began < 0.6
    line = Throttle(400_000)
    began = time.monotonic()
    for _ in range(4):
        line.take(50_000)
    assert 0.35 < time.monotonic() - began < 1


@pytest.mark.slow
def test_a_file_comes_faster_than_any_line(tmp_path: Path) -> None:
    size = 1 << 28
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        file.truncate(size)
    site = Site("files.example.org")
    site.add("/big", path)
    buffer = bytearray(1 << 20)
    speeds = []
    with FakeCloud([site]) as cloud, socket.create_connection(("127.0.0.1", cloud.port)) as sock:
        for _ in range(8):
            began = time.monotonic()
            sock.sendall(b"GET http://files.example.org/big HTTP/1.1\r\n\r\n")
            received = 0
            while received < size:
                received += sock.recv_into(buffer)
            speeds.append(received / (time.monotonic() - began))
    assert max(speeds) > 200e6


# -- faults --------------------------------------------------------------------------------------


def test_faults_come_in_turn_and_end(cloud: FakeCloud) -> None:
    cloud.script(URL, faults.status(503, Retry_After="2"), None, faults.status(404))
    assert [get(cloud)[0] for _ in range(4)] == [503, 200, 404, 200]
    cloud.script("https://files.example.org/*", faults.status(418))
    assert get(cloud)[0] == 418
    cloud.always(URL, faults.one_after_another([faults.status(500), None]))
    assert [get(cloud)[0] for _ in range(3)] == [500, 200, 200]
    cloud.always(URL, faults.weak_etag(), faults.typed("text/html"))
    headers = get(cloud)[1]
    assert (headers["etag"], headers["content-type"]) == ('W/"weak"', "text/html")
    cloud.clear()
    assert get(cloud)[0] == 200


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.drop(100), IncompleteRead),
        (faults.drop(0), IncompleteRead),
        (faults.drop(100, "rst"), (ConnectionResetError, IncompleteRead)),
        (faults.hang_up(), (http.client.RemoteDisconnected, urllib.error.URLError)),
        (faults.length_off(5), IncompleteRead),
        (faults.chunks_without_end(), IncompleteRead),
        (faults.bad_chunk(), IncompleteRead),
        (faults.stall(100), TimeoutError),
        (faults.late(10), TimeoutError),
        (faults.header_bomb(), http.client.HTTPException),
        (faults.long_header(), http.client.LineTooLong),
    ],
)
def test_broken_answers(
    cloud: FakeCloud, fault: Fault, error: type[Exception] | tuple[type[Exception], ...]
) -> None:
    cloud.script(URL, fault)
    with pytest.raises(error):
        get(cloud)


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (faults.chunked(), 200, DATA),
        (faults.length(), 200, DATA),
        (faults.length(5), 200, DATA[:5]),
        (faults.stall(100, 0.2), 200, DATA),
        (faults.late(0.1), 200, DATA),
        (faults.slow(200_000), 200, DATA),
        (faults.without("range"), 200, DATA),
        (faults.content_range("bytes 9-9/10"), 206, DATA[5:]),
        (faults.page(), 200, faults.PAGE.encode()),
        (faults.page("application/zip"), 200, faults.PAGE.encode()),
        (faults.empty(), 200, b""),
        (faults.no_head(), 206, DATA[5:]),
        (faults.expires(0), 403, None),
        (faults.expires(3600), 206, DATA[5:]),
        (faults.status(429, Retry_After="2"), 429, b""),
    ],
)
def test_odd_answers(cloud: FakeCloud, fault: Fault, status: int, body: bytes | None) -> None:
    cloud.script(URL, fault)
    found = get(cloud, **({"Range": "bytes=5-"} if status == 206 or body is DATA else {}))
    if body is DATA and found[0] == 206:
        body, status = DATA[5:], 206
    assert found[0] == status
    assert body is None or found[2] == body


def test_gzip_and_changing_tags(cloud: FakeCloud) -> None:
    cloud.always(URL, faults.gzipped())
    assert get(cloud)[1]["content-encoding"] == "gzip"
    cloud.always(URL, faults.changing_etag())
    tags = {get(cloud, If_None_Match="*")[1]["etag"] for _ in range(3)}
    assert len(tags) == 3


def test_redirects(cloud: FakeCloud) -> None:
    cloud.host("a.example.org", lambda request: redirect(URL, 307))
    assert get(cloud, "https://a.example.org/")[2] == DATA
    cloud.script(URL, faults.to("file:///etc/passwd", 301))
    assert get(cloud)[0] == 301


# -- for other programs --------------------------------------------------------------------------


@pytest.fixture
def process() -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakecloud"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        yield child, json.loads(child.stdout.readline())
        child.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_as_a_program(
    process: tuple[subprocess.Popen[str], dict[str, object]], number: signal.Signals
) -> None:
    child, told = process
    assert Path(str(told["ca"])).exists()

    def call(path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{told['proxy']}/{path}", data, timeout=3) as answer:
            return json.loads(answer.read())

    call("script", {"place": f"{told['proxy']}/log", "faults": [None, ["status", 503]]})
    assert call("log")
    with pytest.raises(urllib.error.HTTPError, match="503") as caught:
        call("log")
    caught.value.close()
    child.send_signal(number)
    assert child.wait(5) == 0
    assert not Path(str(told["ca"])).exists()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_believes_in_it(cloud: FakeCloud, tmp_path: Path) -> None:
    target = tmp_path / "data.bin"
    target.write_bytes(DATA[:1000])
    command = ["curl", "-sS", "-C", "-", "-o", str(target), URL]
    done = subprocess.run(
        command, env={**os.environ, **cloud.environ()}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert target.read_bytes() == DATA
    assert cloud.log[0].headers["range"] == "bytes=1000-"
    assert cloud.log[0].status == 206


@pytest.mark.parametrize(
    "path",
    [
        "codeload.github.com/",
        "codeload.github.com/me",
        "codeload.github.com/me/net",
        "codeload.github.com/me/net/zip",
        "codeload.github.com/me/net/tar/main",
        "codeload.github.com/gist",
        "codeload.github.com/gist/aa5a",
        "github.com/",
        "github.com/me/net/releases/latest/download",
        "gist.githubusercontent.com/someone",
        "gist.githubusercontent.com/someone/aa5a/raw",
    ],
)
def test_odd_paths_on_github(cloud: FakeCloud, path: str) -> None:
    hub = GitHub()
    hub.add_repo("me/net", {"train.py": b"print()\n"})
    hub.add_gist("aa5a", {"plot.py": b"print()\n"})
    cloud.add(hub)
    assert get(cloud, f"https://{path}")[0] in {200, 404}


def test_a_connection_that_comes_while_it_closes_is_ended(cloud: FakeCloud) -> None:
    cloud._closing.set()  # and what was open then has been shut down already
    with socket.create_connection(("127.0.0.1", cloud.port), timeout=3) as late:
        assert late.recv(1) == b""


def test_several_that_hang_are_waited_for_together(
    cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = threading.Event()
    begun = threading.Semaphore(0)

    def hang(request: Request) -> Response:
        begun.release()
        hold.wait(30)
        return text(200, "")

    cloud.host("slow.example.org", hang)
    monkeypatch.setattr(proxy, "_PATIENCE", 0.5)
    clients = [socket.create_connection(("127.0.0.1", cloud.port)) for _ in range(6)]
    try:
        for client in clients:
            client.sendall(b"GET http://slow.example.org/ HTTP/1.1\r\n\r\n")
            assert begun.acquire(timeout=10)
        began = time.monotonic()
        cloud.close()
        assert time.monotonic() - began < 2
    finally:
        hold.set()
        for client in clients:
            client.close()
