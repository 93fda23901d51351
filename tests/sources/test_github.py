from __future__ import annotations

import io
import time
import zipfile

import pytest

from jupyterlab_preflight.errors import (
    GoneError,
    LinkError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
)
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.github import Place, head, place, repository
from jupyterlab_preflight.sources.github.refs import longest, request
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud, Response, faults
from tests.fakecloud.github import GitHub
from tests.fakecloud.github_repos import Repo

from .conftest import CANARY, Get, follow, said
from .hub import WEB, names, one, release_of

GIST = "aa5a315d61ae9438b18d"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("link", "wanted", "url", "folder", "commit"),
    [
        ("github.com/me/net", {}, f"{WEB}/archive/HEAD.zip", "", None),
        ("github.com/me/net.git", {}, f"{WEB}/archive/HEAD.zip", "", None),
        ("git@github.com:me/net.git", {}, f"{WEB}/archive/HEAD.zip", "", None),
        ("github:me/net", {}, f"{WEB}/archive/HEAD.zip", "", None),
        ("github:me/net@v1.0", {}, f"{WEB}/archive/v1.0.zip", "", None),
        ("github.com/me/net", {"ref": "feat/x"}, f"{WEB}/archive/feat/x.zip", "", None),
        ("github.com/me/net", {"ref": "a#b%"}, f"{WEB}/archive/a%23b%25.zip", "", None),
        ("github.com/me/net", {"ref": SHA.upper()}, f"{WEB}/archive/{SHA}.zip", "", SHA),
        ("github.com/me/net", {"extra": {"commit": SHA}}, f"{WEB}/archive/{SHA}.zip", "", SHA),
        ("github.com/me/net/tree/main", {}, f"{WEB}/archive/main.zip", "", None),
        (f"github.com/me/net/tree/{SHA}/a/b", {}, f"{WEB}/archive/{SHA}.zip", "a/b", SHA),
        ("github.com/me/net/archive/main.zip", {}, f"{WEB}/archive/main.zip", "", None),
        (
            "github.com/me/net/archive/refs/tags/v1.0.tar.gz",
            {},
            f"{WEB}/archive/refs/tags/v1.0.zip",
            "",
            None,
        ),
        ("codeload.github.com/me/net/zip/main", {}, f"{WEB}/archive/main.zip", "", None),
        (
            f"gist.github.com/me/{GIST}",
            {},
            f"https://codeload.github.com/gist/{GIST}/zip/HEAD",
            "",
            None,
        ),
        (
            f"gist.github.com/{GIST}",
            {"ref": SHA},
            f"https://codeload.github.com/gist/{GIST}/zip/{SHA}",
            "",
            SHA,
        ),
    ],
)
def test_links_of_archives_need_no_request(
    cloud: FakeCloud,
    client: Client,
    token: Secrets,
    link: str,
    wanted: dict[str, object],
    url: str,
    folder: str,
    commit: str | None,
) -> None:
    found = one(link if ":" in link else f"https://{link}", client, token, **wanted)
    assert (found.url, found.folder, found.commit) == (url, folder, commit)
    assert (found.ranged, found.archive, found.strip) == (False, True, 1)
    assert found.credential is None  # nobody has asked for a login yet
    assert not cloud.log


@pytest.mark.parametrize(
    ("link", "url", "name"),
    [
        (f"{WEB}/blob/main/a/b.csv#L10-L20", f"{WEB}/raw/main/a/b.csv", "b.csv"),
        (f"{WEB}/raw/main/a%20b.csv", f"{WEB}/raw/main/a%20b.csv", "a b.csv"),
        (f"{WEB}/edit/main/a.csv", f"{WEB}/raw/main/a.csv", "a.csv"),
        ("https://raw.githubusercontent.com/me/net/main/a.csv", f"{WEB}/raw/main/a.csv", "a.csv"),
        (
            "https://raw.githubusercontent.com/me/net/refs/heads/main/a.csv",
            f"{WEB}/raw/main/a.csv",
            "a.csv",
        ),
        (
            "https://media.githubusercontent.com/media/me/net/main/a.bin",
            f"{WEB}/raw/main/a.bin",
            "a.bin",
        ),
        (
            f"{WEB}/releases/download/v1.0/a.zip",
            f"{WEB}/releases/download/v1.0/a.zip",
            "a.zip",
        ),
        (
            f"{WEB}/releases/latest/download/a.zip",
            f"{WEB}/releases/latest/download/a.zip",
            "a.zip",
        ),
        (
            f"https://gist.githubusercontent.com/me/{GIST}/raw/p.py",
            f"https://gist.github.com/me/{GIST}/raw/p.py",
            "p.py",
        ),
    ],
)
def test_links_of_files_need_no_request(
    cloud: FakeCloud, client: Client, token: Secrets, link: str, url: str, name: str
) -> None:
    found = one(link, client, token)
    assert (found.url, found.name) == (url, name)
    assert found.ranged
    assert found.credential is None
    assert not cloud.log


@pytest.mark.parametrize(
    ("link", "ref"),
    [
        (f"{WEB}/tree/main/a", "main"),
        (f"{WEB}/blob/main/a", "main"),
        (f"{WEB}/archive/main.zip", "v1"),
        (f"{WEB}/releases/download/v1/a", "v1"),
        (WEB, "-upload-pack=x"),
        (WEB, "a..b"),
        (WEB, "a b"),
        (WEB, "a\nb"),
        (WEB, "a@{1}"),
        (WEB, "/a"),
        (WEB, "a.lock"),
        (WEB, "a:b"),
        (f"https://gist.github.com/{GIST}", "--x"),
    ],
)
def test_refs_that_cannot_be(
    cloud: FakeCloud, client: Client, secrets: Secrets, link: str, ref: str
) -> None:
    with pytest.raises(LinkError) as error:
        one(link, client, secrets, ref=ref)
    assert said(error.value)
    assert not cloud.log


@pytest.mark.parametrize("ref", [None, "v1.0", "feat/x", "refs/tags/v1.0"])
def test_an_archive(net: Repo, get: Get, ref: str | None) -> None:
    ((name, data),) = get(WEB, ref=ref).items()
    assert name == "net.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.comment.decode() == net.sha(ref or "HEAD")
        assert archive.read(next(n for n in archive.namelist() if n.endswith("c.csv"))) == (
            b"2" if ref == "feat/x" else b"1"
        )


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("main/a/b", ("main", "a/b")),
        ("feat/x/a", ("feat/x", "a")),
        ("feat/x", ("feat/x", "")),
        ("v1.0/a", ("v1.0", "a")),
    ],
)
def test_a_branch_with_slashes(
    net: Repo,
    client: Client,
    secrets: Secrets,
    cloud: FakeCloud,
    rest: str,
    expected: tuple[str, str],
) -> None:
    wanted = Wanted(recognise(f"{WEB}/tree/{rest}"))
    assert place(wanted, client, secrets) == Place(expected[0], net.sha(expected[0]), expected[1])
    assert [record.method for record in cloud.log] == ["POST"]
    found = one(f"{WEB}/tree/{rest}", client, secrets)
    assert found.folder == expected[1]
    _, data = follow(found, client)
    assert any(name.startswith(f"net-{net.sha(expected[0])}/a/b") for name in names(data))


def test_a_commit_that_is_known_does_not_tell_where_a_branch_ends(
    net: Repo, client: Client, secrets: Secrets
) -> None:
    wanted = Wanted(recognise(f"{WEB}/tree/feat/x/a/b"), extra={"commit": SHA})
    assert place(wanted, client, secrets) == Place("feat/x", SHA, "a/b")


def test_a_short_sha_and_a_folder(net: Repo, client: Client, secrets: Secrets) -> None:
    short = net.sha("main")[:7]
    wanted = Wanted(recognise(f"{WEB}/tree/{short}/a"))
    assert place(wanted, client, secrets) == Place(short, None, "a")
    assert head(Wanted(recognise(f"{WEB}/tree/{short}")), client, secrets) is None


def test_the_longest_branch_wins(github: GitHub, client: Client, secrets: Secrets) -> None:
    known = {
        "refs/heads/a": "1",
        "refs/heads/a/b": "2",
        "refs/tags/a/b": "3",
        "refs/tags/a/b/c": "4",
    }
    assert longest(known, "a/b/c/d") == (5, "4")
    assert longest(known, "a/b/x") == (3, "2")
    assert longest(known, "a/x") == (1, "1")
    assert longest(known, "ab") is None
    assert longest(known, "refs/tags/a/b") == (13, "3")
    assert longest({"HEAD": "5"}, "") == (0, "5")
    assert longest({}, "") is None


def test_a_branch_that_is_not_there(net: Repo, client: Client, secrets: Secrets) -> None:
    with pytest.raises(GoneError) as error:
        one(f"{WEB}/tree/nothing/here", client, secrets)
    assert "'nothing'" in said(error.value)


@pytest.mark.parametrize("ref", [None, "main", "feat/x", "v1.0", "refs/heads/feat/x", SHA])
def test_did_it_change(
    net: Repo, client: Client, secrets: Secrets, cloud: FakeCloud, ref: str | None
) -> None:
    wanted = Wanted(recognise(WEB), ref)
    assert head(wanted, client, secrets) == (SHA if ref == SHA else net.sha(ref or "HEAD"))
    assert len(cloud.log) == (0 if ref == SHA else 1)
    assert all(record.sent < 400 for record in cloud.log)
    if ref != SHA:
        net.commit({"new": b"1"}, branch="feat/x" if ref and "feat" in ref else "main")
        changed = head(wanted, client, secrets)
        assert changed == net.sha(ref or "HEAD")


@pytest.mark.parametrize(
    ("link", "none"),
    [
        (f"{WEB}/tree/main/a", False),
        (f"{WEB}/archive/main.zip", False),
        (f"{WEB}/blob/main/x", True),
    ],
)
def test_did_it_change_of_other_links(
    net: Repo, client: Client, secrets: Secrets, link: str, none: bool
) -> None:
    assert head(Wanted(recognise(link)), client, secrets) == (None if none else net.sha("main"))


def test_an_empty_repository(github: GitHub, client: Client, secrets: Secrets, get: Get) -> None:
    github.add_repo("me/new")
    with pytest.raises(GoneError) as error:
        head(Wanted(recognise("https://github.com/me/new")), client, secrets)
    assert said(error.value)
    with pytest.raises(GoneError):
        get("https://github.com/me/new")


def test_a_repository_that_was_renamed(
    net: Repo, github: GitHub, get: Get, client: Client, secrets: Secrets
) -> None:
    github.rename("me/net", "us/network")
    assert len(get(WEB)) == 1
    assert head(Wanted(recognise(WEB)), client, secrets) == net.sha("main")
    assert one(f"{WEB}/tree/feat/x/a", client, secrets).folder == "a"
    assert get(f"{WEB}/blob/main/README.md") == {"README.md": b"net"}


def test_files(net: Repo, get: Get) -> None:
    assert get(f"{WEB}/blob/main/a/b/c.csv") == {"c.csv": b"1"}
    assert get(f"{WEB}/blob/feat/x/a/b/c.csv") == {"c.csv": b"2"}
    assert get("https://raw.githubusercontent.com/me/net/refs/heads/feat/x/a/b/c.csv") == {
        "c.csv": b"2"
    }


def test_a_large_file(net: Repo, get: Get) -> None:
    big = bytes(range(256)) * 99
    net.commit({"big.bin": net.large(big)})
    assert get(f"{WEB}/blob/main/big.bin") == {"big.bin": big}


@pytest.mark.parametrize(
    "link",
    [f"{WEB}/blob/main/none", f"{WEB}/blob/main/a", WEB + "/tree/x", "https://github.com/me/none"],
)
def test_what_is_not_there(net: Repo, get: Get, link: str) -> None:
    with pytest.raises(GoneError) as error:
        get(link)
    assert "GITHUB_TOKEN" in said(error.value)
    assert "private" in said(error.value)


def test_a_gist(github: GitHub, get: Get, client: Client, secrets: Secrets) -> None:
    gist = github.add_gist(GIST, {"p.py": b"1", "q.md": b"2"})
    first = gist.sha("HEAD")
    gist.commit({"p.py": b"3"})
    ((name, data),) = get(f"https://gist.github.com/someone/{GIST}").items()
    top = f"{GIST}-{gist.sha('HEAD')}"
    assert (name, names(data)) == (f"{GIST}.zip", [f"{top}/", f"{top}/p.py", f"{top}/q.md"])
    assert get(f"https://gist.github.com/someone/{GIST}/raw/p.py") == {"p.py": b"3"}
    raw = f"https://gist.githubusercontent.com/someone/{GIST}/raw/{first}/p.py"
    assert get(raw) == {"p.py": b"1"}
    assert head(Wanted(recognise(f"https://gist.github.com/{GIST}")), client, secrets) == gist.sha(
        "HEAD"
    )


def test_a_gist_never_sees_a_token(
    github: GitHub, client: Client, token: Secrets, cloud: FakeCloud
) -> None:
    with pytest.raises(GoneError):
        head(Wanted(recognise(f"https://gist.github.com/{GIST}")), client, token)
    with pytest.raises(GoneError):
        follow(one(f"https://gist.github.com/{GIST}", client, token), client)
    assert all("authorization" not in record.headers for record in cloud.log)


def test_a_release_file(
    net: Repo, github: GitHub, client: Client, secrets: Secrets, cloud: FakeCloud
) -> None:
    net.releases["v1"] = {"old.zip": b"PK\x03\x04old"}
    net.releases["rel/2"] = {"w 1.zip": b"PK\x03\x04new"}
    found = one(f"{WEB}/releases/download/rel/2/w%201.zip", client, secrets)
    assert follow(found, client) == ("w 1.zip", b"PK\x03\x04new")
    assert follow(one(f"{WEB}/releases/latest/download/w%201.zip", client, secrets), client)
    github.asset_life = -1
    with pytest.raises(PreflightError) as error:
        follow(found, client)
    assert "SIGNATURE" not in said(error.value)
    github.asset_life = 300
    assert found.resolve_again is not None
    assert follow(found.resolve_again(), client) == ("w 1.zip", b"PK\x03\x04new")


@pytest.mark.parametrize("tag", ["v1", None])
def test_all_files_of_a_release(
    net: Repo, client: Client, secrets: Secrets, tag: str | None
) -> None:
    net.releases["v1"] = {"a.zip": b"PK\x03\x04", "b c.txt": b"2"}
    found = resolve(Wanted(release_of(tag)), client, secrets)
    assert [(d.name, d.size, d.archive) for d in found] == [
        ("a.zip", 4, False),
        ("b c.txt", 1, False),
    ]
    assert all(d.digest and d.digest[0] == "sha256" for d in found)
    assert [follow(d, client)[1] for d in found] == [b"PK\x03\x04", b"2"]


def test_a_release_without_files(net: Repo, client: Client, secrets: Secrets) -> None:
    net.releases["v1"] = {}
    with pytest.raises(GoneError) as error:
        resolve(Wanted(release_of("v1")), client, secrets)
    assert f"{WEB}/archive/refs/tags/v1.zip" in error.value.action
    with pytest.raises(GoneError):
        resolve(Wanted(release_of("v9")), client, secrets)


def test_the_limit_of_the_api(net: Repo, github: GitHub, client: Client, secrets: Secrets) -> None:
    net.releases["v1"] = {"a": b"1"}
    github.api_left = 0
    with pytest.raises(QuotaError) as error:
        resolve(Wanted(release_of("v1")), client, secrets)
    assert error.value.retry_at is not None
    assert 3000 < error.value.retry_at - time.time() < 3400
    assert "GITHUB_TOKEN" in error.value.action


def test_a_login_has_a_limit_of_its_own(
    net: Repo, github: GitHub, client: Client, get: Get, token: Secrets, cloud: FakeCloud
) -> None:
    net.releases["v1"] = {"a": b"1"}
    github.tokens[CANARY] = {"me/net"}
    github.api_left = 0
    (asset,) = resolve(Wanted(release_of("v1")), client, token)
    assert follow(asset, client) == ("a", b"1")
    full = faults.status(403, "", x_ratelimit_remaining="0", x_ratelimit_reset="9999999999")
    cloud.always("https://codeload.github.com*", full)
    cloud.always("https://api.github.com*", full)
    with pytest.raises(QuotaError) as error:
        get(WEB, token)
    assert "GITHUB_TOKEN has made too many" in error.value.reason
    assert "With GITHUB_TOKEN" not in error.value.action


def test_too_many_archives(net: Repo, get: Get, cloud: FakeCloud) -> None:
    cloud.always("https://codeload.github.com*", faults.status(429, "", Retry_After="1800"))
    began = time.monotonic()
    with pytest.raises(QuotaError) as error:
        get(WEB)
    assert error.value.retry_at is not None
    assert time.monotonic() - began < 2  # half an hour is not slept


@pytest.mark.parametrize(
    "body",
    [b"", b"0000x", b"zzzz", b"0004", b"0009ERR x0000", b"00ff short", b"0006\n\n0000"],
)
def test_an_answer_that_is_not_git(
    net: Repo, client: Client, secrets: Secrets, cloud: FakeCloud, body: bytes
) -> None:
    cloud.always(f"{WEB}.git/git-upload-pack", faults.answer(lambda: Response(200, [], body)))
    if body.startswith(b"0000"):
        with pytest.raises(GoneError):
            head(Wanted(recognise(WEB)), client, secrets)
    else:
        with pytest.raises(NotAnArchiveError) as error:
            head(Wanted(recognise(WEB)), client, secrets)
        assert said(error.value)


def test_a_request_of_git() -> None:
    assert request(["HEAD"]) == (
        b"0014command=ls-refs\n00010009peel\n000csymrefs\n0014ref-prefix HEAD\n0000"
    )


def test_a_page_instead_of_an_archive(net: Repo, get: Get, cloud: FakeCloud) -> None:
    cloud.always(f"{WEB}/archive*", faults.page())
    with pytest.raises(NotAnArchiveError) as error:
        get(WEB)
    assert "«Sign in»" in said(error.value)


@pytest.mark.parametrize(
    ("link", "owner", "repo", "clone"),
    [
        (f"{WEB}/tree/main/a", "me", "net", f"{WEB}.git"),
        (f"{WEB}/blob/main/a", "me", "net", f"{WEB}.git"),
        (f"https://gist.github.com/me/{GIST}", "me", GIST, f"https://gist.github.com/{GIST}.git"),
        (f"https://gist.github.com/{GIST}", "", GIST, f"https://gist.github.com/{GIST}.git"),
    ],
)
def test_repositories(link: str, owner: str, repo: str, clone: str) -> None:
    found = repository(recognise(link))
    assert (found.owner, found.repo, found.clone_url) == (owner, repo, clone)
