"""Zones, lots and quarters: every chart says what its table says, and the table what the ledger says."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import held_at
from cwb.ledger.rules import Figure
from tests.cwb.reporting.made import NOW, Set, address, table, words_of
from tests.makers import actor_for, client_of, join, make_organisation, make_person
from tests.makers_places import square
from tests.support.counted import statements

PATHS = ("/figures/zones", "/figures/lots", "/figures/time")
KEY = {"/figures/zones": "zone", "/figures/lots": "lot", "/figures/time": "period"}
COLUMN = {"/figures/zones": "zone_id", "/figures/lots": "lot_id", "/figures/time": "period"}
THING = {Figure.PLEDGED: "pledge_id", Figure.COMMITTED: "commitment_id"}


@pytest.fixture(scope="module")
def made(committed: Flask) -> Set:
    found = Set()
    with work.bookkeeping(system("test")) as session:
        for place, zone_id in enumerate(found.framework.zone_ids):
            shape = square(str(place), "x", -2.7 + place / 10, -2.6 + place / 10)["geometry"]
            session.execute(
                text("UPDATE zones SET boundary_json = :shape WHERE id = :id"),
                {"shape": json.dumps(shape), "id": zone_id},
            )
    return found


@pytest.fixture
def browser(committed: Flask, made: Set) -> FlaskClient:
    return committed.test_client()


def references(kind: str) -> dict[str, int]:
    with work.reading() as reading:
        return {row.reference: row.id for row in reading.execute(text(f"SELECT id, reference FROM {kind}"))}


def framework_of(made: Set) -> str:
    return next(name for name, key in references("frameworks").items() if key == made.framework.id)


def summed(figure: str, measure: str, column: str, value: object) -> int:
    with work.reading() as reading:
        question = (
            "SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE basis = 'extra' AND figure = :figure "
            f"AND measure_id = (SELECT id FROM measures WHERE code = :measure) AND {column} = :value"
        )
        values = {"figure": figure, "measure": measure, "value": value}
        return int(reading.execute(text(question), values).scalar_one())


def counted(figure: Figure, column: str, value: object) -> int:
    thing = THING.get(figure, "delivery_id")
    question = (
        f"SELECT count(*) FROM (SELECT {thing} FROM ledger_entries e JOIN measures m ON m.id = e.measure_id "
        f"WHERE e.basis = 'extra' AND e.figure = :figure AND NOT m.disclosive AND e.{column} = :value "
        f"GROUP BY {thing} HAVING sum(amount) > 0) AS things"
    )
    with work.reading() as reading:
        return int(reading.execute(text(question), {"figure": str(figure), "value": value}).scalar_one())


def keys_of(path: str, made: Set) -> dict[str, tuple[str, object]]:
    """What each row of a table is called, its value in an address, and its key in the ledger."""
    if path == "/figures/time":
        return {f"{year}-Q{n}": (f"{year}-Q{n}", f"{year}-Q{n}") for year in (2025, 2026, 2027) for n in (1, 2, 3, 4)}
    kind, ours = ("zones", made.framework.zone_ids) if path == "/figures/zones" else ("lots", made.framework.lot_ids)
    by_id = {key: name for name, key in references(kind).items()}
    words = "Zone {}" if kind == "zones" else "{0}. Lot {0}"
    return {words.format(place): (by_id[key], key) for place, key in enumerate(ours, start=1)}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("measure", ["PO7", "FP1", "PP7", ""])
def test_every_row_is_the_sum_of_its_entries_and_opens_them(
    made: Set, browser: FlaskClient, path: str, measure: str
) -> None:
    asked = {"framework": framework_of(made), **({"measure": measure} if measure else {})}
    if path == "/figures/time":
        asked.pop("framework")
    said = words_of(browser.get(address(path, **asked)))
    keys, checked = keys_of(path, made), 0
    for row in table(browser, address(f"{path}.csv", **asked)):
        name = row.get("zone") or row.get("lot") or row["quarter"]
        if name not in keys:
            continue
        value, key = keys[name]
        for figure in Figure:
            if not row[figure].isdigit():
                assert row[figure] in {"not applicable", "not split by zone"}
                continue
            told = int(row[figure])
            column = COLUMN[path]
            assert told == (summed(figure, measure, column, key) if measure else counted(figure, column, key))
            listed = table(
                browser, address("/figures/deliveries.csv", **{**asked, "figure": str(figure), KEY[path]: value})
            )
            assert told == (sum(int(one["amount"]) for one in listed) if measure else len(listed)), (name, figure)
            assert (str(say_amount(Unit(row["unit"]), told)) if measure else str(told)) in said
            checked += bool(told)
    nowhere = {("PP7", "/figures/zones"), ("PP7", "/figures/lots"), ("FP1", "/figures/lots")}
    assert bool(checked) != ((measure, path) in nowhere)


def test_the_map_says_what_the_table_says_and_every_zone_leads_to_its_figures(made: Set, browser: FlaskClient) -> None:
    for measure, figure in (("PO7", "verified"), ("PO7", "committed"), ("", "reported")):
        asked = {"framework": framework_of(made), "measure": measure, "figure": figure}
        page = browser.get(address("/figures/zones", **asked)).get_data(as_text=True)
        rows = {row["zone"]: row for row in table(browser, address("/figures/zones.csv", **asked))}
        drawn = re.findall(r'<a class="cb-shaded__link" href="([^"]+)" aria-label="([^"]+): ([^":]+)">(.*?)</a>', page)
        assert len(drawn) == 4
        for place, name, told, inside in drawn:
            amount = int(rows[name][figure])
            assert told == (str(say_amount(Unit.MINUTES, amount)) if measure else str(amount))
            assert ("nothing-here" in inside) == (amount == 0)
            assert browser.get(html.unescape(place)).status_code == 200
            assert keys_of("/figures/zones", made)[name][0] in place
        assert any(int(row[figure]) for row in rows.values() if row[figure].isdigit())
        assert "<title" in page
        assert "<desc" in page
        assert len(page) < 60_000


def test_the_lines_stand_where_the_table_says(browser: FlaskClient) -> None:
    for query, so_far in (("", False), ("measure=PO7", False), ("so_far=1", True)):
        page = browser.get(f"/figures/time?{query}").get_data(as_text=True)
        rows = table(browser, f"/figures/time.csv?{query}")
        heights = [(int(y), tick) for y, tick in re.findall(r'class="cb-chart__tick" x="\d+" y="(\d+)">([^<]*)<', page)]
        assert heights
        picture = page[page.index('class="cb-chart"') :]
        nothing = int(re.findall(r'cb-chart__line--nothing" d="M\d+ (\d+)H', picture)[0])
        for figure in Figure:
            values = [int(row[figure]) for row in rows]
            if so_far:
                values = [sum(values[: place + 1]) for place in range(len(values))]
            found = re.search(rf'cb-series--{figure}" d="(M\d+ [^"]*)"/><path class="cb-mark', picture)
            assert found
            points = [int(y) for _, y in re.findall(r"[ML](\d+) (\d+)", found[1])]
            assert len(points) == len(values)
            assert [y == nothing for y in points] == [value == 0 for value in values]
            order = sorted(range(len(values)), key=lambda place: values[place])
            assert [points[place] for place in order] == sorted(points, reverse=True)


def test_measures_have_a_small_picture_each_and_are_never_put_together(browser: FlaskClient) -> None:
    shown: set[str] = set()
    for number in range(1, 6):
        page = browser.get(f"/figures/time?pillar={number}")
        shown |= set(re.findall(r'id="small-(\w+)"', page.get_data(as_text=True)))
    told = table(browser, "/figures/time.csv?of=measures")
    assert shown == {row["measure"] for row in told} == {"PO7", "FP1", "PP7", "PP1"}
    for measure in shown:
        [whole] = [row for row in table(browser, "/figures.csv") if (row["measure"], row["row"]) == (measure, "amount")]
        for figure in ("reported", "verified"):
            assert sum(int(row[figure]) for row in told if row["measure"] == measure) == int(whole[figure])


def test_the_zones_add_up_to_the_borough_whatever_division_they_are_of(made: Set, browser: FlaskClient) -> None:
    rows = table(browser, "/figures/zones.csv?measure=PO7")
    [whole] = [row for row in table(browser, "/figures.csv") if (row["measure"], row["row"]) == ("PO7", "amount")]
    for figure in ("committed", "reported", "confirmed", "verified"):
        assert sum(int(row[figure]) for row in rows) == int(whole[figure])
    other = next(name for name, key in references("frameworks").items() if key == made.other_framework.id)
    assert browser.get(f"/figures/zones?framework={other}").status_code == 200


def test_what_tells_of_single_people_is_in_no_zone_lot_or_quarter(browser: FlaskClient) -> None:
    for path in PATHS:
        page = browser.get(path).get_data(as_text=True)
        for code in ("PO4", "PO8"):
            assert f'value="{code}"' not in page
            assert table(browser, f"{path}.csv?measure={code}") == table(browser, f"{path}.csv")
    assert {row["measure"] for row in table(browser, "/figures/deliveries.csv?figure=verified")}.isdisjoint(
        {"PO4", "PO8"}
    )
    assert table(browser, "/figures/deliveries.csv?figure=verified&period=2026-Q4")


def test_values_nobody_knows_choose_nothing_on_any_of_them(browser: FlaskClient) -> None:
    for path in (*PATHS, "/figures/needs"):
        whole = browser.get(f"{path}.csv").get_data()
        for query in (
            "measure=XX9",
            "measure=FE1",
            "zone=nowhere",
            "framework=%3Cb%3E",
            "figure=pledged",
            "pillar=9",
            "period=soon",
            "so_far=yes",
            "of=everything",
            "measure=" + "x" * 5000,
        ):
            assert browser.get(f"{path}?{query}").status_code == 200, (path, query)
            assert browser.get(f"{path}.csv?{query}").get_data() == whole, (path, query)


def test_filters_stay_in_the_address_from_one_way_of_looking_to_the_next(made: Set, browser: FlaskClient) -> None:
    framework = framework_of(made)
    page = browser.get(f"/figures/lots?framework={framework}&period=2026").get_data(as_text=True)
    for path in ("/figures", "/figures/zones", "/figures/time", "/figures/kept", "/figures/levels"):
        assert re.search(rf'href="{path}\?[^"]*framework={framework}', page), path
    assert '<option value="2026" selected>' in page


def test_levels_and_kept_terms_have_a_page_of_all(browser: FlaskClient) -> None:
    levels = words_of(browser.get("/figures/levels"))
    assert "0 of 3 met it" in levels
    kept = words_of(browser.get("/figures/kept"))
    assert kept.count("1 of 1 met") == 1
    assert "1 still running" in kept


def test_each_page_asks_at_most_fifteen_times_and_is_small(committed: Flask, made: Set, browser: FlaskClient) -> None:
    auditor = actor_for(make_organisation("Example Council", is_council=True), Role.AUDITOR)
    signed_in = client_of(committed, auditor.person_id or 0, auditor.organisation_id)
    paths = [path + query for path in PATHS for query in ("", "?measure=PO7", "?period=2026")]
    paths += ["/figures/needs", "/figures/kept", "/figures/levels", "/figures/deliveries?figure=reported"]
    for one, own in ((browser, []), (signed_in, ["/figures/providers"])):
        for path in [*paths, *own]:
            one.get(path)
            with statements() as asked:
                answer = one.get(path)
            assert answer.status_code == 200
            assert len(asked) <= 15, (path, len(asked), asked)
            assert len(answer.get_data()) < 60_000, path


def test_what_is_the_same_in_every_row_is_said_once(committed: Flask, made: Set, browser: FlaskClient) -> None:
    for path in ("/figures/zones", "/figures/lots", "/figures/time"):
        page = words_of(browser.get(path))
        per_row, once = page.count("all checked one by one"), page.count("none accepted in a sampled batch")
        assert (per_row == 0) == (once == 1), path
        assert per_row + once, path


# --- the council's own list -------------------------------------------------------------------------------


def test_the_council_sees_who_has_no_pledge_and_who_delivered_nothing(committed: Flask, made: Set) -> None:
    from tests.makers_pledges import make_admitted_provider

    with held_at(NOW):
        make_admitted_provider("Quiet Care", framework=made.framework)
    council = make_organisation("Example Council", is_council=True)
    person = actor_for(council, Role.OFFICER).person_id or 0
    officer = client_of(committed, person, council.id)

    def names(query: str = "") -> list[str]:
        return [row["provider"] for row in table(officer, f"/figures/providers.csv{query}")]

    with held_at(NOW):
        assert names() == ["Fictional Care", "Invented Support", "Quiet Care"]
        assert names("?show=no-pledge") == ["Quiet Care"]
        assert names("?show=nothing-verified") == ["Invented Support", "Quiet Care"]
        assert names("?show=the-best") == names()
        assert names(f"?show=no-pledge&framework={framework_of(made)}") == ["Quiet Care"]
        assert [row["pledges"] for row in table(officer, "/figures/providers.csv")][1:] == ["1", "0"]
        page = words_of(officer.get("/figures/providers?show=no-pledge"))
        assert "Quiet Care" in page
        assert "Fictional Care" not in page
    with held_at(date(2028, 1, 1)):
        officer = client_of(committed, person, council.id)
        assert names("?show=nothing-verified") == ["Fictional Care", "Invented Support", "Quiet Care"]


def test_an_officer_reads_whom_to_write_to_and_an_auditor_does_not(committed: Flask, made: Set) -> None:
    council = make_organisation("Example Council", is_council=True)
    lead = make_person("Ada Lead")
    join(lead, made.provider.organisation, Role.PROVIDER_LEAD)
    with held_at(NOW):
        for role, sees in ((Role.OFFICER, True), (Role.ADMINISTRATOR, True), (Role.AUDITOR, False)):
            theirs = client_of(committed, actor_for(council, role).person_id or 0, council.id)
            page = theirs.get("/figures/providers").get_data(as_text=True)
            assert (f"mailto:{lead.email}" in page) is sees
            [row] = [row for row in table(theirs, "/figures/providers.csv") if lead.email in row["lead_email"]] or [{}]
            assert bool(row) is sees


def test_nobody_else_sees_that_list(committed: Flask, made: Set, browser: FlaskClient) -> None:
    for path in ("/figures/providers", "/figures/providers.csv"):
        assert browser.get(path).status_code == 303
        theirs = client_of(committed, made.provider.actor.person_id or 0, made.provider.organisation.id)
        assert theirs.get(path).status_code == 403
    assert "/figures/providers" not in browser.get("/figures").get_data(as_text=True)
