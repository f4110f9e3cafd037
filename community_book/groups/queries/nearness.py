"""How near: to a place's point only where its group shows it, else to the middle of its zone, which everybody knows.

Reckoned from anything finer, a few postcodes tried one after the other would find a place that is not shown.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, literal, null
from sqlalchemy.orm import InstrumentedAttribute, Session

from community_book.base.clock import today
from community_book.groups.views import Near
from community_book.places import queries as places
from community_book.places.queries.boundaries import boundaries_of
from community_book.places.rules import GridPoint, distance_m, wgs84_to_osgb
from community_book.places.tables import Place, PlaceZone


def near(reading: Session, typed: str) -> Near | None:
    """The postcode somebody typed; None where it is none or not known here."""
    found = places.find_postcode(reading, typed)
    if found is None:
        return None
    here = GridPoint(found.easting, found.northing)
    for scheme in places.schemes_in_use(reading, today()):
        boundaries = boundaries_of(reading, [scheme.id])[scheme.id]
        if boundaries:
            distances = {}
            for zone_id, boundary in boundaries.items():
                west, south, east, north = boundary.box
                distances[zone_id] = distance_m(here, wgs84_to_osgb((south + north) / 2, (west + east) / 2))
            return Near(found.postcode, here.easting, here.northing, scheme.id, distances)
    return Near(found.postcode, here.easting, here.northing, None, {})


def squared_distance(asked: Near, *, public: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[int]:
    """The square of the distance in metres, or NULL, in a statement that `with_places` has joined."""
    east, north = cast(Place.easting, BigInteger) - asked.easting, cast(Place.northing, BigInteger) - asked.northing
    by_zone: ColumnElement[Any] = null()
    if asked.scheme_id is not None and asked.zone_distances_m:
        by_zone = case(
            {zone_id: literal(metres * metres, BigInteger) for zone_id, metres in asked.zone_distances_m.items()},
            value=PlaceZone.zone_id,
        )
    shown = and_(public, Place.confidential.is_(False), Place.easting.is_not(None))
    return cast(case((shown, east * east + north * north), else_=by_zone), BigInteger)


def with_places(statement: Select[*tuple[Any, ...]], place_id: Any, asked: Near) -> Select[*tuple[Any, ...]]:
    """The statement with each row's place and, in the scheme that was asked about, its zone."""
    return statement.outerjoin(Place, Place.id == place_id).outerjoin(
        PlaceZone, and_(PlaceZone.place_id == place_id, PlaceZone.scheme_id == (asked.scheme_id or 0))
    )
