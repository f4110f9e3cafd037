"""What the page of figures begins with: needs met, groups and providers that work together, zones reached."""

from __future__ import annotations

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.places.tables import PlaceZone, Zone
from cwb.commitments.tables import Commitment
from cwb.ledger import queries as ledger
from cwb.reporting.views import Reached


def reached(reading: Session, zone_scheme_id: int | None) -> Reached:
    """Counts of the whole borough and all the time, in one query; zones of one scheme."""
    (found,) = ledger.remembered_a_while(
        reading, ("reached", zone_scheme_id), lambda: [_reached(reading, zone_scheme_id)]
    )
    return found


def _reached(reading: Session, zone_scheme_id: int | None) -> Reached:
    met = select(func.count()).where(Need.state == str(NeedState.MET)).scalar_subquery()
    in_part = select(func.count()).where(Need.state == str(NeedState.MET_IN_PART)).scalar_subquery()
    verified = Commitment.verified > 0
    pairs = select(Commitment.group_id, Commitment.provider_id).where(verified).distinct().subquery()
    zones = (
        select(func.count(PlaceZone.zone_id.distinct()))
        .join(NeedPart, NeedPart.place_id == PlaceZone.place_id)
        .join(Commitment, Commitment.part_id == NeedPart.id)
        .where(verified, PlaceZone.scheme_id == zone_scheme_id)
        .scalar_subquery()
    )
    in_all = select(func.count()).where(Zone.scheme_id == zone_scheme_id).scalar_subquery()
    row = reading.execute(
        select(
            met,
            in_part,
            select(func.count(pairs.c.group_id.distinct())).scalar_subquery(),
            select(func.count(pairs.c.provider_id.distinct())).scalar_subquery(),
            select(func.count()).select_from(pairs).scalar_subquery(),
            zones if zone_scheme_id is not None else literal(0),
            in_all if zone_scheme_id is not None else literal(0),
        )
    ).one()
    return Reached(*(int(number) for number in row))
