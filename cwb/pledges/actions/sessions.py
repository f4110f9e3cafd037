"""Steps and acts that change the days of a pledge. Amounts follow: they are added up from the sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Unit
from community_book.base.clock import today
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.sessions import ScheduleProblem, Session, overlap, say_session
from community_book.base.work import Work, changed, refuse
from cwb.ledger.actions import book, reverse
from cwb.ledger.rules import Figure
from cwb.pledges import queries
from cwb.pledges.actions.own import own_pledge, pledged_booking
from cwb.pledges.actions.things import refuse_thing_twice
from cwb.pledges.rules import ENDED, NewPledge, amount_of_sessions, planned_sessions
from cwb.pledges.tables import Pledge, PledgeSession


def add_pledge_session(
    work: Work, pledge_id: int, day: date, starts_minute: int, ends_minute: int, at_once: int
) -> int:
    """Step: a further session of a pledge; its time is added to what is pledged. Returns its id.

    Raises Refused when it overlaps a session of the pledge that is booked, or one of the same thing elsewhere.
    """
    row = _locked(work, pledge_id)
    try:
        session = Session(day, starts_minute, ends_minute, at_once)
    except ScheduleProblem as problem:
        raise Refused(Problem("sessions", problem.message)) from problem
    _refuse_overlap(work, row, [session], booked_only=True)
    refuse_thing_twice(work, row, [session])
    session_id = _insert(work, row, [session])[0]
    _more(work, row, amount_of_sessions(Unit(row.unit), [session]), "pledge.add_session")
    return session_id


def drop_pledge_session(work: Work, session_id: int) -> None:
    """Step: takes out a session nobody has booked; its time leaves pledged. Raises WrongState when it is booked."""
    session = work.get(PledgeSession, session_id)
    if session is None:
        raise NotThere
    row = _locked(work, session.pledge_id)
    dropped = (
        update(PledgeSession)
        .where(
            PledgeSession.id == session_id,
            ~PledgeSession.dropped,
            PledgeSession.held == 0,
            PledgeSession.committed == 0,
        )
        .values(dropped=True)
    )
    if not changed(work, dropped):
        raise WrongState(Message(N_("This day is booked or was taken out before, so it cannot be taken out.")))
    work.refresh(session)
    if row.state not in ENDED:  # what an ended pledge got back has left it already
        _less(work, row, _amount(row, session), "pledge.drop_session")


def swap_pledge_session(
    work: Work,
    session_id: int,
    day: date,
    starts_minute: int,
    ends_minute: int,
    at_once: int,
    *,
    committed_difference: int = 0,
) -> int:
    """Step: moves `at_once` of what is committed of a session to another day or time, in any state of the pledge.

    For an agreed change (a snowed-off Tuesday becomes a Thursday). What was moved leaves the old session; the
    pledged amount follows the length of the two. `committed_difference` is by how much the commitment's
    amount for it grows or shrinks. Returns the new session's id. Raises Refused when the new time overlaps
    a booked one, WrongState when the old one is not booked as the caller thinks.
    """
    old = work.get(PledgeSession, session_id)
    if old is None:
        raise NotThere
    row = _locked(work, old.pledge_id)
    try:
        session = Session(day, starts_minute, ends_minute, at_once)
    except ScheduleProblem as problem:
        raise Refused(Problem("sessions", problem.message)) from problem
    work.refresh(old)
    whole = old.at_once == at_once
    leaves = update(PledgeSession).where(PledgeSession.id == session_id, PledgeSession.committed >= at_once)
    if not changed(
        work,
        leaves.values(
            committed=PledgeSession.committed - at_once,
            at_once=PledgeSession.at_once if whole else PledgeSession.at_once - at_once,
            dropped=whole,
        ),
    ):
        raise WrongState(Message(N_("This day is not booked as it was. Look at it as it is now, then try again.")))
    work.refresh(old)
    _refuse_overlap(work, row, [session], booked_only=True)
    refuse_thing_twice(work, row, [session])
    new_id = _insert(work, row, [session])[0]
    changed(work, update(PledgeSession).where(PledgeSession.id == new_id).values(committed=at_once))
    unit = Unit(row.unit)
    before = Session(old.day, old.starts_minute, old.ends_minute, at_once)
    difference = amount_of_sessions(unit, [session]) - amount_of_sessions(unit, [before])
    if row.state in ENDED:
        difference = committed_difference
    changed(
        work,
        update(Pledge)
        .where(Pledge.id == row.id)
        .values(amount=Pledge.amount + difference, committed=Pledge.committed + committed_difference),
    )
    work.refresh(row)
    if difference > 0:
        book(work, pledged_booking(work, row, difference, "pledge.swap_session"))
    elif difference < 0:
        reverse(work, figure=Figure.PLEDGED, pledge_id=row.id, amount=-difference, act="pledge.swap_session")
    return new_id


def add_days(actor: Actor, reference: str, new: NewPledge) -> None:
    """The provider adds days: `new` carries weekdays, times and a window (inside the pledge's own)."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "add_sessions", version=new.version)
        sessions = planned_sessions(new)
        if not sessions:
            raise refuse("weekdays", N_("Choose at least one day of the week"))
        if sessions[0].day < today():
            raise refuse("first_day", N_("Choose a first day from today on"))
        if sessions[0].day < row.first_day or sessions[-1].day > row.last_day:
            raise refuse("last_day", N_("These days lie outside the pledge. Change its last day first"))
        _refuse_overlap(work, row, sessions, booked_only=False)
        refuse_thing_twice(work, row, sessions)
        _insert(work, row, sessions)
        more = amount_of_sessions(Unit(row.unit), sessions)
        _more(work, row, more, "pledge.add_days")
        work.record("pledge.add_days", f"pledge:{row.reference}", facts={"sessions": len(sessions), "amount": more})
        work.tell("PledgeChanged", pledge_id=row.id, reference=row.reference, organisation_id=row.organisation_id)


def drop_days(actor: Actor, reference: str, session_ids: Sequence[int], reason: str, version: int | None) -> None:
    """The provider takes out days nobody has booked. Raises Refused naming one that is booked."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "drop_session", version=version)
        if not session_ids:
            raise refuse("sessions", N_("Choose the days to take out"))
        own = {session.id: session for session in queries.sessions_of_pledge(work, row.id)}
        for session_id in sorted(set(session_ids)):
            session = own.get(session_id)
            if session is None:
                raise refuse("sessions", N_("One of these days was taken out meanwhile. Look at the list as it is now"))
            if session.is_booked:
                raise refuse(
                    "sessions",
                    N_("%(session)s is promised or on offer to a group, so it stays"),
                    session=say_session(Session(session.day, session.starts_minute, session.ends_minute)),
                )
            drop_pledge_session(work, session_id)
        if all(session.id in session_ids for session in own.values()):
            raise refuse("sessions", N_("That would leave no day at all. Withdraw the pledge instead"))
        work.record(
            "pledge.drop_days",
            f"pledge:{row.reference}",
            facts={"sessions": len(set(session_ids))},
            texts={"reason": reason},
        )
        work.tell("PledgeChanged", pledge_id=row.id, reference=row.reference, organisation_id=row.organisation_id)


# --- within -------------------------------------------------------------------------------------


def _locked(work: Work, pledge_id: int) -> Pledge:
    row = work.get(Pledge, pledge_id)
    if row is None:
        raise NotThere
    transactions.lock_row(work, row)
    return row


def _amount(row: Pledge, session: PledgeSession) -> int:
    said = Session(session.day, session.starts_minute, session.ends_minute, session.at_once)
    return amount_of_sessions(Unit(row.unit), [said])


def _insert(work: Work, row: Pledge, sessions: Sequence[Session]) -> list[int]:
    """Keeps sessions; one that was taken out before at the same day and time comes back."""
    days = {session.day for session in sessions}
    before = {
        (old.day, old.starts_minute): old
        for old in work.execute(
            select(PledgeSession).where(PledgeSession.pledge_id == row.id, PledgeSession.day.in_(days))
        ).scalars()
    }
    kept = []
    for session in sessions:
        old = before.get((session.day, session.starts_minute))
        if old is not None and not old.dropped:
            raise refuse("sessions", N_("%(session)s is there already"), session=say_session(session))
        one = old or PledgeSession(pledge_id=row.id, day=session.day, starts_minute=session.starts_minute)
        one.ends_minute, one.at_once, one.held, one.committed = session.ends_minute, session.at_once, 0, 0
        one.dropped = False
        work.add(one)
        kept.append(one)
    work.flush()
    return [one.id for one in kept]


def _refuse_overlap(work: Work, row: Pledge, sessions: Sequence[Session], *, booked_only: bool) -> None:
    for own in queries.sessions_of_pledge(work, row.id):
        if booked_only and not own.is_booked:
            continue
        there = Session(own.day, own.starts_minute, own.ends_minute)
        for session in sessions:
            if overlap(session, there):
                raise refuse(
                    "sessions",
                    N_("%(session)s overlaps a time of this pledge that is taken: %(there)s"),
                    session=say_session(session),
                    there=say_session(there),
                )


def _more(work: Work, row: Pledge, amount: int, act: str) -> None:
    changed(work, update(Pledge).where(Pledge.id == row.id).values(amount=Pledge.amount + amount))
    work.refresh(row)
    if row.offered_at_utc is not None:
        book(work, pledged_booking(work, row, amount, act))


def _less(work: Work, row: Pledge, amount: int, act: str) -> None:
    cut = update(Pledge).where(Pledge.id == row.id, Pledge.held + Pledge.committed <= Pledge.amount - amount)
    if not changed(work, cut.values(amount=Pledge.amount - amount)):
        raise WrongState(Message(N_("All that is left of this pledge is promised, so no day can be taken out.")))
    work.refresh(row)
    if row.offered_at_utc is not None:
        reverse(work, figure=Figure.PLEDGED, pledge_id=row.id, amount=amount, act=act)
