"""Reads of people: who a session or a link belongs to."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.actor import COUNCIL_ROLES, Actor, Membership, Role
from community_book.base.clock import now_utc
from community_book.base.settings import settings
from community_book.organisations.tables import Organisation
from community_book.people.tables import MembershipRow, Person, SignInSession


def token_hash(token: str) -> str:
    """How a session's, link's or invitation's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def memberships_of(reading: Session, person_id: int) -> tuple[Membership, ...]:
    """The organisations a person belongs to now, with the roles held there, by name."""
    rows = reading.execute(
        select(Organisation.id, Organisation.reference, Organisation.name, MembershipRow.role)
        .join(Organisation, Organisation.id == MembershipRow.organisation_id)
        .where(MembershipRow.person_id == person_id, MembershipRow.until_utc.is_(None))
        .order_by(Organisation.name, Organisation.id)
    ).all()
    roles: dict[tuple[int, str, str], set[Role]] = defaultdict(set)
    for organisation_id, reference, name, role in rows:
        roles[organisation_id, reference, name].add(Role(role))
    return tuple(Membership(*key, frozenset(held)) for key, held in roles.items())


def actor_of_person(
    reading: Session, person: Person, acting_organisation_id: int | None, *, channel: str = "page"
) -> Actor:
    """The actor a person is, acting as one of their organisations (the first when none is chosen)."""
    places = memberships_of(reading, person.id)
    acting = next((place for place in places if place.organisation_id == acting_organisation_id), None)
    acting = acting or (places[0] if places else None)
    return Actor(
        kind="person",
        pseudonym=person.pseudonym,
        person_id=person.id,
        name=person.name,
        email=person.email or "",
        memberships=places,
        organisation_id=acting.organisation_id if acting else None,
        organisation_reference=acting.organisation_reference if acting else "",
        organisation_name=acting.organisation_name if acting else "",
        roles=acting.roles if acting else frozenset(),
        channel=channel,
        language=person.language,
    )


def actor_of_session(reading: Session, token: str) -> Actor | None:
    """Who a browser's token belongs to now; None when ended, idle too long, or the person is disabled.

    Read at every request, so that a change of password, role or membership counts from the next one.
    """
    row = reading.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.ended_at_utc.is_(None))
    ).one_or_none()
    if row is None or row.Person.disabled_at_utc is not None or row.Person.erased_at_utc is not None:
        return None
    actor = actor_of_person(reading, row.Person, row.SignInSession.acting_organisation_id)
    is_council = any(not place.roles.isdisjoint(COUNCIL_ROLES) for place in actor.memberships)
    idle = settings().session_idle_minutes_council if is_council else settings().session_idle_minutes
    if now_utc() - row.SignInSession.last_seen_at_utc > timedelta(minutes=idle):
        return None
    return actor
