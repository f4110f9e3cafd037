"""Sessions: the days and times of a room, a vehicle, equipment or any regular help.

Times are minutes after midnight, 0 to 1440, of the calendar day in England. Amounts are added up from
sessions; two schedules fit where they have sessions in common, not where their windows touch
(domain.md 2).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from community_book.base.messages import N_, Message

MINUTES_A_DAY = 1440
SESSIONS_AT_MOST = 750
"""How many sessions one schedule may hold: every day of two years, and 20 more."""
_WEEKS_APART_AT_MOST = 52
_AT_ONCE_AT_MOST = 100_000


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
            Message(N_("No session falls between these dates. Check the days of the week and the dates left out"))
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


def common_sessions(offered: Sequence[Session], wanted: Sequence[Session]) -> list[tuple[Session, Session, Session]]:
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
            earlier for earlier in running if earlier.day == session.day and earlier.ends_minute > session.starts_minute
        ]
        found.extend((earlier, session) for earlier in running)
        running.append(session)
    return found


def _by_day(sessions: Iterable[Session]) -> dict[date, list[Session]]:
    found: defaultdict[date, list[Session]] = defaultdict(list)
    for session in sessions:
        found[session.day].append(session)
    return found
