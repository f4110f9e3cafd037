"""Everything the pages of figures show of the ledger, in one pass over it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from community_book.base.tables import BIG
from cwb.ledger.queries.remembered import remembered
from cwb.ledger.rules import EXTRA, SAMPLED, Figure
from cwb.ledger.tables import LedgerEntry
from cwb.ledger.views import EVERYTHING, RolledUp, Slice

FIGURES = tuple(Figure)


def roll_up(reading: Session, part: Slice = EVERYTHING) -> list[RolledUp]:
    """Sums by measure and basis, the same again by year, and by pledge where the basis is not extra.

    Framework, lot, provider and the rest narrow everything; zone and quarters narrow the figures only: what was
    ever pledged and verified is asked of whole lives. Counts of pledges by year count those with something
    left in that year.
    """

    def add_up() -> list[RolledUp]:
        return [_row(row._mapping) for row in reading.execute(_statement(part))]

    return remembered(reading, ("roll_up", part), add_up)


@lru_cache(maxsize=128)
def _statement(part: Slice) -> CompoundSelect[Any]:
    """Building it takes longer than running it on a small borough, so that it is kept."""
    each = _by_pledge_and_year(part)
    keys = (each.c.pillar_number, each.c.measure_id, each.c.unit, each.c.basis)
    sums = [column for column in each.c if column.name not in {"pledge_id", "year", *(key.name for key in keys)}]
    life = (
        select(*keys, each.c.pledge_id, *(func.sum(column).label(column.name) for column in sums))
        .group_by(*keys, each.c.pledge_id)
        .cte("life")
    )
    nobody = literal(None, BIG).label("pledge")
    return union_all(
        _added_up(life, (), literal("").label("year"), nobody),
        _added_up(each, (each.c.year,), each.c.year.label("year"), nobody),
        _added_up(life, (life.c.pledge_id,), literal("").label("year"), life.c.pledge_id.label("pledge")).where(
            life.c.basis != EXTRA
        ),
    ).order_by("pillar_number", "measure_id", "basis", "year", "pledge")


def _inside(part: Slice) -> ColumnElement[bool]:
    """Whether an entry lies in the zone and the quarters asked for."""
    conditions: list[ColumnElement[bool]] = []
    if part.zone_id is not None:
        conditions.append(LedgerEntry.zone_id == part.zone_id)
    if part.zone_note is not None:
        conditions.append(LedgerEntry.zone_note == part.zone_note)
    if part.first_quarter is not None:
        conditions.append(LedgerEntry.period >= part.first_quarter)
    if part.last_quarter is not None:
        conditions.append(LedgerEntry.period <= part.last_quarter)
    return and_(true(), *conditions)


def _by_pledge_and_year(part: Slice) -> Any:
    inside = _inside(part)
    is_sampled = and_(inside, LedgerEntry.figure == str(Figure.VERIFIED), LedgerEntry.how == SAMPLED)
    columns = [
        *(_sum(and_(inside, LedgerEntry.figure == str(figure))).label(str(figure)) for figure in FIGURES),
        _sum(is_sampled).label("sampled"),
        _sum(LedgerEntry.figure == str(Figure.PLEDGED)).label("ever_pledged"),
        _sum(LedgerEntry.figure == str(Figure.VERIFIED)).label("ever_verified"),
    ]
    keys = (
        LedgerEntry.pillar_number,
        LedgerEntry.measure_id,
        LedgerEntry.unit,
        LedgerEntry.basis,
        LedgerEntry.pledge_id,
        func.substr(LedgerEntry.period, 1, 4).label("year"),
    )
    statement = select(*keys, *columns).group_by(*keys)
    for name in ("framework_id", "lot_id", "measure_id", "provider_id", "group_id", "basis"):
        value = getattr(part, name)
        if value is not None:
            statement = statement.where(getattr(LedgerEntry, name) == value)
    return statement.cte("each_pledge_and_year")


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, LedgerEntry.amount), else_=0))


def _added_up(source: Any, more: tuple[Any, ...], year: Any, pledge: Any) -> Any:
    keys = (source.c.pillar_number, source.c.measure_id, source.c.unit, source.c.basis)
    return select(
        *keys,
        year,
        pledge,
        *(func.sum(source.c[str(figure)]).label(str(figure)) for figure in FIGURES),
        *(func.sum(source.c[name]).label(name) for name in ("sampled", "ever_pledged", "ever_verified")),
        *(_count(source.c[str(figure)] > 0).label(f"{figure}_pledges") for figure in FIGURES),
    ).group_by(*keys, *more)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _row(row: Any) -> RolledUp:
    return RolledUp(
        measure_id=row["measure_id"],
        pillar_number=row["pillar_number"],
        unit=row["unit"],
        basis=row["basis"],
        year=row["year"],
        pledge_id=row["pledge"],
        amounts={figure: int(row[str(figure)]) for figure in FIGURES},
        sampled=int(row["sampled"]),
        pledges={figure: int(row[f"{figure}_pledges"]) for figure in FIGURES},
        ever_pledged=int(row["ever_pledged"]),
        ever_verified=int(row["ever_verified"]),
    )
