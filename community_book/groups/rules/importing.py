"""A council's own list of groups, read from a table: what its columns are, and what is wrong with its lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow, NoTable, TableRow, read_table
from community_book.groups.rules.asking import REGISTERS, SIZE_BANDS
from community_book.groups.rules.tags import TAGS_AT_MOST
from community_book.organisations.rules import Scheme, tidy_identifier

ROWS_AT_MOST = 5_000
"""Groups in one file: more than any borough has."""
BYTES_AT_MOST = 8 * 1024 * 1024
AT_ONCE_AT_MOST = 100
"""So many go in in one act, 6 ms each, while others who write wait; longer lists are left to the worker."""

COLUMNS: dict[str, Message] = {
    "name": Message(N_("what the group is called; every line needs it")),
    "what_we_do": Message(N_("two or three sentences; every line needs them")),
    "who_for": Message(N_("who it is for")),
    "can_offer": Message(N_("what it can offer others")),
    "sells": Message(N_("what it sells or does for pay")),
    "has_room_for": Message(N_("what it has room for")),
    "tags": Message(N_("codes of activity tags, separated by semicolons")),
    "register": Message(N_("such as GB-CHC for a charity, or empty")),
    "number": Message(N_("the number on that register")),
    "size": Message(N_("micro, small, medium, large, or empty")),
    "postcode": Message(N_("where it is; a postcode or a zone is needed, and only the zone is shown")),
    "zone": Message(N_("the number or name of its zone")),
    "confidential": Message(N_("yes, where the place must stay secret: then give the zone and no postcode")),
    "contact_name": Message(N_("whom to speak to; not shown to everyone")),
    "contact_email": Message(N_("their address; the group can be claimed without one")),
    "contact_telephone": Message(N_("their number")),
}
"""Columns of the import and what each holds, as its page shows them."""

ALIASES = {
    "what_they_do": "what_we_do",
    "description": "what_we_do",
    "for": "who_for",
    "zones": "zone",
    "size_band": "size",
    "email": "contact_email",
    "telephone": "contact_telephone",
}
LENGTHS = {
    "name": 160,
    "what_we_do": 1500,
    "who_for": 300,
    "can_offer": 1500,
    "sells": 1500,
    "has_room_for": 1500,
    "contact_name": 120,
    "contact_email": 254,
    "contact_telephone": 30,
    "postcode": 12,
    "zone": 160,
}
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"", "no", "n", "false", "0"})


@dataclass(frozen=True)
class GroupRow:
    """One group of a list, and the line it stands on."""

    line: int
    name: str
    what_we_do: str
    who_for: str = ""
    can_offer: str = ""
    sells: str = ""
    has_room_for: str = ""
    tags: tuple[str, ...] = ()
    scheme: str = ""
    number: str = ""
    size: str = ""
    postcode: str = ""
    zone: str = ""
    confidential: bool = False
    contact_name: str = ""
    contact_email: str = ""
    contact_telephone: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> GroupRow:
        return cls(**{**stored, "tags": tuple(stored["tags"])})


@dataclass(frozen=True)
class GroupsRead:
    """What a table holds, and each line that cannot be taken in."""

    rows: tuple[GroupRow, ...]
    bad: tuple[BadRow, ...]


def read_groups(content: bytes) -> GroupsRead:
    """The groups of a CSV file whose first line names its columns (COLUMNS, in any order)."""
    if len(content) > BYTES_AT_MOST:
        says = Message(N_("The file has more than %(most)s MB, which no list of groups has."), most=BYTES_AT_MOST >> 20)
        return GroupsRead((), (BadRow(0, says),))
    try:
        rows, found_bad = read_table(content, headings=("name", "what_we_do"), optional=[*COLUMNS][2:], aliases=ALIASES)
    except NoTable as no_table:
        return GroupsRead((), (BadRow(0, no_table.message),))
    if len(rows) > ROWS_AT_MOST:
        says = Message(
            N_("The table has %(has)s groups; at most %(most)s go in at once. Divide it and try again."),
            has=len(rows),
            most=ROWS_AT_MOST,
        )
        return GroupsRead((), (BadRow(0, says),))
    good, bad = [], list(found_bad)
    names: dict[str, int] = {}
    numbers: dict[tuple[str, str], int] = {}
    for row in rows:
        read = _group(row)
        if isinstance(read, GroupRow):
            before = names.setdefault(read.name.lower(), row.line)
            same = numbers.setdefault((read.scheme, read.number), row.line) if read.number else row.line
            if before == same == row.line:
                good.append(read)
                continue
            read = (
                Message(N_("has the same name as line %(line)s"), line=before)
                if before != row.line
                else Message(N_("has the same number as line %(line)s"), line=same)
            )
        bad.append(BadRow(row.line, read))
    if not good and not bad:
        bad.append(BadRow(0, Message(N_("There is no group in the file."))))
    return GroupsRead(tuple(good), tuple(sorted(bad, key=lambda one: one.line)))


def _group(row: TableRow) -> GroupRow | Message:
    cells = row.cells
    if not cells["name"]:
        return Message(N_("has no name: say what the group is called"))
    if not cells["what_we_do"]:
        return Message(N_("does not say what the group does (what_we_do)"))
    for column, most in LENGTHS.items():
        if len(cells[column]) > most:
            return Message(N_("%(column)s has more than %(most)s characters"), column=column, most=most)
    if any(letter < " " and letter not in "\n\r\t" for value in cells.values() for letter in value):
        return Message(N_("has characters that cannot be shown"))
    if cells["confidential"].lower() not in YES | NO:
        return Message(N_("confidential is yes, no or empty"))
    confidential = cells["confidential"].lower() in YES
    if not cells["postcode"] and not cells["zone"]:
        return Message(N_("needs a postcode or a zone"))
    if confidential and not cells["zone"]:
        return Message(N_("is secret, so it needs a zone and no postcode"))
    if cells["contact_email"] and "@" not in cells["contact_email"].strip("@"):
        return Message(N_("contact_email is no email address"))
    size = cells["size"].lower()
    if size and size not in SIZE_BANDS:
        return Message(N_("size is one of %(sizes)s, or empty"), sizes=", ".join(SIZE_BANDS))
    tags = tuple(dict.fromkeys(tag for tag in (one.strip() for one in cells["tags"].split(";")) if tag))
    if len(tags) > TAGS_AT_MOST:
        return Message(N_("has more than %(most)s tags"), most=TAGS_AT_MOST)
    register = cells["register"].upper()
    if register and register not in REGISTERS:
        return Message(N_("register is one of %(registers)s, or empty"), registers=", ".join(map(str, REGISTERS)))
    if register and not cells["number"]:
        return Message(N_("names a register but no number"))
    try:
        number = tidy_identifier(Scheme(register), cells["number"]) if register else ""
    except Refused as refused:
        return refused.message
    return GroupRow(
        line=row.line,
        name=" ".join(cells["name"].split()),
        what_we_do=cells["what_we_do"],
        who_for=cells["who_for"],
        can_offer=cells["can_offer"],
        sells=cells["sells"],
        has_room_for=cells["has_room_for"],
        tags=tags,
        scheme=register,
        number=number,
        size=size,
        postcode="" if confidential else cells["postcode"],
        zone=cells["zone"],
        confidential=confidential,
        contact_name=cells["contact_name"],
        contact_email=cells["contact_email"].lower(),
        contact_telephone=cells["contact_telephone"],
    )
