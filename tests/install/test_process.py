from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_preflight.errors import InstallError, Interrupted
from jupyterlab_preflight.install.process import Lines, run_child
from jupyterlab_preflight.progress import Progress

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

# What a child prints when it can be interrupted: the test must not be faster than Python's start.
READY = "ready\n"


@pytest.fixture(autouse=True)
def nothing_survives() -> Iterator[None]:
    threads = set(threading.enumerate())
    children = set(psutil.Process().children(recursive=True))
    files = psutil.Process().num_fds()
    yield
    assert set(threading.enumerate()) <= threads
    assert set(psutil.Process().children(recursive=True)) <= children
    assert psutil.Process().num_fds() <= files


class Seen:
    """Collects output, and does something when a text has been seen."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.actions: list[tuple[str, Callable[[], None]]] = []

    def __call__(self, piece: str) -> None:
        self.pieces.append(piece)
        if self.actions and self.actions[0][0] in self.text:
            self.actions.pop(0)[1]()

    def then(self, text: str, action: Callable[[], None]) -> Seen:
        self.actions.append((text, action))
        return self

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def run(
    code: str, seen: Seen | None = None, progress: Progress | None = None, **more: object
) -> int:
    return run_child(
        [sys.executable, "-u", "-c", code],
        cwd=more.pop("cwd", "."),  # type: ignore[arg-type]
        env={**os.environ, **more.pop("env", {})},  # type: ignore[dict-item]
        progress=progress or Progress(),
        emit=seen or Seen(),
        **more,  # type: ignore[arg-type]
    )


def later(progress: Progress, seconds: float = 0.0) -> Callable[[], None]:
    """Cancel as the main thread does: from another thread than the one that attends."""

    def cancel() -> None:
        timer = threading.Timer(seconds, progress.cancel)
        timer.start()
        if not seconds:
            timer.join()

    return cancel


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# -- lines ----------------------------------------------------------------------------------------


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=6))
def test_lines_lose_nothing_wherever_the_bytes_are_cut(data: bytes, cuts: list[int]) -> None:
    lines = Lines()
    pieces: list[str] = []
    edges = [0, *sorted(cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        pieces.extend(lines.feed(data[start:end]))
    pieces.append(lines.flush(final=True))
    assert "".join(pieces) == data.decode("utf-8", "replace")
    for piece in pieces[:-1]:
        body = piece[:-2] if piece.endswith("\r\n") else piece[:-1]
        assert "\n" not in body and "\r" not in body and piece[-1] in "\r\n"


@pytest.mark.parametrize(
    ("chunks", "pieces"),
    [
        ([b"a\nb\n"], ["a\n", "b\n"]),
        ([b"a\r", b"\nb"], ["a\r\n", "b"]),
        ([b" 1%\r 2%\r", b" 3%\n"], [" 1%\r", " 2%\r", " 3%\n"]),
        ([b"\xc3", b"\xa9\n"], ["é\n"]),
        ([b"\xff\xfe\n"], ["\ufffd\ufffd\n"]),
        ([b"cut \xe2\x82"], ["cut \ufffd"]),
    ],
)
def test_lines(chunks: list[bytes], pieces: list[str]) -> None:
    lines = Lines()
    got = [piece for chunk in chunks for piece in lines.feed(chunk)]
    rest = lines.flush(final=True)
    assert got + ([rest] if rest else []) == pieces


def test_a_line_without_an_end_is_given_in_parts() -> None:
    lines = Lines()
    parts = [piece for _ in range(10) for piece in lines.feed(b"x" * 60_000)]
    assert len(parts) >= 4
    assert sum(map(len, parts)) + len(lines.flush()) == 600_000


# -- output and exit codes ------------------------------------------------------------------------


def test_output_is_streamed_in_order_both_streams() -> None:
    seen = Seen()
    assert run("import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)", seen) == 0
    assert seen.pieces == ["1\n", "2\n", "3\n"]


def test_an_unfinished_line_is_shown_while_the_child_pauses() -> None:
    code = "import time\nprint('loss: ', end='')\ntime.sleep(0.6)\nprint('0.1')"
    seen = Seen()
    assert run(code, seen) == 0
    assert seen.pieces == ["loss: ", "0.1\n"]


def test_bytes_that_are_no_text_are_replaced() -> None:
    seen = Seen()
    assert run("import os; os.write(1, b'\\xff\\x80 ok\\n')", seen) == 0
    assert seen.text == "\ufffd\ufffd ok\n"


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("raise SystemExit(0)", 0),
        ("raise SystemExit(7)", 7),
        ("raise SystemExit(255)", 255),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 137),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143),
    ],
)
def test_the_exit_code_is_kept(code: str, exit_code: int) -> None:
    assert run(code) == exit_code


def test_standard_input_is_empty() -> None:
    seen = Seen()
    assert run("import sys; print(repr(sys.stdin.read()))", seen) == 0
    assert seen.text == "''\n"


def test_folder_and_environment_are_those_that_were_given(tmp_path: Path) -> None:
    seen = Seen()
    run("import os; print(os.getcwd(), os.environ['X'])", seen, cwd=tmp_path, env={"X": "1 $Y"})
    assert seen.text == f"{os.path.realpath(tmp_path)} 1 $Y\n"


def test_a_flood_arrives_whole() -> None:
    count = 0

    def emit(piece: str) -> None:
        nonlocal count
        count += len(piece)

    code = "import sys\nfor _ in range(300): sys.stdout.write('x' * 99_999 + '\\n')"
    run_child([sys.executable, "-c", code], cwd=".", env=os.environ, progress=Progress(), emit=emit)
    assert count == 30_000_000


def test_output_is_complete_when_the_child_has_ended_with_a_full_pipe() -> None:
    seen = Seen()

    def slow(piece: str) -> None:
        time.sleep(0.002)
        seen(piece)

    code = "print('\\n'.join(map(str, range(300))))"
    run_child([sys.executable, "-c", code], cwd=".", env=os.environ, progress=Progress(), emit=slow)
    assert seen.text.split() == [str(number) for number in range(300)]


# -- what cannot be started -----------------------------------------------------------------------


def start(argv: list[str], cwd: Path) -> str:
    with pytest.raises(InstallError) as caught:
        run_child(argv, cwd=cwd, env=os.environ, progress=Progress(), emit=Seen())
    assert not caught.value.person
    return str(caught.value)


def test_a_missing_command(tmp_path: Path) -> None:
    assert "trian: there is no such command" in start(["trian", "--lr", "1"], tmp_path)


def test_a_missing_folder(tmp_path: Path) -> None:
    assert "there is no folder" in start([sys.executable], tmp_path / "net")


def test_a_script_that_is_not_executable(tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("echo hello\n")
    (tmp_path / "train.sh").chmod(0o644)
    assert "bash ./train.sh" in start(["./train.sh"], tmp_path)


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "train").write_bytes(b"\x00\x01")
    (tmp_path / "train").chmod(0o755)
    assert "cannot be started" in start(["./train"], tmp_path)


def test_a_word_with_a_zero_byte(tmp_path: Path) -> None:
    assert "cannot be started" in start([sys.executable, "a\0b"], tmp_path)


def test_a_run_that_was_stopped_before_starts_nothing(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Interrupted):
        run(f"open({str(tmp_path / 'made')!r}, 'w')", progress=progress)
    assert not (tmp_path / "made").exists()


# -- interrupt: kill ------------------------------------------------------------------------------

STUBBORN = """
import os, signal, subprocess, sys, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
if len(sys.argv) == 1 and not os.environ.get("INNER"):
    env = {**os.environ, "INNER": "1"}
    inner = subprocess.Popen([sys.executable, "-c", os.environ["CODE"]], env=env)
    print("inner", inner.pid)
    print("outer", os.getpid())
print("ready")
time.sleep(60)
"""


def test_kill_ends_child_and_grandchild_in_two_seconds() -> None:
    progress, seen = Progress(), Seen()
    seen.then("ready\nready\n", later(progress))
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        run(STUBBORN, seen, progress, env={"CODE": STUBBORN})
    words = seen.text.split()
    for name in ("inner", "outer"):
        assert not alive(int(words[words.index(name) + 1]))
    assert time.monotonic() - begun < 2 + 1.5  # and the time that two interpreters take to start


def test_kill_asks_first_so_that_work_can_be_undone() -> None:
    code = (
        "import time\ntry:\n  print('ready')\n  time.sleep(60)\n"
        "except KeyboardInterrupt:\n  print('undone')"
    )
    progress, seen = Progress(), Seen()
    seen.then(READY, later(progress))
    with pytest.raises(Interrupted):
        run(code, seen, progress)
    assert seen.text == "ready\nundone\n"


def test_many_interrupts_are_as_good_as_one() -> None:
    progress, seen = Progress(), Seen()
    for _ in range(3):
        seen.then(READY, later(progress))
    code = "import time\nfor _ in range(9): print('ready')\ntime.sleep(60)"
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        run(code, seen, progress)
    assert time.monotonic() - begun < 3


def test_an_output_that_is_gone_ends_the_child(tmp_path: Path) -> None:
    def emit(piece: str) -> None:
        pids.append(int(piece))
        raise BrokenPipeError

    pids: list[int] = []
    code = "import os, time; print(os.getpid()); time.sleep(60)"
    with pytest.raises(BrokenPipeError):
        run_child(
            [sys.executable, "-u", "-c", code],
            cwd=tmp_path,
            env=os.environ,
            progress=Progress(),
            emit=emit,
        )
    assert not alive(pids[0])


def test_an_interrupt_of_the_calling_thread_ends_the_child() -> None:
    seen = Seen()
    timer = threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGINT))
    seen.then(READY, timer.start)
    with pytest.raises(KeyboardInterrupt):
        run("import time\nprint('ready')\ntime.sleep(60)", seen)
    timer.join()


# -- interrupt: pass ------------------------------------------------------------------------------

TRAINER = """
import signal, sys, time
def stop(number, frame):
    print("checkpoint written")
    sys.exit(3)
signal.signal(signal.SIGINT, stop)
print("ready")
time.sleep(60)
"""


def test_pass_waits_for_the_checkpoint_and_keeps_the_exit_code() -> None:
    progress, seen = Progress(), Seen()
    seen.then(READY, later(progress))
    assert run(TRAINER, seen, progress, interrupt="pass") == 3
    assert "waiting up to 30 s for the command to finish" in seen.text
    assert seen.text.endswith("checkpoint written\n")
    assert "waiting up to 30 s" in progress.text


SLOW = """
import os, signal, sys, time
count = 0
def stop(number, frame):
    global count
    count += 1
    print("interrupts", count)
signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGTERM, lambda *_: (print("ended"), os._exit(9)))
print("ready")
while True:
    time.sleep(1)
"""


def test_pass_the_second_interrupt_ends_it() -> None:
    progress, seen = Progress(), Seen()
    seen.then(READY, later(progress)).then("interrupts 1\n", later(progress))
    assert run(SLOW, seen, progress, interrupt="pass") == 9
    assert "interrupts 2" not in seen.text
    assert seen.text.endswith("ended\n")


def test_pass_does_not_wait_for_ever() -> None:
    progress, seen = Progress(), Seen()
    seen.then(READY, later(progress))
    begun = time.monotonic()
    assert run(SLOW, seen, progress, interrupt="pass", grace=0.3) == 9
    assert 0.3 < time.monotonic() - begun < 3


def test_pass_reaches_what_a_shell_has_started() -> None:
    """A shell waits for its child before it looks at an interrupt of its own."""
    progress, seen = Progress(), Seen()
    seen.then(READY, later(progress))
    code = run_child(
        ["sh", "-c", '"$0" -u -c "$1"; exit 5', sys.executable, TRAINER],
        cwd=".",
        env=os.environ,
        progress=progress,
        emit=seen,
        interrupt="pass",
    )
    assert "checkpoint written" in seen.text
    assert code in (5, 130)  # shells differ in what they make of it


# -- what a child leaves behind -------------------------------------------------------------------


def test_what_stays_in_the_background_is_ended() -> None:
    seen = Seen()
    code = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid)"
    )
    begun = time.monotonic()
    assert run(code, seen) == 0
    assert not alive(int(seen.text))
    assert time.monotonic() - begun < 2.5


def test_a_daemon_that_holds_the_pipe_does_not_hold_us() -> None:
    seen = Seen()
    code = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " start_new_session=True)\n"
        "print(p.pid)"
    )
    begun = time.monotonic()
    assert run(code, seen) == 0
    assert time.monotonic() - begun < 2.5
    daemon = int(seen.text)
    assert alive(daemon)
    os.kill(daemon, signal.SIGKILL)


def test_a_child_that_closes_its_output_is_waited_for(tmp_path: Path) -> None:
    made = tmp_path / "made"
    code = f"import os, time\nos.close(1); os.close(2)\ntime.sleep(0.3)\nopen({str(made)!r}, 'w')"
    begun = time.process_time()
    assert run(code) in (0, 120)
    assert made.exists()
    assert time.process_time() - begun < 0.25  # waited for, not asked again and again
