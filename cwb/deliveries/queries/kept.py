"""Files somebody sent with a form that is not finished: theirs alone, for a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.tables import StoredFile
from cwb.deliveries.views import WaitingFile

WAITING = "waiting"
"""What owns such a file: `owner_id` is then the person who sent it."""
WAITS_FOR = timedelta(days=1)


def waiting_files(reading: Session, actor: Actor, references: Collection[str]) -> tuple[WaitingFile, ...]:
    """Of the files named those that wait and are the actor's own, in the order they were sent."""
    return tuple(
        WaitingFile(row.reference, row.name, row.size_bytes) for row in waiting_rows(reading, actor, references)
    )


def waiting_rows(reading: Session, actor: Actor, references: Collection[str]) -> Sequence[StoredFile]:
    """The rows of the same."""
    if actor.person_id is None or not references:
        return ()
    return (
        reading.execute(
            select(StoredFile)
            .where(
                StoredFile.reference.in_(references),
                StoredFile.owner_kind == WAITING,
                StoredFile.owner_id == actor.person_id,
                StoredFile.created_at_utc > now_utc() - WAITS_FOR,
            )
            .order_by(StoredFile.id)
        )
        .scalars()
        .all()
    )


def count_waiting(reading: Session, person_id: int) -> int:
    """How many files of a person wait."""
    mine = (StoredFile.owner_kind == WAITING, StoredFile.owner_id == person_id)
    return reading.execute(select(func.count(StoredFile.id)).where(*mine)).scalar_one()
