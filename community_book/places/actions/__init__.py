"""The only writers of places: places, zone schemes, postcodes."""

from __future__ import annotations

from community_book.places.actions.place import change_place, make_place, place_what_waited
from community_book.places.actions.postcodes import load_postcodes
from community_book.places.actions.schemes import add_scheme, end_scheme, import_zones

__all__ = [
    "add_scheme",
    "change_place",
    "end_scheme",
    "import_zones",
    "load_postcodes",
    "make_place",
    "place_what_waited",
]
