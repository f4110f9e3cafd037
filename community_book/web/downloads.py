"""Files to take away: CSV that runs no formula in a spreadsheet, and calendars."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response

from community_book.base import registers
from community_book.base.calendars import CalendarEntry, CalendarLine, calendar_text
from community_book.base.errors import NotThere
from community_book.base.settings import settings
from community_book.web import words

ZIP_BEGINS = (1980, 1, 1, 0, 0, 0)
"""The earliest moment an archive can tell: what is in it says itself when it was made."""
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


def program_answer(file: Path) -> Response:
    """A program of ours to take away, such as a checker. Raises NotThere where the site was set up without it."""
    if not file.is_file():
        raise NotThere
    response = Response(file.read_bytes(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


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


class _Sent(io.RawIOBase):
    """Where an archive is written to that is sent as it grows."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, some: Any) -> int:
        self.waiting.append(bytes(some))
        return len(some)

    def taken(self) -> bytes:
        taken = b"".join(self.waiting)
        self.waiting.clear()
        return taken


def zip_answer(name: str, files: Iterable[tuple[str, Iterable[str]]]) -> Response:
    """An archive of texts (each a name and its pieces), sent while it is made: it takes neither disk nor memory.

    What goes wrong on the way cuts the archive short; no program opens it then.
    """

    def pieces() -> Iterator[bytes]:
        sent = _Sent()
        with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, texts in files:
                about = zipfile.ZipInfo(file, date_time=ZIP_BEGINS)
                about.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(about, "w") as member:
                    for text in texts:
                        member.write(text.encode())
                        yield sent.taken()
        yield sent.taken()

    response = Response(pieces(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
