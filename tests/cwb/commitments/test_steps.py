"""The steps deliveries hang on; what is said not to have happened; the clocks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from community_book.base import work
from community_book.base.actor import system
from community_book.base.amounts import Kind
from community_book.base.clock import add_working_days, held_at, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import OutboxEvent
from community_book.needs.tables import NeedPart
from cwb.commitments import actions
from cwb.commitments.actions import NewChange
from cwb.commitments.rules import CommitmentState, SessionState
from cwb.commitments.tables import CommitmentMessage, CommitmentNote
from cwb.ledger.queries import sum_of
from tests.makers_commitments import (
    Pair,
    id_of,
    make_commitment,
    make_minibus_pair,
    make_pair,
    report,
    report_all,
    row_of,
    terms_of,
)
from tests.makers_pledges import pledge_row

S = CommitmentState
CLOCK = system("clocks")


def part_row(pair: Pair) -> NeedPart:
    with work.reading() as reading:
        return reading.get_one(NeedPart, pair.need.part_id)


def step(name: str, reference: str, *given: object, **named: object) -> object:
    with work.work(system("test")) as session:
        done = getattr(actions, name)(session, id_of(reference), *given, **named)
        session.record("test.step", f"commitment:{reference}")
    return done


def told(reading: work.Reading, event: str) -> list[OutboxEvent]:
    return reading.query(OutboxEvent).filter_by(name=event).order_by(OutboxEvent.id).all()


# --- reported -----------------------------------------------------------------------------------


def test_the_first_report_puts_it_under_way(app):
    reference = make_commitment(make_pair())
    report(reference, 300)
    assert (row_of(reference).state, row_of(reference).reported) == ("under_way", 300)


def test_more_than_is_left_cannot_be_reported(app):
    reference = make_commitment(make_pair())
    report(reference, 700)
    with pytest.raises(Refused, match="Only 20 min of this promise is left to report"):
        report(reference, 21)
    assert row_of(reference).reported == 700


@pytest.mark.parametrize("state", [S.OFFERED, S.DECLINED, S.CANCELLED, S.COMPLETED])
def test_nothing_is_reported_on_what_is_not_live(app, state):
    reference = make_commitment(make_pair(), state)
    with pytest.raises(WrongState):
        report(reference, 1)


def test_a_date_is_reported_once(app):
    reference = make_commitment(make_minibus_pair(2))
    first = terms_of(reference).sessions[0]
    report(reference, 120, [first.id])
    with pytest.raises(WrongState, match="not planned any more"):
        report(reference, 120, [first.id])
    assert row_of(reference).reported == 120


def test_a_date_of_another_commitment_is_refused(app):
    reference, other = make_commitment(make_minibus_pair(2)), make_commitment(make_minibus_pair(2))
    with pytest.raises(Refused, match="does not belong"):
        report(reference, 120, [terms_of(other).sessions[0].id])


def test_what_is_taken_out_is_free_again_while_it_runs(app):
    reference = make_commitment(make_minibus_pair(2))
    first = terms_of(reference).sessions[0]
    report(reference, 120, [first.id])
    step("take_out_reported", reference, 120, [first.id])
    assert (row_of(reference).reported, row_of(reference).amount) == (0, 240)
    report(reference, 120, [first.id])


def test_what_is_taken_out_of_an_ended_one_returns_to_pledge_and_part(app):
    pair = make_pair(measure="FP6", kind=Kind.GOODS, amount=8, pledged={"amount": 5})
    reference = make_commitment(pair, amount=5)
    report_all(reference)
    actions.complete(pair.offering, reference)
    step("take_out_reported", reference, 1)
    row = row_of(reference)
    assert (row.state, row.reported, row.amount, row.unused) == ("completed", 4, 4, 1)
    assert pledge_row(pair.pledge.reference).committed == 4
    assert part_row(pair).committed == 4
    with work.reading() as reading:
        assert sum_of(reading, "committed", commitment_id=row.id) == 4


def test_what_is_confirmed_or_verified_cannot_be_taken_out(app):
    reference = make_commitment(make_pair())
    report(reference, 300)
    step("note_confirmed", reference, 200)
    with pytest.raises(WrongState, match="confirmed or verified"):
        step("take_out_reported", reference, 101)
    step("take_out_reported", reference, 100)
    step("note_verified", reference, 200)
    for figure in ("note_confirmed", "note_verified"):
        with pytest.raises(WrongState):
            step(figure, reference, 1)
        with pytest.raises(WrongState):
            step(figure, reference, -201)
    step("note_verified", reference, -200)
    assert (row_of(reference).confirmed, row_of(reference).verified) == (200, 0)


def test_more_that_was_delivered_can_be_added_within_the_need_and_the_pledge(app):
    pair = make_pair(amount=1000)
    reference = make_commitment(pair, amount=720)
    step("extend_commitment_within_limits", reference, 200)
    assert (row_of(reference).amount, part_row(pair).committed) == (920, 920)
    with pytest.raises(Refused, match="Only 1 h 20 min is still needed"):
        step("extend_commitment_within_limits", reference, 81)


def test_more_cannot_be_added_to_what_goes_by_dates(app):
    reference = make_commitment(make_minibus_pair(2))
    with pytest.raises(Refused, match="goes by dates"):
        step("extend_commitment_within_limits", reference, 60)


def test_dates_not_used_leave_pledge_and_need_once_they_are_past(app):
    pair = make_minibus_pair(4)
    pledged = pledge_row(pair.pledge.reference).amount
    reference = make_commitment(pair)
    first, second, *_ = terms_of(reference).sessions
    with held_at(first.day):
        assert step("mark_sessions_not_used", reference, [first.id]) == 120
        assert pledge_row(pair.pledge.reference).amount == pledged - 120
        assert step("mark_sessions_not_used", reference, [second.id]) == 120
    assert pledge_row(pair.pledge.reference).amount == pledged - 120
    assert [one.state for one in terms_of(reference).sessions][:2] == [SessionState.NOT_USED, SessionState.RETURNED]
    assert (row_of(reference).amount, row_of(reference).unused) == (240, 240)


def test_steps_of_what_is_not_there_say_so(app):
    for name, given in (("note_reported", (1,)), ("settle_commitment", ()), ("hold_commitment", ())):
        with pytest.raises(NotThere), work.work(system("test")) as session:
            getattr(actions, name)(session, 999_999, *given)


# --- it did not happen --------------------------------------------------------------------------


def test_a_group_says_that_a_date_did_not_take_place_and_the_provider_answers(app, reading):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    with pytest.raises(WrongState, match="still to come"):
        actions.say_did_not_happen(pair.asking, reference, session_id=first.id)
    with held_at(first.day):
        actions.say_did_not_happen(pair.asking, reference, session_id=first.id, text="Nobody came")
        note = reading.query(CommitmentNote).one()
        assert (note.said_by, note.answer_by) == ("group", add_working_days(first.day, 10))
        with pytest.raises(WrongState, match="said already"):
            actions.say_did_not_happen(pair.asking, reference, session_id=first.id)
        with pytest.raises(NotAllowed):
            actions.agree_did_not_happen(pair.asking, reference, note.id)
        assert row_of(reference).amount == 360
        actions.agree_did_not_happen(pair.offering, reference, note.id)
        assert row_of(reference).amount == 240
        with pytest.raises(WrongState, match="settled already"):
            actions.agree_did_not_happen(pair.offering, reference, note.id)


def test_said_by_the_provider_itself_it_counts_as_not_used_at_once(app):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    with held_at(first.day):
        actions.say_did_not_happen(pair.offering, reference, session_id=first.id)
    assert (row_of(reference).amount, terms_of(reference).sessions[0].state) == (240, SessionState.NOT_USED)


def test_a_report_answers_the_note(app, reading):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    with held_at(first.day):
        actions.say_did_not_happen(pair.asking, reference, session_id=first.id)
        report(reference, 120, [first.id])
    with held_at(first.day + timedelta(days=60)):
        assert actions.settle_notes(CLOCK) == 0
    assert reading.query(CommitmentNote).one().outcome == "reported"


def test_without_an_answer_in_ten_working_days_the_date_counts_as_not_used(app, reading):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    with held_at(first.day):
        actions.say_did_not_happen(pair.asking, reference, session_id=first.id)
    with held_at(add_working_days(first.day, 10)):
        assert actions.settle_notes(CLOCK) == 0
    with held_at(add_working_days(first.day, 10) + timedelta(days=1)):
        assert actions.settle_notes(CLOCK) == 1
        assert actions.settle_notes(CLOCK) == 0
    assert terms_of(reference).sessions[0].state is SessionState.NOT_USED
    assert reading.query(CommitmentNote).one().outcome == "not_used"


def test_a_change_that_waits_for_its_answer_answers_the_note_too(app, reading):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    later = first.day + timedelta(days=40)
    with held_at(first.day):
        actions.say_did_not_happen(pair.asking, reference, session_id=first.id)
        change = actions.propose_change(pair.offering, reference, NewChange("move", session_id=first.id, day=later))
    with held_at(first.day + timedelta(days=30)):
        assert actions.settle_notes(CLOCK) == 0
        actions.agree_change(pair.asking, reference, change)
    assert reading.query(CommitmentNote).one().outcome == "changed"
    assert row_of(reference).amount == 360


def test_a_note_about_no_certain_date_needs_words_and_is_closed_unanswered(app, reading):
    pair = make_pair()
    reference = make_commitment(pair)
    with pytest.raises(Refused, match="what did not happen"):
        actions.say_did_not_happen(pair.asking, reference)
    actions.say_did_not_happen(pair.asking, reference, text="We have not heard from you")
    with held_at(today() + timedelta(days=40)):
        assert actions.settle_notes(CLOCK) == 1
    assert reading.query(CommitmentNote).one().outcome == "no_answer"
    assert row_of(reference).amount == 720


# --- clocks -------------------------------------------------------------------------------------

OPENED = date(2026, 10, 5)


@pytest.mark.parametrize("state", [S.OFFERED, S.ASKED, S.PROPOSED])
def test_an_offer_is_nudged_at_five_and_lapses_after_ten_working_days(app, reading, state):
    with held_at(OPENED):
        pair = make_pair()
        reference = make_commitment(pair, state)
    with held_at(date(2026, 10, 9)):
        assert actions.nudge_unanswered(CLOCK) == 0
    with held_at(date(2026, 10, 12)):
        assert actions.nudge_unanswered(CLOCK) == 1
        assert actions.nudge_unanswered(CLOCK) == 0
    with held_at(date(2026, 10, 19)):
        assert actions.lapse_unanswered(CLOCK) == 0
    with held_at(date(2026, 10, 20)):
        assert actions.lapse_unanswered(CLOCK) == 1
        assert actions.lapse_unanswered(CLOCK) == 0
    assert row_of(reference).state == S.LAPSED
    assert pledge_row(pair.pledge.reference).held == 0
    assert told(reading, "CommitmentLapsed")[0].payload["why"] == "no_answer"
    assert len(told(reading, "CommitmentNudged")) == 1


def test_a_condition_keeps_its_own_date_instead_of_the_ten_day_clock(app, reading):
    with held_at(OPENED):
        pair = make_pair()
        reference = make_commitment(pair, S.ASKED)
        by_day = date(2026, 11, 27)
        actions.accept_on_condition(pair.offering, reference, condition="If", by_day=by_day)
    with held_at(date(2026, 11, 19)):
        assert actions.nudge_unanswered(CLOCK) == 0
        assert actions.lapse_unanswered(CLOCK) == 0
    with held_at(date(2026, 11, 20)):
        assert actions.nudge_unanswered(CLOCK) == 1
    with held_at(by_day):
        assert actions.lapse_unanswered(CLOCK) == 0
    with held_at(by_day + timedelta(days=1)):
        assert actions.lapse_unanswered(CLOCK) == 1
    assert (row_of(reference).state, pledge_row(pair.pledge.reference).held) == ("lapsed", 0)


def test_what_is_on_hold_does_not_lapse(app):
    with held_at(OPENED):
        pair = make_pair()
        reference = make_commitment(pair, S.OFFERED)
        actions.hold(pair.officer, reference, reason="A question")
    with held_at(OPENED + timedelta(days=90)):
        assert actions.lapse_unanswered(CLOCK) == 0
    assert row_of(reference).state == S.ON_HOLD


def test_it_is_under_way_from_its_first_day(app):
    reference = make_commitment(make_minibus_pair(2))
    first = terms_of(reference).first_day
    with held_at(first - timedelta(days=1)):
        assert actions.begin_due(CLOCK) == 0
    with held_at(first):
        assert actions.begin_due(CLOCK) == 1
        assert actions.begin_due(CLOCK) == 0
    assert row_of(reference).state == S.UNDER_WAY


def test_on_the_day_it_is_due_both_sides_are_asked_once(app, reading):
    reference = make_commitment(make_minibus_pair(2))
    due = row_of(reference).due_on
    assert due is not None
    with held_at(due - timedelta(days=1)):
        assert actions.ask_what_happened(CLOCK) == 0
    with held_at(due):
        assert actions.ask_what_happened(CLOCK) == 1
        assert actions.ask_what_happened(CLOCK) == 0
    assert [event.payload["commitment_reference"] for event in told(reading, "CommitmentDue")] == [reference]


def test_the_clock_completes_what_is_over_and_told(app):
    pair = make_pair()
    reference = make_commitment(pair)
    report_all(reference)
    step("settle_commitment", reference)
    assert (row_of(reference).state, row_of(reference).due_on) == ("under_way", None)
    with held_at(row_of(reference).last_day + timedelta(days=1)):
        assert actions.ask_what_happened(CLOCK) == 1
    assert row_of(reference).state == S.COMPLETED


def test_clocks_are_the_sites_own(app):
    pair = make_pair()
    for clock in (actions.lapse_unanswered, actions.settle_notes, actions.begin_due):
        make_commitment(make_pair(), S.OFFERED)
        with pytest.raises(NotAllowed):
            clock(pair.officer)


# --- words --------------------------------------------------------------------------------------


def test_both_sides_and_an_officer_write_to_the_thread_in_any_state(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.DECLINED)
    for actor in (pair.offering, pair.asking, pair.officer):
        actions.write_message(actor, reference, f"Hello from {actor.organisation_name}")
    rows = reading.query(CommitmentMessage).order_by(CommitmentMessage.id).all()
    assert [row.organisation_id for row in rows] == [
        pair.offering.organisation_id,
        pair.asking.organisation_id,
        pair.officer.organisation_id,
    ]
    with pytest.raises(Refused):
        actions.write_message(pair.asking, reference, "")
    with pytest.raises(NotThere):
        actions.write_message(make_pair().asking, reference, "Hello")
