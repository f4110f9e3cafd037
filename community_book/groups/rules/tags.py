"""Activity tags: reading a list of them from a table, ours or another's such as UK-CAT. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow, NoTable, read_table

TAGS_AT_MOST = 12
"""How many a group may tick: who ticks everything is found by nobody."""
CODE_AT_MOST, LABEL_AT_MOST, THEME_AT_MOST, DESCRIPTION_AT_MOST = 40, 120, 60, 1000
ALIASES = {"tag": "label", "name": "label", "category": "theme", "notes": "description"}


@dataclass(frozen=True)
class NewTag:
    """One tag of a list."""

    code: str
    label: str
    theme: str
    description: str


@dataclass(frozen=True)
class TagsRead:
    """What a table of tags holds, and what is wrong with it."""

    tags: tuple[NewTag, ...]
    bad: tuple[BadRow, ...]


def read_tags(content: bytes) -> TagsRead:
    """The tags of a CSV file with the columns code and label (or UK-CAT's Code and tag); theme and description may be.

    A file that cannot be read, and each line that cannot, is told in `bad`.
    """
    try:
        rows, bad = read_table(content, headings=("code", "label"), optional=("theme", "description"), aliases=ALIASES)
    except NoTable as no_table:
        return TagsRead((), (BadRow(0, no_table.message),))
    bad = list(bad)
    found: dict[str, NewTag] = {}
    for row in rows:
        code, label = row.cells["code"], " ".join(row.cells["label"].split())
        if not code or len(code) > CODE_AT_MOST:
            bad.append(BadRow(row.line, Message(N_("needs a code of 1 to %(most)s characters"), most=CODE_AT_MOST)))
        elif not label or len(label) > LABEL_AT_MOST:
            bad.append(BadRow(row.line, Message(N_("needs a label of 1 to %(most)s characters"), most=LABEL_AT_MOST)))
        elif code.lower() in found:
            bad.append(BadRow(row.line, Message(N_("has the code %(code)s, which was there before"), code=code)))
        else:
            found[code.lower()] = NewTag(
                code, label, row.cells["theme"][:THEME_AT_MOST], row.cells["description"][:DESCRIPTION_AT_MOST]
            )
    return TagsRead(tuple(found.values()), tuple(sorted(bad, key=lambda one: one.line)))
