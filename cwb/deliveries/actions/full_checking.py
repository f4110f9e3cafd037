"""Steps that move a provider to full checking when a report of a sample was wrong, and back when it was not."""

from __future__ import annotations

from sqlalchemy import delete, select

from community_book.base.clock import now_utc, quarter_of, today
from community_book.base.work import Work, changed
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import FullChecking
from cwb.ledger.rules import next_quarter

S = DeliveryState


def note_found_wrong(work: Work, taken: Taken) -> dict[str, str]:
    """Step: a report drawn into a sample counts less than was claimed, so every report of its provider is checked
    one by one until the next quarter has ended. Returns what the audit entry says of it.
    """
    row = taken.row
    if not (row.held_for and row.in_sample) or row.state not in {S.VERIFIED_IN_PART, S.REJECTED}:
        return {}
    if work.execute(select(FullChecking.id).where(FullChecking.delivery_id == row.id)).first() is not None:
        return {}
    until = next_quarter(quarter_of(today()))
    work.add(FullChecking(provider_id=row.provider_id, delivery_id=row.id, until_quarter=until, since_utc=now_utc()))
    work.flush()
    standing.tell(work, "ProviderFoundWrong", taken, until=until)
    return {"provider_checked_in_full_until": until}


def not_found_wrong(work: Work, taken: Taken) -> dict[str, bool]:
    """Step: an appeal said that the report was right after all, so it is no reason for full checking any more."""
    ended = changed(work, delete(FullChecking).where(FullChecking.delivery_id == taken.row.id))
    return {"provider_checked_in_full": False} if ended else {}
