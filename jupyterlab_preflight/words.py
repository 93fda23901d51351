"""Numbers as people read them: sizes, times and counts in one place, so that all rows agree."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def size(count: float) -> str:
    """``1100000000`` bytes as ``1.1 GB``: decimal units, as providers and disks count."""
    if count < 1000:
        return plural(int(count), "byte", "bytes")
    value, unit = float(count), 0
    while round(value) >= 1000 and unit < len(_UNITS) - 1:
        value /= 1000
        unit += 1
    return f"{value:.{1 if value < 9.95 else 0}f} {_UNITS[unit]}"


def speed(rate: float) -> str:
    """Bytes per second, as ``6 MB/s``."""
    return f"{size(rate)}/s"


def duration(seconds: float) -> str:
    """``41 s``, ``2 min 5 s``, ``1 h 4 min``; below ten seconds with one decimal."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(whole, 3600)
    return f"{hours} h {rest // 60} min" if rest >= 60 else f"{hours} h"


def left(seconds: float) -> str:
    """A remaining time, honest about its precision: ``4 s left``, ``about 40 s left``."""
    if seconds < 1:
        return "1 s left"
    if seconds < 10:
        return f"{round(seconds)} s left"
    if seconds < 60:
        return f"about {round(seconds / 10) * 10} s left"
    if seconds < 3600:
        return f"about {round(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"


def then(count: int, when: float) -> str:
    """What was counted once and not since: ``fetched 3 Nov, 12,500 files then``.

    Args:
        when: seconds since the epoch, 0 where it is not known; the year is told where it is not
            this one.
    """
    if not when:
        return f"{files(count)} when it was fetched"
    at, now = time.localtime(when), time.localtime()
    year = "" if at.tm_year == now.tm_year else f" {at.tm_year}"
    return f"fetched {at.tm_mday} {time.strftime('%b', at)}{year}, {files(count)} then"


def plural(count: int, one: str, many: str) -> str:
    """``1 file``, ``12,500 files``."""
    return f"{count:,} {one if count == 1 else many}"


def files(count: int) -> str:
    """``12,500 files``."""
    return plural(count, "file", "files")


def clock(moment: float) -> str:
    """A moment in seconds since the epoch as local clock time, ``14:02``."""
    return time.strftime("%H:%M", time.localtime(moment))


def listing(names: Sequence[str], shown: int = 3) -> str:
    """``a, b, c and 4 more``."""
    if len(names) <= shown + 1:
        return ", ".join(names)
    return f"{', '.join(names[:shown])} and {len(names) - shown:,} more"


_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def plain(text: str, limit: int = 2000) -> str:
    """*text* made safe to show: one line, no escape sequences, control or bidi characters.

    Words of a provider, a file name or a child process are somebody else's; they may neither
    move the cursor nor turn the reading direction (Unicode TR36 §2.10).
    """
    cleaned = _ANSI.sub("", text)
    kept = (
        " "
        if char in "\n\r\t\u2028\u2029"
        else char
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        else "\ufffd"
        if unicodedata.category(char) in ("Cc", "Cs")
        else ""
        for char in cleaned
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
