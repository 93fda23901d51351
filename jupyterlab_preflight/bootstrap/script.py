"""The steps as a plain shell script, for machines where nothing can be installed.

What each step does is written in ``shell/*.sh``; here a step becomes a call of those functions, and
the script gets the functions that its calls need. What a script cannot do it says, and fails.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, NoReturn, cast

from .. import __version__, words
from ..errors import AuthError, PreflightError, UnsupportedError
from .engine import destination, paths
from .grammar import Step

if TYPE_CHECKING:
    from ..fetch.http import Client
    from ..fetch.model import Download
    from ..secrets import Secret, Secrets

_FUNCTION = re.compile(
    r"^((?:#[^\n]*\n)*([a-z_0-9]+)\(\) [{(]\n.*?^[})]\n)", re.MULTILINE | re.DOTALL
)
_FILES = ("steps", "machine", "secrets", "fetch", "unpack", "tree", "project")

_CONDITION = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?((?:[<>=!~]=|[<>]).+)")

_DIFFERENCES = {
    "dataset": (
        "A folder that is there counts as complete: it is not compared, completed or verified.",
        "What was interrupted begins again; nothing is resumed, or shared with other projects.",
    ),
    "project": (
        "Without a base, nobody can tell who changed a file: where one differs from upstream, and"
        " git cannot go forward, it is left as it is, and the step fails.",
    ),
    "link": ("Another link at the path is replaced, whoever made it.",),
    "pip": ("pip is asked at every run.",),
    "env": ("Variables hold for the steps of this script, and end with it.",),
}
"""What a step does less than in ``prepare``."""


class _Call:
    """One step as shell: lines, without the condition around them."""

    def __init__(self, step: Step, waits: Sequence[int]) -> None:
        self._head = [
            str(step.line),
            "yes" if step.flag("optional") else "''",
            shlex.quote(" ".join(map(str, waits))),
        ]
        self.lines: list[str] = []

    def step(self, *call: str) -> None:
        """A call that may fail without ending the script."""
        self.lines.append(" ".join(["step", *self._head, *map(shlex.quote, call)]))

    def here(self, function: str, *call: str) -> None:
        """A call in the script's own process, where it can set variables."""
        self.lines.append(" ".join([function, *self._head[:2], *map(shlex.quote, call)]))


def script(steps: Sequence[Step], name: str, root: str = "") -> str:
    """A bash script that does what *steps* say in the folder that it is started in, or in *root*.

    Args:
        steps: checked steps, in text order.
        name: what they were read from, for the script's first lines.
        root: the folder that destinations are relative to, itself relative to where it is started.
    """
    body: list[str] = []
    early = [step for step in steps if step.name == "require"]
    for step in early:
        body += _part(step, _required(step, packages=False))
    for step in steps:
        make = _MAKERS.get(step.name, _unknown)
        call = _Call(step, _waits(step, steps))
        try:
            make(step, steps, call)
        except PreflightError as error:
            call.lines = []
            call.step("cannot", str(error))
        body += _part(step, call)
    used = "\n".join(body)
    return "\n".join(
        [
            *_head(steps, name),
            "",
            "# shellcheck disable=SC2329  # functions are called by their names, through step",
            "set -euo pipefail",
            *_settings(used),
            "",
            *_functions(used),
            *_enter(root),
            *body,
            "",
            'exit "$result"',
            "",
        ]
    )


def _enter(root: str) -> list[str]:
    if not root:
        return ['cd -- "${PREFLIGHT_ROOT:-.}"']
    folder = '"$HOME"' + shlex.quote(root[1:]) if re.match(r"~(/|$)", root) else shlex.quote(root)
    return [f"mkdir -p -- {folder}", f"cd -- {folder}"]


def _head(steps: Sequence[Step], name: str) -> Iterator[str]:
    yield "#!/usr/bin/env bash"
    yield f"# What {words.plain(name, 80)} names, as a plain script."
    yield f"# Written by jupyterlab-preflight {words.plain(__version__)}."
    yield "#"
    yield "# Start it in the folder that the destinations are relative to, or set PREFLIGHT_ROOT."
    yield "# It needs bash, curl or wget, and where lines ask for it git, unzip (or bsdtar, or"
    yield "# python3) and tar. It ends with 0 where everything is ready, else with 4."
    yield "#"
    yield "# `jupyter preflight prepare` does more:"
    names = dict.fromkeys(step.name for step in steps)
    found = [line for name in names for line in _DIFFERENCES.get(name, ())]
    if any("path" in step.options for step in steps) and "env" not in names:
        found += _DIFFERENCES["env"]
    if any(step.on for step in steps):
        found.append("Names that a settings file gives to machines are known by PREFLIGHT_HOST.")
    found.append("Archives are trusted a bit more: names and links are checked, overlaps are not.")
    for line in found:
        yield from _comment(line)


def _comment(text: str) -> Iterator[str]:
    import textwrap

    yield from textwrap.wrap(text, 98, initial_indent="# * ", subsequent_indent="#   ")


def _settings(used: str) -> Iterator[str]:
    if re.search(r"\bset_secret\b|--secret\b", used):
        yield "{ set +x; } 2>/dev/null  # tracing would show what is secret"
    yield "failed=' ' excused=' ' result=0"
    if re.search(r"\b(?:pip_install|require_version|run_command)\b", used):
        yield "python=${PYTHON:-python3}"


def _part(step: Step, call: _Call) -> Iterator[str]:
    """The shell of one step, under a comment with its line."""
    if not call.lines:
        return
    yield ""
    yield f"# {words.plain(step.key, 300)}"
    if step.on:
        yield f"if on {shlex.quote(','.join(step.on))}; then"
        yield from (f"  {line}" for line in call.lines)
        yield "fi"
    else:
        yield from call.lines


def _functions(used: str) -> Iterator[str]:
    """The functions that *used* needs, and those that they need, in the order of their files."""
    known: dict[str, str] = {}
    for file in sorted(
        (resources.files(__package__) / "shell").iterdir(), key=lambda one: one.name
    ):
        for match in _FUNCTION.finditer(file.read_text(encoding="utf-8")):
            known[match[2]] = match[1]
    wanted: set[str] = set()
    waiting = [used]
    while waiting:
        for name in set(re.findall(r"\b[a-z_0-9]+\b", waiting.pop())) & known.keys() - wanted:
            wanted.add(name)
            waiting.append(re.sub("^ *#.*", "", known[name], flags=re.MULTILINE))
    yield from (text for name, text in known.items() if name in wanted)


def _waits(step: Step, steps: Sequence[Step]) -> list[int]:
    """The earlier lines that make something that *step* uses."""
    used = list(paths(step))
    return [
        one.line
        for one in steps[: steps.index(step)]
        if (made := destination(one)) and any(f"{path}/".startswith(f"{made}/") for path in used)
    ]


# -- the steps -------------------------------------------------------------------------------------


def _required(step: Step, *, packages: bool) -> _Call:
    """The conditions of one ``require`` that are about packages, or those that are not."""
    from .require import of_packages, size

    call = _Call(step, [])
    later = of_packages(step.args)
    for condition in step.args:
        if (condition in later) != packages:
            continue
        match = _CONDITION.fullmatch(condition)
        name = match[1].lower() if match else ""
        if condition == "gpu":
            call.step("require_gpu")
        elif match is None:
            call.step("require_place", condition)
        elif name in ("ram", "disk"):
            call.step(f"require_{name}", str(size(match[2].removeprefix(">="))))
        elif name != "preflight":  # a script needs none
            call.step("require_version", name if name == "python" else match[1], match[2])
    return call


def _require(step: Step, steps: Sequence[Step], call: _Call) -> None:
    call.lines = _required(step, packages=True).lines


def _dataset(step: Step, steps: Sequence[Step], call: _Call) -> None:
    assert step.source is not None
    dest = step.args[1]
    if step.flag("git"):
        raise UnsupportedError("the files of a clone without the clone need Preflight itself.")
    if step.source.provider != "local":
        call.step("dataset", dest, *_obtain(step))
    elif step.flag("copy"):
        call.step("dataset", dest, "--from", _local(step))
    else:
        call.step("nearby", _local(step), dest)
    _expand_home(step, call)
    _path(step, call)


def _project(step: Step, steps: Sequence[Step], call: _Call) -> None:
    assert step.source is not None
    dest = step.args[1]
    if step.source.provider == "local" and not step.flag("copy"):
        call.step("nearby", _local(step), dest)
    elif step.source.provider == "local":
        call.step("project", dest, "--from", _local(step))
    else:
        git = _git(step)
        archive = [] if step.flag("git") else _obtain(step)
        if not git and step.flag("git"):
            raise UnsupportedError("its link is no repository, or its options leave files out.")
        call.step("project", dest, *git, *archive, *_without(dest, steps))
    _expand_home(step, call)
    _path(step, call)


def _git(step: Step) -> list[str]:
    """The options for a clone; empty where `prepare` would take the archive."""
    from ..sources.github import repository

    source = step.source
    shaping = ("archive", "include", "strip", "flat", "unpack", "no-unpack", "as")
    if source is None or source.kind != "repository" or any(map(step.flag, shaping)):
        return []
    url = repository(source).clone_url if source.provider == "github" else source.canonical
    found = ["--git", url, "--made-for", source.canonical]
    ref = step.option("ref") or source.parts.get("ref", "")
    secret = step.option("secret") if step.flag("git") else None
    return [*found, *_pair("--ref", ref), *_pair("--secret", secret)]


def _without(dest: str, steps: Sequence[Step]) -> Iterator[str]:
    """Paths of the project that other lines make links of: what it has there does not arrive."""
    for step in steps:
        if step.name == "link" and step.args[1].startswith(f"{dest}/"):
            yield from ("--without", step.args[1][len(dest) + 1 :])


def _obtain(step: Step) -> list[str]:
    """The options of the shell's ``obtain`` that make the tree of *step*."""
    from ..fetch.names import include_pattern

    assert step.source is not None
    download, within = _download(step)
    if download.headers:
        raise UnsupportedError("its provider wants more of a request than a link.")
    made = download.archive is True and not download.ranged
    unpack = {True: "yes", False: "no", None: "maybe"}[download.archive]
    if step.flag("unpack"):
        unpack = "yes"
    elif step.flag("no-unpack"):
        unpack = "no"
    strip = step.option("strip") or str(download.strip)
    pattern = include_pattern(step.many("include"))
    return [
        *("--url", download.url),
        *_pair("--within", within),
        *_pair("--name", download.name),
        *_pair("--as", step.option("as")),
        *_pair("--unpack", unpack if unpack != "maybe" else None),
        *_pair("--strip", strip if strip != "0" else None),
        *_pair("--inside", download.folder),
        *_pair("--include", _extended(pattern.pattern) if pattern else None),
        *(["--flat"] if step.flag("flat") else []),
        *_pair("--tree-sha256" if made else "--sha256", (step.option("sha256") or "").lower()),
        *_pair("--secret", step.option("secret") if download.credential else None),
    ]


def _download(step: Step) -> tuple[Download, str]:
    """The one file behind the link of *step*, and for a folder in a repository ``BRANCH/FOLDER``.

    Raises:
        UnsupportedError: only its provider can tell what files there are.
    """
    from dataclasses import replace

    from ..sources import Wanted, resolve

    source, within = step.source, ""
    assert source is not None
    rest = source.parts.get("rest", "")
    if source.kind == "tree" and "/" in rest and "secret" not in step.options:
        within = rest
        parts = {name: value for name, value in source.parts.items() if name != "rest"}
        source = replace(source, kind="repository", parts=parts)
    wanted = Wanted(
        source,
        ref=step.option("ref"),
        secret=step.option("secret"),
        extra={"sheet": sheet} if (sheet := step.option("sheet")) else {},
    )
    downloads = resolve(wanted, cast("Client", _NoNetwork()), cast("Secrets", _NoSecrets()))
    if len(downloads) != 1:
        raise UnsupportedError("it is several files.")
    if not within:
        return downloads[0], ""
    from ..sources.github import repository

    return replace(downloads[0], url=repository(source).web_url), within


def _extended(pattern: str) -> str:
    """A pattern of `include_pattern` as a POSIX extended regular expression."""
    if re.search(r"\\[^\W_]|\[[^\]]*\\", pattern):
        raise UnsupportedError("its --include has a class of characters that bash reads otherwise.")
    return f"^({pattern.replace('(?:', '(')})$"


def _local(step: Step) -> str:
    assert step.source is not None
    return step.source.parts.get("path", step.source.canonical)


def _expand_home(step: Step, call: _Call) -> None:
    """Let the shell know the home folder where the line does."""
    local = _local(step) if step.source and step.source.provider == "local" else ""
    if local == "~" or local.startswith("~/"):
        spelled = shlex.quote(local)
        expanded = '"$HOME"' + (shlex.quote(local[1:]) if local[1:] else "")
        call.lines = [line.replace(f" {spelled}", f" {expanded}", 1) for line in call.lines]
    elif local.startswith("~"):
        raise UnsupportedError("it lies in the home folder of somebody else.")


def _path(step: Step, call: _Call) -> None:
    if "path" in step.options:
        below = step.option("path")
        folder = posixpath.join(step.args[1], below) if below else step.args[1]
        call.lines.append(f"put_on_path {step.line} {shlex.quote(folder)}")


def _link(step: Step, steps: Sequence[Step], call: _Call) -> None:
    target, path = posixpath.normpath(step.args[0]), posixpath.normpath(step.args[1])
    if not target.startswith("/"):
        target = posixpath.relpath(target, posixpath.dirname(path) or ".")
    call.step("link", target, path)


def _pip(step: Step, steps: Sequence[Step], call: _Call) -> None:
    call.step("pip_install", *step.args)


def _apt(step: Step, steps: Sequence[Step], call: _Call) -> None:
    call.step("apt_install", *step.args)


def _env(step: Step, steps: Sequence[Step], call: _Call) -> None:
    for word in step.args:
        name, _, value = word.partition("=")
        call.lines.append(f"export {name}={shlex.quote(value) if value else ''}")
    for word in step.many("secret"):
        name, _, secret = word.partition("=")
        call.here("set_secret", name, secret or name)


def _run(step: Step, steps: Sequence[Step], call: _Call) -> None:
    call.step("run_command", step.option("in") or ".", *step.args)


def _unknown(step: Step, steps: Sequence[Step], call: _Call) -> NoReturn:
    raise UnsupportedError(f"{step.name} needs Preflight itself.")


_MAKERS: Mapping[str, Callable[[Step, Sequence[Step], _Call], None]] = {
    "require": _require,
    "dataset": _dataset,
    "project": _project,
    "link": _link,
    "pip": _pip,
    "apt": _apt,
    "env": _env,
    "run": _run,
}


def _pair(option: str, value: str | None) -> list[str]:
    return [option, value] if value else []


# -- what a provider gets in place of a network and of secrets -------------------------------------


class _NoNetwork:
    """A client that cannot be asked: what a provider must ask for, no script knows."""

    def open(self, request: object) -> NoReturn:
        raise UnsupportedError("its provider has to be asked what files there are.")


class _NoSecrets:
    """Stands for the secret that the line names: its value is looked up when the script runs."""

    def find(self, name: str, host: str) -> Secret:
        if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
            raise AuthError(f"{words.plain(name)} is no name of a variable.")
        from ..secrets import Secret

        return Secret("unknown")

    def known(self, provider: str) -> Sequence[str]:
        return ()
