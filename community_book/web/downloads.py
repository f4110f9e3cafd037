"""CSV people can open in a spreadsheet without a cell running as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

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
