"""Comments above a cell magic, as IPython's own transformer manager sees them."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from jupyterlab_preflight.cell_magics import below_comments, lines_above, magic_start

BASH = "%%bash\necho hi\n"

# Text as notebooks hold it, and what may be mistaken for it.
PIECES = ["#", "%%", "%", "bash", "!", "?", " ", "\t", "x = 1", "'''", '"', "(", "\\", "@title"]
BREAKS = ["\n", "\r\n", "\r", "\f", "\v", "\u2028", "\x85"]
ODD = ["\ufeff", "é", "标题", "🚀", "\u00a0", "\u3000", "\0"]
CELLS = st.lists(st.sampled_from([*PIECES, *BREAKS, *ODD])).map("".join) | st.text()
COMMENT = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])).map(
    lambda text: f"#{text}"
)
ABOVE = st.lists(
    st.tuples(COMMENT | st.sampled_from(["", " ", "\t", "\f"]), st.sampled_from(["\n", "\r\n"])),
    min_size=1,
).map(lambda lines: "".join(map("".join, lines)))


def manager(*, ours: bool = True) -> TransformerManager:
    """IPython's, with or without our transformer."""
    one = TransformerManager()
    if ours:
        one.line_transforms.insert(0, below_comments)
    return one


def transformed(cell: str, *, ours: bool = True) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of IPython, about odd lines
        return manager(ours=ours).transform_cell(cell)


def on_line(number: int, cell: str) -> str:
    """What IPython makes of *cell*, at another line."""
    return "\n" * (number - 1) + transformed(cell, ours=False)


# -- what is taken for a magic below comments ------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ("#@title Build\n", "a title"),
        ('# @title Build { display-mode: "form" }\n', "a title with a blank and options"),
        ("#@title\n#@markdown two\n#@markdown lines\n", "a title and Markdown"),
        ("#\n", "an empty comment"),
        ("#!/bin/sh\n", "a shebang"),
        ("  # indented\n", "an indented comment"),
        ("\t# by a tab\n", "a comment behind a tab"),
        ("# a\n\n \t\n# b\n\n", "blank lines between comments"),
        ("# %%time\n", "a comment that names a magic"),
        ("# it's '''not \"\"\"a string\n", "quotes in a comment"),
        ("# ends with a backslash \\\n", "a backslash, which continues no comment"),
        ("# (\n", "a bracket in a comment"),
        ("# 标题 é 🚀\n", "letters of any script"),
        ("# a\fb\n", "a form feed in a comment"),
        ("\f# a\n", "a form feed above"),
        ("# a\n\f\n", "a page of its own"),
        ("# a\u2028b\x85c\n", "line ends that are none for Python"),
        ("# a\n\u00a0\n", "a no-break space, which IPython takes for blank as well"),
        ('#@param {type:"string"}\n', "an annotation without its field"),
    ],
)
def test_comments_above_a_magic_leave_it_one(above: str, name: str) -> None:
    count = len(re.findall("\n", above))
    assert transformed(above + BASH) == on_line(count + 1, BASH), name
    assert lines_above(above + BASH) == count


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_those_of_the_cell(end: str) -> None:
    cell = BASH.replace("\n", end)
    assert transformed(f"# a{end}{end}# b{end}{cell}") == on_line(4, cell)
    assert lines_above(f"# a{end}{end}# b{end}{cell}") == 3


@pytest.mark.parametrize(
    "cell",
    [
        "%%bash -s 1 2\necho $1",
        "%%writefile a b.py\n# kept\n\n%%bash\n",
        "%%time\n",
        "%%capture out",
        "%%html\n<b>%%</b>\n",
        "%%!\nls\n",
        "%%SVG\n<svg/>",
        "%%R -i x\nprint(x)",
        "%%preflight --root x\nenv A=1\n",
        "%%timeit   \nx\n",
        "%%writefile x\n  indented\n\ttab\r\n",
    ],
)
def test_any_magic_gets_what_it_would_get_in_the_first_line(cell: str) -> None:
    assert transformed(f"#@title A\n# b\n{cell}") == on_line(3, cell)


def test_blank_lines_at_the_top_are_dropped_as_in_any_cell() -> None:
    assert transformed(f"\n \n# a\n{BASH}") == on_line(2, BASH)
    assert transformed(f"\n \n{BASH}") == on_line(1, BASH)
    assert lines_above(f"\n \n{BASH}") == 2


def test_a_magic_may_be_indented() -> None:
    assert transformed("# a\n  %%bash\n  echo hi\n") == on_line(2, BASH)
    assert transformed("  # a\n  %%bash\n  echo hi\n") == on_line(2, BASH)
    assert transformed("\t# a\n\t%%bash\n\techo hi\n") == on_line(2, BASH)


def test_prompts_that_were_copied_along_are_no_obstacle() -> None:
    assert transformed("In [1]: # a\n   ...: %%bash\n   ...: echo hi\n") == on_line(2, BASH)


# -- what is left alone ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "\n",
        "# only\n# comments\n",
        "#@title Train\nlr = 0.1  #@param\n%preflight run python x.py {lr}\n",
        "# a\n%time x\n",
        "# a\n!ls\n",
        "# a\nprint?\n",
        "# a\n?print\n",
        "# a\nx = 1\n%%bash\nls\n",
        "'''\n%%bash\n'''\n",
        "# a\n'''\n%%bash\n'''\n",
        "x = '''# a\n%%bash\n'''\n",
        "# a\nf(\n%%bash\n)\n",
        "# a\nx = 5 \\\n%%y\n",
        "# a %%bash\n",
        "# a\f%%bash\nx = 1\n",
        "# a\u2028%%bash\nx = 1\n",
        "# a\n%% a cell of another program\nx = 1\n",
        "# a\n%%\nx\n",
        "# a\n%%%bash\n",
        "\ufeff# a\n%%bash\nls\n",
        "\ufeff%%bash\nls\n",
        "%%bash\n# a\n%%time\n",
        "!echo\n%%bash\n",
        "%load_ext x\n%%bash\n",
        "# a\n%%bash?\n",
        "# a\n%%bash??\n",
        "# a\n\\%%bash\n",
    ],
)
def test_all_else_is_as_without_us(cell: str) -> None:
    lines = cell.splitlines(keepends=True)
    assert below_comments(lines) is lines
    assert transformed(cell) == transformed(cell, ours=False)


@given(CELLS)
@example("\r\n" * 50 + "%%bash")
def test_any_text_is_read_without_harm(cell: str) -> None:
    lines = cell.splitlines(keepends=True)
    kept = list(lines)
    made = below_comments(lines)
    assert lines == kept
    assert below_comments(made) == made
    if "%%" not in cell:
        assert made is lines
    start = magic_start(cell)
    if not start:
        assert made is lines
        return
    assert re.match(r"[ \t]*%%", cell[start:])
    physical = re.split(r"\r\n|\r|\n", cell[:start])
    assert physical.pop() == ""
    assert all(not line.strip() or line.lstrip().startswith("#") for line in physical)
    assert lines_above(cell) == len(physical)


@given(CELLS)
def test_ipython_survives_what_it_survives_without_us(cell: str) -> None:
    try:
        plain = transformed(cell, ours=False)
    except Exception as error:
        with pytest.raises(type(error)):
            transformed(cell)
        return
    if magic_start(cell):
        transformed(cell)
    else:
        assert transformed(cell) == plain


@given(ABOVE, st.text(st.characters(exclude_categories=["Cs"])))
def test_the_magic_gets_its_text_and_nothing_else(above: str, body: str) -> None:
    cell = f"%%writefile x.py\n{body}"
    made = transformed(above + cell)
    assert made.lstrip("\n") == transformed(cell, ours=False)
    blank = re.match(r"\s*\n", above)
    seen = above[blank.end() :] if blank else above  # IPython drops what is blank at the top
    assert len(made) - len(made.lstrip("\n")) == len(re.findall(r"\n", seen))


@pytest.mark.parametrize("piece", ["# a\n", "\n", "\r\n", " ", "#", "\t\n", "# \r\n", "%%"])
def test_long_cells_take_linear_time(piece: str) -> None:
    magic_start(piece * 300_000 + "x")
    magic_start(piece * 300_000)


def test_a_console_asks_for_the_end_of_a_cell() -> None:
    assert manager().check_complete("# a\n%%bash\necho hi\n\n")[0] == "complete"
    assert manager().check_complete("# a\n")[0] == manager(ours=False).check_complete("# a\n")[0]
