"""How figures are shown: not applicable, hidden, drawn; and what time is asked for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.ledger.rules import Figure, LevelResult
from cwb.reporting.rules import (
    HIDDEN,
    NOT_APPLICABLE,
    NOT_SPLIT,
    WIDEST,
    Cell,
    Kept,
    Shown,
    bars_of,
    count_levels,
    five_figures,
    hide_small,
    kept_amount,
    kept_level,
    read_span,
    spans_between,
)

AMOUNTS = {
    Figure.PLEDGED: 40,
    Figure.COMMITTED: 30,
    Figure.REPORTED: 20,
    Figure.CONFIRMED: 10,
    Figure.VERIFIED: 12,
}


def shown(amounts: dict[Figure, int], sampled: int = 0, **how: bool):
    options = {"agreed_applies": True, "confirmed_applies": True, "by_zone": False, **how}
    return five_figures(amounts, sampled, **options)


def test_five_figures_stand_in_their_order_with_the_parts_of_the_last() -> None:
    five = shown(AMOUNTS, 5)
    assert [cell.amount for cell in five.cells.values()] == [40, 30, 20, 10, 12]
    assert (five.checked.amount, five.sampled.amount) == (7, 5)


def test_where_no_group_agrees_or_confirms_it_says_not_applicable_and_never_nothing() -> None:
    nothing = dict.fromkeys(Figure, 0)
    five = shown(nothing, agreed_applies=False, confirmed_applies=False)
    assert five.cells[Figure.COMMITTED] == NOT_APPLICABLE
    assert five.cells[Figure.CONFIRMED] == NOT_APPLICABLE
    assert five.cells[Figure.VERIFIED] == Cell(Shown.AMOUNT, 0)
    assert NOT_APPLICABLE.amount is None


def test_pledged_is_never_split_by_zone() -> None:
    assert shown(AMOUNTS, by_zone=True).cells[Figure.PLEDGED] == NOT_SPLIT


@given(st.lists(st.integers(0, 12), min_size=5, max_size=5), st.integers(0, 12))
def test_no_count_under_five_is_told_nor_can_be_had_by_subtraction(numbers: list[int], sampled: int) -> None:
    amounts = dict(zip(Figure, numbers, strict=True))
    sampled = min(sampled, amounts[Figure.VERIFIED])
    five = hide_small(shown(amounts, sampled))
    for figure, cell in five.cells.items():
        assert (cell == HIDDEN) == (amounts[figure] < 5)
    parts = [cell.amount for cell in (five.checked, five.sampled)]
    told = [amount for amount in parts if amount is not None]
    assert all(amount == 0 or amount >= 5 for amount in told)
    if None in parts:
        assert parts == [None, None]
    if five.cells[Figure.VERIFIED] == HIDDEN:
        assert parts == [None, None]


def test_bars_compare_the_figures_of_one_row_and_draw_nothing_where_there_is_none() -> None:
    five = shown(AMOUNTS, confirmed_applies=False)
    bars = {bar.figure: bar for bar in bars_of(five.cells)}
    assert bars[Figure.PLEDGED].width == WIDEST
    assert bars[Figure.REPORTED].width == WIDEST // 2
    assert bars[Figure.CONFIRMED].width == 0
    assert all(bar.width == 0 for bar in bars_of(shown(dict.fromkeys(Figure, 0)).cells))
    assert all(0 <= bar.width <= WIDEST for bar in bars_of(shown({**AMOUNTS, Figure.REPORTED: -5}).cells))
    tiny = {**AMOUNTS, Figure.PLEDGED: 10**12, Figure.VERIFIED: 1}
    assert next(bar for bar in bars_of(shown(tiny).cells) if bar.figure is Figure.VERIFIED).width == 4


@pytest.mark.parametrize("typed", ["", "26", "2026-5", "2026-Q5", "2026Q1", "next year", "9999", "2026 ", "\u0662026"])
def test_what_is_no_year_and_no_quarter_asks_for_nothing(typed: str) -> None:
    assert read_span(typed) is None


def test_a_year_is_its_four_quarters_and_a_quarter_itself() -> None:
    year, quarter = read_span("2026"), read_span("2026-Q3")
    assert year is not None
    assert quarter is not None
    assert (year.first_quarter, year.last_quarter, year.is_year) == ("2026-Q1", "2026-Q4", True)
    assert (year.first_day, year.last_day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (quarter.first_quarter, quarter.last_quarter, quarter.is_year) == ("2026-Q3", "2026-Q3", False)
    assert spans_between("2025-Q4", "2026-Q2") == ["2026", "2026-Q2", "2026-Q1", "2025", "2025-Q4"]


def test_levels_are_counted_and_never_added_otherwise() -> None:
    counted = count_levels([LevelResult.MET, LevelResult.MET, LevelResult.NOT_MET, LevelResult.OUT_OF_DATE])
    assert (counted.total, counted.met, counted.not_met, counted.no_reading, counted.out_of_date) == (4, 2, 1, 0, 1)


def test_terms_are_not_met_only_once_their_time_is_over() -> None:
    day = date(2026, 11, 22)
    assert kept_amount(100, 100, date(2026, 1, 1), on=day) is Kept.MET
    assert kept_amount(100, 99, day, on=day) is Kept.RUNNING
    assert kept_amount(100, 99, date(2026, 11, 21), on=day) is Kept.NOT_MET
    assert kept_level(LevelResult.MET) is Kept.MET
    assert kept_level(LevelResult.NOT_MET) is Kept.NOT_MET
    assert kept_level(LevelResult.NO_READING) is Kept.NO_READING
    assert kept_level(LevelResult.OUT_OF_DATE) is Kept.NO_READING
