"""One download: what it is, which way it is read, and what is tried again when that fails."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import (
    IntegrityError,
    NetworkError,
    NotAnArchiveError,
    PreflightError,
    UnsupportedError,
)
from . import archive, kinds
from .answer import TransferError
from .extract import Feed, NewFile, NotStreamable
from .job import Job
from .model import Download, Entry, Options, Tree
from .names import checked
from .pump import Pump
from .remote import Changed, NoRange, Refused, Remote
from .single import Part

if TYPE_CHECKING:
    from ..progress import Progress
    from .fs import Dir
    from .http import Answer, Client

_AGAIN = 2  # attempts in all, where the bytes were wrong
_TRIES = 3  # attempts in all, where a transfer that cannot be resumed broke
_SMALL = 1 << 20  # bytes of a zip file that is read whole before it is unpacked
_PACKED = ("gzip", "bzip2", "xz", "zstd")


class DigestError(IntegrityError):
    """The file is whole, and not the one that was meant: asking again does not help."""


@dataclass
class One:
    """One download on its way to a tree.

    Attributes:
        out: the folder of the tree.
        part: the folder for files that are not whole yet.
    """

    download: Download
    out: Dir
    part: Dir
    options: Options
    client: Client
    progress: Progress
    _remote: Remote = field(init=False)
    _have: Callable[[Entry], bool] = field(init=False)

    def __post_init__(self) -> None:
        self._remote = Remote(self.download, self.client, self.progress)

    def bring(
        self, have: Callable[[Entry], bool], validator: str | None = None, *, fresh: bool = True
    ) -> Tree:
        """Bring it, trying once more where that may help.

        Args:
            have: see `tree.bring`; *fresh*: it says no to everything.
            validator: of the version that is here.
        """
        self._have = have
        resumed = not fresh or next(self.out.scan(), None) is not None
        attempt = 0
        while True:
            attempt += 1
            before = self.progress.done
            try:
                tree = self._attempt(validator, resumed)
            except Changed:
                error: IntegrityError | NetworkError = IntegrityError(
                    "changes while it is being fetched", action="Run the cell again later."
                )
                # Or each of several machines behind one name calls it a version of its own.
                self._remote.download = replace(self._remote.download, ranged=False)
            except (IntegrityError, NetworkError) as failure:
                error = failure
            else:
                tree.fetched = self._remote.fetched
                tree.validator = self._remote.validator
                return tree
            broken = isinstance(error, TransferError)  # else the client has asked often enough
            final = isinstance(error, DigestError | NetworkError) and not broken
            if final or attempt >= (_TRIES if broken else _AGAIN):
                raise error
            self.progress.add(before - self.progress.done)

    def _attempt(self, validator: str | None, resumed: bool) -> Tree:
        remote = self._remote
        begun = self._part().begun() if remote.download.ranged and not validator else None
        if begun is not None:
            answer = remote.begin(begun=begun)
            with answer:
                return self._whole(answer, begun.head if answer.status == 206 else None)
        suffix = archive.TAIL if resumed and self._may_come_in_parts() else None
        answer = remote.begin(validator, suffix)
        if answer.status == 304:
            answer.close()
            return Tree(unchanged=True)
        if answer.status == 206:
            with contextlib.closing(remote.once(answer)) as chunks:
                tail = b"".join(chunks)
            if archive.END in tail:
                with contextlib.suppress(NoRange):
                    return self._zip_in_parts(None, (answer.start, tail))
            answer = remote.begin(validator)
        with answer:
            return self._whole(answer)

    def _may_come_in_parts(self) -> bool:
        """Whether to ask for the end of a zip file before anything else."""
        download = self._remote.download
        path = (download.name or download.url.partition("?")[0]).lower()
        zipped = path.endswith(".zip") or download.archive is True
        return download.ranged and zipped and self._unpacks(True) and not self.options.sha256

    def _whole(self, answer: Answer, head: bytes | None = None) -> Tree:
        """Read an answer that begins with the file's first byte.

        Args:
            answer: the running one.
            head: the file's first bytes, where the answer begins behind them.
        """
        name = self._remote.name
        kind = kinds.magic(answer.read(kinds.HEAD) if head is None else head)
        if not self._unpacks(kinds.says_archive(name)):
            return self._keep(answer)
        if kind == "zip":
            return self._zip(self._from_start(answer))
        if kind == "tar" or kind in _PACKED:
            return self._tar(self._from_start(answer), kind)
        if not (self.options.unpack or self._remote.download.archive):
            return self._keep(answer, f"{name} is no archive that can be unpacked: kept as it is.")
        if kind in ("7z", "rar"):
            raise UnsupportedError(
                f"is a {kind} archive, which is not unpacked here",
                action="Use --no-unpack and `7z x`, or ask for a zip file.",
            )
        raise NotAnArchiveError(
            "is no archive that can be unpacked",
            action="Leave --unpack out to keep it as it is.",
        )

    def _from_start(self, answer: Answer) -> Answer:
        if answer.status != 206:
            return answer
        answer.close()
        return self._remote.begin()

    def _unpacks(self, named: bool) -> bool:
        """Whether an archive is unpacked, given whether its name says that it is one."""
        if self.options.unpack is not None:
            return self.options.unpack
        told = self._remote.download.archive
        return named if told is None else told

    def _job(self) -> Job:
        return Job(self._remote.download, self.options, self.out, self.progress, self._have)

    def _zip(self, answer: Answer) -> Tree:
        remote = self._remote
        total = remote.total
        if total is not None and total <= _SMALL:
            return self._zip_in_memory(answer)
        asked = answer.ranged and remote.download.ranged and not self.options.sha256
        if total is not None and asked:
            start = max(0, total - archive.TAIL)
            try:
                tail = remote.read(start, total, extra=True)
            except (NoRange, Refused, NetworkError):
                pass  # the running answer is as good as before
            else:
                try:
                    return self._zip_in_parts(answer, (start, tail))
                except NoRange:
                    answer = remote.begin()
        try:
            return self._zip_in_stream(answer)
        except NotStreamable:
            return self._zip_on_disk(remote.begin())

    def _zip_in_parts(self, answer: Answer | None, tail: tuple[int, bytes]) -> Tree:
        from . import zipranges

        job = self._job()
        zipranges.fetch(job, self._remote, answer, tail)
        return job.tree

    def _zip_in_memory(self, answer: Answer) -> Tree:
        from . import zipranges
        from .local import InMemory

        with contextlib.closing(self._stream(answer)) as chunks:
            data = b"".join(chunks)
        job = self._job()
        zipranges.fetch(job, InMemory(data), None, (0, data))
        return job.tree

    def _zip_in_stream(self, answer: Answer) -> Tree:
        from . import zipstream

        job = self._job()
        with self._in_one_go(), Pump(self._stream(answer)) as chunks:
            zipstream.unpack(job, chunks)
        return job.tree

    @contextlib.contextmanager
    def _in_one_go(self) -> Iterator[None]:
        """What a broken stream has brought is of no use to the next: it gives its room back."""
        self.out.clear()
        try:
            yield
        except PreflightError:
            self.out.clear()
            raise

    def _zip_on_disk(self, answer: Answer) -> Tree:
        """Fetch the file first: only its directory tells where its members end."""
        from . import zipranges
        from .local import OnDisk

        self.out.clear()
        part = self._fetch(answer)
        job = self._job()
        zipranges.fetch(job, OnDisk(self.part, part.path), None, None)
        part.drop()
        return job.tree

    def _tar(self, answer: Answer, kind: str) -> Tree:
        from . import tar
        from .packed import unpacked

        job = self._job()
        with self._in_one_go(), Pump(self._stream(answer)) as chunks:
            feed = Feed(unpacked(kind, chunks, job.limits))
            if kinds.is_tar(feed.peek(512)):
                tar.unpack(job, feed)
                return job.tree
            if self.options.unpack:
                return self._alone(job, feed)
        name = self._remote.name
        return self._keep(
            self._remote.begin(), f"{name} is no archive that can be unpacked: kept as it is."
        )

    def _alone(self, job: Job, feed: Feed) -> Tree:
        """A single file that was compressed."""
        path = self._name().rpartition(".")[0] or self._name()
        with NewFile(self.out, path, False) as file:
            for piece in feed.rest():
                self.progress.check()
                file.add(piece)
            file.keep()
        job.tree.entries[path] = Entry(path, file.size, file.crc)
        job.tree.written.add(path)
        return job.tree

    def _name(self) -> str:
        return checked(self.options.name) if self.options.name else self._remote.name

    def _keep(self, answer: Answer, note: str = "") -> Tree:
        """The file as it is, under its own name."""
        part = self._fetch(answer)
        size, total, _ = part.sums()
        entry = Entry(self._name(), size, total)
        tree = Tree({entry.path: entry}, notes=[note] if note else [])
        self.out.clear()
        if self._have(entry):
            part.drop()
        else:
            self.part.rename(part.path, self.out, entry.path)
            part.drop()
            tree.written.add(entry.path)
        return tree

    def _fetch(self, answer: Answer) -> Part:
        """Bring the file itself, and hold it to its digests."""
        part = self._part()
        part.fetch(self._remote, answer)
        wanted = self._digests()
        size, _, found = part.sums(list(wanted))
        try:
            self._check(size, found)
        except IntegrityError:
            part.drop()
            raise
        return part

    def _part(self) -> Part:
        return Part(self.part, "file", self.progress)

    def _stream(self, answer: Answer) -> Generator[bytes, None, None]:
        """The whole body, held to its size and digests at its end."""
        self.progress.expect(
            None if self._remote.total is None else self.progress.done + self._remote.total
        )
        hashes = {name: hashlib.new(name, usedforsecurity=False) for name in self._digests()}
        size = 0
        with contextlib.closing(self._bytes(answer)) as chunks:
            for chunk in chunks:
                size += len(chunk)
                for digest in hashes.values():
                    digest.update(chunk)
                yield chunk
        self._check(size, {name: digest.hexdigest() for name, digest in hashes.items()})

    def _bytes(self, answer: Answer) -> Generator[bytes, None, None]:
        """The whole body; where the server can do that, taken up again where it broke."""
        remote = self._remote
        known = remote.total is not None and remote.validator is not None
        if not (known and answer.ranged and remote.download.ranged):
            yield from remote.once(answer)
            return
        try:
            yield from remote.chunks(0, None, answer)
        except NoRange:
            raise TransferError(
                "the transfer broke, and the server cannot go on with it", action="Try again."
            ) from None

    def _digests(self) -> dict[str, str]:
        """What the file's digests must be, by name."""
        digests = {}
        told = self._remote.download.digest
        if told is not None:
            digests[told[0]] = told[1].lower()
        if self.options.sha256:
            digests["sha256"] = self.options.sha256.lower()
        return digests

    def _check(self, size: int, found: dict[str, str]) -> None:
        told = self._remote.download.size
        if told is not None and told != size:
            raise IntegrityError(
                f"is {size:,} bytes long, and its provider says {told:,}",
                action="Run the cell again; if it stays so, tell the owner of the link.",
            )
        for name, digest in self._digests().items():
            if found.get(name) == digest:
                continue
            if self.options.sha256 and name == "sha256":
                raise DigestError(
                    f"the file's SHA-256 is {found.get(name)}, not the one in the line",
                    action="Check the link with the person who gave you the checksum.",
                )
            raise IntegrityError(
                f"the file's {name} is not the one that its provider says",
                action="Run the cell again; if it stays so, tell the owner of the link.",
            )
