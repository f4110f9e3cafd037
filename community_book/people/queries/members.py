"""Who belongs where, now and lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Membership, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere
from community_book.organisations.tables import Organisation
from community_book.people.rules import LEAD_ROLES
from community_book.people.tables import MembershipRow, Person
from community_book.people.views import PersonView

DAYS_A_MONTH = 365.25 / 12
PLACE_HELD = (Organisation.id, Organisation.reference, Organisation.name, MembershipRow.role)
"""One role of somebody in an organisation, for `places_held`."""


def memberships_of_people(reading: Session, person_ids: Iterable[int]) -> dict[int, tuple[Membership, ...]]:
    """The organisations each person belongs to now, with the roles held there, by name."""
    rows = reading.execute(
        select(MembershipRow.person_id, *PLACE_HELD)
        .join(Organisation, Organisation.id == MembershipRow.organisation_id)
        .where(MembershipRow.person_id.in_(set(person_ids)), MembershipRow.until_utc.is_(None))
        .order_by(Organisation.name, Organisation.id)
    ).all()
    places: dict[int, list[Sequence[Any]]] = defaultdict(list)
    for person_id, *place in rows:
        places[person_id].append(place)
    return {person_id: places_held(theirs) for person_id, theirs in places.items()}


def places_held(rows: Iterable[Sequence[Any]]) -> tuple[Membership, ...]:
    """One person's memberships from rows of `PLACE_HELD`, in the order of the rows."""
    roles: dict[tuple[int, str, str], set[Role]] = defaultdict(set)
    for organisation_id, reference, name, role in rows:
        roles[organisation_id, reference, name].add(Role(role))
    return tuple(Membership(*key, frozenset(held)) for key, held in roles.items())


def memberships_of(reading: Session, person_id: int) -> tuple[Membership, ...]:
    """The organisations a person belongs to now, by name."""
    return memberships_of_people(reading, [person_id]).get(person_id, ())


def roles_held(reading: Session, person_id: int, organisation_id: int) -> frozenset[Role]:
    """The roles somebody holds in an organisation at this moment."""
    rows = reading.execute(
        select(MembershipRow.role).where(
            MembershipRow.person_id == person_id,
            MembershipRow.organisation_id == organisation_id,
            MembershipRow.until_utc.is_(None),
        )
    ).scalars()
    return frozenset(Role(role) for role in rows)


def belonged_lately(reading: Session, person_id: int | None, organisation_id: int | None, months: int = 12) -> bool:
    """Whether somebody belongs to an organisation, or did within the last months (domain.md 3: separation)."""
    if person_id is None or organisation_id is None:
        return False
    since = now_utc() - timedelta(days=months * DAYS_A_MONTH)
    return bool(
        reading.execute(
            select(
                exists().where(
                    MembershipRow.person_id == person_id,
                    MembershipRow.organisation_id == organisation_id,
                    or_(MembershipRow.until_utc.is_(None), MembershipRow.until_utc >= since),
                )
            )
        ).scalar()
    )


def people_of(reading: Session, organisation_id: int, roles: Collection[Role] | None = None) -> list[PersonView]:
    """Those who belong to an organisation now, by name; with `roles`, those who hold one of them."""
    found: dict[int, tuple[Person, set[Role]]] = {}
    for person, role in reading.execute(
        select(Person, MembershipRow.role)
        .join(MembershipRow, MembershipRow.person_id == Person.id)
        .where(
            MembershipRow.organisation_id == organisation_id,
            MembershipRow.until_utc.is_(None),
            Person.disabled_at_utc.is_(None),
            Person.erased_at_utc.is_(None),
        )
        .order_by(func.lower(Person.name), Person.id)
    ):
        found.setdefault(person.id, (person, set()))[1].add(Role(role))
    return [
        PersonView(person.id, person.reference, person.name, person.email or "", frozenset(held))
        for person, held in found.values()
        if roles is None or not held.isdisjoint(roles)
    ]


def people_with_roles(reading: Session, roles: Collection[Role]) -> list[int]:
    """Ids of everybody who holds one of the roles anywhere now: how the council's own people are reached."""
    return list(
        reading.execute(
            select(MembershipRow.person_id)
            .join(Person, Person.id == MembershipRow.person_id)
            .where(
                MembershipRow.role.in_(set(roles)),
                MembershipRow.until_utc.is_(None),
                Person.disabled_at_utc.is_(None),
                Person.erased_at_utc.is_(None),
            )
            .distinct()
            .order_by(MembershipRow.person_id)
        ).scalars()
    )


def email_belongs_to(reading: Session, email: str, organisation_id: int) -> bool:
    """Whether an address is used by somebody who belongs to the organisation, or did in the last 12 months.

    A contact address used by a provider's people cannot confirm for a group (domain.md 3).
    """
    person_id = reading.execute(select(Person.id).where(Person.email == email.strip().lower())).scalar_one_or_none()
    return belonged_lately(reading, person_id, organisation_id)


def members(reading: Session, actor: Actor, organisation_id: int) -> list[PersonView]:
    """The members page: names for those who belong, addresses for leads and administrators.

    Raises NotThere for everybody who neither belongs to it nor works for the council.
    """
    is_own = actor.organisation_id == organisation_id
    if not is_own and not actor.has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR):
        raise NotThere
    sees_addresses = actor.has_role(Role.ADMINISTRATOR) or (is_own and actor.has_role(*LEAD_ROLES))
    found = people_of(reading, organisation_id)
    return found if sees_addresses else [PersonView(p.id, p.reference, p.name, "", p.roles) for p in found]


def sole_leads_of(reading: Session, person_id: int) -> list[str]:
    """Names of the organisations somebody is the only lead (or the only administrator) of."""
    held = reading.execute(
        select(MembershipRow.organisation_id, MembershipRow.role, Organisation.name)
        .join(Organisation, Organisation.id == MembershipRow.organisation_id)
        .where(
            MembershipRow.person_id == person_id,
            MembershipRow.until_utc.is_(None),
            MembershipRow.role.in_(LEAD_ROLES),
            Organisation.closed_at_utc.is_(None),
        )
        .order_by(Organisation.name, Organisation.id)
    ).all()
    if not held:
        return []
    others = reading.execute(
        select(MembershipRow.organisation_id, MembershipRow.role)
        .join(Person, Person.id == MembershipRow.person_id)
        .where(
            MembershipRow.organisation_id.in_({row.organisation_id for row in held}),
            MembershipRow.until_utc.is_(None),
            MembershipRow.person_id != person_id,
            Person.disabled_at_utc.is_(None),
        )
    ).all()
    shared = {(row.organisation_id, row.role) for row in others}
    return list(dict.fromkeys(row.name for row in held if (row.organisation_id, row.role) not in shared))


def name_and_reference(reading: Session, organisation_id: int) -> tuple[str, str]:
    """What an organisation is called and how it is referred to."""
    row = reading.get_one(Organisation, organisation_id)
    return row.name, row.reference
