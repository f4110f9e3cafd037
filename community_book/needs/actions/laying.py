"""Steps that write what a part asks for, and its sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, or_, update

from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, say_date
from community_book.base.work import Work, changed, refuse
from community_book.needs.actions.rows import locked_need_of_part, sessions_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import NewPart, asked_of, pattern_of
from community_book.needs.tables import NeedPart, NeedSession

_DATES_NAMED_AT_MOST = 5


def fill_part(work: Work, part: NeedPart, new: NewPart, place_id: int) -> None:
    """Step: writes what was asked into a part nobody has promised anything of: a draft, or one not looked at yet."""
    _write(part, new, place_id)
    asked = asked_of(new)
    part.amount = asked.amount
    work.add(part)
    work.flush()
    work.execute(delete(NeedSession).where(NeedSession.part_id == part.id))
    _add_all(work, part.id, asked.sessions)
    work.flush()


def take_out_part(work: Work, part: NeedPart) -> None:
    """Step: removes a part of a need nobody but its group has seen yet."""
    work.execute(delete(NeedSession).where(NeedSession.part_id == part.id))
    work.delete(part)
    work.flush()


def refill_part(work: Work, part: NeedPart, new: NewPart, place_id: int) -> None:
    """Step: changes a part that was posted. What is promised stays: amounts and days below it are refused."""
    promised = say_amount(Unit(part.unit), part.committed)
    asked = asked_of(new)
    had_sessions = any(not row.dropped for row in sessions_of(work, part.id))
    if part.committed and bool(asked.sessions) != had_sessions:
        raise refuse(
            "how",
            N_("%(promised)s is promised already, so how the time is asked for must stay as it is"),
            promised=promised,
        )
    _write(part, new, place_id)
    if had_sessions or asked.sessions:
        _relay_sessions(work, part, asked.sessions)
        part.amount = _sum_of(sessions_of(work, part.id)) - part.lost if asked.sessions else asked.amount
    elif asked.amount is None and part.committed:
        raise refuse("amount", N_("%(promised)s is promised already, so say how much it is in all"), promised=promised)
    elif asked.amount is not None and asked.amount < part.committed:
        raise refuse("amount", N_("%(promised)s is promised already, so it cannot be less"), promised=promised)
    else:
        part.amount = asked.amount
    work.flush()


def _write(part: NeedPart, new: NewPart, place_id: int) -> None:
    asked = asked_of(new)
    part.unit = new.unit
    part.item_type, part.subject = new.item_type, new.subject
    part.unsure = new.not_sure
    part.is_about = new.is_about and asked.amount is not None and not new.how
    part.smallest_useful = asked.smallest_useful
    part.first_day, part.last_day = asked.first_day, asked.last_day
    part.pattern = pattern_of(new)
    part.place_id = place_id
    part.online = new.online
    part.features = {key: value for key, value in new.features.items() if value}
    part.conditions = new.conditions
    part.team_smallest, part.team_largest = new.team_smallest, new.team_largest
    part.visit_minutes = new.visit_minutes
    part.hosting_cost_pence = new.hosting_cost_pence


def _add_all(work: Work, part_id: int, sessions: Sequence[Session]) -> None:
    work.add_all(
        NeedSession(
            part_id=part_id,
            day=session.day,
            starts_minute=session.starts_minute,
            ends_minute=session.ends_minute,
            at_once=session.at_once,
        )
        for session in sessions
    )


def _relay_sessions(work: Work, part: NeedPart, sessions: Sequence[Session]) -> None:
    """Sessions that are promised stay; others follow what is asked now. Days past are left as they were."""
    rows = {(row.day, row.starts_minute): row for row in sessions_of(work, part.id)}
    wanted = {(session.day, session.starts_minute): session for session in sessions}
    on = today()
    in_the_way: list[date] = []
    for key, row in rows.items():
        session = wanted.get(key)
        stays = session is not None and session.ends_minute == row.ends_minute
        if row.dropped or row.day < on or (stays and session is not None and session.at_once >= row.committed):
            continue
        if row.committed:
            in_the_way.append(row.day)
        elif not stays:
            row.dropped = True
    if in_the_way:
        raise _promised_days(in_the_way)
    fresh = []
    for key, session in wanted.items():
        row_there = rows.get(key)
        if session.day < on:
            continue
        if row_there is None:
            fresh.append(session)
        else:
            row_there.dropped = False
            row_there.ends_minute = session.ends_minute
            row_there.at_once = session.at_once
    _add_all(work, part.id, fresh)
    work.flush()


def _promised_days(days: Sequence[date]) -> Exception:
    said: Message = say_date(days[0])
    for day in days[1:_DATES_NAMED_AT_MOST]:
        said = Message(N_("%(first)s, %(next)s"), first=said, next=say_date(day))
    if more := len(days) - _DATES_NAMED_AT_MOST:
        said = said if more < 0 else Message(N_("%(days)s and %(count)s more"), days=said, count=more)
    return refuse(
        "how", N_("Help is promised for %(days)s already. Those days and times must stay as they are"), days=said
    )


def _sum_of(rows: Sequence[NeedSession]) -> int:
    return sum((row.ends_minute - row.starts_minute) * row.at_once for row in rows if not row.dropped)


def add_part_session(
    work: Work, part_id: int, day: date, starts_minute: int, ends_minute: int, at_once: int = 1
) -> int:
    """Step: asks for one more session, for a change both sides agreed; returns its id. The amount grows by it.

    The window widens where the day lies outside. Raises Refused where that time is asked for already, or the
    part does not ask for days at all.
    """
    session = Session(day, starts_minute, ends_minute, at_once)
    need, part = locked_need_of_part(work, part_id)
    rows = sessions_of(work, part_id)
    if all(row.dropped for row in rows) and not part.pattern:
        raise refuse("sessions", N_("This need does not ask for certain days"))
    row = next((r for r in rows if (r.day, r.starts_minute) == (day, starts_minute)), None)
    if row is None:
        row = NeedSession(part_id=part_id, day=day, starts_minute=starts_minute)
        work.add(row)
    elif not row.dropped:
        raise refuse("sessions", N_("%(day)s at this time is asked for already"), day=say_date(day))
    row.ends_minute, row.at_once, row.committed, row.dropped = ends_minute, at_once, 0, False
    part.first_day = min(part.first_day or day, day)
    part.last_day = max(part.last_day or day, day)
    work.flush()
    changed(
        work,
        update(NeedPart).where(NeedPart.id == part_id).values(amount=NeedPart.amount + session.minutes),
    )
    settle_need(work, need.id)
    return row.id


def drop_part_session(work: Work, need_session_id: int) -> None:
    """Step: no longer asks for a session nobody has promised; the amount shrinks by it. Raises Refused, NotThere."""
    found = work.get(NeedSession, need_session_id)
    if found is None:
        raise NotThere
    need, _ = locked_need_of_part(work, found.part_id)
    dropped = changed(
        work,
        update(NeedSession)
        .where(NeedSession.id == need_session_id, NeedSession.committed == 0, NeedSession.dropped.is_(False))
        .values(dropped=True),
    )
    if not dropped:
        raise _promised_days([found.day])
    minutes = (found.ends_minute - found.starts_minute) * found.at_once
    changed(
        work,
        update(NeedPart)
        .where(NeedPart.id == found.part_id, or_(NeedPart.amount.is_(None), NeedPart.amount >= minutes))
        .values(amount=NeedPart.amount - minutes),
    )
    settle_need(work, need.id)
