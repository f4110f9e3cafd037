"""Holding, drawing and giving back: what the ledger and the columns say afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import system
from community_book.base.clock import held_at, today
from community_book.base.errors import NotThere, Refused, WrongState
from cwb.ledger.queries import sum_of
from cwb.pledges import actions, queries
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import PledgeSession
from tests.makers_pledges import MadePledge, make_admitted_provider, make_pledge, pledge_row

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def bookkeeping(alone: Flask) -> MadePledge:
    """Forty hours of bookkeeping on offer."""
    return make_pledge(make_admitted_provider().actor, "PO7", amount=2400)


@pytest.fixture
def minibus(alone: Flask) -> MadePledge:
    """A minibus on four Tuesdays, four hours each."""
    with held_at(date(2026, 10, 1)):
        return make_pledge(
            make_admitted_provider().actor, "LA3", first_day=date(2026, 10, 6), last_day=date(2026, 10, 27)
        )


def step(name: str, *given: object, **named: object) -> object:
    """Runs one step in a small transaction of its own."""
    with work.bookkeeping(system("test")) as session:
        return getattr(actions, name)(session, *given, **named)


def stands(pledge: MadePledge) -> tuple[int | None, int, int, int]:
    """amount, held, committed, and pledged in the ledger."""
    row = pledge_row(pledge.reference)
    with work.reading() as reading:
        return row.amount, row.held, row.committed, sum_of(reading, "pledged", pledge_id=pledge.id)


def booked(session_id: int) -> tuple[int, int]:
    with work.reading() as reading:
        row = reading.get_one(PledgeSession, session_id)
        return row.held, row.committed


def test_a_hold_becomes_a_draw_and_is_given_back(bookkeeping: MadePledge) -> None:
    step("hold_on_pledge", bookkeeping.id, 720, {})
    assert stands(bookkeeping) == (2400, 720, 0, 2400)
    step("draw_from_pledge", bookkeeping.id, 700, {}, from_hold=True)
    assert stands(bookkeeping) == (2400, 20, 700, 2400)
    step("release_hold", bookkeeping.id, 20, {})
    step("give_back_to_pledge", bookkeeping.id, 100, {})
    assert stands(bookkeeping) == (2400, 0, 600, 2400)


def test_a_pledge_cannot_be_committed_beyond_what_is_left(bookkeeping: MadePledge) -> None:
    step("hold_on_pledge", bookkeeping.id, 2000, {})
    with pytest.raises(Refused, match="Only 6 h 40 min of this pledge is left"):
        step("draw_from_pledge", bookkeeping.id, 401, {}, from_hold=False)
    step("draw_from_pledge", bookkeeping.id, 400, {}, from_hold=False)
    with pytest.raises(Refused, match="Nothing of this pledge is left"):
        step("hold_on_pledge", bookkeeping.id, 1, {})
    assert stands(bookkeeping) == (2400, 2000, 400, 2400)


@pytest.mark.parametrize("name", ["hold_on_pledge", "draw_from_pledge"])
def test_nothing_is_no_amount_to_take(bookkeeping: MadePledge, name: str) -> None:
    named = {"from_hold": False} if name == "draw_from_pledge" else {}
    with pytest.raises(Refused, match="more than nothing"):
        step(name, bookkeeping.id, 0, {}, **named)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("release_hold", {}),
        ("draw_from_pledge", {"from_hold": True}),
        ("give_back_to_pledge", {}),
    ],
)
def test_what_was_never_taken_cannot_be_given(bookkeeping: MadePledge, name: str, named: dict[str, bool]) -> None:
    with pytest.raises(WrongState, match="at the same moment"):
        step(name, bookkeeping.id, 1, {}, **named)


def test_a_pledge_that_is_not_there_is_not_drawn_on(alone: Flask) -> None:
    with pytest.raises(NotThere):
        step("hold_on_pledge", 999_999, 1, {})
    with pytest.raises(NotThere):
        step("settle_pledge", 999_999, 1)


@pytest.mark.parametrize("state", [PledgeState.DRAFT, PledgeState.WAITING, PledgeState.PAUSED, PledgeState.WITHDRAWN])
def test_nothing_new_is_taken_from_a_pledge_that_is_not_on_offer(alone: Flask, state: PledgeState) -> None:
    pledge = make_pledge(make_admitted_provider().actor, "PO7", state=state)
    with pytest.raises(WrongState, match="so nothing more can be taken from it"):
        step("hold_on_pledge", pledge.id, 1, {})


def test_nothing_new_is_taken_after_the_last_day(bookkeeping: MadePledge) -> None:
    with held_at(today() + timedelta(days=181)), pytest.raises(WrongState, match="last day of this pledge is over"):
        step("hold_on_pledge", bookkeeping.id, 1, {})


@pytest.mark.parametrize(("code", "fields"), [("FE1", {}), ("PP7", {}), ("FE5", {"with_counterpart": False})])
def test_nothing_is_taken_from_what_a_provider_does_at_home(alone: Flask, code: str, fields: dict[str, Any]) -> None:
    pledge = make_pledge(make_admitted_provider().actor, code, **fields)
    with pytest.raises(WrongState, match="own house"):
        step("draw_from_pledge", pledge.id, 1, {}, from_hold=False)


def test_past_time_nobody_used_leaves_committed_and_pledged(bookkeeping: MadePledge) -> None:
    step("draw_from_pledge", bookkeeping.id, 600, {}, from_hold=False)
    step("lose_from_pledge", bookkeeping.id, 180)
    assert stands(bookkeeping) == (2220, 0, 420, 2220)
    with pytest.raises(WrongState):
        step("lose_from_pledge", bookkeeping.id, 421)


def test_what_an_ended_pledge_gets_back_is_not_offered_again(alone: Flask) -> None:
    provider = make_admitted_provider()
    pledge = make_pledge(provider.actor, "PO7", amount=2400)
    step("draw_from_pledge", pledge.id, 600, {}, from_hold=False)
    step("hold_on_pledge", pledge.id, 300, {})
    actions.withdraw_pledge(provider.actor, pledge.reference, "Nasreen leaves us")
    assert stands(pledge) == (900, 300, 600, 900)
    step("release_hold", pledge.id, 100, {})
    step("give_back_to_pledge", pledge.id, 200, {})
    assert stands(pledge) == (600, 200, 400, 600)
    step("draw_from_pledge", pledge.id, 200, {}, from_hold=True)
    assert stands(pledge) == (600, 0, 600, 600)


def test_sessions_are_booked_with_the_amount(minibus: MadePledge) -> None:
    one, two, *_ = minibus.session_ids
    with held_at(date(2026, 10, 1)):
        step("hold_on_pledge", minibus.id, 480, {one: 1, two: 1})
        assert (booked(one), booked(two)) == ((1, 0), (1, 0))
        step("draw_from_pledge", minibus.id, 480, {one: 1, two: 1}, from_hold=True)
        assert (booked(one), booked(two)) == ((0, 1), (0, 1))
        step("give_back_to_pledge", minibus.id, 240, {two: 1})
        assert (booked(one), booked(two)) == ((0, 1), (0, 0))
        step("hold_on_pledge", minibus.id, 240, {two: 1})
        step("release_hold", minibus.id, 240, {two: 1})
    assert stands(minibus) == (960, 0, 240, 960)


def test_one_minibus_is_not_booked_twice_for_one_tuesday(minibus: MadePledge) -> None:
    one = minibus.session_ids[0]
    with held_at(date(2026, 10, 1)):
        step("hold_on_pledge", minibus.id, 240, {one: 1})
        with pytest.raises(Refused, match="Tuesday 6 October 2026, 10:00 to 14:00 is not free any more"):
            step("draw_from_pledge", minibus.id, 240, {one: 1}, from_hold=False)
    assert stands(minibus) == (960, 240, 0, 960), "the refused draw left nothing behind"


def test_a_session_of_another_pledge_is_not_there(minibus: MadePledge, bookkeeping: MadePledge) -> None:
    with pytest.raises(NotThere):
        step("hold_on_pledge", bookkeeping.id, 60, {minibus.session_ids[0]: 1})
    with held_at(date(2026, 10, 1)), pytest.raises(Refused):
        step("hold_on_pledge", minibus.id, 240, {minibus.session_ids[0]: 0})


def test_a_session_is_moved_from_a_snowed_off_tuesday_to_thursday(minibus: MadePledge) -> None:
    one = minibus.session_ids[0]
    with held_at(date(2026, 10, 7)):
        step("draw_from_pledge", minibus.id, 240, {one: 1}, from_hold=False)
        new = step("swap_pledge_session", one, date(2026, 10, 8), 600, 840, 1)
        assert booked(int(str(new))) == (0, 1)
        assert booked(one) == (0, 0)
        assert stands(minibus) == (960, 0, 240, 960)
        shorter = step("swap_pledge_session", new, date(2026, 10, 9), 600, 780, 1, committed_difference=-60)
        assert stands(minibus) == (900, 0, 180, 900)
        longer = step("swap_pledge_session", shorter, date(2026, 10, 9), 540, 780, 1, committed_difference=60)
        assert stands(minibus) == (960, 0, 240, 960)
        with pytest.raises(WrongState, match="not booked as it was"):
            step("swap_pledge_session", minibus.session_ids[1], date(2026, 10, 10), 600, 840, 1)
        step("draw_from_pledge", minibus.id, 240, {minibus.session_ids[1]: 1}, from_hold=False)
        with pytest.raises(Refused, match="overlaps a time of this pledge that is taken"):
            step("swap_pledge_session", longer, date(2026, 10, 13), 780, 900, 1)
        with pytest.raises(Refused, match="end time must be later"):
            step("swap_pledge_session", longer, date(2026, 10, 14), 780, 700, 1)
    with pytest.raises(NotThere):
        step("swap_pledge_session", 999_999, date(2026, 10, 14), 600, 700, 1)


def test_a_session_of_an_ended_pledge_can_still_be_moved(alone: Flask) -> None:
    provider = make_admitted_provider()
    with held_at(date(2026, 10, 1)):
        minibus = make_pledge(provider.actor, "LA3", first_day=date(2026, 10, 6), last_day=date(2026, 10, 27))
        one = minibus.session_ids[0]
        step("draw_from_pledge", minibus.id, 240, {one: 1}, from_hold=False)
        actions.withdraw_pledge(provider.actor, minibus.reference, "sold")
        assert stands(minibus) == (240, 0, 240, 240)
        step("swap_pledge_session", one, date(2026, 11, 5), 600, 780, 1, committed_difference=-60)
        assert stands(minibus) == (180, 0, 180, 180)


def test_further_sessions_are_added_to_what_is_pledged_and_taken_out_again(minibus: MadePledge) -> None:
    with held_at(date(2026, 10, 1)):
        new = step("add_pledge_session", minibus.id, date(2026, 10, 8), 600, 720, 1)
        assert stands(minibus) == (1080, 0, 0, 1080)
        with pytest.raises(Refused, match="is there already"):
            step("add_pledge_session", minibus.id, date(2026, 10, 8), 600, 840, 1)
        step("drop_pledge_session", new)
        assert stands(minibus) == (960, 0, 0, 960)
        with pytest.raises(WrongState, match="booked or was taken out"):
            step("drop_pledge_session", new)
        again = step("add_pledge_session", minibus.id, date(2026, 10, 8), 600, 840, 1)
        assert again == new, "the same day and time comes back"
        step("draw_from_pledge", minibus.id, 240, {again: 1}, from_hold=False)
        with pytest.raises(WrongState, match="booked or was taken out"):
            step("drop_pledge_session", again)
        with pytest.raises(Refused, match="overlaps a time of this pledge that is taken"):
            step("add_pledge_session", minibus.id, date(2026, 10, 8), 780, 900, 1)
        with pytest.raises(Refused, match="at once"):
            step("add_pledge_session", minibus.id, date(2026, 10, 9), 780, 900, 0)
    with pytest.raises(NotThere):
        step("add_pledge_session", 999_999, date(2026, 10, 8), 600, 840, 1)
    with pytest.raises(NotThere):
        step("drop_pledge_session", 999_999)


def test_two_overlapping_sessions_of_one_thing_are_never_both_booked(minibus: MadePledge) -> None:
    with held_at(date(2026, 10, 1)):
        beside = step("add_pledge_session", minibus.id, date(2026, 10, 6), 780, 900, 1)
        step("draw_from_pledge", minibus.id, 240, {minibus.session_ids[0]: 1}, from_hold=False)
        with pytest.raises(Refused, match="overlaps another time that is booked already"):
            step("hold_on_pledge", minibus.id, 120, {beside: 1})
        step("give_back_to_pledge", minibus.id, 240, {minibus.session_ids[0]: 1})
        step("hold_on_pledge", minibus.id, 120, {beside: 1})


def test_a_pledge_is_fulfilled_when_all_of_it_is_verified(alone: Flask) -> None:
    provider = make_admitted_provider()
    pledge = make_pledge(provider.actor, "FP1", amount=500_00)
    step("draw_from_pledge", pledge.id, 500_00, {}, from_hold=False)
    step("settle_pledge", pledge.id, 499_99)
    assert pledge_row(pledge.reference).state == PledgeState.OFFERED
    step("settle_pledge", pledge.id, 500_00)
    step("settle_pledge", pledge.id, 500_00)
    assert pledge_row(pledge.reference).state == PledgeState.FULFILLED
    assert pledge_row(pledge.reference).ended_at_utc is not None


def test_own_conduct_is_fulfilled_after_its_last_day_and_only_above_the_baseline(alone: Flask) -> None:
    provider = make_admitted_provider()
    pledge = make_pledge(
        provider.actor,
        "PP1",
        amount=60_000_00,
        baseline=48_000_00,
        baseline_on=date(2026, 3, 31),
        last_day=today() + timedelta(days=364),
    )
    assert stands(pledge) == (60_000_00, 0, 0, 12_000_00)
    with held_at(today() + timedelta(days=400)):
        assert actions.expire_pledges(system("clocks")) == 1
        assert stands(pledge) == (60_000_00, 0, 0, 12_000_00), "what was promised stands, kept or not"
        step("settle_pledge", pledge.id, 11_999_99)
        assert pledge_row(pledge.reference).state == PledgeState.EXPIRED
        step("settle_pledge", pledge.id, 12_000_00)
    assert pledge_row(pledge.reference).state == PledgeState.FULFILLED


def test_offers_show_what_is_left_and_only_what_is_on_offer(bookkeeping: MadePledge, minibus: MadePledge) -> None:
    with held_at(date(2026, 10, 7)):
        step("draw_from_pledge", bookkeeping.id, 600, {}, from_hold=False)
        step("hold_on_pledge", minibus.id, 240, {minibus.session_ids[1]: 1})
        with work.reading() as reading:
            offers = queries.open_offers(reading)
            assert [(one.reference, one.left) for one in offers] == [
                (bookkeeping.reference, 1800),
                (minibus.reference, 720),
            ]
            assert [(one.day.day, one.left) for one in offers[1].sessions] == [(13, 0), (20, 1), (27, 1)]
            assert queries.open_offers(reading, kind="room") == []
            assert queries.pledge_offer(reading, minibus.id) == offers[1]
            assert queries.pledge_offer(reading, 999_999) is None
            terms = queries.pledge_terms(reading, minibus.id)
            assert (terms.zone_note, terms.pledged, terms.left) == ("borough_wide", 960, 720)
            with pytest.raises(NotThere):
                queries.pledge_terms(reading, 999_999)
