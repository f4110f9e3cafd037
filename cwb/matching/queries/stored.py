"""What is stored of suggestions, as the worker needs it to see which lists an edit touches."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cwb.matching.tables import Suggestion

AT_ONCE = 5_000


class Stored(NamedTuple):
    """One row as it is stored."""

    id: int
    pledge_id: int
    part_id: int
    score: int
    amount: int
    reasons: dict[str, Any]
    for_part: bool
    for_pledge: bool


class Bound(NamedTuple):
    """How many are in a list, and the lowest score among them."""

    many: int
    lowest: int


def stored_of(reading: Session, *, part_ids: Collection[int], pledge_ids: Collection[int]) -> list[Stored]:
    """Every row of these parts and of these pledges."""
    columns = [getattr(Suggestion, name) for name in Stored._fields]
    statement = select(*columns).where(or_(Suggestion.part_id.in_(part_ids), Suggestion.pledge_id.in_(pledge_ids)))
    return [Stored(*row) for row in reading.execute(statement.order_by(Suggestion.id))]


def lists_with(
    reading: Session, *, pledge_ids: Collection[int], part_ids: Collection[int]
) -> tuple[set[int], set[int]]:
    """The parts that have one of these pledges in their list, and the pledges that have one of these parts."""
    parts = select(Suggestion.part_id).where(Suggestion.pledge_id.in_(pledge_ids), Suggestion.for_part)
    pledges = select(Suggestion.pledge_id).where(Suggestion.part_id.in_(part_ids), Suggestion.for_pledge)
    return (
        set(reading.execute(parts).scalars()) if pledge_ids else set(),
        set(reading.execute(pledges).scalars()) if part_ids else set(),
    )


def bounds_of_parts(reading: Session, part_ids: list[int]) -> dict[int, Bound]:
    """Of the list of each part; parts without one are left out."""
    found: dict[int, Bound] = {}
    for begins in range(0, len(part_ids), AT_ONCE):
        rows = reading.execute(
            select(Suggestion.part_id, func.count(), func.min(Suggestion.score))
            .where(Suggestion.part_id.in_(part_ids[begins : begins + AT_ONCE]), Suggestion.for_part)
            .group_by(Suggestion.part_id)
        )
        found |= {part_id: Bound(many, lowest) for part_id, many, lowest in rows}
    return found


def bounds_of_pledges(reading: Session, pledge_ids: list[int]) -> dict[int, Bound]:
    """The same of each pledge."""
    found: dict[int, Bound] = {}
    for begins in range(0, len(pledge_ids), AT_ONCE):
        rows = reading.execute(
            select(Suggestion.pledge_id, func.count(), func.min(Suggestion.score))
            .where(Suggestion.pledge_id.in_(pledge_ids[begins : begins + AT_ONCE]), Suggestion.for_pledge)
            .group_by(Suggestion.pledge_id)
        )
        found |= {pledge_id: Bound(many, lowest) for pledge_id, many, lowest in rows}
    return found


def every_pair(reading: Session) -> list[tuple[int, int, int]]:
    """(id, pledge, part) of every row."""
    rows = reading.execute(select(Suggestion.id, Suggestion.pledge_id, Suggestion.part_id).order_by(Suggestion.id))
    return [(row.id, row.pledge_id, row.part_id) for row in rows]
