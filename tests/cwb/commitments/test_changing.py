"""Changes one side proposes and the other agrees: amounts, days, dates moved and given up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from community_book.base import work
from community_book.base.amounts import Kind
from community_book.base.clock import held_at, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.needs import actions as need_actions
from community_book.needs.tables import NeedPart, NeedSession
from cwb.commitments import actions
from cwb.commitments.actions import NewChange
from cwb.commitments.rules import CommitmentState, SessionState
from cwb.commitments.tables import CommitmentChange
from cwb.ledger.queries import sum_of
from cwb.pledges.tables import PledgeSession
from tests.makers_commitments import (
    Pair,
    make_commitment,
    make_minibus_pair,
    make_pair,
    new_commitment,
    report,
    row_of,
    terms_of,
)
from tests.makers_needs import make_listed_group
from tests.makers_pledges import pledge_row

S = CommitmentState


def part_row(pair: Pair) -> NeedPart:
    with work.reading() as reading:
        return reading.get_one(NeedPart, pair.need.part_id)


def committed(reference: str) -> int:
    with work.reading() as reading:
        return sum_of(reading, "committed", commitment_id=row_of(reference).id)


def change(pair: Pair, reference: str, new: NewChange) -> str:
    """Proposed by the provider, agreed by the group."""
    proposed = actions.propose_change(pair.offering, reference, new)
    actions.agree_change(pair.asking, reference, proposed)
    return proposed


@pytest.mark.parametrize("amount", [300, 900])
def test_an_agreed_amount_changes_both_sides_and_the_ledger(app, amount):
    pair = make_pair(amount=1000)
    reference = make_commitment(pair, amount=720)
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=amount, why="More to do"))
    assert row_of(reference).amount == 720
    actions.agree_change(pair.offering, reference, proposed)
    assert (row_of(reference).amount, row_of(reference).amount_agreed) == (amount, 720)
    assert pledge_row(pair.pledge.reference).committed == amount
    assert part_row(pair).committed == amount
    assert committed(reference) == amount


def test_an_amount_cannot_pass_what_is_left_or_fall_below_what_is_reported(app):
    pair = make_pair(amount=1000)
    reference = make_commitment(pair, amount=720)
    report(reference, 400)
    with pytest.raises(Refused, match="6 h 40 min of it is reported already"):
        actions.propose_change(pair.asking, reference, NewChange("amount", amount=399))
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=1001))
    with pytest.raises(Refused, match="still needed"):
        actions.agree_change(pair.offering, reference, proposed)
    assert row_of(reference).amount == 720


def test_the_side_that_proposed_a_change_cannot_agree_it(app):
    pair = make_pair()
    reference = make_commitment(pair)
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=600))
    with pytest.raises(NotAllowed):
        actions.agree_change(pair.asking, reference, proposed)
    with pytest.raises(NotAllowed):
        actions.take_back_change(pair.offering, reference, proposed)
    with pytest.raises(NotAllowed):
        actions.agree_change(pair.officer, reference, proposed)
    actions.decline_change(pair.offering, reference, proposed, reason="No time")
    with pytest.raises(WrongState, match="declined already"):
        actions.agree_change(pair.offering, reference, proposed)
    assert row_of(reference).amount == 720


def test_one_change_at_a_time_and_it_can_be_taken_back(app):
    pair = make_pair()
    reference = make_commitment(pair)
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=600))
    with pytest.raises(WrongState, match="waits for its answer already"):
        actions.propose_change(pair.offering, reference, NewChange("amount", amount=500))
    actions.take_back_change(pair.asking, reference, proposed)
    actions.propose_change(pair.offering, reference, NewChange("amount", amount=500))


def test_a_change_of_another_commitment_is_not_found(app):
    pair, other = make_pair(), make_pair()
    reference, another = make_commitment(pair), make_commitment(other)
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=600))
    with pytest.raises(NotThere):
        actions.agree_change(other.offering, another, proposed)


def test_a_change_nobody_answered_falls_away_when_it_ends(app, reading):
    pair = make_pair()
    reference = make_commitment(pair)
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=600))
    actions.cancel(pair.asking, reference, reason="We moved")
    assert reading.query(CommitmentChange).filter_by(reference=proposed).one().state == "over"


def test_days_can_go_beyond_both_windows_when_both_agree(app):
    pair = make_pair()
    reference = make_commitment(pair)
    last = today() + timedelta(days=300)
    change(pair, reference, NewChange("dates", last_day=last))
    assert (row_of(reference).last_day, row_of(reference).due_on) == (last, last)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewChange("amount"), "amount"),
        (NewChange("amount", amount=720), "amount"),
        (NewChange("dates", last_day=date(2000, 1, 1)), "last_day"),
        (NewChange("dates", last_day=date(2099, 1, 1)), "last_day"),
        (NewChange("dates"), "last_day"),
        (NewChange("move", day=date(2030, 1, 1)), "session_id"),
        (NewChange("nonsense"), "what"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(app, new, field):
    pair = make_pair()
    reference = make_commitment(pair)
    with pytest.raises(Refused) as refusal:
        actions.propose_change(pair.asking, reference, new)
    assert refusal.value.problems[0].field == field


def test_a_date_moves_outside_the_schedule_on_both_sides(app, reading):
    pair = make_minibus_pair(4)
    reference = make_commitment(pair)
    before = terms_of(reference)
    first = before.sessions[0]
    thursday = first.day + timedelta(days=2)
    change(pair, reference, NewChange("move", session_id=first.id, day=thursday, starts_minute=660))
    after = terms_of(reference)
    assert (after.amount, len(after.sessions)) == (before.amount, 5)
    moved = next(s for s in after.sessions if s.day == thursday)
    assert (moved.starts_minute, moved.ends_minute, moved.amount) == (660, 780, 120)
    assert next(s for s in after.sessions if s.id == first.id).state is SessionState.MOVED
    old_pledge = reading.get_one(PledgeSession, first.pledge_session_id)
    new_pledge = reading.get_one(PledgeSession, moved.pledge_session_id)
    assert (old_pledge.dropped, old_pledge.committed, new_pledge.committed) == (True, 0, 1)
    assert new_pledge.starts_minute <= 660
    assert new_pledge.ends_minute >= 780
    old_need, new_need = (
        reading.get_one(NeedSession, first.need_session_id),
        reading.get_one(NeedSession, moved.need_session_id),
    )
    assert (old_need.dropped, new_need.committed, new_need.day) == (True, 1, thursday)
    assert part_row(pair).amount == 480
    assert pledge_row(pair.pledge.reference).committed == 480
    assert after.first_day == thursday


def test_a_date_moves_to_a_time_the_pledge_has_free(app, reading):
    pair = make_minibus_pair(4)
    keys = new_commitment(pair).session_keys
    reference = make_commitment(pair, session_keys=keys[:2])
    first = terms_of(reference).sessions[0]
    third_tuesday = first.day + timedelta(weeks=2)
    change(pair, reference, NewChange("move", session_id=first.id, day=third_tuesday))
    moved = next(s for s in terms_of(reference).sessions if s.day == third_tuesday)
    assert f"{moved.pledge_session_id}-{moved.need_session_id}" == keys[2]
    old = reading.get_one(PledgeSession, first.pledge_session_id)
    assert (old.dropped, old.committed) == (False, 0)


def test_a_date_cannot_move_onto_one_that_is_booked(app):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first, second = terms_of(reference).sessions[:2]
    proposed = actions.propose_change(
        pair.offering, reference, NewChange("move", session_id=first.id, day=second.day, starts_minute=660)
    )
    with pytest.raises(Refused, match="overlaps"):
        actions.agree_change(pair.asking, reference, proposed)
    assert terms_of(reference).sessions[0].state is SessionState.PLANNED


def test_a_date_that_was_snowed_off_moves_after_it_passed(app):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    later = terms_of(reference).last_day + timedelta(days=2)
    with held_at(first.day + timedelta(days=1)):
        change(pair, reference, NewChange("move", session_id=first.id, day=later, why="Snow"))
    after = terms_of(reference)
    assert (after.amount, after.last_day, after.unused) == (360, later, 0)


def test_a_promise_goes_on_beyond_the_end_of_a_need_that_was_withdrawn(app):
    pair = make_minibus_pair(4)
    reference = make_commitment(pair, session_keys=new_commitment(pair).session_keys[:2])
    need_actions.withdraw_need(pair.asking, pair.need.reference, "enough")
    first = terms_of(reference).sessions[0]
    change(pair, reference, NewChange("move", session_id=first.id, day=first.day + timedelta(days=3)))
    assert terms_of(reference).amount == 240


def test_a_move_stays_within_its_day_and_is_not_to_where_it_is(app):
    pair = make_minibus_pair(2)
    reference = make_commitment(pair)
    first = terms_of(reference).sessions[0]
    for new, field in (
        (NewChange("move", session_id=first.id, day=first.day, starts_minute=1400), "starts_minute"),
        (NewChange("move", session_id=first.id, day=first.day), "day"),
        (NewChange("move", session_id=first.id), "day"),
        (NewChange("move", session_id=first.id, day=today() - timedelta(days=1)), "day"),
        (NewChange("amount", amount=60), "amount"),
        (NewChange("dates", last_day=today() + timedelta(days=9)), "last_day"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.propose_change(pair.asking, reference, new)
        assert refusal.value.problems[0].field == field


def test_a_date_given_up_goes_back_to_both_sides(app):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    last = terms_of(reference).sessions[-1]
    change(pair, reference, NewChange("drop", session_id=last.id))
    after = terms_of(reference)
    assert (after.amount, after.unused) == (240, 120)
    assert after.sessions[-1].state is SessionState.RETURNED
    assert part_row(pair).amount - part_row(pair).committed == 120
    assert after.last_day < last.day


def test_the_only_date_cannot_be_given_up(app):
    pair = make_minibus_pair(1)
    reference = make_commitment(pair)
    with pytest.raises(Refused, match="Call the whole promise off"):
        actions.propose_change(
            pair.offering, reference, NewChange("drop", session_id=terms_of(reference).sessions[0].id)
        )


def test_nothing_changes_while_it_is_on_hold(app):
    pair = make_pair()
    reference = make_commitment(pair)
    proposed = actions.propose_change(pair.asking, reference, NewChange("amount", amount=600))
    actions.hold(pair.officer, reference, reason="A question")
    with pytest.raises(WrongState, match="on hold"):
        actions.agree_change(pair.offering, reference, proposed)
    with pytest.raises(WrongState, match="on hold"):
        actions.propose_change(pair.offering, reference, NewChange("amount", amount=500))


def test_two_groups_share_a_minibus_that_comes_twice_at_once(app):
    pair = make_minibus_pair(2, pledged={"at_once": 2})
    first = make_commitment(pair)
    group = make_listed_group(zones=pair.provider.framework.zone_ids[:1])
    other = make_minibus_pair(2, provider=pair.provider, group=group, pledged={"thing": "the red one"})
    second = make_commitment(Pair(pair.provider, pair.pledge, group, other.need, pair.officer))
    session = terms_of(first).sessions[0]
    change(pair, first, NewChange("move", session_id=session.id, day=session.day + timedelta(days=1)))
    assert terms_of(second).sessions[0].state is SessionState.PLANNED
    assert Kind.VEHICLE == terms_of(second).kind
