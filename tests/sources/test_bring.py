"""From a link, over the network, to a verified tree: all rooms together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import IntegrityError, PreflightError, QuotaError
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.fetch.model import Options, Tree
from jupyterlab_preflight.fetch.staging import Staging
from jupyterlab_preflight.fetch.tree import bring
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud, Fault, Response, faults, text
from tests.fakecloud.dropbox import Dropbox, example_files, folder_zip
from tests.fakecloud.gdrive import Drive
from tests.fakecloud.github import GitHub

from .conftest import CANARY

FILES = dict(example_files())
Brought = tuple[dict[str, bytes], Tree]
Fetch = Callable[..., Brought]


@pytest.fixture
def fetch(client: Client, secrets: Secrets, tmp_path: Path) -> Fetch:
    """Brings a link to a folder: its files, and what `bring` says of them."""

    def run(
        link: str, own: Secrets | None = None, options: Options | None = None, **wanted: object
    ) -> Brought:
        asked = Wanted(recognise(link), **wanted)  # type: ignore[arg-type]
        found = resolve(asked, client, own or secrets)
        with Staging.open(tmp_path / "base", "key") as staging:
            tree = bring(found, staging, options or Options(), client, Progress())
            return _files(staging.tree), tree

    return run


def _files(place: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("descriptors", [False, True])
@pytest.mark.parametrize("legacy", [False, True])
def test_a_dropbox_folder(cloud: FakeCloud, fetch: Fetch, legacy: bool, descriptors: bool) -> None:
    fake = Dropbox()
    cloud.add(fake)
    shared = fake.add_folder("pets", FILES, legacy=legacy, descriptors=descriptors)
    assert fetch(shared.link)[0] == FILES
    assert all("range" not in one.headers for one in cloud.log)


def test_a_dropbox_zip_and_its_parts(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Dropbox(hops=1)
    cloud.add(fake)
    big = FILES | {"noise.png": bytes(range(256)) * 8192}
    assert fetch(fake.add_file("pets.zip", folder_zip(big)).link)[0] == big
    assert any("range" in one.headers for one in cloud.log)


def test_a_file_in_a_dropbox_folder(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Dropbox()
    cloud.add(fake)
    base, _, query = fake.add_folder("pets", FILES).link.partition("?")
    assert fetch(f"{base}/cats/001.csv?{query}")[0] == {"001.csv": FILES["cats/001.csv"]}


def test_a_dropbox_folder_from_another(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Dropbox()
    cloud.add(fake)
    base, _, query = fake.add_folder("pets", FILES).link.partition("?")
    found, _ = fetch(f"{base}/cats?{query}")
    assert found == {
        name.removeprefix("cats/"): data for name, data in FILES.items() if "cats" in name
    }


def test_a_link_with_too_much_traffic(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Dropbox()
    cloud.add(fake)
    shared = fake.add_folder("pets", FILES, state="busy")
    with pytest.raises(QuotaError):
        fetch(shared.link)
    assert len(cloud.log) == 1


def test_a_zip_on_drive_behind_the_form(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Drive()
    cloud.add(fake)
    item = fake.add_file("pets.zip", folder_zip(FILES), scanned=False, insists=True)
    assert fetch(item.link)[0] == FILES


def test_a_big_zip_on_drive_comes_in_parts(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Drive()
    cloud.add(fake)
    big = FILES | {"noise.png": bytes(range(256)) * 16384}
    item = fake.add_file("pets.zip", folder_zip(big), scanned=False)
    cloud.script("https://drive.usercontent.google.com/download", faults.drop(1_500_000))
    assert fetch(item.link)[0] == big


def test_a_drive_folder(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Drive()
    cloud.add(fake)
    top = fake.add_folder("top")
    inner = fake.add_folder("inner", top)
    fake.add_folder("empty", inner)
    fake.add_file("a.csv", b"1", top)
    fake.add_file("b.zip", folder_zip(FILES), inner)
    fake.add_file("../c.csv", b"3", inner, scanned=False, insists=True)
    fake.add_document("spreadsheet", "Numbers", b"PK\x03\x04 book", top)
    fake.items["1FormFormFormFormFormFormFormForm"] = type(top)(
        "1FormFormFormFormFormFormFormForm", "Survey", "form"
    )
    top.children.append("1FormFormFormFormFormFormFormForm")
    files, tree = fetch(top.link)
    assert files == {
        "Numbers.xlsx": b"PK\x03\x04 book",
        "a.csv": b"1",
        "inner/.._c.csv": b"3",
        "inner/b.zip": folder_zip(FILES),
    }
    assert tree.entries["inner/empty"].folder
    assert any("Survey" in note for note in tree.notes)


def test_one_file_of_a_drive_folder_fails(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = Drive()
    cloud.add(fake)
    top = fake.add_folder("top")
    fake.add_file("a.csv", b"1", top)
    fake.add_file("b.csv", b"1", top, state="quota")
    with pytest.raises(QuotaError):
        fetch(top.link)


def test_a_repository(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = GitHub()
    cloud.add(fake)
    repo = fake.add_repo("me/net", {"a/b.py": b"1", "a/run.sh": "#!/bin/sh\n", "l": "-> a/b.py"})
    files, tree = fetch("https://github.com/me/net", options=Options(links=True))
    assert set(files) == {"a/b.py", "a/run.sh", "l"}
    assert tree.comment == repo.sha("HEAD")
    assert tree.entries["a/run.sh"].executable
    assert tree.entries["l"].link == "a/b.py"


def test_one_folder_of_a_branch_with_slashes(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = GitHub()
    cloud.add(fake)
    repo = fake.add_repo("me/net", {"a/b/c.py": b"1", "x.py": b"2"})
    repo.commit({"a/b/d.py": b"3"}, branch="feat/x")
    files, tree = fetch("https://github.com/me/net/tree/feat/x/a/b")
    assert files == {"c.py": b"1", "d.py": b"3"}
    assert tree.comment == repo.sha("feat/x")


def test_a_commit_that_is_not_the_one_promised(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = GitHub()
    cloud.add(fake)
    repo = fake.add_repo("me/net", {"a": b"1"})
    other = repo.archive("HEAD", "zip", "net-x")
    sha = repo.commit({"a": b"2"})
    place = f"https://codeload.github.com/me/net/zip/{sha}"
    cloud.always(place, faults.answer(lambda: Response(200, [], other, "chunked")))
    with pytest.raises(IntegrityError):
        fetch("https://github.com/me/net", extra={"commit": sha})


def test_a_private_repository(cloud: FakeCloud, fetch: Fetch, tmp_path: Path) -> None:
    fake = GitHub()
    cloud.add(fake)
    fake.add_repo("me/net", {"a/b.py": b"1"}, private=True)
    fake.tokens[CANARY] = {"me/net"}
    token = Secrets({"GITHUB_TOKEN": CANARY}, config=tmp_path / "config")
    assert fetch("https://github.com/me/net", token)[0] == {"a/b.py": b"1"}
    assert [one.host for one in cloud.log if "authorization" in one.headers] == ["api.github.com"]


def test_a_release_whose_address_expires(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = GitHub()
    cloud.add(fake)
    data = folder_zip({"noise.png": bytes(range(256)) * 40_000})
    fake.add_repo("me/net", {"a": b"1"}).releases["v1"] = {"w.zip": data}
    place = "https://release-assets.githubusercontent.com/me/net/v1/w.zip"
    cloud.script(place, faults.drop(2_000_000), faults.status(403), faults.drop(1_000_000))
    files, _ = fetch("https://github.com/me/net/releases/download/v1/w.zip")
    assert files == {"noise.png": bytes(range(256)) * 40_000}


@pytest.mark.parametrize("page", ["tag/v1", "latest"])
def test_all_files_of_a_release(cloud: FakeCloud, fetch: Fetch, page: str) -> None:
    fake = GitHub()
    cloud.add(fake)
    files = {"w.zip": folder_zip({"a": b"1"}), "notes.txt": b"First.\n"}
    fake.add_repo("me/net", {"a": b"1"}).releases["v1"] = files
    found, tree = fetch(f"https://github.com/me/net/releases/{page}")
    assert found == files
    assert tree.notes == []


def test_a_gist(cloud: FakeCloud, fetch: Fetch) -> None:
    fake = GitHub()
    cloud.add(fake)
    fake.add_gist("aa5a315d61ae9438b18d", {"p.py": b"1"})
    assert fetch("https://gist.github.com/me/aa5a315d61ae9438b18d")[0] == {"p.py": b"1"}


@pytest.mark.parametrize(
    "link",
    [
        "https://files.test/a.zip?token=SECRET-1",
        "https://www.dropbox.com/scl/fi/abc/a.zip?rlkey=SECRET1",
        "https://drive.google.com/file/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0/view?resourcekey=SECRET1",
    ],
)
@pytest.mark.parametrize(
    "fault",
    [faults.status(404), faults.status(403), faults.page(), faults.length_off(9), faults.drop(10)],
)
def test_no_error_shows_the_query_of_a_link(
    cloud: FakeCloud, fetch: Fetch, link: str, fault: Fault
) -> None:
    for host in ("files.test", "www.dropbox.com", "drive.usercontent.google.com"):
        cloud.host(host, lambda request: text(200, "x" * 500, "application/zip"))
        cloud.always(f"https://{host}*", fault)
    with pytest.raises(PreflightError) as error:
        fetch(link)
    assert "SECRET" not in f"{error.value} {error.value.as_dict()} {error.value.__cause__!r}"
