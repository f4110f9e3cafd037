"""A quarter is closed while others book: nothing is booked in it after it was closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Role, system
from cwb.ledger import actions, queries
from cwb.ledger.actions import close_a_quarter
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry, Period
from tests.makers import actor_for, make_organisation
from tests.makers_ledger import booking

LAST_YEAR = date(2025, 11, 5)
WRITERS, EACH = 4, 6


def test_nothing_is_booked_in_a_quarter_after_it_was_closed(committed: Flask) -> None:
    administrator = actor_for(make_organisation("Example Council", is_council=True), Role.ADMINISTRATOR)
    begin = Barrier(WRITERS + 1)

    def book_some(writer: int) -> None:
        begin.wait()
        for number in range(EACH):
            with work.bookkeeping(system("test")) as session:
                day = {"happened_on": LAST_YEAR, "delivery_id": writer * 100 + number}
                actions.book(session, booking(Figure.REPORTED, 5, **day))
                actions.reverse(session, figure="reported", delivery_id=day["delivery_id"], amount=5, act="test")

    def close() -> None:
        begin.wait()
        close_a_quarter(administrator, "2025-Q4")

    with work.bookkeeping(system("test")) as session:
        [kept] = actions.book(session, booking(Figure.REPORTED, 5, happened_on=LAST_YEAR, delivery_id=1))
        actions.reverse(session, figure="reported", delivery_id=1, amount=5, act="test")
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        done = [pool.submit(book_some, writer) for writer in range(1, WRITERS + 1)] + [pool.submit(close)]
        for one in done:
            one.result()
    with work.reading() as reading:
        assert queries.ledger_breaches(reading) == []
        closed_at = reading.execute(select(Period.closed_at_utc)).scalar_one()
        rows = reading.execute(select(LedgerEntry).where(LedgerEntry.id != kept)).scalars().all()
        assert len(rows) == WRITERS * EACH * 2 + 1
        for row in rows:
            assert (row.period == "2025-Q4") == (row.booked_at_utc <= closed_at)
