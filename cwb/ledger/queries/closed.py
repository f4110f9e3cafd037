"""A closed quarter: its sums as they were closed, and what was booked for its days since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from community_book.base.clock import quarter_dates
from community_book.base.registered import Breach
from cwb.ledger.queries.sums import TELLING_OF_A_THING, entry_sum
from cwb.ledger.rules import BY_DAY_OF_ACT, EXTRA, Figure
from cwb.ledger.tables import ClosedFigure, LedgerEntry, Period
from cwb.ledger.views import Adjustment, Total


def closed_at(reading: Session, quarter: str) -> datetime | None:
    """When a quarter was closed; None for one that is open."""
    return reading.execute(select(Period.closed_at_utc).where(Period.quarter == quarter)).scalar_one_or_none()


def closed_figures(reading: Session, quarter: str) -> list[Total]:
    """What was extra in a quarter, summed by measure and figure as it was closed."""
    keys = (ClosedFigure.pillar_number, ClosedFigure.measure_id, ClosedFigure.unit, ClosedFigure.figure)
    statement = (
        select(*keys, func.sum(ClosedFigure.amount))
        .where(ClosedFigure.quarter == quarter, ClosedFigure.basis == EXTRA)
        .group_by(*keys)
        .order_by(*keys)
    )
    return [
        Total(measure_id, pillar, unit, EXTRA, Figure(figure), "", int(amount))
        for pillar, measure_id, unit, figure, amount in reading.execute(statement).all()
    ]


def _later(quarter: str) -> list[ColumnElement[bool]]:
    """Entries for the days of a quarter that were booked in a later one.

    Pledged and committed count in the quarter of the act whatever is done to them later, so they are never among them.
    """
    by_day = [str(figure) for figure in Figure if figure not in BY_DAY_OF_ACT]
    return [
        LedgerEntry.basis == EXTRA,
        LedgerEntry.figure.in_(by_day),
        LedgerEntry.period > quarter,
        LedgerEntry.happened_on.between(*quarter_dates(quarter)),
    ]


def adjusted(reading: Session, quarter: str) -> list[Total]:
    """What was booked for a quarter's days since, summed by measure and figure; of an open quarter nothing is."""
    keys = (LedgerEntry.pillar_number, LedgerEntry.measure_id, LedgerEntry.unit, LedgerEntry.figure)
    statement = select(*keys, func.sum(LedgerEntry.amount)).where(*_later(quarter)).group_by(*keys).order_by(*keys)
    return [
        Total(measure_id, pillar, unit, EXTRA, Figure(figure), "", int(amount))
        for pillar, measure_id, unit, figure, amount in reading.execute(statement).all()
        if amount
    ]


def adjustments(
    reading: Session, quarter: str, measure_ids: Collection[int], *, limit: int | None = None, offset: int = 0
) -> tuple[int, list[Adjustment]]:
    """How many deliveries and figures were put right since, and a page of them: what each adds or takes away.

    Newest day first. Two queries.
    """
    wanted = [*_later(quarter), LedgerEntry.measure_id.in_(measure_ids)]
    each = (
        select(LedgerEntry.figure.label("figure"), func.min(LedgerEntry.period).label("period"), *TELLING_OF_A_THING)
        .where(*wanted)
        .group_by(LedgerEntry.delivery_id, LedgerEntry.figure)
        .having(func.sum(LedgerEntry.amount) != 0)
        .subquery()
    )
    count = reading.execute(select(func.count()).select_from(each)).scalar_one()
    statement: Any = select(each).order_by(each.c.day.desc(), each.c.delivery_id, each.c.figure)
    rows = reading.execute(statement.limit(limit).offset(offset)).all() if count else []
    return count, [Adjustment(Figure(row.figure), row.period, entry_sum(row, Figure(row.figure))) for row in rows]


def closed_breaches(reading: Session) -> list[Breach]:
    """What was kept at closing is still the sum of the entries of that quarter, and the other way round."""
    keys = ("pillar_number", "measure_id", "unit", "basis", "figure", "how")

    def sums(table: Any, quarter: Any) -> dict[tuple[Any, ...], int]:
        columns = [quarter, *(getattr(table, key) for key in keys)]
        closed = select(Period.quarter)
        statement = select(*columns, func.sum(table.amount)).where(quarter.in_(closed)).group_by(*columns)
        return {tuple(row[:-1]): int(row[-1]) for row in reading.execute(statement).all() if row[-1]}

    kept, now = sums(ClosedFigure, ClosedFigure.quarter), sums(LedgerEntry, LedgerEntry.period)
    return [
        Breach(
            "a closed quarter stays as it was closed",
            f"quarter:{key[0]}",
            f"{key[5]} of measure {key[2]}: {kept.get(key, 0)} was closed, its entries add up to {now.get(key, 0)}",
        )
        for key in sorted(kept.keys() | now.keys(), key=str)
        if kept.get(key, 0) != now.get(key, 0)
    ]
