"""What one does with an offer, a request or a proposal: accept, with or without a condition, decline, take back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import add_working_days, today
from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, refuse
from community_book.needs import actions as needs
from community_book.people import actions as people
from community_book.people import queries as people_queries
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, standing
from cwb.commitments.queries.terms import standing_of
from cwb.commitments.rules import CommitmentState, Side
from cwb.commitments.tables import Commitment

LONGEST_CONDITION = timedelta(days=366)


def accept(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """Says yes. With both sides' yes it is agreed: both are drawn on at once, and it counts as committed.

    A proposal needs both, so the first yes waits for the second. Raises NotThere, NotAllowed, WrongState
    (answered already, changed meanwhile, no longer there) and Refused (not that much is left).
    """
    _may_answer(actor)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "accept", version=version)
        _say_yes(work, row, side)
        _finish(work, actor, row, "commitment.accept")
    return reference


def meet(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """Whoever set a condition, or asked its committee, says yes for good."""
    _may_answer(actor)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "meet", version=version)
        _say_yes(work, row, side)
        _finish(work, actor, row, "commitment.meet")
    return reference


def accept_on_condition(
    actor: Actor, reference: str, *, condition: str, by_day: date, version: int | None = None
) -> str:
    """Accepts if something comes about by a day. Not agreed yet, but the amount is kept from this moment."""
    _may_answer(actor)
    if not today() < by_day <= today() + LONGEST_CONDITION:
        raise refuse("by_day", N_("Choose a day after today and within a year"))
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "accept_on_condition", version=version)
        _wait(work, row, side, CommitmentState.CONDITIONAL, by_day, condition)
        _finish(work, actor, row, "commitment.accept_on_condition", texts={"condition": condition})
    return reference


def ask_committee(actor: Actor, reference: str, *, by_day: date, words: str = "", version: int | None = None) -> str:
    """Asks for time until a committee has met: at most 30 working days. The amount is kept from this moment."""
    _may_answer(actor)
    most = settings().committee_working_days
    if not today() < by_day <= add_working_days(today(), most):
        raise refuse("by_day", N_("Choose a day after today and within %(most)s working days"), most=most)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "ask_committee", version=version)
        _wait(work, row, side, CommitmentState.COMMITTEE, by_day, words)
        _finish(work, actor, row, "commitment.ask_committee", texts={"words": words})
    return reference


def decline(actor: Actor, reference: str, *, reason_code: str, reason: str = "", version: int | None = None) -> str:
    """Says no, with a reason from the list and words; what was held is free again."""
    _may_answer(actor)
    if reason_code not in rules.DECLINE_REASONS:
        raise refuse("reason_code", N_("Choose a reason"))
    if reason_code == "other" and not reason:
        raise refuse("reason", N_("Say in a few words why"))
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "decline", version=version)
        if side is Side.GROUP:
            needs.note_first_answer(work, row.part_id)
        agreeing.let_go(work, row, CommitmentState.DECLINED, reason_code=reason_code, reason=reason)
        people.use_link(work, actor)
        work.record(
            "commitment.decline",
            f"commitment:{row.reference}",
            facts={"side": str(side), "why": reason_code},
            texts={"reason": reason},
        )
        standing.tell(work, "CommitmentDeclined", row, side=str(side))
    return reference


def take_back(actor: Actor, reference: str, *, reason: str = "", version: int | None = None) -> str:
    """Whoever offered, asked or proposed takes it back before it is agreed."""
    _may_answer(actor, or_officer=True)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "take_back", version=version)
        agreeing.let_go(work, row, CommitmentState.TAKEN_BACK, reason=reason)
        work.record(
            "commitment.take_back",
            f"commitment:{row.reference}",
            facts={"side": str(side)},
            texts={"reason": reason},
        )
        standing.tell(work, "CommitmentTakenBack", row, side=str(side))
    return reference


def _may_answer(actor: Actor, *, or_officer: bool = False) -> None:
    if actor.kind == "link" or (or_officer and actor.may(rules.PROPOSE_PROMISE)):
        return
    actor.must(rules.ANSWER_PROMISE)


def _say_yes(work: Work, row: Commitment, side: Side) -> None:
    """One side's yes: the second one agrees the commitment."""
    actor = work.actor
    by_link_for_group = actor.kind == "link" and side is Side.GROUP
    if by_link_for_group and people_queries.email_belongs_to(work, actor.email, row.provider_id):
        raise NotAllowed(
            Message(N_("This address is used by the provider's own people, so it cannot answer for the group."))
        )
    who = standing.speaker(work, side)
    others_yes = row.group_said_yes if side is Side.PROVIDER else row.provider_said_yes
    if others_yes:
        agreeing.draw_both(work, row)
    else:
        who = {**who, "provider_said_yes" if side is Side.PROVIDER else "group_said_yes": True}
    standing.keep(work, row, **who)


def _wait(work: Work, row: Commitment, side: Side, state: CommitmentState, by_day: date, words: str) -> None:
    agreeing.hold_for(work, row)
    standing.keep(
        work,
        row,
        state=state,
        holds_pledge=True,
        waiting_side=side,
        condition=words,
        condition_by_day=by_day,
        answer_by=by_day,
        nudged_on=None,
        **standing.speaker(work, side),
    )


def _finish(work: Work, actor: Actor, row: Commitment, act: str, *, texts: dict[str, Any] | None = None) -> None:
    state = CommitmentState(row.state)
    people.use_link(work, actor)
    work.record(
        act,
        f"commitment:{row.reference}",
        facts={"state": str(state), "amount": row.amount, "unit": row.unit},
        texts=texts,
    )
    if state is CommitmentState.AGREED:
        standing.tell(work, "CommitmentAgreed", row)
    elif act in {"commitment.accept", "commitment.meet"}:
        standing.tell(work, "CommitmentHalfAgreed", row, waits_for=sorted(standing_of(row).still_to_answer))
    else:
        standing.tell(work, "CommitmentConditional", row, state=str(state))
