"""The dates of promises in people's own calendars."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.notices.tables import CalendarFeed
from community_book.people import actions as people
from community_book.people.tables import Person
from tests.makers import client_of, make_organisation, make_person, send
from tests.makers_commitments import make_commitment, make_minibus_pair, terms_of


def address_in(browser: FlaskClient) -> str:
    shown = browser.get("/account/calendar").get_data(as_text=True)
    found = re.search(r"http://localhost(/calendar/[\w-]+\.ics)", shown)
    return found[1] if found else ""


def test_the_people_of_both_sides_read_the_sessions_and_nobody_else_does(app: Flask) -> None:
    pair = make_minibus_pair()
    reference = make_commitment(pair)
    terms = terms_of(reference)
    anybody = app.test_client()
    for organisation_id, role in ((terms.provider_id, Role.PROVIDER_MEMBER), (terms.group_id, Role.GROUP_MEMBER)):
        person = make_person("Asha Patel")
        with work.bookkeeping(system("test")) as session:
            people.give_role(session, person.id, organisation_id, role)
        browser = client_of(app, person.id)
        assert address_in(browser) == ""
        assert send(browser, "/account/calendar/make", page="/account/calendar").status_code == 303
        answer = anybody.get(address_in(browser))
        text = answer.get_data(as_text=True).replace("\r\n ", "")
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert text.count("UID:session-") == len(terms.sessions)
        assert f"http://localhost/promises/{reference}" in text
        assert "Patel" not in text
        assert "@test.example" not in text
    stranger = make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    other = client_of(app, stranger.id)
    send(other, "/account/calendar/make", page="/account/calendar")
    assert "BEGIN:VEVENT" not in anybody.get(address_in(other)).get_data(as_text=True)


def test_an_address_can_be_made_anew_and_taken_away(app: Flask, reading: work.Reading) -> None:
    browser = client_of(app, make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD).id)
    send(browser, "/account/calendar/make", page="/account/calendar")
    first = address_in(browser)
    assert browser.get(first).status_code == 200
    send(browser, "/account/calendar/make", page="/account/calendar")
    second = address_in(browser)
    assert first != second
    assert browser.get(first).status_code == 404
    assert send(browser, "/account/calendar/end", page="/account/calendar").status_code == 303
    assert browser.get(second).status_code == 404
    assert send(browser, "/account/calendar/end", page="/account/calendar").status_code == 404
    assert reading.query(CalendarFeed).count() == 0


def test_who_may_not_sign_in_any_more_has_no_calendar(app: Flask) -> None:
    from community_book.base.clock import now_utc

    person = make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    browser = client_of(app, person.id)
    send(browser, "/account/calendar/make", page="/account/calendar")
    address = address_in(browser)
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, person.id).disabled_at_utc = now_utc()
    assert app.test_client().get(address).status_code == 404
    for junk in ("x", "A" * 43, "%00", "é"):
        assert app.test_client().get(f"/calendar/{junk}.ics").status_code == 404


def test_all_dates_to_come_are_taken_away_in_one_file(app: Flask) -> None:
    reference = make_commitment(make_minibus_pair())
    terms = terms_of(reference)
    lead = make_person()
    with work.bookkeeping(system("test")) as session:
        people.give_role(session, lead.id, terms.provider_id, Role.PROVIDER_MEMBER)
    browser = client_of(app, lead.id)
    assert "/promises/coming.ics" in browser.get("/promises/coming").get_data(as_text=True)
    answer = browser.get("/promises/coming.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.get_data(as_text=True).count("UID:session-") == len(terms.sessions)
    stranger = client_of(app, make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD).id)
    assert "BEGIN:VEVENT" not in stranger.get("/promises/coming.ics").get_data(as_text=True)


def test_one_promise_is_taken_away_as_a_file_by_its_two_sides(app: Flask) -> None:
    reference = make_commitment(make_minibus_pair())
    terms = terms_of(reference)
    lead = make_person()
    with work.bookkeeping(system("test")) as session:
        people.give_role(session, lead.id, terms.group_id, Role.GROUP_LEAD)
    browser = client_of(app, lead.id)
    assert "Put the dates into my calendar" in browser.get(f"/promises/{reference}").get_data(as_text=True)
    answer = browser.get(f"/promises/{reference}/dates.ics")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{reference}.ics"'
    assert answer.get_data(as_text=True).count("UID:session-") == len(terms.sessions)
    stranger = client_of(app, make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD).id)
    assert stranger.get(f"/promises/{reference}/dates.ics").status_code == 404
