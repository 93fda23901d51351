from __future__ import annotations

import json
import threading
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jupyterlab_preflight import checklist
from jupyterlab_preflight.errors import AuthError, GoneError, NetworkError
from jupyterlab_preflight.progress import Progress
from jupyterlab_preflight.report import EXAMPLE, LEFT_OUT, Meter, Outcome, Report, Row, RowState


def row(name: str, state: RowState = "waiting", **more: object) -> Row:
    made = Row(key=f"dataset x {name}", line=1, step="dataset", name=name)
    made.state = state
    for key, value in more.items():
        setattr(made, key, value)
    return made


def report_of(*states: RowState) -> Report:
    report = Report("/root", "env")
    report.begin([row(f"r{n}", state) for n, state in enumerate(states)], "sha", "the command")
    report.finish()
    return report


@pytest.mark.parametrize(
    ("states", "state", "sentence", "code"),
    [
        ((), "idle", f"There are no lines yet. {EXAMPLE}", 0),
        (("ready", "ready"), "ready", "Ready", 0),
        (("ready", "warning", "skipped"), "ready", "Ready", 0),
        (("ready", "needs"), "needs", "Needs you: r1", 3),
        (("needs", "needs"), "needs", "Needs you: 2 things", 3),
        (("needs", "failed"), "failed", "Failed: 1 of 2", 4),
        (("failed", "offline"), "failed", "Failed: 1 of 2", 4),
        (("ready", "offline", "blocked"), "offline", "No network: 1 of 3 ready", 4),
    ],
)
def test_one_sentence_and_one_code(
    states: tuple[RowState, ...], state: str, sentence: str, code: int
) -> None:
    report = report_of(*states)
    assert (report.state, report.sentence, report.exit_code) == (state, sentence, code)


def test_before_the_first_run() -> None:
    assert Report("/root").sentence == "Not prepared on this machine"


@pytest.mark.parametrize(
    ("step", "state", "command"),
    [
        ("dataset", "offline", "prepare x --fetch-only"),
        ("project", "offline", "prepare x --fetch-only"),
        ("pip", "offline", "prepare x --fetch-only"),
        ("apt", "offline", ""),  # what is installed elsewhere is not here
        ("run", "failed", ""),
        ("dataset", "ready", ""),
    ],
)
def test_fetching_elsewhere_is_offered_where_it_helps(
    step: str, state: RowState, command: str
) -> None:
    report = Report("/root")
    report.begin([row("a", "ready"), row("b", state, step=step)], "", "prepare x")
    report.finish()
    assert report.snapshot()["command"] == report.fetch_command == command
    for picture in (checklist.as_text(report), checklist.as_html(report)):
        assert ("Where there is a network, run: " in picture) == bool(command)


def test_the_page_knows_what_was_left_out_by_the_same_words() -> None:
    page = Path(__file__).parent.parent / "src/bootstrap/situation.ts"
    assert f"const LEFT_OUT = '{LEFT_OUT}';" in page.read_text(encoding="utf-8")


def test_what_was_left_out_is_not_ready() -> None:
    report = Report("/root")
    left = row("b", "skipped", text=LEFT_OUT, step="apt")
    report.begin([row("a", "ready"), left, row("c", "skipped")], "", "prepare x")
    report.finish()
    assert (report.sentence, report.exit_code) == ("Fetched: 2 of 3 ready", 0)
    assert "run where they are needed: prepare x" in checklist.as_text(report)
    report.renew(row("b", "ready"))
    assert report.sentence == "Ready"
    assert report.way_on == ("", "")


def test_a_stopped_run_is_interrupted() -> None:
    report = report_of("ready", "waiting")
    report.finish(stopped=True)
    assert (report.sentence, report.exit_code) == ("Stopped: 1 of 2 ready", 130)


def test_cells_are_told_together_and_counted_apart() -> None:
    report = report_of()
    report.begin([row("a", "ready", cell="1"), row("b", "waiting", cell="1")], "", "")
    report.begin([row("c", "failed", cell="2")], "", "")
    report.finish()
    told = report.snapshot()
    assert [one["name"] for one in told["rows"]] == ["c"]
    assert [one["name"] for one in told["others"]] == ["a"]
    assert (told["sentence"], told["total"]) == ("Failed: 1 of 1", 1)
    report.begin([row("d", cell="1")], "", "")
    told = report.snapshot()
    assert [one["name"] for one in told["others"]] == ["c"]
    report.renew(row("c"))
    told = report.snapshot()
    assert [(one["name"], one["cell"]) for one in told["rows"]] == [("d", "1"), ("c", "2")]
    assert told["others"] == []
    report.begin([row("e", "ready")], "", "")
    report.begin([row("f")], "", "")
    assert report.others == []  # nobody has told which cells these were


def test_errors_tell_their_state() -> None:
    for error, state in (
        (GoneError("gone"), "failed"),
        (AuthError("log in"), "needs"),
        (NetworkError("away", offline=True), "offline"),
        (NetworkError("broken"), "failed"),
    ):
        one = row("a", "working")
        one.fail(error)
        assert one.state == state
        assert one.error == error.as_dict()
        optional = row("a", "working", optional=True)
        optional.fail(error)
        assert optional.state == "warning"


def test_snapshots_are_whole_and_numbered() -> None:
    report = report_of("ready")
    first, second = report.snapshot(), report.snapshot()
    assert second["seq"] == first["seq"] + 1
    assert second["boot"] == first["boot"]
    assert json.loads(json.dumps(second)) == second
    assert second["rows"][0]["name"] == "r0"
    assert Report("/root").snapshot()["boot"] != first["boot"]


def test_snapshots_may_be_taken_while_rows_change() -> None:
    report = report_of(*["waiting"] * 50)
    report.reopen()
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            for one in report.rows:
                one.finish(Outcome("x"))

    thread = threading.Thread(target=change)
    thread.start()
    try:
        numbers = [report.snapshot()["seq"] for _ in range(50)]
    finally:
        stop.set()
        thread.join()
    assert numbers == sorted(set(numbers))


def test_the_meter_tells_speed_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("jupyterlab_preflight.report.time.monotonic", lambda: clock[0])
    progress, one, meter = Progress(), row("a", "working"), Meter()
    progress.expect(1000)
    meter.update(one, progress)
    assert one.speed is None
    clock[0] += 1
    progress.add(200)
    meter.update(one, progress)
    assert (one.bytes, one.of, one.speed, one.eta) == (200, 1000, 200.0, 4.0)
    clock[0] += 60
    meter.update(one, progress)
    clock[0] += 1
    meter.update(one, progress)
    assert one.speed is None  # it stands still now, whatever it was


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_somebody_elses_words_are_text_in_every_picture() -> None:
    report = Report("/root")
    hostile = "<img src=x onerror=alert(1)>\x1b[2J\u202e"
    bad = row(hostile, "failed", text=hostile, meta=hostile)
    bad.notes = [hostile]
    report.begin([bad], "", "")
    report.finish()
    html = checklist.as_html(report)
    tags = Tags()
    tags.feed(html)
    assert set(tags.tags) <= {"div", "table", "tbody", "tr", "td", "span", "br", "code"}
    assert "\x1b" not in html
    assert "\x1b" not in checklist.as_text(report)


def test_text_is_one_line_a_step() -> None:
    report = Report("/root")
    ready = row("data/cats", "ready", text="12,500 files · fetched once", meta="1.1 GB")
    working = row("net", "working", bytes=31_000_000, of=54_000_000, speed=6e6, eta=4.0)
    report.begin([ready, working], "", "")
    assert checklist.as_text(report).splitlines() == [
        "Preflight: 1 of 2 · 4 s left",
        "  ✔ data/cats  12,500 files · fetched once  1.1 GB",
        "  ◔ net        31 MB of 54 MB · 6.0 MB/s · 4 s left",
    ]
    assert checklist.line(ready, ascii_only=True).startswith("+ data/cats: 12,500")
