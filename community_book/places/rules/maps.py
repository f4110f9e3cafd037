"""Boundaries drawn as the shapes of an SVG map. Pure: the page writes them into its own template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from community_book.places.rules.boundaries import Boundary, Ring

WIDTH = 1000
HEIGHT_AT_MOST = 1400
_SCAN_LINES = 7


@dataclass(frozen=True)
class MapShape:
    """One zone on a map: its outline as SVG path data, and where its label stands."""

    code: str
    name: str
    path: str
    label_x: int
    label_y: int


@dataclass(frozen=True)
class ZoneMap:
    """A map in its own whole-number units, north at the top."""

    width: int
    height: int
    shapes: tuple[MapShape, ...]


def draw_zones(zones: Sequence[tuple[str, str, Boundary]]) -> ZoneMap | None:
    """A map of zones given as (code, name, boundary); None where there is nothing to draw."""
    if not zones:
        return None
    boxes = [boundary.box for _, _, boundary in zones]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    squeeze = cos(radians((south + north) / 2))
    across, down = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / across, HEIGHT_AT_MOST / down)
    paper = _Paper(west, north, scale * squeeze, scale)
    shapes = tuple(
        MapShape(code, name, paper.path(boundary), *paper.point(*_inside(boundary))) for code, name, boundary in zones
    )
    return ZoneMap(max(1, round(across * scale)), max(1, round(down * scale)), shapes)


@dataclass(frozen=True)
class _Paper:
    """How degrees become the map's units."""

    west: float
    north: float
    across: float
    down: float

    def point(self, longitude: float, latitude: float) -> tuple[int, int]:
        return round((longitude - self.west) * self.across), round((self.north - latitude) * self.down)

    def path(self, boundary: Boundary) -> str:
        return "".join(piece for polygon in boundary.polygons for ring in polygon for piece in self._ring(ring))

    def _ring(self, ring: Ring) -> Iterator[str]:
        points = [self.point(*position) for position in ring]
        kept = [points[0]] + [after for before, after in pairwise(points) if after != before]
        if len(set(kept)) < 3:
            return  # smaller than the paper can show
        yield f"M{kept[0][0]} {kept[0][1]}l"
        yield " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(kept))
        yield "z"


def _inside(boundary: Boundary) -> tuple[float, float]:
    """A point well inside, as (longitude, latitude): the middle of a wide stretch on a level line.

    Of a few lines the widest stretch counts, those near the middle of the zone a little more.
    """
    west, south, east, north = boundary.box
    best = (0.0, (west + east) / 2, (south + north) / 2)
    for line in range(1, _SCAN_LINES + 1):
        share = line / (_SCAN_LINES + 1)
        latitude = south + (north - south) * share
        weight = 1 - abs(share - 0.5)
        for polygon in boundary.polygons:
            crossings = sorted(longitude for ring in polygon for longitude in _crossings_at(ring, latitude))
            for start, end in zip(crossings[::2], crossings[1::2], strict=False):
                best = max(best, ((end - start) * weight, (start + end) / 2, latitude))
    return best[1], best[2]


def _crossings_at(ring: Ring, latitude: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 <= latitude) != (y2 <= latitude):
            yield x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)
