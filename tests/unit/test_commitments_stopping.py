"""What keeps two apart says what would make it fit; what was typed is stopped with what would fit instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from community_book.base.amounts import Kind, Unit
from cwb.commitments.rules import Fit, NewCommitment, Side, Stop, fits, key_of, stop_of, terms_for
from tests.unit.test_commitments_fitting import (
    ON,
    TUESDAY,
    Part,
    Pledge,
    Session,
    fit,
    hands,
    money,
    trips,
    vehicle,
    wanted,
    work_for,
)

NEW = NewCommitment(1, 1)
TEAM: dict[str, Any] = {"team_smallest": 2, "team_largest": 4, "visit_minutes": 180}


def would_fit(found: Fit) -> str:
    assert not found.ok
    assert [miss.why for miss in found.misses] == list(found.why_not)
    return " / ".join(str(miss.would_fit) for miss in found.misses)


def stopped(pledge: Pledge, part: Part, side: Side = Side.PROVIDER, **typed: Any) -> Stop | None:
    found = fits(pledge, part, ON)
    assert found.ok, found.why_not
    return stop_of(pledge, part, found, replace(NEW, **typed), side)


def stop(pledge: Pledge, part: Part, side: Side = Side.PROVIDER, **typed: Any) -> Stop:
    found = stopped(pledge, part, side, **typed)
    assert found is not None
    return found


# --- the pair -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pledge", "part", "said"),
    [
        (Pledge(), Part(subject="bids"), "if it were also about: Funding bids"),
        (Pledge(borough_wide=False, zone_ids=frozenset({12})), Part(), "if it were offered in that area too"),
        (Pledge(borough_wide=False, zone_ids=frozenset({12})), Part(zones={}), "once the group says in which area"),
        (Pledge(), Part(online=True), "if it were offered online too"),
        (Pledge(first_day=date(2027, 1, 5)), Part(), "It would fit from 5 January 2027"),
        (Pledge(last_day=date(2026, 10, 20)), Part(first_day=date(2026, 11, 1)), "It would fit until 20 October 2026"),
        (Pledge(conditions={}), Part(conditions={"dbs": "enhanced"}), "confirms this check on its pledge: Enhanced"),
        (Pledge(), Part(conditions={"insurance": True}), "that it is insured for it"),
        (Pledge(conditions={"needs_licence": True}), Part(), "says that it has such a driver"),
        (Pledge(conditions={"needs_permit": True}), Part(), "says that it has the permit"),
        (hands(team_smallest=6), work_for(team_largest=4), "Ask for a smaller team: it would fit with at most 4"),
        (hands(team_largest=4), work_for(team_smallest=6), "Ask for a larger team: it would fit with 6 people"),
        (hands(visit_minutes=60), work_for(visit_minutes=180), "if visits of 1 h were enough"),
        (money(left=200_00), wanted(), "if £200 were enough, or with £100 more on offer"),
        (vehicle(weeks=range(2)), trips(range(10), smallest_useful=360), "2 of the 10 dates asked for would fit"),
        (vehicle(features={"seats": 8}), trips(range(3), features={"seats": 12}), "with 12, or if 8 were enough"),
        (vehicle(), trips(range(3), features={"seats": 12}), "It would fit with 12"),
        (vehicle(), trips(range(3), features={"driver": True}), "with this added, or if the group could do without"),
        (vehicle(sessions=()), trips(range(3)), "It would fit with new dates"),
    ],
)
def test_each_miss_says_what_would_make_it_fit(pledge: Pledge, part: Part, said: str) -> None:
    assert said in would_fit(fit(pledge, part))


def test_days_that_differ_are_named_on_both_sides() -> None:
    mondays = tuple(Session(n, TUESDAY - timedelta(days=1) + timedelta(weeks=n), 540, 720) for n in range(1, 4))
    said = would_fit(fit(vehicle(sessions=mondays), trips(range(1, 4))))
    assert "It is there on Mondays, 9:00 to 12:00, and asked for on Tuesdays, 10:00 to 12:00" in said


def test_what_is_over_or_used_up_promises_nothing() -> None:
    for found in (
        fit(money(left=0), wanted()),
        fit(money(), wanted(left=0)),
        fit(Pledge(last_day=ON), Part(), on=date(2027, 1, 1)),
    ):
        assert [miss.would_fit for miss in found.misses] == [None]


def test_help_at_weekends_and_in_the_evening_is_left_out_where_it_would_not_help() -> None:
    saturday, friday = date(2026, 10, 10), date(2026, 10, 9)
    pledge = hands(
        sessions=(Session(1, saturday, 600, 720), Session(2, friday, 600, 720), Session(3, friday, 1020, 1140))
    )
    assert len(fit(pledge, work_for()).common) == 3
    found = fit(pledge, work_for(conditions={"not_wanted": ["weekends", "evenings"]}))
    assert [session.pledge_session_id for session in found.common] == [2]
    assert len(fit(pledge, work_for(conditions={"not_wanted": ["evenings"]})).common) == 2


def test_a_single_visit_does_not_fit_where_it_would_not_help() -> None:
    part = work_for(left=180, team_largest=1, visit_minutes=180, conditions={"not_wanted": ["once"]})
    assert would_fit(fit(hands(), part)) == "It would fit with two visits or more"
    assert fit(hands(), replace(part, left=720)).ok


# --- what was typed -----------------------------------------------------------------------------


def test_what_fits_is_not_stopped() -> None:
    assert stopped(Pledge(), Part(), amount=720) is None
    assert stopped(hands(**TEAM), work_for(), amount=1440, people=4) is None


def test_three_visits_of_four_would_fit() -> None:
    found = stop(hands(left=2160, **TEAM), work_for(left=None), amount=2880, people=4)
    assert [problem.field for problem in found.problems] == ["amount"]
    assert str(found.would_fit) == "3 visits of 4 would fit: 36 h."
    assert found.instead is not None
    assert found.instead.amount == 2160


def test_a_smaller_team_would_fit_and_its_visits_are_counted_anew() -> None:
    found = stop(hands(left=2160, team_largest=12, visit_minutes=180), work_for(team_largest=4), amount=2160, people=12)
    assert [problem.field for problem in found.problems] == ["people"]
    assert str(found.would_fit) == "A smaller team would fit: 4 people at a time."
    assert found.instead is not None
    assert (found.instead.people, found.instead.amount) == (4, 2160)
    both = stop(hands(left=2160, team_largest=12, visit_minutes=180), work_for(team_largest=4), amount=9999, people=12)
    assert [problem.field for problem in both.problems] == ["people", "amount"]
    assert both.instead is not None
    assert (both.instead.people, both.instead.amount) == (4, 2160)
    few = stop(hands(**TEAM), work_for(), amount=1440, people=1)
    assert str(few.would_fit) == "A larger team would fit: 2 people at a time."


def test_too_little_and_nothing_at_all_are_stopped_with_what_would_fit() -> None:
    assert str(stop(money(), wanted(), amount=100_00).would_fit) == "£300 would fit."
    assert str(stop(money(), wanted(), amount=None).would_fit) == "£500 would fit."
    assert str(stop(money(), wanted(), amount=10**12).would_fit) == "£500 would fit."


def test_a_single_visit_is_stopped_where_it_would_not_help() -> None:
    part = work_for(conditions={"not_wanted": ["once"]})
    found = stop(hands(**TEAM), part, amount=720, people=4)
    assert str(found.would_fit) == "2 visits would fit: 24 h."


def chosen(found: Fit, count: int) -> tuple[str, ...]:
    return tuple(key_of(session) for session in found.common[:count])


def test_three_of_the_four_dates_chosen_would_fit() -> None:
    pledge, part = vehicle(left=360), trips(range(4))
    four = chosen(fit(pledge, part), 4)
    found = stop(pledge, part, session_keys=four)
    assert str(found.would_fit) == "3 of the 4 dates chosen would fit: 6 h."
    assert found.instead is not None
    assert found.instead.session_keys == four[:3]
    assert stopped(pledge, part, session_keys=four[:3]) is None


def test_a_date_that_is_gone_leaves_the_others() -> None:
    pledge, part = vehicle(), trips(range(4))
    three = chosen(fit(pledge, part), 3)
    found = stop(pledge, part, session_keys=(*three, "99-99"))
    assert str(found.would_fit) == "3 of the 4 dates chosen would fit: 6 h."
    assert str(stop(pledge, part).would_fit) == "4 dates would fit: 8 h."
    once = replace(part, conditions={"not_wanted": ["once"]})
    assert "at least two dates" in str(stop(pledge, once, session_keys=three[:1]).problems[0].message)


def test_what_would_fit_is_never_stopped_itself() -> None:
    pairs = [
        (hands(left=2160, **TEAM), work_for(left=None)),
        (hands(left=500, **TEAM), work_for(smallest_useful=400)),
        (money(), wanted()),
        (vehicle(left=300), trips(range(5))),
        (Pledge(smallest_useful=600), Part(left=None)),
    ]
    for pledge, part in pairs:
        keys = chosen(fit(pledge, part), 99)
        for amount in (None, 1, 700, 10**12):
            for people in (None, 1, 3, 50):
                found = stopped(pledge, part, amount=amount, people=people, session_keys=keys)
                if found is None:
                    continue
                assert found.problems
                if found.instead is not None:
                    assert stop_of(pledge, part, fits(pledge, part, ON), found.instead, Side.PROVIDER) is None


# --- what the other side says -------------------------------------------------------------------


@pytest.mark.parametrize(("side", "asked"), [(Side.PROVIDER, True), (Side.GROUP, False), (Side.COUNCIL, True)])
def test_whoever_offers_reads_what_would_not_help(side: Side, asked: bool) -> None:
    pledge = Pledge(kind=Kind.GOODS, unit=Unit.ITEMS, subject="", item_type="laptops", amount=5, left=5)
    part = Part(
        kind=Kind.GOODS, unit=Unit.ITEMS, subject="", item_type="laptops", left=8, conditions={"not_wanted": ["used"]}
    )
    found = stopped(pledge, part, side, amount=5)
    assert (found is not None) is asked
    if found is not None:
        assert [problem.field for problem in found.problems] == ["keeps_terms"]
        assert found.instead is None
    assert stopped(pledge, part, side, amount=5, keeps_terms=True) is None


def test_each_side_reads_the_words_of_the_other() -> None:
    pledge, part = Pledge(conditions={"terms": "Back by six."}), Part(conditions={"terms": "No nuts.", "dbs": "none"})
    assert terms_for(pledge, part, Side.PROVIDER).of_group == "No nuts."
    assert terms_for(pledge, part, Side.GROUP).of_provider == "Back by six."
    both = terms_for(pledge, part, Side.COUNCIL)
    assert (both.of_group, both.of_provider) == ("No nuts.", "Back by six.")
    assert not terms_for(Pledge(), Part(conditions={"not_wanted": ["once"]}), Side.PROVIDER)
