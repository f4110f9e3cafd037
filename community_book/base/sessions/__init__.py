"""Sessions and schedules: arithmetic in `schedules`, words in `saying`, what people type in `reading`."""

from __future__ import annotations

from community_book.base.sessions.reading import FIRST_YEAR, LAST_YEAR, read_date, read_dates_list, read_time
from community_book.base.sessions.saying import (
    MONTHS,
    WEEKDAYS,
    WEEKDAYS_EACH,
    say_date,
    say_day,
    say_list,
    say_schedule,
    say_session,
    say_time,
)
from community_book.base.sessions.schedules import (
    MINUTES_A_DAY,
    SESSIONS_AT_MOST,
    Schedule,
    ScheduleProblem,
    Session,
    clashes,
    common_sessions,
    overlap,
    sessions_of,
    total_minutes,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MINUTES_A_DAY",
    "MONTHS",
    "SESSIONS_AT_MOST",
    "WEEKDAYS",
    "WEEKDAYS_EACH",
    "Schedule",
    "ScheduleProblem",
    "Session",
    "clashes",
    "common_sessions",
    "overlap",
    "read_date",
    "read_dates_list",
    "read_time",
    "say_date",
    "say_day",
    "say_list",
    "say_schedule",
    "say_session",
    "say_time",
    "sessions_of",
    "total_minutes",
]
