"""Quarters: which are closed, which have entries, which may be closed next."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.clock import quarter_of
from cwb.ledger.queries.remembered import remembered
from cwb.ledger.rules import next_quarter
from cwb.ledger.tables import LedgerEntry, Period
from cwb.ledger.views import PeriodView


def closed_quarters(reading: Session) -> frozenset[str]:
    """Every closed quarter."""
    return frozenset(reading.execute(select(Period.quarter)).scalars())


def periods(reading: Session, today: date) -> list[PeriodView]:
    """Every quarter from the first with entries (or closed) to this one, newest first.

    Quarters are closed in order: the one that may be closed is the first open one that has ended.
    """
    entries = select(LedgerEntry.period, func.count()).group_by(LedgerEntry.period)
    counts: dict[str, int] = {row[0]: row[1] for row in reading.execute(entries).all()}
    closed = {row.quarter: row.closed_at_utc for row in reading.execute(select(Period)).scalars()}
    now = quarter_of(today)
    quarter = min([*counts, *closed, now])
    last = max([*counts, *closed, now])
    found, next_to_close = [], True
    while quarter <= last:
        may_close = quarter not in closed and next_to_close and quarter < now
        next_to_close = next_to_close and quarter in closed
        found.append(PeriodView(quarter, counts.get(quarter, 0), closed.get(quarter), may_close))
        quarter = next_quarter(quarter)
    return found[::-1]


def first_and_last_quarter(reading: Session) -> tuple[str, str]:
    """The quarters the ledger begins and ends with; two empty words before there are entries."""
    question = select(func.min(LedgerEntry.period), func.max(LedgerEntry.period))
    found = remembered(reading, "first_and_last_quarter", lambda: list(reading.execute(question).all()))
    first, last = found[0]
    return first or "", last or ""
