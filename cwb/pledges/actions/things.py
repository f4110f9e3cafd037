"""One thing is offered once for one time, also where a provider names it in two pledges."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select, text

from community_book.base.messages import N_
from community_book.base.sessions import Session, overlap, say_session
from community_book.base.work import Work, refuse
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge, PledgeSession

RESERVING = (PledgeState.WAITING, PledgeState.OFFERED, PledgeState.PAUSED)
LOCK_CLASS = 4071
"""Any number of our own: the first key of the advisory lock, so that it meets no other."""


def refuse_thing_twice(work: Work, row: Pledge, sessions: Sequence[Session]) -> None:
    """Step within: raises Refused when the same thing is offered or booked elsewhere at an overlapping time.

    Two posts at once wait for each other: SQLite by the Work itself, PostgreSQL by a lock on the provider that
    ends with the transaction. It is taken after the pledge's own row, and nothing is locked after it here.
    """
    if not row.thing or not sessions:
        return
    if work.get_bind().dialect.name == "postgresql":
        work.execute(
            text("SELECT pg_advisory_xact_lock(:kind, :who)"), {"kind": LOCK_CLASS, "who": row.organisation_id}
        )
    statement = (
        select(PledgeSession, Pledge.reference)
        .join(Pledge, Pledge.id == PledgeSession.pledge_id)
        .where(
            Pledge.organisation_id == row.organisation_id,
            Pledge.id != row.id,
            func.lower(Pledge.thing) == row.thing.lower(),
            or_(Pledge.state.in_(RESERVING), PledgeSession.committed > 0, PledgeSession.held > 0),
            ~PledgeSession.dropped,
            PledgeSession.day.in_({session.day for session in sessions}),
        )
        .order_by(PledgeSession.day, PledgeSession.starts_minute, PledgeSession.id)
    )
    for there, reference in work.execute(statement):
        taken = Session(there.day, there.starts_minute, there.ends_minute)
        for session in sessions:
            if overlap(session, taken):
                raise refuse(
                    "weekdays",
                    N_("%(thing)s is offered already for %(when)s, in %(reference)s. Choose other times"),
                    thing=row.thing,
                    when=say_session(taken),
                    reference=reference,
                )
