"""A closed quarter beside what was put right since, and what would be fixed by closing one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import quarter_dates
from cwb.deliveries.rules import DeliveryState
from cwb.deliveries.tables import Delivery
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, Figure
from cwb.ledger.views import Slice, Total
from cwb.pillars import queries as pillars
from cwb.pillars.views import MeasureView
from cwb.reporting.queries.across import shown_measures
from cwb.reporting.queries.behind import things_behind
from cwb.reporting.views.quarters import BeforeClosing, PutRight, RestatedQuarter, RestatedRow

UNDECIDED = (
    DeliveryState.REPORTED,
    DeliveryState.RECORDED_FOR,
    DeliveryState.QUERIED,
    DeliveryState.CONFIRMED,
    DeliveryState.CONFIRMED_IN_PART,
    DeliveryState.UNANSWERED,
    DeliveryState.UPHELD,
    DeliveryState.FIRST_DECISION,
    DeliveryState.DIFFER,
    DeliveryState.APPEALED,
)
"""Reports about which somebody has still to say something: what is decided after closing is an adjustment."""


def _by_measure(totals: Iterable[Total]) -> dict[int, dict[Figure, int]]:
    found: dict[int, dict[Figure, int]] = {}
    for total in totals:
        figures = found.setdefault(total.measure_id, {})
        figures[total.figure] = figures.get(total.figure, 0) + total.amount
    return found


def closed_quarter(reading: Session, quarter: str, closed_at_utc: datetime) -> RestatedQuarter:
    """The figures of a closed quarter as they were closed and as they stand, by measure. Three queries.

    Measures that could tell of single people are told by the year alone, so they are left out and counted.
    """
    measures = pillars.measures(reading)
    closed, later = _by_measure(ledger.closed_figures(reading, quarter)), _by_measure(ledger.adjusted(reading, quarter))
    rows = tuple(
        RestatedRow(one, closed.get(one.id, {}), later.get(one.id, {}))
        for one in shown_measures(measures)
        if one.id in closed or one.id in later
    )
    left_out = sum(one.disclosive and (one.id in closed or one.id in later) for one in measures)
    return RestatedQuarter(quarter, closed_at_utc, rows, left_out)


def put_right(
    reading: Session, actor: Actor, found: RestatedQuarter, *, limit: int | None = None, offset: int = 0
) -> tuple[int, list[PutRight]]:
    """The deliveries behind the difference, as far as the reader may see them: how many, and a page of them."""
    measures = {row.measure.id: row.measure for row in found.rows}
    count, some = ledger.adjustments(reading, found.quarter, measures, limit=limit, offset=offset)
    things = things_behind(reading, actor, Figure.REPORTED, [one.entry for one in some]) if some else []
    return count, [
        PutRight(one.figure, one.booked_in, measures[one.entry.measure_id], thing)
        for one, thing in zip(some, things, strict=True)
    ]


def was_adjusted(reading: Session, quarter: str) -> bool:
    """Whether a public figure of a closed quarter is another now. Two queries; one for an open quarter."""
    if ledger.closed_at(reading, quarter) is None:
        return False
    measure_ids = {total.measure_id for total in ledger.adjusted(reading, quarter)}
    return bool(measure_ids) and bool(shown_measures(pillars.measures(reading, ids=measure_ids)))


def before_closing(reading: Session, quarter: str) -> BeforeClosing:
    """What closing a quarter would fix, by measure, and how many reports of its days wait for a word, by state."""
    totals = ledger.totals(reading, Slice(first_quarter=quarter, last_quarter=quarter, basis=EXTRA))
    fixed = _by_measure(totals)
    measures: list[MeasureView] = pillars.measures(reading, ids=fixed) if fixed else []
    waiting = (
        select(Delivery.state, func.count())
        .where(
            Delivery.happened_on.between(*quarter_dates(quarter)),
            Delivery.state.in_([str(state) for state in UNDECIDED]),
        )
        .group_by(Delivery.state)
    )
    counts = {DeliveryState(state): count for state, count in reading.execute(waiting).all()}
    rows = tuple(RestatedRow(one, fixed[one.id], {}) for one in measures if not one.is_level)
    return BeforeClosing(rows, {state: counts[state] for state in UNDECIDED if state in counts})
