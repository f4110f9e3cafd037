"""Postcodes, distances and zones, against real places where the public files are at hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.errors import Refused
from community_book.places.rules import (
    GridPoint,
    PostcodeRow,
    RowProblem,
    ZoneShape,
    distance_m,
    osgb_to_wgs84,
    read_boundary,
    read_postcode_rows,
    read_zones_geojson,
    tidy_postcode,
    wgs84_to_osgb,
)

GEO = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "geo"
WARDS = GEO / "wigan-wards-2013-E08000010.geojson"
POSTCODES = GEO / "postcodes-sample.csv"
with_real_places = pytest.mark.skipif(
    not (WARDS.exists() and POSTCODES.exists()),
    reason="the public ward and postcode files are not beside the checkout",
)


def sample_rows() -> list[dict[str, str]]:
    with POSTCODES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- postcodes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("wn7 3pt", "WN7 3PT"),
        ("WN73PT", "WN7 3PT"),
        (" wn 7 3 p t ", "WN7 3PT"),
        ("WN1 1YN", "WN1 1YN"),
        ("m298aa", "M29 8AA"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("W1A 0AX", "W1A 0AX"),
        ("gir 0aa", "GIR 0AA"),
        ("WN7\u00a03PT", "WN7 3PT"),
    ],
)
def test_a_postcode_is_tidied_however_it_is_spaced(typed: str, tidy: str) -> None:
    assert tidy_postcode(typed) == tidy


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "QQ1 1AA",
        "WN7 3CT",
        "ZZ99 3VZ",
        "WN7",
        "WN7 3P",
        "WN7 3PTX",
        "WN7-3PT",
        "WN\u0667 3PT",
        "W\u0131N7 3PT",
        "\uff37N7 3PT",
    ],
)
def test_what_is_not_written_like_a_postcode_is_none(typed: str) -> None:
    assert tidy_postcode(typed) is None


@with_real_places
def test_every_sampled_postcode_is_one() -> None:
    assert len(sample_rows()) == 9
    assert all(tidy_postcode(row["pcds"].replace(" ", "").lower()) == row["pcds"] for row in sample_rows())


# --- the grid -----------------------------------------------------------------------------------


def metres_apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    return hypot((a[0] - b[0]) * 111_320, (a[1] - b[1]) * 111_320 * cos(radians(a[0])))


@with_real_places
def test_grid_references_and_degrees_are_the_same_place_within_5_metres() -> None:
    for row in sample_rows():
        grid = GridPoint(int(row["eastings"]), int(row["northings"]))
        degrees = float(row["lat"]), float(row["long"])
        assert metres_apart(osgb_to_wgs84(grid.easting, grid.northing), degrees) < 5
        assert distance_m(wgs84_to_osgb(*degrees), grid) < 5


def test_the_ordnance_surveys_own_example_is_met_within_5_metres() -> None:
    # Caister water tower, in "A guide to coordinate systems in Great Britain".
    assert metres_apart(osgb_to_wgs84(651_409.903, 313_177.270), (52.658008, 1.716074)) < 5


@given(easting=st.integers(80_000, 655_000), northing=st.integers(5_000, 1_220_000))
def test_there_and_back_is_the_same_metre(easting: int, northing: int) -> None:
    assert distance_m(wgs84_to_osgb(*osgb_to_wgs84(easting, northing)), GridPoint(easting, northing)) <= 1


@pytest.mark.parametrize("point", [(-1, 0), (700_001, 0), (0, 1_300_001)])
def test_a_point_off_the_grid_is_refused(point: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not on the National Grid"):
        osgb_to_wgs84(*point)


@pytest.mark.parametrize("degrees", [(-2.5, 53.4), (48.8, 2.3), (53.3, -10.5), (0, 0), (61.9, 3.9)])
def test_degrees_off_the_grid_are_refused(degrees: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="not on the National Grid"):
        wgs84_to_osgb(*degrees)


@pytest.mark.parametrize(
    ("b", "metres"),
    [
        (GridPoint(1003, 1004), 5),
        (GridPoint(1001, 1001), 1),
        (GridPoint(1001, 1002), 2),
        (GridPoint(1000, 1000), 0),
        (GridPoint(0, 0), 1414),
    ],
)
def test_distance_is_straight_and_rounded_to_the_metre(b: GridPoint, metres: int) -> None:
    assert distance_m(GridPoint(1000, 1000), b) == metres
    assert distance_m(b, GridPoint(1000, 1000)) == metres


# --- boundaries ---------------------------------------------------------------------------------


def square(west: float, south: float, side: float = 1) -> list[list[float]]:
    return [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]


def feature(number: int = 1, *, geometry: Any = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": f"Z{number}", "name": f"Zone {number}"} | properties,
        "geometry": geometry or {"type": "Polygon", "coordinates": [square(number, 0)]},
    }


def file_of(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def zone_with(geometry: Any) -> ZoneShape:
    return read_zones_geojson(file_of(feature(geometry=geometry)))[0]


@with_real_places
@pytest.mark.parametrize(
    ("postcode", "wards"),
    [
        ("WN7 3PT", ["E05000855"]),
        ("WN7 1JP", ["E05000852"]),
        ("WN7 4EZ", ["E05000854"]),
        ("WN5 7XA", ["E05000856"]),
        ("WA1 4GB", []),
        ("WA4 4BA", []),
        ("CW10 9LA", []),
        ("WF14 0DD", []),
        ("WS2 9PS", []),
    ],
)
def test_a_real_postcode_falls_in_its_real_ward(postcode: str, wards: list[str]) -> None:
    zones = read_zones_geojson(WARDS.read_text(encoding="utf-8"))
    assert len(zones) == 25
    [row] = [row for row in sample_rows() if row["pcds"] == postcode]
    found = [zone.code for zone in zones if zone.boundary.contains(float(row["lat"]), float(row["long"]))]
    assert found == wards


@with_real_places
def test_real_wards_come_with_their_names_and_are_stored_as_they_are_reckoned_with() -> None:
    zones = read_zones_geojson(WARDS.read_text(encoding="utf-8"))
    assert {zone.code: zone.name for zone in zones}["E05000856"] == "Orrell"
    assert all(read_boundary(zone.geometry_json) == zone.boundary for zone in zones)


@with_real_places
def test_no_point_of_the_borough_lies_in_two_wards() -> None:
    zones = read_zones_geojson(WARDS.read_text(encoding="utf-8"))
    corners = {position for zone in zones for polygon in zone.boundary.polygons for position in polygon[0]}
    for longitude, latitude in sorted(corners)[::40]:
        assert sum(zone.boundary.contains(latitude, longitude) for zone in zones) <= 1


def test_a_hole_is_not_inside() -> None:
    zone = zone_with({"type": "Polygon", "coordinates": [square(0, 50, 4), square(1, 51, 1)]})
    assert zone.boundary.contains(50.5, 0.5)
    assert not zone.boundary.contains(51.5, 1.5)
    assert zone.boundary.contains(53.5, 1.5)


def test_a_zone_may_have_several_parts() -> None:
    zone = zone_with({"type": "MultiPolygon", "coordinates": [[square(0, 50)], [square(3, 50)]]})
    assert [zone.boundary.contains(50.5, longitude) for longitude in (0.5, 2.5, 3.5)] == [True, False, True]
    assert read_boundary(zone.geometry_json) == zone.boundary


@given(
    latitude=st.floats(50, 52, allow_nan=False),
    longitude=st.one_of(st.floats(0, 2, allow_nan=False), st.sampled_from([0.0, 1.0, 2.0])),
    lean=st.floats(-0.4, 0.4),
)
def test_a_point_on_a_shared_line_is_in_exactly_one_zone(latitude: float, longitude: float, lean: float) -> None:
    low, high = [1.0, 50.0], [1.0 + lean, 52.0]
    left = zone_with({"type": "Polygon", "coordinates": [[[-1, 50], low, high, [-1, 52], [-1, 50]]]})
    right = zone_with({"type": "Polygon", "coordinates": [[low, [3, 50], [3, 52], high, low]]})
    inside = [zone.boundary.contains(latitude, longitude) for zone in (left, right)]
    assert inside.count(True) == (1 if latitude < 52 else 0)
    on_the_line = 1.0 + (latitude - 50.0) * (right.boundary.polygons[0][0][3][0] - 1.0) / 2.0
    if latitude < 52:
        inside = [zone.boundary.contains(latitude, on_the_line) for zone in (left, right)]
        assert inside == [False, True]


def test_height_is_dropped_and_numbers_are_kept_to_a_centimetre() -> None:
    ring = [[*position, 12.5] for position in square(-2.123456789, 53.0, 0.5)]
    zone = zone_with({"type": "Polygon", "coordinates": [ring]})
    assert zone.boundary.polygons[0][0][0] == (-2.1234568, 53.0)


@pytest.mark.parametrize(
    ("properties", "code", "name"),
    [
        (
            {"WD13CD": "E05000840", "WD13NM": "Abram", "LAD13CD": "E08000010", "LAD13NM": "Wigan"},
            "E05000840",
            "Abram",
        ),
        ({"lad23cd": "E08000010", "lad23nm": "Wigan"}, "E08000010", "Wigan"),
        ({"Zone_Code": "Z01", "Zone_Name": " North  End "}, "Z01", "North End"),
        ({"id": 7, "title": "Leigh"}, "7", "Leigh"),
    ],
)
def test_code_and_name_are_found_under_the_usual_names(properties: dict[str, Any], code: str, name: str) -> None:
    plain = feature()
    plain["properties"] = properties
    [zone] = read_zones_geojson("\ufeff" + file_of(plain))
    assert (zone.code, zone.name) == (code, name)


def test_code_and_name_can_be_named() -> None:
    plain = feature(area="A1", called="Hindley")
    [zone] = read_zones_geojson(file_of(plain), code_property="area", name_property="called")
    assert (zone.code, zone.name) == ("A1", "Hindley")


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read as JSON"),
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        (file_of(feature()).replace("1,", "NaN,", 1), "cannot be read as JSON"),
        (file_of(feature()).replace("[2,", "[Infinity,", 1), "cannot be read as JSON"),
        ("[]", "not a GeoJSON FeatureCollection"),
        ("null", "not a GeoJSON FeatureCollection"),
        ('{"type":"Feature"}', "not a GeoJSON FeatureCollection"),
        ('{"type":"FeatureCollection","features":{}}', "not a GeoJSON FeatureCollection"),
        (file_of(), "holds no zones"),
        (file_of(*[feature(number % 90) for number in range(501)]), "holds 501 zones; at most 500"),
        (file_of({"type": "Feature", "properties": {"x": 1}}), "zone's code. The features have: x."),
        (file_of({"type": "Feature", "properties": None}), "zone's code. The features have: -."),
        (file_of({"type": "Feature", "properties": {"code": 1}}), "holds each zone's name"),
        (file_of(feature(1), 5), "Feature 2: it is not a Feature."),
        (file_of(feature(1), feature(2, name=" ")), "Feature 2: it has no “name”."),
        (file_of(feature(1), feature(2, name="\u202eevil")), "Feature 2: it has no “name”."),
        (file_of(feature(1), feature(2, code=None)), "Feature 2: it has no “code”."),
        (file_of(feature(1), feature(2, code=True)), "Feature 2: it has no “code”."),
        (file_of(feature(1), feature(2, code="C" * 21)), "its “code” is longer than 20"),
        (file_of(feature(1), feature(2, code="Z1")), "Feature 2: its code “Z1” is that of feature 1"),
        (file_of(feature(geometry={"type": "Point", "coordinates": [1, 1]})), "its geometry is no Polygon"),
        (file_of(feature(geometry={"type": "Polygon"})), "Feature 1: its geometry has no coordinates."),
        (file_of(feature(geometry=polygon())), "Feature 1: its geometry has no coordinates."),
        (file_of(feature(geometry={"type": "MultiPolygon", "coordinates": [[]]})), "no coordinates."),
        (file_of(feature(geometry=polygon(square(0, 0)[:-1]))), "Feature 1: a ring is not closed"),
        (file_of(feature(geometry=polygon([[0, 0], [1, 1], [0, 0]]))), "fewer than 4 points."),
        (file_of(feature(geometry=polygon([[0, 0], [1, 1], [1, 1], [0, 0]]))), "a ring encloses nothing."),
        (file_of(feature(geometry=polygon([[0, 0], [1, "1"], [1, 1], [0, 0]]))), "not two numbers."),
        (file_of(feature(geometry=polygon([[0, 0], [1], [1, 1], [0, 0]]))), "a point is not two numbers."),
        (file_of(feature(geometry=polygon([[0, 0], [1, True], [1, 1], [0, 0]]))), "not two numbers."),
        (file_of(feature(geometry=polygon(square(363_856, 398_214)))), "look like British grid"),
        (file_of(feature(geometry=polygon(square(-200, 0)))), "Feature 1: a point lies outside longitude"),
        (file_of(feature(geometry=polygon(square(10**400, 0)))), "Feature 1: a point lies outside longitude"),
        (file_of(feature()).replace("[2,", "[1e999,", 1), "Feature 1: a point is not two numbers."),
        (file_of(feature(geometry=polygon(square(53, -2)))), "longitudes are swapped"),
    ],
)  # fmt: skip
def test_a_file_of_zones_that_cannot_be_used_is_refused_with_the_place_and_the_reason(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_zones_geojson(text)
    assert sentence in str(refused.value.problems[0].message)
    assert refused.value.problems[0].field == "file"


def test_every_wrong_feature_is_named_up_to_twenty() -> None:
    with pytest.raises(Refused) as refused:
        read_zones_geojson(file_of(feature(1), *[feature(number, name="") for number in range(2, 40)]))
    said = [str(problem.message) for problem in refused.value.problems]
    assert len(said) == 20
    assert said[0].startswith("Feature 2:")


def test_a_property_that_was_named_and_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="holds each zone's code"):
        read_zones_geojson(file_of(feature()), code_property="ward")


# --- postcode files -----------------------------------------------------------------------------


def read(*lines: str) -> list[PostcodeRow | RowProblem]:
    return list(read_postcode_rows(line + "\n" for line in lines))


def said(found: Iterable[PostcodeRow | RowProblem]) -> list[tuple[int, str]]:
    return [(entry.line, str(entry.message)) for entry in found if isinstance(entry, RowProblem)]


@with_real_places
def test_the_sample_of_postcodes_is_read_with_its_points() -> None:
    with POSTCODES.open(encoding="utf-8", newline="") as file:
        found = list(read_postcode_rows(file))
    assert found[0] == PostcodeRow("WN7 3PT", 363856, 398214, 53.479415, -2.546081, "E08000010")
    assert len(found) == 9
    assert said(found) == []


CLASSIC = "pcd,pcds,dointr,doterm,oslaua,oseast1m,osnrth1m,lat,long"
NEWER = "PCD7,PCD8,PCDS,DOINTR,DOTERM,LAD25CD,EAST1M,NORTH1M,LAT,LONG"


def test_old_and_new_headings_of_the_ons_lookups_are_understood() -> None:
    classic = read("\ufeff" + CLASSIC, "WN7 3PT,WN7 3PT,198001,,E08000010,363856,398214,53.479415,-2.546081")
    newer = read(NEWER, "WN7 3PT,WN7  3PT,WN7 3PT,198001,,E08000010,0363856,0398214,53.479415,-2.546081")
    assert classic == newer == [PostcodeRow("WN7 3PT", 363856, 398214, 53.479415, -2.546081, "E08000010")]


def test_closed_postcodes_are_left_out() -> None:
    assert read(CLASSIC, "WN7 3PT,WN7 3PT,198001,199606,E08000010,363856,398214,53.479415,-2.546081") == []


def test_one_pair_of_coordinates_is_enough() -> None:
    [by_grid] = read("postcode,easting,northing", "WN7 3PT,363856,398214")
    [by_degrees] = read("Postcode,Latitude,Longitude", "WN7 3PT,53.479415,-2.546081")
    assert isinstance(by_grid, PostcodeRow)
    assert isinstance(by_degrees, PostcodeRow)
    assert by_grid.latitude == pytest.approx(53.479415, abs=0.00005)
    assert by_grid.district is None
    assert by_degrees.point is not None
    assert distance_m(by_degrees.point, GridPoint(363856, 398214)) < 5


@pytest.mark.parametrize(
    "row", ["JE2 3AB,JE2 3AB,198001,,L99999999,,,99.999999,0.000000", "JE2 3AB,JE2 3AB,198001,,L99999999,,,,"]
)
def test_a_postcode_without_a_known_point_keeps_its_district(row: str) -> None:
    assert read(CLASSIC, row) == [PostcodeRow("JE2 3AB", None, None, None, None, "L99999999")]


def test_a_postcode_of_northern_ireland_is_placed_by_its_degrees_not_by_the_irish_grid() -> None:
    [row] = read(CLASSIC, "BT1 5GS,BT1 5GS,198001,,N09000003,333700,374000,54.5966,-5.9301")
    assert isinstance(row, PostcodeRow)
    assert row.point == wgs84_to_osgb(54.5966, -5.9301)


def test_code_point_open_is_read_without_headings() -> None:
    found = read(
        '"SO16 0AS",10,437292,115542,"E92000001","E19000008","E18000009","","E07000093","E05012936"',
        '"SO160AT",90,0,0,"E92000001","E19000008","E18000009","","E07000093","E05012936"',
    )
    assert [(row.postcode, row.point, row.district) for row in found if isinstance(row, PostcodeRow)] == [
        ("SO16 0AS", GridPoint(437292, 115542), "E07000093"),
        ("SO16 0AT", None, "E07000093"),
    ]
    assert said(found) == []


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        ([], 1, "The file is empty."),
        (["", " "], 1, "The file is empty."),
        (["name,where", "x,y"], 1, "neither an ONS postcode lookup nor Code-Point Open"),
        (["pcds,lad25cd", "WN7 3PT,E08000010"], 1, "The headings name no place"),
        (["pcds,lat,long", "WN7 3PT,53.479415"], 2, "fewer columns than the headings"),
        (["pcds,lat,long", "", "WN7 3CT,53.479415,-2.546081"], 3, "“WN7 3CT” is not a postcode."),
        (["pcds,lat,long", "WN7 3PT,-2.546081,53.479415"], 2, "not in the United Kingdom"),
        (["pcds,lat,long", "WN7 3PT,5e1,-2.5"], 2, "numbers of degrees"),
        (["pcds,lat,long", "WN7 3PT,nan,nan"], 2, "numbers of degrees"),
        (["pcds,lat,long", "WN7 3PT,\u0665\u0663,-2"], 2, "numbers of degrees"),
        (["pcds,eastings,northings", "WN7 3PT,363856.5,398214"], 2, "two whole numbers of metres"),
        (["pcds,eastings,northings", "WN7 3PT,363856,"], 2, "two whole numbers of metres"),
        (["pcds,eastings,northings", "WN7 3PT,9363856,398214"], 2, "does not lie on the National Grid"),
        (
            ["pcds,lat,long,lad25cd", "WN7 3PT,53.479415,-2.546081,Wigan"],
            2,
            "“Wigan” is not the code of a district",
        ),
        (
            ["pcds,eastings,northings,lat,long", "WN7 3PT,398214,363856,53.479415,-2.546081"],
            2,
            "two different places",
        ),
        (["SO16 0AS,10,437292,115542,,,,,E07000093,", "SO16 0AT,10"], 2, "has 10 columns, this one has 2"),
        (["pcds,lat,long", '"' + "x" * 200_000], 2, "not readable as CSV"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(lines: list[str], line: int, sentence: str) -> None:
    [(at_line, message)] = said(read(*lines))
    assert at_line == line
    assert sentence in message


def test_a_bad_line_does_not_hide_the_good_ones() -> None:
    found = read("pcds,lat,long", "nonsense,1,2", "WN7 3PT,53.479415,-2.546081")
    assert [type(entry) for entry in found] == [RowProblem, PostcodeRow]


@given(st.lists(st.text(max_size=60), max_size=5))
def test_whatever_a_postcode_file_holds_is_read_or_named(lines: list[str]) -> None:
    for head in ([], ["pcds,lat,long,eastings,northings,doterm"]):
        assert all(isinstance(entry, PostcodeRow | RowProblem) for entry in read(*head, *lines))
