"""An organisation's page, and who may change what on it."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.organisations import actions
from community_book.organisations.queries import organisation_by_reference
from community_book.organisations.tables import Organisation
from tests.makers import client_of, make_organisation, send
from tests.makers_people import browser_of, lead

LEADS = {Role.GROUP_LEAD, Role.PROVIDER_LEAD}


def with_number(name: str, scheme: str, value: str) -> Organisation:
    with work.bookkeeping(system("test")) as session:
        made = actions.make_organisation(session, name, identifiers=[(scheme, value)])
        return session.get_one(Organisation, made)


def test_everybody_reads_an_organisations_page(app: Flask) -> None:
    club = with_number("Lunch club", "GB-CHC", "1090095")
    browser = client_of(app, lead(club).id, club.id)
    send(
        browser,
        f"/organisations/{club.reference}/edit",
        description="We cook.\n\nOn Wednesdays.",
        website="lunch.example.org",
        version=1,
    )
    page = app.test_client().get(f"/organisations/{club.reference}").get_data(as_text=True)
    for shown in ("Lunch club", "We cook.", "On Wednesdays.", "https://lunch.example.org", "1090095", "GB-CHC-1090095"):
        assert shown in page
    for hidden in ("Change its name", "Its people", "Change what it says"):
        assert hidden not in page


@pytest.mark.parametrize("reference", ["O-ZZZZZZ", "nonsense", "0", "%00", "x" * 300, "../../etc/passwd", "é"])
def test_a_page_of_nobody_is_not_there(app: Flask, reference: str) -> None:
    assert app.test_client().get(f"/organisations/{reference}").status_code == 404


def test_a_reference_is_read_as_people_say_it(app: Flask) -> None:
    club = make_organisation("Lunch club")
    spoken = club.reference.lower().replace("-", " ")
    assert app.test_client().get(f"/organisations/{spoken}").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_who_may_change_what_it_says_about_itself(app: Flask, role: Role) -> None:
    club = make_organisation()
    url = f"/organisations/{club.reference}/edit"
    own = browser_of(app, role, club)
    other = browser_of(app, role)
    may, everywhere = role in LEADS or role is Role.ADMINISTRATOR, role is Role.ADMINISTRATOR
    assert own.get(url).status_code == (200 if may else 403)
    assert other.get(url).status_code == (200 if everywhere else 404 if may else 403)
    sent = send(other, url, page="/account", description="Changed", version=1)
    assert sent.status_code == (303 if everywhere else 404 if may else 403)


@pytest.mark.parametrize("role", list(Role))
def test_only_an_administrator_changes_name_and_numbers(app: Flask, role: Role) -> None:
    club = make_organisation("Lunch club")
    browser = browser_of(app, role, club)
    url, may = f"/organisations/{club.reference}", role is Role.ADMINISTRATOR
    assert browser.get(f"{url}/name").status_code == (200 if may else 403)
    renamed = send(browser, f"{url}/name", page="/account", name="Dinner club", version=1)
    assert renamed.status_code == (303 if may else 403)
    added = send(browser, f"{url}/numbers", page="/account", scheme="GB-CHC", identifier="1090095")
    assert added.status_code == (303 if may else 403)
    shown = browser.get(url).get_data(as_text=True)
    assert ("Dinner club" in shown) == may
    dropped = send(browser, f"{url}/numbers/drop", page="/account", number="GB-CHC-1090095")
    assert dropped.status_code == (303 if may else 403)


def test_a_number_belongs_to_one_organisation(app: Flask) -> None:
    with_number("Lunch club", "GB-COH", "234567")
    other = make_organisation("Tool shed")
    browser = browser_of(app, Role.ADMINISTRATOR)
    refused = send(
        browser, f"/organisations/{other.reference}/numbers", scheme="GB-COH", identifier="00 234 567", primary="yes"
    )
    assert refused.status_code == 422
    assert "Company number (Companies House) 00234567 belongs to Lunch club already" in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"scheme": "", "identifier": "1"}, "Choose an answer"),
        ({"scheme": "GB-XYZ", "identifier": "1"}, "Choose one of the answers"),
        ({"scheme": "GB-CHC", "identifier": "12"}, "6 or 7 digits"),
        ({"scheme": "GB-CHC", "identifier": "\uff11\uff10\uff19\uff10\uff10\uff19\uff15"}, "6 or 7 digits"),
        ({"scheme": "GB-CHC", "identifier": "1090095", "organisation_id": "1"}, "is not asked for here"),
    ],
)
def test_a_mistyped_number_comes_back_with_how_to_type_it(app: Flask, fields: dict[str, str], said: str) -> None:
    browser, club = browser_of(app, Role.ADMINISTRATOR), make_organisation()
    refused = send(browser, f"/organisations/{club.reference}/numbers", **fields)
    assert refused.status_code == 422
    assert said in refused.get_data(as_text=True)


@pytest.mark.parametrize("website", ["javascript:alert(1)", "not a site", 'https://x.example/"><script>'])
def test_a_website_that_is_none_comes_back_with_what_was_typed(app: Flask, website: str) -> None:
    club = make_organisation()
    browser = client_of(app, lead(club).id, club.id)
    refused = send(browser, f"/organisations/{club.reference}/edit", description="We cook.", website=website, version=1)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert "https://www.example.org" in page
    assert "We cook." in page
    assert "<script>" not in page.split("<main", 1)[1]


def test_a_stale_edit_changes_nothing(app: Flask) -> None:
    club = make_organisation()
    browser = client_of(app, lead(club).id, club.id)
    url = f"/organisations/{club.reference}/edit"
    assert send(browser, url, description="First", version=1).status_code == 303
    assert send(browser, url, description="Second", version=1).status_code == 409
    assert "First" in browser.get(f"/organisations/{club.reference}").get_data(as_text=True)


def test_what_is_written_is_shown_as_text(app: Flask) -> None:
    club = make_organisation("<b>Club</b>")
    browser = client_of(app, lead(club).id, club.id)
    nasty = "<script>alert(1)</script>{{7*7}}"
    send(browser, f"/organisations/{club.reference}/edit", description=nasty, version=1)
    page = app.test_client().get(f"/organisations/{club.reference}").get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "<b>Club" not in page
    assert "{{7*7}}" in page


def test_every_change_is_written_down(app: Flask, reading: work.Reading) -> None:
    from community_book.base import audit

    club = make_organisation("Lunch club")
    browser = browser_of(app, Role.ADMINISTRATOR)
    url = f"/organisations/{club.reference}"
    send(browser, f"{url}/name", name="Dinner club", version=1)
    send(browser, f"{url}/numbers", scheme="GB-CHC", identifier="1090095")
    send(browser, f"{url}/numbers/drop", page=url, number="GB-CHC-1090095")
    past = audit.history(reading, f"organisation:{club.reference}")
    assert [one.act for one in past] == ["organisation.drop_number", "organisation.add_number", "organisation.rename"]
    assert past[2].facts == {"from": "Lunch club", "to": "Dinner club"}
    assert organisation_by_reference(reading, club.reference).version == 2
