"""What the checked reports of a sample claimed and what was found, and whether that is enough."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import Unit
from community_book.base.messages import N_, Message
from cwb.checking import rules
from cwb.checking.rules import BatchState, Checked
from cwb.checking.tables import Batch, BatchItem
from cwb.checking.views import MeasureFound
from cwb.deliveries.queries import joined, mine_to_decide
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import Delivery
from cwb.pillars.tables import Measure

D = DeliveryState
DECIDED = (D.VERIFIED, D.VERIFIED_IN_PART, D.REJECTED, D.APPEALED, D.REVERSED)
"""A report of a sample in one of these states was checked."""
_STANDS = Delivery.amount + Delivery.usual
FOUND = case((Delivery.state.in_((D.REJECTED, D.REVERSED)), 0), else_=_STANDS)
"""What was found of a checked report, in its measure's unit."""
IS_CHECKED = and_(
    BatchItem.in_sample,
    or_(BatchItem.outcome == "checked", and_(Batch.state == BatchState.DRAWN, Delivery.state.in_(DECIDED))),
)
"""A report was checked as part of the sample, and not only afterwards."""


def what_was_found(reading: Session, batch_id: int) -> tuple[tuple[MeasureFound, ...], list[Checked]]:
    """What the checked reports of a sample claimed and what was found, by measure and one by one."""
    rows = reading.execute(
        select(
            Measure.code,
            Measure.title,
            Measure.unit,
            BatchItem.claimed,
            func.coalesce(BatchItem.found, FOUND),
        )
        .select_from(BatchItem)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .join(Delivery, Delivery.id == BatchItem.delivery_id)
        .join(Measure, Measure.id == Delivery.measure_id)
        .where(BatchItem.batch_id == batch_id, IS_CHECKED)
        .order_by(Measure.code, Delivery.id)
    ).all()
    checked = [Checked(code, int(claimed), int(found)) for code, _, _, claimed, found in rows]
    known = {code: (title, Unit(unit)) for code, title, unit, _, _ in rows}
    measures = tuple(
        MeasureFound(
            error.measure,
            *known[error.measure],
            error.reports,
            error.claimed,
            error.over_claimed,
            error.basis_points,
        )
        for error in rules.errors_by_measure(checked)
    )
    return measures, checked


def why_not_accept(reading: Session, actor: Actor, row: Batch, checked: Sequence[Checked]) -> Message | None:
    """Why an actor may not accept a batch now; None where they may."""
    why = rules.why_not_accept(size=row.size, checked=checked, tolerance=row.tolerance_basis_points)
    if why is not None:
        return why
    if any_not_theirs(reading, actor, row.id):
        return Message(
            N_(
                "Some of these reports are of an organisation you belong to, or went through your hands: you recorded, "
                "brokered or moderated them. Somebody else accepts this batch."
            )
        )
    return None


def any_not_theirs(reading: Session, actor: Actor, batch_id: int) -> bool:
    """Whether a batch has reports, beside its sample, that the actor could not decide about (domain.md 3)."""
    held = select(BatchItem.delivery_id).where(BatchItem.batch_id == batch_id, BatchItem.in_sample.is_(False))
    statement = (
        joined()
        .with_only_columns(Delivery.id)
        .where(Delivery.id.in_(held), or_(~mine_to_decide(actor), mine_to_decide(actor).is_(None)))
    )
    return reading.execute(statement.limit(1)).first() is not None


def ids_by_reference(reading: Session, batch_id: int) -> dict[str, int]:
    """The reports of a batch."""
    rows = reading.execute(
        select(Delivery.reference, Delivery.id)
        .join(BatchItem, BatchItem.delivery_id == Delivery.id)
        .where(BatchItem.batch_id == batch_id)
    ).all()
    return {str(reference): int(key) for reference, key in rows}


def reference_of(reading: Session, delivery_id: int) -> str:
    """The reference of a report."""
    return reading.execute(select(Delivery.reference).where(Delivery.id == delivery_id)).scalar_one()


def found_by_report(reading: Session, batch_id: int) -> dict[int, int]:
    """What was found of each report of a sample that was checked, by id, in its measure's unit."""
    rows = reading.execute(
        select(Delivery.id, FOUND)
        .join(BatchItem, BatchItem.delivery_id == Delivery.id)
        .where(BatchItem.batch_id == batch_id, BatchItem.in_sample, Delivery.state.in_(DECIDED))
    ).all()
    return {key: int(found) for key, found in rows}
