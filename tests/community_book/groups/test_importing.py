"""A council's own list of groups: whatever the spreadsheet wrote, all of it is checked and each line answered."""

from __future__ import annotations

import io
import re
import time

import pytest
from sqlalchemy import func, select

from community_book.base import dispatcher, work
from community_book.base.actor import anybody, system
from community_book.base.errors import NotAllowed, NotThere, Refused
from community_book.groups import actions, queries
from community_book.groups.actions import taking_in
from community_book.groups.tables import GroupEntry, GroupImport
from community_book.groups.views import ImportView
from community_book.places.queries import zone_choices, zones
from tests.makers import client_of
from tests.makers_groups import make_group, make_officer
from tests.makers_places import WEST, know_postcodes, make_scheme
from tests.support.databases import ON_SQLITE

GOOD = "name;what_we_do;zone;tags;contact_email\r\nCafé Zoë;Coffee;{zone};food;zoe@cafe.example\r\n"


def groups_now() -> int:
    with work.reading() as reading:
        return reading.execute(select(func.count()).select_from(GroupEntry)).scalar_one()


@pytest.fixture
def zone(app) -> str:
    know_postcodes()
    make_scheme()
    with work.reading() as reading:
        return zones(reading, [int(zone_choices(reading)[0][0].partition(":")[2])]).popitem()[1].name


def test_a_list_from_a_spreadsheet_goes_in_and_the_same_again_does_not(app, zone, client) -> None:
    officer = make_officer()
    content = GOOD.format(zone=zone).encode("cp1252")
    before = groups_now()
    assert actions.import_groups(officer, content, try_only=True).count == 1
    assert groups_now() == before
    assert actions.import_groups(officer, content) == actions.TakenIn(1)
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
    assert actions.import_groups(make_officer(), content, try_only=True).count == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"name\nx", b'name,what_we_do\n"open', b"\xff\xfe\x00"])
def test_what_is_no_list_is_refused_kindly(app, content) -> None:
    officer = make_officer()
    client = client_of(app, officer.person_id, officer.organisation_id)
    page = client.get("/groups/import").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(_token|_key)" value="([^"]+)"', page))
    answer = client.post(
        "/groups/import",
        data={**hidden, "file": (io.BytesIO(content), "list.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "one thing is wrong" in answer.get_data(as_text=True)


def test_a_hundred_thousand_rows_are_too_many_and_said_so(app) -> None:
    content = b"name,what_we_do,zone\n" + b"".join(b"Group %d,Help,1\n" % number for number in range(100_000))
    with pytest.raises(Refused) as refused:
        actions.import_groups(make_officer(), content)
    assert len(refused.value.problems) == 1


def long_list(zone: str, count: int = 130) -> bytes:
    lines = "".join(f"Group of the long list {number};We help;{zone}\n" for number in range(count))
    return ("name;what_we_do;zone\n" + lines).encode()


def taken(reference: str) -> ImportView:
    with work.reading() as reading:
        return queries.list_taken_in(reading, make_officer(), reference)


def test_a_long_list_is_taken_in_by_the_worker_and_says_how_far_it_is(app, zone) -> None:
    officer, before = make_officer(), groups_now()
    asked = actions.import_groups(officer, long_list(zone))
    assert asked.count == 130
    assert groups_now() == before
    assert actions.take_in_some(system("import")) == taking_in.ROWS_IN_ONE_ACT
    assert (taken(asked.reference).done, groups_now()) == (40, before + 40)
    client = client_of(app, officer.person_id or 0, officer.organisation_id)
    page = client.get(f"/groups/import/{asked.reference}").get_data(as_text=True)
    assert client.get(f"/groups/import/{asked.reference}?follow=1").headers["Refresh"] == "4"
    assert "40 of 130 lines are looked at" in page
    assert 'max="130" value="40"' in page
    dispatcher.dispatch_all()
    assert taken(asked.reference).finished_at_utc is not None
    assert groups_now() == before + 130
    assert "Refresh" not in client.get(f"/groups/import/{asked.reference}?follow=1").headers
    assert "Done: 130 groups are in the Book now" in client.get(f"/groups/import/{asked.reference}").get_data(
        as_text=True
    )
    assert asked.reference in client.get("/groups/import").get_data(as_text=True)
    assert actions.take_in_some(system("import")) == 0
    with work.reading() as reading:
        assert reading.execute(select(GroupImport.rows)).scalar_one() == []


def test_what_was_listed_while_a_long_list_waited_is_left_out_and_named(app, zone) -> None:
    asked = actions.import_groups(make_officer(), long_list(zone))
    make_group("Group of the long list 100", postcode=WEST)
    dispatcher.dispatch_all()
    view = taken(asked.reference)
    assert (view.done, view.listed) == (130, 129)
    assert [(bad.line, str(bad.message)) for bad in view.left_out] == [
        (102, "Group of the long list 100 is in the Book already")
    ]


def test_a_worker_killed_half_way_goes_on_where_it_was(app, zone, monkeypatch: pytest.MonkeyPatch) -> None:
    before = groups_now()
    asked = actions.import_groups(make_officer(), long_list(zone))
    actions.take_in_some(system("import"))
    with monkeypatch.context() as patched:
        patched.setattr(taking_in, "tag_ids", lambda _work: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            actions.take_in_some(system("import"))
    assert taken(asked.reference).done == 40
    dispatcher.dispatch_all()
    assert groups_now() == before + 130


def test_how_far_a_list_is_is_for_officers_only(app, zone, client) -> None:
    asked = actions.import_groups(make_officer(), long_list(zone))
    lead = make_group(postcode=WEST).lead
    assert client.get(f"/groups/import/{asked.reference}").status_code == 303
    assert client_of(app, lead.person_id or 0, lead.organisation_id).get(
        f"/groups/import/{asked.reference}"
    ).status_code in {403, 404}
    with pytest.raises(NotThere):
        taken("GI-222222")


@ON_SQLITE
def test_five_thousand_groups_are_checked_within_seconds(app, zone) -> None:
    began = time.monotonic()
    asked = actions.import_groups(make_officer(), long_list(zone, 5_000), try_only=True)
    assert asked.count == 5_000
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_way_a_spreadsheet_writes_a_list_is_read(app, zone, separator: str, encoding: str, ending: str) -> None:
    rows = [["Name", "What we do", "Zone"], ["Café Zoë", "Coffee and “talk”", zone], ["", "", ""]]
    content = ending.join(separator.join(row) for row in rows).encode(encoding)
    assert actions.import_groups(make_officer(), content, try_only=True).count == 1


def test_two_lines_with_one_number_are_told_apart_before_anything_is_saved(app, zone) -> None:
    rows = "".join(f"{name},Help,{zone},GB-CHC,1165999\n" for name in ("One", "Two"))
    with pytest.raises(Refused, match="same number as line 2"):
        actions.import_groups(make_officer(), b"name,what_we_do,zone,register,number\n" + rows.encode())


def test_a_file_of_many_megabytes_is_refused_unread(app) -> None:
    with pytest.raises(Refused, match="more than 8 MB"):
        actions.import_groups(make_officer(), b"name,what_we_do\n" + b"x" * 9_000_000)
