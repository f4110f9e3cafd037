"""From an empty database to an open site: the one-time address, the steps, the colour, the opening."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import site as sites
from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.errors import NotAllowed, WrongState
from community_book.base.site import NAMES, OPENING, SAFEGUARDING, site
from community_book.base.tables import SiteFact
from community_book.setting_up import actions, queries
from community_book.setting_up.rules import Colour, Names, Safeguarding
from tests.makers import actor_for, client_of, make_organisation, send
from tests.support.counted import statements

FIRST = {
    "council_name": "Riverside Council",
    "name": "Ada First",
    "email": "ada@riverside.gov.uk",
    "password": "river stone apple",
}
NAMED = Names("Riverside Book", "Riverside Council", "book@riverside.gov.uk", "020 7946 0100")
CALLED = Safeguarding("020 7946 0999", "always")


@pytest.fixture
def address(app: Flask) -> str:
    return "/set-up/begin/" + actions.make_first_link(system("test"))


@pytest.fixture
def closed(app: Flask) -> Iterator[None]:
    with work.bookkeeping(system("test")) as session:
        session.add(SiteFact(name=OPENING, value={"is_open": False, "version": 1}))
    sites.forget()
    yield
    sites.forget()


def begun(client: FlaskClient, address: str) -> FlaskClient:
    assert send(client, address, **FIRST).status_code == 303
    return client


def test_the_first_administrator_begins_at_the_one_time_address_and_sees_the_steps(
    client: FlaskClient, address: str
) -> None:
    begun(client, address)
    page = client.get("/set-up").get_data(as_text=True)
    for words in ("Names and contact", "Safeguarding number", "Colour", "Zones", "Measures", "Framework", "People"):
        assert words in page
    assert "0 of 7 steps are done" in page
    assert "Invite one before the site opens" in page
    assert "Riverside Council" in page


def test_the_one_time_address_works_once_and_an_earlier_one_not_at_all(
    app: Flask, client: FlaskClient, address: str
) -> None:
    newer = "/set-up/begin/" + actions.make_first_link(system("test"))
    assert client.get(address).status_code == 409
    begun(client, newer)
    again = app.test_client()
    assert again.get(newer).status_code == 409
    with pytest.raises(WrongState):
        actions.make_first_link(system("test"))


def test_a_password_everybody_tries_begins_nothing(client: FlaskClient, address: str) -> None:
    assert send(client, address, **{**FIRST, "password": "password1234"}).status_code == 422
    with work.reading() as reading:
        assert not queries.has_administrator(reading)


def test_a_closed_site_says_opening_soon_and_keeps_search_engines_away(client: FlaskClient, closed: None) -> None:
    for address in ("/", "/needs", "/groups", "/pillars"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Opening soon" in answer.get_data(as_text=True)
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for address in ("/concern", "/sign-in", "/contact", "/privacy"):
        assert "Opening soon" not in client.get(address).get_data(as_text=True)
    assert send(client, "/groups/ask", page="/sign-in", name="x").status_code == 403


def test_whoever_has_an_account_sees_the_closed_site(app: Flask, closed: None) -> None:
    council = make_organisation(is_council=True)
    officer = actor_for(council, Role.OFFICER)
    page = client_of(app, officer.person_id or 0, council.id).get("/needs").get_data(as_text=True)
    assert "Opening soon" not in page
    assert "not open yet" in page


def test_the_site_opens_when_what_must_be_done_is_done(app: Flask, client: FlaskClient, closed: None) -> None:
    admin = actor_for(make_organisation(is_council=True), Role.ADMINISTRATOR)
    with pytest.raises(WrongState):
        actions.open_site(admin, 1, is_open=True)
    actions.name_site(admin, NAMED)
    with pytest.raises(WrongState):
        actions.open_site(admin, 1, is_open=True)
    actions.say_safeguarding(admin, CALLED)
    with pytest.raises(WrongState, match="changed this"):
        actions.open_site(admin, 7, is_open=True)
    actions.open_site(admin, 1, is_open=True)
    page = client.get("/").get_data(as_text=True)
    assert "Riverside Book" in page
    assert "020 7946 0999" in page
    assert "X-Robots-Tag" not in client.get("/").headers
    with pytest.raises(WrongState):
        actions.open_site(admin, None, is_open=True)


def test_a_stale_edit_is_refused_and_nothing_is_lost(app: Flask) -> None:
    admin = actor_for(make_organisation(is_council=True), Role.ADMINISTRATOR)
    actions.name_site(admin, NAMED)
    with pytest.raises(WrongState):
        actions.name_site(admin, Names("Other", "Other Council", "a@b.gov.uk", "020 7946 0101", version=9))
    assert site().site_name == "Riverside Book"


def test_a_step_can_be_left_and_taken_up_but_not_one_that_must_be_done(app: Flask) -> None:
    council = make_organisation(is_council=True)
    admin = actor_for(council, Role.ADMINISTRATOR)
    browser = client_of(app, admin.person_id or 0, council.id)
    assert send(browser, "/set-up/later/zones", page="/set-up").status_code == 303
    assert "left for later" in browser.get("/set-up").get_data(as_text=True)
    assert send(browser, "/set-up/again/zones", page="/set-up").status_code == 303
    assert "left for later" not in browser.get("/set-up").get_data(as_text=True)
    assert send(browser, "/set-up/later/names", page="/set-up").status_code == 409
    assert send(browser, "/set-up/later/nothing", page="/set-up").status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.VERIFIER, Role.AUDITOR, Role.GROUP_LEAD])
def test_only_an_administrator_sets_the_site_up(app: Flask, role: Role) -> None:
    who = actor_for(make_organisation(is_council=role is not Role.GROUP_LEAD), role)
    acts: tuple[Callable[[], None], ...] = (
        lambda: actions.name_site(who, NAMED),
        lambda: actions.say_safeguarding(who, CALLED),
        lambda: actions.choose_colour(who, Colour("#123456")),
        lambda: actions.leave_step(who, "zones", is_left=True),
        lambda: actions.open_site(who, None, is_open=True),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_a_colour_reaches_every_page_by_a_stylesheet_of_its_own(app: Flask, client: FlaskClient) -> None:
    assert "theme.css" not in client.get("/").get_data(as_text=True)
    admin = actor_for(make_organisation(is_council=True), Role.ADMINISTRATOR)
    actions.choose_colour(admin, Colour("7A1E5D"))
    page = client.get("/").get_data(as_text=True)
    address = re.search(r'href="(/theme\.css\?v=7a1e5d)"', page)
    assert address is not None
    assert " style=" not in page
    answer = client.get(address[1])
    assert answer.get_data(as_text=True) == ":root{--govuk-brand-colour:#7a1e5d}\n"
    assert "immutable" in answer.headers["Cache-Control"]


def test_what_the_council_says_is_read_once_for_many_pages(app: Flask, client: FlaskClient) -> None:
    client.get("/contact")
    with statements() as queries_made:
        for _ in range(3):
            client.get("/contact")
    assert sum("site_facts" in query for query in queries_made) <= 1


def test_the_facts_stand_in_front_of_the_settings(app: Flask) -> None:
    from community_book.base.settings import settings

    said = sites.described({NAMES: {"council_name": "Ours"}, SAFEGUARDING: {}}, settings())
    assert said.council_name == "Ours"
    assert said.safeguarding_phone == settings().safeguarding_phone
    assert sites.described({sites.COLOUR: {"colour": "red;}"}}, settings()).colour == sites.OWN_COLOUR


@pytest.mark.usefixtures("closed")
def test_a_site_that_is_being_set_up_shows_nothing_made_up(client: FlaskClient, address: str) -> None:
    begun(client, address)
    pages = ("/", "/contact", "/accessibility", "/help", "/answer", "/concern", "/set-up", "/privacy")
    shown = [client.get(page).get_data(as_text=True) for page in pages]
    assert [text for text in shown if "01632 960" in text or ".example" in text or "Example Borough" in text] == []
    assert "The council has not said yet how to reach it" in shown[1]
    assert "Go on setting it up" in shown[1]
    outside = client.application.test_client().get("/").get_data(as_text=True)
    assert "Riverside Council is getting" in outside
    assert "Go on setting it up" not in outside
    assert 'role="search"' not in outside
    assert "Worried about a child" not in shown[0]
    assert send(client, "/set-up/safeguarding", **vars(CALLED)).status_code == 303
    assert "020 7946 0999" in client.get("/").get_data(as_text=True)


def test_a_made_up_borough_keeps_its_examples() -> None:
    from community_book.base.settings import settings

    closed = {OPENING: {"is_open": False}}
    assert sites.described(closed, settings()).safeguarding_phone == ""
    kept = sites.described({**closed, sites.EXAMPLE_DATA: {}}, settings())
    assert kept.safeguarding_phone == settings().safeguarding_phone
    said = sites.described({**closed, SAFEGUARDING: {"safeguarding_phone": "01632 960 001"}}, settings())
    assert said.safeguarding_phone == "01632 960 001"


def test_an_administrator_loads_the_starter_pack_by_page_and_a_bad_file_changes_nothing(app: Flask) -> None:
    import io

    council = make_organisation(is_council=True)
    admin = actor_for(council, Role.ADMINISTRATOR)
    browser = client_of(app, admin.person_id or 0, council.id)
    assert send(browser, "/pillars/load", pack="own").status_code == 422
    bad = send(browser, "/pillars/load", pack="own", file=(io.BytesIO(b"code;pillar\nX;9\n"), "a\0b.csv"))
    assert bad.status_code == 422
    assert send(browser, "/pillars/load", pack="starter").status_code == 303
    assert "1 of 7" in browser.get("/set-up").get_data(as_text=True)
