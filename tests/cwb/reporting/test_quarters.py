"""A quarter is closed as it stands; what is put right later stands beside it, with the deliveries behind it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.clock import held_at
from cwb.ledger import actions, queries
from cwb.ledger.rules import Figure
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_deliveries import Made, S, bring_to, make_own_delivery
from tests.makers_deliveries import _reverse as reverse
from tests.support.counted import statements

IN_QUARTER, NOW = date(2026, 9, 3), date(2026, 11, 20)


@pytest.fixture
def administrator(app: Flask) -> Iterator[Actor]:
    with held_at(NOW):
        yield actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)


def reported(state: S = S.REPORTED, **fields: Any) -> Made:
    """Five people trained in the third quarter, reported then or since."""
    with held_at(IN_QUARTER):
        made = make_own_delivery(happened_on=IN_QUARTER, **fields)
    bring_to(made, state)
    return made


def close(administrator: Actor, quarter: str = "2026-Q3") -> None:
    actions.close_a_quarter(administrator, quarter)


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def rows_of(app: Flask, quarter: str = "2026-Q3") -> dict[str, tuple[str, str, str]]:
    table = csv.DictReader(io.StringIO(app.test_client().get(f"/quarters/{quarter}.csv").data.decode("utf-8-sig")))
    return {
        row["figure"]: (row["as_closed"], row["put_right_since"], row["as_it_stands"])
        for row in table
        if row["measure"] == "PP7"
    }


def test_a_quarter_stays_as_it_was_closed_and_what_is_verified_later_stands_beside_it(app, administrator) -> None:
    first, second = reported(S.VERIFIED), reported()
    close(administrator)
    assert rows_of(app)["verified"] == ("5", "0", "5")
    page = words(app.test_client().get("/quarters/2026-Q3"))
    assert "Nothing: the figures stand as they were closed" in page
    bring_to(second, S.VERIFIED)
    assert rows_of(app)["verified"] == ("5", "5", "10")
    assert rows_of(app)["reported"] == ("10", "0", "10")
    page = words(app.test_client().get("/quarters/2026-Q3"))
    assert "5 people now 10 people (+5 people)" in page.replace("( ", "(")
    assert "October to December 2026" in page
    shown = app.test_client().get("/quarters/2026-Q3").get_data(as_text=True)
    assert f"/deliveries/{second.reference}" in shown
    assert f"/deliveries/{first.reference}" not in shown


def test_taking_back_what_was_verified_in_a_closed_quarter_stands_beside_it_too(app, administrator) -> None:
    made = reported(S.VERIFIED)
    close(administrator)
    reverse(made)
    assert rows_of(app)["verified"] == ("5", "-5", "0")
    assert "now 0 people ( -5 people)" in words(app.test_client().get("/quarters/2026-Q3")).replace("(-", "( -")


def test_the_page_of_figures_leads_to_it_only_where_something_was_put_right(app, administrator) -> None:
    made = reported()
    browser = app.test_client()
    assert "put right since" not in words(browser.get("/figures?period=2026-Q3"))
    close(administrator)
    assert "put right since" not in words(browser.get("/figures?period=2026-Q3"))
    bring_to(made, S.VERIFIED)
    assert "/quarters/2026-Q3" in browser.get("/figures?period=2026-Q3").get_data(as_text=True)
    assert "put right since" not in words(browser.get("/figures?period=2026-Q4"))
    assert "put right since" not in words(browser.get("/figures"))


def test_an_open_quarter_shows_its_figures_and_what_is_no_quarter_is_not_there(app, administrator) -> None:
    reported()
    answer = app.test_client().get("/quarters/2026-Q3")
    assert (answer.status_code, answer.location) == (303, "/figures?period=2026-Q3")
    for strange in ("/quarters/2026-Q5", "/quarters/last-winter", "/quarters/2026-Q3.csv", "/quarters/2026.csv"):
        assert app.test_client().get(strange).status_code == 404


def test_a_measure_that_could_tell_of_single_people_is_left_out_and_said_to_be(app, administrator) -> None:
    reported(S.VERIFIED, measure="PO8")
    close(administrator)
    page = words(app.test_client().get("/quarters/2026-Q3"))
    assert "1 measure is left out" in page
    assert "People helped by staff to find and join a group" not in page
    assert "PO8" not in app.test_client().get("/quarters/2026-Q3.csv").get_data(as_text=True)


def test_closing_says_what_it_fixes_and_what_still_waits_and_asks_once_more(app, administrator) -> None:
    reported(S.VERIFIED)
    reported()
    browser = client_of(app, administrator.person_id or 0, administrator.organisation_id)
    asked = words(browser.get("/periods/2026-Q3/close"))
    assert "Still waiting" in asked
    assert "reported: 1" in asked.lower()
    assert "10 people" in asked
    assert send(browser, "/periods", page="/periods/2026-Q3/close", quarter="2026-Q3").status_code == 303
    assert rows_of(app)["reported"] == ("10", "0", "10")


@pytest.mark.parametrize("statement", ["UPDATE closed_figures SET amount = 1", "DELETE FROM closed_figures"])
def test_the_database_refuses_to_change_what_was_closed(app, administrator, statement: str) -> None:
    reported()
    close(administrator)
    with pytest.raises(DBAPIError, match="append-only"), work.bookkeeping(system("test")) as session:
        session.execute(text(statement))


def test_figures_that_were_closed_otherwise_than_their_entries_are_found(app, reading, administrator) -> None:
    reported()
    close(administrator)
    assert queries.closed_breaches(reading) == []
    with work.bookkeeping(system("test")) as session:
        session.execute(
            text(
                "INSERT INTO closed_figures (quarter, pillar_number, measure_id, unit, basis, figure, how, amount) "
                "VALUES ('2026-Q3', 1, 999, 'people', 'extra', 'reported', '', 3)"
            )
        )
        [breach] = queries.closed_breaches(session)
        session.rollback()
    assert breach.subject == "quarter:2026-Q3"
    assert "3 was closed, its entries add up to 0" in breach.detail


def test_closed_and_later_together_are_every_entry_of_those_days(app, reading, administrator) -> None:
    for state in (S.VERIFIED, S.REJECTED, S.REPORTED):
        reported(state)
    late = reported()
    close(administrator)
    bring_to(late, S.VERIFIED)
    told = rows_of(app)
    for figure in (Figure.REPORTED, Figure.VERIFIED):
        stands = reading.execute(
            text("SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE figure = :figure"), {"figure": figure}
        ).scalar_one()
        assert int(told[figure][2]) == stands


def test_the_page_of_a_quarter_asks_no_more_for_many_deliveries_than_for_one(app, administrator) -> None:
    made = [reported() for _ in range(4)]
    close(administrator)
    browser = app.test_client()
    counts = []
    for some in (made[:1], made[1:]):
        for one in some:
            bring_to(one, S.VERIFIED)
        browser.get("/quarters/2026-Q3")
        with statements() as asked:
            browser.get("/quarters/2026-Q3")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
