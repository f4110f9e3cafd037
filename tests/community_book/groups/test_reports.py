"""Claims, reports of wrong entries, and a council's own list: who decides, and that all go in or none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Role, anybody
from community_book.base.errors import NotAllowed, TooMany, WrongState
from community_book.groups import actions, queries
from community_book.groups.rules import NewClaim, NewReport, ReportState
from community_book.groups.tables import EntryReport
from community_book.people.tables import Invitation
from tests.makers import actor_for, join, make_organisation
from tests.makers_groups import Organisation, make_group, make_officer

CLAIM = NewClaim("Nora", "nora@group.example", "I am its treasurer; ask the chapel.")


def said(reference: str, officer=None):
    with work.reading() as reading:
        return next(
            one
            for one in queries.reports_waiting(reading, officer or make_officer(), limit=50)
            if one.group_reference == reference
        )


def test_a_claim_accepted_invites_and_one_declined_does_not(app) -> None:
    group, officer = make_group(), make_officer()
    actions.claim_group(anybody(), group.reference, CLAIM)
    report = said(group.reference)
    assert report.has_leads
    actions.accept_report(officer, report.reference, "Welcome", report.version)
    with work.reading() as reading:
        assert CLAIM.email in set(reading.execute(select(Invitation.email)).scalars())
    with pytest.raises(WrongState):
        actions.decline_report(officer, report.reference, "No")
    other = make_group()
    actions.claim_group(anybody(), other.reference, NewClaim("Eve", "eve@evil.example", "Trust me"))
    actions.decline_report(officer, said(other.reference).reference, "Nobody there knows you.")
    with work.reading() as reading:
        assert "eve@evil.example" not in set(reading.execute(select(Invitation.email)).scalars())


def test_nobody_decides_about_their_own_group_or_their_own_words(app) -> None:
    group, officer = make_group(), make_officer()
    actions.report_wrong(officer, group.reference, NewReport("They have moved"))
    report = said(group.reference, officer)
    assert report.is_own
    with pytest.raises(NotAllowed):
        actions.accept_report(officer, report.reference)
    member = make_officer()
    with work.reading() as reading:
        from community_book.people.tables import Person

        person = reading.get_one(Person, member.person_id)
        organisation = reading.get_one(Organisation, group.organisation_id)
    join(person, organisation, Role.GROUP_MEMBER)
    with pytest.raises(NotAllowed):
        actions.decline_report(member, report.reference, "It is right")
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            actions.accept_report(actor_for(make_organisation(is_council=True), role), report.reference)


def test_saying_it_again_and_again_is_stopped(app, client) -> None:
    group = make_group()
    for _ in range(5):
        actions.report_wrong(anybody(), group.reference, NewReport("Wrong"), address="192.0.2.7")
    with pytest.raises(TooMany):
        actions.report_wrong(anybody(), group.reference, NewReport("Wrong"), address="192.0.2.7")
    assert client.get(f"/groups/{group.reference}/not-right").status_code == 200
    assert client.get(f"/groups/{group.reference}/claim").status_code == 200


def test_words_about_an_entry_go_with_the_person_who_wrote_them(app) -> None:
    group, asker = make_group(), actor_for(make_organisation(), Role.GROUP_MEMBER)
    actions.report_wrong(asker, group.reference, NewReport("I, Ann, know better", "Ann", asker.email))
    with work.work(make_officer()) as session:
        actions.erase_contact(session, asker.person_id or 0)
        session.record("test.erase", "test:1")
    with work.reading() as reading:
        row = reading.execute(select(EntryReport)).scalar_one()
    assert (row.name, row.email, row.words, row.asked_by_person_id) == ("", "", "", None)
    assert row.state == ReportState.WAITING
