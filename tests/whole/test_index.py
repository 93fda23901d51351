"""A real file from a real server: a wheel, from the package index that pip is set to here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import REPOSITORY, tree

WHEELS = ("setuptools", "jupyterlab-widgets", "babel")
"""Packages with a wheel of some hundred files; any one that is found will do."""


def find() -> tuple[str, str]:
    """Address and SHA-256 of a wheel; empty where pip finds none in a network."""
    for name in WHEELS:
        command = [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"),
            *("--no-deps", "--only-binary=:all:", "--quiet", "--report", "-", "--retries", "0"),
            *("--timeout", "5", name),
        ]
        environ = {**os.environ, "PIP_FIND_LINKS": "", "PIP_NO_INPUT": "1"}
        done = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=120)
        if done.returncode == 0:
            told = json.loads(done.stdout)["install"][0]["download_info"]
            digest = told.get("archive_info", {}).get("hashes", {}).get("sha256", "")
            if told["url"].startswith("https://") and digest:
                return told["url"], digest
    return "", ""


@pytest.mark.slow
def test_in_parts_and_in_one_stream(tmp_path: Path) -> None:
    url, digest = find()
    if not url:
        pytest.skip("pip finds no wheel in a network here (no index, or one on this disk)")
    cell = (
        f"dataset {url} parts --unpack\n"
        f"dataset {url} stream --unpack --sha256 {digest}\n"
        f"dataset {url} whole --sha256 {digest}\n"
    )
    (tmp_path / "cell.txt").write_text(cell)
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "cell.txt"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "whole").iterdir()
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-q", wheel, "-d", tmp_path / "unzip"], check=True)
    else:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / "unzip")
    assert tree(tmp_path / "parts") == tree(tmp_path / "unzip")
    assert tree(tmp_path / "stream") == tree(tmp_path / "unzip")
    assert len(tree(tmp_path / "parts")) > 50
