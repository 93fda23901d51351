"""Every example of the pages is right: cells, command lines, Python and JSON."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

import pytest

from jupyterlab_preflight import errors, options
from jupyterlab_preflight.bootstrap import hosts
from jupyterlab_preflight.bootstrap.grammar import parse, parse_words
from jupyterlab_preflight.bootstrap.language import language
from tests.docs.reading import (
    EXAMPLES,
    PAGES,
    ROOT,
    machine_settings,
    prose,
    quoted,
)


def test_every_cell_is_right() -> None:
    cells = [one for one in EXAMPLES if one.kind == ""]
    assert len(cells) > 15
    for one in cells:
        parsed = parse(one.text)
        assert parsed.problems == (), (one.place, parsed.problems)
        assert parsed.steps or "#@title" in one.text, one.place


@pytest.mark.parametrize("name", PAGES)
def test_steps_within_sentences_are_right(name: str) -> None:
    for text in quoted(prose(name)):
        name, _, rest = text.strip().partition(" ")
        is_ours = name in language()["steps"] and rest and not rest.startswith("install")
        if is_ours and not _is_pattern(text):
            assert parse(text).problems == (), text


def test_the_lines_of_the_example_notebook_are_seen_whole() -> None:
    notebook = json.loads((ROOT / "examples/digits/digits.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(cell["source"]) for cell in notebook["cells"]]
    steps = [text for text in texts if text.startswith("%%preflight")]
    assert steps
    assert [line for text in steps for line in text.split("\n") if len(line) > 80] == []


def _is_pattern(text: str) -> bool:
    """Whether it stands for many, as ``dataset LINK FOLDER`` does."""
    return bool(re.search(r"…|\b[A-Z]{2,}\b", text)) and "=" not in text


def test_every_command_line_is_right() -> None:
    found = [
        (one.place, line) for one in EXAMPLES if one.kind == "bash" for line in one.text.split("\n")
    ]
    found += [(name, text) for name in PAGES for text in quoted(prose(name))]
    checked = 0
    for place, line in found:
        for words in _commands(line):
            if words[:2] == ["jupyter", "preflight"] and not _is_pattern(" ".join(words)):
                _check(words[2:], f"{place}: {line}")
                checked += 1
    assert checked > 25


def _commands(line: str) -> Iterator[list[str]]:
    """The commands of a line of shell."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a sentence with an apostrophe
        return
    command: list[str] = []
    for word in [*words, ";"]:
        if word in (";", "&&", "||", "|"):
            yield command[: command.index(">")] if ">" in command else command
            command = []
        else:
            command.append(word)


def _check(words: list[str], place: str) -> None:
    if len(words) < 2:
        return  # the name of the program, or of a command
    try:
        said = options.understood(words)
    except options.Shown:
        return
    except errors.CellError as error:
        raise AssertionError(f"{place}: {error}") from None
    if said.command in ("do", "run"):
        step = said.words if said.command == "do" else ["run", *said.words]
        assert parse_words(step).problems == (), place


def test_python_examples_are_python() -> None:
    import ast

    for one in EXAMPLES:
        if one.kind == "python":
            lines = one.text.split("\n")
            ast.parse("\n".join(line for line in lines if not line.startswith("%")))
            for line in lines:
                if line.startswith("%preflight "):
                    assert parse(line.removeprefix("%preflight ")).problems == (), one.place


def test_json_examples_are_settings() -> None:
    checked = 0
    for one in EXAMPLES:
        if one.kind == "json":
            settings = json.loads(one.text)
            assert settings.keys() == machine_settings()
            names = hosts.host({"CLUSTER_NAME": "x"}, settings=settings, hostname="gpu7").names
            assert "cluster" in names
            checked += 1
    assert checked == 1
