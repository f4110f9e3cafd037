"""What may happen to a report, by whom, and what of it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.errors import NotAllowed, WrongState
from cwb.deliveries import rules
from cwb.deliveries.rules import Case, DeliveryState, Figures, Flag, Hands, Standing, Verdict, Who

S = DeliveryState
P, G, V, OUT, X = Who.PROVIDER, Who.GROUP, Who.VERIFIER, Who.OUTSIDE, Who.SITE
DAY = date(2026, 10, 6)
ANSWER = {"confirm": {G}, "confirm_in_part": {G}, "query": {G}}
DECIDE = {"verify": {V}, "verify_in_part": {V}, "reject": {V}}
BOTH = {P, G}

PROVIDER_REPORTED = {
    S.REPORTED: ANSWER | {"go_unanswered": {X}, "withdraw": {P}, "add_evidence": BOTH},
    S.RECORDED_FOR: ANSWER | {"settle_recorded": {X}, "withdraw": {P}, "add_evidence": BOTH},
    S.QUERIED: {"amend": {P}, "withdraw": {P}, "uphold": {V}, "not_uphold": {V}, "add_evidence": BOTH},
    S.CONFIRMED: DECIDE | {"withdraw": {P}, "add_evidence": BOTH},
    S.CONFIRMED_IN_PART: DECIDE | {"withdraw": {P}, "add_evidence": BOTH},
    S.UNANSWERED: ANSWER | DECIDE | {"withdraw": {P}, "add_evidence": BOTH},
    S.UPHELD: DECIDE | {"withdraw": {P}, "add_evidence": BOTH},
    S.NOT_UPHELD: {},
    S.FIRST_DECISION: {"verify": {V, OUT}, "verify_in_part": {V, OUT}, "reject": {V, OUT}, "add_evidence": BOTH},
    S.DIFFER: {"verify": {OUT}, "verify_in_part": {OUT}, "reject": {OUT}, "add_evidence": BOTH},
    S.VERIFIED: {"reverse": {V}},
    S.VERIFIED_IN_PART: {"reverse": {V}, "appeal": BOTH},
    S.REJECTED: {"appeal": BOTH},
    S.APPEALED: {"decide_appeal": {V, OUT}, "add_evidence": BOTH},
    S.WITHDRAWN: {},
    S.REVERSED: {},
}
"""A provider's report to a group that confirms: the law of domain.md 4, said a second time."""

GROUP_REPORTED = {
    **PROVIDER_REPORTED,
    S.REPORTED: {
        "confirm": {G},
        "confirm_in_part": {G},
        "query": {P},
        "go_unanswered": {X},
        "withdraw": {G},
        "add_evidence": BOTH,
    },
    S.RECORDED_FOR: {
        "confirm": {G},
        "confirm_in_part": {G},
        "query": BOTH,
        "settle_recorded": {X},
        "withdraw": {G},
        "add_evidence": BOTH,
    },
    S.QUERIED: {"amend": {G}, "withdraw": {G}, "uphold": {V}, "not_uphold": {V}, "add_evidence": BOTH},
    S.CONFIRMED: DECIDE | {"query": {P}, "withdraw": {G}, "add_evidence": BOTH},
    S.CONFIRMED_IN_PART: DECIDE | {"withdraw": {G}, "add_evidence": BOTH},
    S.UNANSWERED: DECIDE
    | {"confirm": {G}, "confirm_in_part": {G}, "query": {P}, "withdraw": {G}, "add_evidence": BOTH},
    S.UPHELD: DECIDE | {"withdraw": {G}, "add_evidence": BOTH},
}

OWN_HOUSE = {
    S.REPORTED: DECIDE | {"query": {V}, "withdraw": {P}, "add_evidence": {P}},
    S.QUERIED: {"amend": {P}, "withdraw": {P}, "uphold": {V}, "not_uphold": {V}, "add_evidence": {P}},
    S.UPHELD: DECIDE | {"withdraw": {P}, "add_evidence": {P}},
    S.NOT_UPHELD: {},
    S.FIRST_DECISION: {"verify": {V, OUT}, "verify_in_part": {V, OUT}, "reject": {V, OUT}, "add_evidence": {P}},
    S.DIFFER: {"verify": {OUT}, "verify_in_part": {OUT}, "reject": {OUT}, "add_evidence": {P}},
    S.VERIFIED: {"reverse": {V}},
    S.VERIFIED_IN_PART: {"reverse": {V}, "appeal": {P}},
    S.REJECTED: {"appeal": {P}},
    S.APPEALED: {"decide_appeal": {V, OUT}, "add_evidence": {P}},
    S.WITHDRAWN: {},
    S.REVERSED: {},
}


def case(state: DeliveryState, side: Who = P, **changed: object) -> Case:
    usual = Case(state, side, has_group=True, group_confirms=True, today=DAY, query_by=DAY if side is G else None)
    return replace(usual, **changed)  # type: ignore[arg-type]


CASES = [
    *((case(state), table) for state, table in PROVIDER_REPORTED.items()),
    *((case(state, G), table) for state, table in GROUP_REPORTED.items()),
    *((case(state, has_group=False, group_confirms=False), table) for state, table in OWN_HOUSE.items()),
]


@pytest.mark.parametrize(("stands", "table"), CASES, ids=lambda x: f"{x.state}-{x.side}" if isinstance(x, Case) else "")
def test_each_act_is_open_to_those_it_is_for_and_to_nobody_else(stands, table):
    for act in rules.MACHINE.moves:
        for who in Who:
            allowed = who in table.get(act, set())
            assert (who in rules.who_may(act, stands)) is allowed, (act, who)
            assert (act in rules.acts_of(who, stands)) is allowed, (act, who)
            if allowed:
                rules.check(act, stands, who)
                continue
            with pytest.raises((WrongState, NotAllowed)) as refused:
                rules.check(act, stands, who)
            said = str(refused.value)
            assert "%(" not in said
            assert said.endswith(".")


def test_nothing_is_confirmed_or_verified_before_its_qualifying_time_is_over():
    early = case(S.REPORTED, has_group=False, group_confirms=False, waits_until=DAY + timedelta(days=1))
    assert rules.who_may("verify", early) == frozenset()
    with pytest.raises(WrongState, match="counts only from 2026-10-07"):
        rules.check("verify", early, V)
    with pytest.raises(WrongState, match="before then"):
        rules.check("confirm", case(S.REPORTED, waits_until=DAY + timedelta(days=1)), G)
    assert rules.who_may("verify", replace(early, today=DAY + timedelta(days=1))) == {V}
    assert rules.who_may("leave_out", early) == {P}


def test_a_provider_queries_a_groups_report_only_in_time():
    with pytest.raises(WrongState, match="time to query this report is over"):
        rules.check("query", case(S.CONFIRMED, G, query_by=DAY - timedelta(days=1)), P)


def test_a_group_that_confirmed_cannot_query_any_more():
    with pytest.raises(WrongState):
        rules.check("query", case(S.CONFIRMED), G)


def test_where_the_council_confirms_a_report_alone_can_be_verified():
    assert rules.may_be_verified(case(S.REPORTED, group_confirms=False))
    assert not rules.may_be_verified(case(S.REPORTED))


def test_a_level_is_not_verified_in_part():
    assert (
        rules.who_may("verify_in_part", case(S.REPORTED, has_group=False, group_confirms=False, is_level=True)) == set()
    )


def test_an_appeal_is_made_once():
    with pytest.raises(WrongState, match="an appeal already"):
        rules.check("appeal", case(S.REJECTED, appealed=True), P)


def test_the_rest_is_added_by_the_other_side_only():
    assert rules.who_may("add_surplus", case(S.REPORTED, more=True)) == {G}
    assert rules.who_may("add_surplus", case(S.CONFIRMED, G, more=True)) == {P}
    assert rules.who_may("add_surplus", case(S.REPORTED)) == set()


# --- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("word", [None, 0, 40, 100])
@pytest.mark.parametrize("confirms", [True, False])
def test_figures_keep_their_order_in_every_state(state, word, confirms):
    found = rules.figures_of(state, counts=60, group_word=word, group_confirms=confirms)
    assert 0 <= found.confirmed <= found.reported <= 60
    assert 0 <= found.verified <= found.reported
    if not confirms:
        assert found.confirmed == 0
    if state in rules.ENDED_WITHOUT_COUNTING:
        assert found == Figures(0, 0, 0)


def test_an_appeal_leaves_what_was_decided_standing():
    part = rules.figures_of(
        S.APPEALED, counts=6, group_word=10, group_confirms=True, state_before_appeal=S.VERIFIED_IN_PART
    )
    assert part == Figures(6, 6, 6)
    none = rules.figures_of(S.APPEALED, counts=0, group_word=10, group_confirms=True, state_before_appeal=S.REJECTED)
    assert none == Figures(0, 0, 0)


def test_a_word_written_down_for_a_group_is_no_confirmation_yet():
    assert rules.figures_of(S.RECORDED_FOR, counts=9, group_word=9, group_confirms=True).confirmed == 0


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_what_counts_and_what_stays_a_note_add_up_to_what_was_said(stated, left):
    counted = rules.count_against(stated, left)
    assert counted.amount + counted.surplus == stated
    assert counted.amount <= left


@given(st.integers(0, 10**9), st.integers(1, 9999))
def test_shares_of_one_thing_add_up_to_the_whole(stated, share):
    assert rules.share_of(stated, share) + rules.share_of(stated, 10_000 - share) - stated in {0, 1}
    assert rules.share_of(stated, 10_000) == stated


def test_it_counts_at_the_end_of_its_qualifying_time():
    assert rules.counts_on(DAY, 91) == DAY + timedelta(days=91)
    assert rules.counts_on(DAY, 0) == DAY


# --- reports, decisions, flags ------------------------------------------------------------------


def test_a_report_is_of_one_quarter_and_of_the_past():
    assert rules.check_span(DAY, DAY, today=DAY) == []
    assert [p.field for p in rules.check_span(DAY, DAY + timedelta(days=1), today=DAY)] == ["happened_on"]
    assert [p.field for p in rules.check_span(DAY, DAY - timedelta(days=1), today=DAY)] == ["first_day"]
    assert [p.field for p in rules.check_span(date(2026, 9, 30), DAY, today=DAY)] == ["first_day"]


@pytest.mark.parametrize(
    ("part", "whole", "fields"),
    [
        (43, 50, []),
        (0, 50, []),
        (50, 50, []),
        (51, 50, ["level_part"]),
        (None, 50, ["level_part"]),
        (3, None, ["level_whole"]),
        (0, 0, ["level_whole"]),
    ],
)
def test_a_level_is_a_part_of_a_whole(part, whole, fields):
    assert [problem.field for problem in rules.check_level(part, whole)] == fields


def test_a_decision_says_what_why_and_on_what_basis():
    assert [p.field for p in rules.check_decision(rules.Decision("verify"))] == ["basis"]
    assert [p.field for p in rules.check_decision(rules.Decision("verify", basis="visit"))] == ["reason"]
    assert [p.field for p in rules.check_decision(rules.with_reason(rules.Decision("verify", basis="visit")))] == []
    assert rules.with_reason(rules.Decision("verify", basis="visit")).reason == "It was seen on a visit."
    for act in ("verify_in_part", "reject"):
        silent = rules.with_reason(rules.Decision(act, basis="visit"))
        assert [p.field for p in rules.check_decision(silent)] == ["reason"]
    assert rules.IN_FULL_BECAUSE.keys() == rules.BASES.keys()
    assert [p.field for p in rules.check_decision(rules.Decision("burn", reason="x", basis="evidence"))] == ["act"]


HANDS = Hands(frozenset({1}), frozenset({2}), frozenset({3}), frozenset({4}), frozenset({4, 5}))


@pytest.mark.parametrize(
    ("person", "belonged", "appeal", "may"),
    [
        (9, False, False, True),
        (9, True, False, False),
        (1, False, False, False),
        (2, False, False, False),
        (3, False, False, False),
        (4, False, False, False),
        (5, False, False, True),
        (4, False, True, False),
        (5, False, True, False),
        (9, False, True, True),
    ],
)
def test_nobody_decides_what_went_through_their_own_hands(person, belonged, appeal, may):
    why = rules.why_not_decide(Standing(person, belonged), HANDS, appeal=appeal)
    assert (why is None) is may


def test_two_verifiers_agree_only_on_the_same_part():
    assert Verdict("verify", 10).agrees_with(Verdict("verify", 10))
    assert not Verdict("verify", 10).agrees_with(Verdict("reject", 0))
    assert not Verdict("verify_in_part", 4).agrees_with(Verdict("verify_in_part", 5))


def test_two_are_needed_above_the_threshold_and_not_at_it():
    assert not rules.needs_two(100, 100)
    assert rules.needs_two(101, 100)
    assert not rules.needs_two(10**12, None)


def test_flags_say_what_to_look_at_twice_and_come_in_order():
    found = rules.flags_of(
        same_file=True,
        similar_picture=True,
        same_day_and_amount=True,
        may_stack=True,
        asks_for_evidence=True,
        files=0,
        happened_on=DAY,
        first_day=DAY - timedelta(days=9),
        agreed_from=DAY,
        agreed_until=DAY,
        today=DAY + timedelta(days=91),
        surplus=1,
        on_behalf=True,
    )
    assert found == list(Flag)
    assert rules.known(["late", "same_file", "gone"]) == [Flag.SAME_FILE, Flag.LATE]
