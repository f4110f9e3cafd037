"""Closing a quarter: from then on its corrections are booked in the open one."""

from __future__ import annotations

from sqlalchemy import func, insert, literal, select, text

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, refuse
from cwb.ledger.queries import periods
from cwb.ledger.queries.sums import SUMMED_BY
from cwb.ledger.rules import CLOSE_PERIODS, is_quarter, say_quarter
from cwb.ledger.tables import ClosedFigure, LedgerEntry, Period


def close_quarter(work: Work, quarter: str) -> None:
    """Closes a quarter and keeps its sums as they stand.

    Raises Refused when it is no quarter, WrongState when it cannot be closed now.

    Quarters are closed once they have ended, and in order, so that there is one open quarter for
    corrections. Waits for acts that are booking just now.
    """
    if not is_quarter(quarter):
        raise refuse("quarter", N_("Write the quarter like 2026-Q4"))
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text("LOCK TABLE closed_periods IN EXCLUSIVE MODE"))
    known = {period.quarter: period for period in periods(work, today())}
    asked = known.get(quarter)
    if asked is not None and asked.closed_at_utc is not None:
        raise WrongState(Message(N_("%(quarter)s is closed already."), quarter=say_quarter(quarter)))
    if asked is None or not asked.may_close:
        first = next((name for name, period in known.items() if period.may_close), None)
        if first is not None:
            raise WrongState(
                Message(
                    N_("%(quarter)s cannot be closed now. The next that can be is %(first)s."),
                    quarter=say_quarter(quarter),
                    first=say_quarter(first),
                )
            )
        raise WrongState(
            Message(
                N_("%(quarter)s cannot be closed now. A quarter can be closed once it has ended."),
                quarter=say_quarter(quarter),
            )
        )
    work.add(Period(quarter=quarter, closed_at_utc=now_utc(), closed_by=work.actor.pseudonym))
    work.flush()
    sums = (
        select(literal(quarter), *SUMMED_BY, func.sum(LedgerEntry.amount))
        .where(LedgerEntry.period == quarter)
        .group_by(*SUMMED_BY)
        .order_by(*SUMMED_BY)
    )
    work.execute(insert(ClosedFigure).from_select(["quarter", *(key.key for key in SUMMED_BY), "amount"], sums))


def close_a_quarter(actor: Actor, quarter: str) -> None:
    """The administrator closes a quarter."""
    actor.must(CLOSE_PERIODS)
    with transactions.work(actor) as work:
        close_quarter(work, quarter)
        work.record("quarter.close", f"quarter:{quarter}")
