"""What each side and the council see of a commitment, and of lists of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community_book.base.actor import Role
from community_book.base.clock import add_working_days, held_at, today
from community_book.base.errors import NotThere
from cwb.commitments import actions, queries
from cwb.commitments.queries import Wanted
from cwb.commitments.rules import CommitmentState, Lateness, Side
from tests.makers_commitments import make_commitment, make_minibus_pair, make_officer, make_pair, row_of, terms_of
from tests.makers_needs import make_listed_group
from tests.makers_pledges import make_admitted_provider

S = CommitmentState


def test_each_side_sees_it_with_what_it_may_do(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED, words="We would love to")
    ours = queries.commitment(reading, pair.offering, reference)
    theirs = queries.commitment(reading, pair.asking, reference)
    officers = queries.commitment(reading, pair.officer, reference)
    assert (ours.side, theirs.side, officers.side) == (Side.PROVIDER, Side.GROUP, Side.COUNCIL)
    assert ours.may == {"take_back", "write"}
    assert theirs.may == {"accept", "accept_on_condition", "ask_committee", "decline", "write"}
    assert officers.may == {"hold", "write"}
    assert (ours.words, ours.need_reference, ours.pledge_reference) == (
        "We would love to",
        pair.need.reference,
        pair.pledge.reference,
    )


def test_others_do_not_find_it(app, reading):
    reference = make_commitment(make_pair())
    for actor in (make_admitted_provider().actor, make_listed_group().lead):
        with pytest.raises(NotThere):
            queries.commitment(reading, actor, reference)
        assert queries.commitments(reading, actor, Wanted(), limit=10) == (0, [])


def test_contacts_are_shown_to_both_sides_only_once_it_is_agreed(app, reading):
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    for actor in (pair.offering, pair.asking, pair.officer):
        assert queries.commitment(reading, actor, reference).contacts == ()
    actions.accept(pair.asking, reference)
    reading.expire_all()
    for actor in (pair.offering, pair.asking, pair.officer, make_officer(Role.SAFEGUARDING)):
        found = queries.commitment(reading, actor, reference).contacts
        assert {contact.email for contact in found} == {pair.offering.email, "sam@group.example"}
    for role in (Role.AUDITOR, Role.VERIFIER, Role.ADMINISTRATOR):
        assert queries.commitment(reading, make_officer(role), reference).contacts == ()


def test_why_it_is_on_hold_is_for_officers(app, reading):
    pair = make_pair()
    reference = make_commitment(pair)
    actions.hold(pair.officer, reference, reason="The insurance ran out")
    assert queries.commitment(reading, pair.officer, reference).held_because == ("The insurance ran out",)
    for actor in (pair.offering, pair.asking, make_officer(Role.AUDITOR)):
        assert queries.commitment(reading, actor, reference).held_because == ()


def test_lists_are_narrowed_by_state_lateness_words_and_what_waits_for_me(app, reading):
    pair = make_pair()
    offered = make_commitment(pair, S.OFFERED, amount=60)
    agreed = make_commitment(make_minibus_pair(2, provider=pair.provider, group=pair.group))
    declined = make_commitment(make_pair(provider=pair.provider), S.DECLINED)

    def found(actor, **wanted):
        total, rows = queries.commitments(reading, actor, Wanted(**wanted), limit=10)
        assert total == len(rows)
        return [row.reference for row in rows]

    assert found(pair.offering) == [offered, agreed, declined]
    assert found(pair.asking) == [offered, agreed]
    assert found(pair.officer) == [offered, agreed, declined]
    assert found(pair.offering, state="open") == [offered]
    assert found(pair.offering, state="live") == [agreed]
    assert found(pair.offering, state="over") == [declined]
    assert found(pair.offering, state="declined") == [declined]
    assert found(pair.asking, answer=True) == [offered]
    assert found(pair.offering, answer=True) == []
    assert found(pair.offering, theirs=True) == [offered]
    assert found(pair.asking, theirs=True) == found(pair.officer, theirs=True) == []
    assert set(found(pair.offering, words="people HELP")) == {offered, agreed, declined}
    assert found(pair.offering, words="100%_nothing") == []
    due = row_of(agreed).due_on
    assert due is not None
    with held_at(add_working_days(due, 10)):
        assert found(pair.officer, late="late") == [agreed]
        assert found(pair.officer, late="stuck") == [agreed]
        assert found(pair.officer, late="overdue") == []
        assert queries.late_counts(reading, pair.officer) == (1, 0)
        assert queries.commitments(reading, pair.officer, Wanted(late="late"), limit=1)[1][0].lateness is Lateness.STUCK


def test_what_is_coming_is_listed_by_day(app, reading):
    pair = make_minibus_pair(3)
    reference = make_commitment(pair)
    days = [session.day for session in terms_of(reference).sessions]
    coming = queries.coming_sessions(reading, pair.asking, today())
    assert [one.day for one in coming] == days
    assert queries.coming_sessions(reading, pair.asking, days[1], days[1])[0].commitment_reference == reference
    assert queries.coming_sessions(reading, make_listed_group().lead, today()) == []


def test_what_waits_is_counted_for_the_desk(app, reading):
    pair = make_pair()
    make_commitment(pair, S.OFFERED, amount=60)
    bus = make_minibus_pair(1, provider=pair.provider, group=pair.group)
    make_commitment(bus)
    week = today() + timedelta(days=7)
    assert queries.counts(reading, pair.asking, week).to_answer == 1
    assert queries.counts(reading, pair.offering, week).to_answer == 0
    assert queries.counts(reading, pair.offering, week).with_others == 1
    assert queries.counts(reading, pair.asking, week).with_others == 0
    assert queries.counts(reading, pair.asking, week).coming == 1
    assert queries.late_counts(reading, pair.officer) == (0, 0)


def test_three_declines_of_one_part_are_a_task_for_an_officer(app, reading):
    pair = make_pair()
    for number in range(3):
        assert queries.declined_often(reading) == []
        reference = make_commitment(pair, S.OFFERED, amount=60 + number)
        actions.decline(pair.asking, reference, reason_code="dates")
    found = queries.declined_often(reading)
    assert queries.count_declined_often(reading) == 1
    assert [(one.need_reference, one.declines) for one in found] == [(pair.need.reference, 3)]
