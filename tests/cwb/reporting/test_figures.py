"""Every figure is the sum of its entries and of the list it opens: on a made-up set, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from community_book.base import work
from community_book.base.actor import Role
from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import held_at
from cwb.ledger.rules import Figure
from tests.cwb.reporting.made import NOW, Set, address, table, words_of
from tests.makers import actor_for, client_of, make_organisation
from tests.makers_deliveries import S, make_own_delivery
from tests.makers_pledges import make_pledge
from tests.support.counted import statements
from tests.support.databases import ON_SQLITE


@pytest.fixture(scope="module")
def made(committed: Flask) -> Set:
    return Set()


@pytest.fixture
def browser(committed: Flask, made: Set) -> FlaskClient:
    return committed.test_client()


def filters(made: Set) -> list[dict[str, str]]:
    with work.reading() as reading:
        names = reading.execute(text("SELECT id, reference FROM frameworks")).all()
        lots = reading.execute(text("SELECT id, reference FROM lots")).all()
        zones = reading.execute(text("SELECT id, reference FROM zones")).all()
    framework = {row.id: row.reference for row in names}[made.framework.id]
    other = {row.id: row.reference for row in names}[made.other_framework.id]
    lot = {row.id: row.reference for row in lots}[made.framework.lot_ids[1]]
    zone = {row.id: row.reference for row in zones}[made.framework.zone_ids[0]]
    return [
        {},
        {"framework": framework},
        {"framework": other},
        {"lot": lot},
        {"framework": framework, "lot": lot},
        {"zone": zone},
        {"zone": "borough-wide"},
        {"zone": "not-placed"},
        {"period": "2026"},
        {"period": "2026-Q4"},
        {"period": "2026-Q1"},
        {"period": "2020"},
        {"framework": framework, "zone": zone, "period": "2026-Q4"},
    ]


CONDITIONS = {
    "framework": "framework_id = (SELECT id FROM frameworks WHERE reference = :framework)",
    "lot": "lot_id = (SELECT id FROM lots WHERE reference = :lot)",
    "zone": "zone_id = (SELECT id FROM zones WHERE reference = :zone)",
    "period": "substr(period, 1, :length) = :period",
}


def entries(figure: str, measure: str, asked: dict[str, str]) -> int:
    """The sum by the plainest question that can be asked of the ledger."""
    conditions = [
        "basis = 'extra'",
        "figure = :figure",
        "measure_id = (SELECT id FROM measures WHERE code = :measure)",
    ]
    values: dict[str, Any] = {"figure": figure, "measure": measure, **asked}
    for name, value in asked.items():
        if name == "zone" and not value.startswith("ZN-"):
            conditions.append("zone_note = :note")
            values["note"] = value.replace("-", "_")
        else:
            conditions.append(CONDITIONS[name])
    values["length"] = len(asked.get("period", ""))
    with work.reading() as reading:
        question = f"SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE {' AND '.join(conditions)}"
        return int(reading.execute(text(question), values).scalar_one())


def pillars_said(browser: FlaskClient, asked: dict[str, str]) -> list[str]:
    """What the five pillars say, one page each."""
    pages = [browser.get(address("/figures", **asked, pillar=str(number))) for number in range(1, 6)]
    assert {page.status_code for page in pages} == {200}
    return [words_of(page) for page in pages]


def test_every_figure_is_the_sum_of_its_entries_and_of_the_list_it_opens(made: Set, browser: FlaskClient) -> None:
    checked = 0
    for asked in filters(made):
        said = " ".join(pillars_said(browser, asked))
        for row in table(browser, address("/figures.csv", **asked)):
            if row["row"] != "amount":
                continue
            for figure in Figure:
                told = row[figure]
                if not told.isdigit():
                    assert told in {"not applicable", "not split by zone"}
                    continue
                where = (asked, row["measure"], figure)
                assert int(told) == entries(figure, row["measure"], asked), where
                listed = table(
                    browser, address("/figures/deliveries.csv", figure=figure, measure=row["measure"], **asked)
                )
                assert sum(int(one["amount"]) for one in listed) == int(told), where
                if int(told) and len(asked) < 2 and "period" not in asked:
                    amount = str(say_amount(Unit(row["unit"]), int(told)))
                    opened = browser.get(address("/figures/deliveries", figure=figure, measure=row["measure"], **asked))
                    assert amount in words_of(opened), where
                    assert amount in said, where
                    checked += 1
            if row["verified"].isdigit():
                assert int(row["checked_one_by_one"]) + int(row["sampled_batch"]) == int(row["verified"])
    assert checked > 30


def test_the_figures_are_what_was_done(browser: FlaskClient) -> None:
    rows = {row["measure"]: row for row in table(browser, "/figures.csv") if row["row"] == "amount"}
    assert [rows["PO7"][figure] for figure in Figure] == ["4800", "1440", "405", "225", "135"]
    assert [rows["FP1"][figure] for figure in Figure] == ["50000"] * 5
    assert [rows["PP7"][figure] for figure in Figure] == ["20", "not applicable", "9", "not applicable", "5"]
    assert [rows["LA6"][figure] for figure in Figure] == ["2", "not applicable", "0", "not applicable", "0"]
    assert [rows["PP1"][figure] for figure in ("pledged", "reported", "verified")] == ["50000", "20000", "20000"]
    assert rows["PP1"]["usual"] == "100000"
    assert {"PO2", "PP2", "PO4", "PO8", "FE1", "FE2"}.isdisjoint(rows)


def test_pledges_are_counted_by_how_far_they_have_come(browser: FlaskClient) -> None:
    counts = {
        row["pillar_number"]: [row[figure] for figure in Figure]
        for row in table(browser, "/figures.csv")
        if row["row"] == "pledges"
    }
    assert counts["1"] == ["2", "0", "2", "0", "2"]
    assert counts["2"] == ["3", "0", "2", "0", "2"]
    assert counts["3"] == ["1", "0", "0", "0", "0"]
    assert counts["4"] == ["2", "1", "1", "1", "1"]
    assert counts["5"] == ["2", "2", "2", "2", "2"]  # without the two that tell of single people


@ON_SQLITE
def test_every_count_of_pledges_opens_the_pledges_it_counts(made: Set, browser: FlaskClient) -> None:
    opened = 0
    for asked in filters(made):
        for row in table(browser, address("/figures.csv", **asked)):
            if row["row"] != "pledges":
                continue
            for figure in Figure:
                where = (asked, row["pillar_number"], figure)
                of = {"pillar": row["pillar_number"], "figure": str(figure), **asked}
                listed = table(browser, address("/figures/pledges.csv", **of))
                assert not {"PO4", "PO8"} & {one["measure"] for one in listed}, where
                assert len({one["reference"] for one in listed}) == len(listed), where
                if row[figure].isdigit():
                    assert len(listed) == int(row[figure]), where
                    opened += bool(listed)
    assert opened > 30
    said = words_of(browser.get("/figures/pledges?pillar=2&figure=verified"))
    assert "verified by the council 2" in said
    assert "43 of 50" in said
    link = 'href="/figures/pledges?pillar=2&amp;figure=verified"'
    assert link in browser.get("/figures?pillar=2").get_data(as_text=True)
    for wrong in ("pillar=6&figure=verified", "pillar=x&figure=verified", "pillar=2&figure=met", ""):
        for path in ("/figures/pledges", "/figures/pledges.csv"):
            assert browser.get(f"{path}?{wrong}").status_code == 404


def test_levels_are_told_as_n_of_n(browser: FlaskClient) -> None:
    [level] = [row for row in table(browser, "/figures.csv") if row["row"] == "level"]
    assert level["measure"] == "FE2"
    assert [level[name] for name in ("pledges", "met", "not_met", "no_reading", "out_of_date")] == [
        "3",
        "0",
        "2",
        "1",
        "0",
    ]
    for page in (words_of(browser.get("/figures/levels")), words_of(browser.get("/figures?pillar=2"))):
        assert "0 of 3 met it" in page
        assert "2 did not, 1 without a reading" in page
    listed = words_of(browser.get("/figures/levels?measure=FE2"))
    assert listed.count("at least 90%") == 3
    assert "43 of 50" in listed
    assert browser.get("/figures/levels?measure=PO7").status_code == 404


def test_what_was_a_condition_or_a_term_stands_apart_and_enters_no_figure(browser: FlaskClient) -> None:
    kept = {row["measure"]: row for row in table(browser, "/figures.csv") if row["row"] == "kept its terms"}
    assert {
        code: [row[name] for name in ("pledges", "met", "not_met", "still_running", "no_reading")]
        for code, row in kept.items()
    } == {
        "PO2": ["1", "1", "0", "0", "0"],
        "PP2": ["1", "0", "0", "1", "0"],
        "FE1": ["1", "0", "1", "0", "0"],
    }
    listed = words_of(browser.get("/figures/kept?measure=FE1"))
    assert "kept its terms: not met" in listed
    assert "38 of 50" in listed
    with held_at(date(2028, 1, 1)):
        later = {row["measure"]: row for row in table(browser, "/figures.csv") if row["row"] == "kept its terms"}
        assert later["PP2"]["not_met"] == "1"


def test_what_could_tell_of_single_people_is_shown_by_year_and_hidden_under_five(
    made: Set, browser: FlaskClient
) -> None:
    yearly = {row["measure"]: row for row in table(browser, "/figures.csv") if row["row"] == "amount by year"}
    assert set(yearly) == {"PO4", "PO8"}
    assert [yearly["PO4"][name] for name in ("year", "reported", "verified", "checked_one_by_one")] == [
        "2026",
        "8",
        "8",
        "8",
    ]
    assert [yearly["PO8"][name] for name in ("reported", "verified", "checked_one_by_one", "sampled_batch")] == [
        "fewer than 5"
    ] * 4
    for asked in filters(made):
        if (asked and set(asked) != {"period"}) or asked.get("period", "2026") not in {"2026", "2020"}:
            codes = {row["measure"] for row in table(browser, address("/figures.csv", **asked))}
            assert codes.isdisjoint({"PO4", "PO8"}), asked
    for figure in Figure:
        for code in ("PO4", "PO8"):
            for path in ("/figures/deliveries", "/figures/deliveries.csv"):
                assert browser.get(address(path, figure=figure, measure=code)).status_code == 404


def test_the_auditor_follows_also_what_is_hidden_from_others(committed: Flask, made: Set) -> None:
    auditor = actor_for(make_organisation("Example Council", is_council=True), Role.AUDITOR)
    browser = client_of(committed, auditor.person_id or 0, auditor.organisation_id)
    listed = table(browser, "/figures/deliveries.csv?figure=verified&measure=PO8")
    assert [row["amount"] for row in listed] == ["3"]


def test_a_report_that_is_not_verified_yet_counts_but_is_not_told_of_to_everybody(
    committed: Flask, made: Set, browser: FlaskClient
) -> None:
    listed = table(browser, "/figures/deliveries.csv?figure=reported&measure=PO7")
    public = [row for row in listed if row["reference"]]
    others = [row for row in listed if not row["reference"]]
    assert {row["state"] for row in public} == {"verified", "verified in part"}
    assert len(others) == 3
    assert all(row["what"] == "A report that is not public yet" for row in others)
    assert not any(row["provider"] or row["group"] for row in others)
    theirs = client_of(committed, made.provider.actor.person_id or 0, made.provider.organisation.id)
    seen = table(theirs, "/figures/deliveries.csv?figure=reported&measure=PO7")
    assert all(row["reference"] and row["group"] for row in seen)


def test_a_list_of_many_is_shown_in_pages_with_the_whole_sum_on_each(browser: FlaskClient) -> None:
    for number in ("1", "2", "999999", "-1", "x", ""):
        answer = browser.get(f"/figures/deliveries?figure=reported&measure=PO7&page={number}")
        assert answer.status_code == 200
        assert "6 h 45 min" in words_of(answer)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("figure=verified", 200),
        ("figure=verified&measure=", 200),
        ("measure=PO7", 404),
        ("figure=delivered&measure=PO7", 404),
        ("figure=verified&measure=XX9", 404),
        ("figure=verified&measure=FE1", 404),
        ("figure=verified&measure=po7", 200),
        ("figure=verified&measure=PO7&how=guessed", 200),
        ("figure=verified&measure=PO7&zone=ZN-222222&lot=&framework=F-222222&period=2026-Q9", 200),
        ("figure=verified&measure=PO7&anything=else", 200),
        ("figure=verified&measure=" + "x" * 5000, 404),
        ("figure[]=verified&measure[]=PO7", 404),
        ("figure=verified&measure[]=PO7", 200),
    ],
)
def test_addresses_nobody_would_type_are_answered_all_the_same(browser: FlaskClient, query: str, status: int) -> None:
    for path in ("/figures/deliveries", "/figures/deliveries.csv"):
        assert browser.get(f"{path}?{query}").status_code == status
    assert browser.get(f"/figures?{query}").status_code == 200
    assert browser.get(f"/figures.csv?{query}").status_code == 200


def test_values_nobody_knows_choose_nothing(browser: FlaskClient) -> None:
    whole = table(browser, "/figures.csv")
    for query in ("zone=nowhere", "period=soon", "lot=L-222222", "framework=%3Cb%3E", "period=2026-Q9"):
        assert table(browser, f"/figures.csv?{query}") == whole


def test_pledged_is_not_split_by_zone_and_the_zones_add_up_to_the_whole(made: Set, browser: FlaskClient) -> None:
    with work.reading() as reading:
        zones = reading.execute(text("SELECT reference FROM zones")).scalars().all()
    sums = dict.fromkeys(("committed", "reported", "confirmed", "verified"), 0)
    for zone in [*zones, "borough-wide", "not-placed"]:
        for row in table(browser, f"/figures.csv?zone={zone}"):
            if row["row"] == "amount" and row["measure"] == "PO7":
                assert row["pledged"] == "not split by zone"
                for figure in sums:
                    sums[figure] += int(row[figure])
    assert sums == {"committed": 1440, "reported": 405, "confirmed": 225, "verified": 135}


def test_the_page_begins_with_needs_and_people_not_with_money(browser: FlaskClient) -> None:
    page = words_of(browser.get("/figures"))
    assert "groups helped by 1 providers" in page
    assert "of 4 zones reached" in page
    assert page.index("zones reached") < page.index("pledges made")
    assert "£" not in page


def test_the_page_of_figures_asks_at_most_fifteen_times(committed: Flask, made: Set, browser: FlaskClient) -> None:
    auditor = actor_for(make_organisation("Example Council", is_council=True), Role.AUDITOR)
    signed_in = client_of(committed, auditor.person_id or 0, auditor.organisation_id)
    for one in (signed_in, browser):
        one.get("/")
        for path in (
            "/figures",
            "/figures?period=2026",
            "/figures/deliveries?figure=reported&measure=PO7",
            "/figures/deliveries?figure=committed&measure=PO7",
            "/figures/levels?measure=FE2",
            "/figures/kept?measure=FE1",
        ):
            for time in ("the first after an act", "the second"):
                with statements() as asked:
                    assert one.get(path).status_code == 200
                assert len(asked) <= 15, (path, time, len(asked), asked)
    never_asked = "/figures?period=2019"
    for is_new in (True, False):  # what was added up is remembered until the next act
        with statements() as asked:
            browser.get(never_asked)
        assert any("FROM ledger_entries" in one and "GROUP BY" in one for one in asked) == is_new


def test_a_correction_after_the_quarter_is_closed_moves_the_open_quarter_only(committed: Flask, made: Set) -> None:
    from cwb.deliveries import actions as deliveries
    from cwb.ledger.actions import close_a_quarter

    browser = committed.test_client()
    administrator = actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)
    with held_at(NOW):
        pledge = make_pledge(made.provider.actor, "FP5")
        late = make_own_delivery(S.VERIFIED, provider=made.provider, pledge=pledge, council=made.council, amount=70_00)
    with held_at(date(2027, 1, 15)):
        close_a_quarter(administrator, "2026-Q4")
        before = table(browser, "/figures.csv?period=2026-Q4")
        deliveries.reverse(made.council.second, late.reference, reason="It was paid back")
        assert table(browser, "/figures.csv?period=2026-Q4") == before
        [now] = [row for row in table(browser, "/figures.csv?period=2027-Q1") if row["measure"] == "FP5"]
        assert (now["reported"], now["verified"]) == ("-7000", "-7000")
        whole = {row["measure"]: row for row in table(browser, "/figures.csv") if row["row"] == "amount"}
        assert (whole["FP5"]["reported"], whole["FP5"]["verified"]) == ("0", "0")
