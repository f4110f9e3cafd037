"""Whether a pledge and a part fit: every clause of domain.md 5.4 and of the candidate rule."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from community_book.base.amounts import Kind, Unit
from cwb.commitments.rules import CommonSession, Fit, fits, key_of

ON = date(2026, 10, 1)
TUESDAY = date(2026, 10, 6)


@dataclass(frozen=True)
class Session:
    id: int
    day: date
    starts_minute: int = 600
    ends_minute: int = 840
    left: int = 1


@dataclass(frozen=True)
class Pledge:
    kind: Kind = Kind.ADVICE
    unit: Unit = Unit.MINUTES
    item_type: str = ""
    subject: str = "accounts"
    amount: int = 2400
    left: int = 2400
    smallest_useful: int = 1
    first_day: date = date(2026, 9, 1)
    last_day: date = date(2027, 3, 31)
    borough_wide: bool = True
    online: bool = False
    zone_scheme_id: int | None = 1
    zone_ids: frozenset[int] = frozenset()
    features: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_pence_at_most: int | None = None
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True)
class Part:
    kind: Kind = Kind.ADVICE
    unit: Unit = Unit.MINUTES
    item_type: str = ""
    subject: str = "accounts"
    left: int | None = 720
    smallest_useful: int = 1
    first_day: date = date(2026, 10, 1)
    last_day: date = date(2026, 12, 31)
    online: bool = False
    zones: dict[int, int] = field(default_factory=lambda: {1: 11})
    features: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    team_smallest: int | None = None
    team_largest: int | None = None
    visit_minutes: int | None = None
    hosting_cost_pence: int | None = None
    sessions: tuple[Session, ...] = ()


def fit(pledge: Pledge, part: Part, on: date = ON) -> Fit:
    return fits(pledge, part, on)


def against(found: Fit) -> str:
    assert not found.ok
    assert found.reasons == found.why_not
    return " / ".join(str(reason) for reason in found.why_not)


def vehicle(**changes: Any) -> Pledge:
    """A minibus on ten Tuesdays, 10 to 2."""
    weeks = changes.pop("weeks", range(10))
    sessions = tuple(Session(n + 1, TUESDAY + timedelta(weeks=n)) for n in weeks)
    given: dict[str, Any] = {
        "amount": 240 * len(sessions),
        "left": 240 * len(sessions),
        "sessions": sessions,
        **changes,
    }
    return replace(Pledge(kind=Kind.VEHICLE, subject=""), **given)


def trips(weeks: range, *, starts: int = 600, ends: int = 720, **changes: Any) -> Part:
    sessions = tuple(Session(100 + n, TUESDAY + timedelta(weeks=n), starts, ends) for n in weeks)
    given: dict[str, Any] = {"left": (ends - starts) * len(sessions), "sessions": sessions, **changes}
    return replace(Part(kind=Kind.VEHICLE, subject=""), **given)


# --- what ---------------------------------------------------------------------------------------


def test_forty_hours_of_bookkeeping_fit_about_twelve() -> None:
    found = fit(Pledge(), Part())
    assert found.ok
    assert (found.amount, found.sessions) == (720, ())
    assert (found.first_day, found.last_day) == (date(2026, 10, 1), date(2026, 12, 31))
    assert "Both are about: Accounts and bookkeeping" in [str(reason) for reason in found.reasons]
    assert "It covers all that is still needed: 12 h" in [str(reason) for reason in found.reasons]


def test_another_kind_does_not_fit_and_nothing_else_is_looked_at() -> None:
    found = fit(Pledge(), Part(kind=Kind.MONEY, unit=Unit.PENCE))
    assert against(found) == "One is Expert advice, the other Money"


def test_advice_on_another_subject_does_not_fit() -> None:
    assert "about Accounts and bookkeeping, the other about Funding bids" in against(
        fit(Pledge(), Part(subject="bids"))
    )


@pytest.mark.parametrize(("wanted", "ok"), [("laptops", True), ("furniture", False), ("", False)])
def test_things_fit_by_their_type(wanted: str, ok: bool) -> None:
    pledge = Pledge(kind=Kind.GOODS, unit=Unit.ITEMS, subject="", item_type="laptops", amount=5, left=5)
    part = Part(kind=Kind.GOODS, unit=Unit.ITEMS, subject="", item_type=wanted, left=8)
    assert fit(pledge, part).ok is ok


# --- where --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pledge", "part", "ok"),
    [
        ({"borough_wide": False, "zone_ids": frozenset({11, 12})}, {}, True),
        ({"borough_wide": False, "zone_ids": frozenset({12})}, {}, False),
        ({"borough_wide": False, "zone_ids": frozenset({11})}, {"zones": {}}, False),
        ({"borough_wide": True}, {"zones": {}}, True),
        ({"borough_wide": False, "zone_scheme_id": 2, "zone_ids": frozenset({21})}, {"zones": {1: 11, 2: 21}}, True),
        ({"borough_wide": False, "zone_scheme_id": 2, "zone_ids": frozenset({11})}, {"zones": {1: 11}}, False),
        ({"borough_wide": False, "online": True, "zone_ids": frozenset({12})}, {"online": True}, True),
        ({"borough_wide": False, "online": True, "zone_ids": frozenset({12})}, {"online": False}, False),
        ({"borough_wide": True, "online": False}, {"online": True}, False),
    ],
)
def test_place(pledge: dict[str, Any], part: dict[str, Any], ok: bool) -> None:
    assert fit(replace(Pledge(), **pledge), replace(Part(), **part)).ok is ok


def test_a_part_nobody_can_place_says_so() -> None:
    found = fit(Pledge(borough_wide=False, zone_ids=frozenset({11})), Part(zones={}))
    assert "only help for the whole borough" in against(found)


# --- features, conditions, teams ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("has", "wanted", "ok"),
    [
        ({"seats": 16}, {"seats": 12}, True),
        ({"seats": 8}, {"seats": 12}, False),
        ({}, {"wheelchair_places": 1}, False),
        ({"driver": True}, {"driver": True}, True),
        ({}, {"driver": True}, False),
        ({"driver": True}, {}, True),
    ],
)
def test_features_are_hard_filters(has: dict[str, Any], wanted: dict[str, Any], ok: bool) -> None:
    assert fit(vehicle(features=has), trips(range(3), features=wanted)).ok is ok


@pytest.mark.parametrize(
    ("pledge", "part", "ok"),
    [
        ({"dbs": "enhanced"}, {"dbs": "basic"}, True),
        ({"dbs": "basic"}, {"dbs": "enhanced"}, False),
        ({}, {"dbs": "basic"}, False),
        ({}, {"dbs": "none"}, True),
        ({"insured": True}, {"insurance": True}, True),
        ({}, {"insurance": True}, False),
        ({"needs_licence": True}, {"has_licence": True}, True),
        ({"needs_licence": True}, {}, False),
        ({"needs_permit": True}, {}, False),
        ({"needs_permit": True, "needs_licence": True}, {"has_permit": True, "has_licence": True}, True),
    ],
)
def test_conditions_are_met_both_ways(pledge: dict[str, Any], part: dict[str, Any], ok: bool) -> None:
    assert fit(Pledge(conditions=pledge), Part(conditions=part)).ok is ok


def hands(**changes: Any) -> Pledge:
    return replace(Pledge(kind=Kind.HANDS, subject="", amount=5040, left=5040), **changes)


def work_for(**changes: Any) -> Part:
    return replace(Part(kind=Kind.HANDS, subject="", left=2160), **changes)


def test_a_staff_day_of_twelve_fits_four_at_a_time_for_three_hours() -> None:
    found = fit(hands(team_smallest=3, team_largest=12, visit_minutes=420), work_for(team_largest=4, visit_minutes=180))
    assert found.ok
    assert (found.people, found.visits, found.amount) == (4, 3, 2160)


def test_a_team_that_cannot_be_that_small_does_not_fit() -> None:
    found = fit(hands(team_smallest=6, team_largest=12), work_for(team_largest=4))
    assert "at least 6 people, and there is room for 4" in against(found)


def test_helpers_who_come_for_less_than_a_visit_do_not_fit() -> None:
    assert "3 h" in against(fit(hands(visit_minutes=60), work_for(visit_minutes=180)))


def test_an_amount_is_proposed_in_whole_visits_where_that_is_enough() -> None:
    found = fit(hands(left=2000, team_largest=4, visit_minutes=180), work_for())
    assert (found.amount, found.visits) == (1440, 2)
    assert fit(hands(left=2000, smallest_useful=1900, team_largest=4, visit_minutes=180), work_for()).amount == 2000


# --- how much -----------------------------------------------------------------------------------


def money(**changes: Any) -> Pledge:
    given: dict[str, Any] = {
        "kind": Kind.MONEY,
        "unit": Unit.PENCE,
        "subject": "",
        "amount": 500_00,
        "left": 500_00,
        **changes,
    }
    return replace(Pledge(), **given)


def wanted(**changes: Any) -> Part:
    given: dict[str, Any] = {
        "kind": Kind.MONEY,
        "unit": Unit.PENCE,
        "subject": "",
        "left": 650_00,
        "smallest_useful": 300_00,
        **changes,
    }
    return replace(Part(), **given)


def test_some_of_what_is_needed_helps_from_its_least_slice_on() -> None:
    assert fit(money(), wanted()).amount == 500_00
    assert "less than £300 would not be useful" in against(fit(money(left=200_00), wanted()))


def test_a_slice_larger_than_what_is_left_of_its_own_side_is_what_is_left() -> None:
    assert fit(money(left=500_00), wanted(left=150_00)).amount == 150_00
    assert fit(money(left=100_00, smallest_useful=400_00), wanted(left=90_00)).why_not
    assert fit(money(left=100_00, smallest_useful=400_00), wanted(left=100_00)).amount == 100_00


def test_the_larger_slice_of_the_two_counts() -> None:
    assert not fit(money(smallest_useful=400_00), wanted(left=350_00, smallest_useful=1)).ok


def test_nothing_left_is_said_plainly() -> None:
    assert against(fit(money(left=0), wanted())) == "Nothing is left of what was offered"
    assert against(fit(money(), wanted(left=0))) == "Nothing is needed any more"


def test_where_the_group_is_not_sure_something_sensible_is_proposed() -> None:
    assert fit(Pledge(), Part(left=None)).amount == 720
    assert fit(Pledge(left=300), Part(left=None)).amount == 300
    assert fit(Pledge(smallest_useful=1200), Part(left=None)).amount == 1200
    assert fit(money(), wanted(left=None)).amount == 300_00
    assert fit(money(), wanted(left=None)).at_most == 500_00


# --- when ---------------------------------------------------------------------------------------


def test_windows_that_do_not_meet_do_not_fit() -> None:
    assert "The dates do not meet" in against(fit(Pledge(last_day=date(2026, 9, 30)), Part()))
    assert "The dates do not meet" in against(fit(Pledge(), Part(), on=date(2027, 1, 1)))


def test_the_common_days_must_be_enough_for_the_least_slice() -> None:
    one_day: dict[str, Any] = {"first_day": date(2026, 10, 5), "last_day": date(2026, 10, 5)}
    assert fit(Pledge(), Part(**one_day)).amount == 720
    assert "too few" in against(fit(Pledge(smallest_useful=1000), Part(left=2000, **one_day)))


def test_land_goes_by_the_weeks_both_have() -> None:
    land: dict[str, Any] = {"kind": Kind.LAND, "unit": Unit.PLOT_WEEKS, "subject": ""}
    plot = replace(Pledge(), amount=52, left=52, first_day=ON, last_day=ON + timedelta(days=363), **land)
    group = replace(Part(), left=26, smallest_useful=4, first_day=ON, last_day=ON + timedelta(days=181), **land)
    assert fit(plot, group).amount == 26
    assert fit(plot, replace(group, last_day=ON + timedelta(days=69))).amount == 10
    assert "too few" in against(fit(plot, replace(group, last_day=ON + timedelta(days=20))))


def test_a_minibus_on_tuesdays_fits_every_second_tuesday() -> None:
    found = fit(vehicle(), trips(range(0, 10, 2)))
    assert found.ok
    assert [session.day for session in found.sessions] == [TUESDAY + timedelta(weeks=n) for n in range(0, 10, 2)]
    assert found.sessions[0] == CommonSession(1, 100, TUESDAY, 600, 720, 1, 120)
    assert (found.amount, found.first_day, found.last_day) == (600, TUESDAY, TUESDAY + timedelta(weeks=8))
    assert "5 of the 5 dates asked for suit both" in [str(reason) for reason in found.why]


def test_fortnightly_in_the_other_weeks_has_nothing_in_common() -> None:
    found = fit(vehicle(weeks=range(0, 10, 2)), trips(range(1, 10, 2)))
    assert against(found) == "No date and time suits both"


def test_too_few_dates_in_common_do_not_fit() -> None:
    found = fit(vehicle(weeks=range(2)), trips(range(10), smallest_useful=360))
    assert "Too few dates suit both: 4 h" in against(found)


def test_the_whole_of_a_wanted_time_must_lie_in_the_offered() -> None:
    assert not fit(vehicle(), trips(range(3), starts=540, ends=660)).ok


def test_dates_before_today_are_past() -> None:
    found = fit(vehicle(), trips(range(5)), on=TUESDAY + timedelta(days=1))
    assert len(found.sessions) == 4


def test_dates_are_taken_from_the_earliest_on_while_something_is_left() -> None:
    found = fit(vehicle(left=300), trips(range(5)))
    assert (len(found.sessions), found.amount) == (2, 240)
    assert len(found.common) == 5


def test_a_room_without_dates_left_does_not_fit() -> None:
    assert "No date and time is left" in against(fit(vehicle(sessions=()), trips(range(3))))


def test_dates_of_one_side_are_enough_where_the_other_can_come_at_any_time() -> None:
    part = work_for(left=720, sessions=(Session(5, TUESDAY, 600, 720, 3), Session(6, TUESDAY, 900, 1020, 3)))
    found = fit(hands(), part)
    assert [(s.pledge_session_id, s.need_session_id, s.amount) for s in found.sessions] == [
        (None, 5, 360),
        (None, 6, 360),
    ]
    pledge = hands(sessions=(Session(7, TUESDAY, 600, 720, 3),))
    assert [s.pledge_session_id for s in fit(pledge, work_for()).sessions] == [7]


def test_how_many_at_once_shrinks_to_what_is_left() -> None:
    part = work_for(left=360, sessions=(Session(5, TUESDAY, 600, 720, 4),))
    found = fit(hands(left=300), part)
    assert [(s.at_once, s.amount) for s in found.sessions] == [(2, 240)]


def test_each_date_has_a_name_of_its_own() -> None:
    found = fit(vehicle(), trips(range(5)))
    assert len({key_of(session) for session in found.common}) == 5
