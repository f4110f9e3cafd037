"""Drawing a sample, what it says, and when the rest may be accepted with it."""

from __future__ import annotations

import hashlib
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cwb.checking import rules
from cwb.checking.rules import Checked

REFERENCES = st.sets(st.from_regex(r"\AD-[2-9A-Z]{6}\Z"), min_size=1, max_size=120)
SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)
NUMBERS = st.integers(30, 400).flatmap(lambda checked: st.tuples(st.integers(0, checked), st.just(checked)))


@settings(max_examples=60, deadline=None)
@given(SEEDS, REFERENCES, st.data())
def test_anybody_draws_the_same_sample_whatever_order_the_list_has(seed, references, data):
    shuffled = data.draw(st.permutations(sorted(references)))
    count = rules.needed_sample(len(references))
    drawn = rules.draw(seed, shuffled, count)
    assert drawn == rules.draw(seed, references, count)
    assert len(set(drawn)) == count
    assert set(drawn) <= references


@settings(max_examples=60, deadline=None)
@given(SEEDS, REFERENCES)
def test_the_sample_is_drawn_as_the_public_page_says(seed, references):
    by_hand = sorted(references, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest())[:59]
    assert rules.draw(seed, references, 59) == by_hand


def test_another_seed_draws_another_sample():
    references = [f"D-{number:06}" for number in range(500)]
    assert set(rules.draw("a", references, 59)) != set(rules.draw("b", references, 59))


@given(st.integers(0, 10_000))
def test_fifty_nine_are_checked_or_all_where_there_are_fewer(size):
    assert rules.needed_sample(size) == min(size, 59)


def test_fifty_nine_is_the_fewest_that_say_at_most_five_in_a_hundred_are_wrong():
    assert 0.95**rules.NEEDED < 0.05 <= 0.95 ** (rules.NEEDED - 1)


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_the_interval_holds_the_share_that_was_found(numbers):
    wrong, checked = numbers
    found = rules.interval(wrong, checked)
    assert found is not None
    assert 0 <= found.low <= wrong * 10_000 / checked <= found.high <= 10_000


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_at_the_bounds_of_the_interval_what_was_found_is_as_unlikely_as_it_says(numbers):
    """Against the sum of the binomial with whole numbers: beyond a bound the tail is less than 2.5%."""
    wrong, checked = numbers
    found = rules.interval(wrong, checked)

    def tail(share: int, first: int, last: int) -> int:
        return sum(comb(checked, k) * share**k * (10_000 - share) ** (checked - k) for k in range(first, last + 1))

    assert found is not None
    everything = 10_000**checked
    if found.high < 10_000:
        assert tail(found.high, 0, wrong) * 40 <= everything
        assert tail(found.high - 1, 0, wrong) * 40 >= everything
    if found.low > 0:
        assert tail(found.low, wrong, checked) * 40 <= everything
        assert tail(found.low + 1, wrong, checked) * 40 >= everything


def test_known_intervals():
    """With none wrong the upper bound is 1 - 0.025 to the power of one in n: 6.061% of 59, 11.571% of 30."""
    assert rules.interval(0, 59) == rules.Interval(0, 607)
    assert rules.interval(0, 30) == rules.Interval(0, 1158)
    assert rules.interval(30, 30) == rules.Interval(8842, 10_000)


@given(st.integers(0, 29))
def test_below_thirty_checked_no_estimate_is_made(checked):
    assert rules.interval(0, checked) is None


def right(count: int, measure: str = "PO7", claimed: int = 60) -> list[Checked]:
    return [Checked(measure, claimed, claimed)] * count


def test_a_batch_is_not_accepted_before_enough_are_checked():
    why = rules.why_not_accept(size=300, checked=right(58), tolerance=10_000)
    assert "58 of the 59" in str(why)
    assert rules.why_not_accept(size=300, checked=right(59), tolerance=0) is None
    assert rules.why_not_accept(size=20, checked=right(20), tolerance=0) is None
    assert rules.why_not_accept(size=20, checked=right(19), tolerance=0) is not None


def test_one_wrong_report_is_too_many_where_the_council_tolerates_nothing():
    checked = [*right(58), Checked("PO7", 60, 59)]
    assert "1 of 59" in str(rules.why_not_accept(size=300, checked=checked, tolerance=0))
    assert rules.why_not_accept(size=300, checked=checked, tolerance=500) is None


def test_what_cannot_be_accepted_any_more_is_said_before_the_rest_is_checked():
    checked = [*right(9), Checked("PO7", 60, 59)]
    assert "even if all the others are right" in str(rules.why_not_accept(size=300, checked=checked, tolerance=0))
    assert "10 of the 59" in str(rules.why_not_accept(size=300, checked=checked, tolerance=500))


def test_what_was_over_claimed_is_weighed_measure_by_measure_and_never_added_up():
    """One laptop of four is missing: few reports are wrong, but of that measure a quarter was."""
    checked = [*right(58, claimed=10_000), Checked("FP6", 4, 3)]
    why = str(rules.why_not_accept(size=300, checked=checked, tolerance=500))
    assert "FP6" in why
    assert "25%" in why


def test_claiming_too_little_is_no_over_claim():
    checked = [*right(58), Checked("PO7", 60, 90)]
    assert rules.wrong_in(checked) == 0
    assert rules.why_not_accept(size=300, checked=checked, tolerance=0) is None


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 1000), st.integers(0, 1000)), max_size=70))
def test_the_errors_of_all_measures_name_every_checked_report_once(given_reports):
    checked = [Checked(measure, claimed, min(claimed, found)) for measure, claimed, found in given_reports]
    errors = rules.errors_by_measure(checked)
    assert sum(error.reports for error in errors) == len(checked)
    assert all(0 <= error.basis_points <= 10_000 for error in errors)
    assert any(error.over_claimed for error in errors) == bool(rules.wrong_in(checked))


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        ("open", ["freeze", "drop"]),
        ("frozen", ["draw", "drop"]),
        ("drawn", ["accept", "drop"]),
        ("accepting", ["finish"]),
        ("accepted", []),
        ("dropped", []),
    ],
)
def test_what_can_be_done_with_a_batch_in_each_state(state, acts):
    assert rules.MACHINE.acts_from(rules.BatchState(state)) == acts
