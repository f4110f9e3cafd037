"""Acts of people: signing in and out, acting as one organisation."""

from __future__ import annotations

import secrets

from sqlalchemy import select, update

from community_book.base import throttle, work
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.messages import N_
from community_book.people import passwords
from community_book.people.queries import token_hash
from community_book.people.schemas import Credentials
from community_book.people.tables import Person, SignInSession


def begin_session(work_: work.Work, person_id: int, acting_organisation_id: int | None = None) -> str:
    """Step: a new session for a browser; returns the token its cookie holds."""
    token = secrets.token_urlsafe(32)
    work_.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person_id,
            acting_organisation_id=acting_organisation_id,
            started_at_utc=now_utc(),
            last_seen_at_utc=now_utc(),
        )
    )
    return token


def sign_in(actor: Actor, credentials: Credentials, *, address: str) -> str:
    """Begins a session for who knows email and password. Raises Refused, TooMany."""
    throttle.count_try(actor, "sign-in", credentials.email, address, at_most=10, within_minutes=5)
    with work.reading() as reading:
        person = reading.execute(select(Person).where(Person.email == credentials.email)).scalar_one_or_none()
    known = passwords.fits(person.password_hash if person else None, credentials.password)
    if person is None or not known or person.disabled_at_utc or person.erased_at_utc:
        raise work.refuse(
            "password", N_("Email address and password do not fit. Check both, or ask for a link by mail.")
        )
    with work.bookkeeping(actor) as session:
        return begin_session(session, person.id)


def sign_out(actor: Actor, token: str) -> None:
    """Ends the session; its cookie is worth nothing from then on."""
    with work.bookkeeping(actor) as session:
        session.execute(
            update(SignInSession).where(SignInSession.token_hash == token_hash(token)).values(ended_at_utc=now_utc())
        )
