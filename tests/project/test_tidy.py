"""What killed runs have staged does not lie around once the project is up to date."""

from __future__ import annotations

import pytest

from jupyterlab_preflight.errors import PreflightError
from jupyterlab_preflight.fetch.staging import Staging

from .conftest import FILES, NET, Lab


@pytest.mark.parametrize("way", ["git", "archive"])
def test_what_was_left_is_removed_when_nothing_is_left_to_do(lab: Lab, way: str) -> None:
    line = f"project {NET} net --{way}"
    lab.run(line)
    base = lab.state.staging(lab.root / "net")
    keys = {"git": "git", "archive": "project"}
    for key in (f"{lab.state.key('net')}-{keys[way]}", f"{lab.state.key('other')}-git"):
        with Staging.open(base, key) as staging:
            (staging.tree / "half").write_text("half")
    lab.run(line)
    assert [left.key for left in Staging.left(base)] == [f"{lab.state.key('other')}-git"]


def test_it_stays_while_it_may_still_be_of_use(lab: Lab) -> None:
    line = f"project {NET} net --archive"
    base = lab.state.staging(lab.root / "net")
    with Staging.open(base, f"{lab.state.key('net')}-project") as staging:
        (staging.tree / "half").write_text("half")
    with lab.cloud.away(), pytest.raises(PreflightError):
        lab.run(line)
    assert len(Staging.left(base)) == 1
    assert lab.run(line).files == len(FILES)
    assert Staging.left(base) == []
