"""The pages say all of the language, and nothing that it has not."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from jupyterlab_preflight import checklist, report
from jupyterlab_preflight.bootstrap import hosts, require
from jupyterlab_preflight.bootstrap.grammar import parse
from jupyterlab_preflight.bootstrap.language import language
from jupyterlab_preflight.sources.recognise import table as links
from tests.docs.reading import (
    LANGUAGE,
    PAGES,
    ROOT,
    quoted,
    rows,
    section,
)


def anchors(page: str) -> set[str]:
    """The names under which a page's headings are found."""
    heads = re.findall(r"^#+ (.+)$", re.sub(r"^ *```.*?^ *```$", "", page, flags=re.M | re.S), re.M)
    plain = [re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads]
    assert len(plain) == len(set(plain)), plain
    return set(plain)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", PAGES[name])):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", PAGES)
def test_lines_are_not_long(name: str) -> None:
    lines = PAGES[name].split("\n")
    long = [line for line in lines if len(line) > 100 and not line.startswith("| ")]
    assert not long


def test_every_step_has_its_section() -> None:
    titles = re.findall(r"^### (.+)$", section(LANGUAGE, "Steps"), re.M)
    assert len(titles) == len(set(titles))
    assert set(titles) == set(language()["steps"])
    for name, row in language()["steps"].items():
        own = section(LANGUAGE, name)
        assert row["usage"].replace("PACKAGE…", "", 1).rstrip() in own.replace("\n", " ") or (
            name == "pip" and "`pip ARGS…`" in own
        )


def test_every_option_is_said_of_its_steps() -> None:
    steps, everywhere = language()["steps"], language()["everywhere"]
    said: dict[str, set[str]] = {}
    for cells in rows(section(LANGUAGE, "Options")):
        option = re.match(r"`--([a-z0-9-]+)", cells[0])
        if option is not None and len(cells) == 3:
            of = set(steps) if cells[1] == "all steps" else set(quoted(cells[1]))
            said[option[1]] = said.get(option[1], set()) | of
    known = {
        option: {name for name, row in steps.items() if option in [*row["options"], *everywhere]}
        for option in language()["options"]
    }
    assert said == known


PROVIDERS = {
    "Dropbox": "dropbox",
    "Drive": "gdrive",
    "GitHub": "github",
    "https": "https",
    "this machine": "local",
}


def test_for_which_links_options_work() -> None:
    text = section(LANGUAGE, "Options")
    head = next(line for line in text.split("\n") if line.startswith("| option | Dropbox"))
    columns = [cell.strip() for cell in head.strip("|").split("|")][1:-1]
    assert [PROVIDERS[column] for column in columns] == list(PROVIDERS.values())
    said = {
        option.removeprefix("--"): {
            PROVIDERS[column]: cell == "yes"
            for column, cell in zip(columns, cells[1:-1], strict=True)
        }
        for cells in rows(text)
        if len(cells) == len(columns) + 2
        for option in quoted(cells[0])
    }
    limited = {
        option: {provider: provider in providers for provider in PROVIDERS.values()}
        for option, providers in language()["for"].items()
    }
    assert {option: row for option, row in said.items() if option in limited} == limited
    assert all(all(row.values()) for option, row in said.items() if option not in limited)
    sources = set(language()["steps"]["project"]["options"]) - set(language()["later"])
    assert set(said) == sources


def test_every_provider_of_this_version_is_described() -> None:
    described = re.findall(r"^\*\*(.+?)\.\*\*", section(LANGUAGE, "Links"), re.M)
    served = [row["name"] for row in links()["providers"].values() if not row.get("later")]
    assert sorted(name.partition(" (")[0] for name in described) == sorted(served)


def test_what_comes_later_is_said_to() -> None:
    text = section(LANGUAGE, "Not in this version")
    table = language()
    later = {name for name, row in table["steps"].items() if row.get("later")}
    assert later <= set(quoted(text))
    only = {
        f"--{option}"
        for option in table["options"]
        if all(
            option not in row["options"] or name in later for name, row in table["steps"].items()
        )
        and option not in table["everywhere"]
    }
    assert {one for one in quoted(text) if one.startswith("--")} == {
        *table["later"].values(),
        *only,
    }
    schemes = {"kaggle:", "hf:", "doi:", "s3://", "gs://", "drive:", "rclone:"}
    for scheme in schemes:
        step = parse(f"dataset {scheme}a/b x" if scheme != "rclone:" else "dataset rclone:a:b x")
        step = parse("dataset doi:10.1/x x") if scheme == "doi:" else step
        assert [problem.code for problem in step.problems] == ["not-in-this-version"], scheme
    places = {"drive:PATH", "rclone:REMOTE:PATH"}
    words = {one for one in quoted(text) if not one.startswith("--")}
    assert words == later | schemes | places | set(table["later-commands"])
    for row in links()["providers"].values():
        assert not row.get("later") or row["name"].lower() in text.lower(), row["name"]


def test_conditions_and_names_of_machines() -> None:
    said = {one for cells in rows(section(LANGUAGE, "require")) for one in quoted(cells[0])}
    machine = {re.match("[a-z]+", one)[0] for one in said if ">=" in one and one[0].islower()}  # type: ignore[index]
    assert machine == require._MACHINE
    assert {"gpu", "cpu"} <= said
    for one in said:
        assert parse(f"require '{one}'").problems == (), one
    names = {
        one for cells in rows(section(LANGUAGE, "Names of machines")) for one in quoted(cells[0])
    }
    assert names == hosts.BUILT_IN


def test_states_and_their_signs() -> None:
    said = {quoted(cells[1])[0]: cells[0] for cells in rows(section(LANGUAGE, "States of a row"))}
    assert said == {state: checklist.sign(state) for state in get_args(report.RowState)}
