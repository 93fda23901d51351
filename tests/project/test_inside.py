"""A notebook that lies in a clone of its own project."""

from __future__ import annotations

import os

import pytest

from jupyterlab_preflight.errors import (
    ConflictError,
)
from tests.project.clones import LINE, clone_by_hand
from tests.project.conftest import Lab


@pytest.fixture
def inside(lab: Lab) -> Lab:
    """The root is a folder of the user's own clone of the project."""
    clone_by_hand(lab, to="clone")
    lab.root = lab.root / "clone"
    lab.folder = lab.root
    return lab


@pytest.mark.parametrize("below", ["", "notebooks/deep"])
def test_the_notebook_is_in_its_own_project(inside: Lab, below: str) -> None:
    lab = inside
    top = lab.root
    lab.root = lab.folder = top / below
    lab.root.mkdir(parents=True, exist_ok=True)
    lab.cloud.clear()
    outcome = lab.run(LINE)
    assert outcome.state == "ready"
    assert outcome.text == "yours, left as it is"
    assert outcome.meta.startswith("main@")
    assert lab.net().is_symlink()
    assert not os.path.isabs(os.readlink(lab.net()))
    assert lab.net().resolve() == top
    assert lab.read("net/model.py") == "SIZE = 3\n"
    assert lab.cloud.log == []
    assert lab.git("status", "--porcelain", folder=".") == ""
    assert lab.run(LINE).text == "yours, left as it is"
    assert lab.cloud.log == []


def test_its_link_survives_a_move(inside: Lab) -> None:
    inside.run(LINE)
    moved = inside.root.parent / "moved"
    inside.root.rename(moved)
    inside.root = inside.folder = moved
    assert inside.run(LINE).text == "yours, left as it is"
    assert inside.net().resolve() == moved


def test_the_project_has_a_folder_of_that_name(inside: Lab) -> None:
    inside.write("net/__init__.py", "")
    error = inside.fails(LINE)
    assert isinstance(error, ConflictError)
    assert "repository that this notebook lies in" in error.reason
    assert inside.read("net/__init__.py") == ""


def test_a_notebook_in_another_repository(inside: Lab) -> None:
    inside.hub.add_repo("me/other", {"x.py": b"x\n"})
    assert inside.run("project https://github.com/me/other other").text == "1 file"
    assert inside.git("status", "--porcelain", folder=".") == ""
