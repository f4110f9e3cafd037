"""Letters to print: what an officer does with them."""

from __future__ import annotations

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.work import changed
from community_book.notices.rules import PRINT_LETTERS
from community_book.notices.tables import LetterToPrint


def mark_posted(actor: Actor, reference: str) -> None:
    """Says that a letter was printed and posted. Raises NotThere, NotAllowed, WrongState when it was before."""
    actor.must(PRINT_LETTERS)
    with transactions.work(actor) as work:
        row = work.execute(
            select(LetterToPrint).where(LetterToPrint.reference == tidy_reference(reference))
        ).scalar_one_or_none()
        if row is None:
            raise NotThere
        posted = changed(
            work,
            update(LetterToPrint)
            .where(LetterToPrint.id == row.id, LetterToPrint.posted_at_utc.is_(None))
            .values(posted_at_utc=now_utc(), posted_by_person_id=actor.person_id),
        )
        if not posted:
            raise WrongState(Message(N_("Somebody marked this letter as posted already.")))
        work.record("letter.post", f"printed_letter:{row.reference}", facts={"about": row.about})
