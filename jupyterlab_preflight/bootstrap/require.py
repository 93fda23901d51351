"""What a cell wants of the machine, checked before an hour of downloads shows that it is not there.

Each condition that does not hold is one sentence with the way out that this very host has.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .. import __version__, words
from ..errors import CellError, HardwareError, InstallError, PreflightError
from ..report import Outcome
from . import gpu, memory
from .hosts import Host, applies

_CONDITION = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?(>=|<=|==|!=|~=|>|<)(.+)")
_MACHINE = frozenset({"ram", "disk", "python", "preflight"})

_UNITS = {
    unit: base**power
    for power, letter in enumerate("kmgt", 1)
    for unit, base in ((letter, 1000), (f"{letter}b", 1000), (f"{letter}ib", 1024))
}

_AGAIN = "then run this cell again."
_WAYS = {
    "gpu": {
        "colab": f"Choose Runtime ▸ Change runtime type ▸ GPU, {_AGAIN}",
        "kaggle": f"Choose Settings ▸ Accelerator ▸ GPU, {_AGAIN}",
        "binder": "Binder has none: open the notebook on Colab, Kaggle or a machine of yours.",
        "jupyterhub": "Choose File ▸ Hub Control Panel, stop the server and start one with a GPU.",
        "slurm": "Ask for one when the job is started, such as: --gres=gpu:1",
        "": "Use a machine with a GPU.",
    },
    "ram": {
        "colab": f"Choose Runtime ▸ Change runtime type ▸ High RAM, {_AGAIN}",
        "jupyterhub": "Choose File ▸ Hub Control Panel, stop the server and start a larger one.",
        "slurm": "Ask for more when the job is started, such as: --mem=64G",
        "": "Use a machine with more memory.",
    },
    "disk": {
        "kaggle": "Free some space, or set PREFLIGHT_ROOT to a scratch folder such as /kaggle/tmp.",
        "": "Free some space, or set PREFLIGHT_ROOT to a folder on a larger disk.",
    },
    "python": {
        "colab": f"Choose Runtime ▸ Change runtime type ▸ another runtime version, {_AGAIN}",
        "": "Choose another kernel: Kernel ▸ Change Kernel.",
    },
}
"""What a person can do about it, by what is missing and by the place; ``""`` is everywhere else."""


def require(conditions: Sequence[str], host: Host, root: Path) -> Outcome:
    """Check *conditions* and say what was found.

    Raises:
        HardwareError: where the machine is not what they ask for.
        InstallError: where only packages are missing.
        CellError: where a condition cannot be understood.
    """
    failures = check(conditions, host, root)
    if failures:
        first = next((one for one in failures if one.person), failures[0])
        others = [one for one in failures if one is not first]
        raise type(first)(
            " ".join([first.reason, *(one.reason for one in others)]),
            action=" ".join(dict.fromkeys(one.action for one in [first, *others])),
        )
    return Outcome(" · ".join(dict.fromkeys(_found(one, host, root) for one in conditions)))


def check(
    conditions: Sequence[str], host: Host, root: Path, *, system: Path = Path("/")
) -> list[PreflightError]:
    """What of *conditions* does not hold: `HardwareError`, and `InstallError` for packages.

    Args:
        conditions: ``gpu``, ``ram>=12GB``, ``disk>=``, ``python>=``, ``preflight>=``,
            ``PACKAGE>=V``, and names of machines as after ``--on``. Sizes have a unit: ``GB`` is
            1000³ bytes, ``GiB`` 1024³. ``ram`` is what this kernel may use at most, ``disk`` what
            is free below *root*.
        host: this machine.
        root: the folder that data will go to.
        system: where the system's files are.

    Raises:
        CellError: where a condition cannot be understood.
    """
    return [
        failure
        for condition in conditions
        if (failure := _check(condition, host, root, system)) is not None
    ]


def of_packages(conditions: Sequence[str]) -> list[str]:
    """Those that earlier lines may still cure, and that are checked at their place."""
    return [one for one in conditions if _is_package(one)]


def _is_package(condition: str) -> bool:
    match = _CONDITION.fullmatch(condition)
    return match is not None and match[1].lower() not in _MACHINE


def size(text: str) -> int:
    """Bytes of a size with its unit: ``12GB`` (1000³), ``12GiB`` (1024³), ``500M``.

    Raises:
        CellError: where it is none.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmgt](?:i?b)?)", text.lower(), re.ASCII)
    if match is None:
        raise CellError(f"{text} is no size.", action="Write a number and a unit, such as 12GB.")
    return int(float(match[1]) * _UNITS[match[2]])


def _check(condition: str, host: Host, root: Path, system: Path) -> PreflightError | None:
    if condition.lower() == "gpu":
        return None if host.gpu else _no_gpu(host)
    match = _CONDITION.fullmatch(condition)
    if match is None:
        if applies([condition], host):
            return None
        wanted = " or ".join(condition.split(",")).replace("!", "any machine but ")
        return HardwareError(
            f"the cell is for {wanted}, and this is {host.label}.",
            action="Open the notebook there, or take the condition out.",
        )
    name, operator, value = match.groups()
    match name.lower():
        case "gpu" | "cpu":
            raise CellError(f"{name} takes no number.", action=f"Write only: require {name}")
        case "ram":
            have, least = memory.total(system), _least(name, operator, value)
            if have < least:
                return _short("ram", f"{words.size(have)} of memory", value, host)
        case "disk":
            have, least = _free(root), _least(name, operator, value)
            if have < least:
                return _short("disk", f"{words.size(have)} free below {root}", value, host)
        case "python":
            if not _version_holds(_python(), operator + value):
                return _short("python", f"Python {_python()}", f"{operator}{value}", host)
        case "preflight":
            if not _version_holds(__version__, operator + value):
                return InstallError(
                    f"the cell needs preflight {operator}{value}, and this is {__version__}.",
                    action=f'Run %pip install -U "jupyterlab-preflight{operator}{value}", '
                    "then restart the kernel.",
                )
        case _:
            return _package(name, condition, operator + value)
    return None


def _no_gpu(host: Host) -> HardwareError:
    kind = gpu.installed()
    hidden = gpu.hidden_by(kind, os.environ) if kind else ""
    if hidden:
        return HardwareError(
            f"{hidden} hides the GPU of this machine.",
            action="Unset it, and restart the kernel.",
        )
    return HardwareError("there is no GPU here.", action=_way("gpu", host))


def _short(what: str, have: str, wanted: str, host: Host) -> HardwareError:
    return HardwareError(f"{have}; the cell needs {wanted}.", action=_way(what, host))


def _way(what: str, host: Host) -> str:
    ways = _WAYS[what]
    return ways.get(host.place, ways[""])


def _least(name: str, operator: str, value: str) -> int:
    if operator != ">=":
        raise CellError(f"{name}{operator}{value} makes no sense.", action=f"Write {name}>={value}")
    return size(value)


def _free(root: Path) -> int:
    while not root.exists() and root != root.parent:
        root = root.parent
    return shutil.disk_usage(root).free


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _version_holds(version: str, specifier: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    from ..install.distributions import fits

    try:
        return fits(version, SpecifierSet(specifier))
    except InvalidSpecifier:
        raise CellError(
            f"{specifier} is no condition on a version.", action="Write it like: >=2.1"
        ) from None


def _package(name: str, condition: str, specifier: str) -> InstallError | None:
    import importlib
    from importlib import metadata

    importlib.invalidate_caches()  # an earlier line may have installed it a moment ago
    action = f"Install it in an earlier line: pip '{condition}'"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return InstallError(f"{name} is not installed; the cell needs {condition}.", action=action)
    if _version_holds(version, specifier):
        return None
    return InstallError(f"{name} is {version}; the cell needs {condition}.", action=action)


def _found(condition: str, host: Host, root: Path) -> str:
    """What there is, for a condition that holds."""
    if condition.lower() == "gpu":
        return "GPU"
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return host.label
    found: Mapping[str, str] = {
        "ram": f"{words.size(memory.total())} of memory",
        "disk": f"{words.size(_free(root))} free",
        "python": f"Python {_python()}",
        "preflight": f"preflight {__version__}",
    }
    name = match[1]
    if name.lower() in found:
        return found[name.lower()]
    from importlib import metadata

    return f"{name} {metadata.version(name)}"
