"""What is true of one computer and of no notebook, written down by its user.

One JSON file in the user's Jupyter configuration folder; each room reads its own key and nothing
writes it. A file that cannot be read is an error: what it says decides which lines run here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import PreflightError

NAME = "jupyterlab-preflight.json"
"""Name of the file in the Jupyter configuration folder."""


def path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the settings of this user on this machine stand, whether or not they are there."""
    folder = (os.environ if environ is None else environ).get("JUPYTER_CONFIG_DIR")
    if not folder:
        from jupyter_core.paths import jupyter_config_dir

        folder = jupyter_config_dir()
    return Path(folder) / NAME


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The settings; empty where there are none.

    Raises:
        PreflightError: where the file is there and holds no JSON object.
    """
    file = path(environ)
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise wrong(file, f"cannot be read ({error.strerror}).") from None
    import json

    try:
        settings = json.loads(data)
    except ValueError as error:
        raise wrong(file, f"is not JSON ({error}).") from None
    if not isinstance(settings, dict):
        raise wrong(file, "should hold one JSON object.")
    return settings


def wrong(file: Path, reason: str) -> PreflightError:
    """The error for settings that cannot be understood."""
    return PreflightError(
        reason, source=str(file), action="Correct it, or move it away to go on without it."
    )
