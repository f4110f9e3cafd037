"""On hold and on again. A hold has a reason of its own; a commitment goes on when the last one is gone."""

from __future__ import annotations

from sqlalchemy import func, select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import add_working_days, now_utc, today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, changed
from cwb.commitments import rules
from cwb.commitments.actions import standing
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment, CommitmentHold
from cwb.pledges import actions as pledges


def hold(actor: Actor, reference: str, *, reason: str, version: int | None = None) -> str:
    """An officer puts a commitment on hold; the sides see "on hold" and no reason."""
    actor.must(rules.HOLD_PROMISE)
    with transactions.work(actor) as work:
        row, _ = standing.take(work, actor, reference, "hold", version=version)
        if _held_for(work, row.id, "council", ""):
            raise WrongState(Message(N_("The council put this on hold already.")))
        hold_commitment(work, row.id, reason)
        work.record("commitment.hold", f"commitment:{reference}", texts={"reason": reason})
    return reference


def release(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """An officer ends the council's own hold. One on a concern or a suspension is ended there."""
    actor.must(rules.HOLD_PROMISE)
    with transactions.work(actor) as work:
        row, _ = standing.take(work, actor, reference, "release", version=version)
        if not _held_for(work, row.id, "council", ""):
            raise WrongState(
                Message(N_("This is on hold for a reason that is ended elsewhere: a concern, or a suspension."))
            )
        release_commitment(work, row.id)
        work.record("commitment.release", f"commitment:{reference}", facts={"state": row.state})
    return reference


def hold_commitment(work: Work, commitment_id: int, reason: str = "", *, why: str = "council", about: str = "") -> bool:
    """Step: holds a commitment for a reason (`why`: "council", "concern", "suspended"), about a subject.

    Held for that very reason already, or over: nothing happens. Says whether it was put on hold just now.
    """
    row = _row(work, commitment_id)
    state = CommitmentState(row.state)
    if state not in rules.OPEN | rules.LIVE or _held_for(work, row.id, why, about):
        return False
    work.add(CommitmentHold(commitment_id=row.id, why=why, about=about, reason=reason, held_at_utc=now_utc()))
    work.flush()
    if state is CommitmentState.ON_HOLD:
        return False
    standing.keep(work, row, state=CommitmentState.ON_HOLD, state_before_hold=state)
    standing.tell(work, "CommitmentHeld", row)
    return True


def release_commitment(work: Work, commitment_id: int, *, why: str = "council", about: str = "") -> bool:
    """Step: ends a hold for a reason; says whether the commitment goes on. What was not agreed yet gets
    the days an answer takes, because nobody could answer meanwhile.
    """
    row = _row(work, commitment_id)
    changed(
        work,
        update(CommitmentHold)
        .where(
            CommitmentHold.commitment_id == row.id,
            CommitmentHold.why == why,
            CommitmentHold.about == about,
            CommitmentHold.released_at_utc.is_(None),
        )
        .values(released_at_utc=now_utc()),
    )
    before = row.state_before_hold
    if row.state != CommitmentState.ON_HOLD or before is None or holds_left(work, row.id):
        return False
    answer_by = row.answer_by
    if CommitmentState(before) in rules.OPEN:
        answer_by = max(answer_by, add_working_days(today(), settings().answer_working_days))
    standing.keep(work, row, state=before, state_before_hold=None, answer_by=answer_by)
    standing.tell(work, "CommitmentReleased", row)
    return True


def holds_left(work: Work, commitment_id: int) -> int:
    """Step: how many reasons still hold a commitment."""
    return work.execute(
        select(func.count()).where(
            CommitmentHold.commitment_id == commitment_id, CommitmentHold.released_at_utc.is_(None)
        )
    ).scalar_one()


def _row(work: Work, commitment_id: int) -> Commitment:
    row = work.get(Commitment, commitment_id)
    if row is None:
        raise NotThere
    pledges.lock_pledge(work, row.pledge_id)
    work.refresh(row)
    return row


def _held_for(work: Work, commitment_id: int, why: str, about: str) -> bool:
    return bool(
        work.execute(
            select(func.count()).where(
                CommitmentHold.commitment_id == commitment_id,
                CommitmentHold.why == why,
                CommitmentHold.about == about,
                CommitmentHold.released_at_utc.is_(None),
            )
        ).scalar_one()
    )


def end_holds(work: Work, commitment_id: int) -> None:
    """Step: closes every hold of a commitment that has ended."""
    changed(
        work,
        update(CommitmentHold)
        .where(CommitmentHold.commitment_id == commitment_id, CommitmentHold.released_at_utc.is_(None))
        .values(released_at_utc=now_utc()),
    )
