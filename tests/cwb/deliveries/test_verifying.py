"""The council's word on a report: in full, in part, not at all; by two above a threshold; appealed; reversed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from community_book.base import clock, work
from community_book.base.actor import Role, system
from community_book.base.clock import quarter_of, today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.needs.tables import Need, NeedPart
from community_book.people.tables import MembershipRow, Person
from cwb.commitments import actions as commitments
from cwb.commitments.rules import CommitmentState, SessionState
from cwb.deliveries import actions
from cwb.deliveries.queries import delivery
from cwb.deliveries.rules import DeliveryState
from cwb.ledger import actions as ledger
from cwb.ledger.queries import latest_readings, sum_of
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.pledges.rules import PledgeState
from tests.makers import actor_for, join, make_organisation
from tests.makers_commitments import make_commitment, make_minibus_pair, make_pair, terms_of
from tests.makers_deliveries import (
    REASON,
    booked,
    days_later,
    decide,
    decision,
    decisions_of,
    make_council,
    make_delivery,
    make_own_delivery,
    row_of,
    take_two,
)
from tests.makers_pledges import pledge_row

S = DeliveryState


def test_verified_in_full_means_all_that_was_not_left_out_before(app):
    made = make_delivery(S.CONFIRMED_IN_PART)
    decide(made)
    assert row_of(made.reference).state == S.VERIFIED
    assert booked(made.reference) == (60, 60, 60)


def test_what_a_verifier_leaves_out_is_booked_out_of_reported_and_confirmed(app):
    made = make_delivery(S.CONFIRMED)
    decide(made, "verify_in_part", amount=100)
    assert booked(made.reference) == (100, 100, 100)
    assert terms_of(made.commitment).left == 620


def test_a_rejected_report_counts_nothing_and_is_free_again(app):
    made = make_delivery(S.REJECTED)
    assert booked(made.reference) == (0, 0, 0)
    assert terms_of(made.commitment).left == 720
    with work.reading() as reading:
        assert reading.get_one(NeedPart, made.pair.need.part_id).met == 0


def test_a_report_is_not_verified_before_the_group_was_heard(app):
    made = make_delivery()
    with pytest.raises(WrongState, match="may still answer"):
        decide(made)


def test_where_the_council_confirms_a_report_is_verified_as_it_is(app):
    made = make_own_delivery(S.REPORTED)
    decide(made)
    assert booked(made.reference) == (5, 0, 5)


def test_verified_says_that_it_was_checked_one_by_one(app):
    made = make_delivery(S.VERIFIED)
    with work.reading() as reading:
        entries = reading.query(LedgerEntry).filter_by(delivery_id=row_of(made.reference).id, figure="verified").all()
    assert [entry.how for entry in entries] == ["checked"]


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"basis": ""}, ["basis"]),
        ({"basis": "a feeling", "reason": ""}, ["basis"]),
    ],
)
def test_a_decision_says_why_and_on_what_basis(app, typed, fields):
    made = make_delivery(S.CONFIRMED)
    with pytest.raises(Refused) as refused:
        decide(made, **typed)
    assert [problem.field for problem in refused.value.problems] == fields


def test_in_full_without_words_what_it_rests_on_is_the_reason(app):
    made = make_delivery(S.CONFIRMED)
    decide(made, reason="", basis="visit")
    with work.reading() as reading:
        said = delivery(reading, made.council.verifier, made.reference).last_said("verify")
    assert said.reason == "It was seen on a visit."


@pytest.mark.parametrize("amount", [None, 0, 120, 10**12])
def test_a_part_is_less_than_all_and_more_than_nothing(app, amount):
    made = make_delivery(S.CONFIRMED)
    with pytest.raises(Refused):
        decide(made, "verify_in_part", amount=amount)


def test_a_note_that_counts_nothing_is_not_verified(app):
    made = make_delivery(amount=720)
    again = actions.report(made.asking, made.commitment, replace(_new(), amount=30))
    with pytest.raises(WrongState, match="nothing to decide"):
        actions.decide(made.council.verifier, again, decision("verify"))


def _new():
    from tests.makers_deliveries import new_report

    return new_report()


def test_a_month_is_verified_without_two_of_its_dates(app):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(4)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 10, 27)):
        ids = [session.id for session in terms_of(commitment).sessions]
        made = make_delivery(S.CONFIRMED, pair=pair, commitment=commitment, used=tuple(ids))
        decide(made, "verify_in_part", used=tuple(ids[:2]))
    assert booked(made.reference) == (240, 240, 240)
    assert [s.state for s in terms_of(commitment).sessions][2:] == [SessionState.PLANNED] * 2


# --- separation ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SAFEGUARDING])
def test_other_roles_of_the_council_do_not_verify(app, role):
    made = make_delivery(S.CONFIRMED)
    with pytest.raises(NotAllowed):
        decide(made, by=actor_for(made.council.organisation, role))


def test_an_outside_decider_does_not_make_the_first_decision(app):
    made = make_delivery(S.CONFIRMED)
    with pytest.raises(NotThere):
        decide(made, by=made.council.outside)


@pytest.mark.parametrize("side", ["provider", "group"])
@pytest.mark.parametrize("ended", [False, True])
def test_nobody_verifies_for_an_organisation_they_belong_to_or_did_lately(app, side, ended):
    made = make_delivery(S.CONFIRMED)
    organisation = made.pair.provider.organisation if side == "provider" else made.pair.group.organisation
    with work.reading() as reading:
        person = reading.get_one(Person, made.council.verifier.person_id)
    join(person, organisation, Role.PROVIDER_MEMBER if side == "provider" else Role.GROUP_MEMBER)
    if ended:
        with work.bookkeeping(system("test")) as session:
            session.query(MembershipRow).filter_by(person_id=person.id, organisation_id=organisation.id).update(
                {"until_utc": clock.now_utc() - timedelta(days=300)}
            )
    with pytest.raises(NotAllowed, match="belong to one of the organisations"):
        decide(made)
    decide(made, by=made.council.second)


def test_nobody_verifies_what_they_brokered(app):
    pair = make_pair()
    broker = pair.officer
    with work.reading() as reading:
        person = reading.get_one(Person, broker.person_id)
        council_id = broker.organisation_id
    commitment = make_commitment(pair, CommitmentState.PROPOSED)
    commitments.accept(pair.offering, commitment)
    commitments.accept(pair.asking, commitment)
    made = make_delivery(S.CONFIRMED, pair=pair, commitment=commitment)
    with work.bookkeeping(system("test")) as session:
        session.add(
            MembershipRow(
                person_id=person.id, organisation_id=council_id, role=Role.VERIFIER, since_utc=clock.now_utc()
            )
        )
    verifier = replace(broker, roles=frozenset({Role.VERIFIER}))
    with pytest.raises(NotAllowed, match="brought the two sides together"):
        decide(made, by=verifier)


@pytest.mark.parametrize("what", ["pledge", "need"])
def test_nobody_verifies_what_they_moderated(app, what):
    made = make_delivery(S.CONFIRMED)
    from cwb.pledges.tables import Pledge

    with work.bookkeeping(system("test")) as session:
        row = (
            session.get_one(Pledge, made.pledge.id)
            if what == "pledge"
            else session.get_one(Need, made.pair.need.need_id)
        )
        row.moderated_by_person_id = made.council.verifier.person_id
    with pytest.raises(NotAllowed, match="passed the pledge or the need"):
        decide(made)
    decide(made, by=made.council.second)


# --- two verifiers ------------------------------------------------------------------------------


def test_above_the_threshold_the_first_decision_counts_nothing(app):
    made = make_delivery(S.FIRST_DECISION)
    assert booked(made.reference) == (120, 120, 0)
    with pytest.raises(NotAllowed, match="A different verifier"):
        decide(made)
    decide(made, by=made.council.second)
    assert row_of(made.reference).state == S.VERIFIED
    assert booked(made.reference) == (120, 120, 120)
    assert [said.stage for said in decisions_of(made.reference) if said.act == "verify"] == ["first", "second"]


def test_who_made_the_first_decision_can_reverse_it_when_it_was_wrong(app):
    made = make_delivery(S.FIRST_DECISION)
    decide(made, by=made.council.second)
    actions.reverse(made.council.verifier, made.reference, reason="It was another week")
    assert booked(made.reference) == (0, 0, 0)


def test_up_to_the_threshold_one_verifier_is_enough(app):
    made = make_delivery(S.CONFIRMED)
    take_two(row_of(made.reference).measure_id, 120)
    decide(made)
    assert row_of(made.reference).state == S.VERIFIED


def test_an_outside_decider_can_make_the_second_decision(app):
    made = make_delivery(S.FIRST_DECISION)
    decide(made, by=made.council.outside)
    assert row_of(made.reference).state == S.VERIFIED


def test_where_two_differ_the_outside_decider_decides(app):
    made = make_delivery(S.FIRST_DECISION)
    decide(made, "verify_in_part", amount=100, by=made.council.second)
    assert row_of(made.reference).state == S.DIFFER
    assert booked(made.reference) == (120, 120, 0)
    with pytest.raises(NotAllowed, match="an outside decider"):
        decide(made, by=made.council.third)
    decide(made, "verify_in_part", amount=110, by=made.council.outside)
    assert booked(made.reference) == (110, 110, 110)


def test_an_outside_decider_who_made_the_second_decision_does_not_settle_the_difference(app):
    made = make_delivery(S.FIRST_DECISION)
    decide(made, "reject", by=made.council.outside)
    assert row_of(made.reference).state == S.DIFFER
    with pytest.raises(NotAllowed):
        decide(made, "reject", by=made.council.outside)
    decide(made, by=actor_for(make_organisation(), Role.OUTSIDE_DECIDER))


# --- levels -------------------------------------------------------------------------------------


def test_a_verified_level_becomes_the_reading_that_counts(app):
    made = make_own_delivery(S.REPORTED, measure="FE1", level_part=43, level_whole=50)

    def latest():
        with work.reading() as reading:
            return latest_readings(reading, [made.pledge.id])

    assert not latest()
    decide(made)
    (found,) = latest().values()
    assert (found.part, found.whole) == (43, 50)
    actions.reverse(made.council.second, made.reference, reason="The list was last year's")
    assert not latest()


def test_a_level_is_not_verified_in_part(app):
    made = make_own_delivery(measure="FE1", level_part=43, level_whole=50)
    with pytest.raises(WrongState):
        decide(made, "verify_in_part", amount=1)


# --- appeals ------------------------------------------------------------------------------------


def test_an_appeal_is_decided_by_somebody_else_and_counts_again(app):
    made = make_delivery(S.APPEALED)
    with pytest.raises(NotAllowed, match="decided before"):
        actions.decide_appeal(made.council.verifier, made.reference, decision("verify"))
    actions.decide_appeal(made.council.outside, made.reference, decision("verify"))
    assert row_of(made.reference).state == S.VERIFIED
    assert booked(made.reference) == (120, 120, 120)
    assert terms_of(made.commitment).left == 600


def test_an_appeal_is_made_once(app):
    made = make_delivery(S.APPEALED)
    actions.decide_appeal(made.council.outside, made.reference, decision("reject"))
    assert row_of(made.reference).state == S.REJECTED
    with pytest.raises(WrongState, match="appeal already"):
        actions.appeal(made.providing, made.reference, reason="Still wrong")


def test_while_an_appeal_runs_what_was_decided_stands(app):
    made = make_delivery(S.VERIFIED_IN_PART)
    actions.appeal(made.asking, made.reference, reason="They stayed longer")
    assert booked(made.reference) == (60, 60, 60)
    actions.decide_appeal(made.council.second, made.reference, decision("verify_in_part", amount=90))
    assert booked(made.reference) == (90, 90, 90)


def test_an_appeal_says_why(app):
    made = make_delivery(S.REJECTED)
    with pytest.raises(Refused):
        actions.appeal(made.providing, made.reference, reason="")


def test_an_appeal_finds_room_in_the_promise_or_says_what_is_left(app):
    made = make_delivery(S.APPEALED, amount=720)
    make_delivery(pair=made.pair, commitment=made.commitment, amount=600)
    with pytest.raises(Refused, match="Only 2 h"):
        actions.decide_appeal(made.council.outside, made.reference, decision("verify"))
    actions.decide_appeal(made.council.outside, made.reference, decision("verify_in_part", amount=120))
    assert booked(made.reference) == (120, 120, 120)


def test_an_appeal_brings_back_what_a_finished_promise_had_given_back(app):
    made = make_delivery(S.CONFIRMED, amount=720)
    commitments.complete(made.providing, made.commitment)
    decide(made, "reject")
    assert terms_of(made.commitment).amount == 0
    assert pledge_row(made.pledge.reference).committed == 0
    actions.appeal(made.providing, made.reference, reason="Here is the list")
    actions.decide_appeal(made.council.outside, made.reference, decision("verify"))
    terms = terms_of(made.commitment)
    assert (terms.state, terms.amount, terms.reported, terms.verified) == (CommitmentState.COMPLETED, 720, 720, 720)
    assert pledge_row(made.pledge.reference).committed == 720
    with work.reading() as reading:
        assert reading.get_one(NeedPart, made.pair.need.part_id).met == 720
        assert sum_of(reading, Figure.COMMITTED, pledge_id=made.pledge.id) == 720


def test_an_appeal_brings_back_what_an_ended_pledge_had_let_go_of(app):
    from cwb.pledges import actions as pledges

    made = make_delivery(S.CONFIRMED, amount=720)
    commitments.complete(made.providing, made.commitment)
    decide(made, "reject")
    pledges.withdraw_pledge(made.providing, made.pledge.reference, "We close")
    assert pledge_row(made.pledge.reference).amount == 0
    actions.appeal(made.providing, made.reference, reason="Here is the list")
    actions.decide_appeal(made.council.outside, made.reference, decision("verify"))
    row = pledge_row(made.pledge.reference)
    assert (row.state, row.amount, row.committed) == (PledgeState.WITHDRAWN, 720, 720)
    with work.reading() as reading:
        assert sum_of(reading, Figure.PLEDGED, pledge_id=made.pledge.id) == 720


def test_an_appeal_is_refused_room_that_others_have_taken(app):
    pair = make_pair(pledged={"amount": 720})
    made = make_delivery(S.CONFIRMED, amount=720, pair=pair)
    commitments.complete(made.providing, made.commitment)
    decide(made, "reject")
    make_commitment(replace(make_pair(), pledge=pair.pledge, provider=pair.provider))
    actions.appeal(made.providing, made.reference, reason="Here is the list")
    with pytest.raises(Refused, match="promised it meanwhile"):
        actions.decide_appeal(made.council.outside, made.reference, decision("verify"))
    actions.decide_appeal(made.council.outside, made.reference, decision("reject"))


def test_an_appeal_says_how_much_the_need_has_room_for(app):
    made = make_delivery(S.CONFIRMED, amount=720)
    commitments.complete(made.providing, made.commitment)
    decide(made, "reject")
    other = make_pair()
    make_commitment(replace(made.pair, pledge=other.pledge, provider=other.provider), amount=600)
    actions.appeal(made.providing, made.reference, reason="Here is the list")
    with pytest.raises(Refused, match="at most 2 h of it can count now"):
        actions.decide_appeal(made.council.outside, made.reference, decision("verify"))
    actions.decide_appeal(made.council.outside, made.reference, decision("verify_in_part", amount=120))
    assert booked(made.reference) == (120, 120, 120)


def test_an_appeal_brings_back_dates(app):
    with clock.held_at(date(2026, 10, 1)):
        pair = make_minibus_pair(4)
        commitment = make_commitment(pair)
    with clock.held_at(date(2026, 11, 2)):
        ids = [session.id for session in terms_of(commitment).sessions]
        made = make_delivery(S.CONFIRMED, pair=pair, commitment=commitment, used=tuple(ids))
        decide(made, "verify_in_part", used=tuple(ids[:1]))
        assert booked(made.reference) == (120, 120, 120)
        actions.appeal(made.providing, made.reference, reason="It was three times")
        actions.decide_appeal(made.council.outside, made.reference, decision("verify_in_part", used=tuple(ids[1:])))
    assert booked(made.reference) == (360, 360, 360)
    assert [s.state for s in terms_of(commitment).sessions] == [SessionState.RETURNED] + [SessionState.REPORTED] * 3


# --- reversing, periods -------------------------------------------------------------------------


def test_a_wrong_verified_delivery_is_reversed_by_new_entries(app):
    made = make_delivery(S.REVERSED)
    assert booked(made.reference) == (0, 0, 0)
    with work.reading() as reading:
        entries = reading.query(LedgerEntry).filter_by(delivery_id=row_of(made.reference).id).all()
    assert sorted(entry.amount for entry in entries) == [-120] * 3 + [120] * 3
    assert all(entry.reverses_id for entry in entries if entry.amount < 0)
    with pytest.raises(WrongState, match="Nothing more can be done"):
        actions.reverse(made.council.second, made.reference, reason=REASON)


def test_a_correction_of_a_closed_quarter_is_booked_in_the_open_one(app):
    with days_later(-120):
        pair = make_pair()
        commitment = make_commitment(pair)
        council = make_council()
        made = make_delivery(S.VERIFIED, pair=pair, commitment=commitment, council=council)
        then = quarter_of(today())
    while True:
        from cwb.ledger.queries import periods

        with work.reading() as reading:
            closable = [period.quarter for period in periods(reading, today()) if period.may_close]
        if not closable or closable[0] > then:
            break
        with work.work(system("test")) as session:
            ledger.close_quarter(session, closable[0])
            session.record("test.close", f"quarter:{closable[0]}")
    actions.reverse(council.second, made.reference, reason="It was another group")
    with work.reading() as reading:
        entries = reading.query(LedgerEntry).filter_by(delivery_id=row_of(made.reference).id).all()
    assert {entry.period for entry in entries if entry.amount > 0} == {then}
    assert all(entry.period > then for entry in entries if entry.amount < 0)


def test_verified_counts_in_the_quarter_its_qualifying_time_ends_in(app):
    made = make_own_delivery(measure="FE5", amount=2, pledged={"with_counterpart": False})
    with days_later(91):
        decide(made)
    with work.reading() as reading:
        entries = reading.query(LedgerEntry).filter_by(delivery_id=row_of(made.reference).id).all()
    assert {entry.figure: entry.period for entry in entries} == {
        "reported": quarter_of(today()),
        "verified": quarter_of(today() + timedelta(days=91)),
    }


def test_a_verified_delivery_is_followed_by_the_need_and_pledge(app):
    pair = make_pair(pledged={"amount": 720})
    made = make_delivery(S.CONFIRMED, amount=720, pair=pair)
    with work.reading() as reading:
        assert reading.get_one(Need, pair.need.need_id).state == "met"
    decide(made)
    assert pledge_row(pair.pledge.reference).state == PledgeState.FULFILLED
    assert terms_of(made.commitment).verified == 720
