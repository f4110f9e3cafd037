"""A group closes: its needs end, what was promised to it stops, and all of it can be undone for some days."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotThere, Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.outbox import Event
from community_book.base.work import Work
from community_book.groups.actions import close_group_entry
from community_book.groups.queries import group_of_organisation
from community_book.groups.rules import GroupState
from community_book.groups.views import GroupView
from community_book.needs.actions import close_needs_of
from cwb.commitments.actions import lock_promises, stop_commitment
from cwb.commitments.queries import before_stopping, ids_not_over
from cwb.continuity import queries
from cwb.continuity.actions.noting import Changed, keep_undertaking, not_own
from cwb.continuity.rules import CLOSE_GROUP_FOR_IT, Change, Deed, Fate, Thing


def close_group(actor: Actor, reference: str, reason: str) -> str:
    """An officer closes a group that has ended, with its needs and what was promised to it.

    Returns the reference of the undertaking, by which it can be undone. Raises Refused, NotAllowed, WrongState.
    """
    if len(reason) < 5:
        raise Refused(Problem("reason", Message(N_("Write what the members and the helpers should be told"))))
    with transactions.work(actor) as work:
        group = queries.body(work, actor, reference, CLOSE_GROUP_FOR_IT)
        not_own(work, actor, group.id)
        entry = group_of_organisation(work, group.id)
        if entry is None:
            raise NotThere
        changes = _end_what_hangs_on(work, entry, group.id, entry.state, reason)
        close_group_entry(work, group.id, reason)
        undertaking = keep_undertaking(work, Deed.CLOSE_GROUP, group.id, changes)
        work.record(
            "group.close_for_it",
            f"group:{entry.reference}",
            f"organisation:{group.reference}",
            f"undertaking:{undertaking}",
            facts={"promises": _promises_in(changes)},
            texts={"reason": reason},
        )
    return undertaking


def after_group_closed(work: Work, event: Event) -> None:
    """Subscriber: a group that closed itself; where an officer did it, everything is ended already.

    Where that was undone before this was told, nothing is ended.
    """
    group_id, reason = int(event.payload["organisation_id"]), str(event.payload.get("reason", ""))
    entry = group_of_organisation(work, group_id)
    if entry is None or entry.state is not GroupState.CLOSED or entry.reference != event.payload["reference"]:
        return
    if queries.has_undertaking(work, Deed.CLOSE_GROUP, Thing.ENTRY, entry.id):
        return
    before = GroupState(event.payload.get("before", GroupState.LISTED))
    changes = _end_what_hangs_on(work, entry, group_id, before, reason)
    undertaking = keep_undertaking(work, Deed.CLOSE_GROUP, group_id, changes)
    work.record(
        "group.end_promises",
        f"group:{entry.reference}",
        f"undertaking:{undertaking}",
        facts={"promises": _promises_in(changes)},
    )


def _end_what_hangs_on(work: Work, entry: GroupView, group_id: int, before: GroupState, reason: str) -> list[Changed]:
    """Ends the promises to a group (undelivered amounts go back to the pledges), then closes its needs."""
    lock_promises(work, ids_not_over(work, group_id=group_id))
    promises, needs = queries.promises_to_group(work, group_id), queries.needs_of_group(work, group_id)
    stopped = before_stopping(work, [promise.id for promise in promises], today())
    changes = [Changed(Thing.ENTRY, entry.id, entry.reference, Change.CLOSED, str(before))]
    changes += [Changed.of(need, Change.CLOSED) for need in needs]
    for promise in promises:
        what = Change.LAPSED if promise.fate is Fate.LAPSES else Change.STOPPED
        changes.append(Changed.of(promise, what, stopped[promise.id]))
        stop_commitment(work, promise.id, reason_code="group", reason=reason)
    close_needs_of(work, group_id, reason)
    return changes


def _promises_in(changes: list[Changed]) -> int:
    return sum(change.kind is Thing.COMMITMENT for change in changes)
