"""Reads of places and postcodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.errors import NotThere
from community_book.places.queries.schemes import zones_by_place
from community_book.places.rules import GridPoint, distance_m, tidy_postcode
from community_book.places.tables import Place, PlaceZone, Postcode
from community_book.places.views import PlaceView, PostcodePoint, ZoneView


def find_postcode(reading: Session, typed: str) -> PostcodePoint | None:
    """Where a postcode lies, typed in any spacing and case; None when we do not know it."""
    tidy = tidy_postcode(typed)
    return find_postcodes(reading, [tidy]).get(tidy) if tidy else None


def find_postcodes(reading: Session, tidied: Iterable[str]) -> dict[str, PostcodePoint]:
    """The points of postcodes as they are stored; those we do not know are left out."""
    return {
        row.postcode: PostcodePoint(
            row.postcode, row.easting, row.northing, row.latitude_millionths, row.longitude_millionths
        )
        for row in reading.execute(select(Postcode).where(Postcode.postcode.in_(set(tidied)))).scalars()
    }


def places(reading: Session, ids: Iterable[int]) -> dict[int, PlaceView]:
    """Places by id, with their zones by scheme name: two queries, whatever the number; none for no places."""
    asked = set(ids)
    rows = reading.execute(select(Place).where(Place.id.in_(asked))).scalars().all() if asked else []
    if not rows:
        return {}
    held: dict[int, list[ZoneView]] = defaultdict(list)
    picked: dict[int, list[str]] = defaultdict(list)
    for place_id, zone, by_hand in zones_by_place(reading, [row.id for row in rows]):
        held[place_id].append(zone)
        if by_hand:
            picked[place_id].append(zone.value)
    return {
        row.id: PlaceView(
            row.id,
            row.label,
            row.postcode,
            row.easting,
            row.northing,
            row.confidential,
            tuple(sorted(held[row.id], key=lambda zone: (zone.scheme_name, zone.id))),
            tuple(picked[row.id]),
        )
        for row in rows
    }


def place(reading: Session, place_id: int) -> PlaceView:
    """One place. Raises NotThere."""
    found = places(reading, [place_id]).get(place_id)
    if found is None:
        raise NotThere
    return found


def zone_of_place(reading: Session, place_id: int, scheme_id: int) -> int | None:
    """The zone of a place in a scheme; None: not placed."""
    return reading.execute(
        select(PlaceZone.zone_id).where(PlaceZone.place_id == place_id, PlaceZone.scheme_id == scheme_id)
    ).scalar_one_or_none()


def zones_of_places(reading: Session, place_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """For each place its zone in each scheme: place id -> scheme id -> zone id."""
    asked = set(place_ids)
    found: dict[int, dict[int, int]] = {place_id: {} for place_id in asked}
    for row in reading.execute(
        select(PlaceZone.place_id, PlaceZone.scheme_id, PlaceZone.zone_id).where(PlaceZone.place_id.in_(asked))
    ):
        found[row.place_id][row.scheme_id] = row.zone_id
    return found


def distance_between(reading: Session, one_place_id: int, other_place_id: int) -> int | None:
    """Metres between two places in a straight line; None where one has no point."""
    found = {
        row.id: row
        for row in reading.execute(select(Place).where(Place.id.in_({one_place_id, other_place_id}))).scalars()
    }
    points = []
    for place_id in (one_place_id, other_place_id):
        row = found.get(place_id)
        if row is None or row.easting is None or row.northing is None:
            return None
        points.append((row.easting, row.northing))
    return distance_m(GridPoint(*points[0]), GridPoint(*points[1]))
