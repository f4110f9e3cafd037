"""Admitting, changing, suspending and ending a provider's place on a framework."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference, tidy_reference
from community_book.base.work import Work, lock_row, refuse, require_version
from community_book.organisations.actions import make_organisation
from community_book.organisations.queries import find_by_identifier, organisation_by_reference, organisations
from community_book.organisations.views import OrganisationView
from cwb.frameworks.queries import lots_of, zones_of_scheme
from cwb.frameworks.rules import (
    ADMISSIONS,
    MANAGE_ADMISSIONS,
    AdmissionChange,
    AdmissionState,
    NewAdmission,
    SuspensionClass,
)
from cwb.frameworks.tables import Admission, AdmissionLot, AdmissionZone, Framework


def admit(
    work: Work,
    framework_id: int,
    organisation_id: int,
    *,
    lot_ids: Collection[int],
    zone_ids: Collection[int] = (),
    admitted_on: date,
) -> int:
    """Step: gives an organisation a place on a framework; returns the admission's id.

    Raises WrongState when it has one that has not ended.
    """
    live = work.execute(
        select(Admission).where(
            Admission.framework_id == framework_id,
            Admission.organisation_id == organisation_id,
            Admission.state != str(AdmissionState.ENDED),
        )
    ).scalar_one_or_none()
    if live is not None:
        raise WrongState(Message(N_("It has a place on this framework already. Change that place, or end it first.")))
    row = Admission(
        reference=new_reference("A"),
        framework_id=framework_id,
        organisation_id=organisation_id,
        state=str(AdmissionState.ADMITTED),
        admitted_on=admitted_on,
    )
    work.add(row)
    work.flush()
    work.add_all(AdmissionLot(admission_id=row.id, lot_id=lot_id, from_day=admitted_on) for lot_id in sorted(lot_ids))
    work.add_all(AdmissionZone(admission_id=row.id, zone_id=zone_id) for zone_id in sorted(zone_ids))
    work.flush()
    return row.id


def _held(work: Work, admission_id: int) -> Admission:
    row = work.get(Admission, admission_id)
    if row is None:
        raise NotThere
    lock_row(work, row)
    return row


def suspend_admission(work: Work, admission_id: int, klass: SuspensionClass | str, reason: str) -> None:
    """Step: suspends a place. The reason is kept for the council and never shown. Raises WrongState."""
    row = _held(work, admission_id)
    row.state = str(ADMISSIONS.go("suspend", AdmissionState(row.state)))
    row.suspension_class, row.reason = str(SuspensionClass(klass)), reason
    row.version += 1
    work.flush()


def lift_suspension(work: Work, admission_id: int) -> None:
    """Step: the provider is admitted again. Raises WrongState."""
    row = _held(work, admission_id)
    row.state = str(ADMISSIONS.go("lift", AdmissionState(row.state)))
    row.suspension_class, row.reason = "", ""
    row.version += 1
    work.flush()


def end_admission(work: Work, admission_id: int, reason: str = "", *, on: date | None = None) -> None:
    """Step: ends a place from a day on (today), with all its lots. Raises WrongState."""
    row = _held(work, admission_id)
    row.state = str(ADMISSIONS.go("end", AdmissionState(row.state)))
    row.ends_on = max(on or today(), row.admitted_on)
    row.suspension_class, row.reason = "", reason
    row.version += 1
    held = select(AdmissionLot).where(AdmissionLot.admission_id == row.id, AdmissionLot.until_day.is_(None))
    for lot in work.execute(held).scalars():
        lot.until_day = row.ends_on
    work.flush()


def _chosen(work: Work, framework: Framework, lots: list[str], zones: list[str]) -> tuple[set[int], set[int]]:
    """Lots and zones by reference, all of this framework. Raises Refused."""
    known_lots = {lot.reference: lot.id for lot in lots_of(work, framework.id)}
    known_zones = {zone.reference: zone.id for zone in zones_of_scheme(work, framework.zone_scheme_id)}
    wrong = []
    if not lots or any(reference not in known_lots for reference in lots):
        wrong.append(Problem("lots", Message(N_("Choose at least one lot of this framework"))))
    if any(reference not in known_zones for reference in zones):
        wrong.append(Problem("zones", Message(N_("Choose zones of this framework"))))
    if wrong:
        raise Refused(*wrong)
    return {known_lots[reference] for reference in lots}, {known_zones[reference] for reference in zones}


def _organisation(work: Work, new: NewAdmission) -> OrganisationView:
    """The organisation of the reference, or a new one. Raises Refused, also where its number is another's."""
    if new.organisation:
        try:
            return organisation_by_reference(work, new.organisation)
        except NotThere:
            raise refuse("organisation", N_("We know no organisation of this reference. Look it up by name")) from None
    if not new.name:
        raise refuse("name", N_("Fill in “Name of the organisation”"))
    if bool(new.scheme) != bool(new.identifier):
        field = "identifier" if new.scheme else "scheme"
        raise refuse(field, N_("Give both the register and the number, or neither"))
    known = find_by_identifier(work, new.scheme, new.identifier) if new.scheme else None
    if known is not None:
        raise refuse(
            "identifier",
            N_("%(name)s has this number already. Look it up by name, and admit that one"),
            name=known.name,
        )
    numbers = [(new.scheme, new.identifier)] if new.scheme else []
    organisation_id = make_organisation(work, new.name, identifiers=numbers)
    return organisations(work, [organisation_id])[organisation_id]


def admit_organisation(actor: Actor, framework_reference: str, new: NewAdmission) -> str:
    """An officer admits an organisation by hand; returns the admission's reference. Raises Refused, WrongState."""
    actor.must(MANAGE_ADMISSIONS)
    with transactions.work(actor) as work:
        framework = work.execute(
            select(Framework).where(Framework.reference == tidy_reference(framework_reference))
        ).scalar_one_or_none()
        if framework is None:
            raise NotThere
        organisation = _organisation(work, new)
        if organisation.is_council:
            raise refuse("organisation", N_("The council cannot be admitted to its own framework"))
        if organisation.is_closed:
            raise refuse("organisation", N_("%(name)s has closed"), name=organisation.name)
        if new.admitted_on > today():
            raise refuse("admitted_on", N_("The day of admission cannot be in the future"))
        lot_ids, zone_ids = _chosen(work, framework, new.lots, new.zones)
        admission_id = admit(
            work, framework.id, organisation.id, lot_ids=lot_ids, zone_ids=zone_ids, admitted_on=new.admitted_on
        )
        row = work.get_one(Admission, admission_id)
        work.record(
            "admission.admit",
            f"admission:{row.reference}",
            f"organisation:{organisation.reference}",
            f"framework:{framework.reference}",
            facts={"lots": sorted(new.lots), "zones": sorted(new.zones), "admitted_on": new.admitted_on.isoformat()},
        )
        work.tell(
            "ProviderAdmitted",
            admission_id=row.id,
            organisation_id=organisation.id,
            framework_id=framework.id,
            reference=row.reference,
            framework_reference=framework.reference,
            framework_name=framework.name,
        )
        return row.reference


def change_admission(actor: Actor, reference: str, new: AdmissionChange) -> None:
    """An officer changes the lots and zones of a place; lots left out end today. Raises Refused, WrongState."""
    actor.must(MANAGE_ADMISSIONS)
    with transactions.work(actor) as work:
        row = _by_reference(work, reference)
        ADMISSIONS.check("change", AdmissionState(row.state))
        require_version(row, new.version)
        framework = work.get_one(Framework, row.framework_id)
        lot_ids, zone_ids = _chosen(work, framework, new.lots, new.zones)
        put_lots(work, row.id, lot_ids, on=today())
        work.execute(delete(AdmissionZone).where(AdmissionZone.admission_id == row.id))
        work.add_all(AdmissionZone(admission_id=row.id, zone_id=zone_id) for zone_id in sorted(zone_ids))
        work.record(
            "admission.change",
            f"admission:{row.reference}",
            facts={"lots": sorted(new.lots), "zones": sorted(new.zones)},
        )
        work.tell(
            "AdmissionChanged",
            admission_id=row.id,
            organisation_id=row.organisation_id,
            framework_id=row.framework_id,
            reference=row.reference,
            framework_reference=framework.reference,
            framework_name=framework.name,
        )


def put_lots(work: Work, admission_id: int, lot_ids: Collection[int], *, on: date) -> None:
    """Step: makes these the lots of an admission from a day on; what it had before stays as history."""
    held = {
        lot.lot_id: lot
        for lot in work.execute(select(AdmissionLot).where(AdmissionLot.admission_id == admission_id)).scalars()
    }
    for lot_id, lot in held.items():
        if lot_id not in lot_ids and lot.until_day is None:
            lot.until_day = on
        elif lot_id in lot_ids and lot.until_day is not None:
            lot.from_day, lot.until_day = on, None
    work.add_all(
        AdmissionLot(admission_id=admission_id, lot_id=lot_id, from_day=on)
        for lot_id in sorted(lot_ids)
        if lot_id not in held
    )
    work.flush()


def end_place(actor: Actor, reference: str, reason: str, version: int | None = None) -> None:
    """An officer ends a place on a framework, with a reason kept for the council. Raises WrongState."""
    actor.must(MANAGE_ADMISSIONS)
    if not reason.strip():
        raise refuse("reason", N_("Say why it ends. The reason is kept for the council."))
    with transactions.work(actor) as work:
        row = _by_reference(work, reference)
        ADMISSIONS.check("end", AdmissionState(row.state))
        if version is not None and row.version != version:
            require_version(row, version)
        end_admission(work, row.id, reason)
        framework = work.get_one(Framework, row.framework_id)
        organisation = organisations(work, [row.organisation_id])[row.organisation_id]
        work.record(
            "admission.end",
            f"admission:{row.reference}",
            f"organisation:{organisation.reference}",
            texts={"reason": reason},
        )
        work.tell(
            "AdmissionEnded",
            admission_id=row.id,
            organisation_id=row.organisation_id,
            framework_id=row.framework_id,
            reference=row.reference,
            framework_reference=framework.reference,
            framework_name=framework.name,
        )


def _by_reference(work: Work, reference: str) -> Admission:
    row = work.execute(select(Admission).where(Admission.reference == tidy_reference(reference))).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    return row
