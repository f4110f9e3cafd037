"""Signing in by password, and what a stranger can learn from trying: nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import clock, work
from community_book.base.actor import Role, system
from community_book.base.tables import SecurityEvent
from community_book.people import actions, passwords
from community_book.people.tables import SignInSession
from tests.makers import actor_for, make_organisation, send
from tests.makers_people import PASSWORD, council, sign_in, with_password

SENTENCE = "Email address and password do not fit"


def test_who_knows_address_and_password_comes_to_their_desk(client: FlaskClient) -> None:
    person = with_password("Asha Patel", belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    answer: Any = sign_in(client, (person.email or "").upper())
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert "Asha Patel" in client.get("/desk").get_data(as_text=True)


def test_unknown_wrong_disabled_and_passwordless_are_told_the_same(app: Flask) -> None:
    known, disabled, by_link = with_password(), with_password(), with_password()
    with work.bookkeeping(system("test")) as session:
        session.get_one(type(known), disabled.id).disabled_at_utc = clock.now_utc()
        session.get_one(type(known), by_link.id).password_hash = None
    pages = []
    for email, password in [
        (known.email, "a wrong password"),
        ("nobody.here@test.example", PASSWORD),
        (disabled.email, PASSWORD),
        (by_link.email, PASSWORD),
    ]:
        answer: Any = sign_in(app.test_client(), email or "", password)
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert SENTENCE in text
        for own in (
            email or "",
            re.search(r'name="_token" value="([^"]+)"', text),
            re.search(r'_key" value="([^"]+)"', text),
        ):
            text = text.replace(own if isinstance(own, str) else own[1] if own else "-", "")
        pages.append(text)
    assert len(set(pages)) == 1


def test_a_name_nobody_has_costs_as_much_work_as_one_that_exists(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person, checked, real = with_password(), list[str | None](), passwords.fits

    def fits(hashed: str | None, typed: str) -> bool:
        checked.append(hashed)
        return real(hashed, typed)

    monkeypatch.setattr(passwords, "fits", fits)
    for email in (person.email or "", "nobody.at.all@test.example"):
        sign_in(app.test_client(), email, "a wrong password")
    assert [hashed is None for hashed in checked] == [False, True]


def test_a_refused_try_is_noted_without_a_name(app: Flask, reading: work.Reading) -> None:
    sign_in(app.test_client(), "nobody.noted@test.example", "a wrong password")
    events = [row for row in reading.query(SecurityEvent).all() if row.name == "sign-in refused"]
    assert [(row.actor, row.subject) for row in events] == [("anybody", "")]


def test_ten_wrong_tries_shut_the_account_for_five_minutes_from_everywhere(app: Flask) -> None:
    person = with_password()
    for number in range(10):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert sign_in(client, person.email or "", "a wrong password").status_code == 422
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    refused: Any = sign_in(client, person.email or "")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    with clock.held_at(clock.now_utc() + timedelta(minutes=6)):
        assert sign_in(client, person.email or "").status_code == 303


def test_ten_wrong_tries_shut_an_address_whatever_name_is_tried_and_whatever_it_says_of_itself(app: Flask) -> None:
    answers = []
    for number in range(11):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"10.0.0.{number}"
        answers.append(sign_in(client, f"guess{number}@test.example", "a wrong password").status_code)
    assert answers == [422] * 10 + [429]


def test_who_is_signed_in_already_is_not_shut_out_by_others_trying(app: Flask) -> None:
    person, mine = with_password(), app.test_client()
    sign_in(mine, person.email or "")
    for _ in range(11):
        sign_in(app.test_client(), person.email or "", "a wrong password")
    assert mine.get("/account").status_code == 200


def test_signing_in_begins_a_new_session_in_the_browser(client: FlaskClient) -> None:
    person = with_password()
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = cookie["csrf"]
    sign_in(client, person.email or "")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf") != before


@pytest.mark.parametrize("next_", ["/account", "/account/details?x=1"])
def test_signing_in_leads_back_to_where_one_was(client: FlaskClient, next_: str) -> None:
    answer: Any = sign_in(client, with_password().email or "", url=f"/sign-in?next={next_}")
    assert answer.location == next_


@pytest.mark.parametrize(
    "next_",
    [
        "////evil.example",
        "//evil.example",
        "/%09/evil.example",
        "/\\evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "/.//evil.example",
        "/@evil.example",
        "%0d%0aLocation: x",
        "/nowhere",
    ],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, next_: str) -> None:
    answer: Any = sign_in(client, with_password().email or "", url=f"/sign-in?next={next_}")
    assert answer.location == "/desk"


def test_signing_out_makes_the_cookie_worth_nothing(app: Flask, client: FlaskClient, reading: work.Reading) -> None:
    person = with_password()
    sign_in(client, person.email or "")
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    send(client, "/sign-out", page="/account")
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie.update(copied)
    assert other.get("/account").location == "/sign-in?next=/account"
    assert reading.query(SignInSession).filter_by(person_id=person.id).one().ended_at_utc is not None


def test_a_form_of_before_signing_out_does_nothing_after_it(app: Flask, client: FlaskClient) -> None:
    person = with_password()
    sign_in(client, person.email or "")
    shown = client.get("/account/details").get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', shown)
    send(client, "/sign-out", page="/account")
    late = client.post("/account/details", data={"_token": token[1] if token else "", "name": "Changed"})
    assert (late.status_code, late.location) == (303, "/sign-in")
    with work.reading() as reading:
        assert reading.get_one(type(person), person.id).name == person.name


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"email": "", "password": ""},
        {"email": "no address", "password": "x"},
        {"email": "a@b.example\x00", "password": "x"},
        {"email": "a@b.example", "password": "x" * 100_000},
        {"email": "a@b.example", "password": "\ud800", "role": "administrator"},
        {"email": "a@b.example'; DROP TABLE people;--", "password": "' OR 1=1"},
    ],
)
def test_nonsense_at_the_door_is_answered_with_the_form(client: FlaskClient, fields: dict[str, str]) -> None:
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    answer = send(client, "/sign-in", **fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)


def test_the_password_is_never_shown_again(client: FlaskClient) -> None:
    answer = send(client, "/sign-in", email="a@b.example", password="super secret words")
    assert "super secret words" not in answer.get_data(as_text=True)


def test_a_session_says_which_browser_it_is(app: Flask) -> None:
    actor = actor_for(council(), Role.OFFICER)
    with work.bookkeeping(actor) as session:
        actions.begin_session(session, actor.person_id or 0, user_agent="Mozilla/5.0 (Windows) Firefox/1")
        session.flush()
        row = session.query(SignInSession).filter_by(person_id=actor.person_id).one()
        assert row.browser == "Firefox, Windows"
