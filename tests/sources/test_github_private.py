from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    GoneError,
)
from jupyterlab_preflight.fetch.http import Client
from jupyterlab_preflight.secrets import Secrets
from jupyterlab_preflight.sources import Wanted, resolve
from jupyterlab_preflight.sources.github import head
from jupyterlab_preflight.sources.recognise import recognise
from tests.fakecloud import FakeCloud
from tests.fakecloud.github import GitHub
from tests.fakecloud.github_repos import Repo

from .conftest import CANARY, Get, follow, said
from .hub import WEB, names, release_of


class TestPrivate:
    """A repository that only a token may see."""

    @pytest.fixture(autouse=True)
    def _private(self, net: Repo, github: GitHub) -> None:
        net.private = True
        github.tokens[CANARY] = {"me/net"}

    @pytest.mark.parametrize("named", [True, False])
    @pytest.mark.parametrize("link", [WEB, f"{WEB}/tree/feat/x/a", f"{WEB}/archive/main.zip"])
    def test_archives(
        self, get: Get, token: Secrets, cloud: FakeCloud, named: bool, link: str
    ) -> None:
        ((_, data),) = get(link, token, secret="GITHUB_TOKEN" if named else None).items()
        assert names(data)
        self.check(cloud)

    @pytest.mark.parametrize("named", [True, False])
    def test_files(self, get: Get, token: Secrets, cloud: FakeCloud, named: bool) -> None:
        wanted = {"secret": "GITHUB_TOKEN"} if named else {}
        assert get(f"{WEB}/blob/feat/x/a/b/c.csv", token, **wanted) == {"c.csv": b"2"}
        assert get(f"{WEB}/blob/main/a/b/c.csv", token, **wanted) == {"c.csv": b"1"}
        self.check(cloud)

    @pytest.mark.parametrize("named", [True, False])
    def test_releases(
        self, net: Repo, get: Get, token: Secrets, cloud: FakeCloud, client: Client, named: bool
    ) -> None:
        net.releases["v1"] = {"a.zip": b"PK\x03\x04"}
        secret = "GITHUB_TOKEN" if named else None
        assert get(f"{WEB}/releases/download/v1/a.zip", token, secret=secret) == {
            "a.zip": b"PK\x03\x04"
        }
        (found,) = resolve(Wanted(release_of(None), secret=secret), client, token)
        assert follow(found, client)[1] == b"PK\x03\x04"
        with pytest.raises(GoneError):
            get(f"{WEB}/releases/download/v1/b.zip", token, secret=secret)
        self.check(cloud)

    def test_did_it_change(self, net: Repo, client: Client, token: Secrets) -> None:
        assert head(Wanted(recognise(WEB)), client, token) == net.sha("main")

    def test_without_a_token(
        self, get: Get, cloud: FakeCloud, client: Client, secrets: Secrets
    ) -> None:
        for link in (WEB, f"{WEB}/tree/main/a", f"{WEB}/blob/main/README.md"):
            with pytest.raises(GoneError) as error:
                get(link)
            assert "GITHUB_TOKEN" in error.value.action
        with pytest.raises(GoneError):
            head(Wanted(recognise(WEB)), client, secrets)

    @pytest.mark.parametrize("named", [True, False])
    def test_a_token_that_may_not(
        self, get: Get, token: Secrets, github: GitHub, cloud: FakeCloud, named: bool
    ) -> None:
        github.tokens[CANARY] = set()
        with pytest.raises(GoneError) as error:
            get(WEB, token, secret="GITHUB_TOKEN" if named else None)
        assert "GITHUB_TOKEN may not read it" in said(error.value)
        assert len(cloud.log) == (1 if named else 2)
        self.check(cloud)

    @pytest.mark.parametrize("named", [True, False])
    def test_a_token_that_is_wrong(
        self, get: Get, token: Secrets, github: GitHub, cloud: FakeCloud, named: bool
    ) -> None:
        github.tokens.clear()
        with pytest.raises(AuthError) as error:
            get(WEB, token, secret="GITHUB_TOKEN" if named else None)
        assert "expired or revoked" in said(error.value)
        assert CANARY not in said(error.value)
        assert len(cloud.requests("api.github.com")) == 1

    def test_two_tokens_are_tried_in_turn(
        self,
        get: Get,
        github: GitHub,
        cloud: FakeCloud,
        tmp_path: Path,
    ) -> None:
        both = Secrets({"GITHUB_TOKEN": "wrong-one", "GH_TOKEN": CANARY}, config=tmp_path)
        assert get(WEB, both)
        assert len(cloud.requests("api.github.com")) == 2

    def test_single_sign_on(self, get: Get, token: Secrets, github: GitHub) -> None:
        github.sso.add("me")
        with pytest.raises(AuthError) as error:
            get(WEB, token)
        assert "Configure SSO" in error.value.action
        assert error.value.person

    def test_a_named_secret_of_another_kind_is_not_sent(
        self,
        get: Get,
        cloud: FakeCloud,
        tmp_path: Path,
    ) -> None:
        own = Secrets({"AWS_SECRET_ACCESS_KEY": CANARY}, config=tmp_path)
        with pytest.raises(AuthError):
            get(WEB, own, secret="AWS_SECRET_ACCESS_KEY")
        assert not cloud.log

    @staticmethod
    def check(cloud: FakeCloud) -> None:
        """The token went to GitHub's own hosts only, in a header only."""
        for record in cloud.log:
            sent = CANARY in str(record.headers) or "authorization" in record.headers
            assert not sent or record.host in ("api.github.com", "github.com")
            assert CANARY not in record.target
            assert CANARY.encode() not in record.body
        assert any("authorization" in record.headers for record in cloud.log)


def test_a_public_repository_never_sees_the_token(
    net: Repo, get: Get, token: Secrets, cloud: FakeCloud
) -> None:
    net.releases["v1"] = {"a.zip": b"PK\x03\x04"}
    for link in (
        WEB,
        f"{WEB}/tree/main/a",
        f"{WEB}/blob/main/README.md",
        f"{WEB}/releases/download/v1/a.zip",
    ):
        assert get(link, token)
    assert all("authorization" not in record.headers for record in cloud.log)
