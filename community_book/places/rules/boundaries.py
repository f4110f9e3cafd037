"""Boundaries of zones: whether a point lies inside, and reading them from a GeoJSON file.

Coordinates are degrees of WGS84, longitude first, as in GeoJSON (RFC 7946).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import isfinite
from typing import Any, NoReturn

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem

ZONES_AT_MOST = 500
POINTS_AT_MOST = 1_000_000
PROBLEMS_SHOWN_AT_MOST = 20
_CODE_AT_MOST, _NAME_AT_MOST = 20, 120
_DECIMALS = 7
"""About a centimetre."""

Position = tuple[float, float]
"""Longitude and latitude."""
Ring = tuple[Position, ...]
"""A closed line: the last position is the first again."""


@dataclass(frozen=True)
class Boundary:
    """One or more polygons, each an outer ring and its holes."""

    polygons: tuple[tuple[Ring, ...], ...]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        positions = [position for polygon in self.polygons for position in polygon[0]]
        longitudes, latitudes = zip(*positions, strict=True)
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies inside, by counting the edges east of it.

        A point on a line that two zones share is in exactly one of them: the one to the east of the
        line or, on a level line, to the north.
        """
        west, south, east, north = self.box
        if not (west <= longitude <= east and south <= latitude <= north):
            return False
        return any(sum(_crossings(ring, latitude, longitude) for ring in polygon) % 2 == 1 for polygon in self.polygons)


def _crossings(ring: Ring, latitude: float, longitude: float) -> int:
    count = 0
    for start, end in pairwise(ring):
        # Always from the lower end up, so that neighbours that draw the same edge in opposite
        # directions reckon with the very same numbers.
        (x1, y1), (x2, y2) = (start, end) if start[1] <= end[1] else (end, start)
        if y1 <= latitude < y2 and longitude < x1 + (latitude - y1) * (x2 - x1) / (y2 - y1):
            count += 1
    return count


@dataclass(frozen=True)
class ZoneShape:
    """One zone of a file: its code, its name, its boundary, and the geometry as it is stored."""

    code: str
    name: str
    boundary: Boundary
    geometry_json: str


def read_boundary(geometry_json: str) -> Boundary:
    """The boundary of a geometry that `read_zones_geojson` gave out. Raises ValueError for any other."""
    try:
        return _boundary(json.loads(geometry_json, parse_constant=_no_constant))
    except _Wrong as wrong:
        raise ValueError(str(wrong.message)) from None


def read_zones_geojson(
    text: str, *, code_property: str | None = None, name_property: str | None = None
) -> list[ZoneShape]:
    """The zones of a GeoJSON FeatureCollection of polygons in WGS84, in the file's order.

    `code_property` and `name_property` name the properties that hold code and name; without them they
    are guessed from names the ONS and councils use. Raises Refused with a Problem (field "file") for
    each thing that is wrong, naming the feature by its number, at most PROBLEMS_SHOWN_AT_MOST.
    """
    features = _features(text)
    code_key = code_property or _guess(features, _CODE_NAMES)
    name_key = name_property or _guess(features, _NAME_NAMES)
    for key, what in ((code_key, N_("code")), (name_key, N_("name"))):
        if key is None or not any(key in _properties(feature) for feature in features):
            _refuse(
                Message(
                    N_("No property holds each zone's %(what)s. The features have: %(properties)s."),
                    what=Message(what),
                    properties=", ".join(sorted(_property_names(features))[:30])[:500] or "-",
                )
            )
    shapes: list[ZoneShape] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    points = 0
    for number, feature in enumerate(features, start=1):
        try:
            shape = _shape(feature, str(code_key), str(name_key))
            if shape.code in seen:
                raise _Wrong(
                    Message(
                        N_("its code “%(code)s” is that of feature %(other)s too"),
                        code=shape.code,
                        other=str(seen[shape.code]),
                    )
                )
            seen[shape.code] = number
            shapes.append(shape)
            points += sum(len(ring) for polygon in shape.boundary.polygons for ring in polygon)
        except _Wrong as wrong:
            problems.append(
                Problem(
                    "file",
                    Message(N_("Feature %(number)s: %(wrong)s."), number=str(number), wrong=wrong.message),
                )
            )
    if problems:
        raise Refused(*problems[:PROBLEMS_SHOWN_AT_MOST])
    if points > POINTS_AT_MOST:
        _refuse(
            Message(
                N_("The boundaries have %(count)s points. Use a generalised edition with at most %(most)s."),
                count=f"{points:,}",
                most=f"{POINTS_AT_MOST:,}",
            )
        )
    return shapes


# --- the file -----------------------------------------------------------------------------------


class _Wrong(Exception):
    """What is wrong with one feature, to be put after its number."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def _refuse(message: Message) -> NoReturn:
    raise Refused(Problem("file", message))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _features(text: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        _refuse(Message(N_("This is not a GeoJSON file: it cannot be read as JSON.")))
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection" or not isinstance(features, list):
        _refuse(Message(N_("This is not a GeoJSON FeatureCollection. Export the layer of zones as GeoJSON.")))
    if not features:
        _refuse(Message(N_("The file holds no zones.")))
    if len(features) > ZONES_AT_MOST:
        _refuse(
            Message(
                N_("The file holds %(count)s zones; at most %(most)s can be read."),
                count=f"{len(features):,}",
                most=str(ZONES_AT_MOST),
            )
        )
    return [feature if isinstance(feature, dict) else {} for feature in features]


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _property_names(features: Iterable[dict[str, Any]]) -> set[str]:
    return {key for feature in features for key in _properties(feature)}


_ONS_LAYERS = ("wd", "cned", "ced", "par", "parncp", "msoa", "lsoa", "oa", "pcon", "lad", "ctyua", "cty")
"""Smallest first: a file of wards also names the district of each."""
_CODE_NAMES = (
    *(rf"{layer}[0-9]{{2}}_?cd" for layer in _ONS_LAYERS),
    *("zone_?code", "zone_?cd", "code", "ward_?code", "ward_cd", "area_?code", "gss_?code", "lot_?code"),
    *("zone_?id", "reference", "ref", "id"),
)
_NAME_NAMES = (
    *(rf"{layer}[0-9]{{2}}_?nm" for layer in _ONS_LAYERS),
    *("zone_?name", "zone_?nm", "name", "ward_?name", "ward_nm", "area_?name", "lot_?name", "title", "label"),
)


def _guess(features: Sequence[dict[str, Any]], patterns: Iterable[str]) -> str | None:
    names = sorted(_property_names(features))
    for pattern in patterns:
        for name in names:
            if re.fullmatch(pattern, name, re.IGNORECASE):
                return name
    return None


def _shape(feature: dict[str, Any], code_key: str, name_key: str) -> ZoneShape:
    if feature.get("type") != "Feature":
        raise _Wrong(Message(N_("it is not a Feature")))
    code = _word(feature, code_key, _CODE_AT_MOST)
    name = _word(feature, name_key, _NAME_AT_MOST)
    boundary = _boundary(feature.get("geometry"))
    return ZoneShape(code, name, boundary, _geometry_json(boundary))


def _word(feature: dict[str, Any], key: str, most: int) -> str:
    value = _properties(feature).get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**most:
        value = str(value)
    word = " ".join(value.split()) if isinstance(value, str) else ""
    if not word or not word.isprintable():
        raise _Wrong(Message(N_("it has no “%(property)s”"), property=key))
    if len(word) > most:
        raise _Wrong(Message(N_("its “%(property)s” is longer than %(most)s characters"), property=key, most=str(most)))
    return word


def _geometry_json(boundary: Boundary) -> str:
    if len(boundary.polygons) == 1:
        geometry: dict[str, Any] = {"type": "Polygon", "coordinates": boundary.polygons[0]}
    else:
        geometry = {"type": "MultiPolygon", "coordinates": boundary.polygons}
    return json.dumps(geometry, separators=(",", ":"))


# --- the geometry -------------------------------------------------------------------------------


def _boundary(geometry: Any) -> Boundary:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise _Wrong(Message(N_("its geometry is no Polygon or MultiPolygon")))
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise _Wrong(Message(N_("its geometry has no coordinates")))
    boundary = Boundary(tuple(tuple(_rings(polygon)) for polygon in polygons))
    west, south, east, north = boundary.box
    if 49 <= west and east <= 62 and -10 <= south and north <= 4:
        raise _Wrong(Message(N_("its latitudes and longitudes are swapped: GeoJSON has the longitude first")))
    return boundary


def _rings(polygon: Any) -> Iterator[Ring]:
    if not isinstance(polygon, list) or not polygon:
        raise _Wrong(Message(N_("its geometry has no coordinates")))
    for ring in polygon:
        if not isinstance(ring, list) or len(ring) < 4:
            raise _Wrong(Message(N_("a ring has fewer than 4 points")))
        positions = tuple(_position(position) for position in ring)
        if positions[0] != positions[-1]:
            raise _Wrong(Message(N_("a ring is not closed: its last point must be its first")))
        if len(set(positions)) < 3:
            raise _Wrong(Message(N_("a ring encloses nothing")))
        yield positions


def _position(position: Any) -> Position:
    if not isinstance(position, list) or len(position) < 2 or not all(_is_number(part) for part in position[:2]):
        raise _Wrong(Message(N_("a point is not two numbers")))
    longitude, latitude = position[:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        if 0 <= longitude <= 800_000 and 0 <= latitude <= 1_400_000:
            raise _Wrong(
                Message(N_("its coordinates look like British grid metres; export the file in WGS84 (EPSG:4326)"))
            )
        raise _Wrong(Message(N_("a point lies outside longitude -180 to 180, latitude -90 to 90")))
    return round(float(longitude), _DECIMALS), round(float(latitude), _DECIMALS)


def _is_number(part: Any) -> bool:
    if isinstance(part, float):
        return isfinite(part)
    return isinstance(part, int) and not isinstance(part, bool)
