"""Steps of batches (see `cwb.checking`): reports freeze, a sample is drawn from them, the rest is verified with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select, update

from community_book.base.work import Work, changed
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.answering import Accepted
from cwb.deliveries.actions.standing import Signed
from cwb.deliveries.actions.verifying import settle_decision
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import Delivery
from cwb.ledger.rules import SAMPLED

S = DeliveryState
IN_ONE_STATEMENT = 500
"""So many ids go into one statement: databases take only so many."""


def hold_quarter(work: Work, first: date, last: date, batch: str, until: date) -> None:
    """Step: freezes every report of a quarter (by the day it counts from) that a group has confirmed."""
    changed(
        work,
        update(Delivery)
        .where(
            Delivery.state.in_((S.CONFIRMED, S.CONFIRMED_IN_PART)),
            Delivery.held_for == "",
            Delivery.counts_on.between(first, last),
            Delivery.amount + Delivery.usual > 0,
        )
        .values(held_for=batch, held_until=until, in_sample=False),
    )


def hold_only(work: Work, batch: str, ids: Collection[int]) -> None:
    """Step: lets go of what a batch holds beside these."""
    held = set(work.execute(select(Delivery.id).where(Delivery.held_for == batch)).scalars())
    for some in _pieces(sorted(held - set(ids))):
        changed(work, update(Delivery).where(Delivery.id.in_(some), Delivery.held_for == batch).values(**_FREE))


def mark_sample(work: Work, batch: str, ids: Collection[int]) -> None:
    """Step: says which of a batch were drawn; a verifier can decide about these."""
    for some in _pieces(sorted(ids)):
        changed(work, update(Delivery).where(Delivery.id.in_(some), Delivery.held_for == batch).values(in_sample=True))


def let_go(work: Work, batch: str) -> int:
    """Step: ends the freezing of everything a batch holds; returns how many reports that were."""
    return changed(work, update(Delivery).where(Delivery.held_for == batch).values(**_FREE))


_FREE = {"held_for": "", "held_until": None, "in_sample": False}


def _pieces(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + IN_ONE_STATEMENT] for at in range(0, len(ids), IN_ONE_STATEMENT)]


def verify_with_batch(
    work: Work, delivery_id: int, batch: str, *, person_id: int | None, organisation_id: int | None, reason: str
) -> bool:
    """Step: verifies a report in full because the sample of its batch was checked; one audit entry.

    False where it is not there to be verified: not held by the batch any more, or its provider has been moved to
    full checking; then it is let go. The ids are of the verifier who accepted the batch and of the council.
    """
    taken = standing.take_row(work, work.get_one(Delivery, delivery_id), rules.Who.VERIFIER)
    row = taken.row
    if row.held_for != batch or row.in_sample or S(row.state) not in rules.READY:
        return False
    row.held_for, row.held_until = "", None
    if reads.is_checked_in_full(work, row.provider_id):
        return False
    row.state_before_decision = row.state
    row.state = rules.MACHINE.go("verify", S(row.state), S.VERIFIED)
    whole = taken.whole
    settle_decision(work, taken, Accepted(whole), act="verify", how=SAMPLED)
    standing.note(
        work,
        row,
        "verify",
        amount=whole,
        reason=reason,
        basis=rules.SAMPLE_BASIS,
        by=Signed(person_id, organisation_id),
    )
    standing.record(
        work, taken, "verify", facts={"accepted": whole, "basis": rules.SAMPLE_BASIS, "batch": batch}, texts={}
    )
    standing.tell(work, "DeliveryVerified", taken)
    return True
