"""A `Client` without a network, and the short way from bytes to a tree."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_preflight.fetch.answer import TransferError
from jupyterlab_preflight.fetch.http import Request
from jupyterlab_preflight.fetch.model import Download, Entry, Options, Tree
from jupyterlab_preflight.fetch.staging import Staging
from jupyterlab_preflight.fetch.tree import bring
from jupyterlab_preflight.progress import Progress


@dataclass
class Body:
    """What one URL holds."""

    data: bytes
    ranges: bool = True
    length: bool = True
    status: int = 200
    validator: str | None = '"v1"'
    headers: dict[str, str] = field(default_factory=dict)
    filename: str = ""
    chunk: int = 1 << 18
    fault: Callable[[int, bytes], bytes] = lambda number, data: data
    """(number of the request, its body) → what comes; shorter: the connection broke."""


class FakeAnswer:
    def __init__(self, body: Body, request: Request, number: int) -> None:
        data = body.data
        self.status = body.status
        self.headers = {key.lower(): value for key, value in body.headers.items()}
        self.url = request.url
        self.start = 0
        self.filename = body.filename
        self.validator = body.validator
        self.ranged = body.ranges
        wanted = request.start is not None or request.suffix is not None
        end = len(data)
        conditional = request.headers.get("If-None-Match", request.validator)
        if conditional == body.validator and conditional and request.start is None:
            self.status, data = 304, b""
        elif wanted and body.ranges and request.validator in (None, body.validator):
            self.status = 206
            if request.suffix is not None:
                self.start = max(0, len(data) - request.suffix)
            else:
                self.start = request.start or 0
                end = len(data) if request.end is None else min(end, request.end)
        self.total: int | None = len(data) if body.length or self.status == 206 else None
        whole = data[self.start : end]
        self.length: int | None = len(whole) if body.length or self.status == 206 else None
        self._size = len(whole)
        self._data = body.fault(number, whole)
        self._chunk = body.chunk
        self.closed = False

    def chunks(self, size: int = 1 << 20) -> Iterator[bytes]:
        step = min(size, self._chunk)
        for at in range(0, len(self._data), step):
            assert not self.closed
            yield self._data[at : at + step]
        if len(self._data) < self._size:
            raise TransferError("the connection broke")

    def read(self, limit: int = 65536) -> bytes:
        return self._data[:limit]

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> FakeAnswer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class FakeClient:
    def __init__(self, **bodies: Body) -> None:
        self.bodies = {f"http://x/{name}": body for name, body in bodies.items()}
        self.requests: list[Request] = []
        self._lock = threading.Lock()

    def open(self, request: Request) -> FakeAnswer:
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
        body = self.bodies.get(request.url) or Body(b"", status=404)
        return FakeAnswer(body, request, number)


@dataclass
class Brought:
    """A tree on disk, gone with the block."""

    tree: Tree
    path: Path
    client: FakeClient

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }


@contextlib.contextmanager
def brought(
    body: Body | bytes,
    name: str = "a.zip",
    *,
    options: Options | None = None,
    have: Callable[[Entry], bool] | None = None,
    validator: str | None = None,
    client: FakeClient | None = None,
    base: Path | None = None,
    **download: Any,
) -> Iterator[Brought]:
    """Bring one file called *name*, and look at the result.

    However it ends, nothing may have appeared beside the staging folder.
    """
    body = body if isinstance(body, Body) else Body(body)
    client = client or FakeClient(**{name: body})
    with tempfile.TemporaryDirectory() as temporary:
        root = base or Path(temporary)
        (root / "outside").mkdir(exist_ok=True)
        (root / "outside" / "kept").write_bytes(b"kept")
        try:
            with Staging.open(root / "staging", "key") as staging:
                more: dict[str, Any] = {} if have is None else {"have": have}
                tree = bring(
                    [Download(f"http://x/{name}", **download)],
                    staging,
                    options or Options(),
                    client,  # type: ignore[arg-type]
                    Progress(),
                    validator=validator,
                    **more,
                )
                yield Brought(tree, staging.tree, client)
        finally:
            found = {str(path.relative_to(root)) for path in root.iterdir()}
            assert found <= {"outside", "staging"}
            assert [path.name for path in (root / "outside").iterdir()] == ["kept"]
            assert (root / "outside" / "kept").read_bytes() == b"kept"
            assert threading.active_count() < 20


WAYS = ("memory", "parts", "stream")
"""How a zip file can be read; `way_of` forces one."""


def way_of(way: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Body]:
    """Makes bodies that are read in a certain way, however small they are."""
    monkeypatch.setattr("jupyterlab_preflight.fetch.one._SMALL", 1 << 20 if way == "memory" else -1)

    def body(data: bytes, **more: Any) -> Body:
        if way == "stream":
            more = {"ranges": False, "length": False, **more}
        return Body(data, **more)

    return body
