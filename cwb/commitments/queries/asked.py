"""Which letters about promises still wait for their one-tap answer."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.registered import Asked
from cwb.commitments.rules import LIVE, OPEN, Side
from cwb.commitments.tables import Commitment, CommitmentChange

SUBJECT = "commitment:"


def _rows(reading: Session, asked: Collection[Asked]) -> dict[str, Commitment]:
    references = {subject.removeprefix(SUBJECT) for subject, _ in asked}
    rows = reading.execute(select(Commitment).where(Commitment.reference.in_(references))).scalars()
    return {f"{SUBJECT}{row.reference}": row for row in rows}


def offers_still_asked(reading: Session, asked: Collection[Asked]) -> list[Asked]:
    """Offers and requests the organisation has not said yes to, while they are open. One query."""
    rows = _rows(reading, asked)
    return [(subject, one) for subject, one in asked if subject in rows and _waits_for(rows[subject], one)]


def _waits_for(row: Commitment, organisation_id: int | None) -> bool:
    said_yes = {row.provider_id: row.provider_said_yes, row.group_id: row.group_said_yes}
    return row.state in OPEN and not said_yes.get(organisation_id or 0, False)


def changes_still_asked(reading: Session, asked: Collection[Asked]) -> list[Asked]:
    """Proposed changes of the other side that nobody has answered. Two queries."""
    rows = _rows(reading, asked)
    proposed = select(CommitmentChange.commitment_id, CommitmentChange.proposed_by).where(
        CommitmentChange.commitment_id.in_([row.id for row in rows.values()]), CommitmentChange.state == "proposed"
    )
    by = {row.commitment_id: row.proposed_by for row in reading.execute(proposed)}

    def is_asked(row: Commitment, organisation_id: int | None) -> bool:
        own = Side.PROVIDER if organisation_id == row.provider_id else Side.GROUP
        return row.id in by and by[row.id] != own

    return [(subject, one) for subject, one in asked if subject in rows and is_asked(rows[subject], one)]


def reports_still_asked(reading: Session, asked: Collection[Asked]) -> list[Asked]:
    """Promises that run and of which something is not reported yet. One query."""
    rows = _rows(reading, asked)
    return [
        (subject, one)
        for subject, one in asked
        if subject in rows and rows[subject].state in LIVE and rows[subject].reported < rows[subject].amount
    ]
