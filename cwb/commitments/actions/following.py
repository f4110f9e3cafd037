"""What follows when a need or a pledge ends: open offers on it are over, with a neutral word to both sides.

Subscribers of events; safe to run twice.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from community_book.base.outbox import Event
from community_book.base.work import Work, changed
from community_book.needs import queries as need_queries
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, pausing, standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.pledges import actions as pledges
from cwb.pledges import queries as pledge_queries


def after_need_ended(work: Work, event: Event) -> None:
    """Step: what was open on a need that has ended is over."""
    for commitment_id in terms.ids_where_open(work, need_id=event.payload["need_id"]):
        if _need_over(work, commitment_id):
            _let_lapse(work, commitment_id, "need_over")


def after_parts_closed(work: Work, event: Event) -> None:
    """Step: what was open on parts of a need that are not asked for any more is over."""
    closed = {int(part_id) for part_id in event.payload["part_ids"]}
    for commitment_id in terms.ids_where_open(work, need_id=event.payload["need_id"]):
        if work.get_one(Commitment, commitment_id).part_id in closed and _need_over(work, commitment_id):
            _let_lapse(work, commitment_id, "part_over")


def after_pledge_ended(work: Work, event: Event) -> None:
    """Step: what was open on a pledge that is no longer on offer and holds nothing of it is over."""
    pledge_id = event.payload["pledge_id"]
    if pledge_queries.pledge_offer(work, pledge_id) is not None:
        return
    for commitment_id in terms.ids_where_open(work, pledge_ids=[pledge_id], holding=False):
        _let_lapse(work, commitment_id, "pledge_over")


def _need_over(work: Work, commitment_id: int) -> bool:
    row = work.get_one(Commitment, commitment_id)
    return need_queries.part_wanted(work, row.part_id) is None


def _let_lapse(work: Work, commitment_id: int, why: str) -> None:
    row = work.get_one(Commitment, commitment_id)
    pledges.lock_pledge(work, row.pledge_id)
    work.refresh(row)
    if terms.standing_of(row).stage not in rules.OPEN:
        return
    agreeing.let_go(work, row, CommitmentState.LAPSED, reason_code=why)
    pausing.end_holds(work, row.id)
    work.record("commitment.lapse", f"commitment:{row.reference}", facts={"why": why})
    standing.tell(work, "CommitmentLapsed", row, why=why)


def move_promises(work: Work, from_group: int, to_group: int, ids: Collection[int]) -> list[int]:
    """Step: these promises to one group are to another, which it was all along; returns the ids of those that were."""
    wanted = (Commitment.id.in_(ids), Commitment.group_id == from_group)
    found = list(work.execute(select(Commitment.id).where(*wanted).order_by(Commitment.id)).scalars())
    changed(
        work,
        update(Commitment)
        .where(Commitment.id.in_(found), *wanted)
        .values(group_id=to_group, version=Commitment.version + 1),
    )
    return found
