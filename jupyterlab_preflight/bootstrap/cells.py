"""Where the steps stand: in the ``%%preflight`` cells of a notebook, or in a text of their own.

Lines are counted as people see them: from the first line of the cell, the magic's line included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import CellError
from .lexer import split
from .messages import say

MAGIC = "%%preflight"

_BREAK = re.compile(r"\r\n|\r|\n")
_END = r"(?:\r\n|\r(?!\n)|\n)"
# IPython takes the magic below blank lines and indented; that comments may stand above it as well,
# as people write `#@title` there, is seen to when the extension is loaded.
_HEAD = re.compile(
    rf"(?:[ \t]*(?:#[^\r\n]*)?{_END})*[ \t]*{MAGIC}(?![^ \t\r\n])([^\r\n]*)(?:{_END}|\Z)"
)


@dataclass(frozen=True)
class Document:
    """Steps and where they come from.

    Attributes:
        text: all steps; what stands above the steps in a cell is blank, so that lines count.
        name: what to call it in sentences.
        folder: where it lies; destinations are relative to it by default.
        root: what they are relative to instead, where a cell says so: ``%%preflight --root DIR``.
        cells: for each line of `text` the number of its cell (1-based) and the line there;
            empty where there is one cell only.
    """

    text: str
    name: str
    folder: Path
    root: str = ""
    cells: tuple[tuple[int, int], ...] = ()

    def place(self, line: int) -> str:
        """``line 3``, or ``cell 2, line 3`` where several cells hold steps."""
        if self.cells and 0 < line <= len(self.cells):
            cell, there = self.cells[line - 1]
            return f"cell {cell}, line {there}"
        return f"line {line}"


def body(source: str) -> str | None:
    """The steps of a cell, with everything above them left blank; None for any other cell."""
    found = _HEAD.match(source)
    if not found:
        return None
    count = len(_BREAK.findall(found[0]))
    return "\n" * max(count, 1) + source[found.end() :]


def root_of(words: str) -> str:
    """The folder that the words after ``%%preflight`` name; empty where there are none.

    Raises:
        CellError: for anything but ``--root DIR``.
    """
    match split(words):
        case []:
            return ""
        case ["--root", str(folder)] if folder:
            return folder
    raise CellError(say("magic-words"))


def read(file: str, stdin: str | None = None) -> Document:
    """Read the steps of a notebook or a text.

    Args:
        file: a path, or ``-`` for *stdin*.
        stdin: what standard input holds.

    Raises:
        CellError: where it cannot be read or holds no steps.
    """
    if file == "-":
        return _document(stdin or "", "standard input", Path.cwd())
    path = Path(file).expanduser()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CellError(
            f"cannot be read ({error.strerror})",
            source=file,
            action="Check the path.",
        ) from None
    except UnicodeDecodeError:
        raise CellError("is not a text or a notebook (not UTF-8)", source=file) from None
    return _document(text, file, path.resolve().parent)


def _document(text: str, name: str, folder: Path) -> Document:
    if not name.endswith(".ipynb") and not text.lstrip().startswith("{"):
        return Document(body(text) or text, name, folder, _common_root([(0, text)], name))
    try:
        cells = json.loads(text)["cells"]
        sources = [
            (number, cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]))
            for number, cell in enumerate(cells, start=1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CellError(
            "is not a notebook of format 4", source=name, action="Save it again in JupyterLab."
        ) from None
    bodies = [(number, found) for number, source in sources if (found := body(source)) is not None]
    if not bodies:
        raise CellError(
            "has no %%preflight cell",
            source=name,
            action="Add one with the button Insert bootstrap cells, or by hand.",
        )
    root = _common_root(sources if len(bodies) > 1 else [(0, one) for _, one in sources], name)
    if len(bodies) == 1:
        return Document(bodies[0][1], name, folder, root)
    lines, places = [], []
    for number, found in bodies:
        for there, line in enumerate(found.split("\n"), start=1):
            lines.append(line)
            places.append((number, there))
    return Document("\n".join(lines), name, folder, root, tuple(places))


def _common_root(sources: Iterable[tuple[int, str]], name: str) -> str:
    """The one root that cells name.

    Args:
        sources: number and source of each cell; no number is told where it is 0.

    Raises:
        CellError: where they name several, or something else than a root.
    """
    roots: dict[str, None] = {}
    for number, source in sources:
        found = _HEAD.match(source)
        if found is None:
            continue
        try:
            roots[root_of(found[1])] = None
        except CellError as error:
            line = f"line {len(_BREAK.findall(source[: found.start(1)])) + 1}"
            raise error.about(
                f"{name}, cell {number}, {line}" if number else f"{name}, {line}"
            ) from None
    roots.pop("", None)
    if len(roots) > 1:
        raise CellError(
            f"its cells name several roots: {', '.join(roots)}",
            source=name,
            action="Name one of them with --root.",
        )
    return next(iter(roots), "")
