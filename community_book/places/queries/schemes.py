"""Reads of zone schemes and their zones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.places.queries.boundaries import maps_of
from community_book.places.rules import counting_key
from community_book.places.tables import PlaceZone, Zone, ZoneScheme
from community_book.places.views import SchemeShown, SchemeView, ZoneView

LABELS_SHOWN_AT_MOST = 3
"""A code of more letters does not fit on a map: the zones are counted instead."""


def scheme_view(row: ZoneScheme) -> SchemeView:
    return SchemeView(
        row.id, row.reference, row.name, row.valid_from, row.valid_to, row.in_use, row.source, row.version
    )


def schemes(reading: Session) -> list[SchemeView]:
    """Every scheme there ever was, newest first."""
    rows = reading.execute(select(ZoneScheme).order_by(ZoneScheme.valid_from.desc(), ZoneScheme.name)).scalars()
    return [scheme_view(row) for row in rows]


def schemes_in_use(reading: Session, on: date) -> list[SchemeView]:
    """The schemes that divide the borough on a day, by name."""
    rows = reading.execute(
        select(ZoneScheme)
        .where(
            ZoneScheme.in_use,
            ZoneScheme.valid_from <= on,
            or_(ZoneScheme.valid_to.is_(None), ZoneScheme.valid_to >= on),
        )
        .order_by(ZoneScheme.name, ZoneScheme.id)
    ).scalars()
    return [scheme_view(row) for row in rows]


def schemes_not_ended(reading: Session) -> list[SchemeView]:
    """Schemes in use today or later: a new place gets its zone in each, so that it is placed when one begins."""
    rows = reading.execute(select(ZoneScheme).where(_not_ended()).order_by(ZoneScheme.name, ZoneScheme.id)).scalars()
    return [scheme_view(row) for row in rows]


def _not_ended() -> ColumnElement[bool]:
    return and_(ZoneScheme.in_use, or_(ZoneScheme.valid_to.is_(None), ZoneScheme.valid_to >= today()))


def scheme_by_reference(reading: Session, reference: str) -> SchemeView:
    """One scheme. Raises NotThere."""
    row = reading.execute(select(ZoneScheme).where(ZoneScheme.reference == reference)).scalar_one_or_none()
    if row is None:
        raise NotThere
    return scheme_view(row)


_SHOWN = (
    Zone.id,
    Zone.reference,
    Zone.code,
    Zone.name,
    Zone.scheme_id,
    ZoneScheme.name.label("scheme_name"),
    Zone.boundary_json.is_not(None).label("has_boundary"),
)


def _zone_view(row: Any) -> ZoneView:
    return ZoneView(row.id, row.reference, row.code, row.name, row.scheme_id, row.scheme_name, bool(row.has_boundary))


def _zone_views(reading: Session, *conditions: ColumnElement[bool]) -> list[ZoneView]:
    statement = select(*_SHOWN).join(ZoneScheme, ZoneScheme.id == Zone.scheme_id).where(*conditions)
    found = [_zone_view(row) for row in reading.execute(statement)]
    return sorted(found, key=lambda zone: (zone.scheme_name, zone.scheme_id, counting_key(zone.code)))


def zones_by_place(reading: Session, place_ids: Collection[int]) -> list[tuple[int, ZoneView, bool]]:
    """The zones of places: place id, the zone, whether it was picked by hand."""
    statement = (
        select(PlaceZone.place_id, PlaceZone.picked, *_SHOWN)
        .join(Zone, Zone.id == PlaceZone.zone_id)
        .join(ZoneScheme, ZoneScheme.id == Zone.scheme_id)
        .where(PlaceZone.place_id.in_(place_ids))
        .order_by(PlaceZone.place_id, PlaceZone.scheme_id)
    )
    return [(row.place_id, _zone_view(row), row.picked) for row in reading.execute(statement)]


def zones_of(reading: Session, scheme_id: int) -> list[ZoneView]:
    """The zones of a scheme as people count them: 2 before 10."""
    return _zone_views(reading, Zone.scheme_id == scheme_id)


def zones(reading: Session, zone_ids: Iterable[int]) -> dict[int, ZoneView]:
    """Zones by id."""
    return {zone.id: zone for zone in _zone_views(reading, Zone.id.in_(set(zone_ids)))}


def zone_choices(reading: Session) -> list[tuple[str, str, str]]:
    """What a form offers: value "scheme_id:zone_id", the zone (with its scheme where there are several), the scheme.

    By scheme, in counting order.
    """
    found = _zone_views(reading, _not_ended())
    several = len({zone.scheme_id for zone in found}) > 1
    return [
        (zone.value, f"{zone_words(zone)} ({zone.scheme_name})" if several else zone_words(zone), zone.scheme_name)
        for zone in found
    ]


def zone_words(zone: ZoneView) -> str:
    """A zone as a list shows it: the number stands before the name unless the name says it."""
    short = len(zone.code) <= LABELS_SHOWN_AT_MOST and zone.code not in zone.name.split()
    return f"{zone.code} {zone.name}" if short else zone.name


def schemes_shown(reading: Session, *, scheme_id: int | None = None) -> list[SchemeShown]:
    """Every scheme (or only one) with its zones and, where boundaries exist, its map: newest first."""
    statement = select(ZoneScheme).order_by(ZoneScheme.valid_from.desc(), ZoneScheme.name, ZoneScheme.id)
    if scheme_id is not None:
        statement = statement.where(ZoneScheme.id == scheme_id)
    rows = reading.execute(statement).scalars().all()
    by_scheme: dict[int, list[ZoneView]] = defaultdict(list)
    for zone in _zone_views(reading, Zone.scheme_id.in_([row.id for row in rows])) if rows else []:
        by_scheme[zone.scheme_id].append(zone)
    labels = {
        zone.id: (label_on_map(zone, place), zone.name)
        for found in by_scheme.values()
        for place, zone in enumerate(found, start=1)
    }
    maps = maps_of(reading, [(row.id, row.uuid, row.version) for row in rows], labels)
    return [SchemeShown(scheme_view(row), tuple(by_scheme[row.id]), maps.get(row.id)) for row in rows]


def label_on_map(zone: ZoneView, place: int) -> str:
    """What stands on the map: the code where it is short, else the zone's place in the list."""
    return zone.code if len(zone.code) <= LABELS_SHOWN_AT_MOST else str(place)
