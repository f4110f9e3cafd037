"""Who a browser's session or a signed link belongs to, read anew at every request."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.actor import COUNCIL_ROLES, Actor, Membership, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.organisations.tables import Organisation
from community_book.people.queries.members import PLACE_HELD, memberships_of, places_held, roles_held
from community_book.people.rules import SEEN_EVERY_MINUTES, SESSION_DAYS
from community_book.people.tables import MembershipRow, Person, SignedLink, SignInSession
from community_book.people.views import OpenSession


def token_hash(token: str) -> str:
    """How a session's or link's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_person(
    reading: Session, person: Person, acting_organisation_id: int | None, *, channel: str = "page"
) -> Actor:
    """The actor a person is, acting as one of their organisations (the first when none is chosen)."""
    return _acting(person, memberships_of(reading, person.id), acting_organisation_id, channel)


def _acting(person: Person, places: tuple[Membership, ...], acting_organisation_id: int | None, channel: str) -> Actor:
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


def roles_spoken_for(reading: Session, organisation_id: int) -> frozenset[Role]:
    """The roles an officer takes who records for an organisation: its lead, as whatever it is to the site."""
    kinds = registers.bodies_of(reading, organisation_id)
    return frozenset(
        role for kind, role in (("group", Role.GROUP_LEAD), ("provider", Role.PROVIDER_LEAD)) if kind in kinds
    )


def recording_for(reading: Session, officer: Actor, organisation_id: int | None) -> Actor:
    """The officer as the organisation they record for; unchanged where there is none, or they are no officer now."""
    if organisation_id is None or not officer.has_role(Role.OFFICER):
        return officer
    organisation = reading.get(Organisation, organisation_id)
    roles = roles_spoken_for(reading, organisation_id)
    if organisation is None or not roles:
        return officer
    return replace(
        officer,
        organisation_id=organisation.id,
        organisation_reference=organisation.reference,
        organisation_name=organisation.name,
        roles=roles,
        on_behalf_of_organisation_id=organisation.id,
        on_behalf_of=organisation.name,
        channel="on behalf",
    )


def open_session(reading: Session, token: str) -> OpenSession | None:
    """Who a browser's token belongs to now; None when ended, idle too long, or the person is disabled.

    Read at every request, so that a change of password, role or membership counts from the next one.
    """
    rows = reading.execute(
        select(SignInSession, Person, *PLACE_HELD)
        .join(Person, Person.id == SignInSession.person_id)
        .outerjoin(MembershipRow, and_(MembershipRow.person_id == Person.id, MembershipRow.until_utc.is_(None)))
        .outerjoin(Organisation, Organisation.id == MembershipRow.organisation_id)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.ended_at_utc.is_(None))
        .order_by(Organisation.name, Organisation.id)
    ).all()
    if not rows:
        return None
    session: SignInSession = rows[0].SignInSession
    person: Person = rows[0].Person
    if person.disabled_at_utc is not None or person.erased_at_utc is not None:
        return None
    places = places_held(place for _, _, *place in rows if place[0] is not None)
    actor = _acting(person, places, session.acting_organisation_id, "page")
    is_council = any(not place.roles.isdisjoint(COUNCIL_ROLES) for place in actor.memberships)
    idle = settings().session_idle_minutes_council if is_council else settings().session_idle_minutes
    now = now_utc()
    if now - session.last_seen_at_utc > timedelta(minutes=idle):
        return None
    if now - session.started_at_utc > timedelta(days=SESSION_DAYS):
        return None
    return OpenSession(
        actor=recording_for(reading, actor, session.recording_for_organisation_id),
        is_seen_due=now - session.last_seen_at_utc >= timedelta(minutes=SEEN_EVERY_MINUTES),
    )


def actor_of_session(reading: Session, token: str) -> Actor | None:
    """The actor of `open_session`."""
    found = open_session(reading, token)
    return found.actor if found else None


def actor_of_link(reading: Session, token: str, act: str) -> Actor:
    """The holder of a signed link for one act.

    Raises NotThere for a link that is unknown or for another act, WrongState for one that was used, is out of
    date, or whose holder has lost the account or the place in the organisation it speaks for.
    """
    link = reading.execute(
        select(SignedLink).where(SignedLink.token_hash == token_hash(token), SignedLink.act == act)
    ).scalar_one_or_none()
    if link is None:
        raise NotThere
    if link.used_at_utc is not None:
        raise WrongState(Message(N_("This link was used already. Sign in, or ask for a new one.")))
    person = reading.get(Person, link.person_id) if link.person_id is not None else None
    is_gone = person is not None and (person.disabled_at_utc is not None or person.erased_at_utc is not None)
    if person is not None and link.organisation_id is not None:
        is_gone = is_gone or not roles_held(reading, person.id, link.organisation_id)
    if link.expires_at_utc <= now_utc() or is_gone:
        raise WrongState(Message(N_("This link is out of date. Sign in, or ask for a new one.")))
    organisation = reading.get(Organisation, link.organisation_id) if link.organisation_id is not None else None
    return Actor(
        kind="link",
        pseudonym=person.pseudonym if person else f"link:{link.id}",
        person_id=link.person_id,
        name=person.name if person else link.email,
        email=link.email or (person.email or "" if person else ""),
        organisation_id=link.organisation_id,
        organisation_reference=organisation.reference if organisation else "",
        organisation_name=organisation.name if organisation else "",
        channel="link",
        link_act=link.act,
        link_subject=link.subject,
        link_id=link.id,
        language=person.language if person else "en",
    )
