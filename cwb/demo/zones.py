"""Sixteen made-up zones with boundaries, and three made-up postcodes in each.

The borough is a wobbly patch cut four by four; neighbours share every point of the line between them, so
there is neither gap nor overlap. Positions are on the National Grid, in metres.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass

from community_book.places.rules import osgb_to_wgs84
from cwb.demo.organisations import ZONE_NAMES

WEST, SOUTH, WIDTH, HEIGHT = 352_000, 396_500, 15_000, 11_500
ACROSS = 4
BETWEEN = 5
"""Points put between two corners of a zone, so that its sides are not straight."""

GridPosition = tuple[int, int]


@dataclass(frozen=True)
class MadeUpPostcode:
    """A postcode of the WX area, which does not exist, and where it lies."""

    postcode: str
    easting: int
    northing: int


@dataclass(frozen=True)
class MadeUpZone:
    """A zone with its boundary as GeoJSON and its postcodes."""

    number: int
    name: str
    boundary_json: str
    postcodes: tuple[MadeUpPostcode, ...]


def _corner(column: int, row: int, wobble: random.Random) -> GridPosition:
    """A corner of the four-by-four net, pulled in at the borough's own corners to round its shape."""
    x, y = column / ACROSS, row / ACROSS
    pull = 0.10 * (abs(x - 0.5) * 2) ** 3 * (abs(y - 0.5) * 2) ** 3
    x += (0.5 - x) * pull * 2 + wobble.uniform(-0.035, 0.035)
    y += (0.5 - y) * pull * 2 + wobble.uniform(-0.035, 0.035)
    return WEST + round(x * WIDTH), SOUTH + round(y * HEIGHT)


def _side(start: GridPosition, end: GridPosition, wobble: random.Random) -> list[GridPosition]:
    """The points from one corner up to, not including, the next: bowed a little to one side."""
    length = math.dist(start, end)
    bow = wobble.uniform(-0.09, 0.09) * length
    across = ((end[1] - start[1]) / length, (start[0] - end[0]) / length)
    points = [start]
    for step in range(1, BETWEEN + 1):
        share = step / (BETWEEN + 1)
        out = bow * math.sin(math.pi * share) + wobble.uniform(-0.015, 0.015) * length
        points.append(
            (
                round(start[0] + (end[0] - start[0]) * share + across[0] * out),
                round(start[1] + (end[1] - start[1]) * share + across[1] * out),
            )
        )
    return points


def _geojson(ring: list[GridPosition]) -> str:
    degrees = [osgb_to_wgs84(*position) for position in [*ring, ring[0]]]
    coordinates = [[[round(longitude, 6), round(latitude, 6)] for latitude, longitude in degrees]]
    return json.dumps({"type": "Polygon", "coordinates": coordinates}, separators=(",", ":"))


def made_up_zones(seed: int = 1) -> list[MadeUpZone]:
    """The zones, numbered row by row from the north-west; the same for the same seed."""
    wobble = random.Random(seed)
    corners = {(c, r): _corner(c, r, wobble) for r in range(ACROSS + 1) for c in range(ACROSS + 1)}
    along = {(c, r): _side(corners[c, r], corners[c + 1, r], wobble) for r in range(ACROSS + 1) for c in range(ACROSS)}
    upward = {(c, r): _side(corners[c, r], corners[c, r + 1], wobble) for r in range(ACROSS) for c in range(ACROSS + 1)}
    zones = []
    for number, name in enumerate(ZONE_NAMES, start=1):
        column, row = (number - 1) % ACROSS, ACROSS - 1 - (number - 1) // ACROSS
        ring = (
            along[column, row]
            + upward[column + 1, row]
            + [corners[column + 1, row + 1], *reversed(along[column, row + 1][1:])]
            + [corners[column, row + 1], *reversed(upward[column, row][1:])]
        )
        middle = (
            sum(position[0] for position in ring) // len(ring),
            sum(position[1] for position in ring) // len(ring),
        )
        postcodes = tuple(
            MadeUpPostcode(f"WX{number} {place}A{letter}", middle[0] + east, middle[1] + north)
            for place, letter, east, north in ((1, "A", 0, 0), (2, "B", 600, 350), (3, "D", -550, -400))
        )
        zones.append(MadeUpZone(number, name, _geojson(ring), postcodes))
    return zones


def postcode_in(zone: int) -> str:
    """The first postcode of a zone."""
    return f"WX{zone} 1AA"
