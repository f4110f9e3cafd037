"""A framework kept in a spreadsheet: a row for each supplier on each lot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow, NoTable, TableRow, read_table
from community_book.organisations.rules import org_id, read_scheme, tidy_identifier
from cwb.frameworks.rules.shapes import FileRead, FrameworkRead, LotRead, Spell, SupplierRead

HEADINGS = ("lot_code", "lot_title", "supplier_name", "scheme", "identifier", "admitted_on", "status")
STATUSES = {
    "": False,
    "admitted": False,
    "active": False,
    "current": False,
    "ended": True,
    "removed": True,
    "left": True,
}
"""Whether a row's word means that the supplier has left the lot."""

LOT_CODE_AT_MOST = 20
TITLE_AT_MOST = 200
NAME_AT_MOST = 160
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffd]")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_BRITISH = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def read_spreadsheet(content: bytes) -> FileRead:
    """Reads the table; its framework has no name, which whoever imports it gives."""
    try:
        table, unread = read_table(
            content,
            headings=HEADINGS,
            aliases={
                "lot": "lot_code",
                "lot_number": "lot_code",
                "supplier": "supplier_name",
                "provider": "supplier_name",
            },
        )
    except NoTable as no_table:
        return FileRead(bad=(BadRow(0, no_table.message),))
    reader = _Reader(unread)
    for row in table:
        reader.take(row)
    if not table and not unread:
        reader.bad.append(BadRow(0, Message(N_("The file names columns but holds no rows."))))
    framework = FrameworkRead(
        name="",
        lots=tuple(LotRead(number, title) for number, (title, _) in reader.lots.items()),
        suppliers=tuple(reader.suppliers()),
    )
    return FileRead(table=framework, bad=tuple(sorted(reader.bad, key=lambda row: row.line)))


class _Reader:
    """Gathers lots and suppliers row by row, and what contradicts an earlier row."""

    def __init__(self, bad: list[BadRow]) -> None:
        self.bad = bad
        self.lots: dict[str, tuple[str, int]] = {}
        self.names: dict[str, str] = {}
        self.numbers: dict[str, tuple[str, str]] = {}
        self.spells: dict[str, dict[str, Spell]] = {}

    def take(self, row: TableRow) -> None:
        wrong: list[Message] = []
        cells = row.cells
        code, title, name = cells["lot_code"], cells["lot_title"], " ".join(cells["supplier_name"].split())
        for label, text, most in (
            ("lot_code", code, LOT_CODE_AT_MOST),
            ("lot_title", title, TITLE_AT_MOST),
            ("supplier_name", name, NAME_AT_MOST),
        ):
            if len(text) > most:
                wrong.append(Message(N_("%(name)s has more than %(most)s characters"), name=label, most=most))
            if UNPRINTABLE.search(text):
                wrong.append(Message(N_("%(name)s holds characters that cannot be read"), name=label))
        if not code:
            wrong.append(Message(N_("lot_code is empty")))
        elif code in self.lots and title and title != self.lots[code][0]:
            wrong.append(
                Message(N_("lot %(code)s has another title on line %(line)s"), code=code, line=self.lots[code][1])
            )
        elif code not in self.lots and not title:
            wrong.append(Message(N_("lot_title is empty")))
        key, number = self._who(cells, name, wrong)
        spell = self._spell(cells, code, wrong)
        if name and not wrong and code in self.spells.get(key, {}) and self.spells[key][code] != spell:
            wrong.append(Message(N_("an earlier row says something else of this supplier and lot")))
        if not name and any(cells[column] for column in ("scheme", "identifier", "admitted_on", "status")):
            wrong.append(Message(N_("supplier_name is empty")))
        if wrong:
            self.bad += [BadRow(row.line, message) for message in wrong]
            return
        self.lots.setdefault(code, (title, row.line))
        if name:
            self.names.setdefault(key, name)
            if number is not None:
                self.numbers[key] = number
            self.spells.setdefault(key, {})[code] = spell

    def _who(self, cells: Mapping[str, str], name: str, wrong: list[Message]) -> tuple[str, tuple[str, str] | None]:
        """How this supplier is known among the rows: by its number, else by its name."""
        scheme_typed, typed = cells["scheme"], cells["identifier"]
        if not typed:
            if scheme_typed:
                wrong.append(Message(N_("scheme is given without an identifier")))
            return name.casefold(), None
        if not scheme_typed:
            wrong.append(Message(N_("identifier is given without its scheme, such as GB-COH")))
            return name.casefold(), None
        try:
            scheme = read_scheme(scheme_typed)
            value = tidy_identifier(scheme, typed)
        except Refused as refused:
            wrong.append(refused.message)
            return name.casefold(), None
        return org_id(scheme, value), (str(scheme), value)

    def _spell(self, cells: Mapping[str, str], code: str, wrong: list[Message]) -> Spell:
        admitted_on = None
        if cells["admitted_on"]:
            admitted_on = read_day(cells["admitted_on"])
            if admitted_on is None:
                wrong.append(
                    Message(
                        N_("admitted_on is “%(typed)s”; write it like 2026-10-06 or 06/10/2026"),
                        typed=cells["admitted_on"][:40],
                    )
                )
        status = cells["status"].lower()
        if status not in STATUSES:
            wrong.append(
                Message(
                    N_("status is “%(typed)s”; it must be empty or one of: %(allowed)s"),
                    typed=cells["status"][:40],
                    allowed=", ".join(word for word in STATUSES if word),
                )
            )
        return Spell(code, admitted_on, ended=STATUSES.get(status, False))

    def suppliers(self) -> list[SupplierRead]:
        return [
            SupplierRead(
                name=name,
                identifiers=(self.numbers[key],) if key in self.numbers else (),
                spells=tuple(self.spells[key].values()),
                keys=frozenset({key}),
                note=None if key in self.numbers else Message(N_("The table gives no register number.")),
            )
            for key, name in self.names.items()
        ]


def read_day(text: str) -> date | None:
    """A day written 2026-10-06 (anything after a T is left out) or 06/10/2026; None for anything else."""
    typed = text.strip().split("T", 1)[0].split(" ", 1)[0]
    if found := _ISO.fullmatch(typed):
        year, month, day = found[1], found[2], found[3]
    elif found := _BRITISH.fullmatch(typed):
        day, month, year = found[1], found[2], found[3]
    else:
        return None
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return read if 1900 <= read.year <= 2200 else None
