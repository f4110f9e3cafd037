"""What time brings to officers: the asks that should have been answered by now."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.settings import settings
from community_book.groups.queries.post import REMINDED, asks_waiting_too_long


def remind_of_asks(actor: Actor) -> int:
    """Tells officers of asks that have waited five working days (settings), once for each; returns how many."""
    with transactions.reading() as reading:
        if not asks_waiting_too_long(reading, settings().answer_working_days):
            return 0
    with transactions.bookkeeping(actor) as work:
        late = asks_waiting_too_long(work, settings().answer_working_days)
        for _, reference in late:
            work.record(REMINDED, f"group:{reference}")
        if late:
            work.tell("GroupsWaiting", group_ids=[entry_id for entry_id, _ in late])
    return len(late)
