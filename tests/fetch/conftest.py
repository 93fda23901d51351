"""How archives are read in these tests: in every way, with every engine."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from jupyterlab_preflight.fetch import extract

from .fakes import WAYS, Body, way_of


@pytest.fixture(params=["ISA-L", "zlib"])
def inflater(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both do the same; ISA-L is not there on every system."""
    if request.param == "zlib":
        monkeypatch.setattr(extract, "fast", zlib)
    elif extract.fast is zlib:
        pytest.skip("ISA-L has no wheel for this system")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Body]:
    return way_of(request.param, monkeypatch)
