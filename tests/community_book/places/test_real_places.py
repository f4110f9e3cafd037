"""The real wards of the borough of 2013 and nine real postcodes, where they are beside the checkout."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from community_book.base import work
from community_book.places import queries
from community_book.places.rules import NewPlace
from tests.makers_places import place_it
from tests.support.wanted import go_without

GEO = Path(__file__).resolve().parents[4] / "shared/data/geo"
WARDS, POSTCODES = GEO / "wigan-wards-2013-E08000010.geojson", GEO / "postcodes-sample.csv"
INSIDE = {"WN7 3PT": "E05000855", "WN7 4EZ": "E05000854", "WN5 7XA": "E05000856"}
OUTSIDE = ("WA1 4GB", "WA4 4BA", "CW10 9LA", "WF14 0DD", "WS2 9PS")


@pytest.fixture
def wards(app: Flask) -> dict[str, str]:
    """The wards, imported with both commands as an administrator would: code -> name."""
    if not (WARDS.is_file() and POSTCODES.is_file()):
        go_without("the public ward and postcode files are not here (../shared/data/geo)")
    runner = app.test_cli_runner()
    zones = runner.invoke(
        args=["places", "import-zones", str(WARDS), "--scheme", "Wards", "--from", "2013-05-02", "--source", "ONS"]
    )
    assert "25 zones of Wards from 2013-05-02" in zones.output
    loaded = runner.invoke(args=["places", "load-postcodes", str(POSTCODES)])
    assert "9 postcodes kept" in loaded.output
    with work.reading() as reading:
        [scheme] = queries.schemes_in_use(reading, date(2026, 1, 1))
        return {zone.code: zone.name for zone in queries.zones_of(reading, scheme.id)}


def ward_of(postcode: str) -> list[str]:
    place_id = place_it(NewPlace(postcode=postcode))
    with work.reading() as reading:
        return [zone.code for zone in queries.place(reading, place_id).zones]


def test_real_wards_import_and_real_postcodes_fall_into_them(wards: dict[str, str]) -> None:
    assert len(wards) == 25
    assert (wards["E05000855"], wards["E05000856"]) == ("Lowton East", "Orrell")
    assert {postcode: ward_of(postcode) for postcode in INSIDE} == {code: [ward] for code, ward in INSIDE.items()}
    assert len(ward_of("WN7 1JP")) == 1  # Atherton: the wards have other names and edges since


def test_a_real_postcode_outside_the_borough_is_in_no_ward(wards: dict[str, str]) -> None:
    assert {postcode: ward_of(postcode) for postcode in OUTSIDE} == {postcode: [] for postcode in OUTSIDE}


def test_real_wards_are_drawn_as_a_map(wards: dict[str, str], app: Flask) -> None:
    page = app.test_client().get("/zones").get_data(as_text=True)
    assert page.count('class="cb-map__zone') == 25
    assert len(page.encode()) < 60_000
