"""One file at its source: asked for once as a whole, or in parts that must all be of one version.

Between `Client`, which knows requests, and the unpackers, which know formats: what an answer that
is not the file means, when a link is made afresh, and how a broken transfer goes on.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import (
    AuthError,
    GoneError,
    IntegrityError,
    NetworkError,
    NotAnArchiveError,
    PreflightError,
    QuotaError,
)
from . import kinds
from .http import Request
from .names import file_name

if TYPE_CHECKING:
    from ..progress import Progress
    from .http import Answer, Client
    from .model import Download

CHUNK = 1 << 18
"""Bytes handled at a time: they stay in a core's cache while they are inflated and checked."""

_ROUNDS = 4  # pages that may lead to the file
_FRESH = 3  # times that an expired link is made again
_EXPIRED = frozenset({400, 401, 403, 404, 410})
_BUSY = (429, 503)
_FILES = (200, 203, 206)  # 202 and 204 are successes, and no file (RFC 9110 §15.3)


class Changed(Exception):
    """The file at the source is no longer the one that was begun."""


class NoRange(Exception):
    """The server sends the whole file where a part was asked for."""


class Refused(Exception):
    """The server does not want this many connections."""


@dataclass(frozen=True)
class Begun:
    """A file of which an earlier run has brought a part.

    Attributes:
        start, end: the first run of bytes that is missing; the last byte where none is.
        validator: the version that it is of.
        head: its first bytes.
    """

    start: int
    end: int
    validator: str
    head: bytes


class Remote:
    """One `Download`, as it turned out to be.

    Attributes:
        download: the one in use: a page or an expiry may have led to another.
        name: a safe name for the file.
        total: its length in bytes, where known; *validator*: which version of it.
        fetched: bytes that have come so far, whatever became of them.
    """

    def __init__(self, download: Download, client: Client, progress: Progress) -> None:
        self.download = download
        self.name = ""
        self.total: int | None = None
        self.validator: str | None = None
        self.fetched = 0
        self._client = client
        self._progress = progress
        self._lock = threading.Lock()
        self._renewals = 0

    def begin(
        self,
        validator: str | None = None,
        suffix: int | None = None,
        begun: Begun | None = None,
    ) -> Answer:
        """Ask for the file from its first byte; the answer is 200, or 304 with *validator*.

        Args:
            validator: of the version that is here already.
            suffix: ask for the last so many bytes instead: 206 where the server can do that.
            begun: ask to go on with this instead: 206 where it still is the same version.

        Raises:
            PreflightError: in the provider's terms where it has any.
        """
        for _ in range(_ROUNDS):
            try:
                answer = self._client.open(self._first_request(validator, suffix, begun))
            except IntegrityError:
                if begun is None and suffix is None:
                    raise
                # It has changed and the server does not know If-Range, or it misreads a suffix.
                suffix = begun = None
                continue
            if answer.status == 416 and (suffix is not None or begun is not None):
                answer.close()
                suffix = begun = None
                continue
            if answer.status == 304 and validator:
                return answer
            self.name = file_name(self.download, answer.filename, answer.url)
            try:
                other = self._not_the_file(answer)
            except BaseException:
                answer.close()
                raise
            if other is None:
                self.total = answer.total
                self.validator = answer.validator
                if begun is not None and answer.status == 206:
                    self.validator = begun.validator
                self._check_size()
                return answer
            self.download = other
        raise NotAnArchiveError(
            "one page leads to another, and none to the file",
            action="Open the link in a browser and copy it again.",
        )

    def _first_request(
        self, validator: str | None, suffix: int | None, begun: Begun | None
    ) -> Request:
        request = self._request()
        if begun is not None:
            return replace(request, start=begun.start, end=begun.end, validator=begun.validator)
        if suffix is None:
            return replace(request, validator=validator)
        if validator is None:
            return replace(request, suffix=suffix)
        # Both at once: RFC 9110 §13.2.2 looks at If-None-Match before it looks at Range.
        field = "If-None-Match" if validator.endswith('"') else "If-Modified-Since"
        headers = {**request.headers, field: validator}
        return replace(request, suffix=suffix, headers=headers)

    def _request(self) -> Request:
        download = self.download
        return Request(
            download.url,
            headers=download.headers,
            credential=download.credential,
            hosts=download.hosts,
            final=download.final,
        )

    def _not_the_file(self, answer: Answer) -> Download | None:
        """None for the file; another download to try; raises where it is neither."""
        explain = self.download.explain
        if answer.status not in _FILES:
            with answer:
                head = answer.read()
                meaning = explain(answer, head) if explain else None
                if isinstance(meaning, PreflightError):
                    raise meaning
                if meaning is None:
                    raise refusal(answer, head)
                return meaning
        if answer.status == 206:
            return None
        head = answer.read(kinds.HEAD)
        kind = kinds.magic(head)
        archive = kinds.says_archive(self.name) or self.download.archive is True
        attached = answer.headers.get("content-disposition", "").lower().startswith("attachment")
        typed = answer.headers.get("content-type", "").lower().startswith("text/html")
        suspect = kind == "page" or (kind == "json" and archive) or (typed and kind == "other")
        if suspect and not attached and explain is not None:
            meaning = explain(answer, answer.read())
            if meaning is not None:
                answer.close()
                if isinstance(meaning, PreflightError):
                    raise meaning
                return meaning
        wrong = kind == "page" and not (attached or kinds.page_is_file(self.name))
        if wrong or (archive and kind in ("page", "json", "empty")):
            with answer:
                raise not_the_file(kind, answer.read())
        return None

    def _check_size(self) -> None:
        told = self.download.size
        if told is not None and self.total is not None and told != self.total:
            raise IntegrityError(
                f"is {self.total:,} bytes long, and its provider says {told:,}",
                action="Run the cell again; if it stays so, tell the owner of the link.",
            )

    def part(self, start: int, end: int | None, *, extra: bool = False) -> Answer:
        """The bytes from *start* up to *end* of the same version of the file.

        Args:
            start, end: offsets in the file.
            extra: one connection of several: where the server refuses it, do not insist.

        Raises:
            Changed, NoRange, Refused: see there.
        """
        while True:
            link = self.download
            request = replace(self._request(), start=start, end=end, validator=self.validator)
            if extra:
                request = replace(request, final=(*request.final, *_BUSY))
            try:
                answer = self._client.open(request)
            except IntegrityError:
                raise Changed from None
            except QuotaError:
                if extra:
                    raise Refused from None
                raise
            if answer.status == 206:
                if answer.total is not None and answer.total != self.total:
                    answer.close()
                    raise Changed
                return answer
            with answer:
                if answer.status in (200, 416):
                    same = answer.validator == self.validator and answer.total == self.total
                    raise NoRange if same and answer.status == 200 else Changed
                if extra and answer.status in _BUSY:
                    raise Refused
                if answer.status not in _EXPIRED or not self._renew(link):
                    raise refusal(answer, answer.read())

    def _renew(self, link: Download) -> bool:
        """Make the link afresh, unless another thread has just done so."""
        with self._lock:
            if self.download is not link:
                return True
            if link.resolve_again is None or self._renewals >= _FRESH:
                return False
            self._renewals += 1
            self.download = link.resolve_again()
            return True

    def read(self, start: int, end: int, *, extra: bool = False) -> bytes:
        """The bytes from *start* up to *end*, in memory; *extra*: see `part`."""
        with contextlib.closing(self.chunks(start, end, extra=extra)) as chunks:
            return b"".join(chunks)

    def chunks(
        self, start: int, end: int | None, answer: Answer | None = None, *, extra: bool = False
    ) -> Generator[bytes, None, None]:
        """The bytes from *start* on, whole: a broken transfer is taken up where it broke.

        Args:
            start, end: offsets in the file.
            answer: one that begins at *start*, to read first.
            extra: see `part`.
        """
        position = start
        failures = 0
        while True:
            current, answer = answer or self.part(position, end, extra=extra), None
            before = position
            try:
                with current:
                    for chunk in current.chunks(CHUNK):
                        position += len(chunk)
                        self.count(len(chunk))
                        yield chunk
            except NetworkError as error:
                failures = 1 if position - before > CHUNK else failures + 1
                if error.offline or failures > 3:
                    raise
                self._progress.wait(0.25 * 2**failures)
            else:
                goal = self.total if end is None else end
                if goal is None or position >= goal:
                    return
                # A server may send less than a range (RFC 9110 §15.3.7): the rest is asked for.

    def once(self, answer: Answer) -> Generator[bytes, None, None]:
        """The body of *answer*, which cannot be asked for in parts."""
        with answer:
            for chunk in answer.chunks(CHUNK):
                self.count(len(chunk))
                yield chunk

    def count(self, count: int) -> None:
        """Note that *count* bytes have come."""
        with self._lock:
            self.fetched += count
        self._progress.add(count)


def not_the_file(kind: str, head: bytes) -> NotAnArchiveError:
    """The error for a page, a message or nothing in the place of a file."""
    from . import pages

    text = pages.said(head)
    said = f": “{text}”" if text else ""
    what = {"page": f"a web page came instead of the file{said}", "empty": "nothing came: 0 bytes"}
    return NotAnArchiveError(
        what.get(kind, f"a message came instead of the file{said}"),
        action="Open the link in a browser: it may want a login, or be no download link.",
    )


def refusal(answer: Answer, head: bytes) -> PreflightError:
    """The general reading of a status that is not the file."""
    from . import pages

    text = pages.said(head)
    said = f" “{text}”" if text else ""
    status = answer.status
    if status in (401, 403, 407):
        return AuthError(
            f"is not open to everyone ({status}){said}",
            action="Give a login with --secret NAME, or ask its owner to share it.",
        )
    if status in (404, 410):
        return GoneError(
            f"is not there ({status}){said}",
            action="Open the link in a browser and copy it again.",
        )
    if status == 429:
        return QuotaError(f"is refused for now ({status}){said}", action="Try again later.")
    if status >= 500:
        return NetworkError(f"the server fails ({status}){said}", action="Try again later.")
    return PreflightError(
        f"the server answers with status {status}{said}", action="Open the link in a browser."
    )
