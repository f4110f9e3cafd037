"""Scales, lines, shades and small counts: pure rules of the pictures."""

from __future__ import annotations

import re
from datetime import date
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.amounts import Unit
from cwb.reporting.rules import (
    HIDE_BELOW,
    LARGE,
    QUARTERS_AT_MOST,
    SMALL,
    a_year_before,
    added_up,
    draw_lines,
    hide_small_counts,
    median_halves,
    quarters_between,
    scale_for,
    shade_of,
    shades_up_to,
    short_amount,
)

amounts = st.integers(-(10**12), 10**12)
counts = st.lists(st.integers(0, 40), min_size=1, max_size=20)


@given(st.lists(amounts, max_size=20), st.sampled_from([None, *Unit]))
def test_a_scale_holds_every_amount_and_nothing_in_a_few_equal_steps(values: list[int], unit: Unit | None) -> None:
    scale = scale_for(values, unit)
    assert all(scale.bottom <= value <= scale.top for value in [0, *values])
    assert 0 in scale.ticks
    assert 2 <= len(scale.ticks) <= 8
    assert scale.ticks[-1] == scale.top


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ([405, 135], Unit.MINUTES, (0, 120, 240, 360, 480)),
        ([40], Unit.MINUTES, (0, 10, 20, 30, 40)),
        ([650_00], Unit.PENCE, (0, 200_00, 400_00, 600_00, 800_00)),
        ([7], Unit.PEOPLE, (0, 2, 4, 6, 8)),
        ([], None, (0, 1)),
        ([-70_00, 5_00], Unit.PENCE, (-80_00, -60_00, -40_00, -20_00, 0, 20_00)),
    ],
)
def test_scales_are_in_whole_hours_pounds_and_people(
    values: list[int], unit: Unit | None, ticks: tuple[int, ...]
) -> None:
    assert scale_for(values, unit).ticks == ticks


@given(st.lists(st.integers(-5_000, 5_000) | st.none(), min_size=1, max_size=QUARTERS_AT_MOST))
def test_a_line_stands_where_its_values_say_and_leaves_a_gap_where_there_is_none(values: list[int | None]) -> None:
    quarters = quarters_between("2020-Q1", "2029-Q4")[: len(values)]
    chart = draw_lines({"verified": values}, quarters, Unit.PENCE)
    there = [value for value in values if value is not None]
    if not there:
        assert chart.lines == ()
        return
    points = [(int(x), int(y)) for x, y in re.findall(r"[ML](\d+) (\d+)", chart.lines[0].path)]
    assert len(points) == len(there)
    assert chart.lines[0].path.count("M") == sum(
        value is not None and (place == 0 or values[place - 1] is None) for place, value in enumerate(values)
    )
    low, high = chart.ticks[0], chart.ticks[-1]
    for (x, y), value in zip(points, there, strict=True):
        assert 0 <= x <= LARGE.width
        told = low.amount + (low.y - y) * (high.amount - low.amount) / (low.y - high.y)
        assert abs(told - value) <= (high.amount - low.amount) / (low.y - high.y) + 1e-6
    assert len(chart.columns) <= 10


def test_a_small_picture_stays_on_its_paper() -> None:
    chart = draw_lines({"reported": [3, 4], "verified": [1, -2]}, ["2026-Q1", "2026-Q2"], Unit.ITEMS, SMALL)
    for line in chart.lines:
        assert all(0 <= int(y) <= SMALL.height for _, y in re.findall(r"[ML](\d+) (\d+)", line.path))


def test_years_are_named_where_they_begin() -> None:
    chart = draw_lines({"verified": [1] * 6}, quarters_between("2025-Q3", "2026-Q4"))
    assert [(column.quarter, column.year) for column in chart.columns] == [
        ("Q3", "2025"),
        ("Q4", ""),
        ("Q1", "2026"),
        ("Q2", ""),
        ("Q3", ""),
        ("Q4", ""),
    ]


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_the_key_of_a_map_says_what_each_shade_stands_for(largest: int, amount: int) -> None:
    amount = min(amount, largest)
    shade = shade_of(amount, largest)
    assert (shade == 0) == (amount == 0)
    if shade:
        [key] = [one for one in shades_up_to(largest) if one.number == shade]
        assert key.first <= amount <= key.last


def test_what_was_taken_back_has_no_shade() -> None:
    assert shade_of(-5, 10) == 0
    assert shade_of(-5, -5) == 0
    assert shades_up_to(0) == ()


@given(counts)
def test_no_small_count_can_be_told_from_the_sum_and_what_is_shown(values: list[int]) -> None:
    shown = hide_small_counts(values)
    assert all(count is None or count == value for count, value in zip(shown, values, strict=True))
    assert all(count is None or count >= HIDE_BELOW for count in shown)
    hidden = [value for count, value in zip(shown, values, strict=True) if count is None]
    if hidden and any(count is not None for count in shown):
        assert len(hidden) >= 2
        assert sum(hidden) >= HIDE_BELOW


def test_counts_that_are_large_enough_are_all_shown() -> None:
    assert hide_small_counts([5, 8, 20]) == [5, 8, 20]
    assert hide_small_counts([10, 3, 8]) == [10, None, None]
    assert hide_small_counts([]) == []


@given(st.lists(st.integers(0, 30), max_size=40))
def test_the_median_of_counted_days_is_that_of_the_days(days: list[int]) -> None:
    told = median_halves({day: days.count(day) for day in days})
    assert told == (int(2 * median(days)) if days else None)


def test_quarters_without_entries_are_quarters_too() -> None:
    assert quarters_between("2025-Q3", "2026-Q2") == ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")
    assert quarters_between("2026-Q2", "2026-Q2") == ("2026-Q2",)
    assert added_up([3, 0, -1, 4]) == [3, 3, 2, 6]


def test_twelve_months_ago_is_a_day_that_there_was() -> None:
    assert a_year_before(date(2026, 11, 22)) == date(2025, 11, 22)
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        (0, Unit.MINUTES, "0"),
        (45, Unit.MINUTES, "45 min"),
        (750, Unit.MINUTES, "13 h"),
        (1_250_49, Unit.PENCE, "£1,250"),
        (12_400_00, Unit.PENCE, "£12k"),
        (25_000_000_00, Unit.PENCE, "£25m"),
        (7, Unit.PEOPLE, "7"),
        (1234, None, "1,234"),
    ],
)
def test_a_picture_says_amounts_in_few_letters(amount: int, unit: Unit | None, said: str) -> None:
    assert str(short_amount(amount, unit)) == said
