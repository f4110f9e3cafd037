"""A change of what was agreed: proposed by one side, agreed by the other (domain.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference
from community_book.base.sessions import MINUTES_A_DAY
from community_book.base.work import Work, changed, refuse
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from community_book.people import actions as people
from cwb.commitments import rules
from cwb.commitments.actions import agreeing, moving, standing
from cwb.commitments.rules import NewChange, SessionState, Side
from cwb.commitments.tables import Commitment, CommitmentChange, CommitmentNote, CommitmentSession
from cwb.ledger import actions as ledger
from cwb.ledger.rules import Figure
from cwb.pledges import actions as pledges

LONGEST_AHEAD = timedelta(days=731)


def propose_change(actor: Actor, reference: str, new: NewChange) -> str:
    """One side proposes a change; nothing changes until the other agrees. Returns the change's reference."""
    actor.must(rules.CHANGE_PROMISE)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "propose_change", version=new.version)
        if _open_change(work, row.id) is not None:
            raise WrongState(Message(N_("A change waits for its answer already. Answer it, or take it back first.")))
        what = _checked(work, row, new)
        change = CommitmentChange(
            reference=new_reference("CH"),
            commitment_id=row.id,
            session_id=new.session_id if new.what in {"move", "drop"} else None,
            proposed_by=side,
            what=what,
            why=new.why,
            state="proposed",
            proposed_at_utc=now_utc(),
        )
        work.add(change)
        work.flush()
        work.record(
            "commitment.propose_change",
            f"commitment:{row.reference}",
            facts={"change": change.reference, **what},
            texts={"why": new.why},
        )
        standing.tell(work, "ChangeProposed", row, change_reference=change.reference, side=str(side))
    return change.reference


def agree_change(actor: Actor, reference: str, change_reference: str) -> str:
    """The other side agrees: the change is made on commitment, pledge and part at once."""
    _may_change(actor)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "agree_change")
        change = _answered(work, row, change_reference, side, from_other=True)
        _close(work, change, "agreed")
        _apply(work, row, change)
        _settle_note(work, change.session_id)
        agreeing.settle(work, row, act="commitment.agree_change")
        _record_answer(work, actor, row, change, side, "agreed")
    return reference


def decline_change(actor: Actor, reference: str, change_reference: str, *, reason: str = "") -> str:
    """The other side says no: all stays as it was agreed."""
    _may_change(actor)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "decline_change")
        change = _answered(work, row, change_reference, side, from_other=True)
        _close(work, change, "declined")
        _record_answer(work, actor, row, change, side, "declined", reason)
    return reference


def take_back_change(actor: Actor, reference: str, change_reference: str) -> str:
    """The side that proposed a change takes it back before it is answered."""
    actor.must(rules.CHANGE_PROMISE)
    with transactions.work(actor) as work:
        row, side = standing.take(work, actor, reference, "take_back_change")
        change = _answered(work, row, change_reference, side, from_other=False)
        _close(work, change, "taken_back")
        _record_answer(work, actor, row, change, side, "taken_back")
    return reference


# --- proposing ----------------------------------------------------------------------------------


def _may_change(actor: Actor) -> None:
    if actor.kind != "link":
        actor.must(rules.CHANGE_PROMISE)


def _open_change(work: Work, commitment_id: int) -> CommitmentChange | None:
    return work.execute(
        select(CommitmentChange).where(
            CommitmentChange.commitment_id == commitment_id, CommitmentChange.state == "proposed"
        )
    ).scalar_one_or_none()


def _checked(work: Work, row: Commitment, new: NewChange) -> dict[str, Any]:
    """The change as it is stored: plain values. Raises Refused."""
    match new.what:
        case "amount":
            return _checked_amount(work, row, new.amount)
        case "dates":
            return _checked_dates(work, row, new.first_day, new.last_day)
        case "move":
            session = _planned_session(work, row, new.session_id)
            return _checked_move(session, new.day, new.starts_minute)
        case "drop":
            session = _planned_session(work, row, new.session_id)
            if len(agreeing.planned_of(work, row)) == 1 and not row.reported:
                raise refuse("session_id", N_("This is the only date. Call the whole promise off instead"))
            return {"what": "drop", "from_day": session.day.isoformat()}
    raise refuse("what", N_("Choose what should change"))


def _checked_amount(work: Work, row: Commitment, amount: int | None) -> dict[str, Any]:
    if _has_sessions(work, row):
        raise refuse("amount", N_("The amount follows from the dates. Move or drop a date instead"))
    if amount is None or amount < 1:
        raise refuse("amount", N_("Say how much it should be"))
    if amount == row.amount:
        raise refuse("amount", N_("That is what was agreed already"))
    if amount < row.reported:
        raise refuse(
            "amount",
            N_("%(reported)s of it is reported already, so it cannot be less"),
            reported=say_amount(Unit(row.unit), row.reported),
        )
    return {"what": "amount", "amount": amount}


def _checked_dates(work: Work, row: Commitment, first: date | None, last: date | None) -> dict[str, Any]:
    if _has_sessions(work, row):
        raise refuse("last_day", N_("The days follow from the dates agreed. Move a date instead"))
    first, last = first or row.first_day, last or row.last_day
    if last < first:
        raise refuse("last_day", N_("The last day must be the same as or after the first day"))
    if last < today():
        raise refuse("last_day", N_("Choose a last day from today on"))
    if last > today() + LONGEST_AHEAD:
        raise refuse("last_day", N_("Choose a last day within two years"))
    if (first, last) == (row.first_day, row.last_day):
        raise refuse("last_day", N_("These are the days that were agreed already"))
    return {"what": "dates", "first_day": first.isoformat(), "last_day": last.isoformat()}


def _checked_move(session: CommitmentSession, day: date | None, starts_minute: int | None) -> dict[str, Any]:
    if day is None:
        raise refuse("day", N_("Choose the new day"))
    if day < today():
        raise refuse("day", N_("Choose a day from today on"))
    if day > today() + LONGEST_AHEAD:
        raise refuse("day", N_("Choose a day within two years"))
    starts = session.starts_minute if starts_minute is None else starts_minute
    ends = starts + session.ends_minute - session.starts_minute
    if ends > MINUTES_A_DAY:
        raise refuse("starts_minute", N_("It would go on after midnight. Choose an earlier time"))
    if (day, starts) == (session.day, session.starts_minute):
        raise refuse("day", N_("That is when it is planned already"))
    return {
        "what": "move",
        "from_day": session.day.isoformat(),
        "day": day.isoformat(),
        "starts_minute": starts,
        "ends_minute": ends,
    }


def _has_sessions(work: Work, row: Commitment) -> bool:
    return (
        work.execute(select(CommitmentSession.id).where(CommitmentSession.commitment_id == row.id).limit(1)).scalar()
        is not None
    )


def _planned_session(work: Work, row: Commitment, session_id: int | None) -> CommitmentSession:
    session = None if session_id is None else work.get(CommitmentSession, session_id)
    if session is None or session.commitment_id != row.id:
        raise refuse("session_id", N_("Choose one of the dates"))
    work.refresh(session)
    if session.state != SessionState.PLANNED:
        raise refuse("session_id", N_("Choose a date that is still planned"))
    return session


# --- answering ----------------------------------------------------------------------------------


def _answered(work: Work, row: Commitment, reference: str, side: Side, *, from_other: bool) -> CommitmentChange:
    change = work.execute(
        select(CommitmentChange).where(
            CommitmentChange.commitment_id == row.id, CommitmentChange.reference == reference
        )
    ).scalar_one_or_none()
    if change is None:
        raise NotThere
    work.refresh(change)
    if (side == change.proposed_by) == from_other:
        raise NotAllowed(
            Message(N_("The other side answers a change. You can take it back."))
            if from_other
            else Message(N_("Only those who proposed a change can take it back."))
        )
    if change.state != "proposed":
        raise WrongState(
            Message(N_("This change was %(state)s already."), state=CHANGE_LABELS.get(change.state, change.state))
        )
    return change


CHANGE_LABELS: dict[str, Message] = {
    "agreed": Message(N_("agreed")),
    "declined": Message(N_("declined")),
    "taken_back": Message(N_("taken back")),
    "over": Message(N_("dropped")),
}


def _close(work: Work, change: CommitmentChange, state: str) -> None:
    closed = changed(
        work,
        update(CommitmentChange)
        .where(CommitmentChange.id == change.id, CommitmentChange.state == "proposed")
        .values(state=state, answered_at_utc=now_utc(), version=CommitmentChange.version + 1),
    )
    if not closed:
        raise WrongState(Message(N_("Somebody answered this change at the same moment. Look at it again.")))
    work.refresh(change)


def close_open_changes(work: Work, commitment_id: int) -> None:
    """Step: a change nobody answered falls away when its commitment ends."""
    changed(
        work,
        update(CommitmentChange)
        .where(CommitmentChange.commitment_id == commitment_id, CommitmentChange.state == "proposed")
        .values(state="over", answered_at_utc=now_utc()),
    )


def _apply(work: Work, row: Commitment, change: CommitmentChange) -> None:
    what: Mapping[str, Any] = change.what
    act = "commitment.agree_change"
    match what["what"]:
        case "amount":
            _apply_amount(work, row, int(what["amount"]), act)
        case "dates":
            first, last = date.fromisoformat(what["first_day"]), date.fromisoformat(what["last_day"])
            if last < today():
                raise WrongState(Message(N_("These days are past by now. Propose new ones.")))
            standing.keep(work, row, first_day=first, last_day=last, due_on=last, due_asked_on=None)
        case "move":
            moving.move_session(
                work,
                row,
                _planned_session(work, row, change.session_id),
                date.fromisoformat(what["day"]),
                int(what["starts_minute"]),
                int(what["ends_minute"]),
            )
        case "drop":
            moving.drop_session(work, row, _planned_session(work, row, change.session_id), act=act)


def _apply_amount(work: Work, row: Commitment, amount: int, act: str) -> None:
    more = amount - row.amount
    if amount < row.reported:
        raise WrongState(Message(N_("More than that has been reported by now. Propose another amount.")))
    if more > 0:
        extend(work, row, more, act=act)
    else:
        pledges.give_back_to_pledge(work, row.pledge_id, -more, {})
        needs.give_back_to_part(work, row.part_id, -more, {})
        ledger.reverse(work, figure=Figure.COMMITTED, commitment_id=row.id, amount=-more, act=act)
        standing.keep(work, row, amount=amount, visits=rules.visits_after(row.visits, row.amount, amount))
    _settle_need(work, row)


def extend(work: Work, row: Commitment, more: int, *, act: str) -> None:
    """Step: adds an amount, within what is left of the pledge and within the need, drawn on both."""
    pledges.draw_from_pledge(work, row.pledge_id, more, {}, from_hold=False)
    needs.draw_on_part(work, row.part_id, more, {})
    agreeing.book_committed(work, row, more, act=act)
    amount = row.amount + more
    standing.keep(work, row, amount=amount, visits=rules.visits_after(row.visits, row.amount, amount))


def _settle_need(work: Work, row: Commitment) -> None:
    part = need_queries.part_wanted(work, row.part_id, any_state=True)
    if part is not None:
        needs.settle_need(work, part.need_id)


def _settle_note(work: Work, session_id: int | None) -> None:
    if session_id is None:
        return
    changed(
        work,
        update(CommitmentNote)
        .where(CommitmentNote.session_id == session_id, CommitmentNote.settled_at_utc.is_(None))
        .values(settled_at_utc=now_utc(), outcome="changed"),
    )


def _record_answer(
    work: Work, actor: Actor, row: Commitment, change: CommitmentChange, side: Side, answer: str, reason: str = ""
) -> None:
    people.use_link(work, actor)
    work.record(
        f"commitment.change_{answer}",
        f"commitment:{row.reference}",
        facts={"change": change.reference, "side": str(side)},
        texts={"reason": reason},
    )
    standing.tell(work, "ChangeAnswered", row, change_reference=change.reference, answer=answer, side=str(side))
