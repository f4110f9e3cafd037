"""What may have been reported under two measures of which only one may count it (domain.md 5.3)."""

from __future__ import annotations

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from cwb.deliveries import rules
from cwb.deliveries.tables import Delivery
from cwb.pillars.tables import Measure


def _not_with(reading: Session, measure_id: int) -> dict[int, str]:
    """The measures a measure is not counted with, by id with their codes; whichever of the two says so. One query."""
    rows = reading.execute(select(Measure.id, Measure.code, Measure.not_with)).all()
    code, said = next(((row.code, row.not_with.split()) for row in rows if row.id == measure_id), ("", []))
    return {row.id: row.code for row in rows if row.code in said or code in row.not_with.split()}


def _stacked(row: Delivery, measure_ids: set[int]) -> Select[Delivery]:
    return select(Delivery).where(
        Delivery.provider_id == row.provider_id,
        Delivery.measure_id.in_(measure_ids),
        Delivery.unit == row.unit,
        Delivery.first_day <= row.happened_on,
        Delivery.happened_on >= row.first_day,
        Delivery.state.not_in(rules.ENDED_WITHOUT_COUNTING),
    )


def may_stack(reading: Session, row: Delivery) -> bool:
    """Whether the same provider reported for some of the same days under a measure that this is not counted with."""
    measures = _not_with(reading, row.measure_id)
    return bool(measures) and bool(reading.execute(select(exists(_stacked(row, set(measures))))).scalar())


def stacked_with(reading: Session, row: Delivery) -> list[tuple[Delivery, str]]:
    """Those reports with the codes of their measures, latest first: two queries at most, a dozen of them."""
    measures = _not_with(reading, row.measure_id)
    if not measures:
        return []
    wanted = _stacked(row, set(measures)).order_by(Delivery.happened_on.desc(), Delivery.id.desc()).limit(12)
    return [(other, measures[other.measure_id]) for other in reading.execute(wanted).scalars()]
