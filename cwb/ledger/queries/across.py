"""Figures set out by zone, lot or quarter, each in one pass over the ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, select
from sqlalchemy.orm import Session

from cwb.ledger.queries.remembered import remembered_by_pledge
from cwb.ledger.queries.sums import within
from cwb.ledger.rules import EXTRA, SAMPLED, Figure
from cwb.ledger.tables import LedgerEntry
from cwb.ledger.views import EVERYTHING, Share, Slice

ZONE, LOT, QUARTER = "zone", "lot", "quarter"
"""What figures can be set out by."""


def _keys(by: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """What tells the rows apart, and why an entry has no zone."""
    columns: dict[str, Any] = {ZONE: LedgerEntry.zone_id, LOT: LedgerEntry.lot_id, QUARTER: LedgerEntry.period}
    note: Any = LedgerEntry.zone_note if by == ZONE else literal_column("''")
    return columns[by], note


def sums_by(reading: Session, by: str, part: Slice = EVERYTHING) -> list[Share]:
    """What was extra of each measure, summed by zone, lot or quarter. Measures are never added to one another."""
    key, note = _keys(by)
    keys = [key, LedgerEntry.measure_id, LedgerEntry.figure, *([note] if by == ZONE else [])]
    is_sampled = and_(LedgerEntry.figure == str(Figure.VERIFIED), LedgerEntry.how == SAMPLED)
    statement = within(
        select(
            *keys,
            func.sum(LedgerEntry.amount),
            func.sum(case((is_sampled, LedgerEntry.amount), else_=0)),
        ).where(LedgerEntry.basis == EXTRA),
        part,
    )

    def add_up(of: ColumnElement[bool]) -> list[Share]:
        rows = reading.execute(statement.where(of).group_by(*keys).order_by(*keys)).all()
        return [
            Share(row[0], row[3] if by == ZONE else "", row[1], Figure(row[2]), int(row[-2]), int(row[-1]))
            for row in rows
        ]

    return remembered_by_pledge(reading, ("sums_by", by, part), add_up, _put_in_place)


def _put_in_place(rows: Sequence[Share], gone: Sequence[Share], come: Sequence[Share]) -> list[Share]:
    """Shares of everything from those of all but some, with what these have now; in the order of their keys."""
    amounts: dict[tuple[Any, ...], list[int]] = {}
    for sign, some in ((1, rows), (-1, gone), (1, come)):
        for one in some:
            sums = amounts.setdefault((one.key, one.zone_note, one.measure_id, one.figure), [0, 0])
            sums[0] += sign * one.amount
            sums[1] += sign * one.sampled
    made = [Share(*key, *sums) for key, sums in amounts.items()]
    return sorted(made, key=lambda one: (one.key is not None, one.key, one.measure_id or 0, one.figure, one.zone_note))


def counts_by(reading: Session, by: str, part: Slice = EVERYTHING, *, measure_ids: Collection[int]) -> list[Share]:
    """How many pledges, commitments and deliveries stand under each figure, by zone, lot or quarter.

    Things may be counted together where their amounts may not be added. What was taken back whole is not counted.
    """
    key, note = _keys(by)
    thing = case(
        (LedgerEntry.figure == str(Figure.PLEDGED), LedgerEntry.pledge_id),
        (LedgerEntry.figure == str(Figure.COMMITTED), LedgerEntry.commitment_id),
        else_=LedgerEntry.delivery_id,
    )
    keys = [key.label("key"), note.label("note"), LedgerEntry.figure.label("figure")]
    is_sampled = and_(LedgerEntry.figure == str(Figure.VERIFIED), LedgerEntry.how == SAMPLED)
    each = (
        within(
            select(*keys, func.max(case((is_sampled, 1), else_=0)).label("sampled")).where(
                LedgerEntry.basis == EXTRA, LedgerEntry.measure_id.in_(measure_ids)
            ),
            part,
        )
        .group_by(key, LedgerEntry.figure, thing, *([note] if by == ZONE else []))
        .having(func.sum(LedgerEntry.amount) > 0)
    )

    def add_up(of: ColumnElement[bool]) -> list[Share]:
        some = each.where(of).subquery()
        told = (some.c.key, some.c.note, some.c.figure)
        statement = select(*told, func.count(), func.sum(some.c.sampled)).group_by(*told).order_by(*told)
        return [
            Share(row[0], row[1] or "", None, Figure(row[2]), int(row[3]), int(row[4]))
            for row in reading.execute(statement).all()
        ]

    question = ("counts_by", by, part, frozenset(measure_ids))
    return [one for one in remembered_by_pledge(reading, question, add_up, _put_in_place) if one.amount]
