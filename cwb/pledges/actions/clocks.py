"""What time brings, and what the council does to all pledges of one provider."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.work import Work, lock_row
from cwb.pledges import queries
from cwb.pledges.actions.own import announce
from cwb.pledges.actions.run import end
from cwb.pledges.rules import MACHINE, RUNNING, UNPUBLISHED, PledgeState
from cwb.pledges.tables import Pledge


def expire_pledges(actor: Actor) -> int:
    """Ends every pledge whose last day is over, each in an act of its own; returns how many."""
    with transactions.reading() as reading:
        due = queries.past_their_last_day(reading, today())
    done = 0
    for pledge_id in due:
        with transactions.bookkeeping(actor) as work:  # it may turn out that there is nothing to do
            row = work.get_one(Pledge, pledge_id)
            lock_row(work, row)
            all_promised = row.with_counterpart and 0 < (row.amount or 0) == row.held + row.committed
            if row.state in RUNNING and row.last_day < today() and not all_promised:
                row.version += 1
                end(work, row, "expire", "")
                done += 1
    return done


def remind_of_ends(actor: Actor) -> int:
    """Asks "still on offer?" 30 and 7 days before the last day; each once. Returns how many were asked."""
    with transactions.reading() as reading:
        due = queries.reminders_due(reading, today())
    for reminder in due:
        with transactions.bookkeeping(actor) as work:
            row = work.get_one(Pledge, reminder.pledge_id)
            lock_row(work, row)
            row.reminded_at_days = reminder.days
            announce(work, "PledgeEnding", row, days=(row.last_day - today()).days)
    return len(due)


def pause_pledges_of(work: Work, provider_id: int, reason: str) -> list[int]:
    """Step: a suspended provider's pledges leave matching; what is promised goes on. Returns their ids."""
    return [_pause(work, row, reason) for row in _running(work, provider_id, PledgeState.OFFERED)]


def resume_pledges_of(work: Work, provider_id: int, *, but: Collection[str] = ()) -> list[int]:
    """Step: what the council paused is on offer again, `but` for these references. Returns the ids."""
    paused = _running(work, provider_id, PledgeState.PAUSED)
    return [row.id for row in paused if row.reference not in but and _resume(work, row)]


def take_off_offer(work: Work, reference: str) -> bool:
    """Step: one pledge leaves matching on the council's word; False where it is not on offer."""
    row = _locked(work, reference, PledgeState.OFFERED)
    return row is not None and _pause(work, row, "") > 0


def put_back_on_offer(work: Work, reference: str) -> bool:
    """Step: one pledge the council paused is on offer again; False where nothing is to be resumed."""
    row = _locked(work, reference, PledgeState.PAUSED)
    return row is not None and _resume(work, row)


def withdraw_pledges_of(work: Work, provider_id: int, reason: str) -> list[int]:
    """Step: ends every pledge of a provider that has left; what is held or committed is not touched."""
    ended = []
    for row in _running(work, provider_id, *RUNNING, *UNPUBLISHED):
        row.version += 1
        end(work, row, "withdraw", reason)
        ended.append(row.id)
    return ended


def _running(work: Work, provider_id: int, *states: PledgeState) -> list[Pledge]:
    rows = work.execute(
        select(Pledge).where(Pledge.organisation_id == provider_id, Pledge.state.in_(states)).order_by(Pledge.id)
    ).scalars()
    found = []
    for row in rows.all():
        lock_row(work, row)
        if row.state in states:
            found.append(row)
    return found


def _locked(work: Work, reference: str, state: PledgeState) -> Pledge | None:
    row = work.execute(select(Pledge).where(Pledge.reference == reference)).scalar_one_or_none()
    if row is None:
        return None
    lock_row(work, row)
    return row if row.state == state else None


def _pause(work: Work, row: Pledge, reason: str) -> int:
    row.state = MACHINE.go("pause", PledgeState(row.state))
    row.paused_by_council, row.reason = True, reason
    row.version += 1
    work.record("pledge.pause", f"pledge:{row.reference}", facts={"by_council": True}, texts={"reason": reason})
    announce(work, "PledgeChanged", row)
    return row.id


def _resume(work: Work, row: Pledge) -> bool:
    if not row.paused_by_council or row.last_day < today():
        return False
    row.state = MACHINE.go("resume", PledgeState(row.state))
    row.paused_by_council, row.reason = False, ""
    row.version += 1
    work.record("pledge.resume", f"pledge:{row.reference}", facts={"by_council": True})
    announce(work, "PledgeChanged", row)
    return True
