"""What time brings to entries: the question whether they are still right, the mark that they are out of date."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.settings import settings
from community_book.base.work import changed, lock_row
from community_book.groups.rules import GroupState, is_due, is_out_of_date
from community_book.groups.tables import EntryReport, GroupEntry, GroupImport, GroupMessage

MESSAGES_KEPT_DAYS = 90
DECLINED_KEPT_DAYS = 365


def ask_freshness(actor: Actor) -> int:
    """Asks groups whose entry is old whether it is still right, and marks those that did not answer.

    Each entry is an act of its own; safe to run twice. Returns how many entries it changed.
    """
    with transactions.reading() as reading:
        ids = (
            reading.execute(
                select(GroupEntry.id)
                .where(
                    GroupEntry.state.in_([GroupState.LISTED, GroupState.PAUSED]),
                    GroupEntry.last_confirmed_on <= today() - timedelta(days=settings().freshness_days),
                    GroupEntry.out_of_date.is_(False),
                )
                .order_by(GroupEntry.id)
            )
            .scalars()
            .all()
        )
    return sum(_ask_or_mark(actor, entry_id) for entry_id in ids)


def _ask_or_mark(actor: Actor, entry_id: int) -> bool:
    days = settings()
    with transactions.reading() as reading:
        seen = reading.get_one(GroupEntry, entry_id)
        due = is_due(seen.last_confirmed_on, seen.asked_still_right_on, today(), days.freshness_days)
        old = is_out_of_date(seen.last_confirmed_on, seen.asked_still_right_on, today(), days.freshness_grace_days)
    if not due and not old:
        return False
    with transactions.work(actor) as work:
        row = work.get_one(GroupEntry, entry_id)
        lock_row(work, row)
        subject = f"group:{row.reference}"
        facts = {"group_id": row.id, "organisation_id": row.organisation_id, "reference": row.reference}
        if is_due(row.last_confirmed_on, row.asked_still_right_on, today(), days.freshness_days):
            row.asked_still_right_on = today()
            work.record("group.ask_still_right", subject)
            work.tell("GroupAskedStillRight", **facts)
        else:
            row.out_of_date = True
            work.record("group.mark_out_of_date", subject)
            work.tell("GroupChanged", **facts)
        row.version += 1
    return True


def forget_old_words(actor: Actor) -> int:
    """Forgets messages and lists taken in after 90 days; after a year who asked for a declined group, and what was
    said of entries.

    Returns how many rows it changed.
    """
    with transactions.bookkeeping(actor) as work:
        gone = changed(
            work,
            delete(GroupMessage).where(GroupMessage.written_at_utc < now_utc() - timedelta(days=MESSAGES_KEPT_DAYS)),
        )
        gone += changed(
            work,
            update(GroupEntry)
            .where(
                GroupEntry.state == GroupState.DECLINED,
                GroupEntry.waiting_since_utc < now_utc() - timedelta(days=DECLINED_KEPT_DAYS),
                GroupEntry.contact_email != "",
            )
            .values(contact_name="", contact_email="", contact_telephone="", asked_by_email="", proof="", answer=""),
        )
        gone += changed(
            work,
            update(EntryReport)
            .where(
                EntryReport.decided_at_utc < now_utc() - timedelta(days=DECLINED_KEPT_DAYS),
                or_(EntryReport.email != "", EntryReport.words != ""),
            )
            .values(name="", email="", words="", answer=""),
        )
        gone += changed(
            work,
            delete(GroupImport).where(GroupImport.finished_at_utc < now_utc() - timedelta(days=MESSAGES_KEPT_DAYS)),
        )
    return gone
