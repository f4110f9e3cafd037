"""The real facts of the first seed, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from community_book.base.clock import today
from community_book.places.queries import schemes_in_use, zones_of
from cwb.frameworks import actions, queries
from cwb.frameworks.actions import seed
from tests.support.wanted import go_without

SOURCE = Path(__file__).resolve().parents[4] / "shared" / "seeds" / "wigan-ethical-framework-2030.txt"
NAME = "The Deal 2030 Care and Support Ethical Framework"


@pytest.fixture
def loaded(app, reading):
    done = app.test_cli_runner().invoke(args=["frameworks", "load-seed"])
    assert done.exit_code == 0, done.output
    [card] = queries.frameworks(reading)
    return queries.framework_by_reference(reading, card.reference)


def test_the_framework_has_its_name_its_buyer_and_seventeen_lots(loaded) -> None:
    assert loaded.name == NAME
    assert loaded.buyer == "Wigan Council and Wigan Borough Clinical Commissioning Group"
    assert [lot.number for lot in loaded.lots] == [str(number) for number in range(1, 18)]
    assert loaded.lots[0].title == "Homecare Services"
    assert loaded.lots[16].title == "Children\N{RIGHT SINGLE QUOTATION MARK}s Services"


def test_titles_and_figures_stand_in_the_source_as_they_are_given_here() -> None:
    if not SOURCE.is_file():
        go_without("the first seed is not here (../shared/seeds)")
    text = " ".join(SOURCE.read_text().split())
    for title in seed.LOTS:
        assert title in text, title
    for words in (
        "327 expressions of interest",
        "122 applications",
        "4 bids were non-compliant",
        "117 providers were moderated",
        "87 providers were invited to interview",
        "71 providers were successful",
        "only 45 providers joined",
        "£15.40p/h",
        "51 days",
        "£250m",
        "16 zones",
        "20% evaluation question",
        "12 providers covering allocated zones",
        "covered by 19 providers",
        NAME,
    ):
        assert words in text, words


def test_its_history_is_kept_as_facts_with_their_source(loaded) -> None:
    facts = {fact.code: fact for fact in loaded.facts}
    assert {code: (fact.value, fact.unit) for code, fact in facts.items()} == {
        "interests": (327, "providers"),
        "applications": (122, "providers"),
        "non_compliant": (4, "providers"),
        "moderated": (117, "providers"),
        "interviewed": (87, "providers"),
        "admitted": (71, "providers"),
        "admitted_before": (45, "providers"),
        "homecare_rate": (1540, "pence"),
        "advertised": (51, "days"),
        "expected_spend": (25_000_000_000, "pence"),
        "wealth_building_weight": (2000, "basis_points"),
        "homecare_providers_before": (19, "providers"),
        "homecare_providers": (12, "providers"),
        "successor": (None, ""),
    }
    assert "does not explain the one between 118 and 117" in facts["moderated"].note
    assert facts["successor"].note == "Planned from October 2026 to October 2036."
    assert facts["homecare_rate"].as_of == "2019/20"
    assert all(fact.source and fact.as_of for fact in loaded.facts)


def test_its_sixteen_zones_are_there_by_number_without_boundaries(loaded, reading) -> None:
    [scheme] = schemes_in_use(reading, today())
    assert scheme.name == "Homecare zones"
    zones = zones_of(reading, scheme.id)
    assert [zone.name for zone in zones] == [f"Zone {number}" for number in range(1, 17)]
    assert not any(zone.has_boundary for zone in zones)
    assert loaded.zone_scheme_id == scheme.id


def test_loading_it_again_changes_nothing(loaded, app, reading) -> None:
    done = app.test_cli_runner().invoke(args=["frameworks", "load-seed"])
    assert done.output.strip() == f"{loaded.reference}: 0 lots added, 0 facts added or changed"
    [card] = queries.frameworks(reading)
    assert queries.framework_by_reference(reading, card.reference) == loaded


def test_everybody_reads_how_the_providers_were_chosen(loaded, client) -> None:
    page = client.get(f"/frameworks/{loaded.reference}").get_data(as_text=True)
    for words in (
        "Expressions of interest",
        "327",
        "does not explain the one between 118 and 117",
        "£15.40",
        "£250,000,000",
        "20%",
        "51 days",
        "October 2026 to October 2036",
        "Zone 16",
        "Delegated Healthcare tasks Training",
        "Nobody has been entered as a provider here yet",
    ):
        assert words in page, words
    assert page.count("<rect") == 5


def test_suppliers_can_be_imported_into_it_by_name(loaded, reading) -> None:
    table = (
        "lot_code,lot_title,supplier_name,scheme,identifier,admitted_on,status\n"
        "1,Homecare Services,A Provider,GB-COH,234567,2020-04-01,\n"
    )
    from community_book.base.actor import system

    done = actions.import_file(system("test"), table.encode(), name=NAME)
    assert len(done.changes) == 2
    assert len(queries.frameworks(reading)) == 1
