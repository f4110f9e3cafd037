"""What the other side says to a report, and what counts then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from community_book.base import clock, work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, NotThere, Refused, WrongState
from community_book.base.tables import OutboxEvent
from community_book.needs.tables import NeedPart
from community_book.people import actions as people
from community_book.people.queries import actor_of_link
from cwb.deliveries import actions
from cwb.deliveries.rules import Answer, DeliveryState, NewReport
from tests.makers import actor_for, make_person
from tests.makers_commitments import make_commitment, make_pair, terms_of
from tests.makers_deliveries import (
    a_file,
    booked,
    days_later,
    decide,
    decisions_of,
    leave_unanswered,
    make_council,
    make_delivery,
    make_own_delivery,
    new_report,
    on_behalf,
    record_for_group,
    row_of,
    run_clocks,
    working_days_later,
)

S = DeliveryState


def events(name: str) -> int:
    with work.reading() as reading:
        return reading.query(OutboxEvent).filter_by(name=name).count()


def link_holder(made, *, email: str = "sam@group.example") -> Actor:
    """Whoever opens the link mailed to the group."""
    with work.bookkeeping(system("test")) as session:
        token = people.make_link(
            session,
            "answer_delivery",
            f"delivery:{made.reference}",
            email=email,
            organisation_id=made.pair.group.organisation.id,
        )
    with work.reading() as reading:
        return actor_of_link(reading, token, "answer_delivery")


@pytest.mark.parametrize("state", [state for state in S if state is not S.REPORTED])
def test_every_state_is_reached_by_acts(app, state):
    made = make_delivery(state)
    row = row_of(made.reference)
    assert row.state == state
    assert booked(made.reference) == (row.amount, row.confirmed, row.verified)
    terms = terms_of(made.commitment)
    assert (terms.reported, terms.confirmed, terms.verified) == (row.amount, row.confirmed, row.verified)


# --- it happened --------------------------------------------------------------------------------


def test_a_confirmed_report_meets_the_need(app):
    made = make_delivery(S.CONFIRMED)
    assert booked(made.reference) == (120, 120, 0)
    with work.reading() as reading:
        assert reading.get_one(NeedPart, made.pair.need.part_id).met == 120


def test_the_provider_does_not_confirm_its_own_report(app):
    made = make_delivery()
    with pytest.raises(NotAllowed, match="for the group"):
        actions.confirm(made.providing, made.reference)


def test_a_stranger_learns_nothing(app):
    made = make_delivery()
    stranger = make_pair().asking
    for act in (actions.confirm, actions.withdraw, actions.add_surplus):
        with pytest.raises(NotThere):
            act(stranger, made.reference)
    with pytest.raises(NotThere):
        actions.confirm(stranger, "D-222222")


def test_an_officer_sees_it_and_may_not_answer_as_the_council(app):
    made = make_delivery()
    with pytest.raises(NotAllowed):
        actions.confirm(made.council.officer, made.reference)


def test_a_stale_page_is_refused_with_what_it_is_now(app):
    made = make_delivery()
    version = row_of(made.reference).version
    actions.add_evidence(made.providing, made.reference, [a_file()])
    with pytest.raises(WrongState, match="Somebody changed this"):
        actions.confirm(made.asking, made.reference, version=version)


def test_confirming_twice_says_what_it_is_now(app):
    made = make_delivery(S.CONFIRMED)
    with pytest.raises(WrongState, match="confirmed by the group"):
        actions.confirm(made.asking, made.reference)


def test_a_link_answers_once_without_an_account(app):
    made = make_delivery()
    holder = link_holder(made)
    actions.confirm(holder, made.reference)
    assert row_of(made.reference).state == S.CONFIRMED
    other = make_delivery(pair=made.pair, commitment=made.commitment, amount=60)
    with pytest.raises(NotThere):
        actions.confirm(holder, other.reference)


def test_a_used_link_answers_nothing_more(app):
    made = make_delivery()
    holder = link_holder(made)
    actions.query(holder, made.reference, Answer(reason="It was on Thursday"))
    actions.amend(made.providing, made.reference, new_report())
    with pytest.raises(WrongState, match="used already"):
        actions.confirm(holder, made.reference)
    assert row_of(made.reference).state == S.REPORTED


def test_an_address_of_the_providers_people_cannot_confirm_for_a_group(app):
    made = make_delivery()
    make_person(email="joe@provider.example", belongs_to=made.pair.provider.organisation, role=Role.PROVIDER_MEMBER)
    with pytest.raises(NotAllowed, match="provider's people"):
        actions.confirm(link_holder(made, email="joe@provider.example"), made.reference)
    with pytest.raises(NotAllowed, match="provider's people"):
        actions.confirm(replace(made.asking, email="joe@provider.example"), made.reference)
    assert booked(made.reference) == (120, 0, 0)


# --- a part of it -------------------------------------------------------------------------------


def test_what_the_group_leaves_out_is_free_again_within_the_promise(app):
    made = make_delivery(amount=720)
    assert terms_of(made.commitment).left == 0
    actions.confirm_in_part(made.asking, made.reference, Answer(amount=500, reason="They left at noon"))
    assert row_of(made.reference).state == S.CONFIRMED_IN_PART
    assert booked(made.reference) == (500, 500, 0)
    assert terms_of(made.commitment).left == 220


@pytest.mark.parametrize(("amount", "field"), [(None, "amount"), (0, "amount"), (120, "amount"), (121, "amount")])
def test_a_part_lies_between_nothing_and_all(app, amount, field):
    made = make_delivery()
    with pytest.raises(Refused) as refused:
        actions.confirm_in_part(made.asking, made.reference, Answer(amount=amount))
    assert refused.value.problems[0].field == field


# --- it did not happen --------------------------------------------------------------------------


def test_it_did_not_happen_is_a_query_the_provider_answers(app):
    made = make_delivery()
    actions.query(made.asking, made.reference, Answer(amount=0))
    assert row_of(made.reference).state == S.QUERIED
    assert booked(made.reference) == (120, 0, 0)
    actions.withdraw(made.providing, made.reference)
    assert booked(made.reference) == (0, 0, 0)
    assert terms_of(made.commitment).left == 720


def test_a_query_says_what_is_not_right(app):
    made = make_delivery()
    with pytest.raises(Refused, match="Say what is not right"):
        actions.query(made.asking, made.reference, Answer())


def test_an_amended_report_asks_the_group_again(app):
    made = make_delivery(S.QUERIED)
    yesterday = today() - timedelta(days=1)
    actions.amend(made.providing, made.reference, NewReport(happened_on=yesterday, amount=90), [a_file()])
    row = row_of(made.reference)
    assert (row.state, row.amount, row.happened_on, row.counts_on) == (S.REPORTED, 90, yesterday, yesterday)
    assert booked(made.reference) == (90, 0, 0)
    assert terms_of(made.commitment).reported == 90
    actions.confirm(made.asking, made.reference)
    assert booked(made.reference) == (90, 90, 0)


def test_an_amended_report_of_another_quarter_is_booked_there(app):
    made = make_delivery(S.QUERIED)
    earlier = today() - timedelta(days=100)
    actions.amend(made.providing, made.reference, NewReport(happened_on=earlier, amount=120))
    from sqlalchemy import select

    from community_book.base.clock import quarter_of
    from cwb.ledger.tables import LedgerEntry

    with work.reading() as reading:
        entries = reading.execute(
            select(LedgerEntry.amount, LedgerEntry.period)
            .where(LedgerEntry.delivery_id == row_of(made.reference).id)
            .order_by(LedgerEntry.id)
        ).all()
    now, then = quarter_of(today()), quarter_of(earlier)
    assert [tuple(entry) for entry in entries] == [(120, now), (-120, now), (120, then)]


def test_only_the_side_that_reported_amends(app):
    made = make_delivery(S.QUERIED)
    with pytest.raises(NotAllowed):
        actions.amend(made.asking, made.reference, new_report())


def test_an_amended_report_of_a_group_is_confirmed_by_it_again(app):
    made = make_delivery(S.QUERIED, by="group")
    assert booked(made.reference) == (120, 0, 0)
    actions.amend(made.asking, made.reference, new_report(amount=60))
    assert booked(made.reference) == (60, 60, 0)


def test_the_provider_queries_a_groups_report_within_ten_working_days(app):
    made = make_delivery(S.CONFIRMED, by="group")
    with working_days_later(10):
        actions.query(made.providing, made.reference, Answer(reason="We were not there"))
    assert booked(made.reference) == (120, 0, 0)
    other = make_delivery(S.CONFIRMED, by="group", pair=made.pair, commitment=made.commitment)
    with working_days_later(11), pytest.raises(WrongState, match="time to query"):
        actions.query(made.providing, other.reference, Answer(reason="We were not there"))


def test_a_groups_report_the_council_upholds_is_confirmed_again(app):
    made = make_delivery(S.UPHELD, by="group")
    assert booked(made.reference) == (120, 120, 0)


def test_a_providers_report_the_council_upholds_is_verified_without_the_groups_word(app):
    made = make_delivery(S.UPHELD)
    decide(made)
    assert booked(made.reference) == (120, 0, 120)


# --- no answer ----------------------------------------------------------------------------------


def test_a_group_is_asked_twice_more_and_then_the_report_is_unanswered(app):
    made = make_delivery()
    for days, nudges, state in ((4, 0, S.REPORTED), (5, 1, S.REPORTED), (7, 1, S.REPORTED), (8, 2, S.REPORTED)):
        with working_days_later(days):
            run_clocks()
        assert (row_of(made.reference).nudges, row_of(made.reference).state) == (nudges, state), days
    with working_days_later(10):
        run_clocks()
    assert row_of(made.reference).state == S.REPORTED
    with working_days_later(11):
        run_clocks()
        run_clocks()
    assert row_of(made.reference).state == S.UNANSWERED
    assert events("DeliveryNudged") == 2
    assert events("DeliveryUnanswered") == 1


def test_nothing_goes_unanswered_because_the_site_was_asleep(app):
    made = make_delivery()
    with working_days_later(40):
        run_clocks()
        assert row_of(made.reference).state == S.REPORTED
    with working_days_later(41):
        run_clocks()
        assert row_of(made.reference).state == S.REPORTED
    with working_days_later(42):
        run_clocks()
    assert row_of(made.reference).state == S.UNANSWERED


def test_a_group_that_answers_late_is_heard_before_verification(app):
    made = make_delivery(S.UNANSWERED)
    actions.confirm_in_part(made.asking, made.reference, Answer(amount=100))
    assert booked(made.reference) == (100, 100, 0)


def test_an_unanswered_report_is_never_called_confirmed(app):
    made = make_delivery(S.UNANSWERED)
    decide(made)
    assert booked(made.reference) == (120, 0, 120)
    with pytest.raises(WrongState):
        actions.confirm(made.asking, made.reference)


def test_own_conduct_is_never_unanswered(app):
    made = make_own_delivery()
    leave_unanswered(made)
    assert row_of(made.reference).state == S.REPORTED
    with pytest.raises(NotAllowed):
        actions.go_unanswered(made.council.verifier)


# --- on behalf ----------------------------------------------------------------------------------


def test_a_word_written_down_for_a_group_counts_only_after_it_could_object(app):
    made = make_delivery(S.RECORDED_FOR)
    assert booked(made.reference) == (120, 0, 0)
    assert row_of(made.reference).confirmed_on_behalf
    assert events("DeliveryRecordedFor") == 1
    with pytest.raises(WrongState):
        decide(made)
    with working_days_later(10):
        run_clocks()
    assert row_of(made.reference).state == S.RECORDED_FOR
    with working_days_later(11):
        run_clocks()
    assert row_of(made.reference).state == S.CONFIRMED
    assert booked(made.reference) == (120, 120, 0)


def test_a_part_written_down_for_a_group_leaves_the_rest_out_only_then(app):
    made = make_delivery()
    officer = on_behalf(made, made.pair.group.organisation, [Role.GROUP_LEAD])
    actions.confirm_in_part(officer, made.reference, Answer(amount=60))
    assert booked(made.reference) == (120, 0, 0)
    with working_days_later(11):
        run_clocks()
    assert row_of(made.reference).state == S.CONFIRMED_IN_PART
    assert booked(made.reference) == (60, 60, 0)


def test_the_silence_of_a_group_nobody_could_write_to_confirms_nothing(app):
    from community_book.groups.tables import GroupEntry
    from community_book.people.tables import MembershipRow

    made = make_delivery(S.RECORDED_FOR)
    group_id = made.pair.group.organisation.id
    with work.bookkeeping(system("test")) as session:
        session.query(MembershipRow).filter_by(organisation_id=group_id).update({"until_utc": clock.now_utc()})
        session.query(GroupEntry).filter_by(organisation_id=group_id).update({"contact_email": ""})
    with working_days_later(11):
        run_clocks()
    assert row_of(made.reference).state == S.UNANSWERED
    assert booked(made.reference) == (120, 0, 0)
    decide(made)
    assert booked(made.reference) == (120, 0, 120)


def test_a_group_objects_to_what_was_written_down_for_it(app):
    made = make_delivery(S.RECORDED_FOR)
    actions.query(made.asking, made.reference, Answer(reason="Nobody asked us"))
    assert (row_of(made.reference).state, row_of(made.reference).group_word) == (S.QUERIED, None)


def test_a_group_confirms_what_was_written_down_for_it_itself(app):
    made = make_delivery(S.RECORDED_FOR)
    actions.confirm(made.asking, made.reference)
    assert booked(made.reference) == (120, 120, 0)
    assert not row_of(made.reference).confirmed_on_behalf


def test_what_somebody_recorded_is_checked_by_somebody_else(app):
    council = make_council()
    both = actor_for(council.organisation, Role.VERIFIER)
    from community_book.people.tables import Person
    from tests.makers import join

    with work.reading() as reading:
        person = reading.get_one(Person, both.person_id)
    join(person, council.organisation, Role.OFFICER)
    made = make_delivery(council=replace(council, officer=both))
    record_for_group(made)
    with working_days_later(11):
        run_clocks()
    with pytest.raises(NotAllowed, match="recorded this yourself"):
        decide(made, by=both)
    decide(made, by=council.second)
    recorded = [said for said in decisions_of(made.reference) if said.on_behalf_of_organisation_id]
    assert [said.person_id for said in recorded] == [both.person_id]


# --- qualifying time ----------------------------------------------------------------------------


@pytest.fixture
def treasurer(app):
    """A treasurer introduced to a group: counted after six months."""
    from community_book.base.amounts import Kind

    pair = make_pair(measure="PO6", kind=Kind.ROLE, amount=3, pledged={"amount": 3})
    return make_delivery(pair=pair, amount=3)


def test_a_start_is_reported_and_the_group_asked_at_the_end(treasurer):
    row = row_of(treasurer.reference)
    assert row.answer_by is None
    assert row.counts_on == today() + timedelta(days=183)
    with pytest.raises(WrongState, match="counts only from"):
        actions.confirm(treasurer.asking, treasurer.reference)
    with working_days_later(30):
        run_clocks()
    assert row_of(treasurer.reference).state == S.REPORTED
    assert events("DeliveryQualified") == 0
    with days_later(183):
        run_clocks()
        assert events("DeliveryQualified") == 1
        assert row_of(treasurer.reference).answer_by is not None
        actions.confirm(treasurer.asking, treasurer.reference)
        assert booked(treasurer.reference) == (3, 3, 0)


def test_who_left_early_is_left_out(treasurer):
    with days_later(60):
        actions.leave_out(treasurer.providing, treasurer.reference, Answer(amount=1, reason="Moved away"))
    assert booked(treasurer.reference) == (2, 0, 0)
    for amount in (0, 2, 3):
        with pytest.raises(Refused):
            actions.leave_out(treasurer.providing, treasurer.reference, Answer(amount=amount))
    with days_later(190):
        run_clocks()
        actions.confirm(treasurer.asking, treasurer.reference)
        decide(treasurer)
        assert booked(treasurer.reference) == (2, 2, 2)


def test_apprenticeships_without_a_group_are_verified_after_week_thirteen(app):
    made = make_own_delivery(measure="FE5", amount=2, pledged={"amount": 2, "with_counterpart": False})
    with pytest.raises(WrongState, match="counts only from"):
        decide(made)
    with days_later(63):
        actions.leave_out(made.providing, made.reference, Answer(amount=1, reason="Left in week nine"))
    with days_later(91):
        decide(made)
    assert booked(made.reference) == (1, 0, 1)


def test_a_commitment_can_be_made_anew_after_all_was_withdrawn(app):
    pair = make_pair()
    made = make_delivery(S.WITHDRAWN, pair=pair)
    again = make_delivery(pair=pair, commitment=made.commitment, amount=720)
    assert booked(again.reference) == (720, 0, 0)
    assert make_commitment(make_pair())
