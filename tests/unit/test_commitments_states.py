"""Every state of a commitment against every act and every side; and the arithmetic of days and amounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from community_book.base.amounts import Kind
from community_book.base.errors import NotAllowed, WrongState
from cwb.commitments.rules import (
    ASKING,
    DROPPED,
    KEPT,
    LIVE,
    MACHINE,
    OPEN,
    RUNNING,
    STATE_LABELS,
    WAITING,
    CommitmentState,
    Hosting,
    Lateness,
    PlannedSession,
    Side,
    Standing,
    Unreported,
    acts_of,
    check,
    days_before,
    due_on,
    hosting_between,
    lateness,
    split_unreported,
    visits_of,
    who_may,
)

S = CommitmentState
P, G, C, X = Side.PROVIDER, Side.GROUP, Side.COUNCIL, Side.SYSTEM

RUNNING_ACTS = {
    "report": {P, G},
    "propose_change": {P, G},
    "agree_change": {P, G},
    "decline_change": {P, G},
    "take_back_change": {P, G},
    "say_did_not_happen": {P, G},
    "add_surplus": {P, G},
    "hold": {C, X},
    "complete": {P, G, C, X},
    "end_short": {P, G, C},
    "cancel": {P, G, C},
    "write": {P, G, C},
}
WAITING_FOR_GROUP = {
    "meet": {G},
    "decline": {G},
    "take_back": {P},
    "lapse": {X},
    "hold": {C, X},
    "write": {P, G, C},
}
ONLY_WORDS = {"write": {P, G, C}}

# a standing as it comes about, and every act that is legal then with the sides that may; all else is refused
TABLE: dict[str, tuple[Standing, dict[str, set[Side]]]] = {
    "offered by the provider": (
        Standing(S.OFFERED, P, True, False),
        {
            "accept": {G},
            "accept_on_condition": {G},
            "ask_committee": {G},
            "decline": {G},
            "take_back": {P},
            "lapse": {X},
            "hold": {C, X},
            "write": {P, G, C},
        },
    ),
    "asked for by the group": (
        Standing(S.ASKED, G, False, True),
        {
            "accept": {P},
            "accept_on_condition": {P},
            "ask_committee": {P},
            "decline": {P},
            "take_back": {G},
            "lapse": {X},
            "hold": {C, X},
            "write": {P, G, C},
        },
    ),
    "proposed by the council": (
        Standing(S.PROPOSED, C, False, False),
        {
            "accept": {P, G},
            "accept_on_condition": {P, G},
            "ask_committee": {P, G},
            "decline": {P, G},
            "take_back": {C},
            "lapse": {X},
            "hold": {C, X},
            "write": {P, G, C},
        },
    ),
    "proposed, and the provider said yes": (
        Standing(S.PROPOSED, C, True, False),
        {
            "accept": {G},
            "accept_on_condition": {G},
            "ask_committee": {G},
            "decline": {P, G},
            "take_back": {C},
            "lapse": {X},
            "hold": {C, X},
            "write": {P, G, C},
        },
    ),
    "offered, and accepted on a condition": (Standing(S.CONDITIONAL, P, True, False, G), WAITING_FOR_GROUP),
    "offered, and with the group's committee": (Standing(S.COMMITTEE, P, True, False, G), WAITING_FOR_GROUP),
    "proposed, and the group asks its committee first": (
        Standing(S.COMMITTEE, C, False, False, G),
        {
            "accept": {P},
            "meet": {G},
            "decline": {P, G},
            "take_back": {C},
            "lapse": {X},
            "hold": {C, X},
            "write": {P, G, C},
        },
    ),
    "agreed": (Standing(S.AGREED, P, True, True), {**RUNNING_ACTS, "start": {X}}),
    "under way": (Standing(S.UNDER_WAY, P, True, True), RUNNING_ACTS),
    "on hold before it was agreed": (
        Standing(S.ON_HOLD, P, True, False, None, S.OFFERED),
        {
            "decline": {G},
            "take_back": {P},
            "lapse": {X},
            "hold": {C, X},
            "release": {C, X},
            "write": {P, G, C},
        },
    ),
    "on hold while it ran": (
        Standing(S.ON_HOLD, P, True, True, None, S.UNDER_WAY),
        {
            "report": {P, G},
            "decline_change": {P, G},
            "take_back_change": {P, G},
            "hold": {C, X},
            "release": {C, X},
            "end_short": {P, G, C},
            "cancel": {P, G, C},
            "write": {P, G, C},
        },
    ),
    "completed": (Standing(S.COMPLETED, P, True, True), ONLY_WORDS),
    "stopped early": (Standing(S.ENDED_SHORT, P, True, True), ONLY_WORDS),
    "called off": (Standing(S.CANCELLED, P, True, True), ONLY_WORDS),
    "declined": (Standing(S.DECLINED, P, True, False), ONLY_WORDS),
    "lapsed": (Standing(S.LAPSED, P, True, False), ONLY_WORDS),
    "taken back": (Standing(S.TAKEN_BACK, P, True, False), ONLY_WORDS),
}


@pytest.mark.parametrize("standing_name", TABLE)
@pytest.mark.parametrize("act", MACHINE.moves)
@pytest.mark.parametrize("side", Side)
def test_each_act_from_each_state_by_each_side(standing_name: str, act: str, side: Side) -> None:
    standing, legal = TABLE[standing_name]
    may = legal.get(act, set())
    assert who_may(act, standing) == may
    if side in may:
        check(act, standing, side)
        assert act in acts_of(side, standing)
    else:
        assert act not in acts_of(side, standing)
        with pytest.raises((WrongState, NotAllowed)) as refusal:
            check(act, standing, side)
        if not may:
            assert isinstance(refusal.value, WrongState)
        assert str(STATE_LABELS[standing.state]) in str(refusal.value)


def test_every_state_stands_in_the_table_and_in_one_family() -> None:
    assert {standing.state for standing, _ in TABLE.values()} == set(S)
    families = [ASKING, WAITING, RUNNING, {S.ON_HOLD}, KEPT, DROPPED]
    assert sorted(state for family in families for state in family) == sorted(S)
    assert OPEN == ASKING | WAITING
    assert LIVE == RUNNING | {S.ON_HOLD}


# --- what goes back -----------------------------------------------------------------------------

TODAY = date(2026, 10, 20)


def session(number: int, day: date, amount: int = 120) -> PlannedSession:
    return PlannedSession(number, number, number, day, 1, amount)


def split(**changes: object) -> Unreported:
    given = {
        "kind": Kind.VEHICLE,
        "amount": 480,
        "reported": 120,
        "first_day": date(2026, 10, 6),
        "last_day": date(2026, 10, 27),
        "planned": [session(2, date(2026, 10, 13)), session(3, TODAY), session(4, date(2026, 10, 27))],
        "has_sessions": True,
        "today": TODAY,
        **changes,
    }
    return split_unreported(**given)  # type: ignore[arg-type]


def test_dates_to_come_go_back_and_those_that_passed_do_not() -> None:
    found = split()
    assert (found.free, found.past) == (240, 120)
    assert [one.id for one in found.free_sessions] == [3, 4]
    assert [one.id for one in found.past_sessions] == [2]


def test_what_a_reported_date_fell_short_of_is_past_time() -> None:
    found = split(amount=480, reported=60, planned=[session(4, date(2026, 10, 27))])
    assert (found.free, found.past) == (120, 300)


def test_help_without_dates_goes_back_whole() -> None:
    found = split(kind=Kind.ADVICE, has_sessions=False, planned=[])
    assert (found.free, found.past) == (360, 0)


def test_land_loses_the_weeks_that_passed() -> None:
    land = {"kind": Kind.LAND, "has_sessions": False, "planned": [], "amount": 26}
    first = date(2026, 1, 5)
    last = first + timedelta(days=181)
    ten_weeks_on = first + timedelta(weeks=10)
    found = split(reported=4, first_day=first, last_day=last, today=ten_weeks_on, **land)
    assert (found.free, found.past) == (16, 6)
    assert split(reported=12, first_day=first, last_day=last, today=ten_weeks_on, **land).past == 0
    assert split(reported=0, first_day=first, last_day=last, today=first, **land).past == 0


# --- days ---------------------------------------------------------------------------------------


def test_regular_dates_are_due_at_the_end_of_each_month() -> None:
    assert due_on(date(2026, 12, 15), [date(2026, 10, 6), date(2026, 11, 3)]) == date(2026, 10, 31)
    assert due_on(date(2026, 10, 20), [date(2026, 10, 6)]) == date(2026, 10, 20)
    assert due_on(date(2026, 12, 15), []) == date(2026, 12, 15)
    assert due_on(date(2027, 1, 31), [date(2026, 12, 29)]) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 10, 5), Lateness.IN_TIME),
        (date(2026, 10, 9), Lateness.IN_TIME),
        (date(2026, 10, 12), Lateness.LATE),
        (date(2026, 10, 16), Lateness.LATE),
        (date(2026, 10, 19), Lateness.STUCK),
        (date(2026, 11, 13), Lateness.STUCK),
        (date(2026, 11, 16), Lateness.OVERDUE),
    ],
)
def test_five_working_days_are_late_ten_stuck_thirty_overdue(today: date, expected: Lateness) -> None:
    assert lateness(date(2026, 10, 5), today, stuck_after=10, overdue_after=30) is expected
    assert lateness(None, today, stuck_after=10, overdue_after=30) is Lateness.IN_TIME


@pytest.mark.parametrize("days", [1, 5, 10, 30])
def test_days_before_is_the_latest_day_that_is_so_late(days: int) -> None:
    monday = date(2026, 10, 5)
    for today in (monday, monday + timedelta(days=5), date(2026, 12, 29)):
        day = days_before(today, days)
        assert lateness(day, today, stuck_after=days, overdue_after=999) is Lateness.STUCK
        later = lateness(day + timedelta(days=1), today, stuck_after=days, overdue_after=999)
        assert later is not Lateness.STUCK


def test_visits_for_the_cost_of_hosting() -> None:
    assert visits_of(Kind.HANDS, 2160, 4, 180, 0) == 3
    assert visits_of(Kind.HANDS, 2000, 4, 180, 0) == 3
    assert visits_of(Kind.HANDS, 2000, None, None, 0) == 1
    assert visits_of(Kind.HANDS, 2000, 4, 180, 5) == 5
    assert visits_of(Kind.ADVICE, 600, None, None, 0) == 0


@pytest.mark.parametrize(
    ("cost", "most", "expected"),
    [
        (60_00, 80_00, (Hosting.PAID, 60_00)),
        (60_00, 60_00, (Hosting.PAID, 60_00)),
        (60_00, 40_00, (Hosting.PART, 40_00)),
        (60_00, None, (Hosting.NONE, 0)),
        (0, 40_00, (Hosting.NONE, 0)),
    ],
)
def test_what_of_hosting_is_paid(cost: int, most: int | None, expected: tuple[Hosting, int]) -> None:
    assert hosting_between(cost, most) == expected
