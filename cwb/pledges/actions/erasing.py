"""What pledges hold about a person, removed when that person is erased. Amounts and the chain stay."""

from __future__ import annotations

from sqlalchemy import select, update

from community_book.base.tables import AuditSubject, AuditText
from community_book.base.work import Work, changed
from cwb.pledges import queries
from cwb.pledges.tables import Pledge


def erase_name(work: Work, person_id: int) -> None:
    """Step: takes a person's name out of the pledges they look after, and out of the words of their history."""
    for pledge_id, reference, name in queries.pledges_naming(work, person_id):
        changed(work, update(Pledge).where(Pledge.id == pledge_id).values(owner_name=""))
        entries = select(AuditSubject.sequence).where(AuditSubject.subject == f"pledge:{reference}")
        changed(
            work,
            update(AuditText)
            .where(AuditText.field == "owner", AuditText.text == name, AuditText.sequence.in_(entries))
            .values(salt=None, text=None),
        )
