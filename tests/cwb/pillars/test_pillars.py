"""Loading, rewording and retiring measures, by command and by page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from community_book.base.actor import Role, system
from community_book.base.errors import NotAllowed, Refused, WrongState
from cwb.pillars import actions, queries
from cwb.pillars.rules import MeasureWording, PillarWording, read_pack
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_pillars import load_measures, measure
from tests.support.counted import statements

STARTER = actions.STARTER_PACK


@pytest.fixture
def administrator(app):
    return actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)


def browser_of(app, actor):
    return client_of(app, actor.person_id, actor.organisation_id)


def a_pack(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = STARTER.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "our-pack.csv"
    path.write_text(text)
    return path


def test_the_pack_is_loaded_by_command_and_again_changes_nothing(app, reading) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["pillars", "load-pack"])
    assert (first.exit_code, first.output.splitlines()[-1]) == (0, "33 added, 0 changed, 0 as they were")
    again = runner.invoke(args=["pillars", "load-pack", str(STARTER)])
    assert again.output.splitlines()[-1] == "0 added, 0 changed, 33 as they were"
    assert len(queries.measures(reading)) == 33


def test_a_dry_run_saves_nothing(app, reading) -> None:
    done = app.test_cli_runner().invoke(args=["pillars", "load-pack", "--dry-run"])
    assert done.exit_code == 0
    assert "33 would be added" in done.output
    assert queries.measures(reading) == []


def test_a_pack_with_bad_rows_is_refused_whole_with_a_line_for_each(app, reading, tmp_path) -> None:
    path = a_pack(tmp_path, ("advice,minutes", "advice,pence"), ("goods,items", "goods,laptops"))
    done = app.test_cli_runner().invoke(args=["pillars", "load-pack", str(path)])
    assert done.exit_code == 1
    assert "Line 25: unit is “laptops”" in done.output
    assert "Line 33: advice is counted in minutes, not in pence" in done.output
    assert "Nothing was loaded" in done.output
    assert queries.measures(reading) == []


def test_what_figures_hang_on_cannot_be_changed_by_loading(app, reading, tmp_path) -> None:
    load_measures()
    path = a_pack(
        tmp_path, ("conduct,items,amount,no,council,site visit", "conduct,people,amount,no,council,site visit")
    )
    done = app.test_cli_runner().invoke(args=["pillars", "load-pack", str(path)])
    assert done.exit_code == 1
    assert "LA6: its unit is items and cannot become people" in done.output
    assert queries.measure_by_code(reading, "LA6").unit == "items"


def test_what_the_council_reworded_stays_unless_the_pack_itself_changed(app, reading, administrator, tmp_path) -> None:
    la1, la2 = measure("LA1"), measure("LA2")
    for one in (la1, la2):
        actions.edit_measure(
            administrator,
            one.reference,
            MeasureWording("Ours", "venues", "Counts", "Evidence", "Why", 6000, one.version),
        )
    path = a_pack(tmp_path, ("Plot or garden opened to a group", "Plot or yard opened to a group"))
    done = actions.load_measures(system("test"), read_pack(path.read_bytes()).rows, "ours")
    assert (done.added, done.changed) == ((), ("LA2",))
    assert queries.measure_by_code(reading, "LA1").title == "Ours"
    assert queries.measure_by_code(reading, "LA2").title == "Plot or yard opened to a group"


def test_a_measure_is_reworded_but_its_kind_unit_and_pillar_stay(app, reading, administrator) -> None:
    one = measure("PO7")
    browser = browser_of(app, administrator)
    address = f"/measures/{one.reference}/edit"
    shown = browser.get(address).get_data(as_text=True)
    assert "Expert help that strengthens a group" in shown
    assert 'name="unit"' not in shown
    words = {
        "title": "Expert help",
        "theme": "expert help",
        "what_counts": "Time of a person who knows",
        "evidence_asked": "The group's word",
        "why_this_pillar": "It strengthens groups",
        "two_verifiers_above": "100 h",
        "version": str(one.version),
    }
    assert send(browser, address, **words).status_code == 303
    after = queries.measure_by_code(reading, "PO7")
    assert (after.title, after.two_verifiers_above) == ("Expert help", 6000)
    assert (after.kind, after.unit, after.pillar_number) == (one.kind, one.unit, one.pillar_number)
    stale = send(browser, address, **words)
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("title", "x" * 161),
        ("what_counts", "a\u202eb"),
        ("two_verifiers_above", "-5"),
        ("two_verifiers_above", "ten"),
        ("two_verifiers_above", "9" * 20),
        ("unit", "pence"),
    ],
)
def test_bad_words_are_refused_and_kept_to_be_mended(app, reading, administrator, field: str, typed: str) -> None:
    one = measure("PO7")
    browser = browser_of(app, administrator)
    fields = {
        "title": "Expert help",
        "theme": "help",
        "what_counts": "Time",
        "evidence_asked": "Word",
        "why_this_pillar": "Why",
        "version": str(one.version),
    }
    refused = send(browser, f"/measures/{one.reference}/edit", **{**fields, field: typed})
    assert refused.status_code == 422
    assert "There is a problem" in refused.get_data(as_text=True)
    assert queries.measure_by_code(reading, "PO7").title == one.title


def test_a_measure_is_retired_and_brought_back(app, reading, administrator) -> None:
    one = measure("PP7")
    browser = browser_of(app, administrator)
    assert send(browser, f"/measures/{one.reference}/retire", page="/pillars", version=one.version).status_code == 303
    assert queries.measure_by_code(reading, "PP7").is_retired
    assert "PP7" not in [row.code for row in queries.measures(reading, retired=False)]
    assert "Staff trained in ethical buying" not in app.test_client().get("/pillars").get_data(as_text=True)
    with pytest.raises(WrongState, match="retired already"):
        actions.retire_measure(administrator, one.reference)
    done = send(browser, f"/measures/{one.reference}/bring-back", page="/pillars", version=one.version)
    assert done.status_code == 409
    assert send(browser, f"/measures/{one.reference}/bring-back", page="/pillars", version=2).status_code == 303
    assert not queries.measure_by_code(reading, "PP7").is_retired


def test_a_pillars_words_change_and_its_number_stays(app, reading, administrator) -> None:
    load_measures()
    browser = browser_of(app, administrator)
    done = send(
        browser, "/pillars/3/words", name="Land and buildings for all", plainly="Rooms, minibuses.", version="1"
    )
    assert done.status_code == 303
    shown = app.test_client().get("/pillars").get_data(as_text=True)
    assert "Land and buildings for all" in shown
    assert queries.measure_by_code(reading, "LA1").pillar_name == "Land and buildings for all"
    assert send(browser, "/pillars/3/words", name="Again", plainly="Again", version="1").status_code == 409
    assert browser.get("/pillars/6/words").status_code == 404
    assert browser.get("/pillars/0/words").status_code == 404


def test_a_pillar_can_be_reworded_before_any_pack_is_loaded(app, reading, administrator) -> None:
    actions.reword_pillar(administrator, 1, PillarWording("Buying well", "From whom we buy."))
    assert [pillar.name for pillar in queries.pillars(reading)][:2] == ["Buying well", "Fair employment"]
    load_measures()
    assert queries.measure_by_code(reading, "PP1").pillar_name == "Buying well"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_changes_measures(app, role: Role) -> None:
    one = measure("PP1")
    actor = actor_for(make_organisation("Example Council", is_council=True), role)
    browser = browser_of(app, actor)
    assert browser.get(f"/measures/{one.reference}/edit").status_code == 403
    assert browser.get("/pillars/1/words").status_code == 403
    assert send(browser, f"/measures/{one.reference}/retire", page="/pillars").status_code == 403
    for act in (
        lambda: actions.retire_measure(actor, one.reference),
        lambda: actions.edit_measure(actor, one.reference, MeasureWording("a", "b", "c", "d", "e", None)),
        lambda: actions.reword_pillar(actor, 1, PillarWording("a", "b")),
        lambda: actions.load_measures(actor, (), "x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_everybody_reads_every_measure_under_its_pillar(app, client) -> None:
    load_measures()
    shown = client.get("/pillars").get_data(as_text=True)
    assert len(re.findall(r'id="M-', shown)) == 33
    for words in (
        "Socially productive land and assets",
        "Time out with the group; empty running left out",
        "What counts",
        "Evidence asked for",
        "Why this pillar",
        "Change of ownership and say",
        "a rate on a date, never added up",
    ):
        assert words in shown
    assert "Retire" not in shown


def test_the_page_says_so_where_nothing_is_loaded(client) -> None:
    shown = client.get("/pillars")
    assert shown.status_code == 200
    assert "No measure is loaded" in shown.get_data(as_text=True)


def test_the_page_of_pillars_asks_the_database_a_handful_of_times(app, client) -> None:
    load_measures()
    with statements() as asked:
        client.get("/pillars")
    assert len(asked) <= 6, asked


def test_an_act_that_is_refused_leaves_nothing(app, reading, administrator) -> None:
    one = measure("PP1")
    with pytest.raises(Refused):
        actions.edit_measure(administrator, one.reference, MeasureWording("", "b", "c", "d", "e", None))
    assert queries.measure_by_code(reading, "PP1").version == one.version
