"""The secret address of somebody's calendar: made, made anew, taken away."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import changed
from community_book.notices.queries import feed_token
from community_book.notices.tables import CalendarFeed
from community_book.people.queries import references_of, token_hash


def make_calendar_address(actor: Actor) -> None:
    """Gives the actor a new address; the old one opens nothing from now on. Raises NotThere for who has no account."""
    if actor.person_id is None:
        raise NotThere
    nonce = secrets.token_urlsafe(32)
    token = feed_token(actor.person_id, nonce)
    try:
        with transactions.work(actor) as work:
            row = work.execute(
                select(CalendarFeed).where(CalendarFeed.person_id == actor.person_id)
            ).scalar_one_or_none() or CalendarFeed(person_id=actor.person_id)
            row.nonce, row.token_hash, row.made_at_utc = nonce, token_hash(token), now_utc()
            work.add(row)
            work.flush()
            work.record("calendar.make_address", f"person:{references_of(work, [actor.person_id])[actor.person_id]}")
    except IntegrityError:
        raise WrongState(Message(N_("You have just made an address in another window. Look at it again."))) from None


def end_calendar_address(actor: Actor) -> None:
    """Takes the actor's address away. Raises NotThere where there is none."""
    if actor.person_id is None:
        raise NotThere
    with transactions.work(actor) as work:
        if not changed(work, delete(CalendarFeed).where(CalendarFeed.person_id == actor.person_id)):
            raise NotThere
        work.record("calendar.end_address", f"person:{references_of(work, [actor.person_id])[actor.person_id]}")
