"""What time brings: the group is asked again, twice, then the report is unanswered. Acts of the system.

Each looks for what is due and does it one by one, in a Work of its own, so that one that cannot be done
stops no other, and running it twice does it once.
"""

from __future__ import annotations

from collections.abc import Callable

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import add_working_days, today
from community_book.base.errors import HouseError, NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.answering import Accepted, settle_word
from cwb.deliveries.actions.figures import count
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.rules import DeliveryState, Who
from cwb.deliveries.tables import Delivery

S = DeliveryState
Deed = Callable[[Work, Taken], bool]
"""Does what is due with a delivery that is held; says whether there was anything to do."""

SECOND_NUDGE_WORKING_DAYS = 2
"""How many working days before the last one a group is asked for the second time; the first is half way."""


def nudge(actor: Actor) -> int:
    """Asks again for the word of a group: half way, and two working days before the last day."""
    within = add_working_days(today(), settings().confirm_working_days - settings().answer_working_days)
    with transactions.reading() as reading:
        ids = reads.ids_to_nudge(reading, today(), within)
    return _each(actor, ids, _nudge)


def go_unanswered(actor: Actor) -> int:
    """Nobody answered in time, though asked twice more: it can be verified on its documents."""
    with transactions.reading() as reading:
        ids = reads.ids_unanswered(reading, today())
    return _each(actor, ids, _go_unanswered)


def settle_recorded(actor: Actor) -> int:
    """What was written down for a group counts as its word when it was written to and did not object."""
    with transactions.reading() as reading:
        ids = reads.ids_recorded(reading, today())
    return _each(actor, ids, _settle_recorded)


def ask_qualified(actor: Actor) -> int:
    """A qualifying time is over: the group is asked whether it held."""
    with transactions.reading() as reading:
        ids = reads.ids_qualified(reading, today())
    return _each(actor, ids, _ask_qualified)


def _each(actor: Actor, ids: list[int], deed: Deed) -> int:
    if not actor.is_system:
        raise NotAllowed(Message(N_("The site's clock does this.")))
    done = 0
    for delivery_id in ids:
        try:
            with transactions.work(actor) as work:
                if not deed(work, standing.take_row(work, work.get_one(Delivery, delivery_id), Who.SITE)):
                    raise _NothingToDo
            done += 1
        except (_NothingToDo, HouseError):  # somebody was first, or holds it; the next run looks again
            continue
    return done


class _NothingToDo(Exception):
    """Leaves the Work without a trace."""


def _nudge(work: Work, taken: Taken) -> bool:
    row, day = taken.row, today()
    if row.state != S.REPORTED or row.answer_by is None or row.nudges >= 2 or row.nudged_on == day:
        return False
    if row.nudges == 1 and row.answer_by > add_working_days(day, SECOND_NUDGE_WORKING_DAYS):
        return False
    row.nudges, row.nudged_on = row.nudges + 1, day
    standing.record(work, taken, "nudge", facts={"nudges": row.nudges}, texts={})
    standing.tell(work, "DeliveryNudged", taken, nudges=row.nudges)
    return True


def _go_unanswered(work: Work, taken: Taken) -> bool:
    row = taken.row
    if row.state != S.REPORTED or row.answer_by is None or row.answer_by >= today() or row.nudges < 2:
        return False
    rules.check("go_unanswered", taken.case, Who.SITE)
    row.state = rules.MACHINE.go("go_unanswered", S(row.state))
    count(work, taken, taken.whole, act="go_unanswered")
    standing.note(work, row, "go_unanswered")
    standing.record(work, taken, "go_unanswered", facts={}, texts={})
    standing.tell(work, "DeliveryUnanswered", taken)
    return True


def _settle_recorded(work: Work, taken: Taken) -> bool:
    row = taken.row
    if row.state != S.RECORDED_FOR or row.answer_by is None or row.answer_by >= today():
        return False
    rules.check("settle_recorded", taken.case, Who.SITE)
    if row.group_id is None or not reads.can_be_written_to(work, row.group_id):
        return _never_written_to(work, taken)
    said = [d for d in reads.decisions_of(work, row.id) if d.act in {"confirm", "confirm_in_part"}]
    out = tuple(said[-1].sessions or ()) if said else ()
    word = row.amount if row.group_word is None else min(row.group_word, row.amount)
    row.state = rules.MACHINE.go("settle_recorded", S(row.state), S.CONFIRMED)
    settle_word(work, taken, Accepted(word, out), act="settle_recorded")
    standing.note(work, row, "settle_recorded", amount=word)
    standing.record(work, taken, "settle_recorded", facts={"accepted": word}, texts={})
    standing.tell(work, "DeliveryConfirmed", taken, at_once=False)
    return True


def _never_written_to(work: Work, taken: Taken) -> bool:
    """A group nobody could write to has not been asked, so its silence confirms nothing."""
    row = taken.row
    row.state = rules.MACHINE.go("settle_recorded", S(row.state), S.UNANSWERED)
    row.group_word, row.answer_by = None, None
    count(work, taken, taken.whole, act="settle_recorded")
    standing.note(work, row, "go_unanswered")
    standing.record(work, taken, "settle_recorded", facts={"written_to": False}, texts={})
    standing.tell(work, "DeliveryUnanswered", taken)
    return True


def _ask_qualified(work: Work, taken: Taken) -> bool:
    row, day = taken.row, today()
    if row.state != S.REPORTED or row.asked_on is not None or row.counts_on > day or row.group_id is None:
        return False
    row.asked_on = day
    row.answer_by = add_working_days(day, settings().confirm_working_days) if taken.case.group_confirms else None
    standing.record(work, taken, "ask_qualified", facts={}, texts={})
    standing.tell(work, "DeliveryQualified", taken)
    return True
