"""What a person does with their own notices, and what is thrown away in time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere
from community_book.base.work import changed
from community_book.notices.tables import HeldLetter, LetterToPrint, Notice, OutgoingMail


def mark_read(actor: Actor, notice_id: int) -> None:
    """Marks one of the actor's notices as read. Raises NotThere for anybody else's."""
    with transactions.bookkeeping(actor) as work:
        own = select(Notice.id).where(Notice.id == notice_id, Notice.person_id == actor.person_id)
        if actor.person_id is None or work.execute(own).scalar_one_or_none() is None:
            raise NotThere
        changed(
            work,
            update(Notice).where(Notice.id == notice_id, Notice.read_at_utc.is_(None)).values(read_at_utc=now_utc()),
        )


def mark_all_read(actor: Actor) -> int:
    """Marks all of the actor's notices as read; returns how many were not."""
    if actor.person_id is None:
        raise NotThere
    with transactions.bookkeeping(actor) as work:
        return changed(
            work,
            update(Notice)
            .where(Notice.person_id == actor.person_id, Notice.read_at_utc.is_(None))
            .values(read_at_utc=now_utc()),
        )


def tidy_up(actor: Actor) -> int:
    """Deletes read notices and posted letters after a year, mail and its letters 90 days after it was sent or given
    up; returns how many.
    """
    year, quarter = now_utc() - timedelta(days=365), now_utc() - timedelta(days=90)
    with transactions.bookkeeping(actor) as work:
        return (
            changed(work, delete(Notice).where(Notice.read_at_utc < year))
            + changed(work, delete(LetterToPrint).where(LetterToPrint.posted_at_utc < year))
            + changed(
                work,
                delete(OutgoingMail).where(
                    OutgoingMail.next_try_at_utc.is_(None), OutgoingMail.written_at_utc < quarter
                ),
            )
            + changed(
                work,
                delete(HeldLetter).where(HeldLetter.due_at_utc.is_(None), HeldLetter.written_at_utc < quarter),
            )
        )
