"""Tables people keep in spreadsheets, as CSV: with or without a byte-order mark, in UTF-8 or Windows-1252,
separated by commas, semicolons or tabs. Pure; a database or a web request is never needed to read one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community_book.base.messages import N_, Message

ROWS_AT_MOST = 20_000
CELL_AT_MOST = 10_000


@dataclass(frozen=True)
class BadRow:
    """A line that cannot be taken in, and why. Line 0 speaks of the file as a whole."""

    line: int
    message: Message

    def says(self) -> Message:
        """The sentence with its line, as a list of them is shown."""
        if self.line == 0:
            return self.message
        return Message(N_("Line %(line)s: %(what)s"), line=self.line, what=self.message)


@dataclass(frozen=True)
class TableRow:
    """One row: the line it begins on, and its cells by heading, trimmed."""

    line: int
    cells: Mapping[str, str]


class NoTable(ValueError):
    """The file is no table we can read; `message` says why and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def as_text(content: bytes) -> str:
    """A text file's characters: UTF-8 with or without its mark, else Windows-1252. Raises NoTable for others."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise NoTable(Message(N_("The file cannot be read as text. Save it as CSV UTF-8 and try again."))) from None
    if b"\x00" in content:
        raise NoTable(Message(N_("This is no text file. Save the table as CSV and try again.")))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_table(
    content: bytes,
    *,
    headings: Sequence[str],
    optional: Sequence[str] = (),
    aliases: Mapping[str, str] | None = None,
) -> tuple[list[TableRow], list[BadRow]]:
    """The rows of a CSV file whose first line names its columns, in any order and case.

    `headings` must all be there, `optional` ones may be; columns with other names are left out. Empty
    lines are skipped. Gives the rows and what is wrong with single lines; raises NoTable where the file as
    a whole cannot be read.
    """
    text = as_text(content)
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[TableRow] = []
    bad: list[BadRow] = []
    places: dict[int, str] | None = None
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if places is None:
                places = _places(cells, headings, optional, aliases or {})
                continue
            if len(rows) + len(bad) >= ROWS_AT_MOST:
                raise NoTable(
                    Message(N_("The table has more than %(most)s rows. Divide it and try again."), most=ROWS_AT_MOST)
                )
            if any(cells[place].strip() for place in range(len(cells)) if place >= len(places) and cells[place]):
                bad.append(BadRow(begins, Message(N_("has more cells than there are headings"))))
                continue
            if any(len(cell) > CELL_AT_MOST for cell in cells):
                bad.append(
                    BadRow(begins, Message(N_("has a cell with more than %(most)s characters"), most=CELL_AT_MOST))
                )
                continue
            found = {name: cells[place].strip() if place < len(cells) else "" for place, name in places.items() if name}
            rows.append(TableRow(begins, {**dict.fromkeys(optional, ""), **found}))
    except csv.Error:
        raise NoTable(
            Message(N_("Line %(line)s cannot be read: a quotation mark is left open or a line is damaged."), line=line)
        ) from None
    if places is None:
        raise NoTable(
            Message(N_("The file is empty. Its first line names the columns: %(names)s"), names=", ".join(headings))
        )
    return rows, bad


def _places(
    cells: Sequence[str], headings: Sequence[str], optional: Sequence[str], aliases: Mapping[str, str]
) -> dict[int, str]:
    """Which cell holds which column; "" for columns nobody asked for."""
    known = {*headings, *optional}
    places: dict[int, str] = {}
    for place, cell in enumerate(cells):
        name = "_".join(cell.strip().lower().replace("-", " ").replace("_", " ").split())
        name = aliases.get(name, name)
        if name in known and name in places.values():
            raise NoTable(Message(N_("The column “%(name)s” is there twice. Take one out and try again."), name=name))
        places[place] = name if name in known else ""
    missing = [name for name in headings if name not in places.values()]
    if missing:
        raise NoTable(
            Message(
                N_("The first line must name the columns; these are missing: %(missing)s"), missing=", ".join(missing)
            )
        )
    return places
