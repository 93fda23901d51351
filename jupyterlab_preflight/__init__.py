"""Gets a notebook ready to train: its data, its code and its packages, on any machine."""

from __future__ import annotations

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the prebuilt front end in a checkout (`labextension develop`)."""
    return [{"src": "labextension", "dest": "jupyterlab-preflight"}]
