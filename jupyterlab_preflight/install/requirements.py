"""What a line of pip's arguments asks for, without asking pip.

Follows requirement and constraint files the way pip does, so that one digest says whether
anything that decides the outcome has changed, and so that pins can be compared with what the
machine came with before it is replaced.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InstallError

_LIMIT = 16 << 20  # bytes: no list of requirements is larger
_TREE = 20_000  # files of a local project that are looked at

_REQUIREMENT = ("-r", "--requirement")
_CONSTRAINT = ("-c", "--constraint", "--build-constraint")
_EDITABLE = ("-e", "--editable")
_VALUED = frozenset(
    (
        *_REQUIREMENT,
        *_CONSTRAINT,
        *_EDITABLE,
        *("-t", "-i", "-f", "-C", "--target", "--index-url", "--extra-index-url", "--find-links"),
        *("--platform", "--python-version", "--implementation", "--abi", "--root", "--prefix"),
        *("--src", "--upgrade-strategy", "--config-settings", "--config-setting", "--group"),
        *("--global-option", "--no-binary", "--only-binary", "--progress-bar", "--report"),
        *("--log", "--proxy", "--retries", "--timeout", "--exists-action", "--trusted-host"),
        *("--cert", "--client-cert", "--cache-dir", "--use-feature", "--use-deprecated"),
        *("--python", "--root-user-action", "--keyring-provider", "--index", "--default-index"),
        *("--index-strategy", "--resolution", "--prerelease", "--link-mode", "--exclude-newer"),
        *("--torch-backend", "--override", "--excludes", "--uploaded-prior-to"),
    )
)
"""Options of pip and uv whose value is the next word: it is no requirement."""

_BUILD_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
_MADE = frozenset({".git", "__pycache__", "build", "dist", ".eggs", ".ipynb_checkpoints"})


@dataclass
class Requirements:
    """What was found.

    Attributes:
        specifiers: each requirement as it is written, and where: ``line 3 of requirements.txt``, or
            empty for the words themselves.
        digest: the same as long as the words, and the files that they name, are the same.
        trees: the same as long as the local projects and archives among them are the same.
        target: the folder that is installed into, where the words name one.
        upgrade: whether newer versions are to be taken where there are any.
    """

    specifiers: list[tuple[str, str]] = field(default_factory=list)
    digest: str = ""
    trees: str = ""
    target: str = ""
    upgrade: bool = False


def read(args: Sequence[str], cwd: Path) -> Requirements:
    """Follow pip's arguments *args*, given in *cwd*.

    Raises:
        InstallError: where a file that they name is not there, or can be no list of requirements.
    """
    reader = _Reader(cwd)
    reader.words(args, cwd, "")
    found = reader.found
    found.upgrade = any(
        word == "--upgrade" or re.fullmatch(r"-[A-Za-z]*U[A-Za-z]*", word) for word in args
    )
    found.digest, found.trees = reader.text.hexdigest(), reader.trees.hexdigest()
    return found


class _Reader:
    def __init__(self, cwd: Path) -> None:
        self.found = Requirements()
        self.text, self.trees = hashlib.sha256(), hashlib.sha256()
        self._cwd = cwd
        self._seen: set[str] = set()

    def words(self, words: Sequence[str], base: Path, where: str) -> None:
        """Take in a line's words; relative files are looked for in *base*, as pip does."""
        _note(self.text, "words", *words)
        for option, value in _pairs(words):
            if option in _REQUIREMENT:
                self._file(value, base, constraint=False)
            elif option in _CONSTRAINT:
                self._file(value, base, constraint=True)
            elif option in _EDITABLE:
                self.found.specifiers.append((value, where))
                self._local(value, base, editable=True)
            elif option == "":
                self.found.specifiers.append((value, where))
                self._local(value, base)
            elif option in ("-t", "--target"):
                self.found.target = value
            elif option in ("-f", "--find-links"):
                self._folder(base / value)
            elif option == "--group":
                self._local(".", base, editable=True)

    def _file(self, name: str, base: Path, *, constraint: bool) -> None:
        if "://" in name:
            return  # on the web: its address is in the digest, and pip reads it
        path = base / name
        try:
            real = os.path.realpath(path)
            if real in self._seen:
                return
            self._seen.add(real)
            data = _content(path)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no name of a file"
            raise InstallError(
                f"{name} cannot be read ({why}).",
                action="Correct its name, or bring it in an earlier line.",
            ) from None
        _note(self.text, "file", name, hashlib.sha256(data).hexdigest())
        for number, line in _lines(_text(data)):
            words, where = _option_words(line), f"line {number} of {name}"
            if words:
                self.words(words, path.parent, where)
            elif not constraint:
                specifier = re.split(r"\s--?[a-z]", line, maxsplit=1)[0].strip()
                self.found.specifiers.append((specifier, where))
                self._local(specifier, self._cwd)

    def _local(self, specifier: str, base: Path, *, editable: bool = False) -> None:
        """Note the state of a local project or archive: its text stays while it changes."""
        name = re.split(r"\s*[\[;#]", specifier, maxsplit=1)[0].removeprefix("file://")
        if not editable and not re.search(r"[/\\]|^\.+$|\.(?:whl|zip|gz|tgz|bz2)$", name):
            return
        path = base / name
        if path.is_file():
            self._stat(path)
        elif path.is_dir():
            for one in _BUILD_FILES:
                if (path / one).is_file():
                    content = hashlib.sha256(_content(path / one)).hexdigest()
                    _note(self.trees, "build", one, content)
            if not editable:
                self._folder(path)

    def _folder(self, path: Path) -> None:
        """Names, sizes and times below a folder, but for what building in it leaves there."""
        count = 0
        for top, folders, files in os.walk(path):
            folders[:] = sorted(
                one for one in folders if one not in _MADE and not one.endswith(".egg-info")
            )
            for name in sorted(files):
                count += 1
                if count > _TREE:
                    return
                self._stat(Path(top, name))

    def _stat(self, path: Path) -> None:
        try:
            status = path.stat()
        except OSError:
            return
        _note(self.trees, "stat", str(path), str(status.st_size), str(status.st_mtime_ns))


def _note(into: hashlib._Hash, *words: str) -> None:
    """Add words so that no two lists of them look the same."""
    for word in words:
        data = word.encode("utf-8", "surrogatepass")
        into.update(b"%d:" % len(data) + data)


def digest(words: Sequence[str]) -> str:
    """One short text for a list of words: another one for any other list."""
    whole = hashlib.sha256()
    _note(whole, *words)
    return whole.hexdigest()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LIMIT + 1)
    if len(data) > _LIMIT or (b"\0" in data[:4096] and not data.startswith(_UTF16)):
        raise InstallError(
            f"{path.name} is no list of requirements.", action="Correct the name of the file."
        )
    return data


_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _text(data: bytes) -> str:
    """As pip decodes it: a mark of the byte order is believed (PowerShell writes UTF-16)."""
    coding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    return data.decode(coding, "replace")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines of a requirement file, without comments (pip's documented format), each with
    the number of the physical line that it begins on."""
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first or number
        if line.endswith("\\") and not re.match(r"\s*#", line):
            whole += line[:-1]
            continue
        whole = re.sub(r"(^|\s+)#.*$", "", whole + line).strip()
        if whole:
            yield first, whole
        whole, first = "", 0
    whole = whole.strip()
    if whole:
        yield first, whole


def _option_words(line: str) -> list[str]:
    """The words of a line that gives an option; empty for a requirement."""
    if not line.startswith("-"):
        return []
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Options with their values; a requirement has the option ``""``."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            for requirement in rest:
                yield "", requirement
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in _VALUED:
                yield name, value if equals else next(rest, "")
        elif word.startswith("-") and len(word) > 1:
            if word in _VALUED:
                yield word, next(rest, "")
            elif word[:2] in _VALUED:
                yield word[:2], word[2:]
        else:
            yield "", word
