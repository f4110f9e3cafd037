"""Sums of entries, each in one pass, and the list of what a sum is made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.ledger.views import EVERYTHING, EntrySum, Slice, Total

Wanted = TypeVar("Wanted", bound=Select[*tuple[Any, ...]])
_AMOUNT = func.coalesce(func.sum(LedgerEntry.amount), 0)


def sum_of(
    reading: Session,
    figure: Figure | str,
    *,
    pledge_id: int | None = None,
    commitment_id: int | None = None,
    delivery_id: int | None = None,
) -> int:
    """What a figure adds up to for one pledge, commitment or delivery, whatever its basis."""
    wanted = {"pledge_id": pledge_id, "commitment_id": commitment_id, "delivery_id": delivery_id}
    statement = select(_AMOUNT).where(LedgerEntry.figure == str(figure))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(LedgerEntry, name) == value)
    return int(reading.execute(statement).scalar_one())


def sums_of(
    reading: Session,
    of: str,
    ids: Collection[int] | None = None,
) -> dict[int, dict[Figure, int]]:
    """The five figures of many things at once: `of` is "pledge", "commitment" or "delivery".

    Without `ids`, of all that have entries (for checks).
    """
    column: ColumnElement[Any] = getattr(LedgerEntry, f"{of}_id")
    statement = select(column, LedgerEntry.figure, _AMOUNT).where(column.is_not(None))
    if ids is not None:
        statement = statement.where(column.in_(ids))
    found: dict[int, dict[Figure, int]] = {}
    for key, figure, amount in reading.execute(statement.group_by(column, LedgerEntry.figure)).all():
        found.setdefault(key, {})[Figure(figure)] = int(amount)
    return found


def _within(statement: Wanted, part: Slice) -> Wanted:
    for name in ("framework_id", "lot_id", "zone_id", "zone_note", "measure_id", "provider_id", "group_id", "basis"):
        value = getattr(part, name)
        if value is not None:
            statement = statement.where(getattr(LedgerEntry, name) == value)
    if part.measure_ids is not None:
        statement = statement.where(LedgerEntry.measure_id.in_(part.measure_ids))
    if part.first_quarter is not None:
        statement = statement.where(LedgerEntry.period >= part.first_quarter)
    if part.last_quarter is not None:
        statement = statement.where(LedgerEntry.period <= part.last_quarter)
    return statement


def totals(reading: Session, part: Slice = EVERYTHING) -> list[Total]:
    """Every sum by measure, basis, figure and how it was verified, in one pass, in that order."""
    keys = (
        LedgerEntry.pillar_number,
        LedgerEntry.measure_id,
        LedgerEntry.unit,
        LedgerEntry.basis,
        LedgerEntry.figure,
        LedgerEntry.how,
    )
    statement = _within(select(*keys, _AMOUNT), part).group_by(*keys).order_by(*keys)
    return [
        Total(measure_id, pillar_number, unit, basis, Figure(figure), how, int(amount))
        for pillar_number, measure_id, unit, basis, figure, how, amount in reading.execute(statement).all()
    ]


def entries_behind(
    reading: Session, figure: Figure, part: Slice = EVERYTHING, *, how: str | None = None
) -> list[EntrySum]:
    """What a figure is made of: pledges for pledged, commitments for committed, deliveries for the rest.

    Things whose entries cancel out are left out. Newest day first, then by id.
    """
    column = {
        Figure.PLEDGED: LedgerEntry.pledge_id,
        Figure.COMMITTED: LedgerEntry.commitment_id,
    }.get(figure, LedgerEntry.delivery_id)
    day = func.max(LedgerEntry.happened_on)
    statement = _within(
        select(
            func.min(LedgerEntry.pledge_id),
            func.min(LedgerEntry.commitment_id),
            func.min(LedgerEntry.delivery_id),
            day,
            func.sum(LedgerEntry.amount),
            func.min(LedgerEntry.zone_id),
            func.min(LedgerEntry.zone_note),
        ).where(LedgerEntry.figure == str(figure)),
        part,
    )
    if how is not None:
        statement = statement.where(LedgerEntry.how == how)
    statement = statement.group_by(column).having(func.sum(LedgerEntry.amount) != 0).order_by(day.desc(), column)
    return [
        EntrySum(
            pledge_id,
            commitment_id if figure is not Figure.PLEDGED else None,
            delivery_id if figure not in {Figure.PLEDGED, Figure.COMMITTED} else None,
            happened_on,
            int(amount),
            zone_id,
            zone_note,
        )
        for pledge_id, commitment_id, delivery_id, happened_on, amount, zone_id, zone_note in reading.execute(
            statement
        ).all()
    ]
