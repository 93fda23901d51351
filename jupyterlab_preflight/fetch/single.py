"""A file that is kept as it is: in parts where that is faster, and resumed where it was left."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from . import disk, kinds
from .extract import crc32
from .lanes import Lanes, Share
from .owner import boot
from .remote import Begun, NoRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..progress import Progress
    from .fs import Dir
    from .http import Answer
    from .remote import Remote

_ALIGNED = 1 << 16


class Part:
    """A file in the making, ``KEY.part``, with what is missing of it in ``KEY.json``."""

    def __init__(self, folder: Dir, key: str, progress: Progress) -> None:
        self.path = f"{key}.part"
        self._notes = f"{key}.json"
        self._folder = folder
        self._progress = progress

    def begun(self) -> Begun | None:
        """What an earlier run has brought, enough of it to tell what it is; None: nothing."""
        state = self._state()
        if state is None:
            return None
        (validator, total, _), left = state["file"], state["left"]
        start, end = left[0] if left else (total - 1, total)
        if start < kinds.HEAD or not isinstance(validator, str):
            return None
        return Begun(start, end, validator, self._folder.read(self.path, kinds.HEAD))

    def fetch(self, remote: Remote, answer: Answer) -> None:
        """Bring the whole of *remote*, of which an answer is running: from byte 0, or from where
        an earlier run has left it.

        Raises:
            PreflightError: where it cannot be had; what has come stays for the next run.
            Changed: it became another file meanwhile.
        """
        total = remote.total
        if total is None or not (answer.ranged and remote.validator and remote.download.ranged):
            self._whole(remote, answer)
            return
        left = self._left(remote)
        done = total - sum(end - start for start, end in left)
        need = total - done
        if need > disk.free_bytes(self._folder.path):
            answer.close()
            raise disk.no_space(self._folder.path, need)
        self._progress.expect(self._progress.done + need)
        first = answer if left and left[0][0] == answer.start else None
        if first is None:
            answer.close()
        try:
            Lanes(
                remote,
                left,
                self._work,
                _cut,
                self._progress,
                tick=lambda missing: self._save(remote, missing),
            ).run(first)
        except NoRange:
            self._whole(remote, remote.begin())

    def _work(self, share: Share) -> None:
        with self._folder.twin() as folder, contextlib.closing(share.chunks()) as chunks:
            descriptor = folder.open_file(self.path, os.O_WRONLY)
            try:
                position = share.position
                for chunk in chunks:
                    end = share.claim(position, position + len(chunk))
                    folder.put(descriptor, memoryview(chunk)[: end - position], position)
                    position = end
                    share.claim(position, position)
                    if position >= share.end:
                        return
            finally:
                os.close(descriptor)

    def _whole(self, remote: Remote, answer: Answer) -> None:
        """One stream from the first byte; what has come of it is of no use to the next."""
        self._progress.expect(None if remote.total is None else self._progress.done + remote.total)
        self.drop()
        descriptor = self._folder.create(self.path)
        whole = False
        try:
            with contextlib.closing(remote.once(answer)) as chunks:
                for chunk in chunks:
                    self._folder.put(descriptor, chunk)
            whole = True
        finally:
            os.close(descriptor)
            if not whole:
                self.drop()

    def _left(self, remote: Remote) -> list[tuple[int, int]]:
        """What an earlier run has left to do of this very version; all of it where there is none.

        Written bytes outlive our own end, but not the machine's, so its start counts as well.
        """
        total = remote.total or 0
        state = self._state()
        if state is not None and state["file"] == self._version(remote):
            left: list[tuple[int, int]] = state["left"]
            return left
        self.drop()
        os.close(self._folder.create(self.path))
        return [(0, total)] if total else []

    def _state(self) -> dict[str, Any] | None:
        """What is written down of an earlier run; None where it is of no use."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            state = json.loads(self._folder.read(self._notes, 1 << 20))
            _, total, started = state["file"]
            left = state["left"] = [(int(start), int(end)) for start, end in state["left"]]
            sound = all(0 <= start < end <= total for start, end in left)
            found = self._folder.lstat(self.path)
            if sound and started == boot() and found is not None:
                return dict(state)
        return None

    def _version(self, remote: Remote) -> list[Any]:
        return [remote.validator, remote.total, boot()]

    def _save(self, remote: Remote, left: list[tuple[int, int]]) -> None:
        state = {"file": self._version(remote), "left": left}
        temporary = f"{self._notes}.new"
        if self._folder.lstat(temporary) is not None:
            self._folder.unlink(temporary)
        self._folder.write(temporary, json.dumps(state).encode())
        self._folder.rename(temporary, self._folder, self._notes)

    def sums(self, digests: Sequence[str] = ()) -> tuple[int, int, dict[str, str]]:
        """Length and CRC-32 of what was fetched, and the digests of these names (`hashlib`)."""
        hashes = {name: hashlib.new(name, usedforsecurity=False) for name in digests}
        size = total = 0
        for piece in self._folder.pieces(self.path):
            self._progress.check()
            size += len(piece)
            total = crc32(piece, total)
            for digest in hashes.values():
                digest.update(piece)
        return size, total, {name: digest.hexdigest() for name, digest in hashes.items()}

    def drop(self) -> None:
        """Forget what has come."""
        for path in (self.path, self._notes):
            if self._folder.lstat(path) is not None:
                self._folder.unlink(path)


def _cut(low: int, high: int) -> int | None:
    middle = (low + high) // 2 // _ALIGNED * _ALIGNED
    return middle if low < middle < high else None
