"""What promises hold about a person, removed when that person is erased. Amounts and the chain stay."""

from __future__ import annotations

from sqlalchemy import and_, delete, or_, update

from community_book.base.work import Work, changed
from cwb.commitments.rules import Side
from cwb.commitments.tables import Commitment, CommitmentMessage


def erase_words(work: Work, person_id: int) -> None:
    """Step: takes out a person's messages, the words of what they opened, and that they were the one to speak to."""
    changed(work, delete(CommitmentMessage).where(CommitmentMessage.person_id == person_id))
    opened_it = or_(
        and_(Commitment.opened_by == Side.PROVIDER, Commitment.provider_person_id == person_id),
        and_(Commitment.opened_by == Side.GROUP, Commitment.group_person_id == person_id),
        and_(Commitment.opened_by == Side.COUNCIL, Commitment.brokered_by_person_id == person_id),
    )
    changed(work, update(Commitment).where(opened_it).values(words=""))
    for column in ("provider_person_id", "group_person_id"):
        changed(work, update(Commitment).where(getattr(Commitment, column) == person_id).values({column: None}))
