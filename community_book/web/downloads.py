"""Files to take away: CSV that runs no formula in a spreadsheet, and calendars."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from flask import Response

from community_book.base import registers
from community_book.base.calendars import CalendarEntry, CalendarLine, calendar_text
from community_book.base.settings import settings
from community_book.web import words

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe in front; typed numbers stay numbers."""
    return "'" + value if isinstance(value, str) and value.startswith(RISKY) else value


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([safe_cell("" if cell is None else cell) for cell in row])
    return out.getvalue()


def csv_answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV download, UTF-8 with the mark that makes spreadsheets read it as such."""
    response = Response("\ufeff" + csv_text(headings, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def calendar_answer(name: str, title: str, entries: Iterable[CalendarEntry], *, download: bool = True) -> Response:
    """A calendar file, downloaded or read again and again by somebody's calendar."""
    public = settings().public_url
    lines = [
        CalendarLine(entry, words.say_in("en", entry.title), public + registers.address_of(entry.about))
        for entry in entries
    ]
    text = calendar_text(title, urlsplit(public).hostname or "localhost", lines)
    response = Response(text, content_type="text/calendar; charset=utf-8")
    kind = "attachment" if download else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response
