"""Reads of places: schemes and zones, places, postcodes, and which zone a point lies in."""

from __future__ import annotations

from community_book.places.queries.boundaries import middles_of, zones_at
from community_book.places.queries.places import (
    distance_between,
    find_postcode,
    find_postcodes,
    place,
    places,
    zone_of_place,
    zones_of_places,
)
from community_book.places.queries.schemes import (
    label_on_map,
    scheme_by_reference,
    schemes,
    schemes_in_use,
    schemes_shown,
    zone_choices,
    zone_words,
    zones,
    zones_of,
)

__all__ = [
    "distance_between",
    "find_postcode",
    "find_postcodes",
    "label_on_map",
    "middles_of",
    "place",
    "places",
    "scheme_by_reference",
    "schemes",
    "schemes_in_use",
    "schemes_shown",
    "zone_choices",
    "zone_of_place",
    "zone_words",
    "zones",
    "zones_at",
    "zones_of",
    "zones_of_places",
]
