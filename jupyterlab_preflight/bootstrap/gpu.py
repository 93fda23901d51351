"""Whether this kernel can use a GPU, found in milliseconds and without waking one.

CUDA takes seconds to load and holds memory; even opening a device file can wake its driver. What
the operating system already shows is enough to decide which lines of a cell hold here.
"""

from __future__ import annotations

import functools
import importlib
import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

_HIDDEN = frozenset({"", "-1", "none", "nodevfiles"})  # the last is Slurm's
_MASKS = {
    "nvidia": ("CUDA_VISIBLE_DEVICES",),
    "amd": ("HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"),
    "apple": (),
}
"""Variables by which a user or a scheduler hides devices. ``NVIDIA_VISIBLE_DEVICES`` is not one of
them: it is addressed to the container's runtime, which may say ``void`` and still give devices."""


def find(environ: Mapping[str, str] | None = None, root: Path = Path("/")) -> str:
    """The kind of GPU that this process may use: ``nvidia``, ``amd``, ``apple``, or empty.

    Args:
        environ: may hide devices that are there.
        root: where the system's files are.
    """
    environ = os.environ if environ is None else environ
    kind = _installed(str(root), sys.platform, platform.machine())
    return "" if kind and hidden_by(kind, environ) else kind


def hidden_by(kind: str, environ: Mapping[str, str]) -> str:
    """The variable that hides all devices of *kind*; empty where none does."""
    for name in _MASKS[kind]:
        if name in environ and environ[name].strip().lower() in _HIDDEN:
            return name
    return ""


def installed() -> str:
    """The kind of GPU in this machine, hidden from this process or not."""
    return _installed("/", sys.platform, platform.machine())


@functools.lru_cache(maxsize=8)
def _installed(root: str, system: str, machine: str) -> str:
    base = Path(root)
    if system == "darwin":
        return "apple" if machine == "arm64" else ""
    if system == "win32":
        return "nvidia" if _nvml() else ""
    if _nvidia_nodes(base) or ((base / "dev/dxg").exists() and _nvml()):  # dxg: WSL 2
        return "nvidia"
    return "amd" if _amd(base) else ""


def _nvidia_nodes(base: Path) -> bool:
    """Device files, which a container has only where devices were given to it.

    ``/proc/driver/nvidia`` alone proves nothing: every container sees the host's.
    """
    try:
        names = os.listdir(base / "dev")
    except OSError:
        return False
    return any(
        re.fullmatch(r"nvidia\d+|nvhost-gpu|nvgpu", name)  # the last two: Jetson
        and os.access(base / "dev" / name, os.R_OK | os.W_OK)
        for name in names
    )


def _amd(base: Path) -> bool:
    """A node of the kernel driver's topology that is a GPU: CPUs have the id 0 there."""
    if not os.access(base / "dev/kfd", os.R_OK | os.W_OK):
        return False
    nodes = base / "sys/class/kfd/kfd/topology/nodes"
    for file in nodes.glob("*/gpu_id"):
        try:
            if file.read_text(encoding="ascii").strip() not in ("", "0"):
                return True
        except (OSError, UnicodeDecodeError):
            continue
    return False


def _nvml() -> bool:
    """Ask the driver's management library, where the system shows no files."""
    try:
        pynvml = importlib.import_module("pynvml")
        pynvml.nvmlInit()
        try:
            return bool(pynvml.nvmlDeviceGetCount() > 0)
        finally:
            pynvml.nvmlShutdown()
    except Exception:  # no library, no driver, no permission: no GPU that we could use
        return False
