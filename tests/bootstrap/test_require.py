from __future__ import annotations

import contextlib
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion

from jupyterlab_preflight import __version__
from jupyterlab_preflight.bootstrap import gpu, memory, require
from jupyterlab_preflight.bootstrap.hosts import Host
from jupyterlab_preflight.errors import CellError, HardwareError, InstallError, PreflightError

GIB = 1 << 30
LOCAL = Host(frozenset({"local", "cpu"}), "local")


def at(place: str, kind: str = "") -> Host:
    return Host(frozenset({place, "gpu" if kind else "cpu"}), place, kind)


def machine(tmp_path: Path, files: dict[str, str], total: int = 64 * GIB) -> Path:
    for name, text in {"proc/meminfo": f"MemTotal: {total // 1024} kB\n", **files}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return machine(tmp_path, {}, 8 * GIB)


# -- memory: the limit counts --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "total"),
    [
        ({}, 64 * GIB),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{12 * GIB}\n"}, 12 * GIB),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, 64 * GIB),
        (
            {  # the container's own group is mounted, the path is the host's
                "proc/self/cgroup": "0::/docker/3f2a\n",
                "sys/fs/cgroup/memory.max": f"{5 * GIB}\n",
            },
            5 * GIB,
        ),
        (
            {  # a job's step without a limit, in a job with one
                "proc/self/cgroup": "0::/slurm/job_7/step_0\n",
                "sys/fs/cgroup/slurm/job_7/step_0/memory.max": "max\n",
                "sys/fs/cgroup/slurm/job_7/memory.max": f"{9 * GIB}\n",
            },
            9 * GIB,
        ),
        (
            {
                "proc/self/cgroup": "9:cpu,cpuacct:/a\n4:memory:/docker/3f2a\n0::/init\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{7 * GIB}\n",
            },
            7 * GIB,
        ),
        (
            {  # version 1 says "no limit" with a very large number
                "proc/self/cgroup": "4:memory:/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            },
            64 * GIB,
        ),
        ({"proc/self/cgroup": "nonsense\n:\n\n"}, 64 * GIB),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "0\n"}, 64 * GIB),
    ],
)
def test_memory(files: dict[str, str], total: int, tmp_path: Path) -> None:
    assert memory.total(machine(tmp_path, files)) == total


def test_memory_of_this_machine_is_not_more_than_the_system_says(tmp_path: Path) -> None:
    import psutil

    assert 0 < memory.total() <= psutil.virtual_memory().total
    assert memory.total(tmp_path) == psutil.virtual_memory().total  # no /proc: asked elsewhere


# -- sizes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("12GB", 12 * 10**9),
        ("12gb", 12 * 10**9),
        ("12G", 12 * 10**9),
        ("12GiB", 12 * GIB),
        ("1.5TB", 1_500_000_000_000),
        ("500M", 500_000_000),
        ("64KiB", 65536),
    ],
)
def test_size(text: str, count: int) -> None:
    assert require.size(text) == count


@pytest.mark.parametrize(
    "text", ["", "12", "GB", "12 apples", "-1GB", "1e9GB", "12GBB", "½GB", "1２GB"]
)
def test_no_size(text: str) -> None:
    with pytest.raises(CellError, match="such as 12GB"):
        require.size(text)


@given(st.text(max_size=12))
def test_any_text_is_a_size_or_an_error(text: str) -> None:
    with contextlib.suppress(CellError):
        assert require.size(text) >= 0


# -- conditions ----------------------------------------------------------------------------------


def failures(condition: str, host: Host, root: Path) -> list[PreflightError]:
    return require.check([condition], host, root, system=root)


@pytest.mark.parametrize(
    "condition",
    [
        "ram>=8GiB",
        "ram>=8GB",
        "RAM>=1MB",
        "disk>=1MB",
        "python>=3.10",
        "python>=3.10,<4",
        f"preflight>={__version__}",
        "preflight>=0.0.1,<99",
        "packaging>=20",
        "pytest",
        "local",
        "cpu",
        "!colab",
        "colab,local",
    ],
)
def test_conditions_that_hold(condition: str, small: Path) -> None:
    host = Host(frozenset({"local", "cpu", "pytest"}), "local")
    assert failures(condition, host, small) == []


@pytest.mark.parametrize(
    ("condition", "kind", "reason"),
    [
        ("ram>=9GB", HardwareError, "8.6 GB of memory; the cell needs 9GB."),
        ("disk>=999TB", HardwareError, "free below"),
        ("python>=3.99", HardwareError, "the cell needs >=3.99."),
        ("python<3", HardwareError, "the cell needs <3."),
        ("colab", HardwareError, "the cell is for colab, and this is this machine."),
        ("colab,kaggle", HardwareError, "for colab or kaggle"),
        ("!local", HardwareError, "the cell is for any machine but local"),
        ("gpu", HardwareError, "there is no GPU here."),
        ("preflight>=99", InstallError, f"needs preflight >=99, and this is {__version__}."),
        ("packaging>=999", InstallError, "the cell needs packaging>=999."),
        ("no-such-thing>=1", InstallError, "no-such-thing is not installed"),
    ],
)
def test_conditions_that_do_not_hold(
    condition: str, kind: type[PreflightError], reason: str, small: Path
) -> None:
    (failure,) = failures(condition, LOCAL, small)
    assert type(failure) is kind
    assert failure.person is (kind is HardwareError)
    assert reason in failure.reason
    assert failure.action


@pytest.mark.parametrize(
    "condition",
    [
        "ram>=12",
        "ram>=lots",
        "ram<=12GB",
        "disk==1GB",
        "python>=x",
        "gpu>=2",
        "packaging>=one",
        "/etc",
    ],
)
def test_conditions_that_make_no_sense(condition: str, small: Path) -> None:
    with pytest.raises(CellError) as caught:
        failures(condition, LOCAL, small)
    assert caught.value.action


# -- the host's own way out ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "place", "way"),
    [
        ("gpu", "colab", "Runtime ▸ Change runtime type ▸ GPU"),
        ("gpu", "kaggle", "Settings ▸ Accelerator ▸ GPU"),
        ("gpu", "binder", "Binder has none"),
        ("gpu", "jupyterhub", "Hub Control Panel"),
        ("gpu", "slurm", "--gres=gpu:1"),
        ("gpu", "local", "Use a machine with a GPU."),
        ("gpu", "lab", "Use a machine with a GPU."),
        ("ram>=1TB", "colab", "High RAM"),
        ("ram>=1TB", "slurm", "--mem"),
        ("ram>=1TB", "local", "Use a machine with more memory."),
        ("disk>=999TB", "kaggle", "/kaggle/tmp"),
        ("disk>=999TB", "local", "PREFLIGHT_ROOT"),
        ("python>=3.99", "local", "Kernel ▸ Change Kernel"),
        ("preflight>=99", "local", '%pip install -U "jupyterlab-preflight>=99"'),
        ("torch>=99", "colab", "pip 'torch>=99'"),
    ],
)
def test_way_out(
    condition: str, place: str, way: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu, "installed", lambda: "")
    (failure,) = failures(condition, at(place), small)
    assert way in failure.action


def test_a_gpu_that_is_hidden_is_not_called_missing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu, "installed", lambda: "nvidia")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    (failure,) = failures("gpu", LOCAL, small)
    assert failure.reason == "CUDA_VISIBLE_DEVICES hides the GPU of this machine."


def test_a_gpu_that_is_there_is_enough(small: Path) -> None:
    assert failures("gpu", at("local", "amd"), small) == []


# -- the step ------------------------------------------------------------------------------------


def test_outcome_says_what_was_found(tmp_path: Path) -> None:
    outcome = require.require(
        ["gpu", "ram>=1MB", "disk>=1MB", "python>=3.10", "packaging>=20", "local"],
        at("local", "nvidia"),
        tmp_path,
    )
    assert outcome.state == "ready"
    for part in ("GPU", "of memory", "free", "Python 3.", "packaging 2", "this machine"):
        assert part in outcome.text


def test_all_failures_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(HardwareError) as caught:
        require.require(["packaging>=999", "gpu", "disk>=999TB"], at("colab"), tmp_path)
    for part in ("packaging", "no GPU", "free below"):
        assert part in caught.value.reason
    assert "Change runtime type ▸ GPU" in caught.value.action


def test_only_packages_missing_is_nothing_that_needs_a_person(tmp_path: Path) -> None:
    with pytest.raises(InstallError):
        require.require(["packaging>=999"], LOCAL, tmp_path)


def test_a_package_whose_version_is_none(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contains(self: SpecifierSet, version: str, prereleases: bool) -> bool:
        raise InvalidVersion(version)  # as `packaging` does it up to 24

    monkeypatch.setattr(metadata, "version", lambda name: "nightly")
    monkeypatch.setattr(SpecifierSet, "contains", contains)
    (failure,) = require.check(["torch>=2"], LOCAL, tmp_path, system=small)
    assert failure.reason == "torch is nightly; the cell needs torch>=2."


def test_what_is_checked_at_its_place() -> None:
    conditions = ["gpu", "ram>=1GB", "torch>=2", "python>=3.10", "lab", "preflight>=0.1"]
    assert require.of_packages(conditions) == ["torch>=2"]
    assert require.of_packages(["gpu", "ram>=1GB", "!colab"]) == []


def test_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    far = tmp_path / "a" / "b"
    assert require.check(["disk>=1kB"], LOCAL, far) == []
    free = shutil.disk_usage(tmp_path).free
    assert require.check([f"disk>={free * 2 // 1000}kB"], LOCAL, far)
