"""Signing in by a mailed link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from community_book.base import clock, work
from community_book.base.actor import Role
from community_book.notices.tables import Notice, OutgoingMail
from community_book.people import actions
from community_book.people.tables import AskedLink
from tests.makers import actor_for, make_organisation, send
from tests.makers_people import PASSWORD, council, link_in, mail_to, with_password


def asked(client: FlaskClient, email: str) -> Any:
    return send(client, "/sign-in/link", email=email)


def test_the_link_signs_in_once(app: Flask, client: FlaskClient) -> None:
    person = with_password(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    asked(client, person.email or "")
    [mail] = mail_to(person.email or "")
    link = link_in(mail)
    browser = app.test_client()
    shown = browser.get(link)
    assert shown.status_code == 200
    assert browser.get("/account").status_code == 303, "opening the link signs nobody in"
    assert browser.head(link).status_code == 200
    answer = send(browser, link)
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert browser.get("/account").status_code == 200
    again = app.test_client().get(link)
    assert again.status_code == 409
    assert "used already" in again.get_data(as_text=True)


def test_the_link_is_out_of_date_after_half_an_hour(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    asked(client, person.email or "")
    link = link_in(mail_to(person.email or "")[0])
    with clock.held_at(clock.now_utc() + timedelta(minutes=31)):
        late = app.test_client().get(link)
    assert late.status_code == 409
    assert "out of date" in late.get_data(as_text=True)


def test_whether_an_address_is_known_shows_neither_in_the_answer_nor_in_what_is_written(
    app: Flask, reading: work.Reading
) -> None:
    known = with_password().email or ""
    answers = [asked(app.test_client(), address) for address in (known, "never.seen@test.example")]
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert reading.query(AskedLink).count() == 2
    assert reading.query(OutgoingMail).count() == 0, "the mail is the worker's"
    assert len(mail_to(known)) == 1
    assert mail_to("never.seen@test.example") == []


def test_the_link_is_mailed_even_to_who_wants_no_mail_and_shown_nowhere_else(
    app: Flask, client: FlaskClient, reading: work.Reading
) -> None:
    person = with_password()
    with work.bookkeeping(actor_for(council(), Role.OFFICER)) as session:
        session.get_one(type(person), person.id).mail_rhythm = "never"
    asked(client, person.email or "")
    assert len(mail_to(person.email or "")) == 1
    assert reading.query(Notice).filter_by(person_id=person.id).count() == 0
    assert reading.query(OutgoingMail).filter_by(person_id=person.id).one().text == ""


def test_a_link_dies_with_the_password_and_with_the_account(app: Flask, client: FlaskClient) -> None:
    administrator = actor_for(council(), Role.ADMINISTRATOR)
    for end in ("password", "account"):
        person = with_password()
        asked(client, person.email or "")
        link = link_in(mail_to(person.email or "")[-1])
        browser = app.test_client()
        send(browser, "/sign-in", email=person.email, password=PASSWORD)
        if end == "password":
            send(browser, "/account/password", current=PASSWORD, password="another good password")
        else:
            actions.disable_person(administrator, person.reference)
        assert app.test_client().get(link).status_code == 409


def test_asking_again_and_again_is_stopped_the_same_for_known_and_unknown(app: Flask) -> None:
    person = with_password()
    for email in (person.email or "", "nobody.again@test.example"):
        answers = []
        for number in range(11):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
            answers.append(asked(client, email).status_code)
        assert answers == [303] * 10 + [429]


def test_an_invented_link_is_not_there(client: FlaskClient) -> None:
    for token in ("x", "x" * 500, "%00", "é"):
        assert client.get(f"/sign-in/link/{token}").status_code == 404


def test_the_link_carries_the_public_address_whatever_the_browser_said(client: FlaskClient) -> None:
    person = with_password()
    shown = client.get("/sign-in/link", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    import re

    token = re.search(r'name="_token" value="([^"]+)"', shown.get_data(as_text=True))
    client.post(
        "/sign-in/link",
        data={"_token": token[1] if token else "", "email": person.email},
        headers={"Host": "evil.example"},
    )
    for mail in mail_to(person.email or ""):
        assert "evil.example" not in mail.as_string()
