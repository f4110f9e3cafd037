"""Signed links: one act for whoever holds the address, once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, update

from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, changed
from community_book.people.queries import token_hash
from community_book.people.tables import SignedLink


def make_link(
    work: Work,
    act: str,
    subject: str,
    *,
    email: str = "",
    person_id: int | None = None,
    organisation_id: int | None = None,
    minutes: int | None = None,
    token: str = "",
) -> str:
    """Step: a link for one act on one subject; returns its token, of which only the hash is kept.

    It lasts `minutes`, or the days of the settings. Whoever is bound to it must still be there when it is used.
    `token` is for a letter on paper, which works it out again when its code is typed; else it is made here.
    """
    token = token or secrets.token_urlsafe(32)
    lasts = timedelta(minutes=minutes) if minutes is not None else timedelta(days=settings().link_days)
    work.add(
        SignedLink(
            token_hash=token_hash(token),
            act=act,
            subject=subject,
            email=email.strip().lower(),
            person_id=person_id,
            organisation_id=organisation_id,
            expires_at_utc=now_utc() + lasts,
        )
    )
    work.flush()
    return token


def use_link(work: Work, actor: Actor) -> None:
    """Step: marks the link an actor holds as used; for who came without one it does nothing.

    Raises WrongState when somebody used it in the meantime or its time has run out.
    """
    if actor.link_id is None:
        return
    used = changed(
        work,
        update(SignedLink)
        .where(SignedLink.id == actor.link_id, SignedLink.used_at_utc.is_(None), SignedLink.expires_at_utc > now_utc())
        .values(used_at_utc=now_utc()),
    )
    if not used:
        raise WrongState(Message(N_("This link was used already. Sign in, or ask for a new one.")))


def end_links(work: Work, *, act: str | None = None, subject: str | None = None, person_id: int | None = None) -> int:
    """Step: ends the unused links of a subject or a person (at least one is named), so that they open nothing."""
    wanted: list[ColumnElement[bool]] = [SignedLink.used_at_utc.is_(None)]
    if act is not None:
        wanted.append(SignedLink.act == act)
    if subject is not None:
        wanted.append(SignedLink.subject == subject)
    if person_id is not None:
        wanted.append(SignedLink.person_id == person_id)
    if len(wanted) == 1:
        raise ValueError("name a subject or a person")
    return changed(work, update(SignedLink).where(*wanted).values(expires_at_utc=now_utc()))
