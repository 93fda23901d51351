from __future__ import annotations

import json
import re
import shlex
import string
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyterlab_preflight.bootstrap.lexer import lex, split
from jupyterlab_preflight.bootstrap.lines import quote
from jupyterlab_preflight.errors import CellError

VECTORS = Path(__file__).parent.parent / "vectors"
QUOTED = json.loads((VECTORS / "quote.json").read_text(encoding="utf-8"))

words = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Cn"), include_characters=" \t"
    ),
    max_size=12,
)
shell_words = st.text(string.printable.replace("\r", "").replace("\n", ""), max_size=12).filter(
    lambda word: not re.search(r"[\x0b\x0c]", word)
)


@pytest.mark.parametrize("row", QUOTED, ids=lambda row: repr(row["word"]))
def test_quoting_is_what_the_page_writes_too(row: dict[str, str]) -> None:
    assert quote(row["word"]) == row["quoted"]


@given(st.lists(words, min_size=1, max_size=6))
@example(["", "'", "it's", "#a", "&", "&&", "\\", "$x", "\t", "\u201ca"])
def test_quoted_words_are_read_back(given_words: list[str]) -> None:
    lines, in_comments, _ = lex(" ".join(quote(word) for word in given_words))
    assert not in_comments
    (line,) = lines
    assert not line.mistakes
    assert [word.value for word in line.words] == given_words


@given(st.lists(shell_words, min_size=1, max_size=6))
def test_what_a_shell_would_quote_is_read_as_the_shell_reads_it(given_words: list[str]) -> None:
    (line,) = lex(shlex.join(given_words))[0]
    assert not line.mistakes
    assert [word.value for word in line.words] == given_words


@example(": #\\")
@example(': #"')
@given(st.text(alphabet="ab 'x\"\\\t\n#{}*?[]()~!=%,-./:@^_+&", max_size=40))
def test_whatever_is_read_without_a_mistake_is_read_as_posix_has_it(text: str) -> None:
    for line in lex(text)[0]:
        if line.mistakes:
            continue
        ours = [word.value for word in line.words]
        end = line.words[-1].end
        reader = shlex.shlex(joined(text[line.start : end]), posix=True)
        reader.whitespace_split = True
        reader.commenters = ""
        assert list(reader) == ours
        left = joined(text[end : line.end]).strip()
        assert not left or left.startswith("#")


def joined(text: str) -> str:
    """One physical line of those that a backslash continues."""
    return text.replace("\\\r\n", "").replace("\\\n", "")


@given(st.text(max_size=200))
@example("\ud800'\"\\")
@example("\\\r\n\\\r\\\n")
@example("'a\\\nb")
def test_any_text_is_read_and_every_word_stands_where_it_says(text: str) -> None:
    lines, in_comments, _ = lex(text)
    physical = re.split("\r\n|\r|\n", text)
    for line in lines:
        assert line.words or line.mistakes
        for word in line.words:
            assert line.start <= word.start < word.end <= line.end
            shown = physical[word.line - 1][word.column - 1 :]
            first = text[word.start]
            assert shown[:1] == first or (word.line == 1 and text[0] == "\ufeff")
        for mistake in line.mistakes:
            assert 1 <= mistake.line <= len(physical)
            assert mistake.start <= mistake.end
    for mistake in in_comments:
        assert text[mistake.at] == text[mistake.start]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "'",
        '"',
        "\\",
        "\\ ",
        "$",
        "$ ",
        "a\\\n",
        "# ",
        "\u202e",
        "\u202e ",
        "&",
        " ",
        "''",
        '"\\',
        "\\ \t",
    ],
)
@pytest.mark.parametrize("pieces", [2_500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_time_is_linear(piece: str, pieces: int) -> None:
    def seconds(count: int) -> float:
        text = piece * count
        began = time.thread_time()  # other programs may be at work
        lex(text)
        return time.thread_time() - began

    seconds(1000)
    short, long = min(seconds(pieces) for _ in range(3)), seconds(16 * pieces)
    assert long < 16 * 8 * max(short, 0.002)


def test_one_line_of_a_command() -> None:
    assert split("status --remote 'my notebook.ipynb'") == [
        "status",
        "--remote",
        "my notebook.ipynb",
    ]
    assert split("") == []
    assert split("# nothing") == []


@pytest.mark.parametrize("text", ["a $x", "a 'b", "a\nb", "a | b"])
def test_what_is_no_line_of_a_command(text: str) -> None:
    with pytest.raises(CellError):
        split(text)
