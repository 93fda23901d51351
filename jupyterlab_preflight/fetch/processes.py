"""Processes beside this one, for the thousands of small files that an archive may hold.

Opening, inflating and closing a small file keeps the interpreter itself busy, and threads would
wait for its lock. A process of its own has none to wait for: 20,000 files take it 50 ms to start
and save 200. It gets the packed members in batches and says which it has written; whatever it
does not say, because it failed or was ended, is done again here, where errors have a reader.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import struct
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from ..errors import IntegrityError
from .archive import TRUSTED, Member
from .extract import Writer
from .fs import Dir

if TYPE_CHECKING:
    from subprocess import Popen
    from types import TracebackType

    from .job import Job

WORTH = 2_000
"""Members that are written here before another process is started."""
_MOST = 3
_BATCH = 64  # members …
_BYTES = 192 << 10  # … or packed bytes that are handed over together
_AHEAD = 2  # batches that one process may have: with the next, it need not wait
_PIPE = 1 << 20  # bytes: two batches fit, so that handing one over takes no time (Linux)
_LENGTH = struct.Struct("<L")

_CHILD = """
import sys
from importlib import util
spec = util.spec_from_file_location(sys.argv[1], sys.argv[2])
sys.modules[sys.argv[1]] = package = util.module_from_spec(spec)
spec.loader.exec_module(package)
from jupyterlab_preflight.fetch.processes import serve
serve(sys.argv[3], *map(int, sys.argv[4:]))
"""
"""This package and no other one of its name, whatever the interpreter would find by itself."""


class Small(NamedTuple):
    """A member, all of its packed bytes, and where it is to be written."""

    path: str
    member: Member
    packed: bytes | memoryview


class _Process:
    """One process, and what it has not answered for yet."""

    def __init__(self, out: Dir) -> None:
        self.waiting: deque[list[Small]] = deque()
        # Not its standard output: what an interpreter runs at its start may print.
        self._answers, theirs = os.pipe()
        try:
            with out.twin() as twin:
                self._process = _start(twin, theirs)
        except OSError:
            os.close(self._answers)
            raise
        finally:
            os.close(theirs)
        assert self._process.stdin is not None
        self._input = self._process.stdin
        os.set_blocking(self._answers, False)
        _widen(self._input)

    def give(self, batch: list[Small]) -> bool:
        """Hand *batch* over; False where the process has gone."""
        data = marshal.dumps(
            [
                (path, member.method, member.crc32, member.size, member.executable, packed)
                for path, member, packed in batch
            ]
        )
        self.waiting.append(batch)
        view = memoryview(_LENGTH.pack(len(data)) + data)
        try:
            while view:
                view = view[os.write(self._input.fileno(), view) :]
        except OSError:
            return False
        return True

    def answered(self, timeout: float = 0.0) -> list[list[Small]] | None:
        """The batches that it could not write, of those that it has answered for meanwhile.

        Args:
            timeout: seconds to wait for an answer.

        Returns:
            None where it has gone.
        """
        if timeout:
            poll = select.poll()
            poll.register(self._answers, select.POLLIN)
            poll.poll(1000 * timeout)
        try:
            data = os.read(self._answers, 1 << 10)
        except BlockingIOError:
            return []
        if not data:
            return None
        batches = [self.waiting.popleft() for _ in data]
        return [batch for answer, batch in zip(data, batches, strict=True) if not answer]

    def end(self) -> None:
        """End it, at once: nothing that it still has is wanted, or it has nothing."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._input.close()
        os.close(self._answers)
        self._process.wait()


def _start(out: Dir, answers: int) -> Popen[bytes]:
    """A process that writes below *out*, and answers to the descriptor *answers*.

    Raises:
        OSError: none can be had.
    """
    import subprocess

    name = os.path.basename(sys.executable or "")
    descriptor = out.descriptor
    if descriptor is None or not name.startswith(("python", "pypy")):
        raise OSError("there is no interpreter to start")
    package = Path(__file__).parents[1]
    return subprocess.Popen(
        [
            *(sys.executable, "-I", "-X", f"utf8={sys.flags.utf8_mode}", "-c", _CHILD),
            *(package.name, str(package / "__init__.py"), str(out.path)),
            *(str(descriptor), str(os.getpid()), str(answers)),
        ],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(descriptor, answers),
        start_new_session=True,  # Ctrl-C is for this process, which then ends that one
    )


def _widen(pipe: IO[bytes]) -> None:
    """Make room for two batches in *pipe*, where the system can."""
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Processes:
    """A context manager: on the way out no process is left. All threads may share it.

    Attributes:
        damaged: the members whose bytes were wrong, by their paths.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._written = 0
        self._most = min(cores() - 1, _MOST) if os.name == "posix" else 0
        self._processes: list[_Process] = []
        self.damaged: dict[str, IntegrityError] = {}

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            while self._processes:
                self._processes.pop().end()

    def take(self, batch: list[Small]) -> tuple[list[Small], list[Small]]:
        """Hand *batch* over to a process that has room for it.

        Returns:
            What is to be written here: *batch* where none has room, and what was handed over
            before and has come to nothing.
        """
        again: list[Small] = []
        with self._lock:
            self._written += len(batch)
            if len(self._processes) < min(self._most, self._written // WORTH):
                self._add()
            for process in list(self._processes):
                if not self._ask(process, again) or len(process.waiting) == _AHEAD:
                    continue
                if process.give(batch):
                    return [], again
                self._lose(process, again)
                return [], again
        return batch, again

    def rest(self) -> list[Small]:
        """Wait for all answers, when no thread has more; returns what has come to nothing.

        Raises:
            Interrupted: the run was stopped.
        """
        again: list[Small] = []
        for process in list(self._processes):
            while process.waiting and self._ask(process, again, 0.1):
                self._job.progress.check()
        return again

    def _add(self) -> None:
        try:
            self._processes.append(_Process(self._job.out))
        except OSError:
            self._most = len(self._processes)

    def _ask(self, process: _Process, again: list[Small], timeout: float = 0.0) -> bool:
        """Hear what *process* has to say; False where it has gone."""
        failed = process.answered(timeout)
        if failed is None:
            self._lose(process, again)
            return False
        for batch in failed:
            again += batch
        return True

    def _lose(self, process: _Process, again: list[Small]) -> None:
        """*process* has gone, and no other one is started: the system has its reasons."""
        self._most = 0
        self._processes.remove(process)
        process.end()
        for batch in process.waiting:
            again += batch


class Batch:
    """Collects the small members of one thread, and writes those that no process takes."""

    def __init__(self, processes: Processes, writer: Writer) -> None:
        self._processes = processes
        self._writer = writer
        self._members: list[Small] = []
        self._bytes = 0

    def add(self, path: str, member: Member, packed: bytes | memoryview) -> None:
        """Write the member at *path* from all of its *packed* bytes, now or soon.

        Raises:
            UnsafeArchiveError, DiskError: what became of it, or of one before it.
        """
        self._members.append(Small(path, member, packed))
        self._bytes += len(packed)
        if len(self._members) == _BATCH or self._bytes >= _BYTES:
            self.flush()

    def flush(self) -> None:
        """Give away, or write, what was collected."""
        members, self._members, self._bytes = self._members, [], 0
        if not members:
            return
        fresh, again = self._processes.take(members)
        self._write(fresh)
        self._write_again(again)

    def finish(self) -> None:
        """Have everything written, by whomever, when no other thread has more."""
        self.flush()
        self._write_again(self._processes.rest())

    def _write(self, members: list[Small]) -> None:
        for small in members:
            try:
                self._writer.whole(*small)
            except IntegrityError as error:
                self._processes.damaged[small.path] = error

    def _write_again(self, members: list[Small]) -> None:
        for small in members:
            with contextlib.suppress(FileNotFoundError):
                self._writer.out.unlink(small.path)
        self._write(members)


def serve(path: str, descriptor: int, parent: int, answers: int) -> None:
    """Write what comes on standard input, and say of each batch whether that went well.

    Ends with its input, or between two files when *parent* has ended.

    Args:
        path: the folder, for messages; *descriptor*: the open folder.
        parent: the process that has started this one.
        answers: the descriptor that takes one byte a batch, 1 where all of it was written.
    """
    source, writer = sys.stdin.buffer, Writer(Dir(Path(path), descriptor), TRUSTED)
    while length := source.read(_LENGTH.size):
        answer = b"\1"
        batch = marshal.loads(source.read(_LENGTH.unpack(length)[0]))  # noqa: S302 (our own)
        for name, method, total, size, executable, packed in batch:
            if os.getppid() != parent:
                return
            member = Member(b"", name, 0, method, total, len(packed), size, 0, "file", executable)
            try:
                writer.whole(name, member, packed)
            except Exception:
                answer = b"\0"  # its error arises where the batch is written again
                break
        os.write(answers, answer)
