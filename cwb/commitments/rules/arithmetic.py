"""What is past, what is due, what goes back when a promise ends: pure arithmetic of amounts and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from community_book.base.amounts import Kind
from community_book.base.clock import working_days_between
from community_book.base.messages import N_, Message
from cwb.commitments.rules.reasons import Hosting


class SessionState(StrEnum):
    """What became of one named session. `not_used`: its time passed; `returned`: others may have it."""

    PLANNED = "planned"
    REPORTED = "reported"
    NOT_USED = "not_used"
    RETURNED = "returned"
    MOVED = "moved"


SESSION_LABELS: dict[SessionState, Message] = {
    SessionState.PLANNED: Message(N_("planned")),
    SessionState.REPORTED: Message(N_("reported")),
    SessionState.NOT_USED: Message(N_("not used")),
    SessionState.RETURNED: Message(N_("given up")),
    SessionState.MOVED: Message(N_("moved to another day")),
}

TAKES_ITS_TIME = frozenset({SessionState.PLANNED, SessionState.REPORTED, SessionState.NOT_USED})
"""States in which a session still takes its place on the pledge and the part."""


class PlannedSession(NamedTuple):
    """A session as it is drawn: ids on both sides, day, how many at once, amount."""

    id: int
    pledge_session_id: int | None
    need_session_id: int | None
    day: date
    at_once: int
    amount: int


@dataclass(frozen=True)
class Unreported:
    """What was agreed and not reported, in two: what both sides get back, and the time that has passed."""

    free: int
    free_sessions: tuple[PlannedSession, ...]
    past: int
    past_sessions: tuple[PlannedSession, ...]


def split_unreported(
    *,
    kind: Kind,
    amount: int,
    reported: int,
    first_day: date,
    last_day: date,
    planned: Sequence[PlannedSession],
    has_sessions: bool,
    today: date,
) -> Unreported:
    """Divides what is not reported by time. Source: domain.md 4, "past time returns to neither side".

    With sessions, those before today are past, and with them what reported sessions fell short of. Land is
    past week by week. Help, money and things given without named sessions lose nothing by waiting.
    """
    rest = amount - reported
    if has_sessions:
        coming = tuple(session for session in planned if session.day >= today)
        gone = tuple(session for session in planned if session.day < today)
        free = min(rest, sum(session.amount for session in coming))
        return Unreported(free, coming, rest - free, gone)
    past = 0
    if kind is Kind.LAND and today > first_day:
        days = (last_day - first_day).days + 1
        elapsed = min(days, (today - first_day).days)
        past = max(0, amount * elapsed // days - reported)
    return Unreported(rest - past, (), past, ())


def due_on(last_day: date, planned_days: Iterable[date]) -> date:
    """When it should be said what happened: at the end, or of regular sessions at the end of each month."""
    earliest = min(planned_days, default=None)
    return last_day if earliest is None else min(last_day, end_of_month(earliest))


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    following = date(day.year + (day.month == 12), day.month % 12 + 1, 1)
    return following - timedelta(days=1)


class Lateness(StrEnum):
    """How late a report is: amber after 5 working days, on the broker's list after 10, to be ended after 30."""

    IN_TIME = "in_time"
    LATE = "late"
    STUCK = "stuck"
    OVERDUE = "overdue"


LATENESS_LABELS: dict[Lateness, Message] = {
    Lateness.IN_TIME: Message(N_("in time")),
    Lateness.LATE: Message(N_("late")),
    Lateness.STUCK: Message(N_("stuck")),
    Lateness.OVERDUE: Message(N_("long overdue")),
}

LATE_WORKING_DAYS = 5


def lateness(due: date | None, today: date, *, stuck_after: int, overdue_after: int) -> Lateness:
    """How late something due is, in working days of England."""
    if due is None or today <= due:
        return Lateness.IN_TIME
    days = working_days_between(due, today)
    if days >= overdue_after:
        return Lateness.OVERDUE
    if days >= stuck_after:
        return Lateness.STUCK
    return Lateness.LATE if days >= LATE_WORKING_DAYS else Lateness.IN_TIME


def days_before(today: date, working_days: int) -> date:
    """The latest day something was due that is `working_days` late today."""
    day = today
    while working_days_between(day, today) < working_days:
        day -= timedelta(days=1)
    return day


def on_pledge(sessions: Iterable[PlannedSession]) -> dict[int, int]:
    """How many at once a number of sessions takes of each of the pledge's."""
    return {s.pledge_session_id: s.at_once for s in sessions if s.pledge_session_id is not None}


def on_part(sessions: Iterable[PlannedSession]) -> dict[int, int]:
    """How many at once a number of sessions takes of each of the part's."""
    return {s.need_session_id: s.at_once for s in sessions if s.need_session_id is not None}


def visits_of(kind: Kind, amount: int, people: int | None, visit_minutes: int | None, sessions: int) -> int:
    """How often somebody comes, for the cost of hosting: once a session, or as often as the amount takes."""
    if kind is not Kind.HANDS:
        return sessions
    if sessions:
        return sessions
    return -(-amount // (people * visit_minutes)) if people and visit_minutes else 1


def visits_after(visits: int, amount_before: int, amount: int) -> int:
    """How often somebody comes once the amount has changed, at the same length and number of people."""
    return -(-visits * amount // amount_before) if visits and amount_before else visits


def hosting_between(cost_pence: int, pence_at_most: int | None) -> tuple[Hosting, int]:
    """What of a visit's cost is paid, from what the group says it costs and the provider pays at most."""
    paid = min(cost_pence, pence_at_most or 0)
    if paid == 0:
        return Hosting.NONE, 0
    return (Hosting.PAID if paid == cost_pence else Hosting.PART), paid
