"""Who is compared: Preflight, what people paste into their cells, and merely downloading."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from .measure import REPOSITORY, Contender


def _shell(text: str, name: str, *needs: str, tree: str | None = None) -> Contender:
    """A line of shell; ``$1`` is the URL."""
    script = f"set -eo pipefail; {text}"
    return Contender(
        name, lambda url: ["bash", "-c", script, "bash", url], ("bash", *needs), tree=tree
    )


def preflight(*words: str) -> list[str]:
    """The command ``jupyter preflight do WORDS``, without what looks up commands for Jupyter."""
    return [sys.executable, "-m", "jupyterlab_preflight.cli", "do", *words]


PREFLIGHT = Contender("Preflight", lambda url: preflight("dataset", url, "data"), tree="data")

_HIDDEN = Path(__file__).resolve().parent / "without_isal"
"""Holds a module that stands before ISA-L, for machines that have no wheel of it."""

ZLIB = Contender(
    "Preflight without ISA-L",
    lambda url: preflight("dataset", url, "data"),
    tree="data",
    extra={
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(_HIDDEN), str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
        )
    },
)

CURL = _shell('curl -sSf -o archive.zip "$1"', "curl -o FILE (download only)", "curl")

UNZIP = _shell(
    'wget -q -O archive.zip "$1" && unzip -q archive.zip -d data',
    "wget && unzip",
    *("wget", "unzip"),
    tree="data",
)

BSDTAR = _shell(
    'mkdir data && curl -sSf "$1" | bsdtar -x -f - -C data',
    "curl | bsdtar -x",
    *("curl", "bsdtar"),
    tree="data",
)

_ARIA2 = 'aria2c -q -x4 -s4 -k1M --file-allocation=none -o archive.zip "$1"'

ARIA2 = _shell(_ARIA2, "aria2c -x4 (download only)", "aria2c")

ARIA2_UNPACK = _shell(
    f"{_ARIA2} && mkdir data && bsdtar -x -f archive.zip -C data",
    "aria2c -x4 && bsdtar -x",
    *("aria2c", "bsdtar"),
    tree="data",
)

AGAIN = _shell(
    'wget -q -nc "$1" && unzip -q -n "${1##*/}" -d data',
    "wget -nc && unzip -n",
    *("wget", "unzip"),
    tree="data",
)
"""What cells hold so that they can be run again: each run lists the archive anew."""

OURS = (PREFLIGHT, ZLIB) if find_spec("isal") else (PREFLIGHT,)
