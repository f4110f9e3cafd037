"""The one place that knows what time it is. Tests and the demo hold it still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now_utc() -> datetime:
    """The moment, aware, in UTC, with microseconds."""
    return _held.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in England."""
    return now_utc().astimezone(LONDON).date()


@contextmanager
def held_at(moment: datetime | date) -> Iterator[None]:
    """Holds the clock still (a date means noon in England): for tests, the demo and imports of history."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=LONDON)
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)


def is_held() -> bool:
    """Whether somebody holds the clock still now."""
    return _held.get() is not None


@lru_cache(maxsize=1)
def _bank_holidays() -> frozenset[date]:
    from govuk_bank_holidays.bank_holidays import BankHolidays

    division = BankHolidays.ENGLAND_AND_WALES
    return frozenset(
        holiday["date"] for holiday in BankHolidays(use_cached_holidays=True).get_holidays(division=division)
    )


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday of England (the package's bundled dates, no network)."""
    return day.weekday() < 5 and day not in _bank_holidays()


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days after `day`; 0 gives the day itself."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first` up to and including `last`; 0 when last is not later."""
    day, count = first, 0
    while day < last:
        day += timedelta(days=1)
        if is_working_day(day):
            count += 1
    return count


def moment_of(day: date, at: time) -> datetime:
    """A time of day in England as a moment in UTC, right on the days on which the clocks change."""
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def due_day(at: time, moment: datetime) -> date:
    """The newest day on which this time of England has come."""
    day = moment.astimezone(LONDON).date()
    return day if moment >= moment_of(day, at) else day - timedelta(days=1)


def next_moment(at: time, moment: datetime) -> datetime:
    """When this time of England comes next."""
    return moment_of(due_day(at, moment) + timedelta(days=1), at)


def quarter_of(day: date) -> str:
    """The calendar quarter a day lies in, written 2026-Q4."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarter_dates(quarter: str) -> tuple[date, date]:
    """First and last day of a quarter written 2026-Q4."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first = date(year, number * 3 - 2, 1)
    following = date(year + (number == 4), number * 3 % 12 + 1, 1)
    return first, following - timedelta(days=1)
