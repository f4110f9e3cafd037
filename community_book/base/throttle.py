"""Counted tries, shared by all processes: sign-in, mailed links, public posts."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from community_book.base import work
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import TooMany
from community_book.base.messages import Message
from community_book.base.tables import Attempt


def count_try(actor: Actor, purpose: str, *who: str, at_most: int, within_minutes: int) -> list[int]:
    """Counts one try under each name in `who` (an address, an account); names are stored hashed.

    Returns what `forget_tries` takes where the try turns out well. Raises TooMany when any of the names has been
    tried `at_most` times within the window.
    """
    since = now_utc() - timedelta(minutes=within_minutes)
    hashed = [hashlib.sha256(f"{purpose}:{name.lower()}".encode()).hexdigest() for name in who if name]
    counted: list[int] = []
    with work.bookkeeping(actor) as session:
        for name in sorted(hashed):
            _one_at_a_time(session, name)
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
            row = Attempt(purpose=purpose, who=name)
            session.add(row)
            session.flush()
            counted.append(row.id)
    return counted


def forget_tries(session: Session, counted: list[int]) -> None:
    """Step: tries that turned out well count for nothing: a whole office may sign in from one address."""
    session.execute(delete(Attempt).where(Attempt.id.in_(counted)))


def _one_at_a_time(session: Session, name: str) -> None:
    """Counting and adding are one step for all processes: SQLite's writer is alone, PostgreSQL is asked for it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(name[:15], 16))))
