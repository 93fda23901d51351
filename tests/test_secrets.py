from __future__ import annotations

import copy
import json
import os
import pickle
import traceback
from pathlib import Path

import pytest

from jupyterlab_preflight.errors import (
    AuthError,
    CellError,
    DiskError,
    Interrupted,
    PreflightError,
)
from jupyterlab_preflight.secrets import HOSTS, Credential, Secret, Secrets

CANARY = "CANARY-q7Zp%+/=x9Lw3"
HOST = "data.example.org"
posix = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(CANARY)
    credential = Credential((HOST,), "Authorization", secret)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", str([secret])]
    assert "CANARY" not in "".join([*shown, repr(credential), str(vars(Credential))])
    assert secret.reveal() == CANARY


def test_a_secret_is_not_copied_out() -> None:
    secret = Secret(CANARY)
    for copier in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            copier(secret)
        assert "CANARY" not in str(caught.value)
    with pytest.raises(TypeError):
        vars(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_a_traceback_with_locals_shows_none() -> None:
    secrets = Secrets({"GITHUB_TOKEN": CANARY})

    def send() -> None:
        secret = secrets.find("GITHUB_TOKEN", "github.com")
        raise RuntimeError(f"{secret}")

    try:
        send()
    except RuntimeError as error:
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
        own = [line for line in lines if "send" in line]
        assert own
        assert "CANARY" not in "".join(own)


# -- where it is looked up -----------------------------------------------------------------------


def test_the_order_of_places() -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "typed-value"

    environ: dict[str, str] = {}
    secrets = Secrets(environ, ask)
    assert secrets.find("GITHUB_TOKEN", "github.com").reveal() == "typed-value"
    assert "GITHUB_TOKEN" in asked[0]
    assert "github.com" in asked[0]
    assert secrets.find("GITHUB_TOKEN", "github.com").reveal() == "typed-value"
    assert len(asked) == 1
    secrets.forget("GITHUB_TOKEN")
    environ["GITHUB_TOKEN"] = "environment-value"
    assert secrets.find("GITHUB_TOKEN", "github.com").reveal() == "environment-value"
    secrets.give("GITHUB_TOKEN", "given-value")
    assert secrets.find("GITHUB_TOKEN", "github.com").reveal() == "given-value"
    assert len(asked) == 1


def test_nowhere() -> None:
    for ask in (None, lambda prompt: ""):
        with pytest.raises(AuthError, match="environment") as caught:
            Secrets({"GITHUB_TOKEN": ""}, ask).find("GITHUB_TOKEN", "github.com")
        assert "GITHUB_TOKEN" in caught.value.action
        assert caught.value.person
        assert ("you were asked" in caught.value.reason) is (ask is not None)


def test_nobody_is_there_to_answer() -> None:
    def ask(prompt: str) -> str:
        raise NotImplementedError("no stdin")

    with pytest.raises(AuthError):
        Secrets({}, ask).find("GITHUB_TOKEN", "github.com")


def test_the_user_stops_at_the_prompt() -> None:
    def ask(prompt: str) -> str:
        raise Interrupted

    with pytest.raises(Interrupted):
        Secrets({}, ask).find("GITHUB_TOKEN", "github.com")


def test_an_unanswered_question_is_asked_once_a_run() -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return ""

    secrets = Secrets({}, ask)
    for _ in range(3):
        with pytest.raises(AuthError):
            secrets.find("GITHUB_TOKEN", "github.com")
    assert len(asked) == 1
    secrets.begin()
    with pytest.raises(AuthError):
        secrets.find("GITHUB_TOKEN", "github.com")
    assert len(asked) == 2


def test_known_names_are_those_at_hand() -> None:
    secrets = Secrets({"GH_TOKEN": "x", "HF_TOKEN": ""}, lambda prompt: pytest.fail("asked"))
    assert secrets.known("github") == ["GH_TOKEN"]
    secrets.give("GITHUB_TOKEN", "y")
    assert secrets.known("github") == ["GITHUB_TOKEN", "GH_TOKEN"]
    assert secrets.known("hf") == []
    assert secrets.known("dropbox") == []


# -- to whom it may go ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "host"), [(name, host) for name, hosts in HOSTS.items() for host in hosts]
)
def test_known_names_have_their_hosts(name: str, host: str) -> None:
    assert Secrets({name: "value"}).find(name, host).reveal() == "value"


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("GITHUB_TOKEN", "evil.test"),
        ("GITHUB_TOKEN", "github.com.evil.test"),
        ("GITHUB_TOKEN", "notgithub.com"),
        ("GITHUB_TOKEN", "huggingface.co"),
        ("HF_TOKEN", "cdn-lfs.huggingface.co"),
        ("KAGGLE_KEY", "github.com"),
    ],
)
def test_and_no_others(name: str, host: str, config: Path) -> None:
    secrets = Secrets({name: CANARY}, lambda prompt: pytest.fail("asked"), config)
    with pytest.raises(AuthError, match=host) as caught:
        secrets.find(name, host)
    assert "CANARY" not in str(caught.value)
    with pytest.raises(AuthError):
        secrets.allow(name, host)
    assert not config.exists()


def test_any_other_name_needs_consent(config: Path) -> None:
    environ = {"AWS_SECRET_ACCESS_KEY": CANARY, "LAB_TOKEN": "lab"}
    secrets = Secrets(environ, config=config)
    with pytest.raises(AuthError) as caught:
        secrets.find("AWS_SECRET_ACCESS_KEY", HOST)
    assert f"jupyter preflight allow AWS_SECRET_ACCESS_KEY {HOST}" in caught.value.action
    secrets.allow("LAB_TOKEN", "Data.Example.org.")
    assert secrets.find("LAB_TOKEN", HOST).reveal() == "lab"
    assert secrets.find("LAB_TOKEN", HOST.upper()).reveal() == "lab"
    for name, host in (("AWS_SECRET_ACCESS_KEY", HOST), ("LAB_TOKEN", f"www.{HOST}")):
        with pytest.raises(AuthError):
            secrets.find(name, host)
    assert Secrets(environ, config=config).find("LAB_TOKEN", HOST).reveal() == "lab"


def test_the_kernel_s_own_environment_is_no_host(config: Path) -> None:
    secrets = Secrets({"WANDB_API_KEY": " with blank \n"}, config=config)
    assert secrets.find("WANDB_API_KEY", "").reveal() == " with blank "


@posix
def test_consents_are_private(config: Path) -> None:
    secrets = Secrets({}, config=config)
    secrets.allow("LAB_TOKEN", HOST)
    secrets.allow("LAB_TOKEN", "b.example.org")
    secrets.allow("LAB_TOKEN", HOST)
    assert secrets.allowed() == {"LAB_TOKEN": [HOST, "b.example.org"]}
    (path,) = (path for path in config.rglob("*") if path.is_file())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@posix
def test_consents_that_others_can_write_do_not_count(config: Path) -> None:
    secrets = Secrets({"LAB_TOKEN": "x"}, config=config)
    secrets.allow("LAB_TOKEN", HOST)
    path = next(path for path in config.rglob("*.json"))
    path.chmod(0o666)
    with pytest.raises(DiskError, match="Others") as caught:
        secrets.find("LAB_TOKEN", HOST)
    assert "chmod" in caught.value.action


@pytest.mark.parametrize("text", ["", "[]", "{", '{"LAB_TOKEN": "data.example.org"}', "\xff"])
def test_damaged_consents_allow_nothing(config: Path, text: str) -> None:
    secrets = Secrets({"LAB_TOKEN": "x"}, config=config)
    secrets.allow("OTHER_TOKEN", HOST)
    next(config.rglob("*.json")).write_text(text, encoding="latin-1")
    with pytest.raises((AuthError, DiskError)):
        secrets.find("LAB_TOKEN", HOST)


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "u@a.test", "a.test:443", "*", "https://a.test"]
)
def test_consent_is_for_a_host(config: Path, host: str) -> None:
    with pytest.raises(CellError):
        Secrets({}, config=config).allow("LAB_TOKEN", host)


# -- names and values ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["", "two words", "a-b", "1A", "A=B", "ghp_" + "a1" * 18, "ü", "x" * 101, "A\nB"],
)
def test_what_is_no_name_is_not_repeated(name: str) -> None:
    secrets = Secrets({})
    for call in (
        lambda: secrets.find(name, "github.com"),
        lambda: secrets.give(name, "value"),
        lambda: secrets.allow(name, HOST),
    ):
        with pytest.raises(CellError) as caught:
            call()
        assert len(name) < 4 or name not in str(caught.value)


@pytest.mark.parametrize("value", [CANARY + "\n", f"  {CANARY}\r\n", f"\t{CANARY}"])
def test_blanks_around_a_value_are_dropped(value: str) -> None:
    assert Secrets({"HF_TOKEN": value}).find("HF_TOKEN", "huggingface.co").reveal() == CANARY


@pytest.mark.parametrize("inner", ["\n", "\r\nX-Evil: 1", " ", "ü", "\u200b", "\0", "\x7f"])
def test_values_that_would_break_a_header(inner: str) -> None:
    secrets = Secrets({}, lambda prompt: f"CANARY{inner}CANARY")
    with pytest.raises(AuthError, match="HF_TOKEN") as caught:
        secrets.find("HF_TOKEN", "huggingface.co")
    assert "CANARY" not in str(caught.value)


# -- redaction -----------------------------------------------------------------------------------


def test_live_values_are_redacted() -> None:
    environ = {"MY_PASSWORD": "hunter2hunter2", "EDITOR": "vim-the-editor"}
    secrets = Secrets(environ, lambda prompt: CANARY)
    assert secrets.redact(f"before {CANARY}") == f"before {CANARY}"
    secrets.find("HF_TOKEN", "huggingface.co")
    secrets.give("LAB_TOKEN", "given-before-it-is-used")
    text = f"{CANARY} hunter2hunter2 vim-the-editor given-before-it-is-used"
    assert secrets.redact(text) == "*** *** vim-the-editor ***"


def test_a_value_that_was_refused_is_redacted_too() -> None:
    secrets = Secrets({}, lambda prompt: "broken\nCANARYCANARY")
    with pytest.raises(PreflightError):
        secrets.find("HF_TOKEN", "huggingface.co")
    assert "CANARY" not in secrets.redact("it was broken\nCANARYCANARY")
