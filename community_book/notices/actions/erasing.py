"""Erasing a person from notices, mail and letters."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text, cast, delete, or_, select, update

from community_book.base.work import Work, changed
from community_book.notices.rules import without_name
from community_book.notices.tables import CalendarFeed, HeldLetter, LetterToPrint, Notice, OutgoingMail
from community_book.people.queries import words_of

REMOVED = "(name removed)"


def erase_rows(work: Work, person_id: int) -> None:
    """Step: removes somebody's notices, mail and letters, and their name from those of others.

    Registered as this room's part of erasure; runs while the account still has name and addresses.
    """
    for table in (Notice, OutgoingMail, HeldLetter, LetterToPrint, CalendarFeed):
        changed(work, delete(table).where(table.person_id == person_id))
    changed(
        work,
        update(LetterToPrint).where(LetterToPrint.posted_by_person_id == person_id).values(posted_by_person_id=None),
    )
    own = words_of(work, person_id)
    if own is None:
        return
    if own.emails:
        changed(work, delete(OutgoingMail).where(OutgoingMail.to_email.in_(own.emails)))
        changed(work, delete(HeldLetter).where(HeldLetter.to_email.in_(own.emails)))
    for word in (own.name, *own.emails):
        _take_out(work, word)


def _take_out(work: Work, word: str) -> None:
    """Takes a name or address out of what was written to others, where it stands as a word of its own."""
    for table in (Notice, HeldLetter, LetterToPrint):
        _take_out_of(work, table, word)
    for mail in work.execute(
        select(OutgoingMail).where(
            OutgoingMail.subject.contains(word, autoescape=True) | OutgoingMail.text.contains(word, autoescape=True)
        )
    ).scalars():
        mail.subject = without_name(mail.subject, word, REMOVED)
        mail.text = without_name(mail.text, word, REMOVED)
    work.flush()


def _take_out_of(work: Work, table: type[Notice | HeldLetter | LetterToPrint], word: str) -> None:
    escaped = json.dumps(word)[1:-1]
    wanted = or_(
        *(
            cast(column, Text).contains(spelt, autoescape=True)
            for column in (table.subject, table.body)
            for spelt in {word, escaped}
        )
    )
    rows: Any = work.execute(select(table).where(wanted)).scalars()
    for row in rows:
        row.subject = _rewritten(row.subject, word)
        row.body = _rewritten(row.body, word)


def _rewritten(stored: Any, word: str) -> Any:
    if isinstance(stored, str):
        return without_name(stored, word, REMOVED)
    if isinstance(stored, dict):
        return {name: _rewritten(value, word) for name, value in stored.items()}
    return [_rewritten(value, word) for value in stored] if isinstance(stored, list) else stored
