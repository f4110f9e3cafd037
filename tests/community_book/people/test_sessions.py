"""How long a session lasts, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from community_book.base import clock, work
from community_book.base.actor import Role
from community_book.people import actions
from community_book.people.tables import SignInSession
from tests.makers import actor_for, client_of, make_organisation, make_person, send
from tests.makers_people import PASSWORD, council, lead, sign_in, with_password


def later(**time: int) -> Any:
    return clock.held_at(clock.now_utc() + timedelta(**time))


@pytest.mark.parametrize(
    ("role", "minutes", "status"),
    [
        (Role.GROUP_LEAD, 11 * 60, 200),
        (Role.GROUP_LEAD, 12 * 60 + 1, 303),
        (Role.OFFICER, 59, 200),
        (Role.OFFICER, 61, 303),
        (Role.ADMINISTRATOR, 61, 303),
    ],
)
def test_a_session_ends_when_nobody_uses_it(app: Flask, role: Role, minutes: int, status: int) -> None:
    place = council() if role is not Role.GROUP_LEAD else make_organisation()
    browser = client_of(app, make_person(belongs_to=place, role=role).id, place.id)
    with later(minutes=minutes):
        assert browser.get("/account").status_code == status


def test_a_session_in_use_lives_on_and_is_written_down_every_five_minutes_only(
    app: Flask, reading: work.Reading
) -> None:
    person = make_person(belongs_to=council(), role=Role.OFFICER)
    browser = client_of(app, person.id)
    started = clock.now_utc()

    def seen() -> Any:
        reading.expire_all()
        return reading.query(SignInSession).filter_by(person_id=person.id).one().last_seen_at_utc

    first = seen()
    with clock.held_at(started + timedelta(minutes=4)):
        browser.get("/account")
        assert seen() == first
    for minutes in range(6, 200, 20):
        with clock.held_at(started + timedelta(minutes=minutes)):
            assert browser.get("/account").status_code == 200
            assert seen() == started + timedelta(minutes=minutes)


def test_no_session_lasts_longer_than_thirty_days(app: Flask) -> None:
    person = make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    browser, started = client_of(app, person.id), clock.now_utc()
    for hours in range(0, 30 * 24, 11):
        with clock.held_at(started + timedelta(hours=hours)):
            assert browser.get("/account").status_code == 200
    with clock.held_at(started + timedelta(days=30, hours=1)):
        assert browser.get("/account").status_code == 303


def test_changing_the_password_signs_every_other_browser_out(app: Flask) -> None:
    person = with_password()
    here, there = app.test_client(), app.test_client()
    for browser in (here, there):
        sign_in(browser, person.email or "")
    answer = send(here, "/account/password", current=PASSWORD, password="another good password")
    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert sign_in(app.test_client(), person.email or "").status_code == 422


def test_one_browser_can_be_ended_from_another(app: Flask) -> None:
    person = with_password()
    here, there = app.test_client(), app.test_client()
    for browser in (here, there):
        sign_in(browser, person.email or "")
    import re

    page = here.get("/account").get_data(as_text=True)
    [address] = re.findall(r'action="(/account/sessions/\d+/end)"', page)
    assert send(here, address, page="/account").status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(app: Flask, reading: work.Reading) -> None:
    mine, other = with_password(), with_password()
    browser, theirs = app.test_client(), app.test_client()
    sign_in(browser, mine.email or "")
    sign_in(theirs, other.email or "")
    row = reading.query(SignInSession).filter_by(person_id=other.id).one()
    assert send(browser, f"/account/sessions/{row.id}/end", page="/account").status_code == 404
    assert theirs.get("/account").status_code == 200


def test_who_is_shut_out_is_out_at_the_next_request(app: Flask) -> None:
    administrator = actor_for(council(), Role.ADMINISTRATOR)
    person = with_password(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    browser = app.test_client()
    sign_in(browser, person.email or "")
    assert browser.get("/account").status_code == 200
    actions.disable_person(administrator, person.reference)
    assert browser.get("/account").location == "/sign-in?next=/account"


def test_a_role_counts_from_the_next_request_and_stops_counting_so_too(app: Flask) -> None:
    group = make_organisation()
    person = make_person(belongs_to=group, role=Role.GROUP_MEMBER)
    first = lead(group)
    browser, page = client_of(app, person.id, group.id), f"/organisations/{group.reference}/people/invite"
    assert browser.get(page).status_code == 403
    from community_book.people.queries import actor_of_person

    with work.reading() as reading:
        acting = actor_of_person(reading, reading.get_one(type(first), first.id), group.id)
    actions.set_roles(acting, group.reference, person.reference, {Role.GROUP_LEAD})
    assert browser.get(page).status_code == 200
    actions.set_roles(acting, group.reference, person.reference, {Role.GROUP_MEMBER})
    assert browser.get(page).status_code == 403


def test_a_made_up_cookie_is_nobody(app: Flask) -> None:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = "x" * 500
    assert browser.get("/account").status_code == 303
    other = app.test_client()
    other.set_cookie("cb", "tampered." + "x" * 3000)
    assert other.get("/account").status_code == 303
