"""The command in processes of its own: words, exit codes, pictures, and no traceback."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from jupyterlab_preflight import cli
from jupyterlab_preflight.cli import Live
from jupyterlab_preflight.report import Report, Row
from tests.fakecloud import FakeCloud
from tests.fakecloud import faults as fault
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

ROOT = Path(__file__).parent.parent
FILES = {f"{n}.txt": b"x" * 100 for n in range(5)}


def preflight(
    *words: str, cwd: Path, stdin: str = "", environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab_preflight.cli", *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PREFLIGHT_HOST": "lab,cpu", **(environ or {})},
        timeout=60,
        check=False,
    )


@pytest.fixture
def link(cloud: FakeCloud) -> str:
    box = Dropbox()
    cloud.add(box)
    return box.add_folder("pets", FILES).link


def notebook(path: Path, *sources: str) -> Path:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources
    ]
    path.write_text(
        json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    )
    return path


def test_notebook_text_and_standard_input_are_the_same(link: str, tmp_path: Path) -> None:
    steps = f"dataset {link} data/pets\n"
    trees = []
    for kind in ("notebook", "text", "stdin"):
        folder = tmp_path / kind
        folder.mkdir()
        if kind == "notebook":
            words, stdin = [str(notebook(folder / "a.ipynb", f"%%preflight\n{steps}"))], ""
        elif kind == "text":
            (folder / "steps.txt").write_text(steps)
            words, stdin = [str(folder / "steps.txt")], ""
        else:
            words, stdin = ["-"], steps
        done = preflight("prepare", *words, cwd=folder, stdin=stdin)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[0].startswith("✔ data/pets: 5 files")
        trees.append({path.name: path.read_bytes() for path in (folder / "data/pets").iterdir()})
    assert trees == [FILES] * 3


def test_destinations_lie_beside_the_file(link: str, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    file = notebook(tmp_path / "project" / "a.ipynb", f"%%preflight\ndataset {link} d")
    assert preflight("prepare", "project/a.ipynb", cwd=tmp_path).returncode == 0
    assert (tmp_path / "project/d").is_dir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert preflight("prepare", str(file), "--root", "elsewhere", cwd=tmp_path).returncode == 0
    assert (elsewhere / "d").is_dir()


def test_a_cell_may_name_its_root(link: str, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    cell = f"%%preflight --root 'my data'\ndataset {link} d"
    file = notebook(tmp_path / "project" / "a.ipynb", cell)
    for command in (["prepare"], ["status"], ["verify"], ["run", "--with"]):
        words = ["python", "-c", "print(open('d/1.txt').read(1))"] if "run" in command else []
        done = preflight(*command, "project/a.ipynb", *words, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), done
    assert {path.name for path in file.parent.iterdir()} == {".preflight", "a.ipynb", "my data"}
    assert [path.name for path in (file.parent / ".preflight").iterdir()] == ["last.json"]
    assert (tmp_path / "project/my data/d").is_dir()
    written = preflight("script", "project/a.ipynb", cwd=tmp_path).stdout
    (tmp_path / "script").mkdir()
    ran = subprocess.run(
        ["bash", "-s"], cwd=tmp_path / "script", input=written, text=True, check=False
    )
    assert ran.returncode == 0
    assert (tmp_path / "script/my data/d").is_dir()


def test_commands_without_a_file_take_the_last_one(link: str, tmp_path: Path) -> None:
    assert preflight("status", cwd=tmp_path).returncode == 2
    preflight("prepare", "-", cwd=tmp_path, stdin=f"dataset {link} d\n")
    assert preflight("status", cwd=tmp_path).returncode == 0
    assert preflight("verify", cwd=tmp_path).returncode == 0
    (tmp_path / "d" / "1.txt").write_bytes(b"y" * 100)
    (tmp_path / "d" / "2.txt").unlink()
    done = preflight("verify", cwd=tmp_path)
    assert done.returncode == 4
    assert "missing: 2.txt" in done.stdout
    assert "changed: 1.txt" in done.stdout
    assert preflight("status", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("words", "stdin", "code", "says"),
    [
        (["prepare", "-"], "datset a b\n", 2, "Line 1, column 1"),
        (["prepare", "-"], "link a\nlink b\n", 2, "line 2"),
        (["prepare", "nowhere.ipynb"], "", 2, "cannot be read"),
        (
            ["check", "-"],
            "git clone https://github.com/me/net\n",
            2,
            "did you mean project? Nothing was run. Write: project https://github.com/me/net net\n",
        ),
        (
            ["check", "-"],
            "wget https://h.org/a.zip\ncode ./net\n",
            2,
            "2 lines are wrong, and nothing was run:\n"
            "  line 1, column 1: “wget” is no step: did you mean dataset? "
            "Write: dataset https://h.org/a.zip data/a\n"
            "  line 2, column 1: “code” is no step: did you mean project? "
            "Write: project ./net net\n",
        ),
        (["prepare", "-"], "", 2, "standard input: has no bootstrap lines yet. Write one step a"),
        (["check", "-"], "%%preflight\n#@title Data\n", 2, "dataset LINK FOLDER"),
        (["status", "-"], "# nothing\n", 2, "no bootstrap lines yet"),
        (["nonsense"], "", 2, "preflight: “nonsense” is no command"),
        ([], "", 2, "COMMAND"),
        (["prepare", "--nonsense"], "", 2, "nonsense"),
        (["check", "-"], "env A=1\n", 0, "1 step, nothing wrong"),
        (["check", "-"], "env A\n", 2, "Line 1, column 5"),
        (["prepare", "-"], "require python>=99\n", 3, "Machine"),
        (["prepare", "-"], "dataset https://gone.example.org/x.zip d\n", 4, "d:"),
        (["prepare", "-"], "dataset https://gone.example.org/x.zip d --optional\n", 0, "d:"),
        (["do", "env", "A=$HOME"], "", 0, "Environment"),
        (["do", "dataset", "x;y", "d"], "", 2, ""),
        (["run", sys.executable, "-c", "import sys; sys.exit(7)"], "", 7, ""),
        (["run", "no-such-program"], "", 4, "no such command"),
        (["run", "--optional", sys.executable, "-c", "import sys; sys.exit(7)"], "", 0, ""),
        (["run", "--on", "kaggle", "no-such-program"], "", 0, "only on kaggle"),
        (["run", "--help"], "", 0, "usage"),
        (["run", "--with"], "", 2, "needs a value"),
        (["do", "--help"], "", 0, "usage"),
        (["do"], "", 2, "which step"),
        (["save"], "", 2, "not in this version"),
        (["prepare", "-"], "run python -c 'print(6 * 7)'\n", 0, "42\n✔ Command: python"),
        (["prepare", "-"], "run python -c 'import sys; sys.exit(7)'\n", 4, "exit code 7"),
        (["status", "-"], "run python train.py\n", 0, "run when the cell runs"),
        (["status", "-"], "dataset https://example.org/x.zip d\n", 4, "not fetched yet"),
        (["status", "-"], "dataset https://example.org/x.zip d --optional\n", 0, "not fetched yet"),
        (["--version"], "", 0, "jupyterlab-preflight"),
        (["prepare", "--help"], "", 0, "usage"),
        (["clean"], "", 0, "Nothing is kept"),
    ],
)
def test_exit_codes(
    cloud: FakeCloud,
    tmp_path: Path,
    words: list[str],
    stdin: str,
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    assert cli.main(words) == code
    shown = capsys.readouterr()
    assert says in shown.out + shown.err


@pytest.mark.parametrize(
    ("words", "stdin", "code", "says"),
    [
        (["prepare", "-"], "datset a b\n", 2, "Line 1, column 1"),
        (["prepare", "-"], "require python>=99\n", 3, "Machine"),
        (["prepare", "-"], "dataset https://gone.example.org/x.zip d\n", 4, "d:"),
        (["run", sys.executable, "-c", "import sys; sys.exit(7)"], "", 7, ""),
        (["--version"], "", 0, "jupyterlab-preflight"),
    ],
)
def test_exit_codes_of_the_process(
    cloud: FakeCloud, tmp_path: Path, words: list[str], stdin: str, code: int, says: str
) -> None:
    done = preflight(*words, cwd=tmp_path, stdin=stdin)
    assert done.returncode == code, done
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_root_for_one_step(link: str, tmp_path: Path) -> None:
    assert preflight("do", "--root", "r", "dataset", link, "d", cwd=tmp_path).returncode == 0
    assert {path.name for path in (tmp_path / "r/d").iterdir()} == set(FILES)


def test_what_is_verified(link: str, cloud: FakeCloud, tmp_path: Path) -> None:
    hub = GitHub()
    cloud.add(hub)
    hub.add_repo("me/net", {"train.py": b"print()\n", "more.py": b"\n"})
    (tmp_path / "local").mkdir()
    (tmp_path / "a.txt").write_text(
        f"dataset {link} d\ndataset ./local l\n"
        "dataset https://data.example.org/x.zip x --on kaggle\n"
        "project https://github.com/me/net net\n"
        "project https://github.com/me/net copy --archive\nlink d copy/data\n"
    )
    assert preflight("prepare", "a.txt", cwd=tmp_path).returncode == 0
    done = preflight("verify", "a.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done
    said = dict(line[2:].split(": ", 1) for line in done.stdout.splitlines())
    assert said["d"].startswith("5 files as installed")
    assert said["l"].startswith("→ ")
    assert said["net"].startswith("2 files as installed (main@")
    assert said["copy"].startswith("2 files as installed (")
    assert "x" not in said
    for folder in ("net", "copy"):
        (tmp_path / folder / "train.py").write_text("mine\n")
        (tmp_path / folder / "more.py").unlink()
        done = preflight("verify", "--only", folder, cwd=tmp_path)
        assert done.returncode == 4
        assert f"✘ {folder}: 1 missing: more.py; 1 changed: train.py." in done.stdout
    assert preflight("verify", "--only", "nothing", cwd=tmp_path).returncode == 4


def test_a_check_shows_no_keys(link: str, tmp_path: Path) -> None:
    done = preflight("check", "-", cwd=tmp_path, stdin=f"dataset {link} d\n")
    assert "dropbox.com" in done.stdout
    assert link.partition("rlkey=")[2].partition("&")[0] not in done.stdout


def test_what_a_command_prints_stays_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("/root")
    report.begin([Row("run x", 1, "run", "Command", state="working")], "", "")
    draw = Live(ascii_only=False)
    draw(report)
    draw.emit("half a ")
    draw(report)
    draw.emit("line\n")
    draw(report)
    report.finish()
    draw(report)
    before, after = capsys.readouterr().out.split("half a line\n")
    assert before.count("\x1b[J") == 1
    assert after.count("Preflight: ") == 2


def test_json(link: str, tmp_path: Path) -> None:
    done = preflight("prepare", "-", "--json", cwd=tmp_path, stdin=f"dataset {link} d\nenv A=1\n")
    report = json.loads(done.stdout)
    assert (report["state"], report["total"]) == ("ready", 2)
    rows = json.loads(preflight("status", "--json", cwd=tmp_path).stdout)
    assert [row["state"] for row in rows] == ["ready", "skipped"]


def test_run_with_the_environment_of_a_text(tmp_path: Path) -> None:
    (tmp_path / "steps.txt").write_text("env GREETING='hello you'\n")
    code = "import os; print(os.environ['GREETING'], '{x}')"
    done = preflight("run", "--with", "steps.txt", "python", "-c", code, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "hello you {x}\n")


def test_no_network_is_said_within_seconds(tmp_path: Path, cloud: FakeCloud) -> None:
    steps = "".join(f"dataset https://h{n}.example.org/x.zip d{n}\n" for n in range(6))
    (tmp_path / "a.txt").write_text(steps + "env A=1\n")
    with cloud.away():
        began = time.monotonic()
        done = preflight("prepare", "a.txt", cwd=tmp_path)
        assert time.monotonic() - began < 5
    assert done.returncode == 4
    assert done.stdout.count("no network") == 6
    assert "No network: 1 of 7 ready" in done.stdout
    assert "jupyter preflight prepare a.txt --fetch-only" in done.stdout


def test_an_interrupt_ends_it_quickly(tmp_path: Path, cloud: FakeCloud) -> None:
    site = Site("data.example.org")
    site.add("/big.bin", b"x" * 1_000_000)
    cloud.add(site)
    cloud.always("https://data.example.org/big.bin", fault.stall(500_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdin is not None
        process.stdin.write("dataset https://data.example.org/big.bin big\nenv A=1\n")
        process.stdin.close()
        time.sleep(2)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert time.monotonic() - began < 2.5
        assert process.stdout is not None
        assert "Stopped: 0 of 2 ready" in process.stdout.read()


def test_a_terminal_sees_a_live_checklist(link: str, tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    (tmp_path / "a.txt").write_text(f"dataset {link} d\nenv A=1\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "a.txt"],
        cwd=tmp_path,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )
    os.close(terminal)
    seen = b""
    try:
        while chunk := os.read(controller, 65536):
            seen += chunk
    except OSError:
        pass  # Linux says EIO where the other end is closed
    finally:
        os.close(controller)
    assert process.wait(10) == 0
    last = seen.decode().split("\x1b[J")[-1]
    assert "Preflight: Ready" in last
    assert "✔ d " in last


def test_ascii_terminals_and_closed_pipes(link: str, tmp_path: Path) -> None:
    done = preflight(
        "prepare",
        "-",
        cwd=tmp_path,
        stdin=f"dataset {link} d\n",
        environ={"PYTHONIOENCODING": "ascii:replace", "LC_ALL": "C", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0
    assert done.stdout.startswith(("+ d", "? d"))


def test_a_run_that_a_closed_pipe_has_ended_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "steps.txt").write_text("env A=1\nrun python -c 'import time; time.sleep(5)'\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_preflight.cli", "prepare", "steps.txt"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(30) == 4
        assert process.stderr.read() == b""


def test_a_folder_that_is_gone_is_no_traceback(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f'rmdir "{gone}" && exec "{sys.executable}" -m jupyterlab_preflight.cli status'
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "preflight: the current folder is gone. Change to another one.\n"


TRAINER = """
import pathlib, signal, time
def end(*_):
    pathlib.Path("checkpoint").write_text("whole")
    raise SystemExit(3)
signal.signal(signal.SIGINT, end)
pathlib.Path("ready").touch()
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_us_lets_a_trainer_write_its_checkpoint(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "train.py").write_text(TRAINER)
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_preflight.cli", "run", "python", "train.py"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        until = time.monotonic() + 20
        while not (tmp_path / "ready").exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        assert process.wait(10) == 3
    assert (tmp_path / "checkpoint").read_text() == "whole"
    assert started
    assert not any(one.is_running() for one in started)


def test_a_terminal_that_is_closed_lets_a_trainer_write_its_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAINER)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "jupyterlab_preflight.cli", "run", "python", "train.py"]
    pid, terminal = os.forkpty()
    if pid == 0:
        os.chdir(tmp_path)
        os.execve(sys.executable, words, environ)
    until = time.monotonic() + 20
    while not (tmp_path / "ready").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    started = psutil.Process(pid).children(recursive=True)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
    assert (tmp_path / "checkpoint").read_text() == "whole"
    assert started
    assert not any(one.is_running() for one in started)


def test_what_is_to_be_ignored_is_ignored(tmp_path: Path) -> None:
    done = subprocess.run(
        ["nohup", sys.executable, "-m", "jupyterlab_preflight.cli", "run", "sh", "-c",
         "kill -HUP $(ps -o ppid= $$) && sleep 0.2"],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )  # fmt: skip
    assert done.returncode == 0


@pytest.mark.skipif(shutil.which("yes") is None, reason="there is no yes")
def test_a_flood_of_output_fills_no_memory_and_can_be_stopped(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_preflight.cli", "run", "yes", "x" * 500],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        assert process.stdout is not None
        me = psutil.Process(process.pid)
        sizes = []
        until = time.monotonic() + 2.5
        while time.monotonic() < until:  # a reader that is far slower than what is said
            assert process.stdout.read1(1 << 16).strip(b"x\n") == b""
            sizes.append(me.memory_info().rss)
            time.sleep(0.05)
        assert max(sizes) < 120e6
        assert max(sizes[len(sizes) // 2 :]) < sizes[len(sizes) // 2] + 10e6
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        while process.stdout.read1(1 << 16):
            time.sleep(0.02)
        assert process.wait(10) == 130
        assert time.monotonic() - began < 2
