"""What every act on a pledge begins with, and the entry it books."""

from __future__ import annotations

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.work import Work, lock_row, require_version
from cwb.ledger.rules import Booking, Figure
from cwb.pledges import queries
from cwb.pledges.rules import LOG_PLEDGES, MACHINE, PledgeState
from cwb.pledges.tables import Pledge


def seen_pledge(work: Work, actor: Actor, reference: str) -> Pledge:
    """The locked row of a pledge the actor may see. Raises NotThere."""
    seen = queries.pledge(work, actor, reference)
    row = work.get_one(Pledge, seen.id)
    lock_row(work, row)
    return row


def own_pledge(work: Work, actor: Actor, reference: str, act: str, *, version: int | None = None) -> Pledge:
    """The locked row of the acting provider's pledge, after the act was found possible now.

    Raises NotThere, NotAllowed, WrongState (wrong state or stale version).
    """
    row = seen_pledge(work, actor, reference)
    actor.must(LOG_PLEDGES)
    if row.organisation_id != actor.organisation_id:
        raise NotAllowed(Message(N_("This pledge belongs to another provider, so only they can change it.")))
    MACHINE.check(act, PledgeState(row.state))
    require_version(row, version)
    return row


def pledged_booking(work: Work, row: Pledge, amount: int, act: str) -> Booking:
    """An amount to be booked as pledged, by the day of the act, never split by zone."""
    work.flush()
    terms = queries.pledge_terms(work, row.id)
    return Booking(
        figure=Figure.PLEDGED,
        amount=amount,
        measure_id=terms.measure_id,
        unit=terms.unit,
        pillar_number=terms.pillar_number,
        basis=str(terms.basis),
        provider_id=terms.provider_id,
        group_id=None,
        zone_id=None,
        zone_note=terms.zone_note,
        lot_id=terms.lot_id,
        framework_id=terms.framework_id,
        pledge_id=terms.pledge_id,
        commitment_id=None,
        delivery_id=None,
        happened_on=today(),
        act=act,
    )


def announce(work: Work, event: str, row: Pledge, **more: object) -> None:
    """Tells an event about a pledge with the ids every subscriber needs."""
    work.tell(event, pledge_id=row.id, reference=row.reference, organisation_id=row.organisation_id, **more)


def require_own_place(actor: Actor) -> int:
    """The provider the actor acts for. Raises NotAllowed, NotThere."""
    actor.must(LOG_PLEDGES)
    if actor.organisation_id is None:
        raise NotThere
    return actor.organisation_id
