"""What a provider's admission lets it pledge: lots, zones, the whole borough or not."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from community_book.places.rules import counting_key
from community_book.places.tables import Zone, ZoneScheme
from cwb.frameworks.views import AdmissionScope
from cwb.pledges.rules import Scope
from cwb.pledges.views import ZoneName


def zones_to_choose(reading: Session, admission: AdmissionScope, on: date) -> tuple[int | None, tuple[ZoneName, ...]]:
    """The scheme a pledge names zones of and the zones it may name, in counting order.

    Those of the admission; where it names none, every zone of the framework's scheme, or of the newest scheme in use.
    """
    if admission.zones:
        return admission.zones[0].scheme_id, tuple(ZoneName(z.id, z.code, z.name) for z in admission.zones)
    scheme_id = admission.zone_scheme_id or reading.scalar(
        select(ZoneScheme.id)
        .where(
            ZoneScheme.in_use,
            ZoneScheme.valid_from <= on,
            or_(ZoneScheme.valid_to.is_(None), ZoneScheme.valid_to >= on),
        )
        .order_by(ZoneScheme.valid_from.desc(), ZoneScheme.id.desc())
        .limit(1)
    )
    if scheme_id is None:
        return None, ()
    rows = reading.execute(
        select(Zone).where(
            Zone.scheme_id == scheme_id, Zone.valid_from <= on, or_(Zone.valid_to.is_(None), Zone.valid_to >= on)
        )
    ).scalars()
    found = [ZoneName(row.id, row.code, row.name) for row in rows]
    return scheme_id, tuple(sorted(found, key=lambda zone: counting_key(zone.code)))


def scope_of(reading: Session, admission: AdmissionScope, on: date) -> Scope:
    """The same as the checks of a new pledge read it. Naming every zone of a scheme is the whole borough."""
    scheme_id, zones = zones_to_choose(reading, admission, on)
    whole = True
    if admission.zones and scheme_id is not None:
        others = select(Zone.id).where(
            Zone.scheme_id == scheme_id,
            Zone.id.not_in({zone.id for zone in zones}),
            Zone.valid_from <= on,
            or_(Zone.valid_to.is_(None), Zone.valid_to >= on),
        )
        whole = reading.scalar(others.limit(1)) is None
    return Scope(
        framework_id=admission.framework_id,
        lot_ids=frozenset(lot.id for lot in admission.lots),
        zone_scheme_id=scheme_id,
        zone_ids=frozenset(zone.id for zone in zones),
        is_whole_borough=whole,
    )
