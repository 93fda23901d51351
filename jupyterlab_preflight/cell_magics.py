"""Comments above a cell magic: Colab allows them, and people put the title of a form there.

IPython sees a ``%%magic`` in the first line of a cell that is not blank, and nowhere else: below a
comment it looks for a line magic of that name and fails. Here such cells are read as Colab reads
them. All others, which is nearly all, pass unchanged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

# Lines end where Python's do. IPython also cuts at form feeds and the like, which may stand within
# a comment, so its list of lines is not asked where one begins.
_ABOVE = re.compile(r"(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n?|\n))*")
_BREAK = re.compile(r"\r\n?|\n")
_MAGIC = re.compile(r"[ \t]*%%[^\s%]")


def magic_start(source: str) -> int:
    """Where the line of a cell's magic begins, below blank lines and comments.

    Args:
        source: any text.

    Returns:
        An index into *source*; 0 where the magic is in the first line, and where there is none.
    """
    above = _ABOVE.match(source)
    start = above.end() if above else 0
    return start if _MAGIC.match(source, start) else 0


def lines_above(source: str) -> int:
    """How many lines stand above a cell's magic; 0 where there is no magic."""
    return len(_BREAK.findall(source[: magic_start(source)]))


def below_comments(lines: list[str]) -> list[str]:
    """IPython's line transformer for a cell magic below comments.

    The magic is given what stands below its line and nothing else, so that ``%%writefile`` writes
    no comment of the notebook's. The lines above stay as blank ones: the magic keeps its line
    number in tracebacks.

    Args:
        lines: of a cell, each with its end, as IPython's cleanup leaves them.

    Returns:
        *lines* itself, where there is nothing to do.
    """
    source = "".join(lines)
    start = magic_start(source)
    if not start:
        return lines
    from IPython.core.inputtransformer2 import cell_magic, leading_indent

    # The magic may be indented where the comments are not: IPython has not seen that yet.
    rest: list[str] = leading_indent(  # type: ignore[no-untyped-call]
        source[start:].splitlines(keepends=True)
    )
    made: list[str] = cell_magic(rest)  # type: ignore[no-untyped-call]
    # It leaves `%%magic?` to a later transformer, which knows it below comments as well.
    return lines if made is rest else ["\n"] * lines_above(source) + made


def install(shell: InteractiveShell) -> None:
    """Let *shell* read its cells so; a second call changes nothing."""
    transforms = shell.input_transformer_manager.line_transforms
    if below_comments not in transforms:
        transforms.insert(0, below_comments)


def remove(shell: InteractiveShell) -> None:
    """Let *shell* read its cells as before."""
    transforms = shell.input_transformer_manager.line_transforms
    if below_comments in transforms:
        transforms.remove(below_comments)
