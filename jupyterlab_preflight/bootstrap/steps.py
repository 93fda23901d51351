"""Reads the words of one line as a step: its name, its options, its arguments.

Each reader collects what is wrong instead of stopping at the first mistake, so that a user
corrects a line once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..sources.recognise import LinkProblem, Source, provider_row, recognise
from . import values
from .folders import FolderProblem, folder
from .language import language, nearest, token_in
from .lexer import Line, Word, quote
from .naming import suggest_folder

Fix = tuple[int, int, str]


@dataclass(frozen=True)
class Finding:
    """Something wrong with a word, and the spans to replace for it to be right."""

    code: str
    word: Word
    values: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    line: Line | None = None


class Reader:
    """One line while it is read.

    Attributes:
        complete: whether this is a step of the language with all that it needs, so that checks
            across lines make sense.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.findings: list[Finding] = []
        self.name = line.words[0].value
        self.row: Mapping[str, Any] = {}
        self.options: dict[str, str | bool | tuple[str, ...]] = {}
        self.option_words: dict[str, Word] = {}
        self.positional: list[Word] = []
        self.args: list[str] = []
        self.source: Source | None = None
        self.complete = False

    def wrong(self, code: str, word: Word, *given: str, fix: str | None = None) -> None:
        """Notes a mistake at *word*; *fix* is what should stand there, already quoted."""
        fixes = ((word.start, word.end, fix),) if fix is not None else ()
        self.findings.append(Finding(code, word, given, fixes, self.line))

    def without(self, word: Word) -> Fix:
        """The span of *word* and the blanks before it, to be taken out."""
        words = self.line.words
        index = words.index(word)
        return (words[index - 1].end if index else word.start, word.end, "")


def read(line: Line) -> Reader:
    """Reads one line whose words the lexer could make out."""
    reader = Reader(line)
    row = language()["steps"].get(reader.name)
    if row is None:
        _unknown(reader)
        return reader
    reader.row = row
    rest = list(line.words[1:])
    if row.get("command"):
        rest = _leading_options(reader, rest)
    else:
        rest = _options(reader, rest)
    reader.positional = rest
    _STEPS[reader.name](reader)
    _tokens(reader)
    if row.get("later"):
        reader.wrong("not-in-this-version", line.words[0], f"“{reader.name}”")
    for option, shown in language()["later"].items():
        if option in reader.options:
            reader.wrong("not-in-this-version", reader.option_words[option], shown)
    return reader


def _unknown(reader: Reader) -> None:
    """Says what a first word that is no step was probably meant to be."""
    table, words = language(), reader.line.words
    first, name = words[0], words[0].value
    steps = list(table["steps"])
    bare = name.lstrip("!%")
    if bare != name:
        if bare in ("preflight", "") and len(words) > 1 and words[1].value in steps:
            fixes = ((first.start, words[1].start, ""),)
            reader.findings.append(Finding("magic-inside", first, (name,), fixes, reader.line))
            return
        if bare in steps:
            reader.wrong("magic-inside", first, name.removesuffix(bare), fix=bare)
            return
    if name in table["later-commands"] and len(words) == 1:
        reader.wrong("not-in-this-version", first, f"%preflight {name}")
        return
    if name in table["commands"]:
        reader.wrong("not-a-step", first, name)
        return
    lower = bare.lower()
    like = "" if lower in steps else table["like"].get(lower, "")
    if like:
        dropped = _verbs(reader, table["verbs"].get(lower, ()))
        same = lower in table["same"] or bool(dropped)
        fixes = ((first.start, dropped or first.end, like),) if same else ()
        reader.findings.append(Finding("similar-step", first, (name, like), fixes, reader.line))
        return
    near = nearest(bare, steps)
    if near:
        reader.wrong("similar-step", first, name, near, fix=near)
        return
    try:
        source = recognise(name) if "://" in name or "/" in name or ":" in name else None
    except LinkProblem:
        source = None
    if source is not None:
        step = "project" if source.provider == "github" else "dataset"
        text = quote(name) if len(words) > 1 else f"{quote(name)} {suggest_folder(source, step)}"
        reader.wrong("link-first", first, step, fix=f"{step} {text}")
        return
    reader.wrong("unknown-step", first, name)


def _verbs(reader: Reader, verbs: list[str]) -> int:
    """Where the words such as ``clone`` after ``git`` end; 0 where they do not stand there."""
    words = reader.line.words
    found = [word.value for word in words[1 : 1 + len(verbs)]]
    return words[len(verbs)].end if verbs and found == list(verbs) else 0


def _known(reader: Reader) -> list[str]:
    names: list[str] = [*reader.row["options"], *language()["everywhere"]]
    return names


def _leading_options(reader: Reader, rest: list[Word]) -> list[Word]:
    """Our own options directly after the name; all else belongs to the command."""
    known = _known(reader)
    while rest and rest[0].value.startswith("--"):
        name = rest[0].value[2:].partition("=")[0]
        if name not in known:
            break
        rest = rest[_option(reader, rest, 0) :]
    if rest and rest[0].value == "--":
        rest = rest[1:]
    return rest


def _options(reader: Reader, rest: list[Word]) -> list[Word]:
    """Options before, between and after the other words."""
    positional: list[Word] = []
    at = 0
    while at < len(rest):
        word = rest[at].value
        if word == "--":
            positional += rest[at + 1 :]
            break
        if word.startswith("-") and word != "-":
            at += _option(reader, rest, at)
        else:
            positional.append(rest[at])
            at += 1
    return positional


def _option(reader: Reader, rest: list[Word], at: int) -> int:
    """Reads the option at *at*; returns how many words it took."""
    word = rest[at]
    name, equals, given = word.value.removeprefix("--").partition("=")
    table = language()
    if not word.value.startswith("--") or name not in _known(reader):
        _unknown_option(reader, word, name)
        return 1
    kind = reader.row.get("kinds", {}).get(name, table["options"][name])
    if name in reader.options and name not in reader.row.get("many", ()):
        reader.wrong("option-twice", word, f"--{name}")
        return 1
    reader.option_words[name] = word
    if kind == "flag":
        if equals:
            reader.wrong("option-no-value", word, f"--{name}", fix=f"--{name}")
        reader.options[name] = True
        return 1
    taken, holder = 1, word
    if kind == "inside" and not equals:
        reader.options[name] = True
        return 1
    if not equals:
        following = rest[at + 1] if at + 1 < len(rest) else None
        if following is None or following.value.startswith("--"):
            reader.wrong("option-value", word, f"--{name}")
            reader.options[name] = ""
            return 1
        taken, holder, given = 2, following, following.value
    if not given:
        reader.wrong("option-value", word, f"--{name}")
        reader.options[name] = ""
        return taken
    try:
        value = values.READERS[kind](given)
    except values.ValueProblem as problem:
        fix = None
        if problem.fix is not None:
            fix = quote(f"--{name}={problem.fix}" if equals else problem.fix)
        shown = (*problem.values, f"--{name}") if problem.code == "value-number" else problem.values
        reader.wrong(problem.code, holder, *shown, fix=fix)
        value = given if kind not in ("names", "glob", "bindings") else (given,)
    before = reader.options.get(name)
    if isinstance(value, tuple) and isinstance(before, tuple):
        value = before + value
    reader.options[name] = value
    return taken


def _unknown_option(reader: Reader, word: Word, name: str) -> None:
    bare = name.lstrip("-")
    near = nearest(bare, _known(reader)) if len(bare) > 1 else ""
    shown = word.value.partition("=")[0]
    if near:
        tail = word.value[len(shown) :]
        fix = quote(f"--{near}{tail}")
        reader.wrong("similar-option", word, reader.name, shown, f"--{near}", fix=fix)
        return
    for step, row in language()["steps"].items():
        if bare in row["options"] and word.value.startswith("--"):
            reader.wrong("option-only", word, f"--{bare}", step, reader.name)
            return
    reader.wrong("unknown-option", word, reader.name, shown)


def _enough(reader: Reader) -> bool:
    """Whether there are as many words as the step needs."""
    least, most = reader.row["least"], reader.row["most"]
    first, count = reader.line.words[0], len(reader.positional)
    if count < least:
        reader.wrong("needs-words", first, reader.row["usage"])
        return False
    if most and count > most:
        extra = reader.positional[most]
        tail = reader.positional[most - 1 :]
        joined = quote(" ".join(word.value for word in tail))
        adjacent = all(word.line == tail[0].line for word in tail) and not reader.options
        fix = ((tail[0].start, tail[-1].end, joined),) if adjacent else ()
        shown = (extra.value, reader.row["usage"])
        reader.findings.append(Finding("too-many-words", extra, shown, fix, reader.line))
        return False
    return True


def _folder(reader: Reader, word: Word) -> str | None:
    try:
        return folder(word.value)
    except FolderProblem as problem:
        given = (problem.value,) if problem.value else ()
        fix = None if problem.fix is None else quote(problem.fix)
        reader.wrong(problem.code, word, *given, fix=fix)
        return None


def _link(reader: Reader, word: Word) -> Source | None:
    try:
        return recognise(word.value)
    except LinkProblem as problem:
        fix = quote(problem.hint) if problem.hint else None
        reader.wrong(problem.code, word, *problem.values, fix=fix)
        return None


def _is_link(text: str) -> bool:
    try:
        return recognise(text).provider != "local"
    except LinkProblem:
        return "://" in text


def _read_source(reader: Reader) -> None:
    """``dataset`` and ``project``."""
    given = reader.positional
    if len(given) == 1 and (_is_link(given[0].value) or given[0].value.startswith((".", "/"))):
        source = _link(reader, given[0])
        if source is not None:
            fix = f"{quote(given[0].value)} {suggest_folder(source, reader.name)}"
            reader.wrong("needs-folder", given[0], fix=fix)
        return
    if not _enough(reader):
        return
    link, dest = given
    if _is_link(dest.value) and not _is_link(link.value):
        fixes = (
            (link.start, link.end, quote(dest.value)),
            (dest.start, dest.end, quote(link.value)),
        )
        reader.findings.append(Finding("swapped", link, (), fixes, reader.line))
        return
    reader.source = _link(reader, link)
    path = _folder(reader, dest)
    if path is None:
        return
    reader.args = [link.value, path]
    reader.complete = True
    if reader.source is not None:
        _fitting(reader, reader.source, link)


def _fitting(reader: Reader, source: Source, link: Word) -> None:
    """Whether the provider is served, and the options mean something for it."""
    table = language()
    row = provider_row(source.provider)
    if row.get("later"):
        hint = _bucket_link(source)
        reader.wrong("not-in-this-version", link, row["name"], fix=hint)
    elif source.provider == "https" and source.kind == "repository":
        reader.wrong("not-in-this-version", link, "A Git repository outside GitHub")
    for one, other in table["against"]:
        if one in reader.options and other in reader.options:
            word = reader.option_words[other]
            reader.wrong("options-against", word, f"--{one}", f"--{other}")
    for option, providers in table["for"].items():
        if option in reader.options and source.provider not in providers:
            word = reader.option_words[option]
            reader.wrong("option-not-for", word, f"--{option}", row["name"])
    ref = reader.options.get("ref")
    if isinstance(ref, str) and source.provider == "github":
        inside = source.parts.get("rest") or source.parts.get("ref")
        if inside:
            reader.wrong("ref-twice", reader.option_words["ref"], inside, ref)
        elif source.kind == "release":
            reader.wrong("option-not-for", reader.option_words["ref"], "--ref", row["name"])
    if "secret" in reader.options and source.canonical.startswith("http://"):
        reader.wrong("secret-http", reader.option_words["secret"])


def _bucket_link(source: Source) -> str | None:
    """The https link of a public object, which this version can fetch."""
    bucket, key = source.parts.get("bucket", ""), source.parts.get("key", "")
    if not key or key.endswith("/"):
        return None
    hosts = {"s3": f"{bucket}.s3.amazonaws.com", "gcs": f"storage.googleapis.com/{bucket}"}
    host = hosts.get(source.provider)
    return quote(f"https://{host}/{key}") if host else None


def _read_link(reader: Reader) -> None:
    if not _enough(reader):
        return
    target, at = reader.positional
    if "://" in target.value:
        reader.wrong("folder-link", target)
        return
    path = _folder(reader, at)
    try:
        goal = values.target(target.value)
    except FolderProblem as problem:
        reader.wrong(problem.code, target, *((problem.value,) if problem.value else ()))
        return
    if path is None:
        return
    reader.args = [goal, path]
    reader.complete = True
    if f"{path}/".startswith(f"{goal}/") or f"{goal}/".startswith(f"{path}/"):
        reader.wrong("link-loop", at)


def _read_keep(reader: Reader) -> None:
    if not _enough(reader):
        return
    here, place = reader.positional
    path = _folder(reader, here)
    if not values.is_place(place.value):
        reader.wrong("keep-form", place, place.value)
    if path is not None:
        reader.args = [path, place.value]
        reader.complete = True


def _late_options(reader: Reader) -> None:
    """Our options after a command's other words, where the command itself has none such."""
    known = _known(reader)
    for word in reader.positional:
        if word.value.startswith("--"):
            name = word.value[2:].partition("=")[0]
            if name in known:
                reader.wrong("option-late", word, f"--{name}", reader.name)
            elif reader.name != "pip":
                _unknown_option(reader, word, name)


def _drop_verb(reader: Reader) -> None:
    """Answers ``pip install …`` and ``apt update``."""
    if not reader.positional:
        return
    word, table = reader.positional[0], language()
    if word.value in table["verbs"][reader.name]:
        fixes = (reader.without(word),)
        shown = (reader.name, word.value)
        reader.findings.append(Finding("drop-word", word, shown, fixes, reader.line))
    elif word.value in table["not-verbs"][reader.name] and (
        reader.name == "apt" or len(reader.positional) > 1
    ):
        reader.wrong("only-installs", word, reader.name, word.value)


def _read_pip(reader: Reader) -> None:
    if not _enough(reader):
        return
    _drop_verb(reader)
    _late_options(reader)
    reader.args = [word.value for word in reader.positional]
    reader.complete = True


def _read_apt(reader: Reader) -> None:
    if not _enough(reader):
        return
    _drop_verb(reader)
    _late_options(reader)
    for word in reader.positional:
        if word.value.startswith("-") and not word.value.startswith("--"):
            fixes = (reader.without(word),)
            shown = (reader.name, word.value)
            reader.findings.append(Finding("unknown-option", word, shown, fixes, reader.line))
        elif not word.value.startswith("-") and not values.is_apt_package(word.value):
            reader.wrong("package-name", word, word.value)
    reader.args = [word.value for word in reader.positional]
    reader.complete = True


def _read_env(reader: Reader) -> None:
    if not reader.positional and "secret" not in reader.options:
        reader.wrong("needs-words", reader.line.words[0], reader.row["usage"])
        return
    _late_options(reader)
    given = reader.positional
    if len(given) == 2 and "=" not in given[0].value and values.is_variable(given[0].value):
        fix = quote(f"{given[0].value}={given[1].value.removeprefix('=')}")
        fixes = ((given[0].start, given[1].end, fix),)
        shown = (given[0].value,)
        reader.findings.append(Finding("env-form", given[0], shown, fixes, reader.line))
        return
    for word in given:
        name, equals, value = word.value.partition("=")
        if word.value.startswith("-"):
            continue
        if not equals:
            reader.wrong("env-form", word, word.value)
        elif not values.is_variable(name):
            reader.wrong("env-name", word, name)
        elif values.is_secret(name, value):
            reader.wrong("token-in-clear", word, fix=f"--secret {name}")
    reader.args = [word.value for word in given]
    reader.complete = True


def _read_run(reader: Reader) -> None:
    if not _enough(reader):
        return
    first = reader.positional[0]
    if first.value.startswith("-"):
        name = first.value.lstrip("-").partition("=")[0]
        _unknown_option(reader, first, name)
        return
    if not first.value:
        reader.wrong("no-command", first, first.value)
    reader.args = [word.value for word in reader.positional]
    reader.complete = True


def _read_require(reader: Reader) -> None:
    if not _enough(reader):
        return
    given = reader.positional
    for at, word in enumerate(given):
        if word.value in values.OPERATORS and 0 < at < len(given) - 1:
            fix = "".join(one.value for one in given[at - 1 : at + 2])
            span = (given[at - 1].start, given[at + 1].end, fix)
            finding = Finding("condition-blanks", word, (), (span,), reader.line)
            reader.findings.append(finding)
            return
        try:
            values.condition(word.value)
        except values.ValueProblem as problem:
            fixed = None if problem.fix is None else problem.fix
            reader.wrong(problem.code, word, *problem.values, fix=fixed)
    reader.args = [word.value for word in given]
    reader.complete = True


def _tokens(reader: Reader) -> None:
    """Tokens written in clear, in any word of any step."""
    told = {finding.word for finding in reader.findings if finding.code == "token-in-clear"}
    for word in reader.line.words[1:]:
        if word not in told and token_in(word.value):
            reader.wrong("token-in-clear", word)


_STEPS: Mapping[str, Callable[[Reader], None]] = {
    "require": _read_require,
    "dataset": _read_source,
    "project": _read_source,
    "link": _read_link,
    "apt": _read_apt,
    "pip": _read_pip,
    "env": _read_env,
    "keep": _read_keep,
    "run": _read_run,
}
