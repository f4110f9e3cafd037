"""Amounts as people write and read them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.amounts import (
    HOW_TO_TYPE,
    KIND_LABELS,
    KIND_UNITS,
    KINDS_WITH_SESSIONS,
    LARGEST,
    AmountProblem,
    Kind,
    Unit,
    read_amount,
    read_share,
    say_amount,
    say_share,
    split_by_shares,
)

AMOUNTS = st.integers(min_value=0, max_value=LARGEST)
UNITS = st.sampled_from(Unit)


@pytest.mark.parametrize(
    ("unit", "amount", "said"),
    [
        (Unit.MINUTES, 750, "12 h 30 min"),
        (Unit.MINUTES, 40, "40 min"),
        (Unit.MINUTES, 720, "12 h"),
        (Unit.MINUTES, 0, "0 min"),
        (Unit.MINUTES, 60 * 1200 + 1, "1,200 h 1 min"),
        (Unit.MINUTES, -750, "-12 h 30 min"),
        (Unit.PENCE, 125_000, "£1,250"),
        (Unit.PENCE, 125_050, "£1,250.50"),
        (Unit.PENCE, 5, "£0.05"),
        (Unit.PENCE, 0, "£0"),
        (Unit.PENCE, -125_000, "-£1,250"),
        (Unit.PEOPLE, 1, "1 person"),
        (Unit.PEOPLE, 3, "3 people"),
        (Unit.PEOPLE, 0, "0 people"),
        (Unit.ITEMS, 5, "5 items"),
        (Unit.ITEMS, 1, "1 item"),
        (Unit.PLOT_WEEKS, 26, "26 plot-weeks"),
        (Unit.PLOT_WEEKS, 1, "1 plot-week"),
        (Unit.WHOLE_NUMBERS, 1043, "1,043"),
    ],
)
def test_an_amount_is_shown_the_way_people_write_it(unit: Unit, amount: int, said: str) -> None:
    assert str(say_amount(unit, amount)) == said


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("12.5", 750),
        ("12 h 30", 750),
        ("12h30", 750),
        ("12h", 720),
        ("12 H", 720),
        ("12 hours 30 minutes", 750),
        ("12 hours and 30 minutes", 750),
        ("12 hrs, 30 mins", 750),
        ("1 hour", 60),
        ("90 min", 90),
        ("90 Minutes", 90),
        ("1:30", 90),
        ("0:45", 45),
        ("2", 120),
        ("1,200", 72_000),
        ("0.25 h", 15),
        ("  about 12 h ", 720),
        ("approx. 2 h", 120),
        ("12\u00a0h\u00a030", 750),
        ("0", 0),
    ],
)
def test_hours_can_be_typed_in_the_ways_people_type_them(typed: str, minutes: int) -> None:
    assert read_amount(Unit.MINUTES, typed) == minutes


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("1,250", 125_000),
        ("£1,250.50", 125_050),
        ("1250.5", 125_050),
        ("£0", 0),
        ("£ 3", 300),
        ("50p", 50),
        ("about £200", 20_000),
        ("10,000,000,000", LARGEST),
    ],
)
def test_money_can_be_typed_with_or_without_the_sign_and_commas(typed: str, pence: int) -> None:
    assert read_amount(Unit.PENCE, typed) == pence


@pytest.mark.parametrize(
    ("unit", "typed", "amount"),
    [
        (Unit.PEOPLE, "3", 3),
        (Unit.PEOPLE, "3 places", 3),
        (Unit.PEOPLE, "1 person", 1),
        (Unit.PEOPLE, "about 20", 20),
        (Unit.ITEMS, "1,200", 1200),
        (Unit.ITEMS, "1200 items", 1200),
        (Unit.PLOT_WEEKS, "26 plot weeks", 26),
        (Unit.WHOLE_NUMBERS, "43", 43),
    ],
)
def test_whole_numbers_can_be_typed_with_commas_and_their_word(unit: Unit, typed: str, amount: int) -> None:
    assert read_amount(unit, typed) == amount


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "-3",
        "- 3",
        "\u22123",
        "minus 3",
        "1e3",
        "NaN",
        "inf",
        "0x10",
        "1_000",
        "+3",
        "12,50",
        "1,2,3",
        "1 250",
        "1.2.3",
        "\uff11\uff12",
        "\u0661\u0662",
        "\u09e7",
        "2\u00bd",
        "\u00b2",
        "three",
        "1000000000001234",
        "9" * 59,
        "9" * 5000,
        "3 to 5",
        "12\x00",
    ],
)
def test_what_is_not_an_amount_is_refused_and_says_what_to_type(unit: Unit, typed: str) -> None:
    with pytest.raises(AmountProblem) as refused:
        read_amount(unit, typed)
    assert str(refused.value.message).endswith(str(HOW_TO_TYPE[unit]))


@pytest.mark.parametrize(
    ("unit", "typed", "sentence"),
    [
        (
            Unit.MINUTES,
            "7.33",
            "7.33 hours does not come to whole minutes. Enter hours and minutes, like 12 h 30",
        ),
        (Unit.MINUTES, "", "Enter hours and minutes, like 12 h 30"),
        (
            Unit.MINUTES,
            "1 h 90",
            "The minutes after the hours must be between 0 and 59. Enter hours and minutes, like 12 h 30",
        ),
        (
            Unit.MINUTES,
            "-1 h",
            "An amount cannot be less than 0. Enter hours and minutes, like 12 h 30",
        ),
        (
            Unit.PEOPLE,
            "2.5",
            "This must be a whole number. Enter how many people as a whole number, like 3",
        ),
        (
            Unit.ITEMS,
            "Many 100%",
            "“Many 100%” is not an amount we can read. Enter how many items as a whole number, like 5",
        ),
    ],
)
def test_a_refusal_names_what_is_wrong(unit: Unit, typed: str, sentence: str) -> None:
    with pytest.raises(AmountProblem) as refused:
        read_amount(unit, typed)
    assert str(refused.value.message) == sentence


@pytest.mark.parametrize("typed", ["£-5", "-£5", "1.234", "£", "1.", "12 €", "$5"])
def test_money_that_is_negative_or_finer_than_a_penny_is_refused(typed: str) -> None:
    with pytest.raises(AmountProblem):
        read_amount(Unit.PENCE, typed)


def test_the_largest_amount_is_accepted_and_one_more_is_not() -> None:
    assert read_amount(Unit.ITEMS, str(LARGEST)) == LARGEST
    with pytest.raises(AmountProblem):
        read_amount(Unit.ITEMS, str(LARGEST + 1))
    with pytest.raises(AmountProblem):
        read_amount(Unit.MINUTES, str(LARGEST))


@given(unit=UNITS, amount=AMOUNTS)
def test_any_amount_shown_can_be_typed_back_and_means_the_same(unit: Unit, amount: int) -> None:
    assert read_amount(unit, str(say_amount(unit, amount))) == amount


@given(unit=UNITS, typed=st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(unit: Unit, typed: str) -> None:
    try:
        said = say_amount(unit, read_amount(unit, typed))
    except AmountProblem as refused:
        said = refused.message
    assert str(said)


@pytest.mark.parametrize(
    ("basis_points", "said"),
    [(7600, "76%"), (1250, "12.5%"), (1, "0.01%"), (0, "0%"), (10_000, "100%"), (-1250, "-12.5%")],
)
def test_a_share_is_shown_as_a_percentage(basis_points: int, said: str) -> None:
    assert str(say_share(basis_points)) == said


@pytest.mark.parametrize(
    ("typed", "basis_points"),
    [("76", 7600), ("12.5 %", 1250), ("12.50%", 1250), ("0", 0), ("5 per cent", 500)],
)
def test_a_share_can_be_typed_with_or_without_the_sign(typed: str, basis_points: int) -> None:
    assert read_share(typed) == basis_points


@pytest.mark.parametrize("typed", ["", "101", "100.01", "-1", "12.345", "1/2", "\u0665", "x"])
def test_a_share_outside_0_to_100_or_finer_than_a_hundredth_is_refused(typed: str) -> None:
    with pytest.raises(AmountProblem) as refused:
        read_share(typed)
    assert str(refused.value.message).endswith("like 76 or 12.5")


@given(st.integers(min_value=0, max_value=10_000))
def test_any_share_shown_can_be_typed_back(basis_points: int) -> None:
    assert read_share(str(say_share(basis_points))) == basis_points


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        (100, [3333, 3333, 3334], [33, 33, 34]),
        (1, [5000, 5000], [1, 0]),
        (10, [10_000], [10]),
        (10, [2500, 2500], [3, 2]),
        (0, [5000, 5000], [0, 0]),
        (7, [], []),
    ],
)
def test_an_amount_is_shared_out_in_whole_parts(total: int, shares: list[int], parts: list[int]) -> None:
    assert split_by_shares(total, shares) == parts


@pytest.mark.parametrize("shares", [[5000, 5001], [-1, 5000]])
def test_shares_beyond_the_whole_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="10,000"):
        split_by_shares(100, shares)


@given(
    total=st.integers(min_value=-LARGEST, max_value=LARGEST),
    cuts=st.lists(st.integers(min_value=0, max_value=10_000), max_size=6),
)
def test_shares_of_the_whole_lose_nothing_and_a_reversal_undoes_them(total: int, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 10_000]
    shares = [after - before for before, after in pairwise(edges)]
    parts = split_by_shares(total, shares)
    assert sum(parts) == total
    assert split_by_shares(-total, shares) == [-part for part in parts]
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * 10_000 - total * share) < 10_000


def test_every_kind_has_words_and_all_but_own_conduct_have_one_unit() -> None:
    assert set(KIND_LABELS) == set(KIND_UNITS) == set(Kind)
    assert [kind for kind, unit in KIND_UNITS.items() if unit is None] == [Kind.CONDUCT]
    assert {KIND_UNITS[kind] for kind in KINDS_WITH_SESSIONS} == {Unit.MINUTES}
