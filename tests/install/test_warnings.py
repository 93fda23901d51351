"""What is said before pip runs: builds for the GPU that it would replace, markers of no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_preflight.install import pip
from jupyterlab_preflight.install.requirements import read

COLAB = {
    f"/site/{name}.dist-info": number
    for number, name in enumerate(
        [
            "torch-2.11.0+cu128",
            "jax-0.7.2",
            "jax_cuda12_plugin-0.7.2",
            "nvidia_cublas_cu12-12.8.4.1",
            "nvidia_ml_py-13.610.43",
            "numpy-2.1.3",
            "cupy_cuda12x-14.0.1",
        ]
    )
}


@pytest.mark.parametrize(
    ("words", "warned"),
    [
        (["torch"], []),
        (["torch==2.11.0"], []),
        (["torch>=2"], []),
        (["torch==2.0"], ["torch 2.11.0+cu128, which is installed here, will be replaced"]),
        (["Torch<2.5"], ["torch 2.11.0+cu128"]),
        (["torch==2.11.0+cpu"], ["torch 2.11.0+cu128"]),
        (["torch @ https://h/torch-2.0-cp311-cp311-linux_x86_64.whl"], ["torch 2.11.0+cu128"]),
        (["-U", "torch"], ["torch 2.11.0+cu128, which is installed here, may be replaced"]),
        (["torch==2.0; sys_platform == 'nowhere'"], []),
        (["jax==0.4"], ["jax 0.7.2"]),
        (["jax-cuda12-plugin==0.4"], ["jax-cuda12-plugin 0.7.2"]),
        (["nvidia-cublas-cu12==12.1"], ["nvidia-cublas-cu12 12.8.4.1"]),
        (["cupy-cuda12x<14"], ["cupy-cuda12x 14.0.1"]),
        (["nvidia-ml-py==12"], []),
        (["numpy==1.26"], []),
        (["torchmetrics==1"], []),
        (["./net", "git+https://h/o/r", "-e", "."], []),
    ],
)
def test_warnings(words: list[str], warned: list[str], tmp_path: Path) -> None:
    found = pip.warnings(read(words, tmp_path), COLAB)
    assert len(found) == len(warned)
    for note, start in zip(found, warned, strict=True):
        assert note.startswith(start)


@pytest.mark.parametrize(
    "marker", ["os_name ~= 'posix'", "os_name === 'posix'", "python_version ~= 'x'", "'a' ~= 'b'"]
)
@pytest.mark.parametrize("what", ["torch>=2", "cats", "torch @ https://h/torch.whl "])
def test_a_marker_that_compares_what_cannot_be_compared(
    what: str, marker: str, tmp_path: Path
) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/r.txt").write_text(f"# first\nnumpy\n\n{what}; \\\n  {marker}\n")
    name = what.partition(">")[0].partition(" ")[0]
    asks = f"asks for {name} on a condition that cannot be checked: "
    alone = [f"{what}; {marker}"]
    for words, place in (["-r", "net/r.txt"], "line 4 of net/r.txt"), (alone, "the line"):
        asked = read(words, tmp_path)
        assert pip.warnings(asked, COLAB) == []  # pip may understand it
        assert pip._senseless(asked, ["ERROR: No matching distribution found"]) is None
        error = pip._senseless(asked, ["ERROR: Exception:", "Traceback (most recent call last):"])
        assert error is not None
        assert error.reason.startswith(f"{place} {asks}")
        assert error.action == "Correct what stands after the semicolon."


def test_an_installed_version_that_is_none(tmp_path: Path) -> None:
    found = {"/site/torch-nightly.dist-info": 1}
    (note,) = pip.warnings(read(["torch>=2"], tmp_path), found)
    assert note.startswith("torch nightly, which is installed here, will be replaced")
