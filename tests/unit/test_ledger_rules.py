"""The arithmetic of the ledger."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.ledger.rules import (
    LevelResult,
    NotThatMuch,
    Split,
    Standing,
    is_met,
    is_quarter,
    level_result,
    next_quarter,
    open_quarter,
    pledge_year,
    split_usual,
    split_year,
    taken_back,
)


def test_a_closed_quarter_gives_way_to_the_first_open_one_after_it() -> None:
    assert open_quarter("2026-Q3", set()) == "2026-Q3"
    assert open_quarter("2026-Q3", {"2026-Q3", "2026-Q4"}) == "2027-Q1"
    assert next_quarter("2026-Q4") == "2027-Q1"


@pytest.mark.parametrize("text", ["2026-Q5", "2026-Q0", "26-Q1", "2026Q1", "", "2026-Q1 ", "\u0662026-Q1", "0000-Q1"])
def test_what_is_no_quarter_is_not_taken_for_one(text: str) -> None:
    assert not is_quarter(text)


def test_the_newest_entries_are_taken_back_first() -> None:
    standing = [Standing(1, 100), Standing(2, 0), Standing(3, 40)]
    assert taken_back(standing, 60) == [(3, 40), (1, 20)]
    assert taken_back(standing, 0) == []
    with pytest.raises(NotThatMuch):
        taken_back(standing, 141)
    with pytest.raises(NotThatMuch):
        taken_back(standing, -1)


@given(st.lists(st.integers(0, 1000), max_size=8), st.integers(0, 4000))
def test_taking_back_takes_exactly_the_amount_and_no_entry_below_nothing(left: list[int], amount: int) -> None:
    standing = [Standing(place, part) for place, part in enumerate(left)]
    if amount > sum(left):
        with pytest.raises(NotThatMuch):
            taken_back(standing, amount)
    else:
        parts = taken_back(standing, amount)
        assert sum(part for _, part in parts) == amount
        assert all(0 < part <= left[key] for key, part in parts)


def test_what_lies_under_the_baseline_is_usual_and_only_what_passes_it_is_booked() -> None:
    assert split_usual(0, 0, 50) == Split(0, 50)
    assert split_usual(100, 0, 60) == Split(60, 0)
    assert split_usual(100, 60, 60) == Split(40, 20)
    assert split_usual(100, 120, 60) == Split(0, 60)
    assert split_year(100, [60, 60, 60]) == [Split(60, 0), Split(40, 20), Split(0, 60)]


@given(st.integers(0, 500), st.lists(st.integers(0, 300), max_size=8))
def test_a_year_books_what_passes_the_baseline_and_nothing_else(baseline: int, stated: list[int]) -> None:
    splits = split_year(baseline, stated)
    assert [split.usual + split.booked for split in splits] == stated
    assert sum(split.booked for split in splits) == max(0, sum(stated) - baseline)


@pytest.mark.parametrize(
    ("first_day", "day", "year"),
    [
        (date(2026, 4, 1), date(2026, 4, 1), (date(2026, 4, 1), date(2027, 3, 31))),
        (date(2026, 4, 1), date(2027, 3, 31), (date(2026, 4, 1), date(2027, 3, 31))),
        (date(2026, 4, 1), date(2027, 4, 1), (date(2027, 4, 1), date(2028, 3, 31))),
        (date(2026, 4, 1), date(2026, 3, 1), (date(2026, 4, 1), date(2027, 3, 31))),
        (date(2024, 2, 29), date(2025, 2, 28), (date(2024, 2, 29), date(2025, 2, 28))),
        (date(2024, 2, 29), date(2025, 3, 1), (date(2025, 3, 1), date(2026, 2, 28))),
    ],
)
def test_a_pledge_year_counts_from_the_pledges_first_day(first_day: date, day: date, year: tuple[date, date]) -> None:
    assert pledge_year(first_day, day) == year


@given(st.dates(date(2020, 1, 1), date(2024, 12, 31)), st.dates(date(2025, 1, 1), date(2035, 1, 1)))
def test_pledge_years_follow_one_another_without_gap(first_day: date, day: date) -> None:
    first, last = pledge_year(first_day, day)
    assert first <= day <= last
    assert 364 <= (last - first).days <= 366


def test_a_level_is_met_at_its_share_exactly() -> None:
    assert is_met(38, 50, 7600)
    assert not is_met(37, 50, 7600)
    assert not is_met(0, 0, 0)
    assert is_met(1, 3, 3333)
    assert not is_met(1, 3, 3334)


def test_a_levels_result_is_what_the_latest_reading_says() -> None:
    day = date(2026, 11, 22)
    assert level_result(None, 7600, on=day) is LevelResult.NO_READING
    assert level_result((0, 0, day), 7600, on=day) is LevelResult.NO_READING
    assert level_result((43, 50, day), 8000, on=day) is LevelResult.MET
    assert level_result((38, 50, day), 8000, on=day) is LevelResult.NOT_MET
    assert level_result((43, 50, date(2025, 11, 20)), 8000, on=day) is LevelResult.OUT_OF_DATE
