"""Council administrators look after everybody's accounts and roles."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base.actor import Role
from tests.makers import client_of, make_organisation, make_person, send
from tests.makers_people import PASSWORD, browser_of, council, lead, sign_in, with_password


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_sees_the_list_of_people(app: Flask, role: Role) -> None:
    person = make_person()
    browser = browser_of(app, role)
    assert browser.get("/people").status_code == 403
    assert browser.get(f"/people/{person.reference}").status_code == 404
    for act in ("disable", "enable"):
        assert send(browser, f"/people/{person.reference}/{act}", page="/account").status_code == 403


def test_people_are_found_by_name_address_organisation_and_role(app: Flask) -> None:
    browser = browser_of(app, Role.ADMINISTRATOR)
    asha = make_person("Asha Patel", belongs_to=make_organisation("Lunch club"), role=Role.GROUP_LEAD)
    make_person("Bela Kovacs", belongs_to=make_organisation("Tool shed"), role=Role.PROVIDER_LEAD)
    for query in ("words=asha", f"words={asha.email}", "words=lunch", "role=group_lead"):
        page = browser.get(f"/people?{query}").get_data(as_text=True)
        assert "Asha Patel" in page
        assert "Bela Kovacs" not in page
    assert "Nobody fits" in browser.get("/people?words=%25%25").get_data(as_text=True)
    for odd in ("role=emperor", "page=99999999999999999999", "page=-1", "page=x", "as=pdf"):
        assert browser.get(f"/people?{odd}").status_code == 200


def test_the_list_pages_and_can_be_taken_away_as_a_table(app: Flask) -> None:
    browser, club = browser_of(app, Role.ADMINISTRATOR), make_organisation("=Lunch club")
    for number in range(30):
        make_person(f"Helper {number:02d}", belongs_to=club, role=Role.GROUP_MEMBER)
    first = browser.get("/people?words=helper").get_data(as_text=True)
    assert "Page 1 of 2" in first
    assert "Helper 29" not in first
    assert "Helper 29" in browser.get("/people?words=helper&page=2").get_data(as_text=True)
    table = browser.get("/people?words=helper&as=csv")
    assert table.mimetype == "text/csv"
    lines = table.get_data(as_text=True).splitlines()
    assert len(lines) == 31
    assert "'=Lunch club" in lines[1]


def test_shutting_an_account_and_opening_it_again(app: Flask) -> None:
    browser, person = browser_of(app, Role.ADMINISTRATOR), with_password("Asha Patel")
    url = f"/people/{person.reference}"
    assert send(browser, f"{url}/disable", page=url).status_code == 303
    assert "shut out" in browser.get(url).get_data(as_text=True)
    assert sign_in(app.test_client(), person.email or "", PASSWORD).status_code == 422
    twice = send(browser, f"{url}/disable", page=url)
    assert twice.status_code == 409
    assert "shut already" in twice.get_data(as_text=True)
    assert send(browser, f"{url}/enable", page=url).status_code == 303
    assert sign_in(app.test_client(), person.email or "", PASSWORD).status_code == 303
    assert send(browser, f"{url}/enable", page=url).status_code == 409
    assert send(browser, "/people/PE-ZZZZZZ/disable", page=url).status_code == 404


def test_an_administrator_shuts_neither_themselves_out_nor_gives_themselves_roles(app: Flask) -> None:
    place = council()
    me = lead(place, Role.ADMINISTRATOR)
    lead(place, Role.ADMINISTRATOR)
    browser = client_of(app, me.id, place.id)
    assert send(browser, f"/people/{me.reference}/disable", page="/account").status_code == 403
    roles = f"/organisations/{place.reference}/people/{me.reference}/roles"
    refused = send(browser, roles, roles=["administrator", "verifier"])
    assert refused.status_code == 403
    assert "Nobody gives roles to themselves" in refused.get_data(as_text=True)
    assert browser.get(f"/people/{me.reference}").location == "/account"


def test_giving_somebody_a_role_in_the_council(app: Flask) -> None:
    place = council()
    browser = client_of(app, lead(place, Role.ADMINISTRATOR).id, place.id)
    person = make_person("Vera Fier")
    page = browser.get(f"/people/{person.reference}?organisation=council").get_data(as_text=True)
    url = f"/organisations/{place.reference}/people/{person.reference}/roles"
    assert url in page
    assert send(browser, url, roles=["verifier", "officer"]).status_code == 303
    done = browser.get(f"/people/{person.reference}").get_data(as_text=True)
    assert "council officer, council verifier" in done
    assert "given:" in done
    refused = send(browser, url, roles=["group_lead"])
    assert refused.status_code == 422
