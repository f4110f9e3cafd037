"""Signing in and out. What a stranger learns, in words and in time, is the same whoever they ask about."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import Busy, NoRoom, NotThere
from community_book.base.messages import N_
from community_book.base.tables import SecurityEvent
from community_book.base.work import Work, changed, refuse
from community_book.people import passwords
from community_book.people.actions.links import use_link
from community_book.people.queries import token_hash
from community_book.people.rules import SEEN_EVERY_MINUTES, Credentials, browser_name, network_of
from community_book.people.tables import AskedLink, Person, SignInSession


def begin_session(
    work: Work, person_id: int, acting_organisation_id: int | None = None, *, user_agent: str = ""
) -> str:
    """Step: a new session for a browser; returns the token its cookie holds."""
    token = secrets.token_urlsafe(32)
    work.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person_id,
            acting_organisation_id=acting_organisation_id,
            browser=browser_name(user_agent),
            started_at_utc=now_utc(),
            last_seen_at_utc=now_utc(),
        )
    )
    return token


def sign_in(actor: Actor, credentials: Credentials, *, address: str, user_agent: str = "") -> str:
    """Begins a session for who knows email and password; returns its token. Raises Refused, TooMany."""
    who = (credentials.email, network_of(address))
    counted = throttle.count_try(actor, "sign-in", *who, at_most=10, within_minutes=5)
    with transactions.reading() as reading:
        person = reading.execute(select(Person).where(Person.email == credentials.email)).scalar_one_or_none()
    known = passwords.fits(person.password_hash if person else None, credentials.password)
    if person is None or not known or person.disabled_at_utc or person.erased_at_utc:
        with transactions.bookkeeping(actor) as work:
            work.add(SecurityEvent(name="sign-in refused", actor=actor.pseudonym, request_id=actor.request_id))
        raise refuse("password", N_("Email address and password do not fit. Check both, or ask for a link by email."))
    with transactions.bookkeeping(actor) as work:
        throttle.forget_tries(work, counted)
        return begin_session(work, person.id, user_agent=user_agent)


def ask_for_link(actor: Actor, email: str, *, address: str) -> None:
    """Asks for a sign-in link by mail. Only the worker finds out whether anybody has the address. Raises TooMany."""
    throttle.count_try(actor, "sign-in link", email, network_of(address), at_most=10, within_minutes=5)
    with transactions.bookkeeping(actor) as work:
        asked = AskedLink(email=email.strip().lower(), asked_at_utc=now_utc())
        work.add(asked)
        work.flush()
        work.tell("SignInLinkAsked", asked_link_id=asked.id)


def sign_in_by_link(actor: Actor, *, user_agent: str = "") -> str:
    """Begins a session for the holder of a mailed sign-in link, which is used up by it; returns its token."""
    if actor.person_id is None:
        raise NotThere
    with transactions.bookkeeping(actor) as work:
        use_link(work, actor)
        return begin_session(work, actor.person_id, user_agent=user_agent)


def sign_out(actor: Actor, token: str) -> None:
    """Ends the session; its cookie is worth nothing from then on."""
    with transactions.bookkeeping(actor) as work:
        changed(
            work,
            update(SignInSession)
            .where(SignInSession.token_hash == token_hash(token), SignInSession.ended_at_utc.is_(None))
            .values(ended_at_utc=now_utc()),
        )


def end_session(actor: Actor, session_id: int) -> None:
    """Ends one of the actor's own sessions, in whatever browser it is. Raises NotThere for anybody else's."""
    with transactions.bookkeeping(actor) as work:
        if not changed(
            work,
            update(SignInSession)
            .where(
                SignInSession.id == session_id,
                SignInSession.person_id == actor.person_id,
                SignInSession.ended_at_utc.is_(None),
            )
            .values(ended_at_utc=now_utc()),
        ):
            raise NotThere


def note_seen(actor: Actor, token: str) -> None:
    """Writes down that a session is in use, at most every five minutes; that it cannot be is no reason to wait."""
    try:
        with transactions.bookkeeping(actor) as work:
            changed(
                work,
                update(SignInSession)
                .where(
                    SignInSession.token_hash == token_hash(token),
                    SignInSession.ended_at_utc.is_(None),
                    SignInSession.last_seen_at_utc <= now_utc() - timedelta(minutes=SEEN_EVERY_MINUTES),
                )
                .values(last_seen_at_utc=now_utc()),
            )
    except (Busy, NoRoom):
        return


def end_all_sessions(work: Work, person_id: int, *, but_token: str = "") -> int:
    """Step: ends every session of a person, but for the one of the token if given."""
    return changed(
        work,
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at_utc.is_(None),
            SignInSession.token_hash != (token_hash(but_token) if but_token else ""),
        )
        .values(ended_at_utc=now_utc()),
    )
