"""What is said to words that are no command, and what ``--help`` tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.session import Session
from jupyterlab_preflight.errors import CellError
from jupyterlab_preflight.magic import line_command
from jupyterlab_preflight.options import COMMANDS, Shown, understood


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["statu", "a b.ipynb"],
            "did you mean status? Write: jupyter preflight status 'a b.ipynb'",
        ),
        (
            ["dataset", "x", "y"],
            "“dataset” is a step, and no command. Write: jupyter preflight do ",
        ),
        (["nonsense"], f"no command: commands are {', '.join(COMMANDS[:-1])} and {COMMANDS[-1]}."),
        ([], "a COMMAND is missing: commands are prepare, "),
        (
            ["prepare", "--fetchonly"],
            "prepare has no option “--fetchonly”: did you mean --fetch-onl",
        ),
        (
            ["status", "--jsn", "x"],
            "status has no option “--jsn”: did you mean --json? See jupyter",
        ),
        (["status", "--nonsense=1"], "status has no option “--nonsense”. See jupyter preflight st"),
        (
            ["status", "a", "b"],
            "status: “b” is one word too many. See jupyter preflight status --h",
        ),
        (
            ["--root", "x", "status"],
            "“--root” stands before the command. Write: jupyter preflight ",
        ),
        (["--verison"], "there is no option “--verison”: did you mean --version?"),
        (
            ["allow", "x"],
            "allow: the following arguments are required: HOST. See jupyter preflight",
        ),
        (
            ["verify", "--only"],
            "verify: argument --only: expected one argument. See jupyter prefli",
        ),
    ],
)
def test_wrong_words_are_answered_with_what_to_write(words: list[str], said: str) -> None:
    with pytest.raises(CellError) as caught:
        understood(words)
    assert said in str(caught.value)
    assert not str(caught.value).startswith("jupyter preflight")  # the door says who speaks


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "run --help",
            ["[--with FILE]", "[--in DIR]", "COMMAND…", "{name}", "train.ipynb --in net"],
        ),
        ("do -h", ["STEP WORDS…", "[--root DIR]", "do dataset 'https://", "in quotes"]),
        ("--help", COMMANDS),
    ],
)
def test_help(words: str, told: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Shown):
        understood(words.split())
    shown = capsys.readouterr().out
    assert [one for one in told if one not in shown] == []


@pytest.mark.parametrize(
    ("words", "told", "not_told"),
    [
        ("run --help", ["%preflight run", "[--in DIR]", "--lr {lr}", "{{ and }}"], "--with"),
        ("do --help", ["%preflight do", "%preflight pip numpy"], "--root"),
        ("--help", COMMANDS, "jupyter preflight"),
        ("status -h", ["%preflight status", "--json"], "jupyter preflight"),
    ],
)
def test_help_in_a_notebook(
    words: str, told: list[str], not_told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line_command(Session(tmp_path), words, lambda report: None)
    shown = capsys.readouterr().out
    assert [one for one in told if one not in shown] == []
    assert not_told not in shown


def test_a_command_of_a_notebook_that_is_nearly_one(tmp_path: Path) -> None:
    def fails(line: str) -> str:
        with pytest.raises(CellError) as caught:
            line_command(Session(tmp_path), line, lambda report: None)
        return str(caught.value)

    assert fails("verfy a.ipynb").endswith("Write: %preflight verify a.ipynb")
    assert fails("piip numpy").endswith("did you mean pip? Nothing was run. Write: pip numpy")
    assert "is no step" in fails("nonsense")
