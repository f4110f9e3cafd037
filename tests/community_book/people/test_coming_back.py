"""A form sent after one was signed out: what was typed waits where it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community_book.base import clock, kept_forms, work
from community_book.base.actor import Role
from community_book.base.tables import KeptForm
from community_book.people.tables import Person
from community_book.web import coming_back
from tests.makers import send
from tests.makers_needs import make_listed_group
from tests.makers_people import sign_in, with_password

FORM = "/needs/new/hands"
STORY = "Somebody to carry <chairs> & stay for tea"
SHOWN = "Somebody to carry &lt;chairs&gt; &amp; stay for tea"
HERE = {"Origin": "http://localhost"}
AGAIN = "What you typed is here again"


@pytest.fixture
def person(app: Flask) -> Person:
    return with_password(belongs_to=make_listed_group().organisation, role=Role.GROUP_LEAD)


@pytest.fixture
def browser(app: Flask, person: Person) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, person.email).status_code == 303
    return client


@pytest.fixture
def late(browser: FlaskClient) -> Iterator[None]:
    """So late that nobody is signed in any more."""
    with clock.held_at(clock.now_utc() + timedelta(hours=13)):
        yield


def token_on(browser: FlaskClient, address: str) -> str:
    found = re.search(r'name="_token" value="([^"]+)"', text_of(browser, address))
    assert found is not None
    return found[1]


def text_of(browser: FlaskClient, address: str) -> str:
    return browser.get(address).get_data(as_text=True)


def send_late(browser: FlaskClient, address: str = FORM, headers: Any = None, **fields: Any) -> Any:
    """Sends a form as a page that was opened before would: with the token this browser's cookie has still."""
    data = {"_token": token_on(browser, "/sign-in"), **(fields or {"story": STORY})}
    return browser.post(address, data=data, headers=headers)


def waiting() -> list[list[list[str]]]:
    with work.reading() as reading:
        return list(reading.execute(select(KeptForm.fields)).scalars())


def test_what_was_typed_is_there_again_after_signing_in_and_nothing_was_sent(
    browser: FlaskClient, person: Person, late: None
) -> None:
    answer = send_late(browser)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={FORM}")
    assert "what you typed is kept for 60 minutes" in text_of(browser, answer.location)
    assert sign_in(browser, person.email, url=answer.location).location == FORM
    page = text_of(browser, FORM)
    assert AGAIN in page
    assert SHOWN in page
    assert SHOWN in text_of(browser, FORM), "looking at it once more does not lose it"


def test_once_it_was_sent_the_form_is_empty_again(browser: FlaskClient, person: Person, late: None) -> None:
    sign_in(browser, person.email, url=send_late(browser).location)
    assert send(browser, FORM, story="").status_code == 422
    page = text_of(browser, FORM)
    assert AGAIN not in page
    assert SHOWN not in page


def test_a_form_opened_before_signing_out_and_in_again_is_shown_again_with_what_was_typed(
    browser: FlaskClient, person: Person
) -> None:
    token = token_on(browser, FORM)
    send(browser, "/sign-out", page="/account")
    sign_in(browser, person.email)
    answer = browser.post(FORM, data={"_token": token, "story": STORY}, headers=HERE)
    assert (answer.status_code, answer.location) == (303, FORM)
    assert SHOWN in text_of(browser, FORM)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}])
def test_nothing_is_kept_of_what_another_site_sends(browser: FlaskClient, person: Person, headers: Any) -> None:
    token = token_on(browser, FORM)
    send(browser, "/sign-out", page="/account")
    answer = browser.post(FORM, data={"_token": token, "story": STORY}, headers=headers)
    assert answer.status_code in {303, 403}
    assert waiting() == []


def test_another_browser_finds_nothing(app: Flask, browser: FlaskClient, person: Person, late: None) -> None:
    send_late(browser)
    other = app.test_client()
    sign_in(other, person.email)
    assert SHOWN not in text_of(other, FORM)


def test_it_is_shown_on_its_own_page_alone(browser: FlaskClient, person: Person, late: None) -> None:
    sign_in(browser, person.email, url=send_late(browser).location)
    assert AGAIN not in text_of(browser, "/needs/new/money")


def test_it_is_gone_after_an_hour_and_thrown_away(browser: FlaskClient, person: Person, late: None) -> None:
    send_late(browser)
    with clock.held_at(clock.now_utc() + timedelta(minutes=61)):
        sign_in(browser, person.email, url=f"/sign-in?next={FORM}")
        assert AGAIN not in text_of(browser, FORM)
        assert kept_forms.throw_away_old() == 1
    assert waiting() == []


def test_passwords_and_codes_are_never_kept(browser: FlaskClient, late: None) -> None:
    send_late(browser, story=STORY, new_password="secret", one_time_code="123456")
    assert waiting() == [[["story", STORY]]]


def test_files_must_be_chosen_again_and_the_page_says_so(browser: FlaskClient, person: Person, late: None) -> None:
    answer = send_late(browser, story=STORY, files=(__file__, "photo.jpg"))
    sign_in(browser, person.email, url=answer.location)
    assert "choose them again" in text_of(browser, FORM)


def test_an_act_without_a_page_of_its_own_leads_back_to_the_page_it_was_on(
    browser: FlaskClient, person: Person, late: None
) -> None:
    answer = send_late(browser, "/needs/N-AAAAAA/copy", {"Referer": "http://localhost/desk"}, reason="x")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/desk")
    answer = send_late(browser, "/needs/N-AAAAAA/copy", {"Referer": "https://elsewhere.example/desk"}, reason="x")
    assert answer.location == "/sign-in"


def test_too_much_or_too_often_is_not_kept_and_the_page_does_not_promise_it(
    browser: FlaskClient, late: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send_late(browser, story="x" * 60_001)
    assert "nothing was saved" in text_of(browser, answer.location)
    monkeypatch.setattr(coming_back, "KEPT_AT_MOST", 2)
    send_late(browser)
    answer = send_late(browser)
    assert "nothing was saved" in text_of(browser, answer.location)
    assert len(waiting()) == 1


def test_a_page_asks_nothing_more_of_the_database_where_nothing_was_kept(
    app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(kept_forms, "kept", never)
    assert browser.get(FORM).status_code == 200
