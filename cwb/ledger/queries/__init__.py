"""Reads of the ledger: sums, what lies behind them, readings, periods."""

from cwb.ledger.queries.across import LOT, QUARTER, ZONE, counts_by, sums_by
from cwb.ledger.queries.checks import ledger_breaches
from cwb.ledger.queries.closed import adjusted, adjustments, closed_at, closed_breaches, closed_figures
from cwb.ledger.queries.levels import latest_readings, readings_of
from cwb.ledger.queries.periods import closed_quarters, first_and_last_quarter, periods
from cwb.ledger.queries.remembered import remembered, remembered_a_while
from cwb.ledger.queries.rollup import roll_up
from cwb.ledger.queries.sums import count_behind, entries_behind, pledges_behind, sum_of, sums_of, totals

__all__ = [
    "LOT",
    "QUARTER",
    "ZONE",
    "adjusted",
    "adjustments",
    "closed_at",
    "closed_breaches",
    "closed_figures",
    "closed_quarters",
    "count_behind",
    "counts_by",
    "entries_behind",
    "first_and_last_quarter",
    "latest_readings",
    "ledger_breaches",
    "periods",
    "pledges_behind",
    "readings_of",
    "remembered",
    "remembered_a_while",
    "roll_up",
    "sum_of",
    "sums_by",
    "sums_of",
    "totals",
]
