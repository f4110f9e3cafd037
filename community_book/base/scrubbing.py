"""Taking somebody's name and contact out of free words, in every table there is (domain.md 5.8).

The columns are read from the tables themselves, so that a table added later is covered without anybody thinking of it.
What must stay as it is stands in `STAYS`, each with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Text, func, or_, select, update
from sqlalchemy.orm import Session

from community_book.base.tables import AuditText, Base
from community_book.base.work import Work, changed

REMOVED = "(name removed)"
WORDS_FROM = 80
"""Shorter columns hold codes and references."""

NOT_WORDS = ("name", "email", "hash", "key", "reply_to")
"""How columns end that hold a whole name or address: they are somebody's own, who may only have the same name."""

STAYS: dict[str, str] = {
    "activity_tags": "a published list",
    "audit_entries": "sealed; holds no words",
    "audit_head": "sealed; holds no words",
    "audit_texts": "words of the chain are never rewritten: they go whole",
    "batches": "seeds and hashes that anybody checks",
    "closed_figures": "sealed; holds no words",
    "form_keys": "holds no words",
    "framework_facts": "published history",
    "framework_imports": "published notices",
    "framework_uploads": "gone after a day",
    "frameworks": "published notices",
    "ledger_entries": "sealed; holds no words",
    "lots": "published notices",
    "measures": "the council's list",
    "pay_rates": "published rates",
    "people": "the account itself, which its own room erases",
    "pillars": "the council's words about a pillar",
    "places": "addresses, which the rooms that use them erase",
    "published_heads": "hashes that anybody checks",
    "sign_in_sessions": "gone with the account",
    "unmatched_suppliers": "published notices",
    "zone_schemes": "a published division",
    "zones": "a published division",
}


def columns_of_words() -> Iterator[Column[str]]:
    """Every column that holds words somebody wrote, in the order of tables and columns."""
    for table in Base.metadata.sorted_tables:
        if table.name in STAYS:
            continue
        for column in table.columns:
            kind = column.type
            holds_words = isinstance(kind, Text) or (isinstance(kind, String) and (kind.length or 0) >= WORDS_FROM)
            if holds_words and not column.name.endswith(NOT_WORDS):
                yield column


def what_names(name: str, contacts: Collection[str]) -> list[str]:
    """What tells who somebody is wherever it stands: the full name, an address, a telephone number.

    A name of one word is left alone: it would take the word out of everybody's sentences.
    """
    found = [name] if len(name.split()) > 1 else []
    for contact in contacts:
        digits = sum(letter.isdigit() for letter in contact)
        if "@" in contact or digits >= 7:
            found.append(contact)
    return found


def columns_with(reading: Session, names: Collection[str]) -> list[Column[str]]:
    """The columns in which one of `names` stands. On a very large site this takes seconds: ask before the Work."""
    if not names:
        return []
    return [
        column
        for column in columns_of_words()
        if reading.execute(select(column).where(_has_one(column, names)).limit(1)).first() is not None
    ]


def scrub(work: Work, names: Collection[str], columns: Collection[Column[str]]) -> int:
    """Step: puts REMOVED wherever one of `names` stands in these columns; how many texts had one.

    Words in the audit chain that have one lose their text and salt whole, and the chain stays as it was.
    """
    count = 0
    for column in columns:
        words: ColumnElement[str] = column
        for name in names:
            words = func.replace(words, name, REMOVED)
        count += changed(work, update(column.table).where(_has_one(column, names)).values({column: words}))
    if names:
        has_one = select(AuditText.id).where(_has_one(AuditText.text, names))
        count += changed(work, update(AuditText).where(AuditText.id.in_(has_one)).values(salt=None, text=None))
    return count


def _has_one(column: Any, names: Collection[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(name, autoescape=True) for name in names))
