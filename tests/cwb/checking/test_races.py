"""Many hands at once on one batch, where acts really commit."""

from __future__ import annotations

import pytest

from community_book.base.actor import system
from community_book.base.errors import WrongState
from cwb.checking import actions, rules
from cwb.deliveries import actions as deliveries
from cwb.deliveries.rules import DeliveryState
from tests.cwb.deliveries.test_races import at_once
from tests.makers_checking import (
    after_the_quarter,
    batch_row,
    items_of,
    let_the_site_work,
    make_checked,
    make_field,
    open_for,
)
from tests.makers_deliveries import booked, row_of

S = DeliveryState


@pytest.fixture(autouse=True, scope="module")
def _three_are_enough():
    """Three checked reports in place of 59, until the module's invariants were checked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "NEEDED", 3)
        yield


def later(quarter, deed):
    """The deed in a thread of its own, where the clock has to be held again."""

    def run():
        with after_the_quarter(quarter):
            return deed()

    return run


def test_two_verifiers_accept_at_once_and_one_wins(committed):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
    found = at_once(
        later(field.quarter, lambda: actions.accept_batch(field.council.verifier, reference)),
        later(field.quarter, lambda: actions.accept_batch(field.council.second, reference)),
        later(field.quarter, lambda: actions.drop_batch(field.council.third, reference, "Too slow")),
    )
    assert sum(not isinstance(one, Exception) for one in found) == 1
    assert sum(isinstance(one, WrongState) for one in found) == 2
    with after_the_quarter(field.quarter):
        let_the_site_work()
    assert batch_row(reference).state in {"accepted", "dropped"}
    assert all(row_of(one).held_for == "" for one in field.references)


def test_two_workers_verify_each_accepted_report_once(committed):
    field = make_field(6)
    with after_the_quarter(field.quarter):
        reference = make_checked(field)
        actions.accept_batch(field.council.verifier, reference)
    site = system("checking")
    at_once(*[later(field.quarter, lambda: actions.finish_accepting(site))] * 4)
    with after_the_quarter(field.quarter):
        let_the_site_work()
    assert batch_row(reference).state == "accepted"
    for minutes, one in enumerate(field.references, start=1):
        assert booked(one) == (minutes, minutes, minutes)
    assert {outcome for _, drawn, outcome in items_of(reference) if not drawn} == {"accepted"}


def test_two_who_open_a_batch_for_one_quarter_open_one(committed):
    field = make_field(1)
    found = at_once(
        *[lambda who=who: open_for(field, by=who) for who in (field.council.verifier, field.council.second)]
    )
    opened = [one for one in found if isinstance(one, str)]
    assert len(opened) == 1
    assert sum(isinstance(one, WrongState) for one in found) == 1
    actions.drop_batch(field.council.verifier, opened[0], "Only a race")


def test_freezing_and_taking_back_at_once_leave_a_report_frozen_or_taken_back(committed):
    field = make_field(4)
    reference = open_for(field)
    one = field.made[0]
    at_once(
        later(field.quarter, lambda: actions.freeze_batch(field.council.verifier, reference)),
        later(field.quarter, lambda: deliveries.withdraw(one.providing, one.reference, reason="A mistake")),
    )
    row = row_of(one.reference)
    held = {name for name, _, _ in items_of(reference)}
    assert (row.state == S.CONFIRMED and row.held_for == reference and one.reference in held) or (
        row.state == S.WITHDRAWN and row.held_for == "" and one.reference not in held
    )
    assert batch_row(reference).size == len(held)
    with after_the_quarter(field.quarter):
        actions.drop_batch(field.council.verifier, reference, "Only a race")


def test_two_who_draw_at_once_draw_one_sample(committed):
    field = make_field(5)
    reference = open_for(field)
    with after_the_quarter(field.quarter):
        actions.freeze_batch(field.council.verifier, reference)
    found = at_once(
        *[
            later(field.quarter, lambda who=who: actions.draw_batch(who, reference))
            for who in (field.council.verifier, field.council.second)
        ]
    )
    assert sorted(str(type(one).__name__) for one in found) == ["WrongState", "int"]
    assert sum(drawn for _, drawn, _ in items_of(reference)) == 3
    with after_the_quarter(field.quarter):
        actions.drop_batch(field.council.verifier, reference, "Only a race")
