"""What git may do for a line, and what it never may."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakecloud import FakeCloud
from tests.project.clones import LINE
from tests.project.conftest import Lab


def test_nothing_of_the_repository_runs(lab: Lab, push: Callable[..., str], tmp_path: Path) -> None:
    lab.run(LINE)
    bait = tmp_path / "ran"
    for name in ("post-checkout", "post-merge", "reference-transaction", "post-index-change"):
        hook = lab.net(f".git/hooks/{name}")
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {bait}\n")
        hook.chmod(0o755)
    lab.git("config", "core.fsmonitor", f"touch {bait}")
    push({"model.py": b"theirs\n"})
    assert lab.run(LINE).text == "1 file updated: model.py"
    assert not bait.exists()


def test_no_token_in_any_argument(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = shutil.which("git")
    log = tmp_path / "argv.log"
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$*" >> {log}\n'
        f'env | grep -c GIT_CONFIG_VALUE >> {log}.env\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
    token = "ghp_" + "canary" * 6
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens[token] = {"me/net"}
    lab.secrets.give("GITHUB_TOKEN", token)
    line = f"{LINE} --secret GITHUB_TOKEN"
    lab.run(line)
    lab.hub.repos["me/net"].commit({"model.py": b"theirs\n"})
    assert lab.run(line).text == "1 file updated: model.py"
    said = log.read_text()
    assert "fetch" in said
    assert "canary" not in said
    assert "Authorization" not in said
    counts = Path(f"{log}.env").read_text().split()
    assert "0" in counts  # only the calls that go over the network see it
    assert "canary" not in lab.net(".git/config").read_text()


def test_it_is_sent_to_its_own_host_only(lab: Lab, cloud: FakeCloud) -> None:
    from tests.fakecloud import Request, Response, redirect, text

    token = "ghp_" + "canary" * 6
    lab.secrets.give("GITHUB_TOKEN", token)
    lab.hub.repos["me/net"].private = True
    lab.hub.tokens[token] = {"me/net"}
    seen: list[str] = []

    def thief(request: Request) -> Response:
        seen.append(request.headers.get("authorization", ""))
        return text(404, "nothing")

    def github(request: Request) -> Response:
        if "/info/refs" in request.target:
            return redirect("https://thief.example.org" + request.target)
        return lab.hub.handle(request)

    cloud.host("thief.example.org", thief)
    cloud.host("github.com", github)
    lab.fails(f"{LINE} --secret GITHUB_TOKEN")
    assert not any(seen)


def test_the_users_own_insteadof_cannot_open_other_transports(
    lab: Lab, tmp_path: Path, push: Callable[..., str]
) -> None:
    lab.run(LINE)
    bait = tmp_path / "ran"
    lab.git("config", f"url.ext::sh -c touch% {bait} .insteadOf", "https://github.com/")
    push({"model.py": b"theirs\n"})
    lab.fails(LINE)
    assert not bait.exists()


def test_words_of_a_server_cannot_draw(lab: Lab, cloud: FakeCloud) -> None:
    from tests.fakecloud import Request, Response

    lab.run(LINE)
    lab.hub.repos["me/net"].commit({"model.py": b"theirs\n"})
    real = lab.hub.handle

    def github(request: Request) -> Response:
        if request.target.endswith("git-upload-pack") and b"command=fetch" in request.body:
            line = b"ERR \x1b[2J\x1b]0;owned\x07boo"
            return Response(
                200,
                [("Content-Type", "application/x-git-upload-pack-result")],
                b"%04x%s" % (len(line) + 4, line),
            )
        return real(request)

    cloud.host("github.com", github)
    error = lab.fails(LINE)
    assert "\x1b" not in str(error)
    assert "boo" in str(error)
