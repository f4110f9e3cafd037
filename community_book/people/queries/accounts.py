"""Accounts: a person's own, the administrator's list, and what is held about somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.actor import ROLE_LABELS, Actor, Role
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.base.settings import settings
from community_book.organisations.tables import Organisation
from community_book.people.queries.members import memberships_of, memberships_of_people
from community_book.people.rules import MAIL_RHYTHMS, MANAGE_PEOPLE, MailRhythm
from community_book.people.tables import AskedLink, Invitation, MembershipRow, Person, SignInSession
from community_book.people.views import AccountView, AddressView, OwnWords, PersonRow, SessionView


def _rhythm(chosen: str | None) -> MailRhythm:
    return MailRhythm(chosen or settings().mail_rhythm)


def _account(reading: Session, person: Person | None) -> AccountView:
    if person is None or person.erased_at_utc is not None:
        raise NotThere
    return AccountView(
        id=person.id,
        reference=person.reference,
        name=person.name,
        email=person.email or "",
        wanted_email=person.wanted_email or "",
        telephone=person.telephone,
        mail_rhythm=_rhythm(person.mail_rhythm),
        has_password=person.password_hash is not None,
        is_disabled=person.disabled_at_utc is not None,
        version=person.version,
        memberships=memberships_of(reading, person.id),
    )


def account(reading: Session, actor: Actor) -> AccountView:
    """The actor's own account. Raises NotThere for who has none."""
    return _account(reading, reading.get(Person, actor.person_id) if actor.person_id is not None else None)


def account_by_reference(reading: Session, actor: Actor, reference: str) -> AccountView:
    """Somebody's account: for council administrators. Raises NotThere for everybody else, also about oneself."""
    if not actor.may(MANAGE_PEOPLE):
        raise NotThere
    return _account(
        reading,
        reading.execute(select(Person).where(Person.reference == tidy_reference(reference))).scalar_one_or_none(),
    )


def sessions_of(reading: Session, actor: Actor, *, this_token_hash: str = "") -> list[SessionView]:
    """The actor's signed-in browsers, the one last seen first."""
    rows = reading.execute(
        select(SignInSession)
        .where(SignInSession.person_id == actor.person_id, SignInSession.ended_at_utc.is_(None))
        .order_by(SignInSession.last_seen_at_utc.desc(), SignInSession.id.desc())
        .limit(50)
    ).scalars()
    return [
        SessionView(row.id, row.browser, row.started_at_utc, row.last_seen_at_utc, row.token_hash == this_token_hash)
        for row in rows
    ]


def addresses_of(reading: Session, person_ids: Iterable[int]) -> dict[int, AddressView]:
    """Where people are written to, by id; the disabled and the erased are left out."""
    rows = reading.execute(
        select(Person).where(
            Person.id.in_(set(person_ids)), Person.disabled_at_utc.is_(None), Person.erased_at_utc.is_(None)
        )
    ).scalars()
    return {
        row.id: AddressView(row.id, row.name, row.email or "", row.language, _rhythm(row.mail_rhythm)) for row in rows
    }


def addresses_by_email(reading: Session, email: str) -> AddressView | None:
    """Who has an address; None when nobody has."""
    person_id = reading.execute(select(Person.id).where(Person.email == email.strip().lower())).scalar_one_or_none()
    return addresses_of(reading, [person_id]).get(person_id) if person_id is not None else None


def asked_address(reading: Session, asked_link_id: int) -> AddressView | None:
    """Who has the address a sign-in link was asked for; None when nobody has, or the asking is long past."""
    email = reading.execute(select(AskedLink.email).where(AskedLink.id == asked_link_id)).scalar_one_or_none()
    return addresses_by_email(reading, email) if email is not None else None


def references_of(reading: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """References by id."""
    rows = reading.execute(select(Person.id, Person.reference).where(Person.id.in_(set(person_ids)))).all()
    return {row.id: row.reference for row in rows}


def person_of_subject(reading: Session, subject: str) -> int | None:
    """The id behind "person:PE-7K2M9Q"; None for any other subject."""
    kind, _, reference = subject.partition(":")
    if kind != "person":
        return None
    return reading.execute(select(Person.id).where(Person.reference == reference)).scalar_one_or_none()


def erased_references(reading: Session) -> list[str]:
    """The references of everybody who was erased."""
    erased = select(Person.reference).where(Person.erased_at_utc.is_not(None)).order_by(Person.id)
    return list(reading.execute(erased).scalars())


def words_of(reading: Session, person_id: int) -> OwnWords | None:
    """By what somebody is named, for who erases it; None once the account itself is erased."""
    person = reading.get(Person, person_id)
    if person is None or person.erased_at_utc is not None:
        return None
    emails = tuple(email for email in (person.email, person.wanted_email) if email)
    return OwnWords(person.name, emails, person.telephone)


def wanted_email(reading: Session, person_id: int) -> str:
    """The address somebody asked to change to and has not confirmed; empty when there is none."""
    return reading.execute(select(Person.wanted_email).where(Person.id == person_id)).scalar_one_or_none() or ""


def people_list(
    reading: Session, actor: Actor, *, words: str = "", role: str = "", page: int = 1, per_page: int = 25
) -> tuple[int, list[PersonRow]]:
    """The administrator's list of people, by name: how many fit, and one page of them."""
    if not actor.may(MANAGE_PEOPLE):
        raise NotThere
    statement: Select[Person] = select(Person).where(Person.erased_at_utc.is_(None))
    if words := " ".join(words.split())[:100]:
        belongs = (
            select(MembershipRow.person_id)
            .join(Organisation, Organisation.id == MembershipRow.organisation_id)
            .where(MembershipRow.until_utc.is_(None), Organisation.name.icontains(words, autoescape=True))
        )
        statement = statement.where(
            Person.name.icontains(words, autoescape=True)
            | Person.email.icontains(words, autoescape=True)
            | Person.id.in_(belongs)
        )
    if role in set(Role):
        statement = statement.where(
            Person.id.in_(
                select(MembershipRow.person_id).where(MembershipRow.role == role, MembershipRow.until_utc.is_(None))
            )
        )
    total = reading.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    rows = list(
        reading.execute(
            statement.order_by(func.lower(Person.name), Person.id).limit(per_page).offset((page - 1) * per_page)
        ).scalars()
    )
    places = memberships_of_people(reading, [row.id for row in rows])
    return total, [
        PersonRow(
            row.id, row.reference, row.name, row.email or "", row.disabled_at_utc is not None, places.get(row.id, ())
        )
        for row in rows
    ]


def held_about(reading: Session, actor: Actor, part: str | None = None) -> dict[str, Mapping[str, Any]]:
    """Everything the site holds about the actor, by the room that holds it, or one room's part of it.

    Raises NotThere for who has no account.
    """
    if actor.person_id is None:
        raise NotThere
    return {
        name: data.show(reading, actor.person_id)
        for name, data in sorted(registers.persons_data().items())
        if part in {None, name}
    }


def shown_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """What this room itself holds: account, memberships ever held, sessions, invitations to the address."""
    person = reading.get_one(Person, person_id)
    memberships = reading.execute(
        select(Organisation.name, MembershipRow.role, MembershipRow.since_utc, MembershipRow.until_utc)
        .join(Organisation, Organisation.id == MembershipRow.organisation_id)
        .where(MembershipRow.person_id == person_id)
        .order_by(MembershipRow.since_utc, MembershipRow.id)
    ).all()
    sessions = reading.execute(
        select(SignInSession).where(SignInSession.person_id == person_id).order_by(SignInSession.id)
    ).scalars()
    invitations = reading.execute(
        select(Organisation.name, Invitation.role, Invitation.created_at_utc)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.email == (person.email or ""))
        .order_by(Invitation.id)
    ).all()
    return {
        "name": person.name,
        "email": person.email,
        "telephone": person.telephone,
        "language": person.language,
        "notices_by_email": str(MAIL_RHYTHMS[_rhythm(person.mail_rhythm)]),
        "account_since": person.created_at_utc,
        "memberships": [
            {"organisation": name, "role": str(ROLE_LABELS[Role(role)]), "since": since, "until": until}
            for name, role, since, until in memberships
        ],
        "sessions": [
            {"browser": row.browser, "started": row.started_at_utc, "last_seen": row.last_seen_at_utc}
            for row in sessions
        ],
        "invitations": [
            {"organisation": name, "role": str(ROLE_LABELS[Role(role)]), "sent": sent}
            for name, role, sent in invitations
        ],
    }
