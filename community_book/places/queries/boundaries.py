"""Parsed boundaries, kept in this process, and the zone a point lies in."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.places.rules import Boundary, GridPoint, ZoneMap, draw_zones, read_boundary, wgs84_to_osgb
from community_book.places.tables import Zone, ZoneScheme

POINTS_KEPT_AT_MOST = 200_000
"""About 30 MB; a borough's zones at the generalised edition have a tenth of it."""
MAP_LETTERS_KEPT_AT_MOST = 4_000_000

Key = tuple[int, UUID, int]
"""Zone id, the zone's UUID (several databases may live in one process), and its scheme's version."""
Kept = TypeVar("Kept")


class Shelf(Generic[Kept]):
    """Things kept until others have been used more lately; `size` of all together is bounded."""

    def __init__(self, size_at_most: int) -> None:
        self.size_at_most = size_at_most
        self.size = 0
        self._things: OrderedDict[Key, tuple[Kept, int]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Key) -> Kept | None:
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]

    def keep(self, key: Key, thing: Kept, size: int) -> None:
        with self._lock:
            if key in self._things or size > self.size_at_most:
                return
            self._things[key] = (thing, size)
            self.size += size
            while self.size > self.size_at_most:
                _, (_, freed) = self._things.popitem(last=False)
                self.size -= freed


_boundaries: Shelf[Boundary] = Shelf(POINTS_KEPT_AT_MOST)
_maps: Shelf[ZoneMap] = Shelf(MAP_LETTERS_KEPT_AT_MOST)


def boundaries_of(reading: Session, scheme_ids: Sequence[int]) -> dict[int, dict[int, Boundary]]:
    """The boundaries of schemes, by scheme and zone id. Text is read and parsed only where it is not kept."""
    rows = reading.execute(
        select(Zone.id, Zone.uuid, Zone.scheme_id, ZoneScheme.version)
        .join(ZoneScheme, ZoneScheme.id == Zone.scheme_id)
        .where(Zone.scheme_id.in_(scheme_ids), Zone.boundary_json.is_not(None))
        .order_by(Zone.id)
    ).all()
    keys = {row.id: (row.id, row.uuid, row.version) for row in rows}
    found = {zone_id: _boundaries.find(key) for zone_id, key in keys.items()}
    missing = [zone_id for zone_id, boundary in found.items() if boundary is None]
    if missing:
        for zone_id, text in reading.execute(select(Zone.id, Zone.boundary_json).where(Zone.id.in_(missing))):
            boundary = read_boundary(text or "")
            found[zone_id] = boundary
            size = sum(len(ring) for polygon in boundary.polygons for ring in polygon)
            _boundaries.keep(keys[zone_id], boundary, size)
    by_scheme: dict[int, dict[int, Boundary]] = {scheme_id: {} for scheme_id in scheme_ids}
    for row in rows:
        boundary_found = found[row.id]
        if boundary_found is not None:
            by_scheme[row.scheme_id][row.id] = boundary_found
    return by_scheme


def zones_at(
    reading: Session, latitude_millionths: int, longitude_millionths: int, scheme_ids: Sequence[int]
) -> dict[int, int]:
    """The zone the point lies in, by scheme; schemes in none of whose boundaries it lies are left out."""
    latitude, longitude = latitude_millionths / 1e6, longitude_millionths / 1e6
    found: dict[int, int] = {}
    for scheme_id, zones in boundaries_of(reading, scheme_ids).items():
        for zone_id, boundary in zones.items():
            if boundary.contains(latitude, longitude):
                found[scheme_id] = zone_id
                break
    return found


def middles_of(reading: Session, scheme_ids: Sequence[int]) -> dict[int, GridPoint]:
    """About the middle of each zone that has a boundary, by zone id: the middle of its largest piece's corners."""
    found: dict[int, GridPoint] = {}
    for zones in boundaries_of(reading, scheme_ids).values():
        for zone_id, boundary in zones.items():
            corners = max((polygon[0] for polygon in boundary.polygons), key=len)
            longitude = sum(corner[0] for corner in corners) / len(corners)
            latitude = sum(corner[1] for corner in corners) / len(corners)
            found[zone_id] = wgs84_to_osgb(latitude, longitude)
    return found


def maps_of(
    reading: Session, schemes: Sequence[tuple[int, UUID, int]], labels: dict[int, tuple[str, str]]
) -> dict[int, ZoneMap]:
    """A map of each scheme that has boundaries. Schemes as (id, UUID, version); `labels` by zone id."""
    drawn = {key[0]: _maps.find(key) for key in schemes}
    missing = [scheme_id for scheme_id, map_found in drawn.items() if map_found is None]
    if missing:
        keys = {key[0]: key for key in schemes}
        for scheme_id, zones in boundaries_of(reading, missing).items():
            shown = [(zone_id, boundary) for zone_id, boundary in zones.items() if zone_id in labels]
            picture = draw_zones([(*labels[zone_id], boundary) for zone_id, boundary in shown])
            if picture is not None:
                drawn[scheme_id] = picture
                _maps.keep(keys[scheme_id], picture, sum(len(shape.path) for shape in picture.shapes))
    return {scheme_id: picture for scheme_id, picture in drawn.items() if picture is not None}
