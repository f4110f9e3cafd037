"""A promised session moves to another day or time: the step behind a change both sides agreed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from community_book.base.errors import NotThere, Refused
from community_book.base.messages import N_, Problem
from community_book.base.sessions import ScheduleProblem, Session, say_date
from community_book.base.work import Work, changed, refuse
from community_book.needs.actions.rows import locked_need_of_part, sessions_of
from community_book.needs.tables import NeedSession


def swap_part_session(
    work: Work, need_session_id: int, day: date, starts_minute: int, ends_minute: int, at_once: int
) -> int:
    """Step: moves what is promised of one session to another time of the same length, whatever the need's state.

    The old session loses `at_once`, and is taken out when nothing of it is left; what is needed and promised
    stays the same. The part's days widen where the new one lies outside. Returns the new session's id.
    Raises Refused where that time is asked for already, or is not as long.
    """
    old = work.get(NeedSession, need_session_id)
    if old is None:
        raise NotThere
    need, part = locked_need_of_part(work, old.part_id)
    work.refresh(old)
    try:
        session = Session(day, starts_minute, ends_minute, at_once)
    except ScheduleProblem as problem:
        raise Refused(Problem("sessions", problem.message)) from problem
    if session.length_minutes != old.ends_minute - old.starts_minute:
        raise refuse("sessions", N_("A session keeps its length when it moves"))
    there = {(row.day, row.starts_minute): row for row in sessions_of(work, part.id)}.get((day, starts_minute))
    if there is not None and not there.dropped:
        raise refuse("sessions", N_("%(day)s at this time is asked for already"), day=say_date(day))
    is_all = old.at_once == at_once
    moved = changed(
        work,
        update(NeedSession)
        .where(NeedSession.id == old.id, NeedSession.committed >= at_once, NeedSession.dropped.is_(False))
        .values(
            committed=NeedSession.committed - at_once,
            at_once=NeedSession.at_once - (0 if is_all else at_once),
            dropped=is_all,
        ),
    )
    if not moved:
        raise refuse("sessions", N_("%(day)s is not promised any more"), day=say_date(old.day))
    work.refresh(old)
    row = there or NeedSession(part_id=part.id, day=day, starts_minute=starts_minute)
    row.ends_minute, row.at_once, row.committed, row.dropped = ends_minute, at_once, at_once, False
    work.add(row)
    part.first_day = min(part.first_day or day, day)
    part.last_day = max(part.last_day or day, day)
    work.flush()
    work.tell(
        "NeedChanged",
        need_id=need.id,
        reference=need.reference,
        organisation_id=need.organisation_id,
        state=need.state,
        words_changed=False,
    )
    return row.id
