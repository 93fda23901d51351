from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.bootstrap import gpu, settings
from jupyterlab_preflight.bootstrap.hosts import Host, applies, host
from jupyterlab_preflight.errors import CellError, PreflightError


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    gpu._installed.cache_clear()


def machine(tmp_path: Path, *files: str) -> Path:
    for one in files:
        name, _, text = one.partition("=")
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


NVIDIA = ("dev/nvidia0", "dev/nvidiactl", "dev/null")
AMD = (
    "dev/kfd",
    "sys/class/kfd/kfd/topology/nodes/0/gpu_id=0\n",
    "sys/class/kfd/kfd/topology/nodes/1/gpu_id=41310\n",
)


@pytest.mark.parametrize(
    ("environ", "names", "place"),
    [
        ({}, {"local", "cpu"}, "local"),
        ({"COLAB_RELEASE_TAG": "r1"}, {"colab", "cpu"}, "colab"),
        (
            {"KAGGLE_KERNEL_RUN_TYPE": "Interactive", "COLAB_RELEASE_TAG": "r1"},
            {"kaggle", "cpu"},
            "kaggle",
        ),
        ({"KAGGLE_USERNAME": "me", "KAGGLE_KEY": "k"}, {"local", "cpu"}, "local"),
        (
            {"BINDER_SERVICE_HOST": "10.0.0.1", "JUPYTERHUB_USER": "me"},
            {"binder", "jupyterhub", "cpu"},
            "binder",
        ),
        ({"BINDER_LAUNCH_HOST": "https://example.org/"}, {"binder", "cpu"}, "binder"),
        ({"JUPYTERHUB_USER": "me"}, {"jupyterhub", "cpu"}, "jupyterhub"),
        (
            {"JUPYTERHUB_USER": "me", "SLURM_JOB_ID": "7"},
            {"jupyterhub", "slurm", "cpu"},
            "jupyterhub",
        ),
        ({"SLURM_JOB_ID": "7"}, {"slurm", "cpu"}, "slurm"),
        ({"PREFLIGHT_HOST": "kaggle,gpu", "SLURM_JOB_ID": "7"}, {"kaggle", "gpu"}, "kaggle"),
        ({"PREFLIGHT_HOST": "Lab"}, {"lab", "cpu"}, "lab"),
        ({"PREFLIGHT_HOST": "gpu", "COLAB_RELEASE_TAG": "r1"}, {"local", "gpu"}, "local"),
        ({"PREFLIGHT_HOST": " "}, {"local", "cpu"}, "local"),
    ],
)
def test_what_a_machine_is(
    environ: dict[str, str], names: set[str], place: str, tmp_path: Path
) -> None:
    found = host(environ, settings={}, hostname="laptop", root=tmp_path)
    assert found.names == names
    assert found.place == place


def test_colab_is_known_by_its_file_too(tmp_path: Path) -> None:
    found = host({}, settings={}, hostname="x", root=machine(tmp_path, "var/colab/hostname=h"))
    assert found.names == {"colab", "cpu"}
    assert found.label == "Colab"


@pytest.mark.parametrize(
    ("environ", "files", "kind"),
    [
        ({}, NVIDIA, "nvidia"),
        ({"CUDA_VISIBLE_DEVICES": "0,1"}, NVIDIA, "nvidia"),
        ({"CUDA_VISIBLE_DEVICES": ""}, NVIDIA, ""),
        ({"CUDA_VISIBLE_DEVICES": "-1"}, NVIDIA, ""),
        ({"CUDA_VISIBLE_DEVICES": "NoDevFiles"}, NVIDIA, ""),
        ({"NVIDIA_VISIBLE_DEVICES": "void"}, NVIDIA, "nvidia"),
        ({}, ("dev/nvidiactl", "proc/driver/nvidia/gpus/0000:01:00.0/information"), ""),
        ({}, ("dev/nvidia-uvm",), ""),
        ({}, ("dev/nvhost-gpu",), "nvidia"),
        ({}, AMD, "amd"),
        ({"HIP_VISIBLE_DEVICES": ""}, AMD, ""),
        ({}, AMD[:2], ""),
        ({}, AMD[1:], ""),
        ({}, (), ""),
    ],
)
def test_which_gpu(
    environ: dict[str, str], files: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    found = host(environ, settings={}, hostname="x", root=machine(tmp_path, *files))
    assert found.gpu == kind
    assert ("gpu" if kind else "cpu") in found.names
    assert len({"gpu", "cpu"} & found.names) == 1


def test_override_can_say_that_there_is_no_gpu(tmp_path: Path) -> None:
    root = machine(tmp_path, *NVIDIA)
    assert host({"PREFLIGHT_HOST": "cpu"}, settings={}, root=root).names == {"local", "cpu"}
    assert host({"PREFLIGHT_HOST": "lab"}, settings={}, root=root).names == {"lab", "gpu"}


@pytest.mark.parametrize(
    ("system", "arch", "kind"), [("darwin", "arm64", "apple"), ("darwin", "x86_64", "")]
)
def test_apple(system: str, arch: str, kind: str) -> None:
    assert gpu._installed("/", system, arch) == kind


def test_finding_a_gpu_is_quick_and_loads_nothing() -> None:
    code = (
        "import sys, time\n"
        "from jupyterlab_preflight.bootstrap import gpu\n"
        "begun = time.perf_counter(); gpu.find(); first = time.perf_counter() - begun\n"
        "begun = time.perf_counter(); gpu.find(); again = time.perf_counter() - begun\n"
        "print(first, again, [m for m in ('torch', 'ctypes', 'pynvml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, again, loaded = done.stdout.split(maxsplit=2)
    assert float(first) < 0.02
    assert float(again) < 0.001
    assert loaded.strip() == "[]"


# -- names of the user's own ----------------------------------------------------------------------

LAB = {
    "hosts": {
        "lab": {"hostname": ["gpu*.lab.example.org", "ws12"], "environment": ["SITE=lab*"]},
        "cluster": {"environment": "CLUSTER_NAME"},
    }
}


@pytest.mark.parametrize(
    ("hostname", "environ", "names"),
    [
        ("gpu7.lab.example.org", {}, {"lab"}),
        ("GPU7.Lab.example.org", {}, {"lab"}),
        ("ws12", {}, {"lab"}),
        ("ws12.example.org", {}, {"lab"}),
        ("ws120", {}, {"local"}),
        ("laptop", {"SITE": "lab-3"}, {"lab"}),
        ("laptop", {"SITE": "home"}, {"local"}),
        ("laptop", {"CLUSTER_NAME": ""}, {"cluster"}),
        ("ws12", {"CLUSTER_NAME": "x", "SLURM_JOB_ID": "1"}, {"slurm", "lab", "cluster"}),
    ],
)
def test_names_of_the_users_own(
    hostname: str, environ: dict[str, str], names: set[str], tmp_path: Path
) -> None:
    found = host(environ, settings=LAB, hostname=hostname, root=tmp_path)
    assert found.names - {"cpu"} == names


def test_settings_are_read_from_the_users_jupyter_folder(tmp_path: Path) -> None:
    environ = {"JUPYTER_CONFIG_DIR": str(tmp_path)}
    assert settings.load(environ) == {}
    (tmp_path / settings.NAME).write_text(json.dumps(LAB))
    assert host(environ, hostname="ws12", root=tmp_path).place == "lab"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "\xff",
        '{"hosts": []}',
        '{"hosts": {"gpu": {"hostname": "x"}}}',
        '{"hosts": {"!lab": {"hostname": "x"}}}',
        '{"hosts": {"lab": "ws12"}}',
        '{"hosts": {"lab": {"host": "ws12"}}}',
        '{"hosts": {"lab": {"hostname": 12}}}',
        '{"hosts": {"lab": {"environment": [1]}}}',
    ],
)
def test_settings_that_cannot_be_understood_are_an_error(text: str, tmp_path: Path) -> None:
    (tmp_path / settings.NAME).write_bytes(text.encode("latin-1"))
    with pytest.raises(PreflightError) as caught:
        host({"JUPYTER_CONFIG_DIR": str(tmp_path)}, hostname="x", root=tmp_path)
    assert caught.value.source == str(tmp_path / settings.NAME)
    assert caught.value.action


def test_an_override_that_is_no_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="PREFLIGHT_HOST"):
        host({"PREFLIGHT_HOST": "!colab"}, settings={}, root=tmp_path)


# -- --on ---------------------------------------------------------------------------------

COLAB_GPU = Host(frozenset({"colab", "gpu"}), "colab", "nvidia")


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        ((), True),
        (("",), True),
        (("colab",), True),
        (("kaggle",), False),
        (("kaggle,colab",), True),
        (("kaggle", "colab"), True),
        (("kaggle,binder",), False),
        (("!colab",), False),
        (("!kaggle",), True),
        (("!colab,gpu",), True),
        (("!colab,!gpu",), False),
        (("lab",), False),
        (("!lab",), True),
        (("local",), False),
    ],
)
def test_on(on: tuple[str, ...], holds: bool) -> None:
    assert applies(on, COLAB_GPU) is holds


@pytest.mark.parametrize("word", ["!", "!!colab", "a b", "-x"])
def test_on_a_word_that_is_no_name(word: str) -> None:
    with pytest.raises(CellError):
        applies((word,), COLAB_GPU)


def test_finding_out_takes_about_a_millisecond(tmp_path: Path) -> None:
    environ: dict[str, Any] = {"JUPYTER_CONFIG_DIR": str(tmp_path)}
    host(environ, root=tmp_path)
    begun = time.perf_counter()
    for _ in range(20):
        host(environ, root=tmp_path)
    assert (time.perf_counter() - begun) / 20 < 0.005
