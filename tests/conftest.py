"""Fixtures that all rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakecloud import FakeCloud


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCloud]:
    """A fake cloud that this process believes in: nothing else can be reached."""
    with FakeCloud() as one:
        for name, value in one.environ().items():
            monkeypatch.setenv(name, value)
        yield one
