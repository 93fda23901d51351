"""Every error and every dependency has its sentence."""

from __future__ import annotations

import json
import re
from typing import Any

from jupyterlab_preflight import errors
from tests.docs.reading import (
    ERRORS,
    PAGES,
    ROOT,
    SENTENCES,
    quoted,
    rows,
    section,
)


def test_every_sentence_is_explained() -> None:
    text = section(ERRORS, "Wrong lines")
    said = re.findall(r"^\* `([a-z0-9-]+)`: (.+?)(?=^\* |^#|\Z)", text, re.M | re.S)
    assert len(said) == len(dict(said))
    assert dict(said).keys() == SENTENCES.keys()
    for code, words in said:
        sentence = re.sub(r"%\d", "…", SENTENCES[code])
        assert sentence in " ".join(words.split()), code


def test_every_kind_of_error_is_explained() -> None:
    text = " ".join(section(ERRORS, "Kinds").split())
    said = {
        name: (code, "exit code 3" in more)
        for code, name, more in re.findall(r"\* `([a-z-]+)` \(`(\w+)`([^)]*)\)", text)
    }
    known = {
        one.__name__: (one.code, one.person)
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.PreflightError)
    }
    assert said == known


def test_every_sentence_of_the_sidebar_is_explained() -> None:
    source = (ROOT / "src/bootstrap/situation.ts").read_text(encoding="utf-8")
    text = section(ERRORS, "The sidebar's sentences")
    plain = re.compile(r"trans\.__\(\s*'((?:[^'\\]|\\.)*)'|trans\._n\(\s*'([^']*)',\s*'([^']*)'")
    known = {re.sub(r"%\d", "…", one) for found in plain.findall(source) for one in found if one}
    table = rows(text)
    labels = {one for cells in table for one in re.findall(r"\*([^*]+)\*", cells[2])}
    buttons = re.findall(r"label: trans\.__\('([^']+)'\)", source)
    assert labels == set(buttons)
    sentences = {cells[0] for cells in table}
    assert sentences <= known
    more = known - sentences - labels
    assert not {one for one in more if not one.endswith((".", ":", "…"))} - {"checked … · …"}


def test_every_dependency_has_its_reason() -> None:
    package: Any = json.loads((ROOT / "package.json").read_text())
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:requires|dependencies|test) = \[(.*?)\]$", project, re.M | re.S)
    known = set(package["dependencies"]) | set(package["devDependencies"])
    for one in lists:
        known |= set(re.findall(r"\"([A-Za-z0-9_-]+)", one))
    page = PAGES["docs/explanation/dependencies.md"].split("## What we wrote")[0]
    said = {one for cells in rows(page) for one in quoted(cells[0])}
    assert said == known
