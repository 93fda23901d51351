"""Gets a notebook ready to train: its data, its code and its packages, on any machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext jupyterlab_preflight``."""
    from .magic import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """``%unload_ext jupyterlab_preflight``."""
    from .magic import unload

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where an editable install finds the front end."""
    return [{"src": "labextension", "dest": "jupyterlab-preflight"}]
