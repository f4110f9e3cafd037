"""Who is admitted where, for which lots and zones, on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.organisations.tables import Identifier, Organisation
from community_book.places.rules import counting_key
from community_book.places.tables import Zone, ZoneScheme
from community_book.places.views import ZoneView
from cwb.frameworks.queries.frameworks import lot_view
from cwb.frameworks.rules import SEE_ADMISSIONS, AdmissionState, SuspensionClass
from cwb.frameworks.tables import Admission, AdmissionLot, AdmissionZone, Framework, Lot
from cwb.frameworks.views import AdmissionScope, AdmissionView, LotView


def _on(day: date) -> ColumnElement[bool]:
    """Admitted by the day and not ended by it. An end counts from its day on."""
    return and_(
        Admission.admitted_on <= day,
        or_(Admission.ends_on.is_(None), Admission.ends_on > day),
    )


def _views(reading: Session, *conditions: ColumnElement[bool], on: date | None = None) -> list[AdmissionView]:
    """Admissions with their lots and zones, newest first: three queries, whatever the number."""
    rows = reading.execute(
        select(
            Admission,
            Framework.reference,
            Framework.name,
            Framework.zone_scheme_id,
            Organisation.reference,
            Organisation.name,
        )
        .join(Framework, Framework.id == Admission.framework_id)
        .join(Organisation, Organisation.id == Admission.organisation_id)
        .where(*conditions)
        .order_by(Admission.admitted_on.desc(), Framework.name, Admission.id.desc())
    ).all()
    ids = [row[0].id for row in rows]
    lots = _lots(reading, ids, on)
    zones = _zones(reading, ids)
    return [
        AdmissionView(
            id=admission.id,
            reference=admission.reference,
            version=admission.version,
            framework_id=admission.framework_id,
            framework_reference=framework_reference,
            framework_name=framework_name,
            organisation_id=admission.organisation_id,
            organisation_reference=organisation_reference,
            organisation_name=organisation_name,
            state=AdmissionState(admission.state),
            admitted_on=admission.admitted_on,
            ends_on=admission.ends_on,
            lots=tuple(lots[admission.id]),
            zones=tuple(zones[admission.id]),
            zone_scheme_id=scheme_id,
        )
        for admission, framework_reference, framework_name, scheme_id, organisation_reference, organisation_name in rows
    ]


def _lots(reading: Session, admission_ids: Sequence[int], on: date | None) -> dict[int, list[LotView]]:
    found: dict[int, list[LotView]] = defaultdict(list)
    if not admission_ids:
        return found
    statement = (
        select(AdmissionLot.admission_id, Lot)
        .join(Lot, Lot.id == AdmissionLot.lot_id)
        .where(AdmissionLot.admission_id.in_(admission_ids))
        .order_by(Lot.position, Lot.id)
    )
    if on is None:
        statement = statement.where(AdmissionLot.until_day.is_(None))
    else:
        statement = statement.where(
            or_(AdmissionLot.until_day.is_(None), AdmissionLot.until_day > on),
            or_(AdmissionLot.from_day.is_(None), AdmissionLot.from_day <= on),
        )
    for admission_id, lot in reading.execute(statement).all():
        found[admission_id].append(lot_view(lot))
    return found


def _zones(reading: Session, admission_ids: Sequence[int]) -> dict[int, list[ZoneView]]:
    found: dict[int, list[ZoneView]] = defaultdict(list)
    if not admission_ids:
        return found
    rows = reading.execute(
        select(AdmissionZone.admission_id, Zone, ZoneScheme.name)
        .join(Zone, Zone.id == AdmissionZone.zone_id)
        .join(ZoneScheme, ZoneScheme.id == Zone.scheme_id)
        .where(AdmissionZone.admission_id.in_(admission_ids))
    ).all()
    for admission_id, zone, scheme_name in sorted(rows, key=lambda row: (row[2], counting_key(row[1].code))):
        found[admission_id].append(ZoneView(zone.id, zone.reference, zone.code, zone.name, zone.scheme_id, scheme_name))
    return found


def admissions_of(reading: Session, organisation_id: int, on: date) -> list[AdmissionView]:
    """The places an organisation has on a day, suspended ones too, newest first, with the lots of that day."""
    return _views(reading, Admission.organisation_id == organisation_id, _on(on), on=on)


def admission_states(reading: Session, organisation_id: int, on: date) -> set[AdmissionState]:
    """In which states the places of an organisation are on a day: one query."""
    states = select(Admission.state).where(Admission.organisation_id == organisation_id, _on(on)).distinct()
    return {AdmissionState(state) for state in reading.execute(states).scalars()}


def admissions_ever(reading: Session, organisation_id: int) -> list[AdmissionView]:
    """Every place an organisation has or had, newest first."""
    return _views(reading, Admission.organisation_id == organisation_id)


def admission_by_reference(reading: Session, reference: str) -> AdmissionView:
    """One admission. Raises NotThere."""
    found = _views(reading, Admission.reference == tidy_reference(reference))
    if not found:
        raise NotThere
    return found[0]


def is_admitted(reading: Session, organisation_id: int, framework_id: int | None, on: date) -> bool:
    """Whether an organisation is admitted on a day, to a framework or to any. Suspended is not admitted."""
    statement = select(func.count()).where(
        Admission.organisation_id == organisation_id, _on(on), Admission.state != str(AdmissionState.SUSPENDED)
    )
    if framework_id is not None:
        statement = statement.where(Admission.framework_id == framework_id)
    return reading.execute(statement).scalar_one() > 0


def is_provider(reading: Session, organisation_id: int) -> bool:
    """Whether an organisation has or had a place on any framework."""
    return reading.execute(select(func.count()).where(Admission.organisation_id == organisation_id)).scalar_one() > 0


def admission_scopes(reading: Session, organisation_id: int, on: date) -> list[AdmissionScope]:
    """Where an organisation may pledge on a day: one for each place it has, admitted ones before suspended."""
    found = [
        AdmissionScope(
            admission.id,
            admission.framework_id,
            admission.framework_name,
            admission.zone_scheme_id,
            admission.lots,
            admission.zones,
            admission.state,
        )
        for admission in admissions_of(reading, organisation_id, on)
    ]
    return sorted(found, key=lambda scope: scope.state is not AdmissionState.ADMITTED)


def admission_scope(
    reading: Session, organisation_id: int, on: date, framework_id: int | None = None
) -> AdmissionScope | None:
    """The same for one framework, or the newest place where none is named; None where it has none."""
    found = admission_scopes(reading, organisation_id, on)
    return next((scope for scope in found if framework_id in {None, scope.framework_id}), None)


def providers_of_framework(reading: Session, framework_id: int, *, ended: bool = False) -> list[AdmissionView]:
    """Everybody with a place on a framework now (or, with `ended`, whose place has ended), by name."""
    is_ended = Admission.state == str(AdmissionState.ENDED)
    found = _views(reading, Admission.framework_id == framework_id, is_ended if ended else ~is_ended)
    return sorted(found, key=lambda admission: (admission.organisation_name.casefold(), admission.id))


def count_providers(reading: Session, framework_id: int) -> tuple[int, dict[int, int]]:
    """How many have a place on a framework now, and how many of them on each lot: two queries."""
    here = (Admission.framework_id == framework_id, Admission.state != str(AdmissionState.ENDED))
    by_lot = (
        select(AdmissionLot.lot_id, func.count())
        .join(Admission, Admission.id == AdmissionLot.admission_id)
        .where(*here, AdmissionLot.until_day.is_(None))
        .group_by(AdmissionLot.lot_id)
    )
    total = reading.execute(select(func.count(Admission.id)).where(*here)).scalar_one()
    return total, {lot_id: count for lot_id, count in reading.execute(by_lot).all()}  # noqa: C416 - dict() of rows


def providers_of_lot(
    reading: Session, framework_id: int, lot_id: int, number: int, *, per_page: int = 25
) -> list[AdmissionView]:
    """One page of those who have a place on a lot now, by name."""
    ids = (
        select(Admission.id)
        .join(AdmissionLot, AdmissionLot.admission_id == Admission.id)
        .join(Organisation, Organisation.id == Admission.organisation_id)
        .where(
            Admission.framework_id == framework_id,
            Admission.state != str(AdmissionState.ENDED),
            AdmissionLot.lot_id == lot_id,
            AdmissionLot.until_day.is_(None),
        )
        .order_by(func.lower(Organisation.name), Admission.id)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    wanted = list(reading.execute(ids).scalars())
    found = {one.id: one for one in _views(reading, Admission.id.in_(wanted))} if wanted else {}
    return [found[key] for key in wanted]


def why_suspended(reading: Session, actor: Actor, admission_id: int) -> tuple[SuspensionClass, str] | None:
    """The class and reason of a suspension: for the council's people alone. None where there is none."""
    actor.must(SEE_ADMISSIONS)
    row = reading.get(Admission, admission_id)
    if row is None or not row.suspension_class:
        return None
    return SuspensionClass(row.suspension_class), row.reason


def provider_rows(reading: Session, framework_id: int) -> list[tuple[str, str, str, str, str, date | None, str]]:
    """Every supplier on every lot, ended ones too, as the columns of the import: what is exported can be taken in.

    Lots without anybody have a row of their own. By lot, then by name.
    """
    number = (
        select(Identifier.organisation_id, Identifier.scheme, Identifier.value).where(Identifier.is_primary).subquery()
    )
    rows = reading.execute(
        select(
            Lot.number,
            Lot.title,
            Organisation.name,
            number.c.scheme,
            number.c.value,
            AdmissionLot.from_day,
            AdmissionLot.until_day,
        )
        .select_from(Lot)
        .outerjoin(AdmissionLot, AdmissionLot.lot_id == Lot.id)
        .outerjoin(Admission, Admission.id == AdmissionLot.admission_id)
        .outerjoin(Organisation, Organisation.id == Admission.organisation_id)
        .outerjoin(number, number.c.organisation_id == Organisation.id)
        .where(Lot.framework_id == framework_id)
        .order_by(Lot.position, Lot.id, Organisation.name, AdmissionLot.id)
    ).all()
    return [
        (lot, title, name or "", scheme or "", value or "", from_day, _status(name, until_day))
        for lot, title, name, scheme, value, from_day, until_day in rows
    ]


def _status(name: str | None, until_day: date | None) -> str:
    if name is None:
        return ""
    return "admitted" if until_day is None else "ended"
