"""Who may see a delivery and its evidence; and which deliveries are public."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor, Role
from community_book.needs.tables import Need, NeedPart
from cwb.deliveries.rules import COUNTED_AS_VERIFIED, SEE_ALL_DELIVERIES, DeliveryState
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.pillars.tables import Measure

FOR_OUTSIDE = (DeliveryState.FIRST_DECISION, DeliveryState.DIFFER, DeliveryState.APPEALED)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The deliveries an actor sees with everything in them: both sides', and what the council's roles may read."""
    if actor.is_system or actor.may(SEE_ALL_DELIVERIES):
        return true()
    mine: list[ColumnElement[bool]] = []
    if actor.organisation_id is not None and actor.has_role(*PROVIDER_ROLES):
        mine.append(Delivery.provider_id == actor.organisation_id)
    if actor.organisation_id is not None and actor.has_role(*GROUP_ROLES):
        mine.append(Delivery.group_id == actor.organisation_id)
    if actor.kind == "link" and actor.link_subject and actor.link_subject.startswith("delivery:"):
        mine.append(
            and_(
                Delivery.reference == actor.link_subject.partition(":")[2],
                or_(Delivery.provider_id == actor.organisation_id, Delivery.group_id == actor.organisation_id),
            )
        )
    if actor.has_role(Role.OUTSIDE_DECIDER):
        decided = exists().where(
            DeliveryDecision.delivery_id == Delivery.id, DeliveryDecision.person_id == actor.person_id
        )
        mine.append(or_(Delivery.state.in_(FOR_OUTSIDE), decided))
    return or_(*mine) if mine else false()


def may_see(reading: Session, actor: Actor, row: Delivery) -> bool:
    """Whether an actor sees this delivery with everything in it."""
    return bool(reading.execute(select(exists().where(Delivery.id == row.id, seen_by(actor)))).scalar())


def is_public() -> ColumnElement[bool]:
    """What everybody may see, without names and contacts: verified, not disclosive, not of a hidden need."""
    hidden = (
        exists()
        .where(NeedPart.id == Delivery.part_id, Need.id == NeedPart.need_id, Need.hidden.is_(True))
        .correlate(Delivery)
    )
    disclosive = exists().where(Measure.id == Delivery.measure_id, Measure.disclosive.is_(True)).correlate(Delivery)
    return and_(Delivery.state.in_(COUNTED_AS_VERIFIED), ~disclosive, ~hidden)
