from __future__ import annotations

import _thread
import threading
import time

import pytest

from jupyterlab_preflight.bootstrap.worker import MOST, Worker
from jupyterlab_preflight.errors import BusyError, Interrupted
from jupyterlab_preflight.progress import Progress


def interrupt_after(seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, _thread.interrupt_main)
    timer.start()
    return timer


def test_value_and_error_come_back() -> None:
    worker = Worker(lambda text: None)
    assert worker.run(lambda: 7, Progress()) == 7
    with pytest.raises(ZeroDivisionError):
        worker.run(lambda: 1 / 0, Progress())


def test_one_task_at_a_time() -> None:
    worker = Worker(lambda text: None)
    begun, end = threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        end.wait(10)

    other = threading.Thread(target=lambda: worker.run(first, Progress()))
    other.start()
    assert begun.wait(10)
    with pytest.raises(BusyError):
        worker.run(lambda: None, Progress())
    end.set()
    other.join(10)
    assert worker.run(lambda: 7, Progress()) == 7


def test_what_the_task_says_is_shown_in_the_main_thread_and_in_order() -> None:
    shown: list[tuple[str, bool]] = []
    main = threading.main_thread()
    worker = Worker(lambda text: shown.append((text, threading.current_thread() is main)))

    def task() -> None:
        for number in range(100):
            worker.emit(str(number))

    worker.run(task, Progress())
    assert "".join(text for text, _ in shown) == "".join(map(str, range(100)))
    assert all(in_main for _, in_main in shown)


def test_a_question_is_asked_in_the_main_thread() -> None:
    threads = []

    def ask(prompt: str) -> str:
        threads.append(threading.current_thread())
        return prompt.upper()

    worker = Worker(lambda text: None, ask)
    assert worker.ask is not None
    assert worker.run(lambda: worker.ask and worker.ask("name"), Progress()) == "NAME"
    assert worker.ask("again") == "AGAIN"
    assert threads == [threading.main_thread()] * 2


def test_nobody_to_ask() -> None:
    assert Worker(lambda text: None).ask is None

    def refuse(prompt: str) -> str:
        raise RuntimeError("no stdin here")

    worker = Worker(lambda text: None, refuse)
    with pytest.raises(RuntimeError, match="no stdin"):
        worker.run(lambda: worker.ask and worker.ask("x"), Progress())


def test_an_interrupt_ends_a_task_that_listens_at_once() -> None:
    worker, progress = Worker(lambda text: None), Progress()
    ended = threading.Event()

    def task() -> None:
        try:
            progress.wait(60)
        except Interrupted:
            ended.set()
            raise

    interrupt_after(0.2)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        worker.run(task, progress)
    assert ended.is_set()
    assert time.monotonic() - began < 1


def test_an_interrupt_does_not_wait_for_ever_for_a_task_that_does_not_listen() -> None:
    worker, free = Worker(lambda text: None), threading.Event()
    interrupt_after(0.2)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        worker.run(lambda: free.wait(30), Progress(), patience=0.5)
    assert time.monotonic() - began < 2
    free.set()
    assert worker.run(lambda: "next", Progress()) == "next"


def test_a_task_that_passes_the_interrupt_on_keeps_its_value() -> None:
    worker, progress = Worker(lambda text: None), Progress()

    def task() -> int:
        progress.cancelled.wait(10)
        return 5

    interrupt_after(0.2)
    assert worker.run(task, progress, patience=10, passes=True) == 5


def test_an_interrupt_while_drawing_still_stops_the_task() -> None:
    worker, progress = Worker(lambda text: None), Progress()
    drawn = []

    def tick() -> None:
        drawn.append(1)
        if len(drawn) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(lambda: progress.wait(30), progress, tick)
    assert progress.cancelled.is_set()


def test_drawing_is_not_faster_than_four_a_second() -> None:
    worker, ticks = Worker(lambda text: None), []

    def task() -> None:
        for _ in range(60):
            worker.emit("x")
            time.sleep(0.01)

    worker.run(task, Progress(), lambda: ticks.append(1))
    assert 1 <= len(ticks) <= 4


def test_stop_from_another_thread() -> None:
    worker, progress = Worker(lambda text: None), Progress()
    threading.Timer(0.2, worker.cancel).start()
    with pytest.raises(Interrupted):
        worker.run(lambda: progress.wait(30), progress)


def test_who_talks_faster_than_is_shown_waits() -> None:
    said, worst = 0, 0
    shown: list[str] = []

    def show(text: str) -> None:
        nonlocal worst
        worst = max(worst, said - sum(map(len, shown)))
        shown.append(text)
        time.sleep(0.02)

    worker = Worker(show)

    def task() -> None:
        nonlocal said
        for number in range(3000):
            piece = f"{number:06d}" * 100
            said += len(piece)
            worker.emit(piece)

    worker.run(task, Progress())
    assert "".join(shown) == "".join(f"{number:06d}" * 100 for number in range(3000))
    assert worst <= MOST + 2 * 600


def test_a_flood_delays_no_interrupt_even_where_nobody_reads() -> None:
    began = ended = 0.0
    shown: list[int] = []
    progress = Progress()

    def show(text: str) -> None:
        shown.append(len(text))
        time.sleep(1.0)

    worker = Worker(show)

    def task() -> None:
        nonlocal ended
        while not progress.cancelled.is_set():
            worker.emit("y\n" * 1000)
        ended = time.monotonic()
        for _ in range(1000):
            worker.emit("more\n" * 1000)
        worker.emit("the end")

    def stop() -> None:
        nonlocal began
        began = time.monotonic()
        worker.cancel()

    threading.Timer(0.5, stop).start()
    worker.run(task, progress)
    assert ended - began < 0.5
    assert max(shown) <= 2 * MOST + 100


def test_what_an_abandoned_task_says_is_not_shown_in_the_next_one() -> None:
    shown: list[str] = []
    worker, free, done = Worker(shown.append), threading.Event(), threading.Event()

    def stubborn() -> None:
        free.wait(30)
        worker.emit("late")
        done.set()

    interrupt_after(0.2)
    with pytest.raises(KeyboardInterrupt):
        worker.run(stubborn, Progress(), patience=0.2)

    def other() -> None:
        free.set()
        done.wait(30)
        worker.emit("now")

    worker.run(other, Progress())
    assert shown == ["now"]
