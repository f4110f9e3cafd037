"""The public directory and entries: what everybody sees, and above all what nobody sees unless it is ticked."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import event

from community_book.base import work
from community_book.base.actor import Role
from community_book.groups import actions, queries
from community_book.groups.rules import GroupState
from community_book.organisations import queries as organisation_queries
from community_book.places import queries as zone_queries
from tests.makers import actor_for, client_of, make_organisation
from tests.makers_groups import make_ask, make_group
from tests.makers_places import EAST, WEST, know_postcodes, make_scheme

PRIVATE = {"contact_name": "Maureen Qwertington", "contact_telephone": "01632 960188"}
EVERY_PAGE = ("/", "/groups", "/groups?q=club", "/groups.csv", "/zones", "/groups/ask", "/help", "/contact")


@pytest.fixture
def zones(app) -> dict[str, int]:
    know_postcodes()
    return make_scheme()


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_no_public_page_or_download_holds_a_contact_or_an_exact_place(app, zones, client) -> None:
    group = make_group("The quiet club", postcode=WEST, contact_email="quiet@club.example", **PRIVATE)
    secrets = (*PRIVATE.values(), "01632960188", "quiet@club.example", WEST, WEST.replace(" ", ""))
    own = (f"/groups/{group.reference}", f"/groups/{group.reference}/write")
    for address in (*EVERY_PAGE, *own):
        for headers in ({}, {"Accept": "application/json"}, {"Accept": "text/csv"}):
            text = client.get(address, headers=headers).get_data(as_text=True)
            for secret in secrets:
                assert secret.lower() not in text.lower(), (address, secret)


@pytest.mark.parametrize(
    ("role", "council"), [(Role.PROVIDER_LEAD, False), (Role.GROUP_LEAD, False), (Role.AUDITOR, True)]
)
def test_nor_does_a_page_for_other_organisations_or_the_auditor(app, zones, role, council) -> None:
    group = make_group("The quiet club", postcode=WEST, contact_email="quiet@club.example", **PRIVATE)
    actor = actor_for(make_organisation(is_council=council), role)
    page = client_of(app, actor.person_id, actor.organisation_id).get(f"/groups/{group.reference}")
    for secret in (*PRIVATE.values(), "quiet@club.example", WEST):
        assert secret not in page.get_data(as_text=True)


def test_what_narrows_the_list_down_is_open_only_where_something_is_chosen(app, zones, client) -> None:
    make_group(postcode=WEST)
    for address in ("/groups", "/groups?q=club&tag=&zone=&postcode=&sort="):
        assert 'cb-find__more">' in client.get(address).get_data(as_text=True)
    for address in (f"/groups?postcode={WEST}", "/groups?sort=fresh", "/groups?q=club&tag=food"):
        assert 'cb-find__more" open>' in client.get(address).get_data(as_text=True)


def test_what_other_rooms_read_without_an_actor_is_public_only(app, zones, reading) -> None:
    group = make_group(postcode=WEST, **PRIVATE)
    found = queries.groups(reading, [group.organisation_id])[group.organisation_id]
    assert (found.contact_name, found.contact_email, found.contact_telephone, found.postcode) == ("", "", "", "")
    assert queries.contacts_of(reading, group.organisation_id).contact_name == PRIVATE["contact_name"]  # type: ignore[union-attr]
    assert queries.contacts_of(reading, make_organisation().id) is None


def test_the_groups_own_people_and_officers_see_the_contact(app, zones) -> None:
    group = make_group(postcode=WEST, **PRIVATE)
    officer = actor_for(make_organisation(is_council=True), Role.OFFICER)
    for actor in (group.lead, officer):
        page = client_of(app, actor.person_id, actor.organisation_id).get(f"/groups/{group.reference}")
        text = page.get_data(as_text=True)
        assert PRIVATE["contact_name"] in text
        assert WEST in text


def test_a_group_that_ticked_it_shows_its_contact_everywhere(app, client) -> None:
    group = make_group("The open club", contacts_public=True, contact_email="open@club.example", **PRIVATE)
    assert "open@club.example" in client.get(f"/groups/{group.reference}").get_data(as_text=True)
    [row] = rows_of(client.get("/groups.csv"))
    assert (row["contact email"], row["contact telephone"]) == ("open@club.example", PRIVATE["contact_telephone"])


def test_a_closed_group_shows_no_contact_even_if_it_was_ticked(app, client) -> None:
    group = make_group(contacts_public=True, **PRIVATE)
    actions.close_group(group.lead, group.reference, "We stop")
    page = client.get(f"/groups/{group.reference}")
    assert page.status_code == 200
    assert PRIVATE["contact_name"] not in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("state", "status", "in_directory"),
    [
        (GroupState.LISTED, 200, True),
        (GroupState.PAUSED, 200, False),
        (GroupState.CLOSED, 200, False),
        (GroupState.SUSPENDED, 404, False),
    ],
)
def test_who_is_found_in_which_state(app, client, state, status, in_directory) -> None:
    group = make_group("Beech Street Growers", state=state)
    assert client.get(f"/groups/{group.reference}").status_code == status
    assert ("Beech Street Growers" in client.get("/groups").get_data(as_text=True)) is in_directory
    assert bool(rows_of(client.get("/groups.csv"))) is in_directory


def test_asks_are_no_entries(client) -> None:
    reference = make_ask("Not yet")
    assert client.get(f"/groups/{reference}").status_code == 404
    assert "Not yet" not in client.get("/groups").get_data(as_text=True)
    assert client.get("/groups/nonsense").status_code == 404


def test_all_words_must_be_found_somewhere_in_the_entry(app, reading, client) -> None:
    make_group("Beech Street Growers", what_we_do="Twenty plots and a polytunnel")
    make_group("Code Club", what_we_do="Computers in the library")
    page = client.get("/groups?q=POLYTUNNEL+beech").get_data(as_text=True)
    assert "Beech Street Growers" in page
    assert "Code Club" not in page
    assert "1 group" in page


@pytest.mark.parametrize("words", ["%", "_", "\\", "100%", "' OR 1=1 --", "%00", "*a*", "x" * 5000])
def test_what_is_typed_is_words_and_nothing_else(app, client, words) -> None:
    make_group("Beech Street Growers")
    answer = client.get("/groups", query_string={"q": words})
    assert answer.status_code == 200
    assert "Beech Street Growers" not in answer.get_data(as_text=True)


def test_a_zone_filters_the_list_and_an_unknown_one_is_ignored(app, zones, reading, client) -> None:
    make_group("In the west", postcode=WEST)
    make_group("In the east", postcode=EAST)
    value = zone_queries.zones(reading, zones.values())[zones["Westside"]].value
    page = client.get(f"/groups?zone={value}").get_data(as_text=True)
    assert "In the west" in page
    assert "In the east" not in page
    assert "In the east" in client.get("/groups?zone=1:99999").get_data(as_text=True)
    assert "In the east" in client.get("/groups?zone=nonsense&unknown=1&page=x").get_data(as_text=True)


def test_an_empty_list_says_what_to_do(client) -> None:
    assert "Ask to list your group" in client.get("/groups").get_data(as_text=True)
    assert "Try fewer words" in client.get("/groups?q=nothing").get_data(as_text=True)


def test_the_list_has_pages_that_keep_the_search(app, client) -> None:
    for number in range(27):
        make_group(f"Club {number:02}", contact_email=f"c{number}@club.example")
    first = client.get("/groups?q=Club").get_data(as_text=True)
    assert first.count('class="cb-card"') == 25
    assert "q=Club" in first.split('rel="next"')[0].rsplit("href=", 1)[1]
    assert client.get("/groups?q=Club&page=2").get_data(as_text=True).count('class="cb-card"') == 2
    assert client.get("/groups?page=999").status_code == 200


def test_what_a_spreadsheet_would_run_is_made_harmless(app, client) -> None:
    make_group("=HYPERLINK(1)", what_we_do="@SUM(1)")
    [row] = rows_of(client.get("/groups.csv"))
    assert row["name"] == "'=HYPERLINK(1)"
    assert row["what they do"] == "'@SUM(1)"


def test_what_is_written_is_shown_as_text(app, client) -> None:
    group = make_group("<script>alert(1)</script>", what_we_do="<b>bold</b>\nnew line")
    page = client.get(f"/groups/{group.reference}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


def test_the_directory_asks_few_questions_whatever_the_number_of_groups(app, zones, client) -> None:
    for number in range(20):
        make_group(f"Club {number}", postcode=WEST, contact_email=f"c{number}@club.example")
    counted: list[str] = []
    event.listen(work.engine(), "before_cursor_execute", lambda *given: counted.append(given[2]))
    client.get("/groups")
    assert len([statement for statement in counted if statement.startswith("SELECT")]) <= 15
    counted.clear()
    client.get("/groups.csv")
    assert len([statement for statement in counted if statement.startswith("SELECT")]) <= 15


def test_the_lower_house_alone_answers(app, client) -> None:
    group = make_group()
    for address in (*EVERY_PAGE, f"/groups/{group.reference}"):
        assert client.get(address).status_code == 200


def test_the_page_of_a_groups_organisation_leads_to_its_entry_unless_that_is_suspended(app, zones, client) -> None:
    for state, leads in ((GroupState.LISTED, True), (GroupState.SUSPENDED, False)):
        group = make_group(f"The {state} club", state=state, postcode=WEST)
        with work.reading() as reading:
            body = organisation_queries.organisations(reading, [group.organisation_id])[group.organisation_id]
        page = client.get(f"/organisations/{body.reference}").get_data(as_text=True)
        assert (f"/groups/{group.reference}" in page) is leads
