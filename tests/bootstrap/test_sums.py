"""Checksums of large trees: they take as long as reading them, and end when they are told to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jupyterlab_preflight.bootstrap.sums import file_sha256, is_of_tree, tree_sha256
from jupyterlab_preflight.errors import Interrupted
from jupyterlab_preflight.fetch.model import Entry
from jupyterlab_preflight.progress import Progress


class After(Progress):
    """A run that is stopped when it was asked about *calls* times."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.left = calls

    def check(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.cancel()
        super().check()


def test_what_is_no_file_has_the_checksum_of_a_tree() -> None:
    assert is_of_tree([])


def test_reading_a_file_can_be_stopped_in_its_middle(tmp_path: Path) -> None:
    data = b"x" * (5 << 20)
    (tmp_path / "big").write_bytes(data)
    assert file_sha256(tmp_path / "big", Progress()) == hashlib.sha256(data).hexdigest()
    with pytest.raises(Interrupted):
        file_sha256(tmp_path / "big", After(3))


def test_a_tree_can_be_stopped_between_its_files(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(9)]
    for name in names:
        (tmp_path / name).write_text(name)
    with pytest.raises(Interrupted):
        tree_sha256(tmp_path, {name: Entry(name) for name in names}, After(5))
