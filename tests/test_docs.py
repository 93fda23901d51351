"""What the documentation says is there, and what is there is documented.

Steps, options, commands, sentences, settings and variables are compared both ways; examples are
given to the parsers that users meet.
"""

from __future__ import annotations

import json
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

import pytest

from jupyterlab_preflight import checklist, commands, errors, options, report, secrets
from jupyterlab_preflight.bootstrap import gpu, hosts, require
from jupyterlab_preflight.bootstrap.grammar import parse, parse_words
from jupyterlab_preflight.bootstrap.language import language
from jupyterlab_preflight.fetch import tls
from jupyterlab_preflight.project import git
from jupyterlab_preflight.sources.recognise import table as links

ROOT = Path(__file__).parent.parent
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


# -- reading Markdown ----------------------------------------------------------------------------


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


# -- links ---------------------------------------------------------------------------------------


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


# -- the language --------------------------------------------------------------------------------


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


# -- examples ------------------------------------------------------------------------------------


def test_every_cell_is_right() -> None:
    cells = [one for one in EXAMPLES if one.kind == ""]
    assert len(cells) > 15
    for one in cells:
        parsed = parse(one.text)
        assert parsed.problems == (), (one.place, parsed.problems)
        assert parsed.steps or "#@title" in one.text, one.place


@pytest.mark.parametrize("name", PAGES)
def test_steps_within_sentences_are_right(name: str) -> None:
    for text in quoted(prose(name)):
        name, _, rest = text.strip().partition(" ")
        is_ours = name in language()["steps"] and rest and not rest.startswith("install")
        if is_ours and not _is_pattern(text):
            assert parse(text).problems == (), text


def _is_pattern(text: str) -> bool:
    """Whether it stands for many, as ``dataset LINK FOLDER`` does."""
    return bool(re.search(r"…|\b[A-Z]{2,}\b", text)) and "=" not in text


def test_every_command_line_is_right() -> None:
    found = [
        (one.place, line) for one in EXAMPLES if one.kind == "bash" for line in one.text.split("\n")
    ]
    found += [(name, text) for name in PAGES for text in quoted(prose(name))]
    checked = 0
    for place, line in found:
        for words in _commands(line):
            if words[:2] == ["jupyter", "preflight"] and not _is_pattern(" ".join(words)):
                _check(words[2:], f"{place}: {line}")
                checked += 1
    assert checked > 25


def _commands(line: str) -> Iterator[list[str]]:
    """The commands of a line of shell."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a sentence with an apostrophe
        return
    command: list[str] = []
    for word in [*words, ";"]:
        if word in (";", "&&", "||", "|"):
            yield command[: command.index(">")] if ">" in command else command
            command = []
        else:
            command.append(word)


def _check(words: list[str], place: str) -> None:
    if len(words) < 2:
        return  # the name of the program, or of a command
    try:
        said = options.understood(words)
    except options.Shown:
        return
    except errors.CellError as error:
        raise AssertionError(f"{place}: {error}") from None
    if said.command in ("do", "run"):
        step = said.words if said.command == "do" else ["run", *said.words]
        assert parse_words(step).problems == (), place


def test_python_examples_are_python() -> None:
    import ast

    for one in EXAMPLES:
        if one.kind == "python":
            lines = one.text.split("\n")
            ast.parse("\n".join(line for line in lines if not line.startswith("%")))
            for line in lines:
                if line.startswith("%preflight "):
                    assert parse(line.removeprefix("%preflight ")).problems == (), one.place


def test_json_examples_are_settings() -> None:
    checked = 0
    for one in EXAMPLES:
        if one.kind == "json":
            settings = json.loads(one.text)
            assert settings.keys() == _machine_settings()
            names = hosts.host({"CLUSTER_NAME": "x"}, settings=settings, hostname="gpu7").names
            assert "cluster" in names
            checked += 1
    assert checked == 1


# -- commands ------------------------------------------------------------------------------------


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


# -- settings ------------------------------------------------------------------------------------


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
        for item in schema.get("jupyter.lab.toolbars", {}).get("Notebook", ())
    }
    assert {one for one in quoted(text) if one.startswith("preflight-")} == items


def _machine_settings() -> set[str]:
    """The keys that are read of the machine's settings."""
    return set(re.findall(r"settings(?:\.load\([^)]*\))?\.get\(\"(\w+)\"", CODE))


def test_the_machines_settings() -> None:
    said = {quoted(cells[0])[0] for cells in rows(section(SETTINGS, "The machine's settings"))}
    assert said == _machine_settings() == {"hosts", "store"}


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


# -- errors --------------------------------------------------------------------------------------


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


# -- dependencies --------------------------------------------------------------------------------


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
