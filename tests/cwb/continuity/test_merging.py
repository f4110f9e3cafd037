"""A group that is in the Book twice becomes one: nothing of either is lost, and it can be two again for 14 days."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community_book.base import dispatcher, work
from community_book.base.actor import Actor, Role
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.groups.rules import GroupState
from community_book.needs.tables import Need
from community_book.people.queries import people_of
from community_book.people.tables import MembershipRow, Person
from cwb.commitments import actions as promises
from cwb.commitments.rules import CommitmentState
from cwb.continuity import actions
from cwb.deliveries.actions import confirm
from cwb.deliveries.tables import Delivery
from cwb.ledger.tables import LedgerEntry
from tests.makers import actor_for, client_of, join, make_organisation, send
from tests.makers_commitments import Pair, make_commitment, make_officer, make_pair, row_of
from tests.makers_continuity import booked, close_group_of, entry_of, need_of, outcomes_of, reference_of
from tests.makers_deliveries import make_delivery
from tests.makers_needs import ListedGroup, make_listed_group, make_need
from tests.makers_people import council
from tests.support.counted import statements

S = CommitmentState


def staying(pair: Pair) -> ListedGroup:
    return make_listed_group(zones=pair.provider.framework.zone_ids[:1])


def merge(pair: Pair, stays: ListedGroup, officer: Actor | None = None) -> str:
    """Merges the group of a pair into another; returns the undertaking's reference."""
    going = reference_of(pair.asking.organisation_id)
    return actions.merge_groups(officer or make_officer(), going, stays.organisation.reference)


def picture(pair: Pair, reference: str) -> dict[str, Any]:
    """Whose everything is, and every figure."""
    with work.reading() as reading:
        ledger = reading.execute(
            select(LedgerEntry.id, LedgerEntry.group_id, LedgerEntry.amount).order_by(LedgerEntry.id)
        ).all()
        people = sorted(
            (row.person_id, row.organisation_id, row.role)
            for row in reading.execute(select(MembershipRow).where(MembershipRow.until_utc.is_(None))).scalars()
        )
    row = row_of(reference)
    return {
        "promise": (row.state, row.amount, row.group_id, row.reported),
        "need": (need_of(pair).organisation_id, need_of(pair).state),
        "entry": entry_of(pair).state,
        "people": people,
        "ledger": [tuple(one) for one in ledger],
        "figures": [booked(figure) for figure in ("pledged", "committed", "reported", "confirmed")],
    }


@pytest.mark.parametrize("state", [S.OFFERED, S.ASKED, S.AGREED, S.UNDER_WAY, S.ON_HOLD, S.COMPLETED, S.LAPSED])
def test_everything_goes_along_and_the_ledger_stays_as_it_was_booked(app: Flask, state: CommitmentState) -> None:
    pair = make_pair()
    reference = make_commitment(pair, state)
    before = picture(pair, reference)
    stays = staying(pair)
    before_people = {pair.asking.person_id}
    undertaking = merge(pair, stays)
    dispatcher.dispatch_all()
    after = picture(pair, reference)
    assert row_of(reference).group_id == stays.organisation.id
    assert need_of(pair).organisation_id == stays.organisation.id
    assert after["ledger"] == before["ledger"]
    assert after["figures"] == before["figures"]
    assert entry_of(pair).state == GroupState.CLOSED
    with work.reading() as reading:
        assert before_people <= {person.id for person in people_of(reading, stays.organisation.id)}
        assert people_of(reading, pair.asking.organisation_id or 0) == []
    lone = {(stays.lead.person_id, stays.organisation.id, str(Role.GROUP_LEAD))}
    assert actions.undo(make_officer(), undertaking)[1] == 0
    dispatcher.dispatch_all()
    again = picture(pair, reference)
    assert {**again, "people": sorted(set(again["people"]) - lone - officers())} == {
        **before,
        "people": sorted(set(before["people"]) - officers()),
    }


def officers() -> set[tuple[int, int, str]]:
    """The officers that tests make as they go."""
    with work.reading() as reading:
        rows = reading.execute(select(MembershipRow).where(MembershipRow.role == Role.OFFICER)).scalars()
        return {(row.person_id, row.organisation_id, row.role) for row in rows}


def test_a_report_of_the_entry_that_went_is_confirmed_by_the_people_of_the_one_that_stays(app: Flask) -> None:
    made = make_delivery()
    pair = made.pair
    assert pair is not None
    stays = staying(pair)
    merge(pair, stays)
    with work.reading() as reading:
        report = reading.execute(select(Delivery).where(Delivery.reference == made.reference)).scalar_one()
    assert report.group_id == stays.organisation.id
    confirm(stays.lead, made.reference)
    assert booked("confirmed") > 0


def test_what_was_begun_after_the_merging_stays_where_it_was_begun(app: Flask) -> None:
    pair = make_pair()
    stays = staying(pair)
    undertaking = merge(pair, stays)
    anew = make_need(stays.lead)
    actions.undo(make_officer(), undertaking)
    with work.reading() as reading:
        assert reading.get_one(Need, anew.need_id).organisation_id == stays.organisation.id
    assert need_of(pair).organisation_id == pair.asking.organisation_id


def test_a_promise_answered_after_the_merging_is_answered_for_good(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.OFFERED)
    stays = staying(pair)
    undertaking = merge(pair, stays)
    promises.accept(stays.lead, reference)
    actions.undo(make_officer(), undertaking)
    assert row_of(reference).state == S.AGREED
    assert row_of(reference).group_id == pair.asking.organisation_id


def test_somebody_who_belongs_to_both_keeps_both_when_it_is_undone(app: Flask) -> None:
    pair = make_pair()
    stays = staying(pair)
    with work.reading() as reading:
        person = reading.get_one(Person, pair.asking.person_id)
    join(person, stays.organisation, Role.GROUP_LEAD)
    undertaking = merge(pair, stays)
    actions.undo(make_officer(), undertaking)
    with work.reading() as reading:
        for organisation_id in (pair.asking.organisation_id or 0, stays.organisation.id):
            assert person.id in {one.id for one in people_of(reading, organisation_id)}


def test_the_address_of_the_one_that_went_leads_to_the_one_that_stays(app: Flask) -> None:
    pair = make_pair()
    stays = staying(pair)
    going = reference_of(pair.asking.organisation_id)
    undertaking = merge(pair, stays)
    client = app.test_client()
    for old in (f"/organisations/{going}", f"/groups/{entry_of(pair).reference}"):
        answer = client.get(old)
        assert (answer.status_code, answer.location) == (302, f"/organisations/{stays.organisation.reference}")
    actions.undo(make_officer(), undertaking)
    assert client.get(f"/organisations/{going}").status_code == 200


def test_a_closed_group_a_provider_and_the_same_entry_are_refused(app: Flask) -> None:
    pair = make_pair()
    stays = staying(pair)
    going = reference_of(pair.asking.organisation_id)
    officer = make_officer()
    with pytest.raises(Refused):
        actions.merge_groups(officer, going, going)
    with pytest.raises(Refused):
        actions.merge_groups(officer, going, "O-ZZZZZZ")
    with pytest.raises(WrongState):
        actions.merge_groups(officer, going, reference_of(pair.offering.organisation_id))
    with pytest.raises(WrongState):
        actions.merge_groups(officer, reference_of(pair.offering.organisation_id), going)
    close_group_of(pair)
    with pytest.raises(WrongState, match="not a group that is listed"):
        actions.merge_groups(officer, going, stays.organisation.reference)


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SAFEGUARDING])
def test_only_an_officer_merges(app: Flask, role: Role) -> None:
    pair = make_pair()
    with pytest.raises(NotAllowed):
        merge(pair, staying(pair), make_officer(role))


@pytest.mark.parametrize("own_is_going", [True, False])
def test_nobody_merges_a_group_they_belong_to(app: Flask, own_is_going: bool) -> None:
    pair = make_pair()
    stays = staying(pair)
    officer = actor_for(council(), Role.OFFICER)
    with work.reading() as reading:
        person = reading.get_one(Person, officer.person_id)
    own = make_organisation()
    own.id = (pair.asking.organisation_id or 0) if own_is_going else stays.organisation.id
    join(person, own, Role.GROUP_MEMBER)
    with pytest.raises(NotAllowed):
        merge(pair, stays, officer)


def test_a_merging_into_one_that_was_merged_on_is_undone_in_turn(app: Flask) -> None:
    pair = make_pair()
    second, third = staying(pair), staying(pair)
    first = merge(pair, second)
    later = actions.merge_groups(make_officer(), second.organisation.reference, third.organisation.reference)
    assert need_of(pair).organisation_id == third.organisation.id
    with pytest.raises(WrongState, match=later):
        actions.undo(make_officer(), first)
    actions.undo(make_officer(), later)
    actions.undo(make_officer(), first)
    assert need_of(pair).organisation_id == pair.asking.organisation_id
    assert outcomes_of(first)["need"][0] == "back"


def test_the_page_shows_both_what_goes_along_and_the_letter_before_anything_happens(app: Flask) -> None:
    pair = make_pair()
    reference = make_commitment(pair, S.AGREED)
    stays = staying(pair)
    officer = make_officer()
    assert officer.person_id is not None
    client = client_of(app, officer.person_id, officer.organisation_id)
    going = reference_of(pair.asking.organisation_id)
    url = f"/organisations/{going}/merge"
    assert url in client.get(f"/organisations/{going}").get_data(as_text=True)
    with statements() as asked:
        assert client.get(f"{url}?into={stays.organisation.reference}").status_code == 200
    assert len(asked) <= 15, len(asked)
    looked = send(client, url, into=stays.organisation.reference, _act="look")
    page = looked.get_data(as_text=True)
    assert looked.status_code == 200
    assert reference in page
    assert f"Who will speak for {stays.organisation.name} as well" in page
    assert re.search(r"<li>[^<]+: group lead</li>", page, re.IGNORECASE), "the people who go along are named"
    assert "Your group has one entry in the Book now" in page
    assert entry_of(pair).state == GroupState.LISTED
    assert send(client, url, into="O-ZZZZZZ", _act="look").status_code == 200
    assert send(client, url, into="O-ZZZZZZ", _act="do").status_code == 422
    assert send(client, url, _act="do").status_code == 422
    done = send(client, url, into=stays.organisation.reference, _act="do")
    assert done.status_code == 303
    shown = client.get(done.location).get_data(as_text=True)
    assert "Undo all of it" in shown
    assert stays.organisation.name in shown
    undone = send(client, f"{done.location}/undo", page=done.location)
    assert undone.status_code == 303
    assert "Everything is back as before" in client.get(done.location).get_data(as_text=True)
