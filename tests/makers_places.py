"""Makers of zones with boundaries and of postcodes, all made up: two squares side by side, and points in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from community_book.base import work
from community_book.base.actor import system
from community_book.places import actions, queries
from community_book.places.rules import NewPlace, read_zones_geojson

WEST, EAST, OUTSIDE, UNKNOWN = "WX1 1AA", "WX2 2BB", "WX3 3DD", "WX9 9ZZ"
"""Postcodes in the west square, the east square, in neither, and one that is never loaded."""
POINTS: Mapping[str, tuple[float, float]] = {WEST: (53.5, -2.65), EAST: (53.5, -2.55), OUTSIDE: (53.5, -2.2)}


def square(code: str, name: str, west: float, east: float) -> dict[str, Any]:
    """A zone of a GeoJSON file."""
    south, north = 53.4, 53.6
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"zone_code": code, "zone_name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def geojson(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


TWO_SQUARES = geojson(square("1", "Westside", -2.7, -2.6), square("2", "Eastside", -2.6, -2.5))


def make_scheme(
    name: str = "Homecare zones", *, first_day: date = date(2019, 10, 1), text: str = TWO_SQUARES
) -> dict[str, int]:
    """A scheme with boundaries; its zones' ids by name."""
    reference = actions.import_zones(system("test"), name, first_day, read_zones_geojson(text))
    with work.reading() as reading:
        scheme = queries.scheme_by_reference(reading, reference)
        return {zone.name: zone.id for zone in queries.zones_of(reading, scheme.id)}


def postcode_lines(points: Mapping[str, tuple[float, float]] = POINTS) -> list[str]:
    """A lookup file's lines."""
    return ["pcds,lat,long\n", *(f"{postcode},{lat},{long}\n" for postcode, (lat, long) in points.items())]


def know_postcodes(points: Mapping[str, tuple[float, float]] = POINTS) -> None:
    actions.load_postcodes(system("test"), lambda: postcode_lines(points))


def place_it(new: NewPlace) -> int:
    """A place kept by the step, in a Work of its own."""
    with work.work(system("test")) as session:
        place_id = actions.make_place(session, new)
        session.record("test.place", "test:T-234567")
        return place_id
