"""Steps behind the answers: draw on both sides, hold, let go, give back. They never commit."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update

from community_book.base.amounts import Unit
from community_book.base.clock import now_utc, today
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from cwb.commitments import rules
from cwb.commitments.actions import standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import CommitmentState, PlannedSession, SessionState, Unreported
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.ledger import actions as ledger
from cwb.ledger.rules import NOT_PLACED, Booking, Figure
from cwb.pledges import actions as pledges
from cwb.pledges import queries as pledge_queries


def planned_of(work: Work, row: Commitment) -> tuple[PlannedSession, ...]:
    """Step: the sessions nothing was said about yet."""
    return terms.planned(terms.sessions_of(work, [row.id]).get(row.id, ()))


def hold_for(work: Work, row: Commitment) -> bool:
    """Step: holds the amount and sessions on the pledge; says whether it does so only now.

    Raises Refused when it is gone.
    """
    if row.holds_pledge:
        return False
    if pledge_queries.pledge_offer(work, row.pledge_id) is None:
        raise WrongState(Message(N_("This help is no longer on offer, so it cannot be kept for you.")))
    pledges.hold_on_pledge(work, row.pledge_id, row.amount, rules.on_pledge(planned_of(work, row)))
    return True


def draw_both(work: Work, row: Commitment) -> None:
    """Step: agrees a commitment: draws on pledge, then part, and books what is committed.

    Raises Refused or WrongState when one side no longer has it; then nothing is drawn on either.
    """
    sessions = planned_of(work, row)
    part = need_queries.part_wanted(work, row.part_id)
    if part is None:
        raise WrongState(Message(N_("This need is no longer open, so nothing can be agreed on it just now.")))
    if not row.holds_pledge and pledge_queries.pledge_offer(work, row.pledge_id) is None:
        raise WrongState(Message(N_("This help is no longer on offer, so it cannot be agreed.")))
    if row.last_day < today() or any(session.day < today() for session in sessions):
        raise WrongState(
            Message(
                N_("Some of the dates are past by now. Take it back or decline it, then begin again with new dates.")
            )
        )
    pledges.draw_from_pledge(work, row.pledge_id, row.amount, rules.on_pledge(sessions), from_hold=row.holds_pledge)
    needs.draw_on_part(work, row.part_id, row.amount, rules.on_part(sessions))
    scheme_id = terms.zone_scheme_of(work, row.pledge_id, today())
    zone_id = None if scheme_id is None else part.zones.get(scheme_id)
    standing.keep(
        work,
        row,
        state=CommitmentState.AGREED,
        state_before_hold=None,
        provider_said_yes=True,
        group_said_yes=True,
        holds_pledge=False,
        waiting_side=None,
        agreed_at_utc=now_utc(),
        amount_agreed=row.amount,
        zone_id=zone_id,
        zone_note="" if zone_id is not None else NOT_PLACED,
        due_on=rules.due_on(row.last_day, [session.day for session in sessions]),
    )
    book_committed(work, row, row.amount, act="commitment.agree")
    needs.settle_need(work, part.need_id)


def book_committed(work: Work, row: Commitment, amount: int, *, act: str) -> None:
    """Step: books an amount as committed, stamped with the part's zone in the pledge's scheme."""
    pledge = pledge_queries.pledge_terms(work, row.pledge_id)
    ledger.book(
        work,
        Booking(
            figure=Figure.COMMITTED,
            amount=amount,
            measure_id=pledge.measure_id,
            unit=Unit(row.unit),
            pillar_number=pledge.pillar_number,
            basis=pledge.basis,
            provider_id=row.provider_id,
            group_id=row.group_id,
            zone_id=row.zone_id,
            zone_note=row.zone_note,
            lot_id=pledge.lot_id,
            framework_id=pledge.framework_id,
            pledge_id=row.pledge_id,
            commitment_id=row.id,
            delivery_id=None,
            happened_on=today(),
            act=act,
        ),
    )


def let_go(work: Work, row: Commitment, state: CommitmentState, *, reason_code: str = "", reason: str = "") -> None:
    """Step: ends a commitment that was never agreed, and frees what it holds on the pledge."""
    if row.holds_pledge:
        pledges.release_hold(work, row.pledge_id, row.amount, rules.on_pledge(planned_of(work, row)))
    standing.keep(
        work,
        row,
        state=state,
        state_before_hold=None,
        holds_pledge=False,
        waiting_side=None,
        reason_code=reason_code,
        reason=reason,
        ended_at_utc=now_utc(),
    )


def give_back(
    work: Work, row: Commitment, unreported: Unreported, *, act: str, was: SessionState = SessionState.PLANNED
) -> None:
    """Step: takes what was not reported out of a commitment: what is still to come goes back to both sides,
    time that has passed leaves them too. Books it out of committed; the caller keeps the row's new amount.
    """
    free, past = unreported.free, unreported.past
    if past:
        pledges.lose_from_pledge(work, row.pledge_id, past)
    if free or unreported.free_sessions:
        pledges.give_back_to_pledge(work, row.pledge_id, free, rules.on_pledge(unreported.free_sessions))
    if past:
        needs.lose_from_part(work, row.part_id, past)
    if free or unreported.free_sessions:
        needs.give_back_to_part(work, row.part_id, free, rules.on_part(unreported.free_sessions))
    if free + past:
        ledger.reverse(work, figure=Figure.COMMITTED, commitment_id=row.id, amount=free + past, act=act)
    mark_sessions(work, [s.id for s in unreported.free_sessions], was, SessionState.RETURNED)
    mark_sessions(work, [s.id for s in unreported.past_sessions], was, SessionState.NOT_USED)


def mark_sessions(work: Work, session_ids: Collection[int], before: SessionState, after: SessionState) -> None:
    """Step: moves sessions from one state to another. Raises WrongState when one is not in the first."""
    if not session_ids:
        return
    moved = changed(
        work,
        update(CommitmentSession)
        .where(CommitmentSession.id.in_(session_ids), CommitmentSession.state == before)
        .values(state=after),
    )
    if moved != len(set(session_ids)):
        raise WrongState(
            Message(
                N_("One of the dates is not %(state)s any more. Look at it again."), state=rules.SESSION_LABELS[before]
            )
        )


def settle(work: Work, row: Commitment, *, act: str) -> bool:
    """Step: works out anew when something is due, and completes what is over.

    A commitment completes when its last date is past and every session is reported or marked not used, or,
    without sessions, when all of it is reported. Says whether it completed.
    """
    if CommitmentState(row.state) not in rules.RUNNING:
        return False
    sessions = terms.sessions_of(work, [row.id]).get(row.id, ())
    waiting = terms.planned(sessions)
    told = not waiting if sessions else row.reported == row.amount
    if row.last_day < today() and told:
        complete_row(work, row, act=act)
        return True
    due = None if told else rules.due_on(row.last_day, [session.day for session in waiting])
    if due != row.due_on:
        standing.keep(work, row, due_on=due, due_asked_on=None)
    return False


def complete_row(work: Work, row: Commitment, *, act: str) -> None:
    """Step: completes a commitment; what its reported sessions fell short of was time that passed."""
    rest = row.amount - row.reported
    if rest:
        give_back(work, row, Unreported(0, (), rest, ()), act=act)
    standing.keep(
        work,
        row,
        state=CommitmentState.COMPLETED,
        amount=row.amount - rest,
        unused=row.unused + rest,
        due_on=None,
        ended_at_utc=now_utc(),
    )
    part = need_queries.part_wanted(work, row.part_id, any_state=True)
    if part is not None:
        needs.settle_need(work, part.need_id)
    standing.tell(work, "CommitmentEnded", row, how=str(CommitmentState.COMPLETED))
