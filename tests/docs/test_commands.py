"""The pages say all of the commands and of the settings."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import fields
from typing import get_args

import pytest

from jupyterlab_preflight import commands, errors, options, report, secrets
from jupyterlab_preflight.bootstrap import gpu, hosts
from jupyterlab_preflight.bootstrap.language import language
from jupyterlab_preflight.fetch import tls
from jupyterlab_preflight.project import git
from jupyterlab_preflight.sources.recognise import table as links
from tests.docs.reading import (
    CODE,
    COMMANDS,
    PAGES,
    ROOT,
    SCHEMAS,
    SETTINGS,
    machine_settings,
    prose,
    quoted,
    rows,
    section,
)


def _parsers() -> Mapping[str, ArgumentParser]:
    (actions,) = options.parser("x")._subparsers._group_actions  # type: ignore[union-attr]
    found: Mapping[str, ArgumentParser] = actions.choices  # type: ignore[assignment]
    return found


def test_every_command_has_its_section() -> None:
    titles = re.findall(r"^## (.+)$", COMMANDS, re.M)
    assert [one for one in titles if one in options.COMMANDS] == list(options.COMMANDS)
    assert set(_parsers()) == set(options.COMMANDS) == {*language()["commands"], "run"}
    small = {one for one in titles if one == one.lower()}
    assert small == set(options.COMMANDS)


@pytest.mark.parametrize("name", options.COMMANDS)
def test_every_option_of_a_command_is_described(name: str) -> None:
    own = {one for action in _parsers()[name]._actions for one in action.option_strings}
    own |= set(options._LEADING.get(name, ()))
    if name == "run":
        row = language()["steps"]["run"]
        own |= {f"--{one}" for one in [*row["options"], *language()["everywhere"]]}
    everywhere = {"-h", "--help", "--root"}
    said = {quoted(cells[0])[0].split()[0] for cells in rows(section(COMMANDS, name))}
    assert said == own - everywhere
    assert everywhere <= own
    general = {
        one.split()[0] for cells in rows(COMMANDS.split("\n## ")[0]) for one in quoted(cells[0])
    }
    assert general == everywhere | {"--version"}


def test_exit_codes() -> None:
    said = {int(cells[0]) for cells in rows(section(COMMANDS, "Exit codes"))}
    assert said == {
        commands.READY,
        commands.WRONG,
        commands.PERSON,
        commands.FAILED,
        commands.STOPPED,
    }


def test_fields_of_the_report() -> None:
    whole, row = section(COMMANDS, "The report in JSON").split("Each row, ")
    assert {one for cells in rows(whole) for one in quoted(cells[0])} == set(
        report.Report("/").snapshot()
    )
    assert {one for cells in rows(row) for one in quoted(cells[0])} == {
        one.name for one in fields(report.Row)
    }
    error = next(cells[1] for cells in rows(row) if cells[0] == "`error`")
    assert set(quoted(error)) == set(errors.PreflightError("x").as_dict())
    assert set(errors.QuotaError("x").as_dict()) - set(quoted(error)) == {"retry_at"}
    states = next(cells[1] for cells in rows(whole) if cells[0] == "`state`")
    assert set(quoted(states)) == set(get_args(report.RunState))


def test_every_setting_is_described() -> None:
    said = {
        quoted(cells[0])[0]: quoted(cells[1])[0]
        for cells in rows(section(SETTINGS, "JupyterLab"))
        if len(cells) == 3
    }
    known = {
        name: json.dumps(one["default"])
        for schema in SCHEMAS
        for name, one in schema["properties"].items()
    }
    assert said == known
    for schema in SCHEMAS:
        assert f"*{schema['title']}*" in prose("docs/reference/settings.md")


def test_commands_plugins_and_toolbar_items() -> None:
    text = section(SETTINGS, "JupyterLab")
    ids = set()
    for path in (ROOT / "src").rglob("*.ts"):
        source = path.read_text(encoding="utf-8")
        if path.name == "plugin.ts":
            ids |= set(re.findall(r"(?:const ID =|  id:) '([a-z:-]+)'", source))
        elif path.name == "commands.ts":
            ids |= set(re.findall(r"export const \w+ = '(jupyterlab-preflight:[a-z-]+)'", source))
    assert {one for one in quoted(text) if one.startswith("jupyterlab-preflight:")} == ids
    items = {
        item["name"]
        for schema in SCHEMAS
        for bar in schema.get("jupyter.lab.toolbars", {}).values()
        for item in bar
    }
    assert {one for one in quoted(text) if one.startswith("preflight-")} == items


def test_the_machines_settings() -> None:
    said = {quoted(cells[0])[0] for cells in rows(section(SETTINGS, "The machine's settings"))}
    assert said == machine_settings() == {"hosts", "store"}


def test_every_variable_is_described() -> None:
    variable = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
    said = {
        one for one in quoted(section(SETTINGS, "Environment variables")) if variable.fullmatch(one)
    }
    said -= {"CLUSTER_NAME"}
    known = set(re.findall(r"\bPREFLIGHT_[A-Z_]+\b", CODE))
    known |= {*tls._VARIABLES, *git._KEPT, *hosts._BINDER}
    known |= {name for names in gpu._MASKS.values() for name in names}
    known |= {"KAGGLE_KERNEL_RUN_TYPE", "COLAB_RELEASE_TAG", "JUPYTERHUB_USER", "SLURM_JOB_ID"}
    known |= {"JUPYTER_CONFIG_DIR", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"}
    assert said == known
    for name in known - {"HTTPS_PROXY", "HTTP_PROXY"}:  # made of the link's scheme
        assert name in CODE or name.lower() in CODE, name
    assert "`PYTHON`" in SETTINGS
    assert "${PYTHON:-python3}" in CODE


def test_variables_of_ours_anywhere() -> None:
    known = set(re.findall(r"\bPREFLIGHT_[A-Z_]+\b", CODE))
    for name, page in PAGES.items():
        assert set(re.findall(r"\bPREFLIGHT_[A-Z_]+\b", page)) <= known, name


def test_every_known_secret_is_described() -> None:
    table = rows(section(SETTINGS, "Secrets"))
    assert {one for cells in table for one in quoted(cells[0])} == set(secrets.HOSTS)
    later = {row["name"] for row in links()["providers"].values() if row.get("later")}
    for cells in table:
        provider = re.match(r"Hugging Face|\w+", cells[1])
        assert provider is not None
        assert (provider[0] in later) == ("not used in this version" in cells[1])


def test_every_file_is_described() -> None:
    known = set(re.findall(r"\.folder\(\"([\w.-]+)\"", CODE))
    known |= set(re.findall(r"\.folder\(\) / \"([\w.-]+)\"", CODE))
    known |= set(re.findall(r"\.home / \"([\w.-]+)\"", CODE)) | {"swap"}
    text = section(SETTINGS, "Files")
    inside = {
        one.rstrip("/")
        for cells in rows(text.split("In your Jupyter")[0])
        for one in quoted(cells[0])
    }
    assert inside == known
    own = {one for cells in rows(text.split("In your Jupyter")[1]) for one in quoted(cells[0])}
    assert own == {"jupyterlab-preflight.json", str(secrets._FILE)}
