"""A provider is suspended, a group closes, a concern stops something: all of it or nothing, and nothing is lost."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from community_book.base import dispatcher, registers, work
from community_book.base.actor import Actor, Role
from community_book.base.amounts import Kind
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.concerns.actions import hold_subject, release_subject
from community_book.concerns.tables import Concern
from community_book.groups.actions import close_group as close_own_group
from community_book.groups.actions import lift_suspension, suspend_group
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need
from community_book.organisations.tables import Organisation
from community_book.people.tables import Person
from cwb.commitments.rules import CommitmentState
from cwb.continuity import actions
from cwb.continuity.rules import Fate, Klass, Suspension, fate_of_promise
from cwb.frameworks.tables import Admission
from cwb.pledges.tables import Pledge
from tests.makers import actor_for, client_of, join, send
from tests.makers_commitments import Pair, make_commitment, make_minibus_pair, make_officer, make_pair, report, row_of
from tests.makers_concerns import make_concern, make_safeguarding_officer
from tests.makers_people import council


def reference_of(organisation_id: int | None) -> str:
    with work.reading() as reading:
        return reading.execute(select(Organisation.reference).where(Organisation.id == organisation_id)).scalar_one()


def suspend(pair: Pair, klass: Klass, *hold: str, officer: Actor | None = None) -> str:
    reference = reference_of(pair.offering.organisation_id)
    new = Suspension(klass, "A visit was missed and nobody rang", tuple(hold))
    actions.suspend_provider(officer or make_officer(), reference, new)
    return reference


def state_of(pair: Pair) -> tuple[str, str]:
    with work.reading() as reading:
        admission = reading.execute(
            select(Admission.state).where(Admission.organisation_id == pair.offering.organisation_id)
        ).scalar_one()
        pledge = reading.execute(select(Pledge.state).where(Pledge.reference == pair.pledge.reference)).scalar_one()
    return admission, pledge


def test_a_suspension_for_safety_stops_visits_at_once_and_lets_offers_lapse(app: Flask) -> None:
    minibus = make_minibus_pair()
    agreed = make_commitment(minibus, CommitmentState.AGREED)
    suspend(minibus, Klass.SAFETY)
    assert row_of(agreed).state == CommitmentState.ON_HOLD
    assert state_of(minibus) == ("suspended", "paused")


def test_a_suspension_lets_what_is_not_agreed_lapse_without_a_reason(app: Flask) -> None:
    pair = make_pair()
    offered = make_commitment(pair, CommitmentState.OFFERED)
    suspend(pair, Klass.OTHER)
    row = row_of(offered)
    assert row.state == CommitmentState.LAPSED
    assert "visit was missed" not in row.reason
    with work.reading() as reading:
        held = reading.execute(select(Pledge.held).where(Pledge.reference == pair.pledge.reference)).scalar_one()
    assert held == 0


def test_for_another_reason_the_officer_chooses_promise_by_promise(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    suspend(pair, Klass.OTHER)
    assert row_of(agreed).state == CommitmentState.AGREED
    actions.lift_provider(make_officer(), reference_of(pair.offering.organisation_id))
    suspend(pair, Klass.OTHER, agreed)
    assert row_of(agreed).state == CommitmentState.ON_HOLD


def test_lifting_a_suspension_brings_everything_back(app: Flask) -> None:
    pair = make_minibus_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    reference = suspend(pair, Klass.SAFETY)
    actions.lift_provider(make_officer(), reference)
    assert row_of(agreed).state == CommitmentState.AGREED
    assert state_of(pair) == ("admitted", "offered")
    with pytest.raises(WrongState):
        actions.lift_provider(make_officer(), reference)


def test_a_suspension_without_a_reason_is_refused_and_changes_nothing(app: Flask) -> None:
    pair = make_pair()
    with pytest.raises(Refused):
        actions.suspend_provider(
            make_officer(), reference_of(pair.offering.organisation_id), Suspension("weather", "x")
        )
    assert state_of(pair) == ("admitted", "offered")


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SAFEGUARDING])
def test_only_an_officer_suspends(app: Flask, role: Role) -> None:
    pair = make_pair()
    with pytest.raises(NotAllowed):
        suspend(pair, Klass.SAFETY, officer=make_officer(role))


def test_nobody_suspends_the_organisation_they_belong_to(app: Flask) -> None:
    pair = make_pair()
    body = council()
    officer = actor_for(body, Role.OFFICER)
    with work.reading() as reading:
        person = reading.get(Person, officer.person_id)
        own = reading.get(Organisation, pair.offering.organisation_id)
    assert person is not None
    assert own is not None
    join(person, own, Role.PROVIDER_MEMBER)
    with pytest.raises(NotAllowed):
        suspend(pair, Klass.SAFETY, officer=officer)


def test_closing_a_group_gives_back_what_was_not_delivered_and_keeps_what_was(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    report(agreed, 5 * 60)
    actions.close_group(make_officer(), reference_of(pair.asking.organisation_id), "The last two members moved away.")
    row = row_of(agreed)
    assert row.state == CommitmentState.ENDED_SHORT
    assert (row.amount, row.reported) == (5 * 60, 5 * 60)
    with work.reading() as reading:
        pledge = reading.execute(select(Pledge).where(Pledge.reference == pair.pledge.reference)).scalar_one()
        assert pledge.committed == 5 * 60
        assert reading.execute(
            select(Need.state).where(Need.organisation_id == pair.asking.organisation_id)
        ).scalars().all() == ["closed"]
        entry = reading.execute(
            select(GroupEntry.state).where(GroupEntry.organisation_id == pair.asking.organisation_id)
        ).scalar_one()
    assert entry == "closed"


def test_a_group_that_closes_itself_ends_its_promises_too(app: Flask) -> None:
    pair = make_pair()
    offered = make_commitment(pair, CommitmentState.OFFERED)
    with work.reading() as reading:
        entry = reading.execute(
            select(GroupEntry.reference).where(GroupEntry.organisation_id == pair.asking.organisation_id)
        ).scalar_one()
    close_own_group(pair.asking, entry, "We have done what we came for.")
    dispatcher.dispatch_all()
    assert row_of(offered).state == CommitmentState.LAPSED


def test_a_suspended_groups_needs_are_hidden_until_the_suspension_is_lifted(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    with work.reading() as reading:
        entry = reading.execute(
            select(GroupEntry.reference).where(GroupEntry.organisation_id == pair.asking.organisation_id)
        ).scalar_one()
    suspend_group(make_officer(), entry, "An inquiry was opened.")
    dispatcher.dispatch_all()
    assert row_of(agreed).state == CommitmentState.ON_HOLD
    assert need_of(pair).hidden
    lift_suspension(make_officer(), entry)
    dispatcher.dispatch_all()
    assert row_of(agreed).state == CommitmentState.AGREED
    assert not need_of(pair).hidden


def need_of(pair: Pair) -> Need:
    with work.reading() as reading:
        return reading.execute(select(Need).where(Need.reference == pair.need.reference)).scalar_one()


def test_a_concern_holds_the_promise_and_letting_it_go_on_releases_it(app: Flask) -> None:
    pair = make_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    concern = make_concern(f"commitment:{agreed}")
    officer = make_safeguarding_officer()
    hold_subject(officer, concern)
    dispatcher.dispatch_all()
    assert row_of(agreed).state == CommitmentState.ON_HOLD
    release_subject(officer, concern)
    dispatcher.dispatch_all()
    assert row_of(agreed).state == CommitmentState.AGREED


def test_a_concern_about_a_pledge_takes_it_off_offer_until_nothing_stops_it(app: Flask) -> None:
    pair = make_pair()
    concern = make_concern(f"pledge:{pair.pledge.reference}")
    officer = make_safeguarding_officer()
    hold_subject(officer, concern)
    dispatcher.dispatch_all()
    assert state_of(pair) == ("admitted", "paused")
    reference = suspend(pair, Klass.SAFETY)
    actions.lift_provider(make_officer(), reference)
    assert state_of(pair) == ("admitted", "paused")
    suspend(pair, Klass.SAFETY)
    release_subject(officer, concern)
    dispatcher.dispatch_all()
    assert state_of(pair) == ("suspended", "paused")
    actions.lift_provider(make_officer(), reference)
    assert state_of(pair) == ("admitted", "offered")
    hold_subject(officer, make_concern(f"pledge:{pair.pledge.reference}"))
    second = make_concern(f"pledge:{pair.pledge.reference}")
    hold_subject(officer, second)
    release_subject(officer, second)
    dispatcher.dispatch_all()
    assert state_of(pair) == ("admitted", "paused")


def test_a_concern_about_a_need_hides_it_at_once(app: Flask) -> None:
    pair = make_pair()
    make_concern(f"need:{pair.need.reference}", stop=True)
    dispatcher.dispatch_all()
    with work.reading() as reading:
        need = reading.execute(select(Need).where(Need.reference == pair.need.reference)).scalar_one()
    if not need.hidden:  # a concern of somebody not signed in is stopped by the safeguarding officer
        with work.reading() as reading:
            concern = reading.execute(select(Concern.reference)).scalars().first()
        hold_subject(make_safeguarding_officer(), str(concern))
        dispatcher.dispatch_all()
        with work.reading() as reading:
            need = reading.execute(select(Need).where(Need.reference == pair.need.reference)).scalar_one()
    assert need.hidden


def test_the_officer_sees_what_is_affected_before_anything_happens(app: Flask) -> None:
    pair = make_minibus_pair()
    agreed = make_commitment(pair, CommitmentState.AGREED)
    reference = reference_of(pair.offering.organisation_id)
    officer = make_officer()
    assert officer.person_id is not None
    client = client_of(app, officer.person_id, officer.organisation_id)
    page = client.get(f"/organisations/{reference}/suspend")
    assert page.status_code == 200
    assert "on hold at once" in page.get_data(as_text=True)
    assert row_of(agreed).state == CommitmentState.AGREED
    refused = send(client, f"/organisations/{reference}/suspend", klass="safety")
    assert refused.status_code == 422
    done = send(client, f"/organisations/{reference}/suspend", klass="safety", reason="A visit was missed")
    assert done.status_code == 303
    assert row_of(agreed).state == CommitmentState.ON_HOLD
    shown = client.get(f"/organisations/{reference}").get_data(as_text=True)
    assert "Promises on hold: 1. Pledges paused: 1." in shown


@pytest.mark.parametrize("klass", list(Klass))
def test_what_is_not_agreed_lapses_whatever_the_class(klass: Klass) -> None:
    assert {fate_of_promise(klass, kind, is_open=True) for kind in Kind} == {Fate.LAPSES}


def test_money_goes_on_when_a_provider_is_suspended_for_safety() -> None:
    assert fate_of_promise(Klass.SAFETY, Kind.MONEY, is_open=False) is Fate.GOES_ON
    assert fate_of_promise(Klass.SAFETY, Kind.HANDS, is_open=False) is Fate.HELD


def test_all_rules_hold_after_a_suspension(app: Flask) -> None:
    pair = make_minibus_pair()
    make_commitment(pair, CommitmentState.AGREED)
    suspend(pair, Klass.SAFETY)
    with work.reading() as reading:
        assert [b for check in registers.invariants().values() for b in check(reading)] == []
