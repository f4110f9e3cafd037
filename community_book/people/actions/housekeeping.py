"""What this room throws away at night."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.settings import settings
from community_book.base.work import changed
from community_book.people.rules import SESSION_DAYS
from community_book.people.tables import AskedLink, SignedLink, SignInSession


def tidy_up(actor: Actor) -> int:
    """Deletes sessions that ended or ran out, links a month past use, and addresses asked about; returns how many."""
    now = now_utc()
    idle = timedelta(minutes=max(settings().session_idle_minutes, settings().session_idle_minutes_council))
    with transactions.bookkeeping(actor) as work:
        return sum(
            changed(work, statement)
            for statement in (
                delete(SignInSession).where(
                    or_(
                        SignInSession.ended_at_utc < now - timedelta(days=1),
                        SignInSession.last_seen_at_utc < now - idle,
                        SignInSession.started_at_utc < now - timedelta(days=SESSION_DAYS),
                    )
                ),
                delete(SignedLink).where(SignedLink.expires_at_utc < now - timedelta(days=30)),
                delete(AskedLink).where(AskedLink.asked_at_utc < now - timedelta(hours=1)),
            )
        )
