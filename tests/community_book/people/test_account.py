"""One's own account: details, address, password, what is held."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from community_book.base import registers, work
from community_book.base.actor import Role
from community_book.people.tables import Person
from tests.makers import make_organisation, make_person, send
from tests.makers_people import PASSWORD, link_in, mail_to, sign_in, with_password


def signed_in(app: Flask, person: Person) -> FlaskClient:
    browser = app.test_client()
    sign_in(browser, person.email or "")
    return browser


def test_name_telephone_and_mail_can_be_changed_and_nothing_else_with_them(app: Flask) -> None:
    person = with_password(belongs_to=make_organisation("Lunch club"), role=Role.GROUP_MEMBER)
    browser = signed_in(app, person)
    answer = send(
        browser, "/account/details", mail_rhythm="daily", name="  Asha   Patel ", telephone="01632 960 001", version=1
    )
    assert answer.status_code == 303
    page = browser.get("/account").get_data(as_text=True)
    assert "Asha Patel" in page
    assert "01632 960 001" in page
    assert "Once a day, together" in page
    for extra in ("role", "is_council", "organisation_id", "email", "password_hash", "pseudonym"):
        refused = send(
            browser, "/account/details", mail_rhythm="daily", name="Asha", version=2, **{extra: "administrator"}
        )
        assert refused.status_code == 422
        assert "is not asked for here" in refused.get_data(as_text=True)


def test_a_stale_edit_is_refused_and_says_what_to_do(app: Flask) -> None:
    browser = signed_in(app, with_password())
    assert send(browser, "/account/details", mail_rhythm="daily", name="First", version=1).status_code == 303
    late = send(browser, "/account/details", mail_rhythm="daily", name="Second", version=1)
    assert late.status_code == 409
    assert "Somebody changed this" in late.get_data(as_text=True)


def test_a_name_is_shown_as_text_everywhere(app: Flask) -> None:
    browser = signed_in(app, with_password(belongs_to=make_organisation(), role=Role.GROUP_LEAD))
    name = '<script>alert(1)</script>{{7*7}}"><img src=x onerror=alert(1)>'
    send(browser, "/account/details", mail_rhythm="daily", name=name, version=1)
    for url in ("/account", "/account/details", "/account/held", "/desk", "/notices"):
        page = browser.get(url).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_new_address_counts_only_when_its_own_mail_was_answered(app: Flask) -> None:
    person = with_password()
    browser, old = signed_in(app, person), person.email or ""
    new = f"new.{old}"
    assert send(browser, "/account/email", email=new, password=PASSWORD).status_code == 303
    assert sign_in(app.test_client(), new).status_code == 422
    [warned] = mail_to(old)
    assert "asked for" in warned["Subject"]
    link = link_in(mail_to(new)[-1])
    stranger = app.test_client()
    assert stranger.get(link).status_code == 200
    assert sign_in(app.test_client(), old).status_code == 303, "reading changes nothing"
    assert send(stranger, link).status_code == 303
    assert sign_in(app.test_client(), new).status_code == 303
    assert sign_in(app.test_client(), old).status_code == 422
    assert stranger.get(link).status_code == 409


def test_the_present_password_is_asked_before_the_keys_are_changed(app: Flask) -> None:
    browser = signed_in(app, with_password())
    for url, fields in (
        ("/account/email", {"email": "x@new.example", "password": "wrong wrong wrong"}),
        ("/account/email", {"email": "x@new.example"}),
        ("/account/password", {"current": "wrong wrong wrong", "password": "another good password"}),
        ("/account/password", {"password": "another good password"}),
    ):
        refused = send(browser, url, **fields)
        assert refused.status_code == 422
        assert "not your present password" in refused.get_data(as_text=True)


def test_an_address_that_is_taken_is_never_given_away(app: Flask) -> None:
    mine, other = with_password(), with_password()
    browser = signed_in(app, mine)
    answer = send(browser, "/account/email", email=other.email, password=PASSWORD)
    assert answer.status_code == 303
    free = send(browser, "/account/email", email="quite.free@new.example", password=PASSWORD)
    assert free.location == answer.location
    send(browser, "/account/email", email=other.email, password=PASSWORD)
    link = link_in([mail for mail in mail_to(other.email or "") if "Confirm" in mail["Subject"]][-1])
    refused = send(app.test_client(), link)
    assert refused.status_code == 409
    assert sign_in(app.test_client(), other.email or "").status_code == 303


def test_only_the_address_asked_for_last_can_be_confirmed(app: Flask) -> None:
    person = with_password()
    browser = signed_in(app, person)
    send(browser, "/account/email", email=f"one.{person.email}", password=PASSWORD)
    first = link_in(mail_to(f"one.{person.email}")[-1])
    send(browser, "/account/email", email=f"two.{person.email}", password=PASSWORD)
    assert app.test_client().get(first).status_code == 409
    assert send(app.test_client(), link_in(mail_to(f"two.{person.email}")[-1])).status_code == 303


def test_a_weak_new_password_is_refused_with_what_to_do(app: Flask) -> None:
    browser = signed_in(app, with_password())
    for weak, said in (("short", "12 characters or more"), ("qwertyuiop12", "Many people use this password")):
        refused = send(browser, "/account/password", current=PASSWORD, password=weak)
        assert refused.status_code == 422
        assert said in refused.get_data(as_text=True)


def test_who_has_no_password_can_set_one(app: Flask, signed_in: Any) -> None:
    person = make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    browser = signed_in(person.id)
    assert "Set a password" in browser.get("/account/password").get_data(as_text=True)
    assert send(browser, "/account/password", password=PASSWORD).status_code == 303
    assert sign_in(app.test_client(), person.email or "").status_code == 303
    [told] = mail_to(person.email or "")
    assert told["Subject"] == "Your password was changed"


def test_what_is_held_can_be_read_and_taken_away(app: Flask) -> None:
    person = with_password("Asha Patel", belongs_to=make_organisation("Lunch club"), role=Role.GROUP_LEAD)
    browser = signed_in(app, person)
    answer = browser.get("/account/held.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    held = json.loads(answer.get_data(as_text=True))
    assert set(held) == set(registers.persons_data())
    assert held["account"]["email"] == person.email
    assert held["account"]["memberships"][0]["organisation"] == "Lunch club"
    assert "password" not in json.dumps(held)
    page = browser.get("/account/held").get_data(as_text=True)
    assert "Lunch club" in page
    for part in held:
        assert f'<h2 class="govuk-heading-m">{part.capitalize()}</h2>' in browser.get(
            f"/account/held?part={part}"
        ).get_data(as_text=True)
    assert browser.get("/account/held?part=nothing").status_code == 200


def test_leaving_ends_the_membership_unless_nobody_else_leads(app: Flask, reading: work.Reading) -> None:
    group = make_organisation("Lunch club")
    person = with_password(belongs_to=group, role=Role.GROUP_LEAD)
    browser = signed_in(app, person)
    refused = send(browser, f"/account/leave/{group.reference}", page="/account")
    assert refused.status_code == 409
    assert "Nobody else is group lead" in refused.get_data(as_text=True)
    make_person(belongs_to=group, role=Role.GROUP_LEAD)
    assert send(browser, f"/account/leave/{group.reference}", page="/account").status_code == 303
    assert "You belong to no organisation" in browser.get("/account").get_data(as_text=True)
    assert send(browser, f"/account/leave/{group.reference}", page="/account").status_code == 404
