"""Lists of deliveries: a side's own, the council's, what lies behind a figure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import quarter_dates
from cwb.deliveries.queries.queue import OPEN_TO_DECISION, to_decide
from cwb.deliveries.queries.rows import IS_FLAGGED, as_row, joined, with_words
from cwb.deliveries.queries.seeing import is_public, seen_by
from cwb.deliveries.rules import ANSWERABLE, DeliveryState, Who
from cwb.deliveries.tables import Delivery
from cwb.deliveries.views import Behind, DeliveryRow, Wanted
from cwb.ledger.queries import entries_behind

PER_PAGE = 25
WAITS_FOR_US = "for_us"
"""A state people choose in a list: what waits for their own side's word."""

WAITS_FOR_COUNCIL = "for_council"
"""Another: what waits for the council's decision, whoever makes it."""


def _narrowed(statement: Select[Any], wanted: Wanted, actor: Actor) -> Select[Any]:
    if wanted.state == WAITS_FOR_US:
        statement = statement.where(waits_for(actor))
    elif wanted.state == WAITS_FOR_COUNCIL:
        statement = statement.where(Delivery.state.in_(OPEN_TO_DECISION), to_decide("verify"))
    elif wanted.state:
        statement = statement.where(Delivery.state == wanted.state)
    for column, value in (
        (Delivery.measure_id, wanted.measure_id),
        (Delivery.provider_id, wanted.provider_id),
        (Delivery.group_id, wanted.group_id),
        (Delivery.commitment_id, wanted.commitment_id),
        (Delivery.pledge_id, wanted.pledge_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.quarter:
        statement = statement.where(Delivery.happened_on.between(*quarter_dates(wanted.quarter)))
    if wanted.flagged:
        statement = statement.where(IS_FLAGGED)
    return statement.where(*with_words(wanted.words))


def waits_for(actor: Actor) -> Any:
    """What a side is to answer or to put right."""
    mine = actor.organisation_id
    from_provider = Delivery.side == Who.PROVIDER
    asked = Delivery.state.in_(ANSWERABLE) & Delivery.answer_by.is_not(None)
    return or_(
        (Delivery.group_id == mine) & from_provider & asked,
        (Delivery.group_id == mine) & ~from_provider & (Delivery.state == DeliveryState.RECORDED_FOR),
        (Delivery.group_id == mine) & ~from_provider & (Delivery.state == DeliveryState.QUERIED),
        (Delivery.provider_id == mine) & from_provider & (Delivery.state == DeliveryState.QUERIED),
    )


def deliveries(
    reading: Session, actor: Actor, wanted: Wanted, number: int = 1, *, per_page: int = PER_PAGE
) -> tuple[int, list[DeliveryRow]]:
    """How many deliveries the actor sees of what is wanted, and one page of them, newest report first."""
    statement = _narrowed(joined().where(seen_by(actor)), wanted, actor)
    counted = statement.with_only_columns(func.count(Delivery.id))
    if not wanted.words and wanted.state != WAITS_FOR_COUNCIL:  # only these look at what is around a delivery
        counted = _narrowed(select(func.count(Delivery.id)).where(seen_by(actor)), wanted, actor)
    total = reading.execute(counted).scalar_one()
    ordered = statement.order_by(Delivery.reported_at_utc.desc(), Delivery.id.desc())
    found = reading.execute(ordered.limit(per_page).offset((number - 1) * per_page)).all()
    return total, [as_row(each) for each in found]


def deliveries_of(
    reading: Session, actor: Actor, *, commitment_id: int | None = None, pledge_id: int | None = None, limit: int = 20
) -> list[DeliveryRow]:
    """What was reported on one promise or pledge, latest day first, for its page."""
    statement = joined().where(seen_by(actor))
    if commitment_id is not None:
        statement = statement.where(Delivery.commitment_id == commitment_id)
    if pledge_id is not None:
        statement = statement.where(Delivery.pledge_id == pledge_id)
    ordered = statement.order_by(Delivery.happened_on.desc(), Delivery.id.desc())
    return [as_row(found) for found in reading.execute(ordered.limit(limit)).all()]


def deliveries_behind(reading: Session, actor: Actor, filters: Behind) -> list[DeliveryRow]:
    """The deliveries a figure is made of, each with what it adds to it (`counted`), newest day first.

    Disclosive deliveries are left out for everybody who does not see them anyway; of others, `may_open` says
    whether the actor may open the page.
    """
    entries = entries_behind(reading, filters.figure, filters.part, how=filters.how)
    counted = {entry.delivery_id: entry.amount for entry in entries if entry.delivery_id is not None}
    rows = _by_id(reading, counted.keys(), actor)
    return [_counted(rows[key], amount) for key, amount in counted.items() if key in rows]


def _counted(found: tuple[Any, bool], amount: int) -> DeliveryRow:
    return as_row(found[0], may_open=found[1], counted=amount)


def _by_id(reading: Session, ids: Collection[int], actor: Actor) -> dict[int, tuple[Any, bool]]:
    """Rows by id with whether the actor may open them, in pieces both databases take."""
    found: dict[int, tuple[Any, bool]] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        piece = wanted[start : start + 500]
        seen = set(reading.execute(select(Delivery.id).where(Delivery.id.in_(piece), seen_by(actor))).scalars())
        public = set(reading.execute(select(Delivery.id).where(Delivery.id.in_(piece), is_public())).scalars())
        for each in reading.execute(joined().where(Delivery.id.in_(piece))).all():
            delivery_id, disclosive = each[0].id, each[1].disclosive
            if delivery_id in seen or not disclosive:
                found[delivery_id] = (each, delivery_id in seen or delivery_id in public)
    return found
