"""Quarters are closed in order; what is put right later counts in the open one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from community_book.base.actor import Role
from community_book.base.clock import held_at
from community_book.base.errors import NotAllowed, Refused, WrongState
from cwb.ledger import actions, queries
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_ledger import book, booking


@pytest.fixture
def administrator(app):
    return actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)


def test_what_is_put_right_in_a_closed_quarter_is_booked_in_the_open_one(app, reading, administrator) -> None:
    with held_at(date(2026, 11, 22)):
        book(booking(Figure.REPORTED, 100, delivery_id=7, happened_on=date(2026, 8, 1)))
        actions.close_a_quarter(administrator, "2026-Q3")
        book(booking(Figure.REPORTED, 30, delivery_id=8, happened_on=date(2026, 8, 2)))
        from community_book.base import work

        with work.bookkeeping(administrator) as session:
            actions.reverse(session, figure="reported", delivery_id=7, amount=10, act="test")
    rows = reading.execute(select(LedgerEntry.amount, LedgerEntry.period).order_by(LedgerEntry.id)).all()
    assert [tuple(row) for row in rows] == [(100, "2026-Q3"), (30, "2026-Q4"), (-10, "2026-Q4")]


def test_quarters_are_closed_in_order_and_only_once_they_have_ended(app, administrator) -> None:
    with held_at(date(2026, 11, 22)):
        book(booking(Figure.REPORTED, 100, delivery_id=7, happened_on=date(2026, 2, 1)))
        with pytest.raises(WrongState, match="next that can be is January to March 2026"):
            actions.close_a_quarter(administrator, "2026-Q3")
        with pytest.raises(WrongState):
            actions.close_a_quarter(administrator, "2026-Q4")
        with pytest.raises(WrongState):
            actions.close_a_quarter(administrator, "2030-Q1")
        for quarter in ("2026-Q1", "2026-Q2", "2026-Q3"):
            actions.close_a_quarter(administrator, quarter)
        with pytest.raises(WrongState, match="closed already"):
            actions.close_a_quarter(administrator, "2026-Q2")
        with pytest.raises(WrongState, match="once it has ended"):
            actions.close_a_quarter(administrator, "2026-Q4")
        with pytest.raises(Refused, match="2026-Q4"):
            actions.close_a_quarter(administrator, "last winter")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_closes_a_quarter(app, reading, role: Role) -> None:
    actor = actor_for(make_organisation("Example Council", is_council=True), role)
    with held_at(date(2026, 11, 22)), pytest.raises(NotAllowed):
        actions.close_a_quarter(actor, "2026-Q3")
    assert queries.closed_quarters(reading) == frozenset()


def test_an_administrator_closes_a_quarter_on_the_page(app, administrator) -> None:
    browser = client_of(app, administrator.person_id, administrator.organisation_id)
    with held_at(date(2026, 11, 22)):
        book(booking(Figure.REPORTED, 100, delivery_id=7, happened_on=date(2026, 8, 1)))
        shown = browser.get("/periods").get_data(as_text=True)
        assert "July to September 2026" in shown
        done = send(browser, "/periods", quarter="2026-Q3")
        assert done.status_code == 303
        again = browser.get("/periods").get_data(as_text=True)
        assert "closed on" in again
        assert send(browser, "/periods", quarter="2026-Q3").status_code == 409
        assert send(browser, "/periods", quarter="<b>").status_code == 422
        assert send(browser, "/periods").status_code == 422


def test_closing_a_quarter_is_asked_once_more(app, administrator) -> None:
    browser = client_of(app, administrator.person_id, administrator.organisation_id)
    with held_at(date(2026, 11, 22)):
        book(booking(Figure.REPORTED, 100, delivery_id=7, happened_on=date(2026, 8, 1)))
        assert 'name="quarter"' not in browser.get("/periods").get_data(as_text=True)
        asked = browser.get("/periods/2026-Q3/close").get_data(as_text=True)
        assert "Close July to September 2026?" in asked
        assert "cannot be undone" in asked
        for other in ("2026-Q4", "last-winter"):
            assert browser.get(f"/periods/{other}/close").status_code == 303


def test_the_page_of_quarters_is_for_administrators(app) -> None:
    assert app.test_client().get("/periods").status_code == 303
    officer = actor_for(make_organisation("Example Council", is_council=True), Role.OFFICER)
    browser = client_of(app, officer.person_id, officer.organisation_id)
    assert browser.get("/periods").status_code == 403
