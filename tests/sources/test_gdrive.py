from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.errors import (
    AuthError,
    GoneError,
    NetworkError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
    UnsupportedError,
)
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.gdrive.folder import entries_of, portable
from jupyterlab_preflight.sources.gdrive.forms import following, literal
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud, Fault, faults, text
from tests.fakecloud.gdrive import Drive
from tests.fakecloud.gdrive_pages import State

from .conftest import Get, head, said

ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz012345"
OLD = "0B1AbCdEfGhIjKlMnOpQrStUvWxYz"
BYTES = "https://drive.usercontent.google.com/download"
DOCS = "https://docs.google.com"


@pytest.fixture
def drive(cloud: FakeCloud) -> Drive:
    fake = Drive()
    cloud.add(fake)
    return fake


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            f"drive.google.com/file/d/{ID}/view?usp=sharing",
            f"{BYTES}?id={ID}&export=download&confirm=t",
        ),
        (f"drive.google.com/file/u/1/d/{ID}/edit", f"{BYTES}?id={ID}&export=download&confirm=t"),
        (
            f"drive.google.com/uc?id={ID}&export=download",
            f"{BYTES}?id={ID}&export=download&confirm=t",
        ),
        (
            f"{BYTES[8:]}?id={ID}&export=download&confirm=t&uuid=1&at=2",
            f"{BYTES}?id={ID}&export=download&confirm=t",
        ),
        (
            f"drive.google.com/file/d/{OLD}/view?resourcekey=0-Ab1",
            f"{BYTES}?id={OLD}&export=download&confirm=t&resourcekey=0-Ab1",
        ),
        (
            f"colab.research.google.com/drive/{ID}#scrollTo=x",
            f"{BYTES}?id={ID}&export=download&confirm=t",
        ),
        (f"docs.google.com/document/d/{ID}/edit", f"{DOCS}/document/d/{ID}/export?format=docx"),
        (
            f"docs.google.com/presentation/d/{ID}/edit#slide=2",
            f"{DOCS}/presentation/d/{ID}/export?format=pptx",
        ),
        (
            f"docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing",
            f"{DOCS}/spreadsheets/d/{ID}/export?format=xlsx",
        ),
        (
            f"docs.google.com/spreadsheets/d/{ID}/edit#gid=12",
            f"{DOCS}/spreadsheets/d/{ID}/export?format=csv&gid=12",
        ),
    ],
)
def test_every_shape_of_a_link(link: str, url: str, client: Client, secrets: Secrets) -> None:
    (one,) = resolve(Wanted(recognise(f"https://{link}")), client, secrets)
    assert one.url == url
    assert one.ranged is ("export?" not in url)
    assert one.credential is None
    assert set(one.hosts) >= {"drive.usercontent.google.com", "accounts.google.com"}


def test_a_sheet_by_its_number(client: Client, secrets: Secrets) -> None:
    wanted = Wanted(recognise(f"{DOCS}/spreadsheets/d/{ID}/edit#gid=1"), extra={"sheet": "7"})
    (one,) = resolve(wanted, client, secrets)
    assert one.url.endswith("/export?format=csv&gid=7")


def test_a_sheet_by_its_name(drive: Drive, get: Get) -> None:
    sheets = {"All": b"a\n1\n", 'Q1/"x" & y': b"b\n2\n"}
    book = drive.add_document("spreadsheet", "Book", b"PK\x03\x04x", sheets=sheets)
    assert get(book.link) == {"Book.xlsx": b"PK\x03\x04x"}
    assert list(get(book.link, extra={"sheet": 'Q1/"x" & y'}).values()) == [b"b\n2\n"]
    with pytest.raises(GoneError) as error:
        get(book.link, extra={"sheet": "Al"})
    assert "'All'" in said(error.value)


def test_a_secret_is_not_taken(client: Client, secrets: Secrets) -> None:
    link = f"https://drive.google.com/file/d/{ID}/view"
    with pytest.raises(UnsupportedError) as error:
        resolve(Wanted(recognise(link), secret="NAME"), client, secrets)
    assert said(error.value)


def test_a_file_in_one_request(drive: Drive, get: Get, cloud: FakeCloud) -> None:
    item = drive.add_file("größe 1.csv", b"x" * 9999, scanned=False)
    assert get(item.link) == {"größe 1.csv": b"x" * 9999}
    assert [one.host for one in cloud.log] == ["drive.usercontent.google.com"]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("key", ["", "0-KeY_1"])
def test_the_virus_form_in_any_order(cloud: FakeCloud, get: Get, seed: int, key: str) -> None:
    fake = Drive(seed)
    cloud.add(fake)
    item = fake.add_file("a & b.bin", b"x" * 99, scanned=False, insists=True, key=key)
    assert get(item.link) == {"a & b.bin": b"x" * 99}
    assert len(cloud.log) == 2


def test_the_virus_warning_as_a_script(drive: Drive, get: Get) -> None:
    item = drive.add_file("a.bin", b"x", scanned=False, insists=True, warning="script")
    assert get(item.link) == {"a.bin": b"x"}


def test_the_virus_warning_as_a_link_with_a_cookie(
    drive: Drive, get: Get, cloud: FakeCloud
) -> None:
    item = drive.add_file("a.bin", b"x", scanned=False, insists=True, warning="link")
    assert get(item.link) == {"a.bin": b"x"}
    assert "NID" not in cloud.log[1].headers["cookie"]


def test_a_form_that_leads_elsewhere_is_not_sent(drive: Drive, get: Get, cloud: FakeCloud) -> None:
    item = drive.add_file("a.bin", b"x", scanned=False, insists=True, warning="foreign")
    cloud.host("drive.usercontent.google.com.evil.test", lambda request: text(200, ""))
    with pytest.raises(NotAnArchiveError) as error:
        get(item.link)
    assert "Virus scan warning" in said(error.value)
    assert len(cloud.log) == 1


def test_forms_are_answered_twice_at_most(drive: Drive, get: Get, cloud: FakeCloud) -> None:
    item = drive.add_file("a.bin", b"x", warning="endless")
    with pytest.raises(NotAnArchiveError):
        get(item.link)
    assert len(cloud.log) == 3


FORM = '<form id="download-form" action="{}"><input name="confirm" value="t"></form>'


@pytest.mark.parametrize(
    "action",
    [
        "http://drive.google.com/download",
        "https://google.com.evil.test/download",
        "https://evil.test/drive.google.com",
        "https://evilgoogle.com/x",
        "https://drive.google.com@evil.test/x",
        "https://user@drive.google.com/x",
        "https://drive.google.com:8443/x",
        "https://[::1/x",
        "javascript:alert(1)",
        "//evil.test/x",
        "file:///etc/passwd",
    ],
)
def test_only_google_itself_is_believed(action: str) -> None:
    here = head(url=f"{BYTES}?id=1")
    assert following(here, FORM.format(action).encode()) is None
    link = f'<a href="{action}?export=download&amp;confirm=1">'
    assert following(here, link.encode()) is None
    assert following(here, f'{{"downloadUrl":"{action}"}}'.encode()) is None


def test_a_relative_form_keeps_its_own_query() -> None:
    found = following(head(url=f"{BYTES}?id=1"), FORM.format("/download?id=5&amp;at=x#y").encode())
    assert found == (f"{BYTES}?id=5&at=x&confirm=t", {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\u003d\x26\/b"', "a=&/b"),
        (r'"a', ""),
        ("5", ""),
        (r'"\u00e9"', "é"),
    ],
)
def test_script_strings(text: str, value: str) -> None:
    assert literal(text) == value


OUTCOMES: dict[State, tuple[type[PreflightError], str]] = {
    "quota": (QuotaError, "24 hours"),
    "quota-403": (QuotaError, "24 hours"),
    "quota-429": (QuotaError, "24 hours"),
    "infected": (AuthError, "owner"),
    "private": (AuthError, "Anyone with the link"),
    "private-401": (AuthError, "Anyone with the link"),
    "private-403": (AuthError, "Anyone with the link"),
    "gone": (GoneError, "new link"),
    "wall": (QuotaError, "another network"),
    "wall-redirect": (QuotaError, "another network"),
    "redesigned": (NotAnArchiveError, "browser"),
    "broken": (NetworkError, ""),
}


def test_every_state_has_an_outcome() -> None:
    assert {*OUTCOMES, "ok"} == set(get_args(State))


@pytest.mark.parametrize("kind", ["file", "folder", "document"])
@pytest.mark.parametrize("state", OUTCOMES)
def test_pages_in_place_of_anything(
    drive: Drive, get: Get, cloud: FakeCloud, state: State, kind: str
) -> None:
    if kind == "file":
        item = drive.add_file("a.zip", b"PK\x03\x04", state=state)
    elif kind == "folder":
        item = drive.add_folder("f", state=state)
    else:
        item = drive.add_document("document", "d", state=state)
    expected, action = OUTCOMES[state]
    with pytest.raises(PreflightError) as error:
        get(item.link)
    assert type(error.value) is expected
    assert action in error.value.action
    assert item.identity not in said(error.value)
    if state != "broken":
        assert len(cloud.log) <= 2  # nothing is asked twice


@pytest.mark.parametrize(
    "title",
    [
        "Google Drive - Cuota superada",
        "Google Drive - Kuota terlampaui",
        "Google Drive – Kontingent",
    ],
)
def test_a_quota_in_other_languages(drive: Drive, get: Get, cloud: FakeCloud, title: str) -> None:
    item = drive.add_file("a.zip", b"PK\x03\x04")
    page = f'<html><title>{title}</title><p class="uc-error-caption">Lo sentimos …</p>'
    cloud.always(f"{BYTES}", faults.page(body=page))
    with pytest.raises(QuotaError):
        get(item.link)


def test_a_refusal_that_nobody_knows_is_told_in_its_own_words(
    drive: Drive, get: Get, cloud: FakeCloud
) -> None:
    item = drive.add_file("a.zip", b"PK\x03\x04")
    page = '<html><p class="uc-error-caption">Downloads are switched off by the owner.</p>'
    cloud.always(f"{BYTES}", faults.page(body=page))
    with pytest.raises(NotAnArchiveError) as error:
        get(item.link)
    assert "switched off by the owner" in said(error.value)


def test_an_old_link_without_its_key(drive: Drive, get: Get) -> None:
    item = drive.add_file("a.csv", b"1", identity=OLD, key="0-AbC")
    assert get(item.link) == {"a.csv": b"1"}
    with pytest.raises(GoneError) as error:
        get(f"https://drive.google.com/file/d/{OLD}/view")
    assert "resourcekey" in error.value.action


@pytest.mark.parametrize("kind", ["file", "folder", "document"])
def test_an_open_link_is_asked_what_it_is(drive: Drive, get: Get, kind: str) -> None:
    if kind == "file":
        item = drive.add_file("a.csv", b"1", key="0-k")
    elif kind == "document":
        item = drive.add_document("document", "a")
    else:
        item = drive.add_folder("f", key="0-k")
        drive.add_file("a.csv", b"1", item)
    key = f"&resourcekey={item.key}" if item.key else ""
    found = get(f"https://drive.google.com/open?id={item.identity}{key}")
    assert list(found) == (["a.docx"] if kind == "document" else ["a.csv"])


@pytest.mark.parametrize(
    ("state", "kind"), [("private", AuthError), ("gone", GoneError), ("wall-redirect", QuotaError)]
)
def test_an_open_link_that_is_refused(drive: Drive, get: Get, state: State, kind: type) -> None:
    item = drive.add_file("a.csv", b"1", state=state)
    with pytest.raises(kind) as error:
        get(f"https://drive.google.com/open?id={item.identity}")
    assert said(error.value)


def test_a_folder_with_all_that_drive_allows(
    drive: Drive, client: Client, secrets: Secrets
) -> None:
    top = drive.add_folder("Data & more")
    drive.add_file("a.csv", b"1", top)
    drive.add_file("../../evil", b"2", top)
    drive.add_file("..", b"3", top)
    drive.add_file("x/y\\z.csv", b"4", top)
    drive.add_file("R & D <b>🎉</b>.txt", b"5", top)
    inner = drive.add_folder("cats", top)
    other = drive.add_folder("dogs", top)
    drive.add_file("1.jpg", b"6", inner)
    drive.add_file("2.jpg", b"7", other, key="0-abc")
    drive.add_folder("empty", inner)
    drive.add_document("document", "Report", parent=top)
    drive.add_document("spreadsheet", "Numbers v1.2", parent=top)
    drive.add_document("presentation", "Talk", parent=top)
    found = resolve(Wanted(recognise(top.link)), client, secrets)
    assert [one.name for one in found] == [
        ".._.._evil",
        "Numbers v1.2.xlsx",
        "R & D <b>🎉<_b>.txt",
        "Report.docx",
        "Talk.pptx",
        "_",
        "a.csv",
        "cats/1.jpg",
        "cats/empty/",
        "dogs/2.jpg",
        "x_y_z.csv",
    ]
    assert all(one.archive is False for one in found if one.url)
    assert "resourcekey=0-abc" in found[9].url


def test_a_folder_arrives_whole(drive: Drive, get: Get) -> None:
    top = drive.add_folder("many")
    for number in range(130):
        drive.add_file(f"{number:03d}.csv", str(number).encode(), top)
    found = get(top.link)
    assert len(found) == 130
    assert found["099.csv"] == b"99"


def test_equal_names_get_numbers_that_stay(drive: Drive, client: Client, secrets: Secrets) -> None:
    top = drive.add_folder("f")
    for number in (3, 1, 2):
        drive.add_file("a.tar.gz", b"", top, identity=f"{number}{ID[1:]}")
    drive.add_file("A.tar.gz", b"", top, identity=f"4{ID[1:]}")
    drive.add_file("a.tar (2).gz", b"", top, identity=f"0{ID[1:]}")
    drive.add_folder("a.tar.gz", top, identity=f"5{ID[1:]}")

    def names() -> dict[str, str]:
        found = resolve(Wanted(recognise(top.link)), client, secrets)
        return {one.name: one.url.partition("id=")[2][:1] for one in found}

    first = names()
    assert first == {
        "A.tar (5).gz": "4",
        "a.tar (2).gz": "0",
        "a.tar (3).gz": "2",
        "a.tar (4).gz": "3",
        "a.tar (6).gz/": "",
        "a.tar.gz": "1",
    }
    top.children.reverse()
    assert names() == first


def test_a_folder_that_leads_back_to_itself(drive: Drive, client: Client, secrets: Secrets) -> None:
    top = drive.add_folder("top")
    inner = drive.add_folder("inner", top)
    drive.add_file("a.csv", b"1", inner)
    inner.children += [top.identity, inner.identity]
    found = resolve(Wanted(recognise(top.link)), client, secrets)
    assert [one.name for one in found] == ["inner/a.csv"]
    assert "inner/top" in found[0].note


def test_what_has_no_download_is_named(drive: Drive, client: Client, secrets: Secrets) -> None:
    top = drive.add_folder("top")
    drive.add_file("a.csv", b"1", top)
    drive.items[ID] = type(top)(ID, "Survey\x1b[31m", "form")
    top.children.append(ID)
    found = resolve(Wanted(recognise(top.link)), client, secrets)
    assert [one.name for one in found] == ["a.csv"]
    assert "Survey" in found[0].note
    assert "\x1b" not in found[0].note


def test_a_folder_of_nothing(drive: Drive, get: Get) -> None:
    top = drive.add_folder("top")
    drive.add_folder("inner", top)
    with pytest.raises(GoneError) as error:
        get(top.link)
    assert said(error.value)


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(429),
        faults.status(500),
        faults.status(404),
        faults.page(),
        faults.drop(700),
        faults.length_off(500),
        faults.page(body='<html><body><div class="flip-entries"></div>'),
        faults.empty(),
    ],
)
def test_a_sub_folder_that_fails_fails_the_whole(
    drive: Drive, get: Get, cloud: FakeCloud, fault: Fault
) -> None:
    top = drive.add_folder("top")
    drive.add_file("a.csv", b"1", top)
    drive.add_file("b.csv", b"1", drive.add_folder("inner", top))
    place = "https://drive.google.com/embeddedfolderview"
    cloud.always(place, faults.one_after_another([None, fault]))
    with pytest.raises(PreflightError) as error:
        get(top.link)
    assert said(error.value)


def test_an_entry_that_is_not_understood_fails_the_whole(
    drive: Drive, get: Get, cloud: FakeCloud
) -> None:
    page = (
        '<html><div class="flip-entries"><div class="flip-entry" id="entry-1">'
        '<a href="https://drive.google.com/new/{}"><div class="flip-entry-title">n</div></a></div>'
        "</div></html>"
    )
    cloud.always("https://drive.google.com/embeddedfolderview", faults.page(body=page))
    with pytest.raises(NotAnArchiveError):
        get(drive.add_folder("top").link)


@pytest.mark.parametrize("address", ["https://[::1/x", "javascript:x", f"open?id={ID}", ""])
def test_an_entry_that_leads_nowhere_fails_the_whole(
    drive: Drive, get: Get, cloud: FakeCloud, address: str
) -> None:
    page = (
        '<html><div class="flip-entries"><div class="flip-entry" id="entry-1">'
        f'<a href="{address}"><div class="flip-entry-title">n</div></a></div></div></html>'
    )
    cloud.always("https://drive.google.com/embeddedfolderview", faults.page(body=page))
    with pytest.raises(NotAnArchiveError):
        get(drive.add_folder("top").link)


def test_two_thousand_equal_names(drive: Drive, client: Client, secrets: Secrets) -> None:
    top = drive.add_folder("top")
    for _ in range(2_000):
        drive.add_file("a.csv", b"", top)
    found = resolve(Wanted(recognise(top.link)), client, secrets)
    assert len({one.name for one in found}) == 2_000
    assert "a (2000).csv" in {one.name for one in found}


def test_listings_are_told_from_other_pages() -> None:
    assert entries_of("<html></html>") is None
    assert entries_of('<div class="flip-entries"></div>') == []
    assert entries_of('<div class="flip-entry-title">x</div>') is None


@given(st.text())
def test_names_become_one_component(name: str) -> None:
    made = portable(name)
    assert made not in ("", ".", "..")
    assert not any(char in "/\\" or ord(char) < 32 or ord(char) == 127 for char in made)
