"""Rules of places: the National Grid, postcodes, boundaries of zones. Pure."""

from __future__ import annotations

from community_book.places.rules.asked import (
    LABEL_AT_MOST,
    NewPlace,
    NumberedZone,
    counting_key,
    in_counting_order,
    read_numbered_zones,
)
from community_book.places.rules.boundaries import (
    POINTS_AT_MOST,
    ZONES_AT_MOST,
    Boundary,
    ZoneShape,
    read_boundary,
    read_zones_geojson,
)
from community_book.places.rules.grid import GridPoint, distance_m, osgb_to_wgs84, wgs84_to_osgb
from community_book.places.rules.maps import MapShape, ZoneMap, draw_zones
from community_book.places.rules.postcodes import PostcodeRow, RowProblem, read_postcode_rows, tidy_postcode

__all__ = [
    "LABEL_AT_MOST",
    "POINTS_AT_MOST",
    "ZONES_AT_MOST",
    "Boundary",
    "GridPoint",
    "MapShape",
    "NewPlace",
    "NumberedZone",
    "PostcodeRow",
    "RowProblem",
    "ZoneMap",
    "ZoneShape",
    "counting_key",
    "distance_m",
    "draw_zones",
    "in_counting_order",
    "osgb_to_wgs84",
    "read_boundary",
    "read_numbered_zones",
    "read_postcode_rows",
    "read_zones_geojson",
    "tidy_postcode",
    "wgs84_to_osgb",
]
