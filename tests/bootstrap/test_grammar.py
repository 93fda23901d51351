from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyterlab_preflight import __version__
from jupyterlab_preflight.bootstrap.checks import conflicts, disjoint
from jupyterlab_preflight.bootstrap.folders import FolderProblem, folder
from jupyterlab_preflight.bootstrap.grammar import (
    MAX_PROBLEMS,
    Parsed,
    parse,
    parse_words,
    quote,
)
from jupyterlab_preflight.bootstrap.language import distance, language, nearest, token_in
from jupyterlab_preflight.bootstrap.lexer import lex
from jupyterlab_preflight.bootstrap.messages import say
from jupyterlab_preflight.bootstrap.steps import read

VECTORS = Path(__file__).parent.parent / "vectors"
CELLS = json.loads((VECTORS / "language.json").read_text(encoding="utf-8"))
WORDS = json.loads((VECTORS / "words.json").read_text(encoding="utf-8"))
PACKAGE = Path(__file__).parent.parent.parent / "jupyterlab_preflight"


def shown(parsed: Parsed) -> dict[str, Any]:
    """What was read, as the vectors write it."""
    steps = []
    for step in parsed.steps:
        row: dict[str, Any] = {"line": step.line, "key": step.key, "args": list(step.args)}
        if step.options:
            row["options"] = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in step.options.items()
            }
        if step.source:
            source = step.source
            row["source"] = f"{source.provider} {source.kind} {source.canonical}"
        steps.append(row)
    problems = []
    for problem in parsed.problems:
        row = {
            "code": problem.code,
            "line": problem.line,
            "column": problem.column,
            "message": problem.message.replace(__version__, "0.1.0"),
        }
        if problem.hint:
            row["hint"] = problem.hint
        problems.append(row)
    read: dict[str, Any] = {"steps": steps, "problems": problems}
    if parsed.title:
        read["title"] = parsed.title
    return read


@pytest.mark.parametrize("row", CELLS, ids=lambda row: row["name"])
def test_cells(row: dict[str, Any]) -> None:
    wanted = {key: value for key, value in row.items() if key not in ("name", "text")}
    assert shown(parse(row["text"])) == wanted


@pytest.mark.parametrize("row", WORDS, ids=lambda row: " ".join(row["words"])[:40])
def test_words_that_a_shell_has_split(row: dict[str, Any]) -> None:
    wanted = {key: value for key, value in row.items() if key != "words"}
    assert shown(parse_words(row["words"])) == wanted


def test_every_vector_is_another_one() -> None:
    assert len({row["name"] for row in CELLS}) == len(CELLS)
    assert len(CELLS) >= 200


@pytest.mark.parametrize(
    "row",
    [row for row in CELLS if any("hint" in p for p in row["problems"])],
    ids=lambda r: r["name"],
)
def test_a_hint_mends_what_it_is_about(row: dict[str, Any]) -> None:
    for problem in parse(row["text"]).problems:
        if problem.hint:
            again = {other.code for other in parse(problem.hint).problems}
            several = sum(other.code == problem.code for other in parse(row["text"]).problems) > 1
            assert problem.code not in again or several, problem


@given(st.text(max_size=120))
@example("dataset \ud800 \udfff")
@example("require preflight>=" + "9" * 5000)
@example("dataset https://[::1 x")
def test_any_text_is_answered(text: str) -> None:
    parsed = parse(text)
    lines = len(re.split("\r\n|\r|\n", text))
    for problem in parsed.problems:
        assert 1 <= problem.line <= lines
        assert problem.column >= 1
        assert problem.message
    for step in parsed.steps:
        assert step.words[0] == step.name


tokens = st.sampled_from(
    [
        *language()["steps"],
        *language()["like"],
        *(f"--{name}" for name in language()["options"]),
        "https://x.org/a.zip",
        "github:o/r@main",
        "a/b",
        "..",
        "--on=!x",
        "A=b",
        "'",
        "$x",
        ">=1",
        "\\",
        "{x}",
    ]
)


@given(st.lists(st.lists(tokens, max_size=8).map(" ".join), max_size=6).map("\n".join))
def test_any_cell_of_the_language_s_own_words_is_answered(text: str) -> None:
    parsed = parse(text)
    assert parsed.steps or parsed.problems or not text.strip()


@given(st.lists(st.text(max_size=8), max_size=6))
@example(["run", "a\nb", "\0"])
def test_words_are_taken_as_they_are(words: list[str]) -> None:
    for step in parse_words(words).steps:
        assert list(step.words) == words


@pytest.mark.parametrize("row", CELLS, ids=lambda row: row["name"])
def test_a_key_is_the_same_step(row: dict[str, Any]) -> None:
    for step in parse(row["text"]).steps:
        (again,) = parse(step.key).steps
        assert (again.words, again.args, again.options) == (step.words, step.args, step.options)
        assert again.key == step.key


@pytest.mark.parametrize(
    "piece",
    [
        "dataset ./x y\n",
        "dataset ./x a/b/c/d --on colab\n",
        "oops x\n",
        "run $x ",
        "env A=1 ",
        "pip x\\\n",
        "run ghp_",
        "env X=eyJ",
        "link a b\nlink c b/d\n",
        "dataset \u202e\n",
        "require gpu>",
    ],
)
@pytest.mark.parametrize("lines", [200, pytest.param(500, marks=pytest.mark.slow)])
def test_time_is_linear(piece: str, lines: int) -> None:
    def seconds(count: int) -> float:
        text = piece * count
        began = time.process_time()
        parse(text)
        return time.process_time() - began

    seconds(100)
    short, long = min(seconds(lines) for _ in range(3)), min(seconds(16 * lines) for _ in range(2))
    assert long < 16 * 6 * max(short, 0.002)


@pytest.mark.parametrize("lines", [2_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_thousands_of_lines_and_a_megabyte_in_one(lines: int) -> None:
    many = "".join(f"dataset https://x.org/{n}.zip data/{n}\n" for n in range(lines))
    parsed = parse(many)
    assert len(parsed.steps) == lines
    assert not parsed.problems
    (problem,) = parse("dataset https://x.org/" + "a" * 1_000_000 + " data/a").problems
    assert problem.code == "link-long"
    (problem,) = parse("dataset https://x.org/a data/" + "a/" * 500_000).problems
    assert problem.code == "folder-long"


def test_only_so_many_problems_are_told() -> None:
    parsed = parse("oops\n" * 5_000)
    assert len(parsed.problems) == MAX_PROBLEMS + 1
    assert parsed.problems[-1].code == "too-many"
    assert parsed.problems[-1].line == MAX_PROBLEMS + 1


def test_a_step_answers_for_its_options() -> None:
    (step,) = parse(
        "dataset https://x.org/a.zip data/a --strip 1 --flat --include '*.csv' --on colab"
    ).steps
    assert step.option("strip") == "1"
    assert step.option("ref", "HEAD") == "HEAD"
    assert step.flag("flat")
    assert not step.flag("unpack")
    assert step.many("include") == ("*.csv",)
    assert step.on == ("colab",)
    assert step.option("include") is None


def test_a_problem_names_its_line() -> None:
    (problem,) = parse("\nfrobnicate").problems
    assert str(problem).startswith("Line 2: “frobnicate”")


# --- the tables


def test_every_sentence_is_used_and_every_code_has_one() -> None:
    sentences = json.loads((PACKAGE / "bootstrap/messages.json").read_text(encoding="utf-8"))
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in [*(PACKAGE / "bootstrap").glob("*.py"), *(PACKAGE / "sources").glob("*.*")]
        if path.is_file()
    )
    made = {f"{name}-page" for name in ("dropbox", "gdrive", "kaggle", "hf", "zenodo", "doi")}
    made |= {f"{name}-short" for name in ("github", "hf", "kaggle", "doi")}
    for sentence in sentences:
        assert f'"{sentence}"' in code or sentence in made, sentence
    vectors = {p["code"] for row in [*CELLS, *WORDS] for p in row["problems"]}
    assert vectors <= set(sentences)


def test_values_are_shown_short_and_plain() -> None:
    assert say("no-command", "%2\x1b[31m") == "“%2\ufffd[31m” is no command."
    assert len(say("no-command", "x" * 1000)) < 120


def test_the_table_of_the_language_holds_together() -> None:
    table = language()
    for row in table["steps"].values():
        assert set(row["options"]) <= set(table["options"])
    assert set(table["like"].values()) <= set(table["steps"])
    assert set(table["same"]) <= set(table["like"])
    assert not set(table["like"]) & set(table["steps"])
    assert not set(table["commands"]) & set(table["like"])


# --- words near others


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abcd", "dcba", 3),
        ("ab", "b", 1),
    ],
)
def test_distance(a: str, b: str, wanted: int) -> None:
    assert distance(a, b) == distance(b, a) == wanted


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert abs(len(a) - len(b)) <= distance(a, b) == distance(b, a) <= max(len(a), len(b))


def test_nearest() -> None:
    steps = list(language()["steps"])
    assert nearest("porject", steps) == "project"
    assert nearest("Datset", steps) == "dataset"
    assert nearest("xyz", steps) == ""
    assert nearest("dataset" * 100, steps) == ""


# --- folders


@given(st.text(min_size=1, max_size=40))
def test_what_is_taken_for_a_folder_is_one(word: str) -> None:
    try:
        path = folder(word)
    except FolderProblem:
        return
    assert folder(path) == path
    assert not path.startswith(("/", "-", "~"))
    assert not set(path) & set('<>:"\\|?*\0\n')
    for part in path.split("/"):
        assert part not in ("", ".", "..")
        assert part == part.strip(" ")
        assert len(part.encode()) <= 255


# --- lines that share a folder


def readers(text: str) -> list[Any]:
    return [read(line) for line in lex(text)[0]]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("colab", "kaggle", True),
        ("colab,kaggle", "binder,local", True),
        ("colab,kaggle", "kaggle", False),
        ("gpu", "cpu", True),
        ("gpu", "colab", False),
        ("lab", "!lab", True),
        ("!lab", "lab,colab", False),
        ("LAB", "!lab", True),
        ("jupyterhub", "colab", False),
        ("slurm", "local", False),
        ("colab", "colab", False),
        ("!colab", "!kaggle", False),
    ],
)
def test_lines_for_different_machines(one: str, other: str, apart: bool) -> None:
    first, second = readers(f"dataset ./a x --on {one}\ndataset ./b y --on {other}")
    assert disjoint(first, second) is disjoint(second, first) is apart


folders = st.sampled_from(["a", "b", "a/b", "a/c", "a/b/c", "A"])
names = st.sampled_from(
    ["", " --on colab", " --on kaggle", " --on gpu", " --on cpu", " --on x", " --on !x"]
)


@given(st.lists(st.tuples(folders, names), max_size=7))
def test_conflicts_are_those_that_comparing_all_pairs_finds(lines: list[tuple[str, str]]) -> None:
    text = "\n".join(f"dataset ./s {path}{on}" for path, on in lines)
    found = readers(text)
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if not disjoint(a, b)
        and (
            f"{a.args[1].lower()}/".startswith(f"{b.args[1].lower()}/")
            or f"{b.args[1].lower()}/".startswith(f"{a.args[1].lower()}/")
        )
    ]
    assert bool(conflicts(found)) is bool(pairs)


# --- tokens


@pytest.mark.parametrize(
    "word",
    [
        "ghp_" + "a1" * 18,
        "x=ghp_" + "a1" * 18,
        "https://me:github_pat_" + "a1" * 11 + "@github.com",
        "hf_" + "aB" * 15,
        "KGAT_" + "0" * 12,
        "AKIA" + "ABCD1234" * 2,
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + "a" * 43,
    ],
)
def test_tokens_are_known(word: str) -> None:
    assert token_in(word)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "ghp_short",
        "data/hf_models/some-very-long-name-of-a-file.zip",
        "eyJ" + "a" * 200,
        "Basic training",
    ],
)
def test_other_words_are_no_tokens(word: str) -> None:
    assert not token_in(word)


def test_quoting_is_here_too() -> None:
    assert quote("a b") == "'a b'"
