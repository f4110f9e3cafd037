"""Adding and ending a division of the borough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.messages import N_
from community_book.base.references import new_reference
from community_book.base.work import Work, lock_row, refuse, require_version
from community_book.places.actions.place import place_what_waited
from community_book.places.rules import ZONES_AT_MOST, NumberedZone, ZoneShape
from community_book.places.rules.permissions import RUN_ZONES
from community_book.places.tables import Zone, ZoneScheme


def add_scheme(
    work: Work, name: str, valid_from: date, zones: Sequence[ZoneShape | NumberedZone], source: str = ""
) -> int:
    """Step: a new scheme with its zones; places that have a point get their zone in it. Returns its id.

    Raises Refused on "name" (taken) or "zones" (none, too many, or a code twice).
    """
    if not zones:
        raise refuse("zones", N_("Choose a file, or type the zones one a line"))
    if len(zones) > ZONES_AT_MOST:
        raise refuse("zones", N_("A division may have at most %(most)s zones"), most=ZONES_AT_MOST)
    if len({zone.code for zone in zones}) < len(zones):
        raise refuse("zones", N_("Two zones have the same number"))
    if work.execute(select(ZoneScheme.id).where(ZoneScheme.name == name)).first() is not None:
        raise refuse("name", N_("There is a division of this name already. Give this one another name"))
    scheme = ZoneScheme(reference=new_reference("Z"), name=name, valid_from=valid_from, source=source)
    work.add(scheme)
    work.flush()
    work.add_all(
        Zone(
            reference=new_reference("ZN"),
            scheme_id=scheme.id,
            code=zone.code,
            name=zone.name,
            boundary_json=zone.geometry_json if isinstance(zone, ZoneShape) else None,
            valid_from=valid_from,
        )
        for zone in zones
    )
    work.flush()
    if any(isinstance(zone, ZoneShape) for zone in zones):
        place_what_waited(work, [scheme.id])
    return scheme.id


def import_zones(
    actor: Actor, name: str, valid_from: date, zones: Sequence[ZoneShape | NumberedZone], source: str = ""
) -> str:
    """Act: adds a scheme, all of it or nothing, and returns its reference. Raises Refused as `add_scheme`."""
    actor.must(RUN_ZONES)
    with transactions.work(actor) as work:
        scheme = work.get(ZoneScheme, add_scheme(work, name, valid_from, zones, source))
        if scheme is None:
            raise NotThere
        work.record(
            "places.import_zones",
            f"place_scheme:{scheme.reference}",
            facts={"name": name, "from": valid_from.isoformat(), "zones": len(zones)},
        )
        work.tell("ZoneSchemeAdded", scheme_id=scheme.id, reference=scheme.reference)
        return scheme.reference


def end_scheme(actor: Actor, reference: str, valid_to: date, version: int | None) -> None:
    """Act: names the last day of a scheme. Raises NotThere, Refused on "valid_to", WrongState when stale."""
    actor.must(RUN_ZONES)
    with transactions.work(actor) as work:
        row = work.execute(select(ZoneScheme).where(ZoneScheme.reference == reference)).scalar_one_or_none()
        if row is None:
            raise NotThere
        lock_row(work, row)
        require_version(row, version)
        if valid_to < row.valid_from:
            raise refuse("valid_to", N_("The last day cannot be before the first, %(first)s"), first=row.valid_from)
        row.valid_to = valid_to
        for zone in work.execute(select(Zone).where(Zone.scheme_id == row.id, Zone.valid_to.is_(None))).scalars():
            zone.valid_to = valid_to
        work.record("places.end_scheme", f"place_scheme:{reference}", facts={"last_day": valid_to.isoformat()})
        work.tell("ZoneSchemeEnded", scheme_id=row.id, reference=reference)
