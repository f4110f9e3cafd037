"""A step for an act over many promises that is undone: what it stopped stands again, whole or not at all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community_book.base.clock import add_working_days, today
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, changed
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from community_book.needs.rules import FOLLOWS_AMOUNTS
from community_book.needs.rules import STATE_LABELS as NEED_LABELS
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import CommitmentState, SessionState, Side, Stopped
from cwb.commitments.tables import Commitment, CommitmentHold
from cwb.pledges import actions as pledges

PAST = Message(N_("Its days have passed meanwhile."))
TAKEN = Message(N_("Something else was begun between the two meanwhile."))


def put_back(work: Work, commitment_id: int, before: Stopped, *, holds: Collection[int]) -> CommitmentState:
    """Step: a promise that an act over many rooms stopped stands as it did `before`; returns its state.

    It comes back as a whole, but for days that have passed meanwhile. `holds` are those of the reasons it was on hold
    for that still stand. Raises Refused or WrongState, saying why, where a side has not got it any more.
    """
    row = work.get_one(Commitment, commitment_id)
    pledges.lock_pledge(work, row.pledge_id)
    work.refresh(row)
    state = CommitmentState.ON_HOLD if holds else before.stage
    rules.MACHINE.go("put_back", CommitmentState(row.state), state)
    if before.was_open != (row.state == CommitmentState.LAPSED):
        raise WrongState(Message(N_("It has ended in another way meanwhile.")))
    values: dict[str, Any] = {
        "state": state,
        "state_before_hold": before.stage if holds else None,
        "reason_code": "",
        "reason": "",
        "ended_at_utc": None,
    }
    if before.was_open:
        _offer_again(work, row, before, values)
    else:
        _agree_again(work, row, before, values)
    if holds:
        reheld = update(CommitmentHold).where(CommitmentHold.id.in_(holds), CommitmentHold.commitment_id == row.id)
        changed(work, reheld.values(released_at_utc=None))
    work.record(
        "commitment.put_back",
        f"commitment:{row.reference}",
        facts={"state": state, "amount": row.amount, "unit": row.unit},
    )
    waits_for = sorted(str(side) for side in terms.standing_of(row).still_to_answer if before.was_open)
    standing.tell(work, "CommitmentPutBack", row, waits_for=waits_for)
    return state


def _agree_again(work: Work, row: Commitment, before: Stopped, values: dict[str, Any]) -> None:
    """Draws on both sides again and books it. Of the sessions, those that have passed meanwhile stay out."""
    own = {one.id: one for one in terms.as_planned(terms.sessions_of(work, [row.id]).get(row.id, ()))}
    coming = [own[key] for key in before.free_sessions if key in own and own[key].day >= today()]
    free = min(before.free, sum(one.amount for one in coming)) if before.free_sessions else before.free
    if before.free and not free and not row.reported and not before.past:
        raise WrongState(PAST)
    _refuse_closed(work, row, before)
    if free or before.past or coming:
        pledges.put_back_on_pledge(
            work,
            row.pledge_id,
            committed=free,
            past=before.past,
            sessions=rules.on_pledge(coming),
            was_ended=before.ended_pledge,
        )
    if before.past:
        needs.need_again_of_part(work, row.part_id, before.past)
    if free or coming:
        needs.draw_again_on_part(work, row.part_id, free, rules.on_part(coming))
    agreeing.mark_sessions(work, [one.id for one in coming], SessionState.RETURNED, SessionState.PLANNED)
    agreeing.mark_sessions(work, before.past_sessions, SessionState.NOT_USED, SessionState.PLANNED)
    waiting = [one.day for one in agreeing.planned_of(work, row)]
    again = free + before.past
    standing.keep(
        work,
        row,
        amount=row.amount + again,
        unused=row.unused - again,
        due_on=rules.due_on(row.last_day, waiting) if waiting or not own else row.last_day,
        due_asked_on=None,
        **values,
    )
    if again:
        agreeing.book_committed(work, row, again, act="commitment.put_back")


def _refuse_closed(work: Work, row: Commitment, before: Stopped) -> None:
    """What is promised goes on of a need that follows its amounts, and of a part that is asked for as it was."""
    part = need_queries.part_wanted(work, row.part_id, any_state=True)
    if part is None or part.state not in FOLLOWS_AMOUNTS:
        state = NEED_LABELS[part.state] if part is not None else Message(N_("not there any more"))
        raise WrongState(Message(N_("The need is %(state)s."), state=state))
    if not before.closed_part and need_queries.is_part_closed(work, row.part_id):
        raise WrongState(Message(N_("Other help was promised for this need meanwhile.")))


def _offer_again(work: Work, row: Commitment, before: Stopped, values: dict[str, Any]) -> None:
    """Waits for its answer again, for as long as an answer takes; what it held of the pledge is held again."""
    sessions = agreeing.planned_of(work, row)
    is_late = row.condition_by_day is not None and before.stage in rules.WAITING and row.condition_by_day < today()
    if is_late or row.last_day < today() or any(one.day < today() for one in sessions):
        raise WrongState(PAST)
    part = need_queries.part_wanted(work, row.part_id)
    if part is None:
        raise WrongState(Message(N_("The need is not open any more.")))
    if part.left is not None and part.left < row.amount:
        raise WrongState(Message(N_("Other help was promised for this need meanwhile.")))
    is_offer = row.opened_by == Side.PROVIDER
    if terms.has_open_between(work, part_id=row.part_id, pledge_id=row.pledge_id) or (
        is_offer and terms.has_open_between(work, part_id=row.part_id, provider_id=row.provider_id)
    ):
        raise WrongState(TAKEN)
    if is_offer and terms.open_offers_to(work, row.group_id) >= settings().open_offers_to_one_group:
        raise WrongState(Message(N_("The group has as many offers to answer as it may have at a time.")))
    pledges.put_back_on_pledge(
        work,
        row.pledge_id,
        held=before.held,
        sessions=rules.on_pledge(sessions) if before.held else {},
        was_ended=before.ended_pledge,
    )
    try:
        standing.keep(
            work,
            row,
            holds_pledge=bool(before.held),
            waiting_side=before.waiting_side,
            answer_by=max(row.answer_by, add_working_days(today(), settings().answer_working_days)),
            nudged_on=None,
            **values,
        )
    except IntegrityError as error:  # somebody began something between the two at this very moment
        raise WrongState(TAKEN) from error


def lock_promises(work: Work, commitment_ids: Collection[int], *, pledge_ids: Collection[int] = ()) -> None:
    """Step: takes the locks of an act over many promises at once, in the order of the house (decision 3).

    `pledge_ids` are further pledges that the act will draw on.
    """
    rows = work.execute(
        select(Commitment.group_id, Commitment.pledge_id).where(Commitment.id.in_(commitment_ids))
    ).all()
    for group_id in sorted({row.group_id for row in rows}):
        standing.one_at_a_time(work, "offers to a group", group_id)
    pledges.lock_pledges(work, {*pledge_ids, *(row.pledge_id for row in rows)})
