"""How every act on a delivery begins and ends: find it, take the locks in order, check; then book what follows.

The figures of a delivery follow from its state (`rules.figures_of`). `count` brings the row, the ledger, the
commitment, the need and the pledge in line with them, so no act books anything by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.work import Work, lock_row, require_version
from cwb.commitments.views import CommitmentTerms
from cwb.deliveries import rules
from cwb.deliveries.queries import seeing, standing
from cwb.deliveries.rules import Case, Who
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.pledges import actions as pledges
from cwb.pledges.queries import pledge_terms
from cwb.pledges.rules import PledgeTerms


@dataclass
class Taken:
    """A delivery held for one act: its row, whose hand the actor is, and what it hangs on."""

    row: Delivery
    who: Who
    terms: PledgeTerms
    promise: CommitmentTerms | None
    case: Case
    need_id: int | None

    @property
    def whole(self) -> int:
        """What of the report was not left out: what counts and what is usual."""
        return self.row.amount + self.row.usual


@dataclass(frozen=True)
class Signed:
    """Who decided what the site carries out afterwards, and for which organisation."""

    person_id: int | None
    organisation_id: int | None


def hold_promise(
    work: Work, pledge_id: int, commitment_id: int | None, part_id: int | None
) -> tuple[PledgeTerms, CommitmentTerms | None, int | None]:
    """Step: takes the locks of pledge, need, part and commitment in the house's order."""
    pledges.lock_pledge(work, pledge_id)
    need_id = standing.hold_need_and_part(work, part_id) if part_id is not None else None
    promise = standing.hold_commitment(work, commitment_id) if commitment_id is not None else None
    return pledge_terms(work, pledge_id), promise, need_id


def take(work: Work, actor: Actor, reference: str, act: str, version: int | None = None) -> Taken:
    """Step: the delivery of a reference, held, and the act checked against how it stands at this moment.

    Raises NotThere where the actor may not see it, NotAllowed, WrongState (also for a stale `version`).
    """
    row = standing.find_by_reference(work, reference)
    if row is None:
        raise NotThere
    who = standing.who_is(actor, row)
    if who is None or (who is Who.OUTSIDE and not seeing.may_see(work, actor, row)):
        if seeing.may_see(work, actor, row):
            raise NotAllowed(
                Message(N_("You act as %(who)s here, and that role may not do this."), who=actor.acting_as)
            )
        raise NotThere
    taken = take_row(work, row, who)
    rules.check(act, taken.case, who)
    require_version(row, version)
    return taken


def take_row(work: Work, row: Delivery, who: Who) -> Taken:
    """Step: the same for a row that was found already, without a check."""
    terms, promise, need_id = hold_promise(work, row.pledge_id, row.commitment_id, row.part_id)
    lock_row(work, row)
    return Taken(row, who, terms, promise, standing.case_of(row, terms, promise), need_id)


# --- words --------------------------------------------------------------------------------------


def note(
    work: Work,
    row: Delivery,
    act: str,
    *,
    amount: int | None = None,
    sessions: Collection[int] | None = None,
    reason: str = "",
    basis: str = "",
    stage: str = "",
    by: Signed | None = None,
) -> DeliveryDecision:
    """Step: keeps a word on a delivery for ever, with who said it and for whom.

    `by` said it where the site only carries it out.
    """
    actor = work.actor
    said = DeliveryDecision(
        delivery_id=row.id,
        act=act,
        stage=stage,
        amount=amount,
        sessions=sorted(sessions) if sessions is not None else None,
        reason=reason,
        basis=basis,
        person_id=by.person_id if by else actor.person_id,
        organisation_id=by.organisation_id if by else actor.organisation_id,
        on_behalf_of_organisation_id=actor.on_behalf_of_organisation_id,
        at_utc=now_utc(),
    )
    work.add(said)
    work.flush()
    return said


def record(work: Work, taken: Taken, act: str, *, facts: dict[str, Any], texts: dict[str, str | None]) -> None:
    """Step: the audit entry of an act: the delivery first, then its promise and pledge."""
    subjects = [f"delivery:{taken.row.reference}"]
    if taken.promise is not None:
        subjects.append(f"commitment:{taken.promise.reference}")
    subjects.append(f"pledge:{taken.terms.reference}")
    stands = {"state": taken.row.state, "counts": taken.row.amount}
    work.record(f"delivery.{act}", *subjects, facts=stands | facts, texts=texts)


def tell(work: Work, event: str, taken: Taken, **more: Any) -> None:
    """Step: notes an event with the ids every subscriber asks for."""
    row = taken.row
    work.tell(
        event,
        delivery_id=row.id,
        delivery_reference=row.reference,
        commitment_id=row.commitment_id,
        pledge_id=row.pledge_id,
        part_id=row.part_id,
        measure_id=row.measure_id,
        provider_id=row.provider_id,
        group_id=row.group_id,
        side=row.side,
        state=row.state,
        **more,
    )
