"""Steps that take from a pledge and put back: conditional updates, the pledge first, then its sessions by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, ScalarSelect, Update, or_, select, update

from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import Session, overlap, say_session
from community_book.base.work import Work, changed
from cwb.ledger.actions import reverse
from cwb.ledger.rules import Figure
from cwb.pledges.rules import ENDED, RUNNING, STATE_LABELS, PledgeState, above_baseline
from cwb.pledges.tables import Pledge, PledgeSession

Booked = Mapping[int, int]
"""How many at once of each session, by the session's id."""


def lock_pledge(work: Work, pledge_id: int | ScalarSelect[int]) -> None:
    """Step: takes the pledge's row alone until the act ends, first of all locks (house decision 3).

    Acts about one pledge then follow one another; what is read after it is as it is now. `pledge_id` may be a
    query for it, which saves reading twice what hangs on the pledge. Raises NotThere.
    """
    found = work.execute(select(Pledge.id).where(Pledge.id == pledge_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotThere


def hold_on_pledge(work: Work, pledge_id: int, amount: int, sessions: Booked) -> None:
    """Step: keeps an amount and sessions for an offer. Raises Refused when gone, WrongState when not on offer."""
    taken = update(Pledge).where(*_free(pledge_id, amount)).values(held=Pledge.held + amount)
    _take(work, pledge_id, amount, taken)
    book_sessions(work, pledge_id, sessions, held=1)
    tell_drawn(work, pledge_id)


def release_hold(work: Work, pledge_id: int, amount: int, sessions: Booked) -> None:
    """Step: lets go of what was held. What an ended pledge gets back leaves pledged."""
    _give(
        work,
        pledge_id,
        update(Pledge).where(Pledge.id == pledge_id, Pledge.held >= amount).values(held=Pledge.held - amount),
    )
    book_sessions(work, pledge_id, sessions, held=-1)
    _free_if_ended(work, pledge_id, amount, "pledge.release")
    tell_drawn(work, pledge_id)


def draw_from_pledge(work: Work, pledge_id: int, amount: int, sessions: Booked, *, from_hold: bool) -> None:
    """Step: commits an amount and sessions; `from_hold` turns what was held for them into committed.

    What is held may be drawn in any state. Raises Refused when it is gone, WrongState when it is not on offer.
    """
    if from_hold:
        turned = update(Pledge).where(Pledge.id == pledge_id, Pledge.held >= amount)
        _give(work, pledge_id, turned.values(held=Pledge.held - amount, committed=Pledge.committed + amount))
        book_sessions(work, pledge_id, sessions, held=-1, committed=1)
    else:
        taken = update(Pledge).where(*_free(pledge_id, amount)).values(committed=Pledge.committed + amount)
        _take(work, pledge_id, amount, taken)
        book_sessions(work, pledge_id, sessions, committed=1)
    tell_drawn(work, pledge_id)


def give_back_to_pledge(work: Work, pledge_id: int, amount: int, sessions: Booked) -> None:
    """Step: takes an amount and sessions out of committed. An ended pledge is not offered again by it."""
    back = update(Pledge).where(Pledge.id == pledge_id, Pledge.committed >= amount)
    _give(work, pledge_id, back.values(committed=Pledge.committed - amount))
    book_sessions(work, pledge_id, sessions, committed=-1)
    _free_if_ended(work, pledge_id, amount, "pledge.give_back")
    tell_drawn(work, pledge_id)


def lose_from_pledge(work: Work, pledge_id: int, amount: int) -> None:
    """Step: past time that nobody used leaves committed and pledged; its sessions stay as they were booked."""
    lost = update(Pledge).where(Pledge.id == pledge_id, Pledge.committed >= amount)
    _give(work, pledge_id, lost.values(committed=Pledge.committed - amount, amount=Pledge.amount - amount))
    reverse(work, figure=Figure.PLEDGED, pledge_id=pledge_id, amount=amount, act="pledge.lose")
    tell_drawn(work, pledge_id)


def settle_pledge(work: Work, pledge_id: int, verified: int) -> None:
    """Step: the pledge is fulfilled when all that is pledged is verified; else nothing happens.

    `verified` is what stands verified in the ledger, above the baseline. A promise about the provider's own house
    may be verified after its last day; of a brokered one something was freed then, so it stays ended.
    """
    row = work.get(Pledge, pledge_id)
    if row is None:
        raise NotThere
    work.refresh(row)
    wanted = above_baseline(row.amount or 0, row.baseline, row.first_day, row.last_day)
    if not wanted or verified < wanted:
        return
    may_be = [*RUNNING] if row.with_counterpart else [*RUNNING, PledgeState.EXPIRED]
    fulfilled = (
        update(Pledge)
        .where(Pledge.id == pledge_id, Pledge.state.in_(may_be), Pledge.amount == row.amount)
        .values(state=PledgeState.FULFILLED, ended_at_utc=now_utc(), version=Pledge.version + 1)
    )
    if changed(work, fulfilled):
        work.refresh(row)
        work.record("pledge.fulfil", f"pledge:{row.reference}", facts={"verified": verified})
        work.tell(
            "PledgeEnded",
            pledge_id=row.id,
            reference=row.reference,
            organisation_id=row.organisation_id,
            how="fulfilled",
        )


# --- one amount ---------------------------------------------------------------------------------


def _free(pledge_id: int, amount: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Pledge.id == pledge_id,
        Pledge.state == PledgeState.OFFERED,
        Pledge.with_counterpart.is_(True),
        Pledge.last_day >= today(),
        Pledge.held + Pledge.committed + amount <= Pledge.amount,
    )


def _take(work: Work, pledge_id: int, amount: int, statement: Update) -> None:
    """Runs a conditional update that takes; says truly why it did not happen."""
    if amount < 1:
        raise Refused(Problem("amount", Message(N_("Enter more than nothing"))))
    if changed(work, statement):
        return
    row = _row(work, pledge_id)
    if row.amount is None or not row.with_counterpart:
        raise WrongState(Message(N_("This pledge is about the provider's own house, so nothing can be taken from it.")))
    if row.state != PledgeState.OFFERED:
        raise WrongState(
            Message(
                N_("This pledge is %(state)s, so nothing more can be taken from it."),
                state=STATE_LABELS[PledgeState(row.state)],
            )
        )
    if row.last_day < today():
        raise WrongState(Message(N_("The last day of this pledge is over, so nothing more can be taken from it.")))
    left = row.amount - row.held - row.committed
    raise Refused(
        Problem(
            "amount",
            Message(N_("Only %(left)s of this pledge is left"), left=say_amount(Unit(row.unit), left))
            if left
            else Message(N_("Nothing of this pledge is left")),
        )
    )


def _give(work: Work, pledge_id: int, statement: Update) -> None:
    """Runs a conditional update of what was taken before; 0 rows means that somebody else was first."""
    if not changed(work, statement):
        _row(work, pledge_id)
        raise WrongState(
            Message(N_("Somebody else changed this at the same moment. Look at it as it is now, then try again."))
        )


def _row(work: Work, pledge_id: int) -> Pledge:
    row = work.get(Pledge, pledge_id)
    if row is None:
        raise NotThere
    work.refresh(row)
    return row


def _free_if_ended(work: Work, pledge_id: int, amount: int, act: str) -> None:
    freed = update(Pledge).where(Pledge.id == pledge_id, Pledge.state.in_(ENDED), Pledge.with_counterpart)
    if amount and changed(work, freed.values(amount=Pledge.amount - amount)):
        reverse(work, figure=Figure.PLEDGED, pledge_id=pledge_id, amount=amount, act=act)


def tell_drawn(work: Work, pledge_id: int) -> None:
    """Step: tells once an act that what is left of the pledge has changed, and makes held rows true again."""
    row = work.identity_map.get(work.identity_key(Pledge, pledge_id))
    if row is not None:
        work.refresh(row)
    told = {"pledge_id": pledge_id}
    if not any(event.name == "PledgeDrawn" and event.payload == told for event in work.events):
        work.tell("PledgeDrawn", **told)


# --- its sessions -------------------------------------------------------------------------------


def book_sessions(work: Work, pledge_id: int, sessions: Booked, *, held: int = 0, committed: int = 0) -> None:
    """Step: adds (or with -1 takes out) what is held and committed of sessions, by id, under the pledge's lock."""
    if not sessions:
        return
    for session_id, at_once in sorted(sessions.items()):
        more_held, more_committed = held * at_once, committed * at_once
        statement = update(PledgeSession).where(
            PledgeSession.id == session_id,
            PledgeSession.pledge_id == pledge_id,
            PledgeSession.held + more_held >= 0,
            PledgeSession.committed + more_committed >= 0,
            PledgeSession.held + PledgeSession.committed + more_held + more_committed <= PledgeSession.at_once,
        )
        if held + committed > 0:
            statement = statement.where(~PledgeSession.dropped)
        done = at_once > 0 and changed(
            work,
            statement.values(held=PledgeSession.held + more_held, committed=PledgeSession.committed + more_committed),
        )
        if not done:
            raise _not_booked(work, pledge_id, session_id)
    if held + committed > 0:
        _refuse_double_booking(work, pledge_id, list(sessions))


def _not_booked(work: Work, pledge_id: int, session_id: int) -> Refused | NotThere:
    row = work.execute(
        select(PledgeSession)
        .where(PledgeSession.id == session_id, PledgeSession.pledge_id == pledge_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        return NotThere()
    said = say_session(Session(row.day, row.starts_minute, row.ends_minute))
    return Refused(Problem("sessions", Message(N_("%(session)s is not free any more"), session=said)))


def _refuse_double_booking(work: Work, pledge_id: int, session_ids: Sequence[int]) -> None:
    """One thing cannot be booked twice for overlapping times, also where a session was moved beside another."""
    days = select(PledgeSession.day).where(PledgeSession.id.in_(session_ids))
    rows = work.execute(
        select(PledgeSession)
        .where(
            PledgeSession.pledge_id == pledge_id,
            PledgeSession.day.in_(days),
            or_(PledgeSession.held > 0, PledgeSession.committed > 0),
        )
        .order_by(PledgeSession.id)
        .execution_options(populate_existing=True)
    ).scalars()
    booked = [(row, Session(row.day, row.starts_minute, row.ends_minute, row.held + row.committed)) for row in rows]
    for row, session in booked:
        if row.id not in session_ids:
            continue
        others = [other for other_row, other in booked if other_row.id != row.id and overlap(session, other)]
        if others and session.at_once + sum(other.at_once for other in others) > row.at_once:
            raise Refused(
                Problem(
                    "sessions",
                    Message(
                        N_("%(session)s overlaps another time that is booked already"),
                        session=say_session(Session(row.day, row.starts_minute, row.ends_minute)),
                    ),
                )
            )
