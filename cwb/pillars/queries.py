"""Reads of pillars and measures."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from community_book.base.amounts import Kind, Unit
from community_book.base.errors import NotThere
from cwb.pillars.rules import PILLARS, Brokered, ConfirmedBy, Nature
from cwb.pillars.tables import Measure, Pillar
from cwb.pillars.views import MeasureView, PillarView


def pillars(reading: Session) -> list[PillarView]:
    """The five, by number: as worded by the council, or as they come before a pack is loaded."""
    worded = {row.number: row for row in reading.execute(select(Pillar)).scalars()}
    return [
        PillarView(own.number, worded[own.number].name, worded[own.number].plainly, worded[own.number].version)
        if own.number in worded
        else PillarView(own.number, own.name, own.plainly)
        for own in PILLARS
    ]


def pillar(reading: Session, number: int) -> PillarView:
    """One pillar. Raises NotThere for a number that is not one of the five."""
    found = next((view for view in pillars(reading) if view.number == number), None)
    if found is None:
        raise NotThere
    return found


def measures(reading: Session, *, retired: bool = True, ids: Collection[int] | None = None) -> list[MeasureView]:
    """Every measure, by pillar and then in the order of the pack; `retired=False` leaves out the retired."""
    statement = select(Measure, Pillar.name).join(Pillar, Pillar.number == Measure.pillar_number)
    if not retired:
        statement = statement.where(Measure.retired_at_utc.is_(None))
    if ids is not None:
        statement = statement.where(Measure.id.in_(ids))
    rows = reading.execute(statement.order_by(Measure.pillar_number, Measure.position, Measure.id)).all()
    return [_view(row, name) for row, name in rows]


def pillars_and_measures(reading: Session) -> tuple[list[PillarView], list[MeasureView]]:
    """Both lists in one query, each in its own order; the pillars as they come before a pack is loaded."""
    statement = (
        select(Pillar, Measure)
        .outerjoin(Measure, Measure.pillar_number == Pillar.number)
        .order_by(Pillar.number, Measure.position, Measure.id)
    )
    rows: list[tuple[Pillar, Measure | None]] = [(row[0], row[1]) for row in reading.execute(statement).all()]
    worded = {row.number: PillarView(row.number, row.name, row.plainly, row.version) for row, _ in rows}
    found = [_view(measure, row.name) for row, measure in rows if measure is not None]
    return [worded.get(own.number, PillarView(own.number, own.name, own.plainly)) for own in PILLARS], found


def measure(reading: Session, measure_id: int) -> MeasureView:
    """One measure by its id. Raises NotThere."""
    return _one(reading, Measure.id == measure_id)


def measure_by_code(reading: Session, code: str) -> MeasureView:
    """One measure by its code, in any case. Raises NotThere."""
    return _one(reading, Measure.code == code.strip().upper())


def measure_by_reference(reading: Session, reference: str) -> MeasureView:
    """One measure by its reference. Raises NotThere."""
    return _one(reading, Measure.reference == reference)


def _one(reading: Session, condition: ColumnElement[bool]) -> MeasureView:
    row = reading.execute(
        select(Measure, Pillar.name).join(Pillar, Pillar.number == Measure.pillar_number).where(condition)
    ).one_or_none()
    if row is None:
        raise NotThere
    return _view(row[0], row[1])


def _view(row: Measure, pillar_name: str) -> MeasureView:
    return MeasureView(
        id=row.id,
        reference=row.reference,
        version=row.version,
        code=row.code,
        pillar_number=row.pillar_number,
        pillar_name=pillar_name,
        theme=row.theme,
        title=row.title,
        kind=Kind(row.kind),
        unit=Unit(row.unit),
        nature=Nature(row.nature),
        brokered=Brokered(row.brokered),
        confirmed_by=ConfirmedBy(row.confirmed_by),
        evidence_asked=row.evidence_asked,
        what_counts=row.what_counts,
        why_this_pillar=row.why_this_pillar,
        disclosive=row.disclosive,
        counts_after_days=row.counts_after_days,
        shown_under=row.shown_under,
        two_verifiers_above=row.two_verifiers_above,
        pack=row.pack,
        is_retired=row.retired_at_utc is not None,
        about_wage=row.about_wage,
        not_with=tuple(row.not_with.split()),
    )
