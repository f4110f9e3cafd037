"""Steps for deliveries: what was reported, taken out again, confirmed, verified, not used.

An act of `deliveries` begins with `pledges.lock_pledge`, so that everything about one pledge follows one another
and no two acts wait for each other (house decision 3); the steps that move amounts take it again, at no cost.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, refuse
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, changing, standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import CommitmentState, PlannedSession, SessionState, Unreported
from cwb.commitments.tables import Commitment, CommitmentNote
from cwb.pledges import actions as pledges

REPORTED = SessionState.REPORTED


def note_reported(work: Work, commitment_id: int, amount: int, session_ids: Collection[int] = ()) -> None:
    """Step: an amount, and the sessions it happened in, were reported. An agreed commitment is under way then.

    Raises Refused on "amount" when more is reported than is left, on "sessions" when one is not planned any
    more; WrongState when the commitment is not live.
    """
    row = _locked(work, commitment_id)
    rules.MACHINE.check("report", CommitmentState(row.state))
    if terms.standing_of(row).stage in rules.OPEN:
        raise WrongState(Message(N_("This was never agreed, so nothing can be reported on it.")))
    started = row.state == CommitmentState.AGREED
    noted = changed(
        work,
        update(Commitment)
        .where(
            Commitment.id == row.id,
            Commitment.version == row.version,
            Commitment.reported + amount <= Commitment.amount,
        )
        .values(
            reported=Commitment.reported + amount,
            version=Commitment.version + 1,
            state=CommitmentState.UNDER_WAY if started else row.state,
        ),
    )
    if not noted:
        left = row.amount - row.reported
        raise refuse(
            "amount",
            N_("Only %(left)s of this promise is left to report"),
            left=say_amount(Unit(row.unit), left),
        )
    work.refresh(row)
    _of_this(work, row, session_ids)
    agreeing.mark_sessions(work, session_ids, SessionState.PLANNED, REPORTED)
    _settle_notes(work, session_ids, "reported")


def take_out_reported(work: Work, commitment_id: int, amount: int, session_ids: Collection[int] = ()) -> None:
    """Step: an amount leaves reported again. It is free within a live commitment; of an ended one it returns
    to pledge and part, and leaves committed. Take it out of confirmed, verified and met first.
    """
    row = _locked(work, commitment_id)
    stage = terms.standing_of(row).stage
    if stage not in rules.LIVE | rules.KEPT:
        raise WrongState(Message(N_("This was never agreed, so nothing was reported on it.")))
    sessions = _of_this(work, row, session_ids)
    ended = stage in rules.KEPT
    if ended:
        agreeing.give_back(work, row, Unreported(amount, sessions, 0, ()), act="commitment.take_out", was=REPORTED)
    taken = changed(
        work,
        update(Commitment)
        .where(
            Commitment.id == row.id,
            Commitment.version == row.version,
            Commitment.confirmed <= Commitment.reported - amount,
            Commitment.verified <= Commitment.reported - amount,
        )
        .values(
            reported=Commitment.reported - amount,
            amount=Commitment.amount - (amount if ended else 0),
            unused=Commitment.unused + (amount if ended else 0),
            version=Commitment.version + 1,
        ),
    )
    if not taken:
        raise WrongState(Message(N_("That much is confirmed or verified, so it cannot be taken out.")))
    work.refresh(row)
    if not ended:
        agreeing.mark_sessions(work, session_ids, REPORTED, SessionState.PLANNED)
        agreeing.settle(work, row, act="commitment.take_out")


def note_confirmed(work: Work, commitment_id: int, delta: int) -> None:
    """Step: what the group confirmed grew, or with a minus shrank. Raises WrongState beyond what is reported."""
    _note(work, commitment_id, "confirmed", delta)


def note_verified(work: Work, commitment_id: int, delta: int) -> None:
    """Step: what the council verified grew, or with a minus shrank. Raises WrongState beyond what is reported."""
    _note(work, commitment_id, "verified", delta)


def mark_sessions_not_used(work: Work, commitment_id: int, session_ids: Collection[int]) -> int:
    """Step: named sessions did not take place; returns the amount that left committed.

    Today and before, the time has passed and leaves pledge and part too; a session still to come goes back to
    both. Raises Refused when one is not planned any more, WrongState when the commitment is not live.
    """
    row = _locked(work, commitment_id)
    if terms.standing_of(row).stage not in rules.LIVE:
        raise WrongState(Message(N_("This promise is over, so its dates stay as they are.")))
    sessions = _of_this(work, row, session_ids)
    gone = tuple(session for session in sessions if session.day <= today())
    coming = tuple(session for session in sessions if session.day > today())
    free, past = sum(s.amount for s in coming), sum(s.amount for s in gone)
    agreeing.give_back(work, row, Unreported(free, coming, past, gone), act="commitment.not_used")
    standing.keep(work, row, amount=row.amount - free - past, unused=row.unused + free + past)
    _settle_notes(work, session_ids, "not_used")
    agreeing.settle(work, row, act="commitment.not_used")
    return free + past


def settle_commitment(work: Work, commitment_id: int) -> bool:
    """Step: completes a commitment when it is due, and works out when something is due next."""
    return agreeing.settle(work, _locked(work, commitment_id), act="commitment.complete")


def extend_commitment_within_limits(work: Work, commitment_id: int, amount: int) -> None:
    """Step: adds to a live commitment what was delivered beyond it, once the other side has agreed.

    Within what is left of the pledge and within the need, drawn on both. Raises Refused where it is agreed by
    dates, or when that much is not left; WrongState when it is not running.
    """
    row = _locked(work, commitment_id)
    rules.MACHINE.check("add_surplus", CommitmentState(row.state))
    if terms.sessions_of(work, [row.id]):
        raise refuse("amount", N_("This promise goes by dates, so what went beyond them stays a note"))
    changing.extend(work, row, amount, act="commitment.add_surplus")
    agreeing.settle(work, row, act="commitment.add_surplus")


# --- within -------------------------------------------------------------------------------------


def _locked(work: Work, commitment_id: int) -> Commitment:
    row = work.get(Commitment, commitment_id)
    if row is None:
        raise NotThere
    pledges.lock_pledge(work, row.pledge_id)
    work.refresh(row)
    return row


def _of_this(work: Work, row: Commitment, session_ids: Collection[int]) -> tuple[PlannedSession, ...]:
    """The named sessions, all of this commitment. Raises Refused otherwise."""
    named = set(session_ids)
    found = terms.as_planned(s for s in terms.sessions_of(work, [row.id]).get(row.id, ()) if s.id in named)
    if len(found) != len(named):
        raise refuse("sessions", N_("One of these dates does not belong to this promise"))
    return found


def _note(work: Work, commitment_id: int, figure: str, delta: int) -> None:
    column = getattr(Commitment, figure)
    noted = changed(
        work,
        update(Commitment)
        .where(Commitment.id == commitment_id, column + delta >= 0, column + delta <= Commitment.reported)
        .values({figure: column + delta}),
    )
    if not noted:
        raise WrongState(Message(N_("That is more than was reported, or less than nothing. Look at it again.")))
    row = work.identity_map.get(work.identity_key(Commitment, commitment_id))
    if row is not None:
        work.refresh(row)


def _settle_notes(work: Work, session_ids: Collection[int], outcome: str) -> None:
    if session_ids:
        changed(
            work,
            update(CommitmentNote)
            .where(CommitmentNote.session_id.in_(session_ids), CommitmentNote.settled_at_utc.is_(None))
            .values(settled_at_utc=now_utc(), outcome=outcome),
        )
