"""A person's notices on the site."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import clock, work
from community_book.base.actor import Role, system
from community_book.base.messages import Message
from community_book.notices.tables import Notice
from community_book.people.tables import Person
from tests.makers import client_of, make_organisation, make_person, send

numbers = iter(range(1, 100_000))


def told(person: Person, subject: str = "Something happened", *, organisation_id: int | None = None) -> int:
    with work.bookkeeping(system("test")) as session:
        row = Notice(
            person_id=person.id,
            organisation_id=organisation_id,
            event_id=next(numbers),
            position=0,
            subject=Message("%(what)s", what=subject).as_json(),
            body=[Message("Look at it.").as_json()],
            about="organisation:O-ZZZZZZ",
            written_at_utc=clock.now_utc(),
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def asha(app: Flask) -> Person:
    return make_person("Asha Patel", belongs_to=make_organisation("Lunch club"), role=Role.GROUP_LEAD)


@pytest.fixture
def browser(app: Flask, asha: Person) -> FlaskClient:
    return client_of(app, asha.id)


def page(browser: FlaskClient, url: str = "/notices") -> str:
    return browser.get(url).get_data(as_text=True)


def test_without_notices_the_page_says_what_will_be_there(browser: FlaskClient) -> None:
    assert "No notices yet" in page(browser)
    assert "Notices (" not in page(browser, "/account")


def test_what_is_unread_is_counted_on_every_page_until_it_is_read(browser: FlaskClient, asha: Person) -> None:
    first, second = told(asha, "The first"), told(asha, "The second")
    assert "Notices (2)" in page(browser, "/account")
    shown = page(browser)
    assert shown.index("The second") < shown.index("The first")
    assert send(browser, f"/notices/{first}/read", page="/notices").status_code == 303
    assert "Notices (1)" in page(browser, "/account")
    assert send(browser, f"/notices/{first}/read", page="/notices").status_code == 303
    told(asha, "The third")
    assert send(browser, "/notices/read-all", page="/notices").status_code == 303
    assert "Notices (" not in page(browser, "/account")
    assert "Mark as read" not in page(browser)
    assert second


def test_nobody_reads_or_marks_what_is_another_persons(app: Flask, browser: FlaskClient) -> None:
    theirs = told(make_person(), "A secret")
    assert "A secret" not in page(browser)
    assert send(browser, f"/notices/{theirs}/read", page="/account").status_code == 404
    for nobody in ("99999999999999999999999", "0", "x"):
        assert send(browser, f"/notices/{nobody}/read", page="/account").status_code == 404


def test_a_notice_for_another_organisation_offers_to_act_as_it(app: Flask, browser: FlaskClient, asha: Person) -> None:
    from tests.makers import join

    shed = make_organisation("Tool shed")
    join(asha, shed, Role.GROUP_MEMBER)
    told(asha, organisation_id=shed.id)
    assert "Act as Tool shed to open it" in page(browser)
    assert "/act-as?next=/organisations/O-ZZZZZZ" in page(browser)


def test_many_notices_come_in_pages_with_few_queries(app: Flask, browser: FlaskClient, asha: Person) -> None:
    for number in range(30):
        told(asha, f"Notice {number:02d}")
    assert "Page 1 of 2" in page(browser)
    assert "Notice 00" in page(browser, "/notices?page=2")
    assert browser.get("/notices?page=999").status_code == 200
    from sqlalchemy import event

    statements: list[str] = []
    engine = work.engine()
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    page(browser)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) <= 15


def test_what_is_told_is_shown_as_text(browser: FlaskClient, asha: Person) -> None:
    told(asha, "<script>alert(1)</script> 100% %(x)s")
    shown = page(browser)
    assert "<script>alert" not in shown
    assert "100% %(x)s" in shown


def test_a_browser_that_is_signed_out_is_sent_to_sign_in(app: Flask) -> None:
    assert app.test_client().get("/notices").location == "/sign-in?next=/notices"
    with clock.held_at(clock.now_utc() + timedelta(days=1)):
        assert app.test_client().get("/notices").status_code == 303
