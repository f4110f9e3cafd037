"""Reads of unmet need: what is asked for and what is on offer in a quarter, and the needs behind each figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, exists, func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_UNITS, Kind, Unit
from community_book.base.clock import quarter_dates, quarter_of, today
from community_book.base.remembering import at_most_a_minute_old, once_a_reading
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.queries.wanted import is_open
from community_book.needs.tables import Need, NeedPart, NeedSession
from community_book.organisations.tables import Organisation
from community_book.places.queries import schemes_in_use, zones_of
from community_book.places.tables import PlaceZone
from cwb.ledger.rules import next_quarter
from cwb.matching.rules import SEE_SCORES
from cwb.matching.rules.unmet import Asked, Offered, Shortage, shortages, what_of
from cwb.matching.tables import Suggestion
from cwb.matching.views import NeedBehind, Unmet
from cwb.pillars.tables import Measure
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge, PledgeSession, PledgeZone

QUARTERS_AHEAD = 3
FEW = 1_000
"""So many rows are asked for by their ids; of more all are read."""
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
    """What is short in a quarter, by kind, what and zone of a scheme in use: ten queries, whatever the number.

    Asked for is what open needs still look for: named days by their day, the rest in full where its days touch
    the quarter. On offer is what is left of pledges, counted the same way.
    """
    schemes = schemes_in_use(reading, today())
    scheme = next((one for one in schemes if one.id == scheme_id), schemes[0] if schemes else None)
    own_scheme = scheme.id if scheme is not None else 0
    hidden = hidden_kinds(reading, actor)
    kinds = tuple(one for one in Kind if one not in hidden and kind in {None, one})

    def count() -> tuple[Shortage, ...]:
        return tuple(shortages(asked_in(reading, quarter, own_scheme, kinds), _offered(reading, quarter, kinds)))

    return Unmet(
        quarter=quarter,
        cells=at_most_a_minute_old(reading, ("unmet", quarter, own_scheme, kinds, today()), count),
        zones=tuple(zones_of(reading, scheme.id)) if scheme is not None else (),
        scheme_id=scheme.id if scheme is not None else None,
        schemes=tuple((one.id, one.name) for one in schemes),
        kinds=kinds,
        hidden_kinds=tuple(sorted(hidden)),
    )


def _with_need(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins a select of parts with their need and the group's entry."""
    return statement.join(Need, Need.id == NeedPart.need_id).outerjoin(GroupEntry, is_entry_of(Need.organisation_id))


def _touching(quarter: str, first: Any, last: Any) -> list[ColumnElement[bool]]:
    begins, ends = quarter_dates(quarter)
    return [first <= ends, last >= max(begins, today())]


def asked_in(reading: Session, quarter: str, scheme_id: int, kinds: Collection[Kind]) -> list[Asked]:
    """What each open part still asks for in the quarter, by part: three queries, once a reading."""
    asks_for = ("asked_in", quarter, scheme_id, tuple(kinds))
    return once_a_reading(reading, asks_for, lambda: _asked_in(reading, quarter, scheme_id, kinds))


def _asked_in(reading: Session, quarter: str, scheme_id: int, kinds: Collection[Kind]) -> list[Asked]:
    rows = reading.execute(
        _with_need(
            select(
                NeedPart.id,
                NeedPart.need_id,
                NeedPart.kind,
                NeedPart.subject,
                NeedPart.item_type,
                _features_told_apart(NeedPart).label("features"),
                NeedPart.amount,
                NeedPart.committed,
                _is_filled(NeedPart.pattern).label("in_sessions"),
                NeedPart.online,
                Need.organisation_id,
                Need.opened_at_utc,
                _PLACE.label("place_id"),
                fits_nothing(today()).label("nothing_fits"),
            )
        )
        .where(is_open(today()), NeedPart.kind.in_(kinds), *_touching(quarter, NeedPart.first_day, NeedPart.last_day))
        .order_by(NeedPart.id)
    ).all()
    zones = _zones(reading, {row.place_id for row in rows})
    in_sessions = _left_of_parts(reading, [row.id for row in rows if row.in_sessions], quarter)
    found = []
    for row in rows:
        amount = None if row.amount is None else row.amount - row.committed
        if amount is not None and row.in_sessions:
            amount = min(amount, in_sessions.get(row.id, 0))
        if amount != 0:
            found.append(_asked(row, amount, zones.get(row.place_id, {}), scheme_id))
    return found


def _features_told_apart(table: type[NeedPart] | type[Pledge]) -> ColumnElement[dict[str, Any] | None]:
    """The features of the one kind that they divide: reading those of all took a third of the time."""
    return case((table.kind == Kind.VEHICLE, table.features))


def _is_filled(column: Any) -> ColumnElement[bool]:
    """Whether anything stands in a column of JSON, asked of the database: most hold nothing."""
    return cast(column, String) != "{}"


def _asked(row: Row[Any], amount: int | None, zones: Mapping[int, int], scheme_id: int) -> Asked:
    kind = Kind(row.kind)
    return Asked(
        part_id=row.id,
        need_id=row.need_id,
        group_id=row.organisation_id,
        kind=kind,
        what=what_of(kind, row.subject, row.item_type, row.features or {}),
        amount=amount,
        zone_id=zones.get(scheme_id),
        zones=zones,
        online=row.online,
        nothing_fits=bool(row.nothing_fits),
        opened_at_utc=row.opened_at_utc,
    )


def _among(column: Any, ids: Collection[int]) -> list[ColumnElement[bool]]:
    """Few rows are asked for by their ids; of many all are read, and what is of no use left out afterwards."""
    return [column.in_(ids)] if len(ids) <= FEW else []


def _zones(reading: Session, place_ids: Collection[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for place_id, scheme_id, zone_id in reading.execute(
        select(PlaceZone.place_id, PlaceZone.scheme_id, PlaceZone.zone_id).where(*_among(PlaceZone.place_id, place_ids))
    ):
        found[place_id][scheme_id] = zone_id
    return found


def _left_of_parts(reading: Session, part_ids: Collection[int], quarter: str) -> dict[int, int]:
    """What is left in the sessions of parts within the quarter and not past."""
    if not part_ids:
        return {}
    length = (NeedSession.ends_minute - NeedSession.starts_minute) * (NeedSession.at_once - NeedSession.committed)
    rows = reading.execute(
        select(NeedSession.part_id, func.sum(length).label("left"))
        .where(
            *_among(NeedSession.part_id, part_ids),
            NeedSession.dropped.is_(False),
            *_touching(quarter, NeedSession.day, NeedSession.day),
        )
        .group_by(NeedSession.part_id)
    )
    return {row.part_id: int(row.left) for row in rows}


def _offered(reading: Session, quarter: str, kinds: Collection[Kind]) -> list[Offered]:
    """What is left of each pledge on offer in the quarter, by pledge: three queries."""
    on_offer: list[ColumnElement[bool]] = [
        Pledge.state == PledgeState.OFFERED,
        Pledge.with_counterpart.is_(True),
        Pledge.kind.in_(kinds),
        Pledge.amount > Pledge.held + Pledge.committed,
        *_touching(quarter, Pledge.first_day, Pledge.last_day),
    ]
    rows = reading.execute(
        select(
            Pledge.id,
            Pledge.organisation_id,
            Pledge.kind,
            Pledge.subject,
            Pledge.item_type,
            _features_told_apart(Pledge).label("features"),
            (Pledge.amount - Pledge.held - Pledge.committed).label("left"),
            Pledge.borough_wide,
            Pledge.online,
            Pledge.zone_scheme_id,
        )
        .where(*on_offer)
        .order_by(Pledge.id)
    ).all()
    zones: dict[int, list[int]] = defaultdict(list)
    for pledge_id, zone_id in reading.execute(
        select(PledgeZone.pledge_id, PledgeZone.zone_id)
        .join(Pledge, Pledge.id == PledgeZone.pledge_id)
        .where(*on_offer, Pledge.borough_wide.is_(False))
    ):
        zones[pledge_id].append(zone_id)
    in_sessions = _left_of_pledges(reading, on_offer, quarter)
    return [
        Offered(
            pledge_id=row.id,
            provider_id=row.organisation_id,
            kind=(kind := Kind(row.kind)),
            what=what_of(kind, row.subject, row.item_type, row.features or {}),
            amount=min(row.left, in_sessions.get(row.id, row.left)),
            borough_wide=row.borough_wide,
            online=row.online,
            zone_scheme_id=row.zone_scheme_id,
            zone_ids=frozenset(zones.get(row.id, ())),
        )
        for row in rows
    ]


def _left_of_pledges(reading: Session, on_offer: Sequence[ColumnElement[bool]], quarter: str) -> dict[int, int]:
    """What is left in the sessions of pledges within the quarter; 0 for one whose sessions all lie elsewhere."""
    free = PledgeSession.at_once - PledgeSession.held - PledgeSession.committed
    minutes = (PledgeSession.ends_minute - PledgeSession.starts_minute) * free
    length = case((Pledge.unit == str(Unit.MINUTES), minutes), else_=free)
    inside = and_(*_touching(quarter, PledgeSession.day, PledgeSession.day))
    rows = reading.execute(
        select(PledgeSession.pledge_id, func.sum(case((inside, length), else_=0)).label("left"))
        .join(Pledge, Pledge.id == PledgeSession.pledge_id)
        .where(*on_offer, PledgeSession.dropped.is_(False))
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
    limit: int | None = None,
    offset: int = 0,
) -> tuple[int, list[NeedBehind]]:
    """How many parts the figures are made of, and some: those that nothing fits first, then the longest wait.

    Without a `kind` those of all kinds that are shown; `what` None is every what of the kind; with `anywhere` every
    zone, else `zone_id` (None is "not placed"). Four queries.
    """
    kinds = [one for one in found.kinds if kind in {None, one}]
    chosen = [
        one
        for one in asked_in(reading, found.quarter, found.scheme_id or 0, kinds)
        if what in {None, one.what} and (anywhere or one.zone_id == zone_id)
    ]
    chosen.sort(key=lambda one: (not one.nothing_fits, one.opened_at_utc is None, one.opened_at_utc, one.part_id))
    shown = {one.part_id: one for one in chosen[offset : None if limit is None else offset + limit]}
    rows = {row.NeedPart.id: row for row in rows_of_parts(reading, list(shown))} if shown else {}
    return len(chosen), [behind(rows[part_id], one) for part_id, one in shown.items()]


def rows_of_parts(reading: Session, part_ids: Collection[int]) -> list[Row[Any]]:
    """Parts with their need and the group's name, the longest wait first: one query."""
    statement = (
        _with_need(select(NeedPart, Need, Organisation.name.label("group_name")))
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(NeedPart.id.in_(part_ids))
    )
    return list(reading.execute(statement.order_by(Need.opened_at_utc, NeedPart.id)).all())


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
