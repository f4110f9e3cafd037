"""Frameworks with their lots, zones and facts."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.places.rules import counting_key
from community_book.places.tables import Zone, ZoneScheme
from community_book.places.views import ZoneView
from cwb.frameworks.rules import AdmissionState
from cwb.frameworks.tables import Admission, AdmissionLot, Framework, FrameworkFact, Lot
from cwb.frameworks.views import FactView, FrameworkCard, FrameworkView, LotView


def frameworks(reading: Session) -> list[FrameworkCard]:
    """Every framework, the one that began last first; those without a date by name after them."""
    lots = select(Lot.framework_id, func.count().label("lots")).group_by(Lot.framework_id).subquery()
    live = (
        select(Admission.framework_id, func.count().label("providers"))
        .where(Admission.state != str(AdmissionState.ENDED))
        .group_by(Admission.framework_id)
        .subquery()
    )
    rows = reading.execute(
        select(Framework, lots.c.lots, live.c.providers)
        .outerjoin(lots, lots.c.framework_id == Framework.id)
        .outerjoin(live, live.c.framework_id == Framework.id)
        .order_by(Framework.starts_on.is_(None), Framework.starts_on.desc(), Framework.name, Framework.id)
    ).all()
    return [
        FrameworkCard(
            row.id,
            row.reference,
            row.name,
            row.buyer,
            row.starts_on,
            row.ends_on,
            lot_count or 0,
            providers or 0,
            row.zone_scheme_id,
        )
        for row, lot_count, providers in rows
    ]


def framework_choices(reading: Session) -> list[tuple[str, str]]:
    """What a form offers: reference and name."""
    return [(card.reference, card.name) for card in frameworks(reading)]


def framework_named(reading: Session, name: str) -> str | None:
    """The reference of the framework of exactly this name."""
    return reading.execute(select(Framework.reference).where(Framework.name == name)).scalar_one_or_none()


def framework_by_reference(reading: Session, reference: str) -> FrameworkView:
    """One framework with lots, zones and facts: five queries. Raises NotThere."""
    row = reading.execute(
        select(Framework, ZoneScheme.name)
        .outerjoin(ZoneScheme, ZoneScheme.id == Framework.zone_scheme_id)
        .where(Framework.reference == tidy_reference(reference))
    ).one_or_none()
    if row is None:
        raise NotThere
    framework, scheme_name = row
    facts = reading.execute(
        select(FrameworkFact)
        .where(FrameworkFact.framework_id == framework.id)
        .order_by(FrameworkFact.position, FrameworkFact.id)
    ).scalars()
    return FrameworkView(
        id=framework.id,
        reference=framework.reference,
        name=framework.name,
        description=framework.description,
        buyer=framework.buyer,
        starts_on=framework.starts_on,
        ends_on=framework.ends_on,
        ocid=framework.ocid,
        zone_scheme_id=framework.zone_scheme_id,
        zone_scheme_name=scheme_name or "",
        lots=tuple(lots_of(reading, framework.id)),
        zones=tuple(zones_of_scheme(reading, framework.zone_scheme_id)),
        facts=tuple(
            FactView(fact.code, fact.title, fact.value, fact.unit, fact.as_of, fact.note, fact.source) for fact in facts
        ),
    )


def lot_view(row: Lot, providers: int = 0) -> LotView:
    return LotView(
        row.id, row.reference, row.framework_id, row.number, row.title, row.starts_on, row.ends_on, providers
    )


def lots_of(reading: Session, framework_id: int) -> list[LotView]:
    """The lots of a framework in its order, with how many providers each has now."""
    held = (
        select(AdmissionLot.lot_id, func.count().label("providers"))
        .join(Admission, Admission.id == AdmissionLot.admission_id)
        .where(Admission.state != str(AdmissionState.ENDED), AdmissionLot.until_day.is_(None))
        .group_by(AdmissionLot.lot_id)
    )
    counted = held.subquery()
    rows = reading.execute(
        select(Lot, counted.c.providers)
        .outerjoin(counted, counted.c.lot_id == Lot.id)
        .where(Lot.framework_id == framework_id)
        .order_by(Lot.position, Lot.id)
    ).all()
    return [lot_view(row, providers or 0) for row, providers in rows]


def lot_by_id(reading: Session, lot_id: int) -> LotView:
    """One lot. Raises NotThere."""
    row = reading.get(Lot, lot_id)
    if row is None:
        raise NotThere
    return lot_view(row)


def zones_of_scheme(reading: Session, scheme_id: int | None, ids: Collection[int] | None = None) -> list[ZoneView]:
    """The zones of a scheme (or some of them) as people count them: 2 before 10."""
    statement = select(Zone, ZoneScheme.name).join(ZoneScheme, ZoneScheme.id == Zone.scheme_id)
    if ids is not None:
        statement = statement.where(Zone.id.in_(ids))
    elif scheme_id is None:
        return []
    else:
        statement = statement.where(Zone.scheme_id == scheme_id)
    found = [
        ZoneView(row.id, row.reference, row.code, row.name, row.scheme_id, name)
        for row, name in reading.execute(statement).all()
    ]
    return sorted(found, key=lambda zone: (zone.scheme_name, counting_key(zone.code), zone.id))
