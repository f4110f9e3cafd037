"""What a desk shows of promises and reports: what to answer in one tap, what to tell, the place at a glance."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import Unit
from community_book.base.clock import quarter_dates, quarter_of, today
from community_book.base.remembering import at_most_a_minute_old
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from cwb.commitments.rules import RUNNING
from cwb.commitments.tables import Commitment
from cwb.deliveries.queries.queue import OPEN_TO_DECISION, to_decide
from cwb.deliveries.queries.rows import Group, Provider, as_row, joined
from cwb.deliveries.rules import COUNTED_AS_VERIFIED, DeliveryState, Who
from cwb.deliveries.tables import Delivery
from cwb.deliveries.views import DeliveryRow, Glance, Running
from cwb.pillars.tables import Measure


def to_answer(reading: Session, actor: Actor, *, limit: int) -> list[DeliveryRow]:
    """Reports a group is asked about, the one whose time runs out first."""
    statement = (
        joined()
        .where(
            Delivery.group_id == actor.organisation_id,
            Delivery.side == Who.PROVIDER,
            Delivery.state.in_((DeliveryState.REPORTED, DeliveryState.UNANSWERED)),
            Delivery.answer_by.is_not(None),
            Delivery.counts_on <= today(),
        )
        .order_by(Delivery.answer_by, Delivery.id)
        .limit(limit)
    )
    return [as_row(found) for found in reading.execute(statement).all()]


def running_promises(reading: Session, actor: Actor, *, limit: int) -> tuple[int, list[Running]]:
    """How many of a side's promises run, and those that end first, each with how far it is."""
    mine = or_(Commitment.provider_id == actor.organisation_id, Commitment.group_id == actor.organisation_id)
    own = mine & Commitment.state.in_(RUNNING)
    rows = reading.execute(
        select(Commitment, Need.title, Provider.name, Group.name, func.count().over())
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(Provider, Provider.id == Commitment.provider_id)
        .join(Group, Group.id == Commitment.group_id)
        .where(own)
        .order_by(Commitment.last_day, Commitment.id)
        .limit(limit)
    ).all()
    found = [
        Running(
            reference=row.reference,
            title=title,
            other_side=group if row.provider_id == actor.organisation_id else provider,
            unit=Unit(row.unit),
            amount=row.amount,
            reported=row.reported,
            last_day=row.last_day,
        )
        for row, title, provider, group, _ in rows
    ]
    return (rows[0][-1] if rows else 0), found


def at_a_glance(reading: Session) -> Glance:
    """How many needs are open and how long the oldest has been, what runs, what waits, what counts this quarter."""
    return at_most_a_minute_old(reading, "deliveries.at_a_glance", lambda: _at_a_glance(reading))


def _at_a_glance(reading: Session) -> Glance:
    this_quarter = Delivery.counts_on.between(*quarter_dates(quarter_of(today())))
    needs, oldest, running, waiting, verified = reading.execute(
        select(
            select(func.count(Need.id)).where(Need.state == NeedState.OPEN).scalar_subquery(),
            select(func.min(Need.opened_at_utc)).where(Need.state == NeedState.OPEN).scalar_subquery(),
            select(func.count(Commitment.id)).where(Commitment.state.in_(RUNNING)).scalar_subquery(),
            select(func.count(Delivery.id))
            .join(Measure, Measure.id == Delivery.measure_id)
            .where(Delivery.state.in_(OPEN_TO_DECISION), to_decide("verify"))
            .scalar_subquery(),
            select(func.count(Delivery.id))
            .where(Delivery.state.in_(COUNTED_AS_VERIFIED), this_quarter)
            .scalar_subquery(),
        )
    ).one()
    return Glance(
        open_needs=needs,
        oldest_need=oldest.date() if oldest else None,
        running=running,
        to_verify=waiting,
        verified_this_quarter=verified,
    )
