"""Acts of the system that time brings: needs whose days are over, and "still needed?" before they are."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import LONDON, today
from community_book.needs import queries
from community_book.needs.actions.rows import about, locked_need, parts_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import NEEDS, NeedState, reminder_due


def expire_needs(actor: Actor) -> int:
    """Ends every open or paused need whose days are over, as its amounts say; returns how many."""
    with transactions.reading() as reading:
        over = queries.needs_run_out(reading)
    done = 0
    for need_id in over:
        with transactions.bookkeeping(actor) as work:
            need = locked_need(work, need_id)
            before = NeedState(need.state)
            if not NEEDS.allows("expire", before):
                continue
            after = settle_need(work, need_id)
            if after is before:
                continue
            work.record("need.expire", f"need:{need.reference}", facts={"state": after})
            done += 1
    return done


def ask_still_needed(actor: Actor) -> int:
    """Asks the groups of needs that end in 30 or 7 days whether they are still needed; returns how many."""
    on = today()
    with transactions.reading() as reading:
        ending = queries.needs_ending(reading)
    done = 0
    for need_id in ending:
        with transactions.bookkeeping(actor) as work:
            need = locked_need(work, need_id)
            days = [part.last_day for part in parts_of(work, need_id) if part.last_day and not part.closed]
            if not NEEDS.allows("still_needed", NeedState(need.state)) or not days or need.opened_at_utc is None:
                continue
            opened_on = need.opened_at_utc.astimezone(LONDON).date()
            due = reminder_due((max(days) - on).days, need.asked_at_days, (on - opened_on).days)
            if due is None or (need.still_needed_on and (on - need.still_needed_on).days < 7):
                continue
            need.asked_at_days = due
            work.flush()
            work.record("need.ask_still_needed", f"need:{need.reference}", facts={"days": due})
            work.tell("NeedEndingSoon", **about(work, need), days=(max(days) - on).days)
            done += 1
    return done
