"""Steps that move or drop one session on commitment, pledge and part at once, checked for double booking."""

from __future__ import annotations

from datetime import date

from community_book.base.clock import today
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.sessions import MINUTES_A_DAY
from community_book.base.work import Work
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from cwb.commitments.actions import agreeing, standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import TAKES_ITS_TIME, PlannedSession, SessionState, Unreported
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.pledges import actions as pledges
from cwb.pledges import queries as pledge_queries


def move_session(
    work: Work, row: Commitment, session: CommitmentSession, day: date, starts_minute: int, ends_minute: int
) -> int:
    """Step: a planned session takes place at another time of the same length; returns the new session's id.

    Takes a time that is free on the pledge where it has one, else the pledge's session itself moves, also to a
    day outside its schedule. Raises Refused where that time is booked, WrongState where the day is past.
    """
    if day < today():
        raise WrongState(Message(N_("That day is past by now. Propose a new one.")))
    agreeing.mark_sessions(work, [session.id], SessionState.PLANNED, SessionState.MOVED)
    pledge_session_id = _move_on_pledge(work, row, session, day, starts_minute, ends_minute)
    need_session_id = _move_on_part(work, row, session, day, starts_minute, ends_minute)
    moved = CommitmentSession(
        commitment_id=row.id,
        pledge_session_id=pledge_session_id,
        need_session_id=need_session_id,
        day=day,
        starts_minute=starts_minute,
        ends_minute=ends_minute,
        at_once=session.at_once,
        amount=session.amount,
    )
    work.add(moved)
    work.flush()
    _keep_days(work, row)
    return moved.id


def drop_session(work: Work, row: Commitment, session: CommitmentSession, *, act: str) -> None:
    """Step: a planned session is given up: one to come goes back to both sides, one that is past to neither."""
    planned = PlannedSession(
        session.id,
        session.pledge_session_id,
        session.need_session_id,
        session.day,
        session.at_once,
        session.amount,
    )
    past = session.day < today()
    given = Unreported(0, (), planned.amount, (planned,)) if past else Unreported(planned.amount, (planned,), 0, ())
    agreeing.give_back(work, row, given, act=act)
    standing.keep(work, row, amount=row.amount - planned.amount, unused=row.unused + planned.amount)
    _keep_days(work, row)


def _keep_days(work: Work, row: Commitment) -> None:
    days = [s.day for s in terms.sessions_of(work, [row.id]).get(row.id, ()) if s.state in TAKES_ITS_TIME]
    if days:
        standing.keep(work, row, first_day=min(days), last_day=max(days), visits=len(days) if row.visits else 0)


def _move_on_pledge(
    work: Work, row: Commitment, session: CommitmentSession, day: date, starts: int, ends: int
) -> int | None:
    if session.pledge_session_id is None:
        return None
    work.flush()
    work.expire_all()
    offer = pledge_queries.pledge_offer(work, row.pledge_id)
    free = next(
        (
            one.id
            for one in (offer.sessions if offer else ())
            if one.day == day
            and one.starts_minute <= starts
            and ends <= one.ends_minute
            and one.left >= session.at_once
            and one.id != session.pledge_session_id
        ),
        None,
    )
    if free is not None:
        pledges.give_back_to_pledge(work, row.pledge_id, session.amount, {session.pledge_session_id: session.at_once})
        pledges.draw_from_pledge(work, row.pledge_id, session.amount, {free: session.at_once}, from_hold=False)
        return free
    own = next(
        one for one in pledge_queries.sessions_of_pledge(work, row.pledge_id) if one.id == session.pledge_session_id
    )
    # The pledge's session may be longer than what is drawn of it; it moves as it is, around the new time.
    length = own.ends_minute - own.starts_minute
    begins = min(max(starts - (session.starts_minute - own.starts_minute), 0), MINUTES_A_DAY - length)
    return pledges.swap_pledge_session(work, session.pledge_session_id, day, begins, begins + length, session.at_once)


def _move_on_part(
    work: Work, row: Commitment, session: CommitmentSession, day: date, starts: int, ends: int
) -> int | None:
    if session.need_session_id is None:
        return None
    part = need_queries.part_wanted(work, row.part_id)
    asked = next(
        (
            one.id
            for one in (part.sessions if part else ())
            if (one.day, one.starts_minute, one.ends_minute) == (day, starts, ends) and one.left >= session.at_once
        ),
        None,
    )
    if asked is not None:
        needs.give_back_to_part(work, row.part_id, session.amount, {session.need_session_id: session.at_once})
        needs.draw_on_part(work, row.part_id, session.amount, {asked: session.at_once})
        return asked
    return needs.swap_part_session(work, session.need_session_id, day, starts, ends, session.at_once)
