"""Parts that are open, as fits() and matching read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.amounts import Kind, Unit
from community_book.base.clock import LONDON, today
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.rules import NeedState, PartTerms, left_of
from community_book.needs.tables import Need, NeedPart, NeedSession
from community_book.needs.views import PartWanted, SessionWanted
from community_book.organisations.tables import Organisation
from community_book.places.tables import Place, PlaceZone

_PLACE_ID = case(
    (and_(NeedPart.online, GroupEntry.place_id.is_not(None)), GroupEntry.place_id), else_=NeedPart.place_id
)
"""An online part takes its group's zone (domain.md 6)."""
FEW = 200
"""So many parts are asked for by their ids again, more by what they were found by."""


def _with_group(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins a select of parts with their need and the group's entry."""
    return statement.join(Need, Need.id == NeedPart.need_id).outerjoin(GroupEntry, is_entry_of(Need.organisation_id))


def asks_for_more(on: date) -> ColumnElement[bool]:
    """The condition on NeedPart of a part of which something is left, on days that are not past."""
    sitting = aliased(NeedSession)
    live = [sitting.part_id == NeedPart.id, sitting.dropped.is_(False)]
    return and_(
        NeedPart.closed.is_(False),
        NeedPart.last_day >= on,
        or_(NeedPart.amount.is_(None), NeedPart.committed < NeedPart.amount),
        or_(
            ~exists().where(*live),
            exists().where(*live, sitting.day >= on, sitting.committed < sitting.at_once),
        ),
    )


def is_open(on: date) -> ColumnElement[bool]:
    """The condition on Need and NeedPart of a part that help can be offered for."""
    return and_(Need.state == NeedState.OPEN, Need.hidden.is_(False), asks_for_more(on))


def open_parts(
    reading: Session,
    *,
    kind: Kind | None = None,
    part_ids: Collection[int] | None = None,
    group_id: int | None = None,
    limit: int | None = None,
) -> list[PartWanted]:
    """The parts help can be offered for now, by id; with a `limit` those that wait longest. Four queries.

    Of needs that are open and not hidden, whose window runs and of which something is left.
    """
    conditions: list[ColumnElement[bool]] = [is_open(today())]
    if kind is not None:
        conditions.append(NeedPart.kind == kind)
    if part_ids is not None:
        conditions.append(NeedPart.id.in_(part_ids))
    if group_id is not None:
        conditions.append(Need.organisation_id == group_id)
    return _wanted(reading, and_(*conditions), limit)


def part_wanted(reading: Session, part_id: int, *, any_state: bool = False) -> PartWanted | None:
    """One part, or None when help cannot be offered for it now.

    With `any_state` the part of any posted need, for showing what was agreed: look at its `state` then.
    """
    condition = NeedPart.id == part_id
    if any_state:
        condition = and_(condition, NeedPart.first_day.is_not(None), NeedPart.last_day.is_not(None))
    else:
        condition = and_(condition, is_open(today()))
    found = _wanted(reading, condition, None)
    return found[0] if found else None


def parts_wanted(reading: Session, part_ids: Collection[int]) -> dict[int, PartWanted]:
    """Parts of posted needs in whatever state, by id, for weighing what else could help: three queries."""
    has_days = and_(NeedPart.first_day.is_not(None), NeedPart.last_day.is_not(None))
    return {part.part_id: part for part in _wanted(reading, and_(NeedPart.id.in_(part_ids), has_days), None)}


def _wanted(reading: Session, condition: ColumnElement[bool], limit: int | None) -> list[PartWanted]:
    rows = reading.execute(
        _with_group(
            select(NeedPart, Need, Organisation.name, Place.id.label("place_id"), Place.easting, Place.northing)
        )
        .join(Organisation, Organisation.id == Need.organisation_id)
        .join(Place, _PLACE_ID == Place.id)
        .where(condition)
        .order_by(*([NeedPart.id] if limit is None else [Need.opened_at_utc, NeedPart.id]))
        .limit(limit)
    ).all()
    if not rows:
        return []
    few = [row.NeedPart.id for row in rows] if limit is not None or len(rows) <= FEW else None
    of_zones, of_sessions = select(NeedPart.id, PlaceZone.scheme_id, PlaceZone.zone_id), select(NeedSession)
    if few is not None:
        of_zones = _with_group(of_zones).where(NeedPart.id.in_(few))
        of_sessions = of_sessions.where(NeedSession.part_id.in_(few))
    else:
        of_zones = _with_group(of_zones).where(condition)
        of_sessions = _with_group(of_sessions.join(NeedPart, NeedPart.id == NeedSession.part_id)).where(condition)
    zones: dict[int, dict[int, int]] = defaultdict(dict)
    for row in reading.execute(of_zones.join(PlaceZone, _PLACE_ID == PlaceZone.place_id)):
        zones[row.id][row.scheme_id] = row.zone_id
    sessions: dict[int, list[SessionWanted]] = defaultdict(list)
    for session in reading.execute(
        of_sessions.where(NeedSession.dropped.is_(False)).order_by(
            NeedSession.day, NeedSession.starts_minute, NeedSession.id
        )
    ).scalars():
        sessions[session.part_id].append(session_view(session))
    had = had_by_group(reading, {row.Need.organisation_id for row in rows})
    return [_part_wanted(row, zones[row.NeedPart.id], sessions[row.NeedPart.id], had) for row in rows]


def ahead_in(sessions: Collection[SessionWanted], on: date) -> int | None:
    """What is left in sessions that are not past; None where there are none at all."""
    if not sessions:
        return None
    return sum((s.ends_minute - s.starts_minute) * s.left for s in sessions if s.day >= on)


def had_by_group(reading: Session, organisation_ids: Collection[int]) -> dict[int, int]:
    """How many parts of each group's needs help was ever promised for and stayed so."""
    rows = reading.execute(
        select(Need.organisation_id, func.count(NeedPart.id).label("many"))
        .join(NeedPart, NeedPart.need_id == Need.id)
        .where(NeedPart.committed > 0, Need.organisation_id.in_(organisation_ids))
        .group_by(Need.organisation_id)
    )
    return {row.organisation_id: row.many for row in rows}


def sessions_in_sum(reading: Session, part_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For parts that name sessions: how many there are, and how much is left in those not past; by part id."""
    length = (NeedSession.ends_minute - NeedSession.starts_minute) * (NeedSession.at_once - NeedSession.committed)
    ahead = func.sum(case((NeedSession.day >= today(), length), else_=0))
    rows = reading.execute(
        select(NeedSession.part_id, func.count().label("many"), ahead.label("ahead"))
        .where(NeedSession.part_id.in_(part_ids), NeedSession.dropped.is_(False))
        .group_by(NeedSession.part_id)
    )
    return {row.part_id: (row.many, int(row.ahead)) for row in rows}


def session_view(row: NeedSession) -> SessionWanted:
    return SessionWanted(row.id, row.day, row.starts_minute, row.ends_minute, row.at_once, row.at_once - row.committed)


def terms_of(part: NeedPart, ahead: int | None = None) -> PartTerms:
    """A part's figures, as the rules count them; `ahead` is what is left in sessions not past."""
    return PartTerms(
        part.id, part.amount, part.committed, part.met, part.closed, part.last_day, ahead, stopped=part.stopped
    )


def _part_wanted(
    row: Row[Any], zones: dict[int, int], sessions: list[SessionWanted], had: dict[int, int]
) -> PartWanted:
    part: NeedPart = row.NeedPart
    need: Need = row.Need
    if part.first_day is None or part.last_day is None:
        raise ValueError(f"part {part.id} was posted without its days")
    return PartWanted(
        part_id=part.id,
        need_id=need.id,
        need_reference=need.reference,
        need_title=need.title,
        need_story=need.story,
        group_id=need.organisation_id,
        group_name=row.name,
        state=NeedState(need.state),
        kind=Kind(part.kind),
        unit=Unit(part.unit),
        item_type=part.item_type,
        subject=part.subject,
        amount=part.amount,
        committed=part.committed,
        left=left_of(terms_of(part, ahead_in(sessions, today()))),
        smallest_useful=part.smallest_useful,
        first_day=part.first_day,
        last_day=part.last_day,
        place_id=row.place_id,
        zones=zones,
        easting=row.easting,
        northing=row.northing,
        online=part.online,
        features=part.features,
        conditions=part.conditions,
        team_smallest=part.team_smallest,
        team_largest=part.team_largest,
        visit_minutes=part.visit_minutes,
        hosting_cost_pence=part.hosting_cost_pence,
        sessions=tuple(sessions),
        posted_on=need.posted_at_utc.astimezone(LONDON).date() if need.posted_at_utc else None,
        group_committed_count=had.get(need.organisation_id, 0),
        pattern=part.pattern,
    )
