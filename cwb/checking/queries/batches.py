"""Batches: all of them, one as everybody and as verifiers see it, and what waits to be carried out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.people.tables import Person
from cwb.checking import rules
from cwb.checking.queries.finding import FOUND, IS_CHECKED, what_was_found, why_not_accept
from cwb.checking.rules import LIVE, SEE_BATCHES, BatchState
from cwb.checking.tables import Batch, BatchItem
from cwb.checking.views import BatchRow, BatchView, Item
from cwb.deliveries.queries import joined, mine_to_decide, to_decide
from cwb.deliveries.tables import Delivery


def _rows(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Batches with how many of the sample were checked, how many were wrong, and what became of the others."""
    found = func.coalesce(BatchItem.found, FOUND)
    return (
        select(
            Batch,
            func.coalesce(func.sum(case((IS_CHECKED, 1), else_=0)), 0).label("checked"),
            func.coalesce(func.sum(case((and_(IS_CHECKED, found < BatchItem.claimed), 1), else_=0)), 0).label("wrong"),
            func.coalesce(func.sum(case((BatchItem.outcome == "accepted", 1), else_=0)), 0).label("accepted"),
            func.coalesce(func.sum(case((BatchItem.outcome == "released", 1), else_=0)), 0).label("released"),
        )
        .outerjoin(BatchItem, BatchItem.batch_id == Batch.id)
        .outerjoin(Delivery, Delivery.id == BatchItem.delivery_id)
        .where(*conditions)
        .group_by(Batch.id)
        .order_by(Batch.opened_at_utc.desc(), Batch.id.desc())
    )


def _values(found: Any) -> dict[str, Any]:
    row, checked, wrong, accepted, released = found
    state = BatchState(row.state)
    return {
        "id": row.id,
        "reference": row.reference,
        "version": row.version,
        "quarter": row.quarter,
        "state": state,
        "seed_hash": row.seed_hash,
        "seed": None if state in rules.SEED_IS_SECRET else row.seed,
        "tolerance": row.tolerance_basis_points,
        "size": row.size,
        "sample_size": row.sample_size,
        "opened_at_utc": row.opened_at_utc,
        "frozen_at_utc": row.frozen_at_utc,
        "frozen_until": row.frozen_until,
        "drawn_at_utc": row.drawn_at_utc,
        "decided_at_utc": row.decided_at_utc,
        "checked": int(checked),
        "wrong": int(wrong),
        "accepted": int(accepted),
        "released": int(released),
    }


def batches(reading: Session, number: int = 1, per_page: int = 25) -> tuple[int, list[BatchRow]]:
    """How many batches there are and one page of them, newest first: what everybody may see."""
    total = reading.execute(select(func.count(Batch.id))).scalar_one()
    rows = reading.execute(_rows().limit(per_page).offset((number - 1) * per_page)).all()
    return total, [BatchRow(**_values(found)) for found in rows]


def live_batches(reading: Session) -> list[BatchRow]:
    """Batches that are not decided yet, newest first."""
    return [BatchRow(**_values(found)) for found in reading.execute(_rows(Batch.state.in_(LIVE))).all()]


def public_batch(reading: Session, reference: str) -> BatchRow:
    """One batch as everybody may see it. Raises NotThere."""
    found = reading.execute(_rows(Batch.reference == tidy_reference(reference))).one_or_none()
    if found is None:
        raise NotThere
    return BatchRow(**_values(found))


def items_of(reading: Session, batch_id: int) -> list[Item]:
    """The references of a batch, in their own order, and which of them were drawn."""
    rows = reading.execute(
        select(Delivery.reference, BatchItem.in_sample)
        .join(Delivery, Delivery.id == BatchItem.delivery_id)
        .where(BatchItem.batch_id == batch_id)
        .order_by(Delivery.reference)
    ).all()
    return [Item(reference, in_sample) for reference, in_sample in rows]


def batch(reading: Session, actor: Actor, reference: str) -> BatchView:
    """One batch with what its sample says, and why the reader may not accept it. Raises NotThere, NotAllowed."""
    actor.must(SEE_BATCHES)
    found = reading.execute(_rows(Batch.reference == tidy_reference(reference))).one_or_none()
    if found is None:
        raise NotThere
    row = found[0]
    opener, decider = aliased(Person), aliased(Person)
    names = reading.execute(
        select(opener.name, decider.name)
        .select_from(Batch)
        .outerjoin(opener, opener.id == Batch.opened_by_person_id)
        .outerjoin(decider, decider.id == Batch.decided_by_person_id)
        .where(Batch.id == row.id)
    ).one()
    measures, checked = what_was_found(reading, row.id)
    return BatchView(
        **_values(found),
        measures=measures,
        why_not=why_not_accept(reading, actor, row, checked) if row.state == BatchState.DRAWN else None,
        reason=row.reason,
        opened_by=names[0] or "",
        decided_by=names[1] or "",
    )


def left_to_accept(reading: Session, batch_id: int, limit: int) -> list[int]:
    """Reports of an accepted batch that the site has not verified yet, in the order of their pledges."""
    statement = (
        select(BatchItem.delivery_id)
        .join(Delivery, Delivery.id == BatchItem.delivery_id)
        .where(BatchItem.batch_id == batch_id, BatchItem.in_sample.is_(False), BatchItem.outcome == "")
        .order_by(Delivery.pledge_id, Delivery.id)
    )
    return list(reading.execute(statement.limit(limit)).scalars())


def being_accepted(reading: Session) -> list[tuple[int, str]]:
    """Batches a verifier has accepted and the site is not done with."""
    statement = select(Batch.id, Batch.reference).where(Batch.state == BatchState.ACCEPTING).order_by(Batch.id)
    return [(key, reference) for key, reference in reading.execute(statement).all()]


def frozen_too_long(reading: Session) -> list[str]:
    """Batches whose last day is over and that nobody decided."""
    waits = (BatchState.FROZEN, BatchState.DRAWN)
    statement = select(Batch.reference).where(Batch.state.in_(waits), Batch.frozen_until < today())
    return list(reading.execute(statement.order_by(Batch.id)).scalars())


def waits_for(reading: Session, actor: Actor, batch_ids: Collection[int]) -> int:
    """How many reports of these batches' samples the actor could check now."""
    drawn = select(BatchItem.delivery_id).where(BatchItem.batch_id.in_(batch_ids), BatchItem.in_sample)
    statement = (
        joined()
        .with_only_columns(func.count(Delivery.id))
        .where(Delivery.id.in_(drawn), to_decide("sample"), mine_to_decide(actor))
    )
    return reading.execute(statement).scalar_one()
