"""How what was agreed ends, and what goes back; on hold and on again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import held_at, today
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.base.tables import OutboxEvent
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from cwb.commitments import actions
from cwb.commitments.rules import CommitmentState, SessionState
from cwb.ledger.queries import sum_of
from tests.makers_commitments import (
    Pair,
    id_of,
    make_commitment,
    make_minibus_pair,
    make_officer,
    make_pair,
    report,
    report_all,
    row_of,
    terms_of,
)
from tests.makers_pledges import pledge_row

S = CommitmentState


def part_row(pair: Pair) -> NeedPart:
    with work.reading() as reading:
        return reading.get_one(NeedPart, pair.need.part_id)


def committed(reference: str) -> int:
    with work.reading() as reading:
        return sum_of(reading, "committed", commitment_id=id_of(reference))


def test_calling_off_gives_all_back_and_opens_the_need_again(app, reading):
    pair = make_pair()
    reference = make_commitment(pair)
    actions.cancel(pair.asking, reference, reason="The hall burnt down")
    row = row_of(reference)
    assert (row.state, row.amount, row.unused, row.amount_agreed) == ("cancelled", 0, 720, 720)
    assert pledge_row(pair.pledge.reference).committed == 0
    assert part_row(pair).committed == 0
    assert committed(reference) == 0
    assert reading.get_one(Need, pair.need.need_id).state == NeedState.OPEN


def test_calling_off_needs_a_reason_and_nothing_reported(app):
    pair = make_pair()
    reference = make_commitment(pair)
    with pytest.raises(Refused, match="why"):
        actions.cancel(pair.asking, reference, reason="")
    report(reference, 60)
    with pytest.raises(WrongState, match="Stop it early instead"):
        actions.cancel(pair.asking, reference, reason="Enough")


@pytest.mark.parametrize("side", ["offering", "asking", "officer"])
def test_stopping_early_gives_back_what_was_not_reported(app, side):
    pair = make_pair()
    reference = make_commitment(pair)
    report(reference, 300)
    actions.end_short(getattr(pair, side), reference, reason_code="enough")
    row = row_of(reference)
    assert (row.state, row.amount, row.unused, row.reported) == ("ended_short", 300, 420, 300)
    pledge = pledge_row(pair.pledge.reference)
    assert (pledge.committed, pledge.amount) == (300, 2400)
    assert (part_row(pair).committed, part_row(pair).amount) == (300, 720)
    assert committed(reference) == 300


def test_time_that_passed_returns_to_neither_side(app):
    pair = make_minibus_pair(4)
    pledged, needed = pledge_row(pair.pledge.reference).amount, part_row(pair).amount
    reference = make_commitment(pair)
    first, _, third, _ = terms_of(reference).sessions
    with held_at(third.day):
        report(reference, 120, [first.id])
        actions.end_short(pair.asking, reference, reason_code="group")
        row = row_of(reference)
        assert (row.amount, row.unused) == (120, 360)
        assert pledge_row(pair.pledge.reference).amount == pledged - 120
        assert part_row(pair).amount == needed - 120
        assert pledge_row(pair.pledge.reference).committed == 120
        states = [one.state for one in terms_of(reference).sessions]
        assert states == [SessionState.REPORTED, SessionState.NOT_USED, SessionState.RETURNED, SessionState.RETURNED]
        with work.reading() as reading:
            assert sum_of(reading, "pledged", pledge_id=pair.pledge.id) == pledged - 120


def test_stopping_needs_a_reason_from_the_list(app):
    pair = make_pair()
    reference = make_commitment(pair)
    for code, field in (("", "reason_code"), ("other", "reason")):
        with pytest.raises(Refused) as refusal:
            actions.end_short(pair.asking, reference, reason_code=code)
        assert refusal.value.problems[0].field == field


def test_it_completes_when_all_is_reported(app):
    pair = make_pair()
    reference = make_commitment(pair)
    with pytest.raises(WrongState, match="12 h of it has not been reported yet"):
        actions.complete(pair.offering, reference)
    report_all(reference)
    actions.complete(pair.offering, reference)
    assert row_of(reference).state == S.COMPLETED


def test_it_completes_by_itself_when_its_last_date_is_past_and_every_date_is_told(app):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first, second, third = terms_of(reference).sessions
    with held_at(third.day + timedelta(days=1)):
        report(reference, 240, [first.id, second.id])
        with work.work(pair.offering) as session:
            assert actions.mark_sessions_not_used(session, id_of(reference), [third.id]) == 120
            session.record("test", f"commitment:{reference}")
        row = row_of(reference)
        assert (row.state, row.amount, row.unused) == ("completed", 240, 120)
        assert committed(reference) == 240


def test_dates_that_ran_short_leave_committed_when_it_completes(app):
    pair = make_minibus_pair(2)
    reference = make_commitment(pair)
    sessions = terms_of(reference).sessions
    with held_at(sessions[-1].day + timedelta(days=1)):
        report(reference, 200, [one.id for one in sessions])
        with work.work(system("test")) as session:
            assert actions.settle_commitment(session, id_of(reference))
            session.record("test", f"commitment:{reference}")
        row = row_of(reference)
        assert (row.state, row.amount, row.unused) == ("completed", 200, 40)


def test_land_gives_back_the_weeks_to_come_only(app):
    first = today()
    pair = make_pair(
        measure="LA2",
        kind=Kind.LAND,
        amount=26,
        pledged={"amount": 26, "first_day": first, "last_day": first + timedelta(days=181)},
        needed={"first_day": first, "last_day": first + timedelta(days=181)},
    )
    reference = make_commitment(pair)
    report(reference, 4)
    with held_at(first + timedelta(weeks=10)):
        actions.end_short(pair.asking, reference, reason_code="group")
    row = row_of(reference)
    assert (row.amount, row.unused) == (4, 22)
    assert pledge_row(pair.pledge.reference).amount == 26 - 6


# --- on hold ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.OFFERED, S.ASKED, S.PROPOSED, S.CONDITIONAL, S.COMMITTEE, S.AGREED, S.UNDER_WAY])
def test_an_officer_holds_and_lets_go_on_from_where_it_was(app, state):
    pair = make_pair()
    reference = make_commitment(pair, state)
    actions.hold(pair.officer, reference, reason="A question about insurance")
    assert (row_of(reference).state, row_of(reference).state_before_hold) == ("on_hold", state)
    actions.release(pair.officer, reference)
    assert (row_of(reference).state, row_of(reference).state_before_hold) == (state, None)


def test_neither_side_nor_a_verifier_can_hold(app):
    pair = make_pair()
    reference = make_commitment(pair)
    for actor in (pair.offering, pair.asking, make_officer(Role.VERIFIER)):
        with pytest.raises(NotAllowed):
            actions.hold(actor, reference, reason="No")


def test_it_goes_on_only_when_the_last_reason_is_gone(app, reading):
    pair = make_pair()
    reference = make_commitment(pair)
    with work.work(system("test")) as session:
        assert actions.hold_commitment(session, id_of(reference), why="concern", about="concern:X-222222")
        assert not actions.hold_commitment(session, id_of(reference), why="concern", about="concern:X-222222")
        assert not actions.hold_commitment(session, id_of(reference), why="suspended", about="admission:A-222222")
        session.record("test", f"commitment:{reference}")
    with pytest.raises(WrongState, match="ended elsewhere"):
        actions.release(pair.officer, reference)
    with work.work(system("test")) as session:
        assert not actions.release_commitment(session, id_of(reference), why="concern", about="concern:X-222222")
        assert actions.release_commitment(session, id_of(reference), why="suspended", about="admission:A-222222")
        session.record("test", f"commitment:{reference}")
    assert row_of(reference).state == S.AGREED
    assert reading.query(OutboxEvent).filter_by(name="CommitmentHeld").count() == 1
    assert reading.query(OutboxEvent).filter_by(name="CommitmentReleased").count() == 1


def test_an_offer_that_was_on_hold_can_still_be_answered_for_five_working_days(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    actions.hold(pair.officer, reference, reason="A question")
    with held_at(today() + timedelta(days=40)):
        actions.release(pair.officer, reference)
        assert row_of(reference).answer_by > today()


def test_what_is_on_hold_can_be_stopped_and_what_happened_be_reported(app):
    pair = make_pair()
    reference = make_commitment(pair)
    actions.hold(pair.officer, reference, reason="A question")
    report(reference, 60)
    assert row_of(reference).state == S.ON_HOLD
    actions.end_short(pair.officer, reference, reason_code="provider")
    assert (row_of(reference).state, row_of(reference).amount) == ("ended_short", 60)


def test_an_offer_on_hold_cannot_be_accepted(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    actions.hold(pair.officer, reference, reason="A question")
    with pytest.raises(WrongState, match="on hold"):
        actions.accept(pair.asking, reference)
