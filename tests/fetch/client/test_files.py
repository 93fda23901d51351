"""The client where all goes well, and parts of files: never of two versions."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from jupyterlab_preflight.errors import (
    IntegrityError,
)
from jupyterlab_preflight.fetch.http import Client, Request
from tests.fakecloud import FakeCloud, Response, faults
from tests.fakecloud import Request as Asked

from .conftest import DATA, URL, fetch

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
