"""How promises stand that are about to be stopped, all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.amounts import Kind
from community_book.needs.tables import NeedPart
from cwb.commitments.queries import terms
from cwb.commitments.rules import OPEN, CommitmentState, Stopped, split_unreported
from cwb.commitments.tables import Commitment, CommitmentHold
from cwb.pledges.rules import ENDED
from cwb.pledges.tables import Pledge


def before_stopping(reading: Session, commitment_ids: Collection[int], today: date) -> dict[int, Stopped]:
    """What is to be known of promises to put them back once they are stopped on a day: three queries."""
    rows = reading.execute(
        select(Commitment, Pledge.state, NeedPart.closed)
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .where(Commitment.id.in_(commitment_ids))
        .order_by(Commitment.id)
        .execution_options(populate_existing=True)
    ).all()
    sessions = terms.sessions_of(reading, commitment_ids)
    holds: defaultdict[int, list[int]] = defaultdict(list)
    for hold_id, commitment_id in reading.execute(
        select(CommitmentHold.id, CommitmentHold.commitment_id)
        .where(CommitmentHold.commitment_id.in_(commitment_ids), CommitmentHold.released_at_utc.is_(None))
        .order_by(CommitmentHold.id)
    ):
        holds[commitment_id].append(hold_id)
    found = {}
    for row, pledge_state, closed_part in rows:
        stage = CommitmentState(terms.standing_of(row).stage)
        is_open = stage in OPEN
        own = sessions.get(row.id, ())
        rest = split_unreported(
            kind=Kind(row.kind),
            amount=row.amount,
            reported=row.reported,
            first_day=row.first_day,
            last_day=row.last_day,
            planned=terms.planned(own),
            has_sessions=bool(own),
            today=today,
        )
        found[row.id] = Stopped(
            stage=stage,
            waiting_side=row.waiting_side,
            held=row.amount if row.holds_pledge else 0,
            free=0 if is_open else rest.free,
            free_sessions=() if is_open else tuple(one.id for one in rest.free_sessions),
            past=0 if is_open else rest.past,
            past_sessions=() if is_open else tuple(one.id for one in rest.past_sessions),
            holds=tuple(holds[row.id]),
            ended_pledge=pledge_state in ENDED,
            closed_part=closed_part,
        )
    return found
