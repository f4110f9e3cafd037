"""What is due: for the clocks, each list in the order of ids."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from community_book.base.clock import LONDON, add_working_days
from cwb.commitments.rules import ASKING, OPEN, RUNNING, WAITING, CommitmentState, days_before
from cwb.commitments.tables import Commitment, CommitmentChange, CommitmentNote


def past_their_answer(reading: Session, today: date) -> list[int]:
    """Open commitments whose last day for an answer is over."""
    return list(
        reading.execute(
            select(Commitment.id)
            .where(Commitment.state.in_(OPEN), Commitment.answer_by < today)
            .order_by(Commitment.id)
        ).scalars()
    )


def to_be_nudged(reading: Session, today: date, working_days: int) -> list[int]:
    """Open commitments nobody was reminded of: opened long enough ago, or near a date of their own."""
    opened_by = days_before(today, working_days)
    soon = add_working_days(today, working_days)
    rows = reading.execute(
        select(Commitment.id, Commitment.state, Commitment.opened_at_utc)
        .where(
            Commitment.nudged_on.is_(None),
            Commitment.answer_by >= today,
            or_(
                Commitment.state.in_(ASKING),
                and_(Commitment.state.in_(WAITING), Commitment.answer_by <= soon),
            ),
        )
        .order_by(Commitment.id)
    )
    return [row.id for row in rows if row.state in WAITING or row.opened_at_utc.astimezone(LONDON).date() <= opened_by]


def to_begin(reading: Session, today: date) -> list[int]:
    """Agreed commitments whose first day has come."""
    return list(
        reading.execute(
            select(Commitment.id)
            .where(Commitment.state == CommitmentState.AGREED, Commitment.first_day <= today)
            .order_by(Commitment.id)
        ).scalars()
    )


def to_be_asked(reading: Session, today: date) -> list[int]:
    """Running commitments with something due that nobody was asked about, or over with nothing left to tell."""
    return list(
        reading.execute(
            select(Commitment.id)
            .where(
                Commitment.state.in_(RUNNING),
                or_(
                    and_(Commitment.due_on <= today, Commitment.due_asked_on.is_(None)),
                    and_(Commitment.due_on.is_(None), Commitment.last_day < today),
                ),
            )
            .order_by(Commitment.id)
        ).scalars()
    )


def notes_past_their_answer(reading: Session, today: date) -> list[tuple[int, int]]:
    """Notes "it did not happen" the provider did not answer in time: note and commitment."""
    rows = reading.execute(
        select(CommitmentNote.id, CommitmentNote.commitment_id)
        .join(Commitment, Commitment.id == CommitmentNote.commitment_id)
        .where(
            CommitmentNote.settled_at_utc.is_(None),
            CommitmentNote.answer_by < today,
            Commitment.state.in_(RUNNING),
        )
        .order_by(CommitmentNote.id)
    )
    return [(row.id, row.commitment_id) for row in rows]


def has_open_change(reading: Session, session_id: int | None) -> bool:
    """Whether a change about a session waits for the other side: then a note about it waits too."""
    if session_id is None:
        return False
    condition = and_(CommitmentChange.session_id == session_id, CommitmentChange.state == "proposed")
    return bool(reading.execute(select(exists().where(condition))).scalar())
