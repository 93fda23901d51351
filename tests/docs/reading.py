"""The pages of the documentation, and what their tests read of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "jupyterlab_preflight"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")))
}
LANGUAGE = PAGES["docs/reference/language.md"]
COMMANDS = PAGES["docs/reference/commands.md"]
SETTINGS = PAGES["docs/reference/settings.md"]
ERRORS = PAGES["docs/reference/errors.md"]
SOURCE = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
CODE = "\n".join(SOURCE.values())
SENTENCES = json.loads((PACKAGE / "bootstrap/messages.json").read_text(encoding="utf-8"))
SCHEMAS = [json.loads(path.read_text()) for path in (ROOT / "schema").glob("*.json")]


@dataclass(frozen=True)
class Fence:
    """A block of code: where it stands, what language it says, and its text."""

    place: str
    kind: str
    text: str


def fences(name: str) -> Iterator[Fence]:
    for found in re.finditer(r"^( *)```(\w*)\n(.*?)^ *```$", PAGES[name], re.M | re.S):
        line = PAGES[name].count("\n", 0, found.start()) + 1
        text = re.sub(rf"^{found[1]}", "", found[3], flags=re.M)
        yield Fence(f"{name}:{line}", found[2], text)


def prose(name: str) -> str:
    """A page without its blocks of code, each run of blanks as one."""
    return " ".join(re.sub(r"^ *```.*?^ *```$", "", PAGES[name], flags=re.M | re.S).split())


def section(page: str, title: str) -> str:
    """What stands below a heading, up to the next one of its rank."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |^#{{1,2}} |\Z)", page, re.M | re.S)
    assert found is not None, title
    return found[2]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables, without their heads."""
    lines = [line for line in text.split("\n") if line.startswith("|")]
    bodies = [
        line
        for number, line in enumerate(lines)
        if "---" not in line and not ("".join(lines[number + 1 : number + 2]).startswith("| ---"))
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in bodies]


def quoted(text: str) -> list[str]:
    """All that stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


EXAMPLES = [one for name in PAGES for one in fences(name)]


def machine_settings() -> set[str]:
    """The keys that are read of the machine's settings."""
    return set(re.findall(r"settings(?:\.load\([^)]*\))?\.get\(\"(\w+)\"", CODE))
