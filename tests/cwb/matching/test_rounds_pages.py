"""The pages of rounds: who sees them, what they say, what their buttons do."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor, Role
from cwb.matching.actions import rounds as acts
from cwb.matching.rules.rounds import Mark, NewRound, RoundState
from cwb.matching.tables import Round
from tests.makers import client_of, send
from tests.makers_commitments import make_officer
from tests.makers_rounds import Borough, compute, lines_of, make_borough, make_round, view_of
from tests.support.counted import statements


@pytest.fixture
def borough(app: Flask) -> Borough:
    made = make_borough()
    made.pledge()
    made.need(0)
    made.need(1)
    return made


def browser(app: Flask, who: Actor) -> FlaskClient:
    assert who.person_id is not None
    return client_of(app, who.person_id, who.organisation_id)


@pytest.fixture
def officer(app: Flask, borough: Borough) -> FlaskClient:
    return browser(app, borough.officer)


def references() -> list[str]:
    with work.reading() as reading:
        return list(reading.execute(select(Round.reference).order_by(Round.id)).scalars())


def test_an_officer_starts_a_round_and_watches_it(officer: FlaskClient, borough: Borough) -> None:
    assert "No round has been started yet" in officer.get("/rounds").get_data(as_text=True)
    answer = send(officer, "/rounds/start", scheme=str(borough.scheme_id))
    assert answer.status_code == 303
    [reference] = references()
    assert answer.location.endswith(f"/rounds/{reference}?follow=1")
    shown = officer.get(answer.location)
    assert shown.headers["Refresh"]
    assert "in a moment" in shown.get_data(as_text=True)
    assert "Refresh" not in officer.get(f"/rounds/{reference}").headers
    compute()
    ready = officer.get(answer.location)
    assert "Refresh" not in ready.headers
    text = ready.get_data(as_text=True)
    assert "2 needs would be reached" in text
    assert "Best pair first" in text
    assert len(ready.data) < 60_000


def test_sending_the_start_twice_starts_one_round(officer: FlaskClient, borough: Borough) -> None:
    send(officer, "/rounds/start", scheme=str(borough.scheme_id))
    again = send(officer, "/rounds/start", scheme=str(borough.scheme_id))
    assert again.status_code in {400, 409}
    assert len(references()) == 1
    assert "Another round is open" in officer.get("/rounds/start").get_data(as_text=True)


@pytest.mark.parametrize("fields", [{}, {"scheme": "0"}, {"scheme": "x", "kinds": "nonsense"}, {"kinds": "conduct"}])
def test_a_round_without_a_division_is_asked_for_again(officer: FlaskClient, fields: dict[str, str]) -> None:
    answer = send(officer, "/rounds/start", **fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)
    assert references() == []


def test_after_a_mark_the_page_comes_back_to_the_pair(officer: FlaskClient, borough: Borough) -> None:
    page = f"/rounds/{make_round(borough)}"
    text = officer.get(page).get_data(as_text=True)
    pair = text.partition('<li id="pair-')[2].partition('"')[0]
    first = text.partition("/lines/")[2].partition("/lock")[0]
    sent = send(officer, f"{page}/lines/{first}/lock", page=page, back=f"{page}?kind=&page=1", pair=pair)
    assert sent.location == f"{page}?kind=&page=1#pair-{pair}"
    assert f'<li id="pair-{pair}" class="cb-plan-line cb-plan-line--locked">' in officer.get(page).get_data(
        as_text=True
    )


def test_pairs_are_locked_struck_out_and_published_by_buttons(officer: FlaskClient, borough: Borough) -> None:
    reference = make_round(borough)
    page = f"/rounds/{reference}"
    first, second = (one.id for one in lines_of(borough, reference))
    assert send(officer, f"{page}/lines/{first}/lock", page=page, back=f"{page}?kind=advice").location.endswith(
        f"{page}?kind=advice"
    )
    assert send(officer, f"{page}/lines/{second}/strike", page=page, back="https://evil.example/").location == page
    lock = {"page": page, "back": f"{page}?page=1", "pair": "<b>"}
    assert send(officer, f"{page}/lines/{first}/lock", **lock).location.endswith("?page=1")
    text = officer.get(page).get_data(as_text=True)
    assert "Take the lock back" in text
    assert "Let it in again" in text
    version = view_of(borough, reference).version
    send(officer, f"{page}/compute-again", page=page, version=str(version))
    compute()
    assert "1 pair of the plan" in officer.get(f"{page}/publish").get_data(as_text=True)
    answer = send(officer, f"{page}/publish", version=str(view_of(borough, reference).version))
    assert answer.status_code == 303
    text = officer.get(page).get_data(as_text=True)
    assert "1 proposed, 0 gone meanwhile" in text
    assert "Look at it" in text
    assert send(officer, f"{page}/publish", page="/rounds").status_code == 409


def test_a_stale_page_publishes_nothing(officer: FlaskClient, borough: Borough) -> None:
    reference = make_round(borough)
    seen = view_of(borough, reference).version
    line = lines_of(borough, reference)[0]
    assert line.id is not None
    acts.mark_pair(make_officer(), reference, line.id, Mark.LOCKED)
    answer = send(officer, f"/rounds/{reference}/publish", version=str(seen))
    assert answer.status_code == 409
    assert "changed while you were looking" in answer.get_data(as_text=True)
    assert view_of(borough, reference).state is RoundState.READY


def test_a_round_is_stopped_and_dropped_by_buttons(officer: FlaskClient, borough: Borough) -> None:
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id))
    send(officer, f"/rounds/{reference}/stop", page=f"/rounds/{reference}")
    assert view_of(borough, reference).state is RoundState.DROPPED
    reference = make_round(borough)
    send(officer, f"/rounds/{reference}/drop", page=f"/rounds/{reference}")
    assert "dropped" in officer.get(f"/rounds/{reference}").get_data(as_text=True)


def test_the_plan_can_be_taken_away_as_a_table_and_on_paper(officer: FlaskClient, borough: Borough) -> None:
    reference = make_round(borough)
    table = officer.get(f"/rounds/{reference}/plan.csv").get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["amount"], row["unit"], row["first_time"]) for row in rows] == [("720", "minutes", "yes")] * 2
    assert "Linden Homecare" in officer.get(f"/rounds/{reference}/print").get_data(as_text=True)


@pytest.mark.parametrize("path", ["", "/print", "/plan.csv", "/publish"])
def test_a_round_that_is_not_there_is_not_found(officer: FlaskClient, path: str) -> None:
    assert officer.get(f"/rounds/R-222222{path}").status_code == 404


@pytest.mark.parametrize("path", ["/rounds", "/rounds/start", "/rounds/R-222222", "/rounds/R-222222/publish"])
def test_nobody_else_sees_rounds(app: Flask, borough: Borough, path: str) -> None:
    assert app.test_client().get(path).status_code == 303
    for who in (borough.provider.actor, borough.groups[0].lead, make_officer(Role.VERIFIER)):
        assert browser(app, who).get(path).status_code == 403


def test_the_auditor_reads_and_changes_nothing(app: Flask, borough: Borough) -> None:
    reference = make_round(borough)
    auditor = browser(app, make_officer(Role.AUDITOR))
    text = auditor.get(f"/rounds/{reference}").get_data(as_text=True)
    assert "2 needs would be reached" in text
    assert "Publish as proposals" not in text
    for act in ("stop", "drop", "compute-again", "publish", "publish-rest"):
        assert send(auditor, f"/rounds/{reference}/{act}", page="/rounds").status_code == 403


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "show=nonsense", "page=99", "plan=nonsense", "follow=2", "show=gone"]
)
def test_odd_addresses_are_no_fault(officer: FlaskClient, borough: Borough, query: str) -> None:
    reference = make_round(borough)
    assert officer.get(f"/rounds/{reference}?{query}").status_code == 200


def test_a_page_asks_few_questions_of_the_database(officer: FlaskClient, borough: Borough) -> None:
    reference = make_round(borough)
    with statements() as questions:
        officer.get(f"/rounds/{reference}")
    assert len(questions) <= 15


def test_the_desk_shows_a_round_that_waits(officer: FlaskClient, borough: Borough) -> None:
    make_round(borough)
    assert "A round of matching is open" in officer.get("/desk").get_data(as_text=True)


@pytest.mark.parametrize("path", ["lines/{0}/lock", "lines/{0}/strike", "pairs/{0}/{0}/unmark"])
def test_a_number_too_large_for_any_database_is_not_found(officer: FlaskClient, borough: Borough, path: str) -> None:
    reference = make_round(borough)
    page = f"/rounds/{reference}"
    assert send(officer, f"{page}/{path.format('9' * 30)}", page=page).status_code == 404
