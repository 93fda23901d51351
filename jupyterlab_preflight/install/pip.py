"""Python packages for the kernel, installed once and not asked about again.

Asking pip costs two seconds even where everything is there. So the line is keyed by all that
decides its outcome (see `requirements`) and by the listing of what is installed, and the key is
written down only after a success.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .. import words
from ..errors import DiskError, InstallError
from ..progress import Progress
from ..redaction import redact
from ..report import Outcome
from . import distributions, installer
from .distributions import Change, Listing
from .process import Emit
from .requirements import Requirements, digest, read

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_BUILDS = re.compile(
    r"torch|torchvision|torchaudio|jax|jaxlib|jax-.+|tensorflow|triton|cupy(?:-.+)?"
    r"|(?:nvidia|cuda)-(?!ml-py).+"
)
"""Packages that a host builds for its GPU: replacing one can cost the GPU, and gigabytes."""

_PIP = "import sys, runpy; sys.path.pop(0); runpy.run_module('pip', run_name='__main__')"
"""``python -P -m pip`` for Python 3.10, which has no ``-P``."""

_NOBODY = re.compile(
    r"Retrying \(.* after connection broken by '"
    r"(?:NameResolutionError|NewConnectionError|ConnectTimeoutError|ProxyError|OSError\('Tunnel)"
)
"""What pip says when it could not connect (urllib3's names of it)."""

_CLASH = re.compile(r"\S+ \S+ (?:requires|has requirement) .+, but you have .+")

_stale: dict[str, str] = {}
"""Distributions that this process has imported in another version than is installed now."""


@dataclass(frozen=True)
class _Python:
    """The interpreter that is installed into."""

    command: str
    version: str
    number: tuple[int, ...]
    path: Sequence[str]
    ours: bool


def install(
    args: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    state_dir: Path,
    progress: Progress,
    emit: Emit,
    python: str = sys.executable,
    offline: bool = False,
) -> Outcome:
    """Install what pip's arguments *args* ask for, unless that was done and nothing has changed.

    Args:
        args: as after ``pip install``; given on as they are.
        cwd: the folder that relative files in them are looked for in.
        env: the environment of the child, unchanged.
        state_dir: where keys are kept.
        progress: stops the installation when it is cancelled.
        emit: shows a piece of the installer's output, secrets taken out.
        python: the interpreter to install into: the kernel's.
        offline: it is known that there is no network: fail at once where one would be needed.

    Returns:
        ``14 packages · already satisfied``, or what was installed; a warning where a build for
        the GPU was replaced, versions clash, or the kernel has to be restarted.

    Raises:
        InstallError: a requirement file is not there, or the installer failed.
        NetworkError, AuthError, DiskError: what the installer failed of, where it can be told.
        Interrupted: it was stopped; the next run starts it again.
    """
    asked = read(args, cwd)
    interpreter = _interpreter(python, env)
    before = _listing(interpreter, asked, cwd)
    record = _record(state_dir, python, args)
    if _recall(record) == _key(asked, asked.trees, interpreter, before):
        return _finished(Outcome(_satisfied(asked)), interpreter)

    notes = warnings(asked, before)
    for note in notes:
        emit(f"{note}\n")
    tool, code, said = "", 1, list[str]()
    for hurry in (True,) if offline else (False, True):
        tool, command = _installer(interpreter, before, env, offline=hurry)
        patience = _Patience()
        code, more = installer.run(
            [*command, *args],
            cwd=cwd,
            env=installer.hurried(env) if hurry else env,
            progress=progress,
            emit=emit,
            in_vain=(lambda line: False) if hurry else patience.ends,
        )
        said += more
        if not patience.over:
            break
    if code:
        from .explain import installer_failed

        raise _senseless(asked, said) or installer_failed(tool, said, offline=offline)
    after = _listing(interpreter, asked, cwd)
    changed = distributions.changes(before, after)
    # Building in a project may change it; a list that was edited meanwhile is not what was read.
    _remember(record, _key(asked, read(args, cwd).trees, interpreter, after))
    if interpreter.ours:
        importlib.invalidate_caches()
        _stale.update((one.name, one.after) for one in distributions.in_use(changed))
    outcome = Outcome(
        _told(changed) or _satisfied(asked, said),
        notes=[*_replaced(changed), *_clashes(said)],
        details={"changed": [[one.name, one.before, one.after] for one in changed]},
    )
    if outcome.notes:
        outcome.state = "warning"
    return _finished(outcome, interpreter)


def up_to_date(
    args: Sequence[str], *, cwd: Path, state_dir: Path, python: str = sys.executable
) -> Outcome | None:
    """What `install` would say if it had nothing to do; None where it would ask the installer.

    Raises:
        InstallError: a requirement file is not there.
    """
    asked = read(args, cwd)
    interpreter = _interpreter(python, os.environ)
    found = _listing(interpreter, asked, cwd)
    key = _key(asked, asked.trees, interpreter, found)
    if _recall(_record(state_dir, python, args)) != key:
        return None
    return _finished(Outcome(_satisfied(asked)), interpreter)


def warnings(asked: Requirements, before: Listing) -> list[str]:
    """What to say before anything is replaced that the machine's GPU may depend on.

    Compares what is written with what is installed; what only follows from other packages'
    requirements is told afterwards.
    """
    here = {
        name: v for name, v in distributions.versions(before).items() if _BUILDS.fullmatch(name)
    }
    found = []
    for specifier, where in asked.specifiers:
        place = where or "the line"
        wanted = _requirement(specifier)
        name = distributions.canonical(wanted.name) if wanted is not None else ""
        if wanted is None or name not in here or not _holds(wanted):
            continue
        fits = not wanted.url and distributions.fits(here[name], wanted.specifier)
        if not fits or asked.upgrade:
            verb = "may be replaced" if fits else "will be replaced"
            found.append(
                f"{name} {here[name]}, which is installed here, {verb}: "
                f"{place} asks for {words.plain(redact(specifier), 120)}."
            )
    return found


def _requirement(specifier: str) -> Requirement | None:
    """*specifier* as packaging reads it; None for a path or address whose name is not known before
    it is read."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(specifier)
    except InvalidRequirement:
        return None


def _holds(wanted: Requirement) -> bool | None:
    """Whether the condition of *wanted* holds on this machine; None where it compares what
    packaging cannot compare, in the version that is here: pip has another one."""
    try:
        return wanted.marker is None or wanted.marker.evaluate()
    except (ValueError, LookupError):  # packaging has one class for each kind, and changes them
        return None


def _senseless(asked: Requirements, said: Sequence[str]) -> InstallError | None:
    """The error for a condition that pip could not check either: it made a traceback of it."""
    if not any(line.startswith("Traceback ") for line in said):
        return None
    for specifier, where in asked.specifiers:
        wanted = _requirement(specifier)
        if wanted is not None and _holds(wanted) is None:
            return InstallError(
                f"{where or 'the line'} asks for {words.plain(wanted.name)} on a condition that "
                f"cannot be checked: {words.plain(str(wanted.marker), 120)}",
                action="Correct what stands after the semicolon.",
            )
    return None


class _Patience:
    """Ends pip where its index cannot be reached: by itself it takes eight seconds to give up.

    It is then asked once more without retries, because another index, or a folder, may have all.
    """

    def __init__(self) -> None:
        self._tries = 0
        self._begun = False
        self.over = False

    def ends(self, line: str) -> bool:
        """Whether *line* is one too many."""
        self._begun = self._begun or line.lstrip().startswith(("Collecting ", "Downloading "))
        self._tries += not self._begun and _NOBODY.search(line) is not None
        self.over = self._tries >= 2
        return self.over


def _interpreter(command: str, env: Mapping[str, str]) -> _Python:
    """What has to be known of the interpreter; asked of it where it is not our own."""
    if command == sys.executable:
        return _Python(command, sys.version, sys.version_info[:2], sys.path, ours=True)
    code = "import sys, json; print(json.dumps([sys.version, sys.version_info[:2], sys.path[1:]]))"
    try:
        done = subprocess.run(
            [command, "-c", code], env=dict(env), capture_output=True, timeout=60, check=True
        )
        version, number, path = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise InstallError(
            f"the interpreter {command} does not work.", action="Choose another kernel."
        ) from None
    return _Python(command, version, tuple(number), path, ours=False)


def _installer(
    interpreter: _Python, found: Listing, env: Mapping[str, str], *, offline: bool
) -> tuple[str, list[str]]:
    """The installer's name, and its command up to the user's own words."""
    there = distributions.versions(found)
    if "pip" in there:
        # A file of the user's called pip.py or logging.py is not what should be imported.
        module = ["-P", "-m", "pip"] if interpreter.number >= (3, 11) else ["-c", _PIP]
        quick = ["--retries", "0"] if offline else []
        own = ["--no-input", "--disable-pip-version-check", *quick]
        return "pip", [interpreter.command, "-u", *module, "install", *own]
    beside = shutil.which("uv", path=str(Path(interpreter.command).parent))
    uv = beside or shutil.which("uv", path=env.get("PATH"))
    if uv is None:
        raise InstallError(
            "this environment has neither pip nor uv.",
            action=f"Run: {interpreter.command} -m ensurepip",
        )
    quick = ["--offline"] if offline else []
    return "uv", [uv, "pip", "install", "--python", interpreter.command, *quick]


def _listing(interpreter: _Python, asked: Requirements, cwd: Path) -> dict[str, int]:
    target = [str(cwd / asked.target)] if asked.target else []
    return distributions.listing([*interpreter.path, *target])


def _satisfied(asked: Requirements, said: Sequence[str] = ()) -> str:
    """``14 packages · already satisfied``, unless the installer put them where we do not look."""
    done = any(line.startswith(("Successfully installed ", "Installed ")) for line in said)
    count = words.plural(len(asked.specifiers), "package", "packages")
    return f"{count} · {'installed' if done else 'already satisfied'}"


def _told(changed: Sequence[Change]) -> str:
    """``installed: x 1.2, y 3.4``; empty where nothing has changed."""
    came = [f"{one.name} {one.after}" for one in changed if one.after]
    went = [one.name for one in changed if not one.after]
    parts = [("installed", came), ("removed", went)]
    return " · ".join(f"{verb}: {words.listing(names)}" for verb, names in parts if names)


def _replaced(changed: Sequence[Change]) -> list[str]:
    return [
        f"{one.name} {one.before} was replaced by {one.after or 'nothing'}."
        for one in changed
        if one.before and one.after != one.before and _BUILDS.fullmatch(one.name)
    ]


def _clashes(said: Sequence[str]) -> list[str]:
    """What pip says of versions that do not go together, although it has installed them."""
    return [words.plain(line, 200) for line in said if _CLASH.fullmatch(line)][:5]


def _finished(outcome: Outcome, interpreter: _Python) -> Outcome:
    """Add what stays true until the kernel is restarted, also when nothing was done."""
    if interpreter.ours and _stale:
        names = words.listing([f"{name} {version}" for name, version in sorted(_stale.items())])
        outcome.text += " · restart the kernel"
        outcome.notes.insert(0, f"Restart the kernel to use {names}.")
        outcome.state = "warning"
    return outcome


def _key(asked: Requirements, trees: str, interpreter: _Python, found: Listing) -> str:
    return digest([asked.digest, trees, interpreter.version, *distributions.names(found)])


def _record(state_dir: Path, python: str, args: Sequence[str]) -> Path:
    """Where the key of a line is kept: one for each line and interpreter."""
    return state_dir / f"{digest([python, *args])[:24]}.json"


def _recall(record: Path) -> str:
    """The key of the last success; empty where there is none, or none that can be read."""
    try:
        found = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return ""
    key = found.get("key") if isinstance(found, dict) else None
    return key if isinstance(key, str) else ""


def _remember(record: Path, key: str) -> None:
    """Write the key down. Where that is not possible, the next run asks the installer again."""
    from ..bootstrap.state import write_text

    with suppress(OSError, DiskError):
        record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(record, json.dumps({"key": key}))
