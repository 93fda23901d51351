"""Reads the words of one line as a step: what each step wants of its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..sources.recognise import LinkProblem, Source, provider_row, recognise
from . import values
from .folders import FolderProblem, folder
from .language import language, token_in
from .lines import Line, Word, quote
from .naming import suggest_folder
from .reader import Finding, Reader, enough, known, leading_options, options, unknown_option
from .unknown import unknown


def read(line: Line) -> Reader:
    """Reads one line whose words the lexer could make out."""
    reader = Reader(line)
    row = language()["steps"].get(reader.name)
    if row is None:
        unknown(reader)
        return reader
    reader.row = row
    rest = list(line.words[1:])
    reader.positional = (leading_options if row.get("command") else options)(reader, rest)
    _STEPS[reader.name](reader)
    _tokens(reader)
    if row.get("later"):
        reader.wrong("not-in-this-version", line.words[0], f"“{reader.name}”")
    for option, shown in language()["later"].items():
        if option in reader.options:
            reader.wrong("not-in-this-version", reader.option_words[option], shown)
    return reader


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
    if not enough(reader):
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
    if not enough(reader):
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
    if not enough(reader):
        return
    here, place = reader.positional
    path = _folder(reader, here)
    if not values.is_place(place.value):
        reader.wrong("keep-form", place, place.value)
    if path is not None:
        reader.args = [path, place.value]
        reader.complete = True


def _late_options(reader: Reader) -> None:
    """Takes out our own options after a command's other words, and says where they belong."""
    ours, name = known(reader), reader.line.words[0]
    given, reader.positional = reader.positional, []
    at = 0
    while at < len(given):
        word = given[at]
        option, equals, _ = word.value.removeprefix("--").partition("=")
        if not word.value.startswith("--") or (option not in ours and reader.name == "pip"):
            reader.positional.append(word)
            at += 1
        elif option in ours:
            alone = equals or language()["options"][option] == "flag" or at + 1 == len(given)
            last = word if alone else given[at + 1]
            spelled = " ".join(quote(one.value) for one in dict.fromkeys((word, last)))
            gone = (reader.without(word)[0], last.end, "")
            fixes = ((name.end, name.end, f" {spelled}"), gone)
            shown = (f"--{option}", reader.name)
            reader.findings.append(Finding("option-late", word, shown, fixes, reader.line))
            at += 1 if alone else 2
        else:
            at += unknown_option(reader, given, at)


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
    if not enough(reader):
        return
    _drop_verb(reader)
    _late_options(reader)
    reader.args = [word.value for word in reader.positional]
    reader.complete = True


def _read_apt(reader: Reader) -> None:
    if not enough(reader):
        return
    _drop_verb(reader)
    _late_options(reader)
    for word in reader.positional:
        if word.value.startswith("-"):
            fixes = (reader.without(word),)
            shown = (reader.name, word.value)
            reader.findings.append(Finding("unknown-option", word, shown, fixes, reader.line))
        elif not values.is_apt_package(word.value):
            reader.wrong("package-name", word, word.value)
    reader.args = [word.value for word in reader.positional]
    reader.complete = True


def _read_env(reader: Reader) -> None:
    if not reader.positional and "secret" not in reader.options:
        reader.wrong("needs-words", reader.line.words[0], reader.row["usage"])
        return
    _late_options(reader)
    given = reader.positional
    loose = [word.value for word in given if word.value != "="]
    if len(given) in (2, 3) and len(loose) == 2 and values.is_variable(loose[0]):
        fix = quote(f"{loose[0]}={loose[1].removeprefix('=')}")
        fixes = ((given[0].start, given[-1].end, fix),)
        shown = (given[0].value,)
        reader.findings.append(Finding("env-form", given[0], shown, fixes, reader.line))
        return
    for word in given:
        name, equals, value = word.value.partition("=")
        if not equals:
            reader.wrong("env-form", word, word.value)
        elif not values.is_variable(name):
            reader.wrong("env-name", word, name)
        elif values.is_secret(name, value):
            reader.wrong("token-in-clear", word, fix=f"--secret {name}")
    reader.args = [word.value for word in given]
    reader.complete = True


def _read_run(reader: Reader) -> None:
    if not enough(reader):
        return
    first = reader.positional[0]
    if first.value.startswith("-"):
        unknown_option(reader, reader.positional, 0)
        return
    if not first.value:
        reader.wrong("no-command", first, first.value)
    reader.args = [word.value for word in reader.positional]
    reader.complete = True


def _read_require(reader: Reader) -> None:
    if not enough(reader):
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
