"""The rules of needs, without a database: states, what follows from amounts, what may be asked, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.amounts import Kind, Unit
from community_book.base.errors import WrongState
from community_book.needs.rules import (
    COUNTED,
    ENDED,
    KIND_EXAMPLES,
    KINDS_ASKED,
    NEEDS,
    NEVER_ON_OFFER,
    STATE_COLOURS,
    STATE_LABELS,
    NeedState,
    NewNeed,
    PartTerms,
    asked_of,
    check_new,
    first_state,
    left_of,
    others_to_close,
    others_to_reopen,
    pattern_of,
    reminder_due,
    say_conditions,
    say_features,
    say_how_much,
    say_left,
    say_team,
    say_when,
    smallest_slice,
    state_that_follows,
    times_of,
    words_to_look_at,
)

S = NeedState
TODAY = date(2026, 10, 6)
LATER = TODAY + timedelta(days=60)

# --- states -------------------------------------------------------------------------------------

LEGAL: dict[str, dict[NeedState, set[NeedState]]] = {
    "save": {S.DRAFT: {S.DRAFT}, S.RETURNED: {S.DRAFT}},
    "post": {S.DRAFT: {S.WAITING, S.OPEN}, S.RETURNED: {S.WAITING, S.OPEN}},
    "change": {S.WAITING: {S.WAITING}, S.OPEN: {S.OPEN}, S.PAUSED: {S.PAUSED}, S.PROMISED: {S.PROMISED}},
    "open": {S.WAITING: {S.OPEN}},
    "return": {S.WAITING: {S.RETURNED}},
    "decline": {S.WAITING: {S.DECLINED}},
    "merge": {S.WAITING: {S.MERGED}},
    "pause": {S.OPEN: {S.PAUSED}},
    "resume": {S.PAUSED: {S.OPEN}},
    "still_needed": {S.OPEN: {S.OPEN}, S.PAUSED: {S.PAUSED}},
    "keep_one": {S.OPEN: {S.OPEN}, S.PAUSED: {S.PAUSED}},
    "keep_asking": {S.OPEN: {S.OPEN}, S.PAUSED: {S.PAUSED}},
    "add_part": {state: {state} for state in (S.DRAFT, S.RETURNED, S.WAITING, S.OPEN, S.PAUSED, S.PROMISED)},
    "drop_part": {state: {state} for state in (S.DRAFT, S.RETURNED, S.WAITING, S.OPEN, S.PAUSED)},
    "withdraw": {
        state: {S.WITHDRAWN, S.PROMISED, S.MET, S.MET_IN_PART}
        for state in (S.DRAFT, S.WAITING, S.RETURNED, S.OPEN, S.PAUSED, S.PROMISED)
    },
    "close": {state: {S.CLOSED} for state in (S.OPEN, S.PAUSED, S.PROMISED, S.EXPIRED)},
    "expire": {state: {S.EXPIRED, S.PROMISED, S.MET, S.MET_IN_PART} for state in (S.OPEN, S.PAUSED, S.PROMISED)},
    "settle": {
        state: {S.OPEN, S.PAUSED, S.PROMISED, S.MET, S.MET_IN_PART, S.EXPIRED}
        for state in (S.OPEN, S.PAUSED, S.PROMISED, S.MET, S.MET_IN_PART, S.EXPIRED)
    },
    "reopen": {state: {S.DRAFT, S.WAITING, S.RETURNED, S.OPEN, S.PAUSED} for state in (S.CLOSED, S.WITHDRAWN)},
    "hide": {state: {state} for state in S},
    "show": {state: {state} for state in S},
}


def test_every_act_of_a_need_is_in_the_table() -> None:
    assert set(NEEDS.moves) == set(LEGAL)


@pytest.mark.parametrize(("act", "state"), list(product(LEGAL, S)))
def test_a_need_goes_only_where_its_acts_lead(act: str, state: NeedState) -> None:
    targets = LEGAL[act].get(state)
    for target in S:
        if targets is None:
            with pytest.raises(WrongState, match="This need is"):
                NEEDS.go(act, state, target)
        elif not NEEDS.moves[act].targets:
            assert NEEDS.go(act, state) is state
        elif target in targets:
            assert NEEDS.go(act, state, target) is target
        else:
            with pytest.raises(ValueError, match="does not lead to"):
                NEEDS.go(act, state, target)


def test_every_state_is_said_in_words_and_a_refusal_says_what_can_be_done() -> None:
    assert set(STATE_LABELS) == set(STATE_COLOURS) == set(S)
    with pytest.raises(WrongState) as refused:
        NEEDS.check("open", S.PAUSED)
    assert "This need is paused, so you cannot open it." in str(refused.value)
    assert "open it again" in str(refused.value)


def test_ended_needs_leave_room_for_others() -> None:
    assert not ENDED & COUNTED
    assert S.PROMISED not in COUNTED


@pytest.mark.parametrize(
    ("trusted", "hints", "state"),
    [(True, (), S.OPEN), (True, ("care",), S.WAITING), (False, (), S.WAITING), (False, ("care",), S.WAITING)],
)
def test_only_a_trusted_group_without_words_to_look_at_skips_the_officer(
    trusted: bool, hints: tuple[str, ...], state: NeedState
) -> None:
    assert first_state(trusted=trusted, looked_at=hints) is state


# --- what follows from amounts ------------------------------------------------------------------


def part(amount: int | None = 100, committed: int = 0, met: int = 0, **more: Any) -> PartTerms:
    usual: dict[str, Any] = {"part_id": 1, "closed": False, "last_day": LATER}
    return PartTerms(amount=amount, committed=committed, met=met, **(usual | more))


OVER: dict[str, Any] = {"last_day": TODAY - timedelta(days=1)}


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([part()], S.OPEN),
        ([part(None)], S.OPEN),
        ([part(100, 99)], S.OPEN),
        ([part(100, 99, 99)], S.OPEN),
        ([part(100, 100)], S.PROMISED),
        ([part(100, 100, 99)], S.PROMISED),
        ([part(100, 100, 100)], S.MET),
        ([part(**OVER)], S.EXPIRED),
        ([part(None, **OVER)], S.EXPIRED),
        ([part(100, 60, **OVER)], S.PROMISED),
        ([part(100, 60, 60, **OVER)], S.MET_IN_PART),
        ([part(100, 60, 60, ahead=0)], S.MET_IN_PART),
        ([part(100, 60, 10, ahead=0)], S.PROMISED),
        ([part(100, 0, 0, ahead=0)], S.EXPIRED),
        ([part(100, 0, 0, ahead=5)], S.OPEN),
        ([part(0)], S.EXPIRED),
        ([part(100, 100, 100), part(part_id=2)], S.OPEN),
        ([part(100, 100, 100), part(part_id=2, **OVER)], S.MET_IN_PART),
        ([part(100, 100, 100), part(None, part_id=2, **OVER)], S.MET_IN_PART),
        ([part(100, 100, 100), part(0, part_id=2)], S.MET),
        ([part(100, 100, 100), part(part_id=2, closed=True)], S.MET),
        ([part(100, 100, 100), part(100, 50, part_id=2, closed=True)], S.PROMISED),
    ],
)
def test_the_state_follows_from_the_amounts_of_all_parts(parts: list[PartTerms], state: NeedState) -> None:
    assert state_that_follows("all", parts, TODAY) is state


def test_any_of_these_is_met_when_one_is() -> None:
    one, other = part(100, 100, 100), part(50, part_id=2, closed=True)
    assert state_that_follows("any", [one, other], TODAY) is S.MET
    partly = part(50, 20, 20, part_id=2, closed=True)
    assert state_that_follows("any", [one, partly], TODAY) is S.MET
    assert state_that_follows("any", [part(100, 10, 10, **OVER), part(50, part_id=2, **OVER)], TODAY) is S.MET_IN_PART


def test_any_of_these_asks_no_more_once_one_is_promised_in_full_and_again_when_it_is_given_back() -> None:
    full, half, other = part(100, 100), part(100, 50), part(50, part_id=2)
    assert others_to_close("any", [full, other]) == [2]
    assert others_to_close("any", [half, other]) == []
    assert others_to_close("all", [full, other]) == []
    closed = replace(other, closed=True)
    assert others_to_reopen("any", [half, closed]) == [2]
    assert others_to_reopen("any", [full, closed]) == []
    assert others_to_reopen("all", [half, closed]) == []


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000), st.booleans())
def test_what_is_left_is_never_more_than_asked_nor_less_than_nothing(
    amount: int, committed: int, ahead: int, with_days: bool
) -> None:
    left = left_of(part(amount, min(committed, amount), ahead=ahead if with_days else None))
    assert left is not None
    assert 0 <= left <= amount
    assert smallest_slice(500, left) <= left


def test_a_group_that_is_not_sure_has_no_amount_left_to_say() -> None:
    assert left_of(part(None)) is None
    assert smallest_slice(30, None) == 30
    assert left_of(part(closed=True)) == 0


@pytest.mark.parametrize(
    ("days_left", "asked", "days_open", "due"),
    [
        (31, None, 100, None),
        (30, None, 100, 30),
        (30, None, 10, None),
        (8, 30, 100, None),
        (8, None, 100, 30),
        (7, 30, 100, 7),
        (7, None, 8, 7),
        (7, None, 3, None),
        (1, 7, 100, None),
        (0, 30, 100, 7),
        (-1, 30, 100, None),
    ],
)
def test_a_group_is_asked_twice_whether_it_still_needs_it(
    days_left: int, asked: int | None, days_open: int, due: int | None
) -> None:
    assert reminder_due(days_left, asked, days_open) == due


# --- what may be asked --------------------------------------------------------------------------

HANDS = NewNeed(
    kind=Kind.HANDS, title="People to paint our hall", amount=720, first_day=TODAY, last_day=LATER, none_of_these=True
)
ROOM = NewNeed(
    kind=Kind.ROOM,
    title="A hall for lunch",
    how="weekly",
    weekdays=frozenset({2}),
    starts=660,
    ends=840,
    first_day=TODAY,
    last_day=LATER,
    none_of_these=True,
)


MORNINGS: dict[str, Any] = {"how": "weekly", "weekdays": frozenset({1}), "starts": 600, "ends": 660}


def wrong(new: NewNeed, **more: Any) -> list[str]:
    return [problem.field for problem in check_new(new, TODAY, **more)]


@pytest.mark.parametrize("new", [HANDS, ROOM])
def test_a_complete_need_may_be_posted(new: NewNeed) -> None:
    assert wrong(new) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "Help"}, "title"),
        ({"kind": Kind.CONDUCT}, "kind"),
        ({"amount": None}, "amount"),
        ({"not_sure": True}, "amount"),
        ({"amount": 0}, "amount"),
        ({"smallest_useful": 721}, "smallest_useful"),
        ({"first_day": None}, "first_day"),
        ({"last_day": None}, "last_day"),
        ({"first_day": TODAY - timedelta(days=1)}, "first_day"),
        ({"last_day": TODAY - timedelta(days=1), "first_day": TODAY - timedelta(days=2)}, "last_day"),
        ({"last_day": TODAY - timedelta(days=1)}, "last_day"),
        ({"last_day": TODAY + timedelta(days=732)}, "last_day"),
        ({"first_day": TODAY + timedelta(days=400), "last_day": TODAY + timedelta(days=800)}, "last_day"),
        ({"where": "moon"}, "where"),
        ({"where": "online"}, "where"),
        ({"where": "other"}, "postcode"),
        ({"where": "other", "postcode": "ZZ1 1AA", "confidential": True}, "zone"),
        ({"team_smallest": 5, "team_largest": 4}, "team_largest"),
        ({"visit_minutes": 5}, "visit_minutes"),
        ({"visit_minutes": 1441}, "visit_minutes"),
        ({"dbs": "magic"}, "dbs"),
        ({"has_licence": True}, "has_licence"),
        ({"features": {"seats": 12}}, ""),
        ({"none_of_these": False}, "none_of_these"),
        ({**MORNINGS, "at_once": 3, "team_largest": 2}, "at_once"),
    ],
)
def test_what_is_wrong_with_a_need_is_said_at_its_field(changed: dict[str, Any], field: str) -> None:
    assert field in wrong(replace(HANDS, **changed))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"how": ""}, "how"),
        ({"starts": None}, "starts"),
        ({"ends": None}, "ends"),
        ({"ends": 600}, "ends"),
        ({"weekdays": frozenset()}, "weekdays"),
        ({"weekdays": frozenset({0}), "last_day": TODAY}, "how"),
        ({"left_out": frozenset(TODAY + timedelta(days=n) for n in range(100))}, "how"),
        ({"how": "dates"}, "single_days"),
        ({"how": "dates", "single_days": frozenset({TODAY - timedelta(days=1)})}, "single_days"),
        ({"how": "dates", "single_days": frozenset({TODAY + timedelta(days=800)})}, "single_days"),
        ({"how": "dates", "single_days": frozenset(TODAY + timedelta(days=n) for n in range(201))}, "single_days"),
        ({"features": {"capacity": 0}}, "feature_capacity"),
        ({"features": {"capacity": True}}, "feature_capacity"),
        ({"where": "online"}, "where"),
    ],
)
def test_what_is_wrong_with_days_and_times_is_said_at_their_field(changed: dict[str, Any], field: str) -> None:
    assert field in wrong(replace(ROOM, **changed))


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (replace(HANDS, kind=Kind.GOODS), "item_type"),
        (replace(HANDS, kind=Kind.ADVICE), "subject"),
        (replace(HANDS, kind=Kind.MONEY, how="weekly"), "how"),
        (replace(ROOM, kind=Kind.VEHICLE, has_permit=True, features={"driver": True}), "has_licence"),
    ],
)
def test_each_kind_is_asked_its_own_questions(new: NewNeed, field: str) -> None:
    assert field in wrong(new)


def test_days_that_are_past_may_stay_when_a_posted_need_is_changed() -> None:
    begun = replace(HANDS, first_day=TODAY - timedelta(days=30), none_of_these=False)
    assert wrong(begun) == ["first_day", "none_of_these"]
    assert wrong(begun, changing=True) == []


def test_the_amount_of_a_need_for_named_days_is_added_up_from_them() -> None:
    asked = asked_of(replace(ROOM, at_once=2))
    assert len(asked.sessions) == 9
    assert asked.amount == 9 * 180 * 2
    assert asked_of(replace(HANDS, not_sure=True)).amount is None


def test_single_dates_say_the_window_themselves() -> None:
    days = frozenset({TODAY + timedelta(days=3), TODAY + timedelta(days=17)})
    asked = asked_of(replace(ROOM, how="dates", single_days=days, first_day=None, last_day=None))
    assert (asked.first_day, asked.last_day) == (min(days), max(days))
    assert [session.day for session in asked.sessions] == sorted(days)


def test_a_draft_may_have_any_gaps() -> None:
    gaps: list[dict[str, Any]] = [{"starts": None}, {"first_day": None}, {"weekdays": frozenset()}, {"ends": 1}]
    for gap in gaps:
        asked = asked_of(replace(ROOM, **gap))
        assert asked.sessions == ()
        assert str(say_when(asked.first_day, asked.last_day, pattern_of(replace(ROOM, **gap))))


# --- never on offer -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Someone for personal care in the mornings", "care"),
        ("collect prescriptions from the chemist", "medicines"),
        ("keep his bank card safe", "money"),
        ("Visiting people at home who are lonely", "homes"),
        ("a lift for Mrs Example to the clinic", "transport"),
        ("collect their details at the door", "attendees"),
        ("a second signatory", "signatory"),
        ("a stall, selling to our members", "selling"),
    ],
)
def test_words_about_things_never_on_offer_ask_for_a_second_look(text: str, key: str) -> None:
    assert key in words_to_look_at("Help wanted", text)


@pytest.mark.parametrize(
    "text",
    [
        "Four people to paint our hall and wash the floor",
        "A treasurer from the annual meeting",
        "A minibus to take twelve people to the seaside",
        "Help with our accounts and a funding bid",
        "Eight laptops, home-made cakes and a shed",
    ],
)
def test_plain_needs_are_let_be(text: str) -> None:
    assert words_to_look_at(text) == ()


def test_every_hint_is_on_the_list_that_people_tick() -> None:
    everything = "personal care medicine bank card home visit hospital appointment selling to mailing list signatory"
    assert set(words_to_look_at(everything)) == set(NEVER_ON_OFFER)


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "pattern", "sessions", "times"),
    [
        (129 * 60 + 30, {"starts": 660, "ends": 870}, 40, 37),  # three of the forty were not used
        (40 * 210, {"starts": 660, "ends": 870}, 40, 40),
        (420, {"starts": 660, "ends": 870, "at_once": 2}, 4, 1),
        (100, {"starts": 660, "ends": 870}, 4, 4),
        (None, {"starts": 660, "ends": 870}, 4, 4),
        (720, {}, 0, 0),
    ],
)
def test_dates_that_were_not_used_are_not_counted_as_times(amount, pattern, sessions, times) -> None:
    assert times_of(amount, pattern, sessions) == times


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (say_how_much(Unit.MINUTES, 720, is_about=True), "about 12 h"),
        (say_how_much(Unit.PENCE, 65000, smallest_useful=30000), "£650, and £300 would already help"),
        (say_how_much(Unit.PENCE, 65000, smallest_useful=65000), "£650"),
        (say_how_much(Unit.ITEMS, 8), "8 items"),
        (say_how_much(Unit.MINUTES, None), "not sure yet how much"),
        (say_how_much(Unit.PENCE, None, smallest_useful=5000), "not sure yet how much; £50 would already help"),
        (say_how_much(Unit.MINUTES, 7200, sessions=40), "120 h in all, 40 times"),
        (say_how_much(Unit.MINUTES, 180, sessions=1), "3 h"),
        (say_left(Unit.PENCE, 65000, 30000, 35000), "£300 promised, £350 still looked for"),
        (say_left(Unit.PENCE, 65000, 65000, 0), "£650 promised, nothing more is looked for"),
        (say_left(Unit.PENCE, 65000, 0, 65000), "None"),
        (say_team(2, 4, 180), "2 to 4 people at a time, 3 h a visit"),
        (say_team(None, 4, None), "at most 4 people at a time"),
        (say_team(2, None, None), "at least 2 people at a time"),
        (say_team(4, 4, None), "4 people at a time"),
        (say_team(None, None, 60), "1 h a visit"),
        (say_team(None, None, None), "None"),
        (say_when(TODAY, TODAY, {}), "6 October 2026"),
        (say_when(TODAY, date(2026, 12, 1), {}), "6 October to 1 December 2026"),
        (say_when(None, None, {}), "dates not said yet"),
        (say_when(TODAY, LATER, pattern_of(ROOM)), "Wednesdays 11:00 to 14:00, 6 October to 5 December 2026"),
        (
            say_when(TODAY, LATER, {"how": "dates", "days": ["2026-10-06", "2026-10-20"], "starts": 600, "ends": 720}),
            "6 October 2026, 20 October 2026, 10:00 to 12:00",
        ),
    ],
)
def test_a_need_is_said_in_plain_words(said: object, words: str) -> None:
    assert str(said) == words


def test_what_it_must_have_and_what_helpers_need_is_said() -> None:
    assert [str(m) for m in say_features(Kind.VEHICLE, {"seats": 12, "driver": True, "wheelchair_places": 0})] == [
        "Seats: at least 12",
        "Driver included",
    ]
    conditions = {"dbs": "basic", "insurance": True, "has_licence": True, "has_permit": True}
    assert len(say_conditions(conditions)) == 4
    assert say_conditions({}) == []


def test_group_pages_use_no_word_of_the_office() -> None:
    texts = [*STATE_LABELS.values(), *NEEDS.verbs.values(), *NEVER_ON_OFFER.values(), *KIND_EXAMPLES.values()]
    said = " ".join(str(text) for text in texts).lower()
    assert not {"pillar", "lot", "code", "minutes", "draw"} & set(said.replace(",", " ").split())
    assert set(KIND_EXAMPLES) == set(KINDS_ASKED)
