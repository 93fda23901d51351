"""Gets a notebook ready to train: its data, its code and its packages, on any machine."""

from __future__ import annotations

__version__ = "0.1.0"
