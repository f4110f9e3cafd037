"""Counted tries, shared by all processes: sign-in, mailed links, public posts."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select

from community_book.base import work
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import TooMany
from community_book.base.messages import Message
from community_book.base.tables import Attempt


def count_try(actor: Actor, purpose: str, *who: str, at_most: int, within_minutes: int) -> None:
    """Counts one try under each name in `who` (an address, an account); names are stored hashed.

    Raises TooMany when any of them has been tried `at_most` times within the window.
    """
    since = now_utc() - timedelta(minutes=within_minutes)
    hashed = [hashlib.sha256(f"{purpose}:{name.lower()}".encode()).hexdigest() for name in who if name]
    with work.bookkeeping(actor) as session:
        session.execute(delete(Attempt).where(Attempt.at_utc < now_utc() - timedelta(days=1)))
        for name in hashed:
            tries, first = session.execute(
                select(func.count(), func.min(Attempt.at_utc)).where(
                    Attempt.purpose == purpose, Attempt.who == name, Attempt.at_utc >= since
                )
            ).one()
            if tries >= at_most:
                wait = max(1, int((first + timedelta(minutes=within_minutes) - now_utc()).total_seconds()))
                raise TooMany(
                    Message("Too many tries. Wait %(minutes)s minutes and try again.", minutes=wait // 60 + 1),
                    retry_after_seconds=wait,
                )
            session.add(Attempt(purpose=purpose, who=name))
            session.flush()
