"""Claims, reports of wrong entries, and a council's own list: who decides, and that all go in or none."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from community_book.base import work
from community_book.base.actor import Role, anybody
from community_book.base.errors import NotAllowed, Refused, TooMany, WrongState
from community_book.groups import actions, queries
from community_book.groups.rules import NewClaim, NewReport, ReportState
from community_book.groups.tables import EntryReport, GroupEntry
from community_book.people.tables import Invitation
from tests.makers import actor_for, client_of, join, make_organisation
from tests.makers_groups import Organisation, make_group, make_officer
from tests.makers_places import WEST, know_postcodes, make_scheme

CLAIM = NewClaim("Nora", "nora@group.example", "I am its treasurer; ask the chapel.")


def said(reference: str, officer=None):
    with work.reading() as reading:
        return next(
            one
            for one in queries.reports_waiting(reading, officer or make_officer())
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


GOOD = "name;what_we_do;zone;tags;contact_email\r\nCafé Zoë;Coffee;{zone};food;zoe@cafe.example\r\n"


def groups_now() -> int:
    with work.reading() as reading:
        return reading.execute(select(func.count()).select_from(GroupEntry)).scalar_one()


@pytest.fixture
def zone(app) -> str:
    know_postcodes()
    make_scheme()
    with work.reading() as reading:
        from community_book.places.queries import zone_choices, zones

        return zones(reading, [int(zone_choices(reading)[0][0].partition(":")[2])]).popitem()[1].name


def test_a_list_from_a_spreadsheet_goes_in_and_the_same_again_does_not(app, zone, client) -> None:
    officer = make_officer()
    for content in (GOOD.format(zone=zone).encode("cp1252"),):
        before = groups_now()
        assert actions.import_groups(officer, content, try_only=True) == 1
        assert groups_now() == before
        assert actions.import_groups(officer, content) == 1
        with pytest.raises(Refused):
            actions.import_groups(officer, content)
        assert groups_now() == before + 1
    text = client.get("/groups?tag=food").get_data(as_text=True)
    assert "Café Zoë" in text
    assert "zoe@cafe.example" not in text


def test_a_list_with_one_bad_line_saves_nothing_and_says_which(app, zone) -> None:
    rows = [
        "Good;Help;{z};;",
        ";For nobody;{z};;",
        "Lost;Help;Nowhere;;",
        "Odd;Help;{z};no-such-tag;",
        "Good;Again;{z};;",
    ]
    content = ("\ufeffname;what_we_do;zone;tags;postcode\n" + "\n".join(rows).format(z=zone)).encode()
    before = groups_now()
    with pytest.raises(Refused) as refused:
        actions.import_groups(make_officer(), content)
    told = [str(problem.message) for problem in refused.value.problems]
    assert len(told) == 4
    assert groups_now() == before
    assert any("no name" in one for one in told)
    with pytest.raises(NotAllowed):
        actions.import_groups(anybody(), content)


def test_what_everybody_downloads_can_be_taken_in_elsewhere(app, zone, client) -> None:
    make_group("Travelling club", postcode=WEST)
    content = client.get("/groups.csv").get_data().replace(b"Travelling club", b"Another club")
    assert actions.import_groups(make_officer(), content, try_only=True) == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"name\nx", b'name,what_we_do\n"open', b"\xff\xfe\x00"])
def test_what_is_no_list_is_refused_kindly(app, content) -> None:
    officer = make_officer()
    client = client_of(app, officer.person_id, officer.organisation_id)
    page = client.get("/groups/import").get_data(as_text=True)
    import re

    hidden = dict(re.findall(r'name="(_token|_key)" value="([^"]+)"', page))
    answer = client.post(
        "/groups/import",
        data={**hidden, "file": (io.BytesIO(content), "list.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422


def test_a_hundred_thousand_rows_are_too_many_and_said_so(app) -> None:
    content = b"name,what_we_do,zone\n" + b"".join(b"Group %d,Help,1\n" % number for number in range(100_000))
    with pytest.raises(Refused) as refused:
        actions.import_groups(make_officer(), content)
    assert len(refused.value.problems) == 1
