"""What time brings: nudges, lapses, beginnings, what is due, what counts as not used. Acts of the system.

Each looks for what is due and does it one by one, in a Work of its own, so that one that cannot be done
stops no other, and running it twice does it once.
"""

from __future__ import annotations

from collections.abc import Callable

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import HouseError, NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, noting, pausing, standing
from cwb.commitments.queries import due
from cwb.commitments.queries.terms import standing_of
from cwb.commitments.rules import CommitmentState, Side
from cwb.commitments.tables import Commitment, CommitmentNote
from cwb.pledges import actions as pledges

Deed = Callable[[Work, Commitment], bool]
"""Does what is due with a commitment whose pledge is locked; says whether there was anything to do."""


def lapse_unanswered(actor: Actor) -> int:
    """What nobody answered in time lapses: both sides are free again, and told without blame."""
    _only_the_site(actor)
    with transactions.reading() as reading:
        ids = due.past_their_answer(reading, today())
    return _each(actor, ids, _lapse)


def nudge_unanswered(actor: Actor) -> int:
    """Reminds whoever is to answer: after 5 working days, or 5 before a date of their own. Once each."""
    _only_the_site(actor)
    with transactions.reading() as reading:
        ids = due.to_be_nudged(reading, today(), settings().answer_working_days)
    return _each(actor, ids, _nudge)


def begin_due(actor: Actor) -> int:
    """What is agreed is under way from its first day."""
    _only_the_site(actor)
    with transactions.reading() as reading:
        ids = due.to_begin(reading, today())
    return _each(actor, ids, _begin)


def ask_what_happened(actor: Actor) -> int:
    """On the day something is due both sides are asked what happened; what is over and told completes."""
    _only_the_site(actor)
    with transactions.reading() as reading:
        ids = due.to_be_asked(reading, today())
    return _each(actor, ids, _ask)


def settle_notes(actor: Actor) -> int:
    """What was said not to have happened, and the provider did not answer, counts as not used."""
    _only_the_site(actor)
    with transactions.reading() as reading:
        found = due.notes_past_their_answer(reading, today())
    return sum(_each(actor, [commitment_id], _note(note_id)) for note_id, commitment_id in found)


def _only_the_site(actor: Actor) -> None:
    if not actor.is_system:
        raise NotAllowed(Message(N_("The site's clock does this.")))


def _each(actor: Actor, ids: list[int], deed: Deed) -> int:
    done = 0
    for commitment_id in ids:
        try:
            with transactions.work(actor) as work:
                row = work.get_one(Commitment, commitment_id)
                pledges.lock_pledge(work, row.pledge_id)
                work.refresh(row)
                if not deed(work, row):
                    raise _NothingToDo
            done += 1
        except _NothingToDo:
            continue
        except HouseError:  # somebody was first, or holds it; the next run looks again
            continue
    return done


class _NothingToDo(Exception):
    """Leaves the Work without a trace."""


def _lapse(work: Work, row: Commitment) -> bool:
    if CommitmentState(row.state) not in rules.OPEN or row.answer_by >= today():
        return False
    rules.check("lapse", standing_of(row), Side.SYSTEM)
    missing = sorted(standing_of(row).still_to_answer)
    agreeing.let_go(work, row, CommitmentState.LAPSED)
    pausing.end_holds(work, row.id)
    work.record("commitment.lapse", f"commitment:{row.reference}", facts={"waited_for": [str(s) for s in missing]})
    standing.tell(work, "CommitmentLapsed", row, why="no_answer")
    return True


def _nudge(work: Work, row: Commitment) -> bool:
    if CommitmentState(row.state) not in rules.OPEN or row.nudged_on is not None:
        return False
    standing.keep(work, row, nudged_on=today())
    work.record("commitment.nudge", f"commitment:{row.reference}")
    standing.tell(work, "CommitmentNudged", row, waits_for=[str(s) for s in sorted(standing_of(row).still_to_answer)])
    return True


def _begin(work: Work, row: Commitment) -> bool:
    if row.state != CommitmentState.AGREED or row.first_day > today():
        return False
    standing.keep(work, row, state=rules.MACHINE.go("start", CommitmentState.AGREED))
    work.record("commitment.start", f"commitment:{row.reference}")
    return True


def _ask(work: Work, row: Commitment) -> bool:
    before = (row.state, row.due_on)
    if agreeing.settle(work, row, act="commitment.complete"):
        work.record("commitment.complete", f"commitment:{row.reference}", facts={"side": "system"})
        return True
    if CommitmentState(row.state) not in rules.RUNNING or row.due_on is None or row.due_on > today():
        if (row.state, row.due_on) == before:
            return False
        work.record("commitment.due", f"commitment:{row.reference}")
        return True
    if row.due_asked_on is not None:
        return False
    standing.keep(work, row, due_asked_on=today())
    work.record("commitment.ask_what_happened", f"commitment:{row.reference}")
    standing.tell(work, "CommitmentDue", row, due_on=str(row.due_on))
    return True


def _note(note_id: int) -> Deed:
    def settle(work: Work, row: Commitment) -> bool:
        note = work.get_one(CommitmentNote, note_id)
        if note.settled_at_utc is not None or due.has_open_change(work, note.session_id):
            return False
        outcome = "not_used" if note.session_id is not None else "no_answer"
        noting.settle_note(work, row, note, outcome)
        work.record("commitment.not_used", f"commitment:{row.reference}", facts={"note": note.id, "outcome": outcome})
        standing.tell(work, "DidNotHappenSettled", row, note_id=note.id, session_id=note.session_id, outcome=outcome)
        return True

    return settle
