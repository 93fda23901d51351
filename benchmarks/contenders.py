"""Who is compared: Preflight, what people paste into their cells, and merely downloading."""

from __future__ import annotations

import sys

from .measure import Contender


def _shell(text: str, name: str, *needs: str, tree: str | None = None) -> Contender:
    """A line of shell; ``$1`` is the URL."""
    script = f"set -eo pipefail; {text}"
    return Contender(
        name, lambda url: ["bash", "-c", script, "bash", url], ("bash", *needs), tree=tree
    )


PREFLIGHT = Contender(
    "Preflight",
    lambda url: [
        *(sys.executable, "-m", "jupyterlab_preflight.cli"),
        *("do", "dataset", url, "data"),
    ],
    tree="data",
)

DOWNLOAD = _shell('curl -sSf -o archive.zip "$1"', "curl -o FILE (download only)", "curl")

DISCARD = _shell('curl -sSf -o /dev/null "$1"', "curl -o /dev/null (download only)", "curl")

WGET = _shell(
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

ARIA2 = _shell(
    'aria2c -q -x4 -s4 -k1M --file-allocation=none -o archive.zip "$1"',
    "aria2c -x4 (download only)",
    "aria2c",
)

ARIA2_UNPACK = _shell(
    'aria2c -q -x4 -s4 -k1M --file-allocation=none -o archive.zip "$1"'
    " && mkdir data && bsdtar -x -f archive.zip -C data",
    "aria2c -x4 && bsdtar -x",
    *("aria2c", "bsdtar"),
    tree="data",
)

EVERYONE = (PREFLIGHT, DOWNLOAD, DISCARD, WGET, BSDTAR, ARIA2, ARIA2_UNPACK)
