"""A suspension and the closing of a group are undone as a whole: everything that still can be is as it was before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community_book.base import clock, dispatcher, work
from community_book.base.actor import Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.tables import AuditEntry
from community_book.concerns.actions import hold_subject, release_subject
from community_book.groups.actions import close_group as close_own_group
from community_book.groups.rules import GroupState
from community_book.needs.actions import pause_need
from community_book.needs.rules import NeedState
from community_book.people.tables import Person
from cwb.commitments import actions as promises
from cwb.commitments.rules import LIVE, OPEN, CommitmentState, SessionState
from cwb.continuity import actions
from cwb.continuity.rules import Klass
from cwb.continuity.tables import Undertaking
from cwb.pledges import actions as pledges
from cwb.pledges.rules import PledgeState
from tests.makers import actor_for, join, make_organisation
from tests.makers_commitments import (
    Pair,
    make_commitment,
    make_minibus_pair,
    make_officer,
    make_pair,
    report,
    row_of,
    terms_of,
)
from tests.makers_concerns import make_concern, make_safeguarding_officer
from tests.makers_continuity import (
    booked,
    close_group_of,
    entry_of,
    need_of,
    outcomes_of,
    part_of,
    pledge_of,
    reference_of,
    suspend_provider_of,
    undertaking_of,
)
from tests.makers_needs import make_listed_group, make_need
from tests.makers_people import council
from tests.makers_pledges import make_pledge

S = CommitmentState
NOT_OVER = sorted(OPEN | LIVE)


def picture(pair: Pair, reference: str) -> dict[str, Any]:
    """Everything an act over rooms may move: states, amounts, sessions, what stands in the ledger."""
    row, pledge, part, terms = row_of(reference), pledge_of(pair), part_of(pair), terms_of(reference)
    return {
        "promise": (row.state, row.state_before_hold, row.amount, row.unused, row.reported, row.holds_pledge),
        "waits": (row.waiting_side, row.provider_said_yes, row.group_said_yes, row.reason, row.ended_at_utc),
        "due": row.due_on,
        "sessions": [(one.day, one.state, one.amount) for one in terms.sessions],
        "pledge": (pledge.state, pledge.amount, pledge.held, pledge.committed, pledge.paused_by_council),
        "part": (part.amount, part.committed, part.lost, part.met, part.closed),
        "need": (need_of(pair).state, need_of(pair).reason),
        "entry": entry_of(pair).state,
        "ledger": (booked("pledged"), booked("committed"), booked("reported")),
    }


@pytest.mark.parametrize("state", NOT_OVER)
@pytest.mark.parametrize("klass", list(Klass))
def test_an_undone_suspension_leaves_everything_as_it_was(app: Flask, state: CommitmentState, klass: Klass) -> None:
    pair = make_pair()
    reference = make_commitment(pair, state)
    before = picture(pair, reference)
    undertaking = suspend_provider_of(pair, klass)
    assert picture(pair, reference)["pledge"] != before["pledge"]
    assert actions.undo(make_officer(), undertaking)[1] == 0
    assert picture(pair, reference) == before


@pytest.mark.parametrize("state", NOT_OVER)
def test_an_undone_closing_of_a_group_leaves_everything_as_it_was(app: Flask, state: CommitmentState) -> None:
    pair = make_pair()
    reference = make_commitment(pair, state)
    before = picture(pair, reference)
    undertaking = close_group_of(pair)
    assert entry_of(pair).state == GroupState.CLOSED
    assert need_of(pair).state == NeedState.CLOSED
    assert row_of(reference).state in {S.LAPSED, S.ENDED_SHORT}
    dispatcher.dispatch_all()
    assert actions.undo(make_officer(), undertaking)[1] == 0
    dispatcher.dispatch_all()
    assert picture(pair, reference) == before


@pytest.mark.parametrize("state", [S.OFFERED, S.AGREED, S.UNDER_WAY])
def test_named_days_are_promised_again(app: Flask, state: CommitmentState) -> None:
    pair = make_minibus_pair()
    reference = make_commitment(pair, S.AGREED if state is S.UNDER_WAY else state)
    if state is S.UNDER_WAY:
        first = terms_of(reference).sessions[0]
        report(reference, first.amount, [first.id])
        with work.work(system("test")) as session:
            promises.settle_commitment(session, row_of(reference).id)
            session.record("test.settle", f"commitment:{reference}")
    before = picture(pair, reference)
    undertaking = close_group_of(pair)
    assert picture(pair, reference)["sessions"] != before["sessions"] or state is S.OFFERED
    assert actions.undo(make_officer(), undertaking)[1] == 0
    assert picture(pair, reference) == before


def test_days_that_passed_meanwhile_stay_out_and_it_says_so(app: Flask) -> None:
    pair = make_minibus_pair(weeks=4)
    reference = make_commitment(pair, S.AGREED)
    whole = terms_of(reference)
    undertaking = close_group_of(pair)
    with clock.held_at(now_utc() + timedelta(days=(whole.sessions[0].day - today()).days + 1)):
        assert actions.undo(make_officer(), undertaking)[1] == 0
        states = [one.state for one in terms_of(reference).sessions]
    assert states == [SessionState.RETURNED] + [SessionState.PLANNED] * 3
    assert terms_of(reference).amount == whole.amount - whole.sessions[0].amount
    assert "days that have passed" in outcomes_of(undertaking)["commitment"][1]


def test_time_that_had_passed_unreported_can_still_be_reported_after_an_undoing(app: Flask) -> None:
    pair = make_minibus_pair(weeks=4)
    reference = make_commitment(pair, S.AGREED)
    with clock.held_at(now_utc() + timedelta(days=(terms_of(reference).sessions[0].day - today()).days + 1)):
        before = picture(pair, reference)
        undertaking = close_group_of(pair)
        assert part_of(pair).lost > 0
        assert actions.undo(make_officer(), undertaking)[1] == 0
        assert picture(pair, reference) == before


def test_what_somebody_else_was_promised_meanwhile_stays_theirs(app: Flask) -> None:
    pair = make_pair(amount=30 * 60)
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    other = make_listed_group(zones=pair.provider.framework.zone_ids[:1])
    need = make_need(other.lead, kind=Kind.ADVICE, amount=20 * 60)
    make_commitment(Pair(pair.provider, pair.pledge, other, need, pair.officer), S.AGREED)
    back, kept = actions.undo(make_officer(), undertaking)
    assert (back, kept) == (2, 1)
    assert row_of(reference).state == S.ENDED_SHORT
    assert outcomes_of(undertaking)["commitment"] == ("kept", "Others have been promised it meanwhile.")
    assert need_of(pair).state == NeedState.OPEN
    assert pledge_of(pair).committed == 20 * 60


def test_a_part_of_what_is_left_is_not_put_back_in_place_of_the_whole(app: Flask) -> None:
    pair = make_pair(amount=30 * 60)
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    pledges.cut_pledge(pair.offering, pair.pledge.reference, 10 * 60, "Fewer hours this year")
    assert actions.undo(make_officer(), undertaking)[1] == 1
    assert row_of(reference).amount == 0
    assert pledge_of(pair).committed == 0


def test_a_pledge_withdrawn_meanwhile_is_not_drawn_on_again(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    pledges.withdraw_pledge(pair.offering, pair.pledge.reference, "We cannot go on")
    assert actions.undo(make_officer(), undertaking)[1] == 1
    assert row_of(reference).state == S.ENDED_SHORT
    assert "by now" in outcomes_of(undertaking)["commitment"][1]


def test_a_promise_of_a_pledge_that_had_ended_before_comes_back_with_its_amount(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    pledges.withdraw_pledge(pair.offering, pair.pledge.reference, "No more than this")
    before = picture(pair, reference)
    undertaking = close_group_of(pair)
    assert pledge_of(pair).amount == 0
    assert actions.undo(make_officer(), undertaking)[1] == 0
    assert picture(pair, reference) == before


def test_what_was_reported_and_confirmed_stays_counted_all_the_while(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    report(reference, 5 * 60)
    before = picture(pair, reference)
    undertaking = close_group_of(pair)
    assert row_of(reference).reported == 5 * 60
    actions.undo(make_officer(), undertaking)
    assert picture(pair, reference) == before


def test_a_paused_need_and_a_draft_come_back_as_they_were(app: Flask) -> None:
    pair = make_pair()
    pause_need(pair.asking, pair.need.reference)
    undertaking = close_group_of(pair)
    actions.undo(make_officer(), undertaking)
    assert need_of(pair).state == NeedState.PAUSED


def test_a_concern_raised_meanwhile_holds_what_is_put_back(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    officer = make_safeguarding_officer()
    concern = make_concern(f"commitment:{reference}")
    hold_subject(officer, concern)
    dispatcher.dispatch_all()
    actions.undo(make_officer(), undertaking)
    assert row_of(reference).state == S.ON_HOLD
    assert "another reason" in outcomes_of(undertaking)["commitment"][1]
    release_subject(officer, concern)
    dispatcher.dispatch_all()
    assert row_of(reference).state == S.AGREED


def test_a_hold_whose_concern_is_settled_by_now_does_not_come_back(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    officer = make_safeguarding_officer()
    concern = make_concern(f"commitment:{reference}")
    hold_subject(officer, concern)
    dispatcher.dispatch_all()
    assert row_of(reference).state == S.ON_HOLD
    undertaking = close_group_of(pair)
    release_subject(officer, concern)
    dispatcher.dispatch_all()
    actions.undo(make_officer(), undertaking)
    assert row_of(reference).state == S.AGREED


def test_a_provider_suspended_since_is_held_where_a_group_comes_back(app: Flask) -> None:
    pair = make_minibus_pair()
    reference = make_commitment(pair, S.AGREED)
    closing = close_group_of(pair)
    suspension = suspend_provider_of(pair)
    actions.undo(make_officer(), closing)
    assert row_of(reference).state == S.ON_HOLD
    actions.lift_provider(make_officer(), reference_of(pair.offering.organisation_id))
    assert row_of(reference).state == S.AGREED
    actions.undo(make_officer(), suspension)
    assert pledge_of(pair).state == PledgeState.OFFERED


def test_the_later_of_two_acts_is_undone_first(app: Flask) -> None:
    pair = make_pair()
    offered = make_commitment(pair, S.OFFERED)
    first = suspend_provider_of(pair, Klass.OTHER)
    actions.lift_provider(make_officer(), reference_of(pair.offering.organisation_id))
    second = suspend_provider_of(pair, Klass.OTHER)
    with pytest.raises(WrongState, match=second):
        actions.undo(make_officer(), first)
    actions.undo(make_officer(), second)
    actions.undo(make_officer(), first)
    assert row_of(offered).state == S.OFFERED
    assert outcomes_of(first)["admission"][0] == "kept"


def test_an_offer_begun_anew_meanwhile_is_not_doubled(app: Flask) -> None:
    pair = make_pair()
    lapsed = make_commitment(pair, S.OFFERED)
    undertaking = suspend_provider_of(pair)
    actions.lift_provider(make_officer(), reference_of(pair.offering.organisation_id))
    anew = make_commitment(pair, S.OFFERED)
    assert actions.undo(make_officer(), undertaking)[1] >= 1
    assert (row_of(lapsed).state, row_of(anew).state) == (S.LAPSED, S.OFFERED)
    assert "begun between the two" in outcomes_of(undertaking)["commitment"][1]


def test_an_offer_to_a_need_that_others_have_met_stays_ended(app: Flask) -> None:
    pair = make_pair()
    lapsed = make_commitment(pair, S.OFFERED)
    undertaking = suspend_provider_of(pair)
    other = make_pair(group=pair.group).provider
    rival = make_pledge(other.actor, "PO7", borough_wide=True)
    make_commitment(Pair(other, rival, pair.group, pair.need, pair.officer), S.AGREED)
    actions.undo(make_officer(), undertaking)
    assert row_of(lapsed).state == S.LAPSED
    assert outcomes_of(undertaking)["commitment"] == ("kept", "The need is not open any more.")
    assert pledge_of(pair).state == PledgeState.OFFERED


def test_it_can_be_undone_for_fourteen_days_and_once(app: Flask) -> None:
    pair = make_pair()
    undertaking = suspend_provider_of(pair)
    assert undertaking_of(undertaking).until == today() + timedelta(days=14)
    with clock.held_at(now_utc() + timedelta(days=15)), pytest.raises(WrongState, match="could be undone until"):
        actions.undo(make_officer(), undertaking)
    with clock.held_at(now_utc() + timedelta(days=14)):
        actions.undo(make_officer(), undertaking)
    with pytest.raises(WrongState, match="undone already"):
        actions.undo(make_officer(), undertaking)


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SAFEGUARDING])
def test_only_an_officer_undoes(app: Flask, role: Role) -> None:
    undertaking = suspend_provider_of(make_pair())
    with pytest.raises(NotAllowed):
        actions.undo(make_officer(role), undertaking)
    assert undertaking_of(undertaking).state == "done"


def test_nobody_outside_the_council_undoes(app: Flask) -> None:
    pair = make_pair()
    undertaking = suspend_provider_of(pair)
    for actor in (pair.offering, pair.asking, actor_for(make_organisation(), Role.OUTSIDE_DECIDER)):
        with pytest.raises((NotAllowed, NotThere)):
            actions.undo(actor, undertaking)


def test_nobody_undoes_for_the_organisation_they_belong_to(app: Flask) -> None:
    pair = make_pair()
    undertaking = suspend_provider_of(pair)
    officer = actor_for(council(), Role.OFFICER)
    with work.reading() as reading:
        person = reading.get_one(Person, officer.person_id)
    provider = make_organisation()
    provider.id = pair.offering.organisation_id or 0
    join(person, provider, Role.PROVIDER_MEMBER)
    with pytest.raises(NotAllowed):
        actions.undo(officer, undertaking)


def test_a_group_that_closed_itself_can_be_brought_back(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    before = picture(pair, reference)
    close_own_group(pair.asking, entry_of(pair).reference, "We have done what we came for.")
    dispatcher.dispatch_all()
    assert row_of(reference).state == S.ENDED_SHORT
    with work.reading() as reading:
        undertaking = reading.execute(select(Undertaking.reference)).scalar_one()
    assert actions.undo(make_officer(), undertaking)[1] == 0
    assert picture(pair, reference) == before


def test_what_is_told_late_of_a_closing_that_was_undone_ends_nothing(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    actions.undo(make_officer(), undertaking)
    dispatcher.dispatch_all()
    assert row_of(reference).state == S.AGREED
    assert need_of(pair).state == NeedState.PROMISED


def test_each_thing_put_back_leaves_its_own_entry_in_the_record(app: Flask) -> None:
    pair = make_pair()
    make_commitment(pair, S.AGREED)
    undertaking = close_group_of(pair)
    with work.reading() as reading:
        last = reading.execute(select(AuditEntry.sequence).order_by(AuditEntry.sequence.desc())).scalars().first() or 0
    actions.undo(make_officer(), undertaking)
    with work.reading() as reading:
        acts = reading.execute(
            select(AuditEntry.act).where(AuditEntry.sequence > last).order_by(AuditEntry.sequence)
        ).scalars()
        assert list(acts) == ["group.reopen", "need.reopen", "commitment.put_back", "undertaking.undo_close_group"]


def test_a_promise_ended_by_hand_meanwhile_stays_ended(app: Flask) -> None:
    pair = make_minibus_pair()
    reference = make_commitment(pair, S.AGREED)
    undertaking = suspend_provider_of(pair)
    promises.end_short(make_officer(), reference, reason_code="provider")
    actions.undo(make_officer(), undertaking)
    assert row_of(reference).state == S.ENDED_SHORT
    assert outcomes_of(undertaking)["commitment"] == ("kept", "It has ended meanwhile.")
