"""Which repository a clone on this machine is of, in all spellings that git takes."""

from __future__ import annotations

import pytest

from jupyterlab_preflight.project.repository import same_repository
from jupyterlab_preflight.sources.recognise import recognise


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/me/net",
        "https://github.com/me/net.git",
        "https://github.com/Me/NET/",
        "https://www.github.com/me/net",
        "http://github.com/me/net",
        "git://github.com/me/net",
        "git@github.com:me/net.git",
        "github.com:me/net",
        "ssh://git@github.com/me/net.git",
        "ssh://git@ssh.github.com:443/me/net.git",
        "https://ghp_0123@github.com/me/net.git",
        "https://me:ghp_0123@github.com/me/net.git",
        "https://me@home.org:ghp_0123@github.com/me/net.git",
    ],
)
def test_the_same(url: str) -> None:
    assert same_repository(url, recognise("https://github.com/me/net"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "net",
        "/srv/git/me/net.git",
        "https://github.com/me/net2",
        "https://github.com/you/net",
        "https://github.com/me",
        "https://github.com/me/net/tree/main",
        "https://github.com@elsewhere.org/me/net",
        "https://elsewhere.org/github.com/me/net",
        "https://notgithub.com/me/net",
    ],
)
def test_another(url: str) -> None:
    assert not same_repository(url, recognise("https://github.com/me/net"))


def test_on_another_host() -> None:
    source = recognise("https://git.lab.org/me/net.git")
    assert same_repository("git@git.lab.org:me/net.git", source)
    assert same_repository("ssh://git@git.lab.org:2222/me/net.git", source)
    assert not same_repository("git@git.lab.org:me/Net.git", source)
    assert not same_repository("git@github.com:me/net.git", source)
