"""Accepting, with and without a condition, declining, taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community_book.base import audit, dispatcher, work
from community_book.base.actor import Actor, Role
from community_book.base.clock import add_working_days, held_at, today
from community_book.base.errors import AlreadyDone, NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import OutboxEvent
from community_book.needs import actions as need_actions
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.people import actions as people_actions
from community_book.people.queries import actor_of_link
from community_book.people.queries.sessions import recording_for
from cwb.commitments import actions
from cwb.commitments.rules import CommitmentState
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.pledges import actions as pledge_actions
from tests.makers import actor_for, make_organisation, make_person
from tests.makers_commitments import Pair, make_commitment, make_minibus_pair, make_pair, row_of, terms_of
from tests.makers_needs import make_listed_group
from tests.makers_pledges import make_admitted_provider, make_pledge, pledge_row

S = CommitmentState
SOON = timedelta(days=10)


def part_row(pair: Pair) -> NeedPart:
    with work.reading() as reading:
        return reading.get_one(NeedPart, pair.need.part_id)


def link_for(actor: Actor, reference: str, *, email: str = "") -> Actor:
    with work.bookkeeping(actor) as session:
        token = people_actions.make_link(
            session,
            "answer_offer",
            f"commitment:{reference}",
            email=email,
            person_id=None if email else actor.person_id,
            organisation_id=actor.organisation_id,
        )
    with work.reading() as reading:
        return actor_of_link(reading, token, "answer_offer")


def test_accepting_an_offer_draws_on_both_sides_and_counts_as_committed(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    actions.accept(pair.asking, reference)
    row = row_of(reference)
    assert (row.state, row.amount_agreed, row.holds_pledge) == ("agreed", 720, False)
    assert (row.provider_person_id, row.group_person_id) == (pair.offering.person_id, pair.asking.person_id)
    pledge = pledge_row(pair.pledge.reference)
    assert (pledge.held, pledge.committed) == (0, 720)
    assert part_row(pair).committed == 720
    assert reading.get_one(Need, pair.need.need_id).state == NeedState.PROMISED
    entry = reading.query(LedgerEntry).filter_by(figure=str(Figure.COMMITTED)).one()
    assert (entry.amount, entry.zone_id, entry.zone_note) == (720, pair.provider.framework.zone_ids[0], "")
    assert (entry.commitment_id, entry.group_id, entry.pledge_id) == (row.id, row.group_id, row.pledge_id)
    assert row.zone_id == entry.zone_id


def test_a_part_that_is_not_placed_is_booked_as_such(app, reading):
    pair = make_pair(group=make_listed_group())
    make_commitment(pair)
    entry = reading.query(LedgerEntry).filter_by(figure=str(Figure.COMMITTED)).one()
    assert (entry.zone_id, entry.zone_note) == (None, "not_placed")


def test_a_request_is_accepted_by_the_provider_and_drawn_at_once(app):
    pair = make_pair()
    reference = make_commitment(pair, S.ASKED)
    with pytest.raises(NotAllowed, match="It is for the provider"):
        actions.accept(pair.asking, reference)
    actions.accept(pair.offering, reference)
    assert pledge_row(pair.pledge.reference).committed == 720


def test_a_proposal_is_agreed_when_both_have_said_yes(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.PROPOSED)
    actions.accept(pair.offering, reference)
    assert row_of(reference).state == S.PROPOSED
    assert pledge_row(pair.pledge.reference).committed == 0
    with pytest.raises(NotAllowed):
        actions.accept(pair.offering, reference)
    with pytest.raises(NotAllowed):
        actions.accept(pair.officer, reference)
    actions.accept(pair.asking, reference)
    assert row_of(reference).state == S.AGREED
    assert reading.query(OutboxEvent).filter_by(name="CommitmentHalfAgreed").one().payload["waits_for"] == ["group"]


def test_accepting_on_a_condition_holds_the_amount_and_keeps_its_own_date(app):
    pair = make_pair()
    reference = make_commitment(pair, S.ASKED)
    by_day = today() + timedelta(days=60)
    actions.accept_on_condition(pair.offering, reference, condition="If you raise the other half", by_day=by_day)
    row = row_of(reference)
    assert (row.state, row.waiting_side, row.answer_by) == ("conditional", "provider", by_day)
    assert (row.condition, row.condition_by_day) == ("If you raise the other half", by_day)
    pledge = pledge_row(pair.pledge.reference)
    assert (pledge.held, pledge.committed) == (720, 0)
    with pytest.raises(NotAllowed, match="It is for the provider"):
        actions.meet(pair.asking, reference)
    actions.meet(pair.offering, reference)
    pledge = pledge_row(pair.pledge.reference)
    assert (pledge.held, pledge.committed, row_of(reference).state) == (0, 720, "agreed")


def test_a_condition_cannot_be_set_on_what_is_gone(app):
    pair = make_pair()
    reference = make_commitment(pair, S.ASKED)
    pledge_actions.cut_pledge(pair.offering, pair.pledge.reference, 600, "less time")
    with pytest.raises(Refused, match="Only 10 h of this pledge is left"):
        actions.accept_on_condition(pair.offering, reference, condition="If", by_day=today() + SOON)
    assert row_of(reference).state == S.ASKED


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_condition_needs_a_day_to_come(app, days):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    with pytest.raises(Refused) as refusal:
        actions.accept_on_condition(pair.asking, reference, condition="If", by_day=today() + timedelta(days=days))
    assert refusal.value.problems[0].field == "by_day"


def test_a_committee_has_thirty_working_days_at_most(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    most = add_working_days(today(), 30)
    with pytest.raises(Refused, match="30 working days"):
        actions.ask_committee(pair.asking, reference, by_day=most + timedelta(days=1))
    actions.ask_committee(pair.asking, reference, by_day=most)
    assert row_of(reference).state == S.COMMITTEE
    with pytest.raises(WrongState, match="with a committee"):
        actions.accept(pair.asking, reference)
    actions.meet(pair.asking, reference)
    assert row_of(reference).state == S.AGREED


def test_a_proposal_waits_for_the_other_side_after_the_committee_said_yes(app):
    pair = make_pair()
    reference = make_commitment(pair, S.PROPOSED)
    actions.ask_committee(pair.asking, reference, by_day=today() + SOON)
    assert pledge_row(pair.pledge.reference).held == 720
    actions.meet(pair.asking, reference)
    assert row_of(reference).state == S.COMMITTEE
    actions.accept(pair.offering, reference)
    assert row_of(reference).state == S.AGREED


@pytest.mark.parametrize("state", [S.OFFERED, S.CONDITIONAL, S.COMMITTEE])
def test_declining_frees_what_was_held(app, state):
    pair = make_pair()
    reference = make_commitment(pair, state)
    actions.decline(pair.asking, reference, reason_code="dates", reason="We are shut in August")
    row = row_of(reference)
    assert (row.state, row.reason_code, row.reason) == ("declined", "dates", "We are shut in August")
    assert row.ended_at_utc is not None
    assert pledge_row(pair.pledge.reference).held == 0


def test_declining_needs_a_reason_from_the_list(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    for code, reason, field in (("", "", "reason_code"), ("whim", "", "reason_code"), ("other", "", "reason")):
        with pytest.raises(Refused) as refusal:
            actions.decline(pair.asking, reference, reason_code=code, reason=reason)
        assert refusal.value.problems[0].field == field


@pytest.mark.parametrize(
    ("state", "side"),
    [(S.OFFERED, "offering"), (S.ASKED, "asking"), (S.PROPOSED, "officer"), (S.CONDITIONAL, "offering")],
)
def test_whoever_began_it_can_take_it_back(app, state, side):
    pair = make_pair()
    reference = make_commitment(pair, state)
    for other in {"offering", "asking", "officer"} - {side}:
        with pytest.raises(NotAllowed):
            actions.take_back(getattr(pair, other), reference)
    actions.take_back(getattr(pair, side), reference)
    assert row_of(reference).state == S.TAKEN_BACK
    assert pledge_row(pair.pledge.reference).held == 0


def test_an_answered_offer_cannot_be_answered_again_and_says_what_it_is(app):
    pair = make_pair()
    reference = make_commitment(pair, S.DECLINED)
    with pytest.raises(WrongState, match="This promise is declined, so you cannot accept it"):
        actions.accept(pair.asking, reference)


def test_a_stale_answer_is_refused(app):
    pair = make_pair()
    reference = make_commitment(pair, S.PROPOSED)
    seen = row_of(reference).version
    actions.accept(pair.offering, reference, version=seen)
    with pytest.raises(WrongState, match="Look again, then answer"):
        actions.accept(pair.asking, reference, version=seen)


def test_somebody_without_a_part_in_it_does_not_find_it(app):
    reference = make_commitment(make_pair(), S.OFFERED)
    for stranger in (make_admitted_provider().actor, make_listed_group().lead):
        with pytest.raises(NotThere):
            actions.accept(stranger, reference)
    with pytest.raises(NotThere):
        actions.accept(stranger, "C-222222")
    with pytest.raises(NotAllowed):
        actions.accept(actor_for(make_organisation(is_council=True), Role.AUDITOR), reference)


def test_the_last_hours_go_to_the_first_who_agrees(app):
    pair = make_pair(pledged={"amount": 720})
    other_group = make_listed_group(zones=pair.provider.framework.zone_ids[:1])
    other = make_pair(provider=pair.provider, group=other_group)
    second = Pair(pair.provider, pair.pledge, other.group, other.need, pair.officer)
    first_request = make_commitment(pair, S.ASKED)
    second_request = make_commitment(second, S.ASKED)
    actions.accept(pair.offering, first_request)
    with pytest.raises(Refused, match="Nothing of this pledge is left"):
        actions.accept(pair.offering, second_request)
    assert row_of(second_request).state == S.ASKED


def test_what_a_group_still_needs_goes_to_the_first_who_agrees(app):
    pair = make_pair()
    rival = make_admitted_provider(framework=pair.provider.framework)
    second = Pair(rival, make_pledge(rival.actor, "PO7"), pair.group, pair.need, pair.officer)
    first_offer, second_offer = make_commitment(pair, S.OFFERED), make_commitment(second, S.OFFERED, amount=60)
    actions.accept(pair.asking, first_offer)
    with pytest.raises(WrongState, match="no longer open"):
        actions.accept(pair.asking, second_offer)
    actions.cancel(pair.asking, first_offer, reason="They cannot come")
    actions.accept(pair.asking, second_offer)
    assert part_row(pair).committed == 60


def test_dates_that_passed_while_it_waited_cannot_be_agreed(app):
    pair = make_minibus_pair(2)
    reference = make_commitment(pair, S.OFFERED)
    day = terms_of(reference).sessions[0].day + timedelta(days=1)
    with held_at(day), pytest.raises(WrongState, match="Some of the dates are past"):
        actions.accept(pair.asking, reference)


def test_the_same_form_sent_twice_accepts_once(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    actor = pair.asking.for_form("k" * 30)
    actions.accept(actor, reference)
    with pytest.raises(AlreadyDone):
        actions.accept(actor, reference)


def test_a_signed_link_answers_once(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    actions.accept(link_for(pair.asking, reference), reference)
    assert row_of(reference).state == S.AGREED


def test_a_link_for_another_offer_opens_nothing(app):
    pair, other = make_pair(), make_pair()
    reference, another = make_commitment(pair, S.OFFERED), make_commitment(other, S.OFFERED)
    with pytest.raises(NotThere):
        actions.accept(link_for(pair.asking, reference), another)


def test_an_address_of_the_providers_people_cannot_answer_for_the_group(app):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    make_person(email="both@test.example", belongs_to=pair.provider.organisation, role=Role.PROVIDER_MEMBER)
    with pytest.raises(NotAllowed, match="used by the provider's own people"):
        actions.accept(link_for(pair.asking, reference, email="both@test.example"), reference)


def test_when_a_need_ends_what_is_open_on_it_is_over_with_a_neutral_word(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    need_actions.withdraw_need(pair.asking, pair.need.reference, "found somebody")
    dispatcher.dispatch_all()
    row = row_of(reference)
    assert (row.state, row.reason_code) == ("lapsed", "need_over")
    assert pledge_row(pair.pledge.reference).held == 0


def test_when_a_pledge_is_withdrawn_what_it_holds_can_still_be_accepted(app):
    pair = make_pair()
    other = make_pair(provider=pair.provider, group=make_listed_group(zones=pair.provider.framework.zone_ids[:1]))
    asked = make_commitment(Pair(pair.provider, pair.pledge, other.group, other.need, pair.officer), S.ASKED)
    reference = make_commitment(pair, S.OFFERED)
    pledge_actions.withdraw_pledge(pair.offering, pair.pledge.reference, "we close")
    dispatcher.dispatch_all()
    assert row_of(asked).reason_code == "pledge_over"
    actions.accept(pair.asking, reference)
    assert row_of(reference).state == S.AGREED


def test_an_officer_records_an_answer_for_those_who_telephone(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    recording = recording_for(reading, pair.officer, pair.group.organisation.id)
    assert recording.is_on_behalf
    actions.accept(recording, reference)
    row = row_of(reference)
    assert (row.state, row.group_person_id) == ("agreed", None)
    past = audit.history(reading, f"commitment:{reference}")[0]
    assert (past.act, past.channel, past.actor) == ("commitment.accept", "on behalf", pair.officer.pseudonym)
