"""Reads of unmet need: what is asked for and what is on offer in a quarter, and the needs behind each figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_UNITS, Kind, Unit
from community_book.base.clock import quarter_dates, quarter_of, today
from community_book.groups.tables import GroupEntry
from community_book.needs.queries.wanted import is_open
from community_book.needs.tables import Need, NeedPart, NeedSession
from community_book.organisations.tables import Organisation
from community_book.places.queries import schemes_in_use, zones_of
from community_book.places.tables import PlaceZone
from cwb.ledger.rules import next_quarter
from cwb.matching.rules import SEE_SCORES
from cwb.matching.rules.unmet import Asked, Offered, shortages, what_of
from cwb.matching.tables import Suggestion
from cwb.matching.views import NeedBehind, Unmet
from cwb.pillars.tables import Measure
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge, PledgeSession, PledgeZone

QUARTERS_AHEAD = 3
_PLACE = case((and_(NeedPart.online, GroupEntry.place_id.is_not(None)), GroupEntry.place_id), else_=NeedPart.place_id)


def quarters_to_come() -> list[str]:
    """The rest of this quarter and those after it that can be looked at."""
    found = [quarter_of(today())]
    while len(found) < QUARTERS_AHEAD:
        found.append(next_quarter(found[-1]))
    return found


def fits_nothing(on: date) -> ColumnElement[bool]:
    """The condition on NeedPart of a part for which no pledge that is on offer was found to fit."""
    return ~exists().where(
        Suggestion.part_id == NeedPart.id,
        Pledge.id == Suggestion.pledge_id,
        Pledge.state == PledgeState.OFFERED,
        Pledge.last_day >= on,
    ).correlate(NeedPart)


def hidden_kinds(reading: Session, actor: Actor) -> frozenset[Kind]:
    """Kinds that are shown to the council only, because a measure of theirs tells of single people."""
    if actor.may(SEE_SCORES):
        return frozenset()
    rows = reading.execute(select(Measure.kind).where(Measure.disclosive).distinct().order_by(Measure.kind))
    return frozenset(Kind(row.kind) for row in rows)


def unmet(
    reading: Session, actor: Actor, quarter: str, *, scheme_id: int | None = None, kind: Kind | None = None
) -> Unmet:
    """What is short in a quarter, by kind, what and zone of a scheme in use: seven queries, whatever the number.

    Asked for is what open needs still look for: named days by their day, the rest in full where its days touch
    the quarter. On offer is what is left of pledges, counted the same way.
    """
    schemes = schemes_in_use(reading, today())
    scheme = next((one for one in schemes if one.id == scheme_id), schemes[0] if schemes else None)
    hidden = hidden_kinds(reading, actor)
    kinds = [one for one in Kind if one not in hidden and kind in {None, one}]
    own_scheme = scheme.id if scheme is not None else 0
    asked = asked_in(reading, quarter, own_scheme, kinds)
    return Unmet(
        quarter=quarter,
        cells=tuple(shortages(asked, _offered(reading, quarter, kinds))),
        zones=tuple(zones_of(reading, scheme.id)) if scheme is not None else (),
        scheme_id=scheme.id if scheme is not None else None,
        schemes=tuple((one.id, one.name) for one in schemes),
        hidden_kinds=tuple(sorted(hidden)),
        asked=tuple(asked),
    )


def _parts(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(NeedPart, Need, _PLACE.label("place_id"), *columns)
        .join(Need, Need.id == NeedPart.need_id)
        .outerjoin(GroupEntry, GroupEntry.organisation_id == Need.organisation_id)
    )


def _touching(quarter: str, first: Any, last: Any) -> list[ColumnElement[bool]]:
    begins, ends = quarter_dates(quarter)
    return [first <= ends, last >= max(begins, today())]


def asked_in(reading: Session, quarter: str, scheme_id: int, kinds: Collection[Kind]) -> list[Asked]:
    """What each open part still asks for in the quarter, by part: three queries."""
    rows = reading.execute(
        _parts(fits_nothing(today()).label("nothing_fits"))
        .where(is_open(today()), NeedPart.kind.in_(kinds), *_touching(quarter, NeedPart.first_day, NeedPart.last_day))
        .order_by(NeedPart.id)
    ).all()
    zones = _zones(reading, {row.place_id for row in rows})
    in_sessions = _left_of_parts(reading, [row.NeedPart.id for row in rows if row.NeedPart.pattern], quarter)
    found = []
    for row in rows:
        amount = _still(row.NeedPart, in_sessions)
        if amount == 0:
            continue
        found.append(_asked(row, amount, zones.get(row.place_id, {}), scheme_id))
    return found


def _still(part: NeedPart, in_sessions: Mapping[int, int]) -> int | None:
    if part.amount is None:
        return None
    left = part.amount - part.committed
    return min(left, in_sessions.get(part.id, 0)) if part.pattern else left


def _asked(row: Row[Any], amount: int | None, zones: Mapping[int, int], scheme_id: int) -> Asked:
    part: NeedPart = row.NeedPart
    kind = Kind(part.kind)
    return Asked(
        part_id=part.id,
        need_id=part.need_id,
        group_id=row.Need.organisation_id,
        kind=kind,
        what=what_of(kind, part.subject, part.item_type, part.features),
        amount=amount,
        zone_id=zones.get(scheme_id),
        zones=zones,
        online=part.online,
        nothing_fits=bool(row.nothing_fits),
    )


def _zones(reading: Session, place_ids: Collection[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in reading.execute(select(PlaceZone).where(PlaceZone.place_id.in_(place_ids))).scalars():
        found[row.place_id][row.scheme_id] = row.zone_id
    return found


def _left_of_parts(reading: Session, part_ids: Collection[int], quarter: str) -> dict[int, int]:
    """What is left in the sessions of parts within the quarter and not past."""
    if not part_ids:
        return {}
    length = (NeedSession.ends_minute - NeedSession.starts_minute) * (NeedSession.at_once - NeedSession.committed)
    rows = reading.execute(
        select(NeedSession.part_id, func.sum(length).label("left"))
        .where(
            NeedSession.part_id.in_(part_ids),
            NeedSession.dropped.is_(False),
            *_touching(quarter, NeedSession.day, NeedSession.day),
        )
        .group_by(NeedSession.part_id)
    )
    return {row.part_id: int(row.left) for row in rows}


def _offered(reading: Session, quarter: str, kinds: Collection[Kind]) -> list[Offered]:
    """What is left of each pledge on offer in the quarter, by pledge: three queries."""
    rows = (
        reading.execute(
            select(Pledge)
            .where(
                Pledge.state == PledgeState.OFFERED,
                Pledge.with_counterpart,
                Pledge.kind.in_(kinds),
                Pledge.amount > Pledge.held + Pledge.committed,
                *_touching(quarter, Pledge.first_day, Pledge.last_day),
            )
            .order_by(Pledge.id)
        )
        .scalars()
        .all()
    )
    zones: dict[int, set[int]] = defaultdict(set)
    named = [row.id for row in rows if not row.borough_wide]
    for pledge_id, zone_id in reading.execute(
        select(PledgeZone.pledge_id, PledgeZone.zone_id).where(PledgeZone.pledge_id.in_(named))
    ):
        zones[pledge_id].add(zone_id)
    in_sessions = _left_of_pledges(reading, [row.id for row in rows if row.schedule], quarter)
    return [
        Offered(
            pledge_id=row.id,
            provider_id=row.organisation_id,
            kind=Kind(row.kind),
            what=what_of(Kind(row.kind), row.subject, row.item_type, row.features),
            amount=min((row.amount or 0) - row.held - row.committed, in_sessions.get(row.id, 10**12)),
            borough_wide=row.borough_wide,
            online=row.online,
            zone_scheme_id=row.zone_scheme_id,
            zone_ids=frozenset(zones[row.id]),
        )
        for row in rows
    ]


def _left_of_pledges(reading: Session, pledge_ids: Collection[int], quarter: str) -> dict[int, int]:
    """What is left in the sessions of pledges within the quarter; 0 for one whose sessions all lie elsewhere."""
    if not pledge_ids:
        return {}
    free = PledgeSession.at_once - PledgeSession.held - PledgeSession.committed
    minutes = (PledgeSession.ends_minute - PledgeSession.starts_minute) * free
    length = case((Pledge.unit == str(Unit.MINUTES), minutes), else_=free)
    inside = and_(*_touching(quarter, PledgeSession.day, PledgeSession.day))
    rows = reading.execute(
        select(PledgeSession.pledge_id, func.sum(case((inside, length), else_=0)).label("left"))
        .join(Pledge, Pledge.id == PledgeSession.pledge_id)
        .where(PledgeSession.pledge_id.in_(pledge_ids), PledgeSession.dropped.is_(False))
        .group_by(PledgeSession.pledge_id)
    )
    return {row.pledge_id: int(row.left) for row in rows}


# --- the needs behind a figure ------------------------------------------------------------------


def needs_behind(
    reading: Session,
    found: Unmet,
    *,
    kind: Kind | None = None,
    what: str | None = None,
    zone_id: int | None = None,
    anywhere: bool = True,
) -> list[NeedBehind]:
    """The parts the figures are made of, those that nothing fits first, then the longest wait: one query.

    Without a `kind` those of all kinds that are shown; `what` None is every what of the kind; with `anywhere` every
    zone, else `zone_id` (None is "not placed").
    """
    chosen = {
        one.part_id: one
        for one in found.asked
        if kind in {None, one.kind} and what in {None, one.what} and (anywhere or one.zone_id == zone_id)
    }
    rows = rows_of_parts(reading, list(chosen)) if chosen else []
    needs = [behind(row, chosen[row.NeedPart.id]) for row in rows]
    return sorted(needs, key=lambda one: not one.nothing_fits)


def rows_of_parts(reading: Session, part_ids: Collection[int]) -> list[Row[Any]]:
    """Parts with their need and the group's name, the longest wait first: one query."""
    statement = _parts(Organisation.name.label("group_name")).join(
        Organisation, Organisation.id == Need.organisation_id
    )
    rows = reading.execute(statement.where(NeedPart.id.in_(part_ids)).order_by(Need.opened_at_utc, NeedPart.id)).all()
    return list(rows)


def behind(row: Row[Any], asked: Asked) -> NeedBehind:
    part, need = row.NeedPart, row.Need
    return NeedBehind(
        part_id=part.id,
        need_reference=need.reference,
        need_title=need.title,
        group_name=row.group_name,
        kind=asked.kind,
        what=asked.what,
        unit=KIND_UNITS[asked.kind] or Unit.ITEMS,
        amount=asked.amount,
        first_day=part.first_day,
        last_day=part.last_day,
        opened_at_utc=need.opened_at_utc,
        zone_id=asked.zone_id,
        nothing_fits=asked.nothing_fits,
    )
