"""A file server whose line can be made as slow, and as stubborn, as the real ones.

It runs in a process of its own, so that no contender shares an interpreter with it, and hands
files to the socket by ``sendfile``, so that it takes little of the processor they compete for.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_PIECE = 1 << 16
"""Bytes handed over at a time where the line is shaped, and the size of a chunk without Range."""

_CONTROL = "/-/requests"

_TO_END = 5.0
"""Seconds that the list of requests waits for those still being answered."""


class Bucket:
    """Lets *rate* bytes a second through; kept to a schedule, so that late wake-ups add nothing.

    Args:
        rate: bytes a second.
        burst: seconds that may be caught up after a pause.
    """

    def __init__(self, rate: float, burst: float = 0.02) -> None:
        self._rate, self._burst = rate, burst
        self._free = 0.0
        self._lock = threading.Lock()

    def take(self, count: int) -> None:
        """Wait until *count* bytes may go."""
        with self._lock:
            now = time.perf_counter()
            self._free = max(self._free, now - self._burst) + count / self._rate
            pause = self._free - now
        if pause > 0:
            time.sleep(pause)


@dataclass
class Request:
    """One request as it was answered: status, and bytes of body that were sent."""

    method: str
    path: str
    range: str
    status: int
    sent: int = 0
    ended: bool = False


@dataclass(frozen=True)
class Line:
    """What the way to the server is like.

    Attributes:
        rate: bytes a second for all connections together; None: as fast as it goes.
        per_connection: bytes a second for each connection; None: no cap.
        ranges: whether Range is answered. Without it bodies come in chunks of unknown number, as
            from providers that zip on demand.
    """

    rate: float | None = None
    per_connection: float | None = None
    ranges: bool = True


class _Server:
    def __init__(self, folder: Path, line: Line) -> None:
        self._folder, self._line = folder, line
        self._bucket = Bucket(line.rate) if line.rate else None
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)

    def serve(self) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
            print(listener.getsockname()[1], flush=True)
            threading.Thread(target=_end_with_parent, daemon=True).start()
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._connection, args=(client,), daemon=True).start()

    def _connection(self, client: socket.socket) -> None:
        own = Bucket(self._line.per_connection) if self._line.per_connection else None
        buckets = [bucket for bucket in (self._bucket, own) if bucket is not None]
        if buckets:  # what lies in the kernel's buffer has left the shaped line too early
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * _PIECE)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client, client.makefile("rb") as reader, contextlib.suppress(OSError):
            while (first := reader.readline(8192)).strip():
                method, target, _ = first.decode("latin-1").split(" ", 2)
                headers = {}
                while (row := reader.readline(65536).decode("latin-1").strip()) != "":
                    name, _, value = row.partition(":")
                    headers[name.lower()] = value.strip()
                if target == _CONTROL:
                    self._control(client)
                else:
                    self._answer(client, method, target, headers, buckets)

    def _control(self, client: socket.socket) -> None:
        with self._ended:
            # A client has the last byte before it is counted here.
            self._ended.wait_for(lambda: all(one.ended for one in self._requests), _TO_END)
            requests = [asdict(request) for request in self._requests]
            told = {"requests": requests, "processor": time.process_time()}
            body = json.dumps(told).encode()
            self._requests.clear()
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def _answer(
        self,
        client: socket.socket,
        method: str,
        target: str,
        headers: dict[str, str],
        buckets: list[Bucket],
    ) -> None:
        path = self._folder / Path(target.partition("?")[0]).name
        request = Request(method, target, headers.get("range", ""), 200)
        with self._lock:
            self._requests.append(request)
        try:
            self._send(client, path, headers, buckets, request)
        finally:
            with self._ended:
                request.ended = True
                self._ended.notify_all()

    def _send(
        self,
        client: socket.socket,
        path: Path,
        headers: dict[str, str],
        buckets: list[Bucket],
        request: Request,
    ) -> None:
        if not path.is_file():
            request.status = 404
            client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            identity = f"{found.st_size}-{found.st_mtime_ns}"
            etag = '"' + hashlib.sha256(identity.encode()).hexdigest()[:16] + '"'
            head = [f"ETag: {etag}", "Content-Type: application/zip"]
            start, end = 0, found.st_size
            if headers.get("if-none-match") == etag:
                request.status = 304
            elif self._line.ranges:
                head.append("Accept-Ranges: bytes")
                if request.range and headers.get("if-range", etag) == etag:
                    request.status = 206
                    start, end = _span(request.range, end)
                    head.append(f"Content-Range: bytes {start}-{end - 1}/{found.st_size}")
                head.append(f"Content-Length: {end - start}")
            else:
                head.append("Transfer-Encoding: chunked")
            status = {200: "OK", 206: "Partial Content", 304: "Not Modified"}[request.status]
            text = "\r\n".join([f"HTTP/1.1 {request.status} {status}", *head]) + "\r\n\r\n"
            client.sendall(text.encode("latin-1"))
            if request.method != "HEAD" and request.status != 304:
                self._body(client, file.fileno(), (start, end), buckets, request)

    def _body(
        self,
        client: socket.socket,
        file: int,
        span: tuple[int, int],
        buckets: list[Bucket],
        request: Request,
    ) -> None:
        offset, end = span
        chunked = not self._line.ranges
        while offset < end:
            count = min(end - offset, _PIECE if buckets or chunked else 1 << 26)
            for bucket in buckets:
                bucket.take(count)
            if chunked:
                client.sendall(b"%x\r\n" % count)
            piece_end = offset + count
            while offset < piece_end:
                sent = os.sendfile(client.fileno(), file, offset, piece_end - offset)
                if sent == 0:
                    raise ConnectionError("the file became shorter")
                offset += sent
                request.sent += sent
            if chunked:
                client.sendall(b"\r\n")
        if chunked:
            client.sendall(b"0\r\n\r\n")


def _span(asked: str, size: int) -> tuple[int, int]:
    """Start and end (exclusive) of a single byte range (RFC 9110 §14.1.2)."""
    first, _, last = asked.partition("=")[2].partition("-")
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _end_with_parent() -> None:
    """End when the benchmark does, however it ends: its pipe to us closes."""
    sys.stdin.buffer.read()
    os._exit(0)


class Running:
    """A server at work.

    Attributes:
        url: where its files lie, with a final slash.
        processor: seconds of processor that it had used when it was last asked.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.processor = 0.0

    def requests(self) -> list[dict[str, Any]]:
        """The requests since the last call, in order."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + _CONTROL.lstrip("/"), timeout=30) as answer:
            told = json.load(answer)
        self.processor = float(told["processor"])
        found: list[dict[str, Any]] = told["requests"]
        return found


@contextlib.contextmanager
def running(folder: Path, line: Line) -> Iterator[Running]:
    """Serve *folder* over *line* for the time of the block."""
    argv = [sys.executable, "-m", "benchmarks.server", str(folder), json.dumps(asdict(line))]
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[1],
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            yield Running(f"http://127.0.0.1:{port}/")
        finally:
            process.terminate()


if __name__ == "__main__":
    _parser = argparse.ArgumentParser()
    _parser.add_argument("folder", type=Path)
    _parser.add_argument("line", type=json.loads)
    _options = _parser.parse_args()
    _Server(_options.folder, Line(**_options.line)).serve()
