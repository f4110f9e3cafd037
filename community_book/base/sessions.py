"""Sessions: the days and times of a room, a vehicle, equipment or any regular help.

Times are minutes after midnight, 0 to 1440, of the calendar day in England. Amounts are added up from
sessions; two schedules fit where they have sessions in common, not where their windows touch
(domain.md 2).
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from community_book.base.messages import N_, Message

MINUTES_A_DAY = 1440
SESSIONS_AT_MOST = 750
"""How many sessions one schedule may hold: two years of every day and a little over."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
_WEEKS_APART_AT_MOST = 52
_AT_ONCE_AT_MOST = 100_000
_DATES_AT_MOST = 400
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


class ScheduleProblem(ValueError):
    """A day, a time or a schedule that cannot be; `message` says what is wrong and what to type."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, order=True)
class Session:
    """One stretch of one day; `at_once` is how many of the thing (or people) there are in it.

    Raises ScheduleProblem unless 0 <= starts_minute < ends_minute <= 1440 and at_once is at least 1.
    """

    day: date
    starts_minute: int
    ends_minute: int
    at_once: int = 1

    def __post_init__(self) -> None:
        _check_times(self.starts_minute, self.ends_minute, self.at_once)

    @property
    def length_minutes(self) -> int:
        """From start to end, of one."""
        return self.ends_minute - self.starts_minute

    @property
    def minutes(self) -> int:
        """The amount: the length times how many at once."""
        return self.length_minutes * self.at_once


@dataclass(frozen=True)
class Schedule:
    """A pattern of sessions: weekdays (Monday is 0), from-to, first and last date, dates left out.

    `every_weeks` is counted from the calendar week (Monday to Sunday) of `first`.
    Raises ScheduleProblem for a pattern that cannot be.
    """

    weekdays: frozenset[int]
    starts_minute: int
    ends_minute: int
    first: date
    last: date
    every_weeks: int = 1
    left_out: frozenset[date] = frozenset()
    at_once: int = 1

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ScheduleProblem(Message(N_("Choose at least one day of the week")))
        if not self.weekdays <= set(range(7)):
            raise ScheduleProblem(Message(N_("Choose days from Monday to Sunday")))
        _check_times(self.starts_minute, self.ends_minute, self.at_once)
        if self.last < self.first:
            raise ScheduleProblem(Message(N_("The last date must be the same as or after the first date")))
        if not 1 <= self.every_weeks <= _WEEKS_APART_AT_MOST:
            raise ScheduleProblem(Message(N_("Enter how many weeks apart as a whole number from 1 to 52")))


def _check_times(starts_minute: int, ends_minute: int, at_once: int) -> None:
    if not (0 <= starts_minute <= MINUTES_A_DAY and 0 <= ends_minute <= MINUTES_A_DAY):
        raise ScheduleProblem(Message(N_("Times must lie between 0:00 and midnight of one day")))
    if ends_minute <= starts_minute:
        raise ScheduleProblem(Message(N_("The end time must be later than the start time")))
    if not 1 <= at_once <= _AT_ONCE_AT_MOST:
        raise ScheduleProblem(Message(N_("Enter how many at once as a whole number, 1 or more")))


# --- what a schedule holds, and what two have in common -----------------------------------------


def sessions_of(schedule: Schedule) -> tuple[Session, ...]:
    """Every session of the schedule, earliest first.

    Raises ScheduleProblem when there would be none, or more than SESSIONS_AT_MOST.
    """
    monday = schedule.first.toordinal() - schedule.first.weekday()
    last = schedule.last.toordinal()
    found: list[Session] = []
    for week in range(monday, last + 1, 7 * schedule.every_weeks):
        for weekday in sorted(schedule.weekdays):
            if not schedule.first.toordinal() <= week + weekday <= last:
                continue
            day = date.fromordinal(week + weekday)
            if day in schedule.left_out:
                continue
            if len(found) == SESSIONS_AT_MOST:
                raise ScheduleProblem(
                    Message(
                        N_("That is more than %(most)s sessions. Choose an earlier last date or fewer days"),
                        most=str(SESSIONS_AT_MOST),
                    )
                )
            found.append(Session(day, schedule.starts_minute, schedule.ends_minute, schedule.at_once))
    if not found:
        raise ScheduleProblem(
            Message(
                N_("No session falls between these dates. Check the days of the week and the dates left out")
            )
        )
    return tuple(found)


def total_minutes(sessions: Iterable[Session]) -> int:
    """The amount of several sessions, in minutes, each times how many at once."""
    return sum(session.minutes for session in sessions)


def overlap(a: Session, b: Session) -> Session | None:
    """The stretch both have, with the smaller `at_once`; None when they only touch or do not meet."""
    starts, ends = max(a.starts_minute, b.starts_minute), min(a.ends_minute, b.ends_minute)
    if a.day != b.day or ends <= starts:
        return None
    return Session(a.day, starts, ends, min(a.at_once, b.at_once))


def common_sessions(
    offered: Sequence[Session], wanted: Sequence[Session]
) -> list[tuple[Session, Session, Session]]:
    """As many pairs as can be of (offered, wanted, what both have), earliest wanted first.

    A pair lies on one day, and all of the wanted time lies within the offered time. Each offered and
    each wanted session is used at most once. The third has the wanted times and the smaller `at_once`.
    """
    offered_by_day, wanted_by_day = _by_day(offered), _by_day(wanted)
    pairs: list[tuple[Session, Session, Session]] = []
    for day in sorted(offered_by_day.keys() & wanted_by_day.keys()):
        waiting = sorted(offered_by_day[day], key=lambda session: session.starts_minute, reverse=True)
        begun: list[tuple[int, Session]] = []
        for want in sorted(wanted_by_day[day]):
            # Every session begun by now has also begun for later wants, so only its end still matters;
            # giving up the one that ends first leaves the most for them.
            while waiting and waiting[-1].starts_minute <= want.starts_minute:
                offer = waiting.pop()
                insort(begun, (offer.ends_minute, offer))
            place = bisect_left(begun, want.ends_minute, key=lambda entry: entry[0])
            if place < len(begun):
                _, offer = begun.pop(place)
                both = Session(day, want.starts_minute, want.ends_minute, min(offer.at_once, want.at_once))
                pairs.append((offer, want, both))
    return pairs


def clashes(sessions: Iterable[Session]) -> list[tuple[Session, Session]]:
    """Every pair that overlaps in time on one day, earliest first; sessions that only touch do not."""
    found: list[tuple[Session, Session]] = []
    running: list[Session] = []
    for session in sorted(sessions):
        running = [
            earlier
            for earlier in running
            if earlier.day == session.day and earlier.ends_minute > session.starts_minute
        ]
        found.extend((earlier, session) for earlier in running)
        running.append(session)
    return found


def _by_day(sessions: Iterable[Session]) -> dict[date, list[Session]]:
    found: defaultdict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        found[session.day].append(session)
    return found


# --- saying -------------------------------------------------------------------------------------


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
                Message(N_("1 more date"))
                if more == 1
                else Message(N_("%(count)s more dates"), count=str(more))
            )
        said = Message(N_("%(schedule)s, not on %(dates)s"), schedule=said, dates=_say_list(named))
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
        days = _say_list([WEEKDAYS_EACH[weekday] for weekday in sorted(weekdays)])
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


def _say_list(messages: Sequence[Message]) -> Message:
    """Joins as "a, b and c"; nested, because a Message's values are no lists."""
    said = messages[0]
    for message in messages[1:-1]:
        said = Message(N_("%(first)s, %(next)s"), first=said, next=message)
    if len(messages) > 1:
        said = Message(N_("%(first)s and %(last)s"), first=said, last=messages[-1])
    return said


# --- reading ------------------------------------------------------------------------------------

_LONGEST_TYPED = 60
_LONGEST_LIST = 10_000
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:(a|p)\.?\s?m\.?)?", re.IGNORECASE)
_FOUR_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})")
_HOW_TO_TYPE_A_TIME = Message(N_("Enter a time, like 9:30 or 2pm"))
_TIME_WORDS = {"noon": 720, "midday": 720, "12 noon": 720, "midnight": MINUTES_A_DAY, "24:00": MINUTES_A_DAY}

_WEEKDAY_WORDS = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_DATE_IN_FIGURES = re.compile(
    _WEEKDAY_WORDS + r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\s*[/.\-]\s*([0-9]{4})", re.I
)
_DATE_IN_WORDS = re.compile(
    _WEEKDAY_WORDS + r"([0-9]{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)\.?,?\s+([0-9]{4})", re.I
)
_DATE_AS_STORED = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_HOW_TO_TYPE_A_DATE = Message(N_("Enter each date with its year, like 27/10/2026 or 3 November 2026"))
_BETWEEN_DATES = re.compile(r"[;\n]|,(?!\s*[0-9]{4}(?![-0-9]))|\band\b", re.IGNORECASE)


def read_time(text: str) -> int:
    """A time a person typed ("9", "9:30", "9.30am", "14:00", "1430", "noon"), in minutes after midnight.

    "midnight" and "24:00" are the end of the day, 1440. Raises ScheduleProblem.
    """
    typed = " ".join(text.split())
    if not typed:
        raise ScheduleProblem(_HOW_TO_TYPE_A_TIME)
    if len(typed) > _LONGEST_TYPED:
        raise ScheduleProblem(_not_understood(typed[:20] + "…", _HOW_TO_TYPE_A_TIME))
    if typed.lower() in _TIME_WORDS:
        return _TIME_WORDS[typed.lower()]
    if found := _FOUR_DIGITS.fullmatch(typed):
        hour, minute, half = int(found[1]), int(found[2]), None
    elif found := _TIME.fullmatch(typed):
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    else:
        raise ScheduleProblem(_not_understood(typed, _HOW_TO_TYPE_A_TIME))
    if half is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    # "14:00pm" is what some people type, and can mean only one thing.
    elif half is not None and not (half.lower() == "p" and 13 <= hour <= 23):
        raise ScheduleProblem(_not_understood(typed, _HOW_TO_TYPE_A_TIME))
    if hour > 23 or minute > 59:
        raise ScheduleProblem(_not_understood(typed, _HOW_TO_TYPE_A_TIME))
    return hour * 60 + minute


def read_date(day: str, month: str, year: str) -> date:
    """A date from the three boxes people fill in; the month as a number or a name, years 2000 to 2100.

    Raises ScheduleProblem, naming what is missing or wrong.
    """
    day, month, year = day.strip(), month.strip(), year.strip()
    missing = [
        name
        for name, typed in (
            (Message(N_("a day")), day),
            (Message(N_("a month")), month),
            (Message(N_("a year")), year),
        )
        if not typed
    ]
    if len(missing) == 3:
        raise ScheduleProblem(Message(N_("Enter a date, like 27 10 2026")))
    if missing:
        raise ScheduleProblem(Message(N_("The date must include %(parts)s"), parts=_say_list(missing)))
    day_number, month_number = _number(day, 2), _month_number(month)
    if day_number is None or not 1 <= day_number <= 31:
        raise ScheduleProblem(Message(N_("The day must be a number from 1 to 31")))
    if month_number is None:
        raise ScheduleProblem(Message(N_("The month must be a number from 1 to 12, or its name")))
    year_number = _number(year, 4)
    if year_number is None or len(year) != 4:
        raise ScheduleProblem(Message(N_("The year must have 4 figures, like 2026")))
    if not FIRST_YEAR <= year_number <= LAST_YEAR:
        raise ScheduleProblem(
            Message(
                N_("The year must be between %(first)s and %(last)s"),
                first=str(FIRST_YEAR),
                last=str(LAST_YEAR),
            )
        )
    try:
        return date(year_number, month_number, day_number)
    except ValueError:
        raise ScheduleProblem(
            Message(
                N_("There is no %(day)s %(month)s in %(year)s"),
                day=str(day_number),
                month=MONTHS[month_number - 1],
                year=str(year_number),
            )
        ) from None


def read_dates_list(text: str) -> frozenset[date]:
    """Dates in one box, with commas, semicolons, "and" or new lines between; nothing typed is no dates.

    Each as 27/10/2026, 3 November 2026 or 2026-10-27. Raises ScheduleProblem, naming the one it is about.
    """
    if len(text) > _LONGEST_LIST:
        raise ScheduleProblem(
            Message(N_("That is too long. Enter at most %(most)s dates"), most=str(_DATES_AT_MOST))
        )
    found = frozenset(
        _one_date(piece) for raw in _BETWEEN_DATES.split(text) if (piece := " ".join(raw.split()))
    )
    if len(found) > _DATES_AT_MOST:
        raise ScheduleProblem(Message(N_("Enter at most %(most)s dates"), most=str(_DATES_AT_MOST)))
    return found


def _one_date(typed: str) -> date:
    if found := _DATE_AS_STORED.fullmatch(typed):
        year, month, day = found.groups()
    elif found := _DATE_IN_FIGURES.fullmatch(typed) or _DATE_IN_WORDS.fullmatch(typed):
        day, month, year = found.groups()
    else:
        shown = typed if len(typed) <= _LONGEST_TYPED else typed[:20] + "…"
        raise ScheduleProblem(_not_understood(shown, _HOW_TO_TYPE_A_DATE))
    try:
        return read_date(day, month, year)
    except ScheduleProblem as problem:
        raise ScheduleProblem(
            Message(N_("“%(typed)s”: %(wrong)s"), typed=typed, wrong=problem.message)
        ) from None


def _number(typed: str, digits_at_most: int) -> int | None:
    return int(typed) if re.fullmatch(rf"[0-9]{{1,{digits_at_most}}}", typed) else None


def _month_number(typed: str) -> int | None:
    number = _number(typed, 2)
    if number is not None:
        return number if 1 <= number <= 12 else None
    word = typed.lower().rstrip(".")
    if word == "sept":
        word = "sep"
    for place, name in enumerate(MONTHS, start=1):
        if len(word) >= 3 and name.template.lower().startswith(word):
            return place
    return None


def _not_understood(typed: str, how: Message) -> Message:
    return Message(N_("“%(typed)s” is not something we can read. %(how)s"), typed=typed, how=how)
