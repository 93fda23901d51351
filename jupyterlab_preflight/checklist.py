"""The report as a picture: plain text for terminals and logs, a small table for outputs.

The table has inline styles only and falls back to fixed colours, so that it reads the same in
JupyterLab, Colab, VS Code and on a page that renders notebooks. It never holds a query string.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from . import words
from .report import Report, Row, RowState, times

_MARKS: dict[RowState, tuple[str, str, str]] = {
    # state: (sign, sign where the terminal knows only ASCII, colour)
    "waiting": ("○", "o", "var(--jp-ui-font-color2, #757575)"),
    "working": ("◔", ">", "var(--jp-brand-color1, #1976d2)"),
    "ready": ("✔", "+", "var(--jp-success-color1, #388e3c)"),
    "warning": ("!", "!", "var(--jp-warn-color0, #e65100)"),
    "needs": ("!", "!", "var(--jp-warn-color0, #e65100)"),
    "failed": ("✘", "x", "var(--jp-error-color1, #d32f2f)"),
    "blocked": ("○", "o", "var(--jp-ui-font-color2, #757575)"),
    "skipped": ("-", "-", "var(--jp-ui-font-color2, #757575)"),
    "offline": ("≈", "~", "var(--jp-warn-color0, #e65100)"),
}


def sign(state: RowState, *, ascii_only: bool = False) -> str:
    """The one-character sign of a state: its shape tells it, not its colour."""
    return _MARKS[state][1 if ascii_only else 0]


def what(row: Row) -> str:
    """The words beside a row's name: what happened, or how far it is."""
    if row.state == "working":
        return working(row)
    return words.plain(row.text) or {"waiting": "waiting"}.get(row.state, "")


def working(row: Row) -> str:
    """``31 MB of 54 MB · 6 MB/s · 4 s left``; the parts that are known."""
    parts = []
    if row.text:
        parts.append(words.plain(row.text))
    if row.bytes:
        amount = words.size(row.bytes)
        parts.append(f"{amount} of {words.size(row.of)}" if row.of else amount)
    if row.speed:
        parts.append(words.speed(row.speed))
    if row.eta is not None:
        parts.append(words.left(row.eta))
    return " · ".join(parts) or "working"


def line(row: Row, *, ascii_only: bool = False) -> str:
    """One row as one line, for logs: ``✔ data/cats: 12,500 files · fetched once (1.1 GB)``."""
    tail = f" ({meta(row)})" if meta(row) else ""
    return f"{sign(row.state, ascii_only=ascii_only)} {words.plain(row.name)}: {what(row)}{tail}"


def meta(row: Row) -> str:
    """The right-hand column: how big it is, or which version."""
    return words.plain(row.meta) if row.state != "working" else ""


def notes(row: Row) -> Iterator[str]:
    """Further sentences of a row, safe to show."""
    for note in row.notes:
        yield words.plain(note)


def headline(report: Report) -> str:
    """The sentence, and where the time went."""
    spent = times(report.rows) if not report.running else ""
    sentence = report.sentence
    return f"{sentence} · {spent}" if spent else sentence


def as_text(report: Report, width: int = 100, *, ascii_only: bool = False) -> str:
    """The whole checklist as plain text, lines cut at *width* columns while it works."""
    name_width = min(28, max((len(row.name) for row in report.rows), default=0))
    lines = [f"Preflight: {headline(report)}"]
    for row in report.rows:
        mark = sign(row.state, ascii_only=ascii_only)
        body = what(row) + (f"  {meta(row)}" if meta(row) else "")
        text = f"  {mark} {words.plain(row.name):<{name_width}}  {body}"
        if report.running and len(text) > width:
            text = text[: width - 1] + ("." if ascii_only else "…")
        lines.append(text)
        lines.extend(f"      {note}" for note in notes(row))
    where, command = report.way_on
    if command:
        lines.append(f"  {where}: {command}")
    return "\n".join(lines)


_CELL = "padding:2px 12px 2px 0;border:none;text-align:left;vertical-align:top;background:none"
_QUIET = "color:var(--jp-ui-font-color2, #757575)"


def as_html(report: Report) -> str:
    """The whole checklist as a table with inline styles."""
    rows = "".join(_html_row(row) for row in report.rows)
    tail = ""
    where, command = report.way_on
    if command:
        shown = f"<code>{html.escape(command)}</code>"
        tail = f'<div style="padding-top:4px">{where}: {shown}</div>'
    return (
        '<div style="font-family:var(--jp-ui-font-family, sans-serif);font-size:13px;'
        'line-height:18px;font-variant-numeric:tabular-nums">'
        f'<div style="font-weight:600;padding-bottom:4px">{html.escape(headline(report))}</div>'
        '<table role="presentation" style="border-collapse:collapse;border:none;margin:0">'
        f"<tbody>{rows}</tbody></table>{tail}</div>"
    )


def _html_row(row: Row) -> str:
    mark, _, colour = _MARKS[row.state]
    more = "".join(f"<br>{html.escape(note)}" for note in notes(row))
    name = html.escape(words.plain(row.name))
    return (
        f'<tr style="background:none"><td style="{_CELL};padding-right:8px;color:{colour}">'
        f'<span aria-label="{row.state}">{mark}</span></td>'
        f'<td style="{_CELL};font-weight:500;white-space:nowrap">{name}</td>'
        f'<td style="{_CELL}">{html.escape(what(row))}{more}</td>'
        f'<td style="{_CELL};{_QUIET};white-space:nowrap">{html.escape(meta(row))}</td></tr>'
    )
