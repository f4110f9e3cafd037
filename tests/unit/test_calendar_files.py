"""Calendar files as RFC 5545 wants them, and when the mail of the day goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from community_book.base.calendars import CalendarEntry, CalendarLine, calendar_text
from community_book.base.clock import LONDON
from community_book.base.messages import Message
from community_book.notices.rules import next_mail_at
from community_book.people.rules import MailRhythm

CHANGED = datetime(2026, 1, 1, tzinfo=UTC)


def line(title: str, starts: datetime | date, ends: datetime | None = None) -> CalendarLine:
    entry = CalendarEntry("session-1", Message("x"), starts, ends, "commitment:C-AAAAAA", CHANGED)
    return CalendarLine(entry, title, "http://localhost/promises/C-AAAAAA")


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_session_keeps_its_time_of_england_in_winter_and_in_summer() -> None:
    for day, said in (
        (date(2026, 3, 28), "20260328T100000Z"),
        (date(2026, 3, 29), "20260329T090000Z"),
        (date(2026, 10, 24), "20261024T090000Z"),
        (date(2026, 10, 25), "20261025T100000Z"),
    ):
        starts = datetime(day.year, day.month, day.day, 10, tzinfo=LONDON)
        assert f"DTSTART:{said}" in unfolded(calendar_text("Dates", "host", [line("Lunch", starts, starts)]))


def test_a_day_ends_the_day_after() -> None:
    said = unfolded(calendar_text("Dates", "host", [line("Say what happened", date(2026, 12, 31))]))
    assert "DTSTART;VALUE=DATE:20261231" in said
    assert "DTEND;VALUE=DATE:20270101" in said


@pytest.mark.parametrize(
    "title",
    ["Tea, cake; and \\ more", "A\nBEGIN:VEVENT", "Ŵ" * 200, "🫖" * 100, "x" * 75, "", "a" * 66 + "é"],
)
def test_no_line_is_longer_than_75_octets_and_nothing_typed_adds_a_line(title: str) -> None:
    text = calendar_text(title, "host", [line(title, CHANGED, CHANGED)])
    assert text.endswith("END:VCALENDAR\r\n")
    for one in text.split("\r\n"):
        assert len(one.encode()) <= 75
        one.encode().decode()
    assert unfolded(text).count("BEGIN:VEVENT") == 1
    [summary] = [one for one in unfolded(text) if one.startswith("SUMMARY:")]
    back = summary.removeprefix("SUMMARY:").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert back == title.replace("\n", " ")


@pytest.mark.parametrize(
    ("rhythm", "now", "then"),
    [
        ("daily", (2026, 3, 2, 7, 29), (2026, 3, 2, 7, 30)),
        ("daily", (2026, 3, 2, 7, 30), (2026, 3, 3, 7, 30)),
        ("daily", (2026, 3, 27, 9, 0), (2026, 3, 30, 7, 30)),  # Friday, and the clocks go forward on Sunday
        ("daily", (2026, 10, 23, 9, 0), (2026, 10, 26, 7, 30)),
        ("daily", (2026, 12, 24, 9, 0), (2026, 12, 29, 7, 30)),
        ("weekly", (2026, 3, 2, 9, 0), (2026, 3, 9, 7, 30)),
        ("weekly", (2026, 3, 4, 9, 0), (2026, 3, 9, 7, 30)),
        ("weekly", (2026, 4, 1, 9, 0), (2026, 4, 7, 7, 30)),  # Easter Monday: the first working day is Tuesday
    ],
)
def test_mail_goes_on_working_days_at_its_time_of_england(
    rhythm: str, now: tuple[int, int, int, int, int], then: tuple[int, int, int, int, int]
) -> None:
    moment = datetime(*now, tzinfo=LONDON)
    assert next_mail_at(MailRhythm(rhythm), time(7, 30), moment) == datetime(*then, tzinfo=LONDON)
