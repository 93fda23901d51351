"""What kind of machine this is, so that one cell can serve all of them (``--on``, ``require``).

Names that a user gives to machines stand in the settings file (see `settings`), by host name or
by environment variable, shell patterns allowed, any one of them suffices:

    {"hosts": {"lab": {"hostname": ["gpu*.lab.example.org"], "environment": ["SITE=lab*"]},
               "cluster": {"environment": ["CLUSTER_NAME"]}}}
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CellError, PreflightError
from . import gpu as gpus
from . import settings as machine_settings

LABELS = {
    "kaggle": "Kaggle",
    "colab": "Colab",
    "binder": "Binder",
    "jupyterhub": "JupyterHub",
    "slurm": "Slurm",
}
"""The places we know, as they are shown. The first that holds is the one that advice is for."""

BUILT_IN = frozenset({*LABELS, "local", "gpu", "cpu"})
"""Names that nobody can give to a machine of theirs."""

_BINDER = ("BINDER_SERVICE_HOST", "BINDER_LAUNCH_HOST", "BINDER_REF_URL")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class Host:
    """This machine.

    Attributes:
        names: all names that hold here.
        place: the one that advice is for: a place of `LABELS`, a name of the user's, or ``local``.
        gpu: ``nvidia``, ``amd``, ``apple``, or empty.
    """

    names: frozenset[str]
    place: str
    gpu: str = ""

    @property
    def label(self) -> str:
        """How the place is shown: ``Colab``, ``lab``, ``this machine``."""
        return LABELS.get(self.place, "this machine" if self.place == "local" else self.place)


def host(
    environ: Mapping[str, str] | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    hostname: str | None = None,
    root: Path = Path("/"),
) -> Host:
    """Find out what this machine is; takes about a millisecond.

    Args:
        environ: where places leave their variables; ``PREFLIGHT_HOST`` overrides all of them.
        settings: the machine's settings, read from their file where left out.
        hostname: this machine's name, asked for where left out.
        root: where the system's files are.

    Raises:
        PreflightError: where ``PREFLIGHT_HOST`` or the settings cannot be understood.
    """
    environ = os.environ if environ is None else environ
    override = environ.get("PREFLIGHT_HOST", "").replace(",", " ").lower().split()
    kind = gpus.find(environ, root)
    if override:
        for name in override:
            if not _NAME.fullmatch(name):
                raise PreflightError(
                    f"{name} is no name of a machine.",
                    source="PREFLIGHT_HOST",
                    action="Use letters, digits, - and _, such as: PREFLIGHT_HOST=lab,gpu",
                )
        places = [name for name in override if name not in ("gpu", "cpu")] or ["local"]
        if "gpu" in override:
            kind = kind or "nvidia"
        elif "cpu" in override:
            kind = ""
    else:
        if settings is None:
            settings = machine_settings.load(environ)
        try:
            own = list(_own_names(environ, settings, hostname))
        except _Senseless as error:
            raise machine_settings.wrong(machine_settings.path(environ), str(error)) from None
        places = [*_places(environ, root), *own] or ["local"]
    return Host(frozenset({*places, "gpu" if kind else "cpu"}), places[0], kind)


def applies(on: Sequence[str], host: Host) -> bool:
    """Whether a line with ``--on`` *on* holds here.

    A comma means *or*, ``!NAME`` holds where NAME does not, and no condition always holds.
    """
    names = [name for word in on for name in word.split(",") if name]
    return not names or any(holds(name, host) for name in names)


def holds(name: str, host: Host) -> bool:
    """Whether one name, or ``!NAME``, holds here.

    Raises:
        CellError: where it can be no name at all.
    """
    plain = name.removeprefix("!")
    if not _NAME.fullmatch(plain.lower()):
        raise CellError(f"{name} is no name of a machine.", action="Correct it after --on.")
    return (plain.lower() in host.names) != name.startswith("!")


class _Senseless(Exception):
    """What is wrong with the settings, in a sentence."""


def _places(environ: Mapping[str, str], root: Path) -> Iterator[str]:
    """The known places that this is, in the order of `LABELS`.

    Kaggle comes before Colab because its images are made from Colab's and keep its variables.
    """
    if environ.get("KAGGLE_KERNEL_RUN_TYPE"):
        yield "kaggle"
    elif environ.get("COLAB_RELEASE_TAG") or (root / "var/colab/hostname").exists():
        yield "colab"
    elif any(environ.get(name) for name in _BINDER):
        yield "binder"
    if environ.get("JUPYTERHUB_USER"):
        yield "jupyterhub"
    if environ.get("SLURM_JOB_ID"):
        yield "slurm"


def _own_names(
    environ: Mapping[str, str], settings: Mapping[str, Any], hostname: str | None
) -> Iterator[str]:
    """The names of the settings file that hold here."""
    hosts = settings.get("hosts", {})
    if not isinstance(hosts, dict):
        raise _Senseless("hosts should map each name to its conditions.")
    for name, conditions in hosts.items():
        if not _NAME.fullmatch(name) or name in BUILT_IN:
            raise _Senseless(f"{name!r} cannot be given to a machine as a name.")
        if not isinstance(conditions, dict) or not set(conditions) <= {"hostname", "environment"}:
            raise _Senseless(f"{name} should have hostname or environment, and nothing else.")
        if hostname is None:
            import socket

            hostname = socket.gethostname()
        for pattern in _patterns(name, conditions.get("hostname", [])):
            if _matches(hostname, pattern) or _matches(hostname.partition(".")[0], pattern):
                yield name
                break
        else:
            for pattern in _patterns(name, conditions.get("environment", [])):
                variable, equals, value = pattern.partition("=")
                if variable in environ and (not equals or _matches(environ[variable], value)):
                    yield name
                    break


def _patterns(name: str, value: object) -> list[str]:
    patterns = [value] if isinstance(value, str) else value
    if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
        raise _Senseless(f"the conditions of {name} should be a text, or a list of texts.")
    return patterns


def _matches(text: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(text.lower(), pattern.lower())
