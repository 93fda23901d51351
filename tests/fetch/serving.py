"""A file server on 127.0.0.1 that can misbehave in the ways that a test asks for."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class File:
    """What one path answers."""

    data: bytes
    ranges: bool = True
    etag: str | None = ""  # "": from the data; None: none
    length: bool = True
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: Callable[[int, int, int], int | None] = lambda count, start, end: None
    """(number of the request, start, end) → bytes to send before the connection drops."""
    refuse: Callable[[int], int | None] = lambda running: None
    """(requests running at the moment) → a status to answer with instead."""
    rate: float | None = None  # bytes a second and connection
    lying_length: int = 0

    @property
    def tag(self) -> str | None:
        if self.etag == "":
            return f'"{hashlib.sha256(self.data).hexdigest()[:16]}"'
        return self.etag


@dataclass
class Server:
    url: str
    files: dict[str, File]
    log: list[dict[str, Any]]
    lock: threading.Lock
    running: int = 0

    def link(self, path: str) -> str:
        return f"{self.url}/{path}"

    def put(self, path: str, data: bytes, **more: Any) -> str:
        self.files[f"/{path}"] = File(data, **more)
        return self.link(path)

    @property
    def sent(self) -> int:
        return sum(entry["sent"] for entry in self.log)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            file = server.files.get(self.path.partition("?")[0])
            entry = {"path": self.path, "range": self.headers.get("Range"), "sent": 0}
            entry["headers"] = dict(self.headers.items())
            with server.lock:
                server.log.append(entry)
                server.running += 1
                number = sum(other["path"] == self.path for other in server.log)
                running = server.running
            try:
                self.answer(file, entry, number, running)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with server.lock:
                    server.running -= 1

        def simple(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self, file: File | None, entry: dict[str, Any], number: int, running: int):
            if file is None:
                return self.simple(404, b"<html><title>Gone</title></html>", {})
            refused = file.refuse(running)
            if refused is not None:
                return self.simple(refused, b"", {})
            headers = dict(file.headers)
            tag = file.tag
            if tag is not None:
                headers["ETag"] = tag
            if file.ranges:
                headers["Accept-Ranges"] = "bytes"
            if tag is not None and self.headers.get("If-None-Match") == tag:
                return self.simple(304, b"", headers)
            if file.status != 200:
                return self.simple(file.status, file.data, headers)
            start, end, status = 0, len(file.data), 200
            wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
            condition = self.headers.get("If-Range")
            if wanted and file.ranges and condition in (None, tag):
                first, last = wanted.groups()
                if first:
                    start = int(first)
                    end = min(end, int(last) + 1) if last else end
                else:
                    start = max(0, end - int(last))
                status = 206
                if start >= len(file.data):
                    headers["Content-Range"] = f"bytes */{len(file.data)}"
                    return self.simple(416, b"", headers)
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(file.data)}"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            chunked = not file.length and status == 200
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(end - start + file.lying_length))
            self.end_headers()
            stop = file.cut(number, start, end)
            limit = end if stop is None else min(end, start + stop)
            at = start
            step = 1 << 18 if file.rate is None else max(1, int(file.rate / 20))
            while at < limit:
                piece = file.data[at : min(limit, at + step)]
                if chunked:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                else:
                    self.wfile.write(piece)
                at += len(piece)
                entry["sent"] += len(piece)
                if file.rate is not None:
                    time.sleep(len(piece) / file.rate)
            if stop is not None:
                self.close_connection = True
                return None
            if chunked:
                self.wfile.write(b"0\r\n\r\n")
            return None

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    httpd = Quiet(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{httpd.server_address[1]}", {}, [], threading.Lock())
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
