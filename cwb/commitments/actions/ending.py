"""How what was agreed ends: completed, stopped early, called off. What was not reported goes back."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Kind, Unit, say_amount
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, refuse
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, changing, pausing, standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import CommitmentState, Side
from cwb.commitments.tables import Commitment
from cwb.pledges import actions as pledges


def complete(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """Says that all of it is done: everything agreed has been reported or marked not used.

    Raises WrongState while something is not; then it is reported, or stopped early.
    """
    actor.must(rules.END_PROMISE)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "complete", version=version)
        waiting = agreeing.planned_of(work, row)
        has_sessions = bool(terms.sessions_of(work, [row.id]))
        if waiting or (not has_sessions and row.reported < row.amount):
            raise WrongState(
                Message(
                    N_("%(left)s of it has not been reported yet. Report what happened, or stop it early."),
                    left=say_amount(Unit(row.unit), row.amount - row.reported),
                )
            )
        agreeing.complete_row(work, row, act="commitment.complete")
        _leave_clean(work, row)
        work.record("commitment.complete", f"commitment:{row.reference}", facts=_facts(row, side))
    return reference


def end_short(actor: Actor, reference: str, *, reason_code: str, reason: str = "", version: int | None = None) -> str:
    """Stops it early: what was not reported is given back; time that has passed returns to neither side."""
    actor.must(rules.END_PROMISE)
    _check_reason(reason_code, reason)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "end_short", version=version)
        stop(work, row, CommitmentState.ENDED_SHORT, reason_code=reason_code, reason=reason)
        work.record(
            "commitment.end_short",
            f"commitment:{row.reference}",
            facts={**_facts(row, side), "why": reason_code},
            texts={"reason": reason},
        )
    return reference


def cancel(actor: Actor, reference: str, *, reason: str, version: int | None = None) -> str:
    """Calls it off with a reason. Raises WrongState when something was reported: that is stopped early."""
    actor.must(rules.END_PROMISE)
    if not reason:
        raise refuse("reason", N_("Say in a few words why"))
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "cancel", version=version)
        if row.reported:
            raise WrongState(
                Message(
                    N_("Some of it has happened and was reported, so it cannot be called off. Stop it early instead.")
                )
            )
        stop(work, row, CommitmentState.CANCELLED, reason=reason)
        work.record(
            "commitment.cancel", f"commitment:{row.reference}", facts=_facts(row, side), texts={"reason": reason}
        )
    return reference


def stop(work: Work, row: Commitment, state: CommitmentState, *, reason_code: str = "", reason: str = "") -> None:
    """Step: ends a live commitment whose pledge is locked; gives back, tells, closes what is still open on it."""
    sessions = terms.sessions_of(work, [row.id]).get(row.id, ())
    unreported = rules.split_unreported(
        kind=Kind(row.kind),
        amount=row.amount,
        reported=row.reported,
        first_day=row.first_day,
        last_day=row.last_day,
        planned=terms.planned(sessions),
        has_sessions=bool(sessions),
        today=today(),
    )
    rest = unreported.free + unreported.past
    agreeing.give_back(work, row, unreported, act=f"commitment.{state}")
    standing.keep(
        work,
        row,
        state=state,
        state_before_hold=None,
        amount=row.amount - rest,
        unused=row.unused + rest,
        due_on=None,
        reason_code=reason_code,
        reason=reason,
        ended_at_utc=now_utc(),
    )
    _leave_clean(work, row)
    part = need_queries.part_wanted(work, row.part_id, any_state=True)
    if part is not None:
        needs.settle_need(work, part.need_id)
    standing.tell(work, "CommitmentEnded", row, how=str(state))


def stop_commitment(
    work: Work, commitment_id: int, *, reason_code: str = "other", reason: str = "", neutral: bool = False
) -> bool:
    """Step: ends a commitment whatever it is, for acts over many rooms: what is open lapses, what is live is
    stopped early. Says whether there was anything to end. `neutral` gives the sides no reason.
    """
    row = work.get(Commitment, commitment_id)
    if row is None:
        raise NotThere
    pledges.lock_pledge(work, row.pledge_id)
    work.refresh(row)
    stage = terms.standing_of(row).stage
    said = "" if neutral else reason
    if stage in rules.OPEN:
        agreeing.let_go(work, row, CommitmentState.LAPSED, reason_code="not_available", reason=said)
        pausing.end_holds(work, row.id)
        standing.tell(work, "CommitmentLapsed", row, why="not_available")
        return True
    if stage in rules.LIVE:
        stop(work, row, CommitmentState.ENDED_SHORT, reason_code=reason_code, reason=said)
        return True
    return False


def _leave_clean(work: Work, row: Commitment) -> None:
    changing.close_open_changes(work, row.id)
    pausing.end_holds(work, row.id)


def _check_reason(reason_code: str, reason: str) -> None:
    if reason_code not in rules.END_REASONS:
        raise refuse("reason_code", N_("Choose a reason"))
    if reason_code == "other" and not reason:
        raise refuse("reason", N_("Say in a few words why"))


def _facts(row: Commitment, side: Side) -> dict[str, object]:
    return {"side": str(side), "amount": row.amount, "unused": row.unused, "unit": row.unit}
