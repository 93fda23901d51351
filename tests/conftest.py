"""Fixtures that all rooms share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.fakecloud import FakeCloud

# How long one example takes says more about what else the machine does than about the code.
# What may land is not to depend on dice: where "CI" is set, all runs try the same examples.
settings.register_profile("patient", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("patient")


def pytest_configure() -> None:
    """Hear interrupts: a shell that starts tests in the background has them ignored for good."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_environ() -> Iterator[None]:
    """What a test sets in the environment, as an `env` step does, ends with it."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCloud]:
    """A fake cloud that this process believes in: nothing else can be reached."""
    with FakeCloud() as one:
        for name, value in one.environ().items():
            monkeypatch.setenv(name, value)
        yield one
