"""How days, times and schedules are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from community_book.base.messages import N_, Message
from community_book.base.sessions.schedules import MINUTES_A_DAY, Schedule, Session

_DATES_NAMED_AT_MOST = 6

WEEKDAYS: tuple[Message, ...] = (
    Message(N_("Monday")),
    Message(N_("Tuesday")),
    Message(N_("Wednesday")),
    Message(N_("Thursday")),
    Message(N_("Friday")),
    Message(N_("Saturday")),
    Message(N_("Sunday")),
)
"""Monday is 0, as in `date.weekday()`."""

WEEKDAYS_EACH: tuple[Message, ...] = (
    Message(N_("Mondays")),
    Message(N_("Tuesdays")),
    Message(N_("Wednesdays")),
    Message(N_("Thursdays")),
    Message(N_("Fridays")),
    Message(N_("Saturdays")),
    Message(N_("Sundays")),
)

MONTHS: tuple[Message, ...] = (
    Message(N_("January")),
    Message(N_("February")),
    Message(N_("March")),
    Message(N_("April")),
    Message(N_("May")),
    Message(N_("June")),
    Message(N_("July")),
    Message(N_("August")),
    Message(N_("September")),
    Message(N_("October")),
    Message(N_("November")),
    Message(N_("December")),
)
"""January is at place 0."""


def say_time(minute: int) -> Message:
    """A time of day: 9:00, 14:30; 1440 is "midnight"."""
    if minute == MINUTES_A_DAY:
        return Message(N_("midnight"))
    return Message(N_("%(time)s"), time=f"{minute // 60}:{minute % 60:02}")


def say_date(day: date, *, with_year: bool = True) -> Message:
    """Like 6 October 2026, or 6 October."""
    month = MONTHS[day.month - 1]
    if not with_year:
        return Message(N_("%(day)s %(month)s"), day=str(day.day), month=month)
    return Message(N_("%(day)s %(month)s %(year)s"), day=str(day.day), month=month, year=str(day.year))


def say_day(day: date) -> Message:
    """Like Tuesday 6 October 2026."""
    return Message(N_("%(weekday)s %(date)s"), weekday=WEEKDAYS[day.weekday()], date=say_date(day))


def say_session(session: Session) -> Message:
    """Like Tuesday 6 October 2026, 10:00 to 14:00; with "2 at once" where it is more than one."""
    said = Message(
        N_("%(day)s, %(start)s to %(end)s"),
        day=say_day(session.day),
        start=say_time(session.starts_minute),
        end=say_time(session.ends_minute),
    )
    return _with_at_once(said, session.at_once)


def say_schedule(schedule: Schedule) -> Message:
    """Like Tuesdays 9:00 to 12:00, 6 October to 15 December 2026, not on 27 October."""
    said = Message(
        N_("%(days)s %(start)s to %(end)s, %(dates)s"),
        days=_say_weekdays(schedule.weekdays, schedule.every_weeks),
        start=say_time(schedule.starts_minute),
        end=say_time(schedule.ends_minute),
        dates=_say_dates(schedule.first, schedule.last),
    )
    left_out = sorted(day for day in schedule.left_out if schedule.first <= day <= schedule.last)
    if left_out:
        with_year = schedule.first.year != schedule.last.year
        named = [say_date(day, with_year=with_year) for day in left_out[:_DATES_NAMED_AT_MOST]]
        if more := len(left_out) - len(named):
            named.append(
                Message(N_("1 more date")) if more == 1 else Message(N_("%(count)s more dates"), count=str(more))
            )
        said = Message(N_("%(schedule)s, not on %(dates)s"), schedule=said, dates=say_list(named))
    return _with_at_once(said, schedule.at_once)


def _with_at_once(said: Message, at_once: int) -> Message:
    if at_once == 1:
        return said
    return Message(N_("%(when)s, %(count)s at once"), when=said, count=f"{at_once:,}")


def _say_weekdays(weekdays: frozenset[int], every_weeks: int) -> Message:
    if weekdays == frozenset(range(7)):
        days = Message(N_("Every day"))
    elif weekdays == frozenset(range(5)):
        days = Message(N_("Mondays to Fridays"))
    else:
        days = say_list([WEEKDAYS_EACH[weekday] for weekday in sorted(weekdays)])
    if every_weeks == 1:
        return days
    return Message(N_("%(days)s, every %(weeks)s weeks,"), days=days, weeks=str(every_weeks))


def _say_dates(first: date, last: date) -> Message:
    if first == last:
        return say_date(first)
    return Message(
        N_("%(first)s to %(last)s"),
        first=say_date(first, with_year=first.year != last.year),
        last=say_date(last),
    )


def say_list(messages: Sequence[Message]) -> Message:
    """Joins as "a, b and c"; nested, because a Message's values are no lists."""
    said = messages[0]
    for message in messages[1:-1]:
        said = Message(N_("%(first)s, %(next)s"), first=said, next=message)
    if len(messages) > 1:
        said = Message(N_("%(first)s and %(last)s"), first=said, last=messages[-1])
    return said
