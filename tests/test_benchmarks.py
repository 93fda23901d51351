"""The benchmark program itself, with next to no data: it measures, judges and writes."""

from __future__ import annotations

import shutil
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import again, contenders, material, report, run
from benchmarks.measure import Ratio, Sample, Series, once, quiet, ratio
from benchmarks.scenarios import FETCHES, Materials, Result, Size, fetch, judged
from benchmarks.server import Line, running

TINY = Size(
    members=2, member_size=300_000, small=30, project=100, turns=1, big_turns=1, form_cells=5
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFLIGHT_ROOT", raising=False)
    monkeypatch.delenv("PREFLIGHT_STORE", raising=False)


@pytest.fixture
def materials(tmp_path: Path) -> Materials:
    folder = tmp_path / "files"
    folder.mkdir()
    return Materials(folder, TINY, print)


@pytest.mark.parametrize("key", ["big-range", "small"])
def test_a_scenario_from_end_to_end(materials: Materials, tmp_path: Path, key: str) -> None:
    scenario = next(one for one in FETCHES if one.key == key)
    result = fetch(scenario, materials, tmp_path, print)
    by_name = {series.name: series for series in result.series}
    assert len(by_name[contenders.PREFLIGHT.name].samples) == 1
    for contender in scenario.contenders:
        series = by_name[contender.name]
        assert bool(series.samples) != bool(contender.missing), series.error
        for sample in series.samples:
            assert sample.requests >= 1
            assert 0.9 < sample.sent / (materials.have(scenario.make).size) < 1.5
            assert 0 < sample.processor < sample.seconds * 8
    assert [check.limit for check in result.checks] == [f"≤ {scenario.budget.limit:g}"]
    page = report.page([result], "memory")
    assert result.title in page
    assert "jupyter preflight do dataset" in page
    assert str(tmp_path) not in page


def test_a_contender_that_makes_the_wrong_files_is_out(
    materials: Materials, tmp_path: Path
) -> None:
    wrong = replace(
        contenders.PREFLIGHT,
        name="wrong",
        argv=lambda url: ["sh", "-c", "mkdir data && echo x > data/x"],
    )
    failing = replace(wrong, name="failing", argv=lambda url: ["sh", "-c", "echo why >&2; exit 3"])
    absent = replace(wrong, name="absent", needs=("no-such-program",))
    scenario = replace(FETCHES[-1], contenders=(contenders.PREFLIGHT, wrong, failing, absent))
    result = fetch(scenario, materials, tmp_path, print)
    assert [series.error for series in result.series] == [
        "",
        "made 1 files of 2 bytes",
        "exit code 3: why",
        "not installed: no-such-program",
    ]
    assert result.checks[0].verdict == "not compared"


@pytest.mark.slow
def test_the_second_run(materials: Materials, tmp_path: Path) -> None:
    result = again.cold(materials, tmp_path, print)
    mine = next(one for one in result.series if one.name == contenders.PREFLIGHT.name)
    assert [(sample.requests, sample.sent) for sample in mine.samples] == [(0, 0)]


@pytest.mark.slow
def test_a_project_that_changed(materials: Materials, tmp_path: Path) -> None:
    result = again.changed(materials, tmp_path, print)
    assert [check.verdict for check in result.checks][1] == "met", result.checks
    assert "ends well" not in result.checks[0].limit, result.checks


@pytest.mark.slow
def test_a_kernel_with_nothing_to_do(
    materials: Materials, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "_SETTLED", 0.0)
    result = again.nothing_to_do(materials, tmp_path, print)
    requests = [check.measured for check in result.checks if "requests" in check.what]
    assert requests == ["0", "1"], result.checks
    assert not list(tmp_path.glob("kernel*"))


@pytest.mark.parametrize(
    ("line", "least"),
    [(Line(), 0.0), (Line(rate=4e6), 0.2), (Line(per_connection=4e6), 0.2)],
    ids=["free", "shaped", "capped"],
)
def test_a_shaped_line(tmp_path: Path, line: Line, least: float) -> None:
    (tmp_path / "one.bin").write_bytes(bytes(1_000_000))
    with running(tmp_path, line) as server:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        began = time.monotonic()
        with opener.open(server.url + "one.bin", timeout=30) as answer:
            assert len(answer.read()) == 1_000_000
        assert time.monotonic() - began > least
        (request,) = server.requests()
        assert (request["status"], request["sent"]) == (200, 1_000_000)
        assert server.requests() == []
        assert server.processor > 0


def test_ratios_are_taken_turn_by_turn() -> None:
    def series(name: str, *seconds: float) -> Series:
        return Series(name, [Sample(one, 0.1, 1, 1, 1) for one in seconds])

    slow_machine = ratio(series("a", 1, 2, 30), series("b", 2, 4, 60))
    assert slow_machine == Ratio(0.5, 0.5, 0.5, 3)
    assert [judged(0.4, 0.3, 0.5), judged(0.6, 0.5, 0.5), judged(0.6, 0.51, 0.5)] == [
        "met",
        "about",
        "missed",
    ]
    assert Result("x", "").ratio("curl") is None


def test_waiting_for_quiet_ends() -> None:
    began = time.monotonic()
    quiet(0.6)
    assert time.monotonic() - began < 5


def test_archives_are_the_same_everywhere(tmp_path: Path) -> None:
    one, two = (material.small(tmp_path / name, 20) for name in ("1.zip", "2.zip"))
    assert one.path.read_bytes() == two.path.read_bytes()
    assert (one.files, two.files) == (20, 20)


def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "QUICK", TINY)
    assert run.main(["--quick", "--only", "changed", "--folder", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "requests of the run after it" in said.out
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SystemExit):
        run.main(["--only", "nonsense"])
    with pytest.raises(SystemExit):
        run.main(["--write", "--quick"])


def test_a_hanging_contender_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import measure

    monkeypatch.setattr(measure, "_PATIENCE", 0.3)
    folder = tmp_path / "run"
    folder.mkdir()
    with running(tmp_path, Line()) as server, pytest.raises(measure.Failed):
        once([shutil.which("sleep") or "sleep", "30"], folder, server)
