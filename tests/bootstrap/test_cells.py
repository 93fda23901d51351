from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.bootstrap.cells import body, read
from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.errors import CellError


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("%%preflight\nrequire gpu", "\nrequire gpu"),
        ("%%preflight --root x\nrequire gpu\n", "\nrequire gpu\n"),
        ("#@title Data\n\n%%preflight\nlink a b", "\n\n\nlink a b"),
        ("  %%preflight\r\nlink a b", "\nlink a b"),
        ("%%preflight", "\n"),
        ("%%preflights\nx", None),
        ("x = 1\n%%preflight\n", None),
        ("%%bash\n%%preflight", None),
        ("", None),
    ],
)
def test_a_bootstrap_cell_is_found_by_its_text(source: str, steps: str | None) -> None:
    assert body(source) == steps


VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "cells.json").read_text("utf-8"))


@pytest.mark.parametrize("row", VECTORS, ids=[row["name"] for row in VECTORS])
def test_the_page_finds_the_same_cells(row: dict[str, Any]) -> None:
    found = body(row["source"])
    assert (found is not None) == (row["steps"] is not None)
    if found is not None:
        assert [step.key for step in parse(found).steps] == row["steps"]
        whole = parse(row["source"])
        assert [step.key for step in whole.steps] == row["steps"]
        assert not whole.problems
        assert [step.line for step in parse(found).steps] == [step.line for step in whole.steps]


def test_many_lines_above_take_linear_time() -> None:
    assert body("# \n" * 200_000 + "x") is None
    assert body("\r\n" * 200_000 + "x") is None
    assert body(" " * 200_000 + "x") is None


def notebook(*sources: object) -> str:
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


def test_one_cell_counts_lines_as_the_cell_shows_them(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(notebook("print(1)", ["%%preflight\n", "require gpu"]))
    document = read(str(file))
    assert document.text == "\nrequire gpu"
    assert document.place(2) == "line 2"
    assert document.folder == tmp_path


def test_several_cells_are_one_text_with_places(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(notebook("%%preflight\nlink a b", "1", "%%preflight\nlink c d\nlink e f"))
    document = read(str(file))
    assert document.text.split("\n") == ["", "link a b", "", "link c d", "link e f"]
    assert [document.place(line) for line in (2, 4, 5)] == [
        "cell 1, line 2",
        "cell 3, line 2",
        "cell 3, line 3",
    ]


@pytest.mark.parametrize(
    "text", ["require gpu\n", "%%preflight\nrequire gpu\n", "\ufeffrequire gpu"]
)
def test_a_text_is_steps_with_or_without_the_magic(tmp_path: Path, text: str) -> None:
    file = tmp_path / "steps.txt"
    file.write_text(text, encoding="utf-8")
    assert read(str(file)).text.strip() == "require gpu"
    assert read("-", text.lstrip("\ufeff")).text.strip() == "require gpu"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.txt", None, "cannot be read"),
        ("a.ipynb", b"{}", "not a notebook"),
        ("a.ipynb", b"not json", "not a notebook"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code"}]}', "not a notebook"),
        ("a.ipynb", notebook("x = 1").encode(), "no %%preflight cell"),
        ("a.txt", b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CellError, match=says):
        read(str(file))


def test_a_root_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(notebook("%%preflight --root 'my data'\nlink a b", "%%preflight\nlink c d"))
    assert read(str(file)).root == "my data"
    assert read("-", "%%preflight --root ~/data\nlink a b").root == "~/data"
    assert read("-", "%%preflight\nlink a b").root == ""


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["%%preflight --root a\n", "%%preflight --root b\n"], "several roots: a, b"),
        (["%%preflight --rot a\n"], "a.ipynb, line 1: %%preflight takes no words but --root DIR"),
        (
            ["1", "%%preflight\n", "\n# mine\n%%preflight -x\n"],
            "a.ipynb, cell 3, line 3: %%preflight takes no words",
        ),
        (["%%preflight --root\n"], "takes no words but --root DIR"),
        (["%%preflight --root ''\n"], "takes no words but --root DIR"),
        (["%%preflight --root 'a\n"], "not closed"),
    ],
)
def test_words_after_the_magic_that_name_no_root(
    tmp_path: Path, cells: list[str], said: str
) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(notebook(*cells))
    with pytest.raises(CellError) as caught:
        read(str(file))
    assert said in str(caught.value)
