"""What people type for times and dates."""

from __future__ import annotations

import re
from datetime import date

from community_book.base.messages import N_, Message
from community_book.base.sessions.saying import MONTHS, say_list
from community_book.base.sessions.schedules import MINUTES_A_DAY, ScheduleProblem

FIRST_YEAR, LAST_YEAR = 2000, 2100
_DATES_AT_MOST = 400
_LONGEST_TYPED = 60
_LONGEST_LIST = 10_000
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:(a|p)\.?\s?m\.?)?", re.IGNORECASE)
_FOUR_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})")
_HOW_TO_TYPE_A_TIME = Message(N_("Enter a time, like 9:30 or 2pm"))
_TIME_WORDS = {"noon": 720, "midday": 720, "12 noon": 720, "midnight": MINUTES_A_DAY, "24:00": MINUTES_A_DAY}

_WEEKDAY_WORDS = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_DATE_IN_FIGURES = re.compile(
    _WEEKDAY_WORDS + r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\s*[/.\-]\s*([0-9]{4})", re.IGNORECASE
)
_DATE_IN_WORDS = re.compile(
    _WEEKDAY_WORDS + r"([0-9]{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)\.?,?\s+([0-9]{4})", re.IGNORECASE
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
        raise ScheduleProblem(Message(N_("The date must include %(parts)s"), parts=say_list(missing)))
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
        raise ScheduleProblem(Message(N_("That is too long. Enter at most %(most)s dates"), most=str(_DATES_AT_MOST)))
    found = frozenset(_one_date(piece) for raw in _BETWEEN_DATES.split(text) if (piece := " ".join(raw.split())))
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
        raise ScheduleProblem(Message(N_("“%(typed)s”: %(wrong)s"), typed=typed, wrong=problem.message)) from None


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
