"""What the rooms above do to a part: draw, give back, lose, note as met."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.errors import Refused, WrongState
from community_book.needs import actions, queries
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart, NeedSession
from tests.makers import actor_for, make_organisation
from tests.makers_needs import MadeNeed, judge_needs_alone, make_listed_group, make_need

BROKER = system("test")


def stands(made: MadeNeed) -> tuple[str, int | None, int, int]:
    """State, amount, committed and met of a need with one part."""
    with work.reading() as reading:
        need, part = reading.get_one(Need, made.need_id), reading.get_one(NeedPart, made.part_id)
        return need.state, part.amount, part.committed, part.met


def do(step: Any, *args: Any, who: Actor = BROKER) -> Any:
    with work.work(who) as session:
        result = step(session, *args)
        session.record("test.step", "need:N-TEST22")
    return result


@pytest.fixture
def lead(app: Any) -> Actor:
    judge_needs_alone()
    return make_listed_group().lead


def test_a_promise_of_all_that_is_asked_makes_the_need_promised(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    assert stands(made) == (NeedState.PROMISED, 600, 600, 0)


def test_a_promise_of_a_part_leaves_it_open(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 200, {})
    assert stands(made) == (NeedState.OPEN, 600, 200, 0)


def test_more_than_is_left_cannot_be_promised(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 500, {})
    with pytest.raises(Refused, match="Only 1 h 40 min is still needed"):
        do(actions.draw_on_part, made.part_id, 101, {})
    assert stands(made) == (NeedState.OPEN, 600, 500, 0)


def test_of_a_promised_need_nothing_more_can_be_promised(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    with pytest.raises(Refused, match="Nothing is needed here any more"):
        do(actions.draw_on_part, made.part_id, 1, {})


def test_what_is_promised_sets_the_amount_of_a_group_that_was_not_sure(lead: Actor) -> None:
    made = make_need(lead, amount=None)
    assert stands(made) == (NeedState.OPEN, None, 0, 0)
    do(actions.draw_on_part, made.part_id, 300, {})
    assert stands(made) == (NeedState.PROMISED, 300, 300, 0)
    do(actions.give_back_to_part, made.part_id, 100, {})
    assert stands(made) == (NeedState.OPEN, 300, 200, 0)


def test_what_is_given_back_opens_the_need_again(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    do(actions.give_back_to_part, made.part_id, 150, {})
    assert stands(made) == (NeedState.OPEN, 600, 450, 0)


def test_more_than_is_promised_cannot_be_given_back_lost_or_met(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 100, {})
    for step, args in (
        (actions.give_back_to_part, (101, {})),
        (actions.lose_from_part, (101,)),
        (actions.note_met, (101,)),
        (actions.note_met, (-1,)),
    ):
        with pytest.raises(Refused, match="Only 1 h 40 min of this need is promised"):
            do(step, made.part_id, *args)
    assert stands(made) == (NeedState.OPEN, 600, 100, 0)


def test_a_need_is_met_when_all_that_was_asked_is_done(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    do(actions.note_met, made.part_id, 400)
    assert stands(made)[0] == NeedState.PROMISED
    do(actions.note_met, made.part_id, 200)
    assert stands(made) == (NeedState.MET, 600, 600, 600)


def test_a_met_need_is_open_again_when_a_wrong_delivery_is_taken_back(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    do(actions.note_met, made.part_id, 600)
    do(actions.note_met, made.part_id, -200)
    do(actions.give_back_to_part, made.part_id, 200, {})
    assert stands(made) == (NeedState.OPEN, 600, 400, 400)


def test_time_that_passed_unused_is_neither_promised_nor_needed(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.draw_on_part, made.part_id, 600, {})
    do(actions.note_met, made.part_id, 540)
    do(actions.lose_from_part, made.part_id, 60)
    assert stands(made) == (NeedState.MET, 540, 540, 540)


def test_named_days_are_promised_one_by_one(lead: Actor) -> None:
    days = [(today() + timedelta(days=n), 600, 720) for n in (1, 8, 15)]
    made = make_need(lead, kind=Kind.VEHICLE, sessions=days)
    assert stands(made)[1] == 360
    first, second, third = made.session_ids
    do(actions.draw_on_part, made.part_id, 240, {first: 1, second: 1})
    with pytest.raises(Refused, match="is not free any more"):
        do(actions.draw_on_part, made.part_id, 120, {first: 1})
    assert stands(made) == (NeedState.OPEN, 360, 240, 0)
    do(actions.draw_on_part, made.part_id, 120, {third: 1})
    assert stands(made) == (NeedState.PROMISED, 360, 360, 0)
    do(actions.give_back_to_part, made.part_id, 120, {second: 1})
    assert stands(made) == (NeedState.OPEN, 360, 240, 0)


def test_a_need_for_named_days_is_promised_by_its_days_and_their_time(lead: Actor) -> None:
    made = make_need(lead, kind=Kind.ROOM, sessions=[(today() + timedelta(days=1), 600, 720)])
    other = make_need(lead, kind=Kind.ROOM, sessions=[(today() + timedelta(days=1), 600, 720)])
    with pytest.raises(Refused, match="Choose which"):
        do(actions.draw_on_part, made.part_id, 120, {})
    with pytest.raises(Refused, match="come to 2 h"):
        do(actions.draw_on_part, made.part_id, 60, {made.session_ids[0]: 1})
    with pytest.raises(Refused, match="not asked for any more"):
        do(actions.draw_on_part, made.part_id, 120, {other.session_ids[0]: 1})


def test_a_moved_session_is_one_change_told_to_nobody(lead: Actor) -> None:
    snowed_off, moved_to = today() + timedelta(days=1), today() + timedelta(days=100)
    made = make_need(lead, kind=Kind.VEHICLE, sessions=[(snowed_off, 600, 720)])
    do(actions.draw_on_part, made.part_id, 120, {made.session_ids[0]: 1})
    with work.work(BROKER) as session:
        actions.give_back_to_part(session, made.part_id, 120, {made.session_ids[0]: 1})
        actions.drop_part_session(session, made.session_ids[0])
        fresh = actions.add_part_session(session, made.part_id, moved_to, 600, 720, 1)
        actions.draw_on_part(session, made.part_id, 120, {fresh: 1})
        session.record("test.swap", "need:N-TEST22")
        assert [event.name for event in session.events] == []
    assert stands(made) == (NeedState.PROMISED, 120, 120, 0)
    with work.reading() as reading:
        assert reading.get_one(NeedPart, made.part_id).last_day == moved_to
        assert reading.get_one(NeedSession, made.session_ids[0]).dropped


def test_a_promised_session_cannot_be_dropped_nor_asked_for_twice(lead: Actor) -> None:
    day = today() + timedelta(days=1)
    made = make_need(lead, kind=Kind.VEHICLE, sessions=[(day, 600, 720)])
    with pytest.raises(Refused, match="asked for already"):
        do(actions.add_part_session, made.part_id, day, 600, 660, 1)
    do(actions.draw_on_part, made.part_id, 120, {made.session_ids[0]: 1})
    with pytest.raises(Refused, match="Help is promised for"):
        do(actions.drop_part_session, made.session_ids[0])


def test_a_need_without_days_takes_no_session(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    with pytest.raises(Refused, match="does not ask for certain days"):
        do(actions.add_part_session, made.part_id, today(), 600, 660, 1)


def test_nothing_can_be_promised_to_a_need_on_hold_or_ended(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    do(actions.hide_need, made.need_id)
    with pytest.raises(WrongState, match="on hold"):
        do(actions.draw_on_part, made.part_id, 10, {})
    do(actions.show_need, made.need_id)
    actions.withdraw_need(lead, made.reference)
    with pytest.raises(WrongState, match="taken back"):
        do(actions.draw_on_part, made.part_id, 10, {})


def test_the_first_answer_is_noted_once(lead: Actor) -> None:
    made = make_need(lead)
    do(actions.note_first_answer, made.part_id)
    with work.reading() as reading:
        first = reading.get_one(Need, made.need_id).first_answer_at_utc
    do(actions.note_first_answer, made.part_id)
    with work.reading() as reading:
        assert reading.get_one(Need, made.need_id).first_answer_at_utc == first is not None


def test_any_of_these_closes_the_others_when_one_is_promised_in_full(lead: Actor) -> None:
    made = make_need(lead, amount=600)
    with work.bookkeeping(BROKER) as session:
        need, part = session.get_one(Need, made.need_id), session.get_one(NeedPart, made.part_id)
        need.combine = "any"
        other = NeedPart(
            need_id=need.id, position=2, kind=Kind.MONEY, unit="pence", amount=5000, place_id=part.place_id,
            first_day=part.first_day, last_day=part.last_day,
        )  # fmt: skip
        session.add(other)
        session.flush()
        other_id = other.id
    do(actions.draw_on_part, made.part_id, 300, {})
    assert stands(made)[0] == NeedState.OPEN
    do(actions.draw_on_part, made.part_id, 300, {})
    assert stands(made)[0] == NeedState.PROMISED
    with work.reading() as reading:
        assert reading.get_one(NeedPart, other_id).closed
        assert queries.open_parts(reading) == []
    do(actions.give_back_to_part, made.part_id, 300, {})
    with work.reading() as reading:
        assert [part.part_id for part in queries.open_parts(reading)] == [made.part_id, other_id]
    actions.keep_one_part(lead, made.reference, made.part_id)
    do(actions.draw_on_part, made.part_id, 300, {})
    do(actions.note_met, made.part_id, 600)
    assert stands(made)[0] == NeedState.MET


def test_a_group_that_closes_has_its_needs_ended_with_the_reason(lead: Actor) -> None:
    one, two = make_need(lead), make_need(lead)
    draft = actions.copy_need(lead, one.reference)
    do(actions.draw_on_part, two.part_id, 600, {})
    assert lead.organisation_id is not None
    ended = do(actions.close_needs_of, lead.organisation_id, "The group has closed.")
    assert ended == [one.reference, two.reference, draft]
    officer = actor_for(make_organisation(is_council=True), Role.OFFICER)
    with work.reading() as reading:
        found = [queries.need(reading, officer, reference) for reference in ended]
    assert [view.state for view in found] == [NeedState.CLOSED, NeedState.CLOSED, NeedState.WITHDRAWN]
    assert {view.reason for view in found} == {"The group has closed."}
