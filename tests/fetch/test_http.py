"""The client against every fault that a network and its servers have, through the fake cloud."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    IntegrityError,
    Interrupted,
    LinkError,
    NetworkError,
    PreflightError,
    QuotaError,
)
from jupyterlab_preflight.fetch.http import Answer, Client, Limits, RedirectError, Request
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.secrets import Credential, Secret
from tests.fakecloud import Ending, FakeCloud, Fault, Response, Site, faults, redirect, text
from tests.fakecloud import Request as Asked

URL = "https://files.example.org/data.zip"
QUERY = "?sig=CANARY-QUERY"
DATA = bytes(range(256)) * 400
LIMITS = Limits(
    connect=2.0,
    read=0.4,
    slow_rate=50_000,
    slow_time=0.5,
    tries=3,
    patience=3.0,
    backoff=0.02,
)


@pytest.fixture
def site() -> Site:
    one = Site("files.example.org")
    one.add("/data.zip", DATA, name="data.zip")
    return one


@pytest.fixture
def cloud(site: Site) -> Iterator[FakeCloud]:
    with FakeCloud([site]) as one:
        yield one


@pytest.fixture
def client(cloud: FakeCloud) -> Iterator[Client]:
    with make(cloud) as one:
        yield one


def make(
    cloud: FakeCloud,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    **environ: str,
) -> Client:
    return Client(progress or Progress(), limits=limits, environ={**cloud.environ(), **environ})


def fetch(client: Client, **options: Any) -> bytes:
    """The whole body, in the way a download reads it."""
    with client.open(Request(URL + QUERY, **options)) as answer:
        return b"".join(answer.chunks(10_000))


def no_canary(error: BaseException) -> None:
    told: list[str] = []
    link: BaseException | None = error
    while link is not None:
        told += [str(link), repr(link)]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    assert "CANARY" not in "\n".join(told)


# -- what goes well ------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_file(client: Client, scheme: str) -> None:
    with client.open(Request(f"{scheme}://files.example.org/data.zip")) as answer:
        assert answer.status == 200
        assert answer.length == answer.total == len(DATA)
        assert answer.start == 0
        assert answer.ranged
        assert answer.filename == "data.zip"
        assert answer.validator is not None
        assert answer.headers["content-type"] == "application/octet-stream"
        assert b"".join(answer.chunks(1000)) == DATA


def test_what_every_request_says(cloud: FakeCloud, client: Client) -> None:
    fetch(client, headers={"X-Extra": "1"})
    sent = cloud.log[0].headers
    assert sent["user-agent"].startswith("jupyterlab-preflight/")
    assert sent["accept-encoding"] == "identity"
    assert sent["accept-language"] == "en"
    assert sent["x-extra"] == "1"
    assert "range" not in sent
    assert "cookie" not in sent


def test_a_connection_is_used_again(cloud: FakeCloud, client: Client) -> None:
    for _ in range(3):
        fetch(client)
    with client.open(Request("https://files.example.org/missing")) as answer:
        assert answer.status == 404
    fetch(client, start=5)
    assert {one.connection for one in cloud.log} == {1}


def test_many_threads_at_once(cloud: FakeCloud, client: Client) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(fetch(client))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [DATA] * 8


def test_looking_at_the_first_bytes_takes_nothing_away(client: Client) -> None:
    with client.open(Request(URL)) as answer:
        assert answer.read(10) == DATA[:10]
        assert answer.read(5) == DATA[:5]
        assert answer.read(20_000) == DATA[:20_000]
        assert b"".join(answer.chunks(999)) == DATA
    with client.open(Request("https://files.example.org/missing")) as answer:
        assert answer.read() == b"Not found."


def test_pieces_are_not_larger_than_asked(client: Client) -> None:
    with client.open(Request(URL)) as answer:
        answer.read(500)
        assert max(map(len, answer.chunks(300))) == 300


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 403, 404, 405, 410, 416, 418, 501])
def test_other_answers_are_handed_on(cloud: FakeCloud, client: Client, status: int) -> None:
    cloud.script(URL, faults.status(status, "page"))
    with client.open(Request(URL)) as answer:
        assert answer.status == status
        assert answer.read() == (b"" if status in {204, 304} else b"page")
    assert len(cloud.log) == 1


def test_head_has_no_body(client: Client) -> None:
    with client.open(Request(URL, method="HEAD")) as answer:
        assert (answer.length, answer.total) == (0, len(DATA))
        assert list(answer.chunks()) == []


def test_post(cloud: FakeCloud, client: Client) -> None:
    cloud.host("api.example.org", lambda asked: Response(body=asked.body[::-1]))
    request = Request("https://api.example.org/x", method="POST", body=b"abc")
    with client.open(request) as answer:
        assert answer.read() == b"cba"


# -- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"start": 0}, slice(0, None)),
        ({"start": 100}, slice(100, None)),
        ({"start": 100, "end": 200}, slice(100, 200)),
        ({"start": len(DATA) - 1}, slice(-1, None)),
        ({"suffix": 22}, slice(-22, None)),
        ({"suffix": 10 * len(DATA)}, slice(0, None)),
    ],
)
def test_ranges(client: Client, options: dict[str, int], part: slice) -> None:
    with client.open(Request(URL, **options)) as answer:  # type: ignore[arg-type]
        assert answer.status == 206
        assert answer.total == len(DATA)
        assert answer.start == part.indices(len(DATA))[0]
        assert b"".join(answer.chunks()) == DATA[part]


def test_a_range_behind_the_end_tells_the_size(client: Client) -> None:
    with client.open(Request(URL, start=len(DATA))) as answer:
        assert (answer.status, answer.total) == (416, len(DATA))


def test_conditions(cloud: FakeCloud, client: Client) -> None:
    with client.open(Request(URL)) as answer:
        validator, modified = answer.validator, answer.headers["last-modified"]
    assert validator is not None
    for known in (validator, modified, f"W/{validator}"):
        with client.open(Request(URL, validator=known)) as answer:
            assert (answer.status, answer.length) == (304, 0)
    for known in (validator, modified):
        with client.open(Request(URL, start=7, validator=known)) as answer:
            assert (answer.status, answer.start) == (206, 7)
    with client.open(Request(URL, start=7, validator='"other"')) as answer:
        assert (answer.status, answer.start) == (200, 0)


def test_a_weak_validator_never_joins_parts(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.weak_etag())
    with client.open(Request(URL)) as answer:
        assert answer.validator is None
    with client.open(Request(URL, start=7, validator='W/"weak"')) as answer:
        assert (answer.status, answer.start) == (200, 0)
    assert "range" not in cloud.log[-1].headers


def test_a_server_without_ranges(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.without("range"))
    with client.open(Request(URL, start=7)) as answer:
        assert (answer.status, answer.start, answer.length) == (200, 0, len(DATA))


@pytest.mark.parametrize(
    "value",
    [
        "bytes 8-99/102400",  # begins elsewhere
        "bytes 0-99/102400",
        "bytes 7-200/102400",  # longer than asked
        "bytes 7-98/102400",  # says less than it sends
        "bytes 7-99/50",
        "bytes */102400",
        "chapters 1-2/3",
        None,
    ],
)
def test_a_wrong_part_is_refused(cloud: FakeCloud, client: Client, value: str | None) -> None:
    cloud.script(URL, faults.content_range(value))
    with pytest.raises(IntegrityError, match="another part"):
        client.open(Request(URL, start=7, end=100))


def test_a_part_nobody_asked_for_is_refused(cloud: FakeCloud, client: Client) -> None:
    def fault(asked: Asked, handler: Callable[[Asked], Response]) -> Response:
        return Response(206, [("Content-Range", "bytes 0-9/10")], b"0123456789")

    cloud.script(URL, fault)
    with pytest.raises(IntegrityError):
        client.open(Request(URL))


def test_several_parts_in_one_body_are_refused(cloud: FakeCloud, client: Client) -> None:
    kind = "multipart/byteranges; boundary=x"
    cloud.script(URL, faults.head(Content_Type=kind, Content_Range=None))
    with pytest.raises(IntegrityError):
        client.open(Request(URL, start=7))


def test_a_shorter_part_is_fine(cloud: FakeCloud, client: Client) -> None:
    def fault(asked: Asked, handler: Callable[[Asked], Response]) -> Response:
        return Response(206, [("Content-Range", "bytes 7-9/*")], b"789")

    cloud.script(URL, fault)
    with client.open(Request(URL, start=7, end=100)) as answer:
        assert (answer.start, answer.length, answer.total) == (7, 3, None)
        assert answer.read() == b"789"


def test_a_file_that_changes_between_two_parts(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.changing_etag())
    with client.open(Request(URL, end=10, start=0)) as answer:
        validator = answer.validator
    with pytest.raises(IntegrityError, match="changed"):
        client.open(Request(URL, start=10, validator=validator))


# -- bodies that are not whole -------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["fin", "rst"])
@pytest.mark.parametrize("after", [0, 1, 29, 30, 50_000, len(DATA) - 1])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_connection_that_breaks(
    cloud: FakeCloud, client: Client, scheme: str, after: int, ending: Ending
) -> None:
    url = f"{scheme}://files.example.org/data.zip"
    cloud.script(url, faults.drop(after, ending))
    got = bytearray()
    broken = pytest.raises(NetworkError, match=f"of {len(DATA):,} bytes")
    with client.open(Request(url)) as answer, broken:
        for chunk in answer.chunks(1000):
            got += chunk
    assert DATA.startswith(got)
    if ending == "fin":
        assert len(got) == after  # what had come is not lost


@pytest.mark.parametrize(
    "fault",
    [
        faults.chunks_without_end(),
        faults.bad_chunk(),
        faults.bad_chunk(b"-5"),
        faults.length_off(+10),
        faults.stall(0),
        faults.stall(5000),
        faults.slow(20_000),
    ],
    ids=["no-end", "bad-chunk", "negative-chunk", "too-short", "silence", "stall", "crawl"],
)
def test_a_body_that_never_ends_well(cloud: FakeCloud, client: Client, fault: Fault) -> None:
    cloud.script(URL, fault)
    began = time.monotonic()
    with pytest.raises(NetworkError) as caught:
        fetch(client)
    assert time.monotonic() - began < 3
    no_canary(caught.value)
    assert fetch(client) == DATA


def test_a_length_that_is_too_small_cuts_the_body(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.length_off(-10))
    assert fetch(client) == DATA[:-10]
    assert fetch(client) == DATA  # what was left over is not taken for the next answer


@pytest.mark.parametrize("values", [("-1",), ("5", "6"), ("many",), ("",)])
def test_a_length_that_is_none(cloud: FakeCloud, client: Client, values: tuple[str, ...]) -> None:
    cloud.script(URL, faults.length(*values))
    with pytest.raises((IntegrityError, NetworkError)) as caught:
        fetch(client)
    no_canary(caught.value)


@pytest.mark.parametrize("fault", [faults.length(), faults.chunked()], ids=["close", "chunked"])
def test_a_body_without_length(cloud: FakeCloud, client: Client, fault: Fault) -> None:
    cloud.script(URL, fault)
    with client.open(Request(URL)) as answer:
        assert answer.length is answer.total is None
        assert b"".join(answer.chunks()) == DATA


def test_a_chunked_body_leaves_its_connection_usable(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.chunked())
    assert [fetch(client), fetch(client)] == [DATA, DATA]
    assert {one.connection for one in cloud.log} == {1}


def test_a_part_that_does_not_end_is_cut(cloud: FakeCloud, client: Client) -> None:
    def fault(asked: Asked, handler: Callable[[Asked], Response]) -> Response:
        answer = faults.endless(b"x" * 1000)(asked, handler)
        answer.status = 206
        return answer.set("Content-Range", "bytes 7-99/102400")

    cloud.script(URL, fault)
    assert fetch(client, start=7, end=100) == b"x" * 93
    assert fetch(client) == DATA


def test_an_endless_body_can_be_left(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.endless())
    with client.open(Request(URL)) as answer:
        assert len(next(answer.chunks())) > 0
    assert fetch(client) == DATA


def test_encoded_bodies_are_refused_but_pages_are_read(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.gzipped())
    with pytest.raises(IntegrityError, match="gzip"):
        fetch(client)
    with client.open(Request(URL)) as answer:
        assert answer.read(100) == DATA[:100]


def test_a_page_that_explodes_is_cut(cloud: FakeCloud, client: Client, site: Site) -> None:
    site.add("/bomb", b"\0" * 10_000_000)
    cloud.always("https://files.example.org/bomb", faults.gzipped())
    with client.open(Request("https://files.example.org/bomb")) as answer:
        assert len(answer.read(5000)) == 5000


# -- servers that are busy or broken -------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_waiting_cures(cloud: FakeCloud, client: Client, status: int) -> None:
    cloud.script(URL, faults.status(status), faults.status(status))
    assert fetch(client) == DATA
    assert len(cloud.log) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(429, QuotaError), (500, NetworkError), (503, NetworkError)]
)
def test_what_waiting_does_not_cure(
    cloud: FakeCloud, client: Client, status: int, kind: type[PreflightError]
) -> None:
    cloud.always(URL, faults.status(status))
    with pytest.raises(kind, match=str(status)) as caught:
        fetch(client)
    assert len(cloud.log) == LIMITS.tries
    assert caught.value.action
    no_canary(caught.value)


def test_hops_are_no_failures(cloud: FakeCloud, client: Client) -> None:
    hops = [faults.to(f"/{number}") for number in range(4)]
    for number, hop in enumerate(hops):
        cloud.script(URL if not number else f"https://files.example.org/{number - 1}", hop)
    last = "https://files.example.org/3"
    cloud.script(last, faults.status(503), faults.status(503), faults.to("/data.zip"))
    assert fetch(client) == DATA


def test_final_statuses_are_not_asked_again(cloud: FakeCloud, client: Client) -> None:
    cloud.always(URL, faults.status(429, "too much traffic"))
    with client.open(Request(URL, final=(429,))) as answer:
        assert (answer.status, answer.read()) == (429, b"too much traffic")
    assert len(cloud.log) == 1


def test_the_server_says_when(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.status(429, Retry_After="1"))
    began = time.monotonic()
    assert fetch(client) == DATA
    assert 1 <= time.monotonic() - began < 2.5


def test_the_server_says_much_later(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.status(429, Retry_After="3300"), faults.status(503, Retry_After="99"))
    began = time.time()
    with pytest.raises(QuotaError, match="429") as caught:
        fetch(client)
    assert caught.value.retry_at == pytest.approx(began + 3300, abs=5)
    assert "55 minutes" in caught.value.action
    with pytest.raises(QuotaError, match="503"):
        fetch(client)
    assert len(cloud.log) == 2


@pytest.mark.parametrize("ending", ["fin", "rst"])
def test_a_connection_that_ends_before_the_answer(
    cloud: FakeCloud, client: Client, ending: Ending
) -> None:
    hang_up = faults.hang_up(ending)
    cloud.script(URL, hang_up, hang_up)
    assert fetch(client) == DATA
    cloud.always(URL, hang_up)
    with pytest.raises(NetworkError) as caught:
        fetch(client)
    no_canary(caught.value)


def test_an_answer_that_never_comes(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.late(30))
    assert fetch(client) == DATA
    cloud.always(URL, faults.late(30))
    with pytest.raises(NetworkError, match="does not answer"):
        fetch(client)


@pytest.mark.parametrize(
    "fault",
    [
        faults.header_bomb(),
        faults.long_header(),
        faults.raw(b"HELLO\r\n\r\n"),
        faults.raw(b"HTTP/1.1 abc OK\r\n\r\n"),
        faults.raw(b"\x15\x03\x01\x00\x02"),
    ],
    ids=["10000-headers", "1-MB-header", "no-http", "no-status", "binary"],
)
def test_what_is_not_http(cloud: FakeCloud, client: Client, fault: Fault) -> None:
    cloud.always(URL, fault)
    with pytest.raises(NetworkError, match="proper HTTP") as caught:
        fetch(client)
    no_canary(caught.value)
    cloud.clear()
    assert fetch(client) == DATA


def test_what_was_left_of_an_answer_is_not_taken_for_the_next(
    cloud: FakeCloud, client: Client
) -> None:
    cloud.script(URL, faults.raw(b"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\n"))
    with client.open(Request(URL)) as answer:
        assert answer.status == 404
    assert fetch(client) == DATA


# -- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(cloud: FakeCloud, client: Client, status: int) -> None:
    cloud.host("a.example.org", lambda asked: redirect(URL + QUERY + "#", status))
    with client.open(Request("https://a.example.org/")) as answer:
        assert b"".join(answer.chunks()) == DATA
        assert answer.url == URL + QUERY
    assert cloud.log[-1].target == "/data.zip" + QUERY


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"x")],
)
def test_a_redirected_post(
    cloud: FakeCloud, client: Client, status: int, method: str, body: bytes
) -> None:
    cloud.script(URL, faults.to("/next", status))
    with client.open(Request(URL, method="POST", body=b"x")):
        pass
    assert (cloud.log[-1].path, cloud.log[-1].method, cloud.log[-1].body) == ("/next", method, body)


def test_what_is_posted_goes_to_no_other_host(cloud: FakeCloud, client: Client) -> None:
    cloud.host("b.example.org", lambda asked: text(200, ""))
    cloud.script(URL, faults.to("https://b.example.org/", 307))
    with pytest.raises(RedirectError, match=r"b\.example\.org"):
        client.open(Request(URL, method="POST", body=b"x"))
    assert cloud.requests("b.example.org") == []


@pytest.mark.parametrize(
    "location",
    [
        "http://files.example.org/data.zip",
        "file:///etc/passwd",
        "ftp://files.example.org/x",
        "https://169.254.169.254/",
        "https://other.example.org/",
        "https://files.example.org/data.zip" + QUERY,
        "",
    ],
)
def test_redirects_that_are_refused(cloud: FakeCloud, client: Client, location: str) -> None:
    cloud.always(URL, faults.to(location))
    with pytest.raises((RedirectError, LinkError)) as caught:
        fetch(client, hosts=("files.example.org", ".cdn.example.org"))
    no_canary(caught.value)
    assert len(cloud.log) == 1


def test_a_redirect_without_location(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.status(302))
    with pytest.raises(RedirectError, match="nowhere"):
        fetch(client)


@pytest.mark.parametrize("fold", [b"\r\n ", b"\n\t", b"\r"])
def test_line_breaks_in_a_location(cloud: FakeCloud, client: Client, fold: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /x" + fold + b"X-Evil: 1\r\nContent-Length: 0\r\n\r\n"
    cloud.script(URL, faults.raw(head))
    with contextlib.suppress(RedirectError):
        fetch(client)
    assert not any("x-evil" in one.headers for one in cloud.log)


def test_a_chain_without_end(cloud: FakeCloud, client: Client) -> None:
    numbers = iter(range(100))
    cloud.host("a.example.org", lambda asked: redirect(f"/{next(numbers)}"))
    with pytest.raises(RedirectError, match="10 times"):
        client.open(Request("https://a.example.org/"))
    assert len(cloud.log) == 11


def test_a_refused_host_is_named(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.to("https://login.example.com/ServiceLogin?continue=CANARY"))
    with pytest.raises(RedirectError) as caught:
        fetch(client, hosts=("files.example.org",))
    assert caught.value.host == "login.example.com"
    no_canary(caught.value)


def test_ranges_and_conditions_travel_along(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.to("/data.zip?again"))
    with client.open(Request(URL, start=5)) as answer:
        assert (answer.status, answer.start) == (206, 5)


# -- credentials ---------------------------------------------------------------------------------

TOKEN = Credential(("files.example.org",), "Authorization", Secret("Bearer CANARY-TOKEN"))
PRIVATE = {"Cookie": "a=CANARY", "X-Goog-Drive-Resource-Keys": "CANARY", "Accept": "x/y"}


def secrets_in(headers: Mapping[str, str]) -> bool:
    return "CANARY" in str(dict(headers))


def test_a_credential_reaches_its_host(cloud: FakeCloud, client: Client) -> None:
    fetch(client, credential=TOKEN)
    assert cloud.log[0].headers["authorization"] == "Bearer CANARY-TOKEN"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("https://files.example.org/a", "https://b.example.org/x"),
        ("https://files.example.org/a", "https://files.example.org:8443/x"),
        ("https://files.example.org/a", "https://sub.files.example.org/x"),
    ],
)
def test_a_credential_goes_no_further(
    cloud: FakeCloud, client: Client, first: str, then: str
) -> None:
    for host in ("b.example.org", "sub.files.example.org"):
        cloud.host(host, lambda asked: text(200, ""))
    cloud.script(first, faults.to(then))
    with client.open(Request(first, credential=TOKEN, headers=PRIVATE)):
        pass
    assert secrets_in(cloud.log[0].headers)
    assert not secrets_in(cloud.log[1].headers)
    assert cloud.log[1].headers["accept"] == "x/y"


def test_a_credential_does_not_come_back(cloud: FakeCloud, client: Client) -> None:
    cloud.host("b.example.org", lambda asked: redirect(URL))
    cloud.script("https://files.example.org/a", faults.to("https://b.example.org/x"))
    with client.open(Request("https://files.example.org/a", credential=TOKEN)):
        pass
    assert [secrets_in(one.headers) for one in cloud.log] == [True, False, False]


def test_a_credential_stays_within_its_origin(cloud: FakeCloud, client: Client) -> None:
    cloud.script("https://files.example.org/a", faults.to("/data.zip"))
    with client.open(Request("https://files.example.org/a", credential=TOKEN)):
        pass
    assert [secrets_in(one.headers) for one in cloud.log] == [True, True]


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example.org/data.zip",
        "https://files.example.org:8443/data.zip",
        "https://b.example.org/",
    ],
)
def test_a_credential_is_for_its_hosts_and_https_only(
    cloud: FakeCloud, client: Client, url: str
) -> None:
    cloud.host("b.example.org", lambda asked: text(200, ""))
    with client.open(Request(url, credential=TOKEN)):
        pass
    assert not secrets_in(cloud.log[0].headers)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "ü", "\0"])
def test_headers_cannot_be_split(cloud: FakeCloud, client: Client, value: str) -> None:
    with pytest.raises(LinkError) as caught:
        fetch(client, headers={"X-Name": f"CANARY{value}"})
    no_canary(caught.value)
    bad = Credential(("files.example.org",), "Authorization", Secret(f"Bearer CANARY{value}"))
    with pytest.raises(AuthError) as refused:
        fetch(client, credential=bad)
    no_canary(refused.value)
    assert cloud.log == []


def test_nothing_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither urllib3's log nor the debugging output of http.client may show a URL or a header."""
    import http.client

    shown: list[str] = []
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 9)
    monkeypatch.setattr("builtins.print", lambda *words, **_: shown.append(str(words)))
    with caplog.at_level(logging.DEBUG):
        fetch(client, credential=TOKEN)
    assert "CANARY" not in caplog.text
    assert "CANARY" not in "".join(shown)


# -- certificates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words", "action"),
    [
        ("expired", "has expired", "date and time"),
        ("future", "not valid yet", "date and time"),
        ("wrong-host", "another host", "log in"),
        ("self-signed", "signed by itself", "SSL_CERT_FILE"),
        ("unknown", "does not know", "SSL_CERT_FILE"),
    ],
)
def test_bad_certificates(
    cloud: FakeCloud, client: Client, kind: Any, words: str, action: str
) -> None:
    cloud.certificates["files.example.org"] = kind
    with pytest.raises(NetworkError, match=words) as caught:
        fetch(client)
    assert action in caught.value.action
    assert not caught.value.offline
    assert cloud.log == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"])
def test_an_authority_of_one_s_own(cloud: FakeCloud, name: str) -> None:
    environ = {"HTTPS_PROXY": cloud.url, name: str(cloud.ca_file)}
    with Client(Progress(), limits=LIMITS, environ=environ) as client:
        assert fetch(client) == DATA


def test_without_it_the_system_decides(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    with Client(Progress(), limits=LIMITS, environ={"HTTPS_PROXY": cloud.url}) as client:
        with pytest.raises(NetworkError, match="does not know") as caught:
            fetch(client)
        assert "SSL_CERT_FILE" in caught.value.action


def test_a_file_without_certificates_is_named(cloud: FakeCloud, tmp_path: Any) -> None:
    path = tmp_path / "empty.pem"
    path.write_text("")
    named = pytest.raises(NetworkError, match="SSL_CERT_FILE")
    with make(cloud, SSL_CERT_FILE=str(path)) as client, named:
        fetch(client)


# -- proxies and networks that are away ----------------------------------------------------------


def test_a_proxy_with_a_login(site: Site) -> None:
    with FakeCloud([site], login="me:CANARY@/") as cloud:
        environ = cloud.environ()
        environ["HTTPS_PROXY"] = environ["https_proxy"] = (
            f"http://me:CANARY%40%2F@127.0.0.1:{cloud.port}"
        )
        with Client(Progress(), limits=LIMITS, environ=environ) as client:
            assert fetch(client) == DATA
            assert "proxy-authorization" not in cloud.log[0].headers
        environ["http_proxy"] = environ["https_proxy"] = (
            f"http://me:CANARY-wrong@127.0.0.1:{cloud.port}"
        )
        with Client(Progress(), limits=LIMITS, environ=environ) as client:
            for scheme in ("https", "http"):
                with pytest.raises(NetworkError, match="user name") as caught:
                    client.open(Request(f"{scheme}://files.example.org/data.zip"))
                no_canary(caught.value)


def test_a_host_that_the_proxy_cannot_reach(cloud: FakeCloud, client: Client) -> None:
    with pytest.raises(NetworkError, match=r"nobody\.example\.org.*502"):
        client.open(Request("https://nobody.example.org/"))
    assert client.offline is None
    assert fetch(client) == DATA


def test_a_host_that_stays_silent(cloud: FakeCloud) -> None:
    cloud.down["files.example.org"] = "silent"
    limits = Limits(connect=0.3, read=0.3, tries=1)
    with make(cloud, limits=limits) as client, pytest.raises(NetworkError, match="not answer"):
        fetch(client)


def test_the_network_is_away_and_comes_back(cloud: FakeCloud) -> None:
    with cloud.away(), make(cloud) as client:
        began = time.monotonic()
        for _ in range(50):
            with pytest.raises(NetworkError) as caught:
                fetch(client)
            assert caught.value.offline
            assert caught.value.about("one row").source == "one row"
        assert client.offline is not None
        assert time.monotonic() - began < 1
    with make(cloud) as client:
        assert fetch(client) == DATA


# -- stopping ------------------------------------------------------------------------------------


def stopped(cloud: FakeCloud, url: str = URL) -> float:
    """Seconds from the stop to the end of a download that would go on for ever."""
    progress = Progress()
    moment: list[float] = []

    def stop() -> None:
        moment.append(time.monotonic())
        progress.cancel()

    timer = threading.Timer(0.3, stop)
    with make(cloud, progress, Limits()) as client:
        timer.start()
        with pytest.raises(Interrupted), client.open(Request(url)) as answer:
            for _ in answer.chunks():
                pass
    timer.join()
    return time.monotonic() - moment[0]


@pytest.mark.parametrize(
    "fault",
    [
        faults.stall(0),
        faults.stall(5000),
        faults.late(60),
        faults.endless(),
        faults.status(429, Retry_After="50"),
    ],
    ids=["after-head", "in-body", "before-head", "in-full-flow", "in-a-wait"],
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_stopping_ends_everything_at_once(cloud: FakeCloud, scheme: str, fault: Fault) -> None:
    url = f"{scheme}://files.example.org/data.zip"
    cloud.always(url, fault)
    assert stopped(cloud, url) < 1


def test_stopping_ends_a_body_that_ends_by_closing(cloud: FakeCloud) -> None:
    def fault(asked: Asked, handler: Callable[[Asked], Response]) -> Response:
        return faults.stall(10)(asked, lambda again: faults.length()(again, handler))

    cloud.always(URL, fault)
    assert stopped(cloud) < 1


def test_stopping_ends_a_handshake(cloud: FakeCloud) -> None:
    cloud.down["files.example.org"] = "silent"
    assert stopped(cloud) < 1


def test_after_a_stop_nothing_begins(cloud: FakeCloud) -> None:
    progress = Progress()
    with make(cloud, progress) as client:
        progress.cancel()
        with pytest.raises(Interrupted):
            fetch(client)
    assert cloud.log == []
    with pytest.raises(Interrupted):
        make(cloud, progress)


def test_an_answer_is_closed_when_the_reader_fails(cloud: FakeCloud, client: Client) -> None:
    cloud.script(URL, faults.stall(1000))
    answers: list[Answer] = []
    with pytest.raises(ZeroDivisionError), client.open(Request(URL)) as answer:
        answers.append(answer)
        raise ZeroDivisionError
    assert fetch(client) == DATA
