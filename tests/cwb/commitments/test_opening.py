"""Offering, asking, proposing."""

from __future__ import annotations

import pytest

from community_book.base import work
from community_book.base.actor import Role
from community_book.base.amounts import Kind
from community_book.base.clock import add_working_days, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import AuditEntry, OutboxEvent
from community_book.needs import actions as need_actions
from community_book.needs.tables import Need, NeedPart
from cwb.commitments import actions
from cwb.commitments.rules import CommitmentState, Hosting
from cwb.pledges import actions as pledge_actions
from cwb.pledges.tables import PledgeSession
from tests.makers import actor_for, make_organisation
from tests.makers_commitments import (
    Pair,
    make_commitment,
    make_minibus_pair,
    make_pair,
    new_commitment,
    row_of,
    terms_of,
)
from tests.makers_needs import make_listed_group
from tests.makers_pledges import make_admitted_provider, make_pledge, pledge_row


def part_row(pair: Pair) -> NeedPart:
    with work.reading() as reading:
        return reading.get_one(NeedPart, pair.need.part_id)


def test_an_offer_holds_the_amount_on_the_pledge_and_nothing_on_the_need(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, CommitmentState.OFFERED, words="We would love to help")
    row = row_of(reference)
    assert (row.amount, row.state, row.opened_by, row.holds_pledge) == (720, "offered", "provider", True)
    assert (row.provider_said_yes, row.group_said_yes) == (True, False)
    assert row.answer_by == add_working_days(today(), 10)
    pledge = pledge_row(pair.pledge.reference)
    assert (pledge.held, pledge.committed) == (720, 0)
    assert part_row(pair).committed == 0
    assert reading.get_one(Need, pair.need.need_id).first_answer_at_utc is not None
    assert reading.query(AuditEntry).filter_by(act="commitment.offer").count() == 1
    assert reading.query(OutboxEvent).filter_by(name="CommitmentOffered").one().payload["group_id"] == row.group_id


def test_an_offer_of_dates_holds_those_dates(app, reading):
    pair = make_minibus_pair(4)
    terms = terms_of(make_commitment(pair, CommitmentState.OFFERED))
    assert (len(terms.sessions), terms.amount) == (4, 480)
    held = reading.query(PledgeSession).filter(PledgeSession.held > 0).all()
    assert {one.id for one in held} == {session.pledge_session_id for session in terms.sessions}
    assert (terms.first_day, terms.last_day) == (terms.sessions[0].day, terms.sessions[-1].day)


def test_some_of_the_dates_can_be_offered(app):
    pair = make_minibus_pair(4)
    keys = new_commitment(pair).session_keys
    terms = terms_of(make_commitment(pair, CommitmentState.OFFERED, session_keys=(keys[2], keys[0])))
    assert [session.amount for session in terms.sessions] == [120, 120]


def test_dates_that_are_not_there_are_refused(app):
    pair = make_minibus_pair(4)
    for keys in (("1-999999",), ()):
        with pytest.raises(Refused) as refusal:
            make_commitment(pair, CommitmentState.OFFERED, session_keys=keys)
        assert refusal.value.problems[0].field == "sessions"


def test_asking_and_proposing_hold_nothing(app):
    for state in (CommitmentState.ASKED, CommitmentState.PROPOSED):
        pair = make_pair()
        reference = make_commitment(pair, state)
        assert row_of(reference).state == state
        assert pledge_row(pair.pledge.reference).held == 0
    assert row_of(reference).brokered_by_person_id == pair.officer.person_id


def test_more_than_is_left_and_less_than_is_useful_are_refused(app):
    pair = make_pair(needed={"smallest_useful": 300})
    with pytest.raises(Refused, match="at most 12 h"):
        make_commitment(pair, CommitmentState.OFFERED, amount=721)
    with pytest.raises(Refused, match="Less than 5 h would not be useful"):
        make_commitment(pair, CommitmentState.OFFERED, amount=299)
    make_commitment(pair, CommitmentState.OFFERED, amount=300)


def test_what_does_not_fit_cannot_be_offered_and_says_why(app):
    pair = make_pair(needed={"subject": "bids"})
    with pytest.raises(Refused, match="about Accounts and bookkeeping, the other about Funding bids"):
        make_commitment(pair, CommitmentState.OFFERED, amount=60)


def test_an_offer_is_for_ones_own_pledge_only(app):
    pair, other = make_pair(), make_admitted_provider()
    with pytest.raises(NotThere):
        actions.offer(other.actor, new_commitment(pair))
    with pytest.raises(NotThere):
        actions.ask(make_listed_group().lead, new_commitment(pair))


@pytest.mark.parametrize("act", [actions.offer, actions.ask, actions.propose])
def test_each_way_to_begin_is_for_one_side(app, act):
    pair = make_pair()
    may = {actions.offer: pair.offering, actions.ask: pair.asking, actions.propose: pair.officer}
    auditor = actor_for(make_organisation(is_council=True), Role.AUDITOR)
    for actor in (pair.offering, pair.asking, pair.officer, auditor):
        if actor is not may[act]:
            with pytest.raises(NotAllowed):
                act(actor, new_commitment(pair))


def test_one_open_offer_of_a_provider_on_one_part(app):
    pair = make_pair()
    make_commitment(pair, CommitmentState.OFFERED, amount=60)
    with pytest.raises(WrongState, match="open already"):
        make_commitment(pair, CommitmentState.OFFERED, amount=60)
    second = make_pledge(pair.offering, "PO7")
    with pytest.raises(WrongState, match="You have an open offer for this need already"):
        make_commitment(Pair(pair.provider, second, pair.group, pair.need, pair.officer), CommitmentState.OFFERED)


def test_three_open_offers_to_one_organisation_at_most(app):
    first = make_pair()
    make_commitment(first, CommitmentState.OFFERED, amount=60)
    references = []
    for _ in range(2):
        pair = make_pair(group=first.group, provider=make_admitted_provider(framework=first.provider.framework))
        references.append(make_commitment(pair, CommitmentState.OFFERED))
    fourth = make_admitted_provider(framework=first.provider.framework)
    late = Pair(fourth, make_pledge(fourth.actor, "PO7"), first.group, first.need, first.officer)
    with pytest.raises(WrongState, match="3 offers to answer"):
        make_commitment(late, CommitmentState.OFFERED)
    actions.decline(first.asking, references[0], reason_code="dates")
    make_commitment(late, CommitmentState.OFFERED)


def test_a_pledge_that_is_not_on_offer_and_a_need_that_is_closed_are_refused(app):
    pair = make_pair()
    new = new_commitment(pair)
    pledge_actions.pause_pledge(pair.offering, pair.pledge.reference, "short of staff")
    with pytest.raises(WrongState, match="no longer on offer"):
        actions.offer(pair.offering, new)
    pledge_actions.resume_pledge(pair.offering, pair.pledge.reference)
    need_actions.withdraw_need(pair.asking, pair.need.reference, "found somebody")
    with pytest.raises(WrongState, match="no longer open"):
        actions.offer(pair.offering, new)


def test_hosting_is_paid_in_part_or_not(app):
    pair = make_pair(
        measure="LA5",
        kind=Kind.HANDS,
        amount=36 * 60,
        pledged={"team_smallest": 3, "team_largest": 12, "visit_minutes": 420, "hosting_pence_at_most": 40_00},
        needed={"team_largest": 4, "visit_minutes": 180, "hosting_cost_pence": 60_00},
    )
    reference = make_commitment(pair, CommitmentState.OFFERED)
    row = row_of(reference)
    assert (row.hosting, row.hosting_pence_a_visit, row.visits, row.people) == ("part", 40_00, 3, 4)
    actions.take_back(pair.offering, reference)
    with pytest.raises(Refused, match="less than that"):
        make_commitment(pair, CommitmentState.OFFERED, hosting=Hosting.PART, hosting_pence_a_visit=60_00)
    paid = make_commitment(pair, CommitmentState.OFFERED, hosting=Hosting.PAID)
    assert row_of(paid).hosting_pence_a_visit == 60_00


def test_a_part_nobody_is_sure_about_is_offered_a_sensible_amount(app):
    pair = make_pair(amount=None)
    assert new_commitment(pair).amount == 720
    reference = make_commitment(pair, amount=2000)
    assert terms_of(reference).amount == 2000
    assert part_row(pair).amount == 2000


def test_an_organisation_cannot_help_itself(app):
    pair = make_pair()
    with work.bookkeeping(pair.officer) as session:
        need = session.get_one(Need, pair.need.need_id)
        need.organisation_id = pair.provider.id
    with pytest.raises(Refused, match="itself"):
        actions.offer(pair.offering, new_commitment(pair, amount=60))
