"""How closely a report is checked, and that a frozen one stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_book.base.errors import NotAllowed, WrongState
from cwb.deliveries import rules
from cwb.deliveries.rules import MACHINE, READY, Case, DeliveryState, Facts, Risk, Who

S = DeliveryState
PLAIN = Facts(
    whole=60,
    two_verifiers_above=None,
    pays_or_hires=False,
    is_first=False,
    is_flagged=False,
    was_queried=False,
    is_unanswered=False,
    by_council=False,
    has_word=True,
    is_level=False,
    under_full_checking=False,
)


def test_a_report_a_group_confirmed_and_nothing_speaks_against_can_be_part_of_a_batch():
    assert rules.risks_of(PLAIN) == ()


@pytest.mark.parametrize(
    ("risk", "fields"),
    [
        (Risk.FLAGGED, {"is_flagged": True}),
        (Risk.QUERIED, {"was_queried": True}),
        (Risk.FULL_CHECKING, {"under_full_checking": True}),
        (Risk.LARGE, {"two_verifiers_above": 59}),
        (Risk.PAY_AND_HIRING, {"pays_or_hires": True}),
        (Risk.FIRST, {"is_first": True}),
        (Risk.UNANSWERED, {"is_unanswered": True, "has_word": False}),
        (Risk.BY_COUNCIL, {"by_council": True}),
        (Risk.NO_GROUP, {"has_word": False}),
        (Risk.NO_GROUP, {"is_level": True}),
    ],
)
def test_each_reason_alone_has_a_report_checked_by_itself(risk, fields):
    assert rules.risks_of(replace(PLAIN, **fields)) == (risk,)
    assert risk in rules.RISK_LABELS


def test_an_amount_at_the_threshold_takes_one_verifier():
    assert rules.risks_of(replace(PLAIN, two_verifiers_above=60)) == ()


@pytest.mark.parametrize(
    ("kind", "pillar", "counts"),
    [("jobs", 2, True), ("jobs", 5, True), ("conduct", 2, True), ("conduct", 1, False), ("seats", 2, False)],
)
def test_pay_and_hiring_are_jobs_and_a_providers_own_fair_employment(kind, pillar, counts):
    assert rules.is_pay_or_hiring(kind=kind, pillar_number=pillar) is counts


@given(st.lists(st.sampled_from(list(Risk)), unique=True))
def test_the_heaviest_reason_decides_the_place_and_none_comes_last(found):
    ordered = [risk for risk in Risk if risk in found]
    place = rules.place_of(ordered)
    assert place <= rules.place_of([])
    assert all(place <= rules.place_of([risk]) for risk in ordered)


CASES = st.builds(
    Case,
    state=st.sampled_from(READY),
    side=st.sampled_from([Who.PROVIDER, Who.GROUP]),
    has_group=st.just(True),
    group_confirms=st.just(True),
    today=st.just(date(2026, 11, 2)),
    query_by=st.sampled_from([None, date(2026, 11, 9)]),
    more=st.booleans(),
    frozen_until=st.just(date(2026, 11, 30)),
    in_sample=st.booleans(),
)


@settings(deadline=None)
@given(CASES)
def test_nobody_does_anything_with_a_frozen_report_save_deciding_about_one_that_was_drawn(case):
    for act in MACHINE.moves:
        may = rules.who_may(act, case)
        decides = act in {"verify", "verify_in_part", "reject"}
        assert bool(may) is (decides and case.in_sample)
        for who in Who:
            if who not in may:
                with pytest.raises((WrongState, NotAllowed)):
                    rules.check(act, case, who)
