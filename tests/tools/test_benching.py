"""The parts of `make bench` count, read and tell what they claim to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tools.benching.figures import Figure, not_there, percentile, table, write_json
from tools.benching.pages import counting
from tools.benching.visitor import Answer, forms_of, links_of

PAGE = """<main><a href="/desk#top">Desk</a> <a href="need?page=2">Next</a> <a href="https://elsewhere.example/">Out</a>
<a href="/desk">Again</a><a href="mailto:a@b.example">Mail</a>
<form method="post" action="/needs/new"><input type="hidden" name="_token" value="t&amp;1">
<input name="title" value="Paint">
<input type="radio" name="how" value="any"><input type="radio" name="how" value="weekly" checked>
<input type="checkbox" name="online" value="yes"><textarea name="story">
Words</textarea><select name="zone"><option value="">Choose</option><option value="3" selected>Three</option></select>
<input type="file" name="files"><button name="_act" value="draft">Save</button></form>
<form action="/search"><input name="q"></form></main>"""


def answer(body: str, status: int = 200) -> Answer:
    return Answer("/needs/", status, {"content-type": "text/html; charset=utf-8"}, body, 0.01)


def test_links_within_the_site_are_followed_once() -> None:
    assert links_of(answer(PAGE)) == ["/desk", "/needs/need?page=2"]


def test_a_form_is_sent_as_a_browser_would_untouched() -> None:
    (form,) = forms_of(answer(PAGE))
    untouched = [("_token", "t&1"), ("title", "Paint"), ("how", "weekly"), ("story", "Words"), ("zone", "3")]
    assert (form.action, form.filled()) == ("/needs/new", untouched)
    assert form.choices == {"how": ["any", "weekly"], "online": ["yes"], "zone": ["", "3"]}
    assert form.filled(title="Fence", _act="draft")[-2:] == [("title", "Fence"), ("_act", "draft")]


def test_a_refusal_is_told_in_its_own_words() -> None:
    body = '<main><h1>There is a problem</h1><ul class="govuk-error-summary__list"><li>Fill in “Title”</li></ul></main>'
    assert answer(body, 422).said.endswith("Fill in “Title”")


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 10), (0.95, 19), (0.951, 20), (1.0, 20)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(20, 0, -1)), share) == expected


def test_what_could_not_be_measured_is_in_the_table_and_in_the_file(tmp_path: Path) -> None:
    figures = [Figure("page p95", "<= 80 ms", "90 ms", False, "needs.show"), not_there("act", "<= 120 ms", "no page")]
    shown = table(figures)
    assert "NOT KEPT\n    needs.show" in shown
    assert "not there" in shown
    write_json(tmp_path / "bench.json", figures, {"cores": 2})
    written = json.loads((tmp_path / "bench.json").read_text())
    assert (written["cores"], [figure["verdict"] for figure in written["figures"]]) == (2, ["NOT KEPT", "told"])


def test_only_what_asks_the_database_something_is_counted() -> None:
    engine = create_engine("sqlite://")
    with counting() as counter, engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys")
        connection.execute(text("SELECT 1"))
        connection.execute(text("SELECT 1"))
    assert (counter.count, counter.seen["SELECT 1"]) == (2, 2)
    engine.dispose()
