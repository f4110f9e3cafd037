"""Sessions and schedules: what people type, what they are shown, and where two meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.sessions import (
    Schedule,
    ScheduleProblem,
    Session,
    clashes,
    common_sessions,
    overlap,
    read_date,
    read_dates_list,
    read_time,
    say_date,
    say_schedule,
    say_session,
    say_time,
    sessions_of,
    total_minutes,
)

TUESDAY = date(2026, 10, 6)
TUESDAYS = Schedule(
    weekdays=frozenset({1}),
    starts_minute=9 * 60,
    ends_minute=12 * 60,
    first=TUESDAY,
    last=date(2026, 12, 15),
    left_out=frozenset({date(2026, 10, 27)}),
)


def at(start: int, end: int, day: date = TUESDAY, at_once: int = 1) -> Session:
    """A session in whole hours."""
    return Session(day, start * 60, end * 60, at_once)


@st.composite
def some_sessions(draw: st.DrawFn, most: int = 5) -> list[Session]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, 22))
        end = draw(st.integers(start + 1, 23))
        found.append(at(start, end, TUESDAY + timedelta(days=draw(st.integers(0, 1)))))
    return found


# --- sessions -----------------------------------------------------------------------------------


def test_a_session_counts_its_length_for_each_thing_there_at_once() -> None:
    session = at(10, 14, at_once=3)
    assert session.length_minutes == 240
    assert session.minutes == 720
    assert total_minutes([session, at(9, 10)]) == 780


@pytest.mark.parametrize(
    ("starts", "ends", "at_once"),
    [(600, 600, 1), (600, 540, 1), (-1, 60, 1), (0, 1441, 1), (0, 60, 0), (0, 60, -2)],
)
def test_a_session_that_cannot_be_is_refused(starts: int, ends: int, at_once: int) -> None:
    with pytest.raises(ScheduleProblem):
        Session(TUESDAY, starts, ends, at_once)


def test_a_session_may_last_the_whole_day() -> None:
    assert Session(TUESDAY, 0, 1440).minutes == 1440


def test_a_weekly_schedule_holds_every_date_but_those_left_out() -> None:
    sessions = sessions_of(TUESDAYS)
    assert len(sessions) == 10
    assert sessions[0] == at(9, 12)
    assert {session.day.weekday() for session in sessions} == {1}
    assert date(2026, 10, 27) not in {session.day for session in sessions}
    assert total_minutes(sessions) == 10 * 180


def test_every_other_week_is_counted_from_the_week_of_the_first_date() -> None:
    schedule = Schedule(frozenset({0, 3}), 540, 600, TUESDAY, date(2026, 10, 31), every_weeks=2)
    # The Monday before the first date is not in it; the Thursday of that week is.
    assert [session.day.day for session in sessions_of(schedule)] == [8, 19, 22]


def test_a_schedule_of_one_day_holds_one_session() -> None:
    assert sessions_of(Schedule(frozenset({1}), 540, 600, TUESDAY, TUESDAY)) == (at(9, 10),)


def test_a_schedule_of_750_sessions_is_accepted_and_one_more_is_refused() -> None:
    every_day = frozenset(range(7))
    longest = Schedule(every_day, 540, 600, TUESDAY, TUESDAY + timedelta(days=749))
    assert len(sessions_of(longest)) == 750
    with pytest.raises(ScheduleProblem, match="more than 750 sessions"):
        sessions_of(Schedule(every_day, 540, 600, TUESDAY, TUESDAY + timedelta(days=750)))
    with pytest.raises(ScheduleProblem, match="more than 750 sessions"):
        sessions_of(Schedule(every_day, 540, 600, date.min, date.max))


def test_a_schedule_without_any_session_is_refused() -> None:
    with pytest.raises(ScheduleProblem, match="No session falls"):
        sessions_of(Schedule(frozenset({0}), 540, 600, TUESDAY, TUESDAY))
    with pytest.raises(ScheduleProblem, match="No session falls"):
        sessions_of(Schedule(frozenset({1}), 540, 600, TUESDAY, TUESDAY, left_out=frozenset({TUESDAY})))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"weekdays": frozenset()}, "at least one day"),
        ({"weekdays": frozenset({7})}, "Monday to Sunday"),
        ({"last": date(2026, 10, 5)}, "last date must be the same as or after"),
        ({"every_weeks": 0}, "weeks apart"),
        ({"every_weeks": 53}, "weeks apart"),
        ({"ends_minute": 540}, "end time must be later"),
        ({"ends_minute": 1441}, "between 0:00 and midnight"),
        ({"at_once": 0}, "how many at once"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(changed: dict[str, object], sentence: str) -> None:
    fields: dict[str, object] = {
        "weekdays": frozenset({1}),
        "starts_minute": 540,
        "ends_minute": 720,
        "first": TUESDAY,
        "last": TUESDAY,
    }
    with pytest.raises(ScheduleProblem, match=sentence):
        Schedule(**(fields | changed))  # type: ignore[arg-type]


# --- where two meet -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "both"),
    [
        (at(9, 12), at(10, 14), at(10, 12)),
        (at(9, 17), at(10, 11), at(10, 11)),
        (at(9, 12), at(12, 14), None),
        (at(9, 12), at(9, 12, TUESDAY + timedelta(days=1)), None),
        (at(9, 12, at_once=3), at(9, 12, at_once=2), at(9, 12, at_once=2)),
    ],
)
def test_two_sessions_share_the_time_both_have(a: Session, b: Session, both: Session | None) -> None:
    assert overlap(a, b) == both
    assert overlap(b, a) == both


@pytest.mark.parametrize(
    ("offered", "wanted", "pairs"),
    [
        ([at(9, 17)], [at(10, 12)], [(at(9, 17), at(10, 12), at(10, 12))]),
        ([at(9, 11)], [at(10, 12)], []),
        ([at(9, 17)], [at(9, 12), at(13, 17)], [(at(9, 17), at(9, 12), at(9, 12))]),
        ([at(10, 12), at(10, 12)], [at(10, 12)], [(at(10, 12), at(10, 12), at(10, 12))]),
        (
            # The short offer serves the short want, so that the long one is left for the long want.
            [at(9, 17), at(9, 12)],
            [at(9, 11), at(10, 16)],
            [(at(9, 12), at(9, 11), at(9, 11)), (at(9, 17), at(10, 16), at(10, 16))],
        ),
        (
            [at(9, 12, at_once=2)],
            [at(9, 12, at_once=3)],
            [(at(9, 12, at_once=2), at(9, 12, at_once=3), at(9, 12, at_once=2))],
        ),
        ([at(9, 12, TUESDAY + timedelta(days=7))], [at(9, 12)], []),
        ([], [at(9, 12)], []),
    ],
)
def test_a_wanted_session_is_met_by_an_offered_one_that_holds_all_of_it(
    offered: list[Session], wanted: list[Session], pairs: list[tuple[Session, Session, Session]]
) -> None:
    assert common_sessions(offered, wanted) == pairs


def most_pairs(offered: Sequence[Session], wanted: Sequence[Session]) -> int:
    """By trying everything: the largest number of wanted sessions that can be met."""
    if not wanted:
        return 0
    want, rest = wanted[0], wanted[1:]
    return max(
        most_pairs(offered, rest),
        *(
            1 + most_pairs([*offered[:place], *offered[place + 1 :]], rest)
            for place, offer in enumerate(offered)
            if overlap(offer, want) == want
        ),
        0,
    )


@given(offered=some_sessions(), wanted=some_sessions())
def test_as_many_sessions_are_met_as_can_be(offered: list[Session], wanted: list[Session]) -> None:
    pairs = common_sessions(offered, wanted)
    assert len(pairs) == most_pairs(offered, wanted)
    for side, all_of_it in ((0, offered), (1, wanted)):
        used = [pair[side] for pair in pairs]
        assert all(used.count(session) <= all_of_it.count(session) for session in used)
    assert all(overlap(offer, want) == want == both for offer, want, both in pairs)
    assert [both for _, _, both in pairs] == sorted(both for _, _, both in pairs)


def test_two_full_schedules_are_compared_at_once() -> None:
    offered = sessions_of(Schedule(frozenset(range(7)), 540, 1020, TUESDAY, TUESDAY + timedelta(days=749), at_once=2))
    wanted = sessions_of(Schedule(frozenset(range(7)), 600, 720, TUESDAY, TUESDAY + timedelta(days=749)))
    assert len(common_sessions(offered, wanted)) == 750


def test_sessions_that_overlap_clash_and_those_that_only_touch_do_not() -> None:
    assert clashes([at(12, 14), at(9, 12), at(11, 13)]) == [
        (at(9, 12), at(11, 13)),
        (at(11, 13), at(12, 14)),
    ]
    assert clashes([at(9, 12), at(9, 12, TUESDAY + timedelta(days=1))]) == []
    assert clashes([at(9, 12), at(9, 12)]) == [(at(9, 12), at(9, 12))]


@given(some_sessions(most=7))
def test_every_pair_that_overlaps_is_found_once(sessions: list[Session]) -> None:
    expected = [
        (a, b) for place, a in enumerate(sorted(sessions)) for b in sorted(sessions)[place + 1 :] if overlap(a, b)
    ]
    assert sorted(clashes(sessions)) == sorted(expected)


# --- what people are shown ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "said"),
    [
        (at(10, 14), "Tuesday 6 October 2026, 10:00 to 14:00"),
        (Session(TUESDAY, 0, 570), "Tuesday 6 October 2026, 0:00 to 9:30"),
        (at(20, 24), "Tuesday 6 October 2026, 20:00 to midnight"),
        (at(10, 14, at_once=2), "Tuesday 6 October 2026, 10:00 to 14:00, 2 at once"),
    ],
)
def test_a_session_is_shown_in_words(session: Session, said: str) -> None:
    assert str(say_session(session)) == said


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (TUESDAYS, "Tuesdays 9:00 to 12:00, 6 October to 15 December 2026, not on 27 October"),
        (
            Schedule(frozenset({1, 3, 5}), 540, 600, TUESDAY, date(2027, 1, 9), every_weeks=2, at_once=3),
            (
                "Tuesdays, Thursdays and Saturdays, every 2 weeks, 9:00 to 10:00, "
                "6 October 2026 to 9 January 2027, 3 at once"
            ),
        ),
        (
            Schedule(frozenset({1}), 540, 600, TUESDAY, TUESDAY),
            "Tuesdays 9:00 to 10:00, 6 October 2026",
        ),
        (
            Schedule(frozenset(range(5)), 540, 600, TUESDAY, date(2026, 10, 30)),
            "Mondays to Fridays 9:00 to 10:00, 6 October to 30 October 2026",
        ),
        (
            Schedule(
                frozenset(range(7)),
                540,
                600,
                date(2026, 10, 1),
                date(2026, 10, 30),
                left_out=frozenset(date(2026, 10, day) for day in range(2, 11)),
            ),
            (
                "Every day 9:00 to 10:00, 1 October to 30 October 2026, not on 2 October, 3 October,"
                " 4 October, 5 October, 6 October, 7 October and 3 more dates"
            ),
        ),
    ],
)
def test_a_schedule_is_shown_in_words(schedule: Schedule, said: str) -> None:
    assert str(say_schedule(schedule)) == said


# --- what people type ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("9", 540),
        ("9:30", 570),
        ("09:30", 570),
        ("9.30am", 570),
        ("9.30 a.m.", 570),
        ("9am", 540),
        ("2pm", 840),
        ("2 PM", 840),
        ("12pm", 720),
        ("12am", 0),
        ("12:30 am", 30),
        ("14:00", 840),
        ("14:00pm", 840),
        ("1430", 870),
        ("0:00", 0),
        ("noon", 720),
        ("midnight", 1440),
        ("24:00", 1440),
        ("23:59", 1439),
    ],
)
def test_a_time_can_be_typed_in_the_ways_people_type_it(typed: str, minute: int) -> None:
    assert read_time(typed) == minute


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "25:00",
        "9:60",
        "24:01",
        "9:3",
        "930",
        "13am",
        "0pm",
        "-9",
        "nine",
        "\u0669",
        "\uff19",
        "9" * 900,
    ],
)
def test_what_is_not_a_time_is_refused_and_says_what_to_type(typed: str) -> None:
    with pytest.raises(ScheduleProblem) as refused:
        read_time(typed)
    assert str(refused.value.message).endswith("Enter a time, like 9:30 or 2pm")


@given(st.integers(0, 1440))
def test_any_time_shown_can_be_typed_back(minute: int) -> None:
    assert read_time(str(say_time(minute))) == minute


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("27", "10", "2026", date(2026, 10, 27)),
        (" 3 ", "November", "2026", date(2026, 11, 3)),
        ("03", "nov", "2026", date(2026, 11, 3)),
        ("3", "Sept.", "2026", date(2026, 9, 3)),
        ("29", "02", "2028", date(2028, 2, 29)),
    ],
)
def test_a_date_can_be_typed_with_the_month_as_a_number_or_a_name(
    day: str, month: str, year: str, expected: date
) -> None:
    assert read_date(day, month, year) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("", "", ""), "Enter a date, like 27 10 2026"),
        (("27", "", ""), "The date must include a month and a year"),
        (("", "10", "2026"), "The date must include a day"),
        (("32", "10", "2026"), "The day must be a number from 1 to 31"),
        (("0", "10", "2026"), "The day must be a number from 1 to 31"),
        (("x", "10", "2026"), "The day must be a number from 1 to 31"),
        (("27", "13", "2026"), "The month must be a number from 1 to 12, or its name"),
        (("27", "ju", "2026"), "The month must be a number from 1 to 12, or its name"),
        (("27", "10", "26"), "The year must have 4 figures, like 2026"),
        (("27", "10", "0026"), "The year must be between 2000 and 2100"),
        (("27", "10", "2101"), "The year must be between 2000 and 2100"),
        (("29", "2", "2026"), "There is no 29 February in 2026"),
        (("31", "September", "2026"), "There is no 31 September in 2026"),
        (("\u0662\u0667", "10", "2026"), "The day must be a number from 1 to 31"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_says_why(typed: tuple[str, str, str], sentence: str) -> None:
    with pytest.raises(ScheduleProblem) as refused:
        read_date(*typed)
    assert str(refused.value.message) == sentence


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("27/10/2026, 3 November 2026", {date(2026, 10, 27), date(2026, 11, 3)}),
        ("27-10-2026; 27.10.2026", {date(2026, 10, 27)}),
        ("Tuesday 27 October 2026 and Tue 3rd Nov 2026", {date(2026, 10, 27), date(2026, 11, 3)}),
        ("2026-10-27\n2026-11-03\n", {date(2026, 10, 27), date(2026, 11, 3)}),
        ("27 October, 2026, 3 November, 2026", {date(2026, 10, 27), date(2026, 11, 3)}),
        ("27/10/2026, 2026-11-03", {date(2026, 10, 27), date(2026, 11, 3)}),
        ("", set()),
        (" , ;\n", set()),
    ],
)
def test_dates_left_out_can_be_typed_as_a_list(typed: str, expected: set[date]) -> None:
    assert read_dates_list(typed) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("27/10/2026, Christmas", "“Christmas” is not something we can read. Enter each date with its year"),
        ("27 October", "“27 October” is not something we can read. Enter each date with its year"),
        ("31/11/2026", "“31/11/2026”: There is no 31 November in 2026"),
        ("1/1/1999", "“1/1/1999”: The year must be between 2000 and 2100"),
        ("x" * 200, "“xxxxxxxxxxxxxxxxxxxx…” is not something we can read."),
        ("1/1/2026," * 2000, "That is too long."),
    ],
)
def test_a_date_in_a_list_that_cannot_be_read_is_named(typed: str, sentence: str) -> None:
    with pytest.raises(ScheduleProblem) as refused:
        read_dates_list(typed)
    assert str(refused.value.message).startswith(sentence)


@given(st.sets(st.dates(date(2000, 1, 1), date(2100, 12, 31)), max_size=10))
def test_any_dates_shown_can_be_typed_back(days: set[date]) -> None:
    assert read_dates_list(", ".join(str(say_date(day)) for day in days)) == days


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_as_a_schedule_problem(typed: str) -> None:
    for read in (read_time, read_dates_list, lambda text: read_date(text, text, text)):
        try:
            said = str(read(typed))
        except ScheduleProblem as refused:
            said = str(refused.message)
        assert said
