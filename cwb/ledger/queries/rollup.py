"""Everything the pages of figures show of the ledger, in one pass over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from community_book.base.tables import BIG
from cwb.ledger.queries.remembered import remembered_by_pledge
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

    def add_up(of: ColumnElement[bool]) -> list[RolledUp]:
        return [_row(row._mapping) for row in reading.execute(_statement(part, of))]

    return remembered_by_pledge(reading, ("roll_up", part), add_up, _put_in_place)


def _put_in_place(rows: Sequence[RolledUp], gone: Sequence[RolledUp], come: Sequence[RolledUp]) -> list[RolledUp]:
    """The rows of everything from those of all but some pledges, with what these have now; in the same order."""
    made = {_key(one): one for one in rows}
    for sign, some in ((-1, gone), (1, come)):
        for one in some:
            had = made.get(_key(one))
            made[_key(one)] = one if had is None else _added(had, one, sign)
    return [made[key] for key in sorted(made)]


def _key(one: RolledUp) -> tuple[int, int, str, str, int, str]:
    """In the order of the statement: what is of no pledge last."""
    return one.pillar_number, one.measure_id, one.basis, one.year, one.pledge_id or 0, one.unit


def _added(one: RolledUp, other: RolledUp, sign: int) -> RolledUp:
    return replace(
        one,
        amounts={figure: one.amounts[figure] + sign * other.amounts[figure] for figure in FIGURES},
        sampled=one.sampled + sign * other.sampled,
        pledges={figure: one.pledges[figure] + sign * other.pledges[figure] for figure in FIGURES},
        ever_pledged=one.ever_pledged + sign * other.ever_pledged,
        ever_verified=one.ever_verified + sign * other.ever_verified,
    )


def _statement(part: Slice, of: ColumnElement[bool]) -> CompoundSelect[Any]:
    each = _by_pledge_and_year(part, of)
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


def _by_pledge_and_year(part: Slice, of: ColumnElement[bool]) -> Any:
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
    statement = select(*keys, *columns).where(of).group_by(*keys)
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
