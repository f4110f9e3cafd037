"""What must always be true of pledges, recomputed from the database alone (domain.md 5)."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DatabaseSession

from community_book.base.amounts import Unit
from community_book.base.registered import Breach
from community_book.base.sessions import Session, clashes
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.pledges.rules import ENDED, PledgeState, above_baseline, amount_of_sessions
from cwb.pledges.tables import Pledge, PledgeSession

RULE = "pledges.drawn"


def check_drawn(reading: DatabaseSession) -> list[Breach]:
    """Draws stay within what is pledged, sessions add up to it and overlap nowhere, and the ledger says the same."""
    pledges = list(reading.execute(select(Pledge).order_by(Pledge.id)).scalars())
    sessions: dict[int, list[PledgeSession]] = defaultdict(list)
    for session in reading.execute(select(PledgeSession).order_by(PledgeSession.id)).scalars():
        sessions[session.pledge_id].append(session)
    entries = select(LedgerEntry.pledge_id, func.sum(LedgerEntry.amount)).group_by(LedgerEntry.pledge_id)
    pledged_entries = entries.where(LedgerEntry.figure == str(Figure.PLEDGED))
    booked = {pledge_id: int(amount) for pledge_id, amount in reading.execute(pledged_entries)}
    found = []
    for row in pledges:
        subject = f"pledge:{row.reference}"
        found += [Breach(RULE, subject, detail) for detail in _drawn(row)]
        found += [Breach(RULE, subject, detail) for detail in _sessions(row, sessions[row.id])]
        pledged = booked.get(row.id, 0)
        if pledged != _pledged(row):
            found.append(Breach(RULE, subject, f"the ledger has {pledged} pledged, the pledge {_pledged(row)}"))
    return found


def _pledged(row: Pledge) -> int:
    """What the pledged figure has to be: nothing before it is offered, then the amount above the baseline."""
    if row.offered_at_utc is None or row.amount is None:
        return 0
    return above_baseline(row.amount, row.baseline, row.first_day, row.last_day)


def _drawn(row: Pledge) -> list[str]:
    found = []
    if row.held < 0 or row.committed < 0:
        found.append(f"held {row.held} and committed {row.committed} cannot be below nothing")
    if row.amount is not None and row.held + row.committed > row.amount:
        found.append(f"held {row.held} and committed {row.committed} are more than {row.amount}")
    if not row.with_counterpart and (row.held or row.committed):
        found.append("nothing can be held or committed of a pledge without a group on the other side")
    never_drawn = row.offered_at_utc is None and (row.held or row.committed)
    if never_drawn:
        found.append("something is held or committed of a pledge that was never on offer")
    ended = PledgeState(row.state) in ENDED and row.with_counterpart and row.offered_at_utc is not None
    if ended and row.amount != row.held + row.committed:
        found.append(f"it has ended, but {row.amount} stands where {row.held + row.committed} is promised")
    return found


def _sessions(row: Pledge, rows: list[PledgeSession]) -> list[str]:
    kept = [session for session in rows if not session.dropped]
    found = [
        f"session {session.id} has {session.held} held and {session.committed} committed of {session.at_once}"
        for session in rows
        if session.held < 0 or session.committed < 0 or session.held + session.committed > session.at_once
    ]
    found += [
        f"session {session.id} was taken out but is booked"
        for session in rows
        if session.dropped and session.held + session.committed
    ]
    offered = [Session(one.day, one.starts_minute, one.ends_minute, one.at_once) for one in kept]
    if rows and row.amount is not None and row.amount > amount_of_sessions(Unit(row.unit), offered):
        found.append(f"{row.amount} is more than its sessions add up to")
    taken = [
        Session(one.day, one.starts_minute, one.ends_minute, one.held + one.committed)
        for one in kept
        if one.held + one.committed
    ]
    at_once = max((one.at_once for one in kept), default=0)
    found += [
        f"{one} and {other} are booked at once"
        for one, other in clashes(taken)
        if one.at_once + other.at_once > at_once
    ]
    return found
