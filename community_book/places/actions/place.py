"""Keeping where something is: postcode -> point -> zone in each scheme, or the zones picked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from community_book.base.errors import NotThere
from community_book.base.messages import N_
from community_book.base.work import Work, refuse
from community_book.places import queries
from community_book.places.queries.schemes import schemes_not_ended, zone_words
from community_book.places.rules import LABEL_AT_MOST, NewPlace, tidy_postcode
from community_book.places.tables import Place, PlaceZone
from community_book.places.views import PostcodePoint, ZoneView

AT_ONCE = 500


def make_place(work: Work, new: NewPlace) -> int:
    """Step: keeps a new place and returns its id.

    Raises Refused on "postcode" (not one, or not known and no zone picked) or "zone" (not in use, two of
    one scheme, or another than the one the postcode lies in).
    """
    row = Place()
    zones = _filled(work, row, new)
    work.add(row)
    work.flush()
    _place_in(work, row.id, zones)
    return row.id


def change_place(work: Work, place_id: int, new: NewPlace) -> None:
    """Step: puts a place somewhere else. Raises Refused as `make_place`, NotThere."""
    row = work.get(Place, place_id)
    if row is None:
        raise NotThere
    zones = _filled(work, row, new)
    work.flush()
    work.execute(delete(PlaceZone).where(PlaceZone.place_id == place_id))
    _place_in(work, place_id, zones)


def place_what_waited(work: Work, scheme_ids: Sequence[int] | None = None) -> int:
    """Step: finds points for places whose postcode was not known, and zones for places that have a point.

    Run after postcodes were loaded (all schemes not ended) or a scheme was added (that one). Returns how
    many places it changed.
    """
    schemes = list(scheme_ids) if scheme_ids is not None else [scheme.id for scheme in schemes_not_ended(work)]
    changed, after = 0, 0
    while True:
        rows = work.execute(
            select(Place).where(Place.id > after, Place.postcode.is_not(None)).order_by(Place.id).limit(AT_ONCE)
        ).scalars()
        batch = list(rows)
        if not batch:
            return changed
        after = batch[-1].id
        held: dict[int, dict[int, PlaceZone]] = {row.id: {} for row in batch}
        for place_zone in work.execute(select(PlaceZone).where(PlaceZone.place_id.in_(held))).scalars():
            held[place_zone.place_id][place_zone.scheme_id] = place_zone
        points = queries.find_postcodes(work, [row.postcode or "" for row in batch])
        for row in batch:
            point = points.get(row.postcode or "")
            if point is None:
                continue
            moved = (row.easting, row.northing) != (point.easting, point.northing)
            row.easting, row.northing = point.easting, point.northing
            for scheme_id, zone_id in _zones_at(work, point, schemes).items():
                present = held[row.id].get(scheme_id)
                if present is None:
                    work.add(PlaceZone(place_id=row.id, scheme_id=scheme_id, zone_id=zone_id))
                    moved = True
                elif present.zone_id != zone_id or present.picked:
                    present.zone_id, present.picked = zone_id, False
                    moved = True
            changed += moved
        work.flush()


def _filled(work: Work, row: Place, new: NewPlace) -> dict[int, tuple[int, bool]]:
    """Writes what may be kept into the row; gives its zones as scheme id -> (zone id, picked)."""
    schemes = [scheme.id for scheme in schemes_not_ended(work)]
    picked = _picked(work, new.picked, schemes)
    typed = new.postcode.strip()
    postcode = tidy_postcode(typed) if typed else None
    if typed and postcode is None:
        raise refuse("postcode", N_("This is not written like a postcode. Check it, or choose the zone from the list"))
    point = queries.find_postcode(work, postcode) if postcode else None
    if point is None and not picked and _any_zone(work, schemes):
        if postcode:
            raise refuse("postcode", N_("We do not know this postcode. Check it, or choose the zone from the list"))
        raise refuse("postcode", N_("Enter the postcode, or choose the zone from the list"))
    zones = {zone.scheme_id: (zone.id, True) for zone in picked}
    if point is not None:
        zones = _agreed(work, point, picked, schemes)
    row.confidential = new.confidential
    row.postcode = row.easting = row.northing = None
    row.label = ""
    if not new.confidential:
        row.postcode = postcode
        row.label = new.label[:LABEL_AT_MOST]
        if point is not None:
            row.easting, row.northing = point.easting, point.northing
    return zones


def _picked(work: Work, zone_ids: Sequence[int], schemes: Sequence[int]) -> list[ZoneView]:
    known = queries.zones(work, zone_ids) if zone_ids else {}
    found = [known[zone_id] for zone_id in dict.fromkeys(zone_ids) if zone_id in known]
    if len(found) < len(set(zone_ids)) or any(zone.scheme_id not in schemes for zone in found):
        raise refuse("zone", N_("This zone is no longer in use. Choose one of the list"))
    if len({zone.scheme_id for zone in found}) < len(found):
        raise refuse("zone", N_("Choose one zone only of each division"))
    return found


def _any_zone(work: Work, schemes: Sequence[int]) -> bool:
    """Whether there is a zone to choose: on a site without any, an unknown postcode is kept as it is."""
    return any(queries.zones_of(work, scheme_id) for scheme_id in schemes)


def _agreed(
    work: Work, point: PostcodePoint, picked: Sequence[ZoneView], schemes: Sequence[int]
) -> dict[int, tuple[int, bool]]:
    """The point's zones; what was picked counts in schemes (or for zones) without boundaries only.

    Where the two contradict each other it is refused, so that nothing typed is silently put aside.
    """
    zones = {scheme_id: (zone_id, False) for scheme_id, zone_id in _zones_at(work, point, schemes).items()}
    for zone in picked:
        at = zones.get(zone.scheme_id)
        if at is None and not zone.has_boundary:
            zones[zone.scheme_id] = (zone.id, True)
        elif at is None:
            raise refuse(
                "zone",
                N_("This postcode lies outside %(zone)s. Take one of the two out"),
                zone=zone_words(zone),
            )
        elif at[0] != zone.id:
            real = queries.zones(work, [at[0]])[at[0]]
            raise refuse(
                "zone",
                N_("This postcode lies in %(zone)s. Choose that, or leave the zone empty"),
                zone=zone_words(real),
            )
    return zones


def _zones_at(work: Work, point: PostcodePoint, schemes: Sequence[int]) -> dict[int, int]:
    if not schemes:
        return {}
    return queries.zones_at(work, point.latitude_millionths, point.longitude_millionths, schemes)


def _place_in(work: Work, place_id: int, zones: dict[int, tuple[int, bool]]) -> None:
    work.add_all(
        PlaceZone(place_id=place_id, scheme_id=scheme_id, zone_id=zone_id, picked=picked)
        for scheme_id, (zone_id, picked) in sorted(zones.items())
    )
    work.flush()
