"""How far each admitted provider has come: for the council, never as a ranking."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Role
from community_book.base.remembering import at_most_a_minute_old
from community_book.organisations.tables import Organisation
from community_book.people.tables import MembershipRow, Person
from cwb.deliveries.rules import COUNTED_AS_VERIFIED
from cwb.deliveries.tables import Delivery
from cwb.frameworks.rules import AdmissionState
from cwb.frameworks.tables import Admission, AdmissionLot
from cwb.pledges.rules import UNPUBLISHED, PledgeState
from cwb.pledges.tables import Pledge
from cwb.reporting.rules import SEE_PROVIDER_CONTACTS, SEE_PROVIDERS_STANDING, Wanted, a_year_before
from cwb.reporting.views import Chosen, ProviderContact, ProvidersStanding, ProviderStanding


def providers_standing(
    reading: Session, actor: Actor, chosen: Chosen, wanted: Wanted, *, on: date
) -> ProvidersStanding:
    """Every provider admitted on a day (suspended ones too), by name: one query. Raises NotAllowed."""
    actor.must(SEE_PROVIDERS_STANDING)
    found = at_most_a_minute_old(
        reading, ("standing", chosen.framework_id, chosen.lot_id, on), lambda: _everyone(reading, chosen, on=on)
    )
    no_pledge = [one for one in found if not one.pledges]
    silent = [one for one in found if not one.verified_in_a_year]
    shown = {Wanted.NO_PLEDGE: no_pledge, Wanted.NOTHING_VERIFIED: silent}.get(wanted, found)
    return ProvidersStanding(tuple(shown), len(found), len(no_pledge), len(silent))


def _everyone(reading: Session, chosen: Chosen, *, on: date) -> list[ProviderStanding]:
    admitted = select(
        Admission.organisation_id,
        func.min(Admission.admitted_on).label("admitted_on"),
        func.min(case((Admission.state == str(AdmissionState.SUSPENDED), 1), else_=0)).label("is_suspended"),
    ).where(
        Admission.state != str(AdmissionState.ENDED),
        Admission.admitted_on <= on,
        or_(Admission.ends_on.is_(None), Admission.ends_on > on),
    )
    if chosen.framework_id is not None:
        admitted = admitted.where(Admission.framework_id == chosen.framework_id)
    if chosen.lot_id is not None:
        in_lot = select(AdmissionLot.admission_id).where(
            AdmissionLot.lot_id == chosen.lot_id,
            or_(AdmissionLot.from_day.is_(None), AdmissionLot.from_day <= on),
            or_(AdmissionLot.until_day.is_(None), AdmissionLot.until_day > on),
        )
        admitted = admitted.where(Admission.id.in_(in_lot))
    places = admitted.group_by(Admission.organisation_id).subquery()
    pledges = (
        select(
            Pledge.organisation_id,
            func.count().label("made"),
            func.sum(case((Pledge.state == str(PledgeState.OFFERED), 1), else_=0)).label("offered"),
        )
        .where(Pledge.state.not_in([str(state) for state in (*UNPUBLISHED, PledgeState.WITHDRAWN)]))
        .group_by(Pledge.organisation_id)
        .subquery()
    )
    verified = (
        select(
            Delivery.provider_id,
            func.max(Delivery.happened_on).label("last_on"),
            func.sum(case((Delivery.happened_on > a_year_before(on), 1), else_=0)).label("lately"),
        )
        .where(Delivery.state.in_([str(state) for state in COUNTED_AS_VERIFIED]))
        .group_by(Delivery.provider_id)
        .subquery()
    )
    rows = reading.execute(
        select(
            Organisation.reference,
            Organisation.name,
            places.c.admitted_on,
            places.c.is_suspended,
            func.coalesce(pledges.c.made, 0),
            func.coalesce(pledges.c.offered, 0),
            verified.c.last_on,
            func.coalesce(verified.c.lately, 0),
        )
        .join(places, places.c.organisation_id == Organisation.id)
        .outerjoin(pledges, pledges.c.organisation_id == Organisation.id)
        .outerjoin(verified, verified.c.provider_id == Organisation.id)
        .order_by(func.lower(Organisation.name), Organisation.id)
    ).all()
    return [
        ProviderStanding(reference, name, admitted_on, bool(is_suspended), int(made), int(offered), last, int(lately))
        for reference, name, admitted_on, is_suspended, made, offered, last, lately in rows
    ]


def whom_to_speak_to(
    reading: Session, actor: Actor, references: Collection[str]
) -> dict[str, tuple[ProviderContact, ...]]:
    """Those who lead each provider, by name, for whoever may see contacts; for others nobody. One query."""
    if not references or not actor.may(SEE_PROVIDER_CONTACTS):
        return {}
    found: dict[str, tuple[ProviderContact, ...]] = {}
    for reference, name, email in reading.execute(
        select(Organisation.reference, Person.name, Person.email)
        .join(MembershipRow, MembershipRow.organisation_id == Organisation.id)
        .join(Person, Person.id == MembershipRow.person_id)
        .where(
            Organisation.reference.in_(references),
            MembershipRow.role == Role.PROVIDER_LEAD,
            MembershipRow.until_utc.is_(None),
            Person.disabled_at_utc.is_(None),
            Person.erased_at_utc.is_(None),
        )
        .order_by(func.lower(Person.name), Person.id)
    ):
        found[reference] = (*found.get(reference, ()), ProviderContact(name, email or ""))
    return found
