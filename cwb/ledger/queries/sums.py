"""Sums of entries, each in one pass, and the list of what a sum is made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from community_book.base.remembering import at_most_a_minute_old
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.ledger.views import EVERYTHING, EntrySum, Slice, Total

Wanted = TypeVar("Wanted", bound=Select[*tuple[Any, ...]])
FIRST_OF_LIST = 100
"""So many of a list are kept for a minute on a very large site: few people turn further."""
SUMMED_BY = (
    LedgerEntry.pillar_number,
    LedgerEntry.measure_id,
    LedgerEntry.unit,
    LedgerEntry.basis,
    LedgerEntry.figure,
    LedgerEntry.how,
)
"""What the sums of the five figures are kept apart by."""

TELLING_OF_A_THING = (
    func.min(LedgerEntry.pledge_id).label("pledge_id"),
    func.min(LedgerEntry.commitment_id).label("commitment_id"),
    func.min(LedgerEntry.delivery_id).label("delivery_id"),
    func.max(LedgerEntry.happened_on).label("day"),
    func.sum(LedgerEntry.amount).label("amount"),
    func.min(LedgerEntry.zone_id).label("zone_id"),
    func.min(LedgerEntry.zone_note).label("zone_note"),
    func.min(LedgerEntry.measure_id).label("measure_id"),
    func.min(LedgerEntry.unit).label("unit"),
)
"""What the entries of one thing say of it; `entry_sum` reads a row of them."""

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


def within(statement: Wanted, part: Slice) -> Wanted:
    """A question about entries, asked of a part of them only."""
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
    statement = within(select(*SUMMED_BY, _AMOUNT), part).group_by(*SUMMED_BY).order_by(*SUMMED_BY)
    return [
        Total(measure_id, pillar_number, unit, basis, Figure(figure), how, int(amount))
        for pillar_number, measure_id, unit, basis, figure, how, amount in reading.execute(statement).all()
    ]


def entries_behind(
    reading: Session,
    figure: Figure,
    part: Slice = EVERYTHING,
    *,
    how: str | None = None,
    only_left: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[EntrySum]:
    """What a figure is made of: pledges for pledged, commitments for committed, deliveries for the rest.

    Things whose entries cancel out are left out, with `only_left` also those of which more was taken back than
    is in this part. Newest day first, then by id; a page of them with `limit`.
    """

    def ask(limit: int | None, offset: int) -> list[EntrySum]:
        return _entries_behind(reading, figure, _things(figure, part, how, only_left), limit, offset)

    if limit is None or limit + offset > FIRST_OF_LIST:
        return ask(limit, offset)
    question = ("entries_behind", figure, part, how, only_left)
    return at_most_a_minute_old(reading, question, lambda: ask(FIRST_OF_LIST, 0))[offset : offset + limit]


def _entries_behind(
    reading: Session, figure: Figure, found: Select[*tuple[Any, ...]], limit: int | None, offset: int
) -> list[EntrySum]:
    things = found.subquery()
    statement = select(things).order_by(things.c.day.desc(), things.c.thing).limit(limit).offset(offset)
    return [entry_sum(row, figure) for row in reading.execute(statement).all()]


def entry_sum(row: Row[*tuple[Any, ...]], figure: Figure) -> EntrySum:
    """A row of TELLING_OF_A_THING as what a figure is made of: of a pledge no commitment is told, and so on."""
    return EntrySum(
        row.pledge_id,
        row.commitment_id if figure is not Figure.PLEDGED else None,
        row.delivery_id if figure not in {Figure.PLEDGED, Figure.COMMITTED} else None,
        row.day,
        int(row.amount),
        row.zone_id,
        row.zone_note,
        row.measure_id,
        row.unit,
    )


def count_behind(
    reading: Session, figure: Figure, part: Slice = EVERYTHING, *, how: str | None = None, only_left: bool = False
) -> tuple[int, int]:
    """How many things a figure is made of, and their sum (of one measure: others have no sum together)."""
    things = _things(figure, part, how, only_left).subquery()
    statement = select(func.count(), func.coalesce(func.sum(things.c.amount), 0)).select_from(things)

    def ask() -> tuple[int, int]:
        row = reading.execute(statement).one()
        return int(row[0]), int(row[1])

    return at_most_a_minute_old(reading, ("count_behind", figure, part, how, only_left), ask)


def pledges_behind(figure: Figure, part: Slice = EVERYTHING) -> Select[int, Any, int]:
    """The pledges that have something left under a figure: (pledge_id, the newest day, amount), to be selected from."""
    things = _things(figure, part, None, True, LedgerEntry.pledge_id).subquery()
    return select(things.c.pledge_id, things.c.day, things.c.amount)


def thing_of(figure: Figure) -> ColumnElement[Any]:
    """The column that tells the things of a figure apart."""
    columns: dict[Figure, Any] = {Figure.PLEDGED: LedgerEntry.pledge_id, Figure.COMMITTED: LedgerEntry.commitment_id}
    found: ColumnElement[Any] = columns.get(figure, LedgerEntry.delivery_id)
    return found


def _things(figure: Figure, part: Slice, how: str | None, only_left: bool, of: Any = None) -> Select[*tuple[Any, ...]]:
    column = thing_of(figure) if of is None else of
    statement = within(
        select(column.label("thing"), *TELLING_OF_A_THING).where(LedgerEntry.figure == str(figure)),
        part,
    )
    if how is not None:
        statement = statement.where(LedgerEntry.how == how)
    left = func.sum(LedgerEntry.amount)
    return statement.group_by(column).having(left > 0 if only_left else left != 0)
