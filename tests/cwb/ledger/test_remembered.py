"""What was added up is remembered, and after an act it is still what the ledger holds."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from community_book.base import work
from community_book.base.actor import system
from community_book.base.clock import held_at
from cwb.ledger import actions, queries
from cwb.ledger.rules import Figure
from cwb.ledger.views import Slice
from tests.makers_ledger import booking

remembered: Any = import_module("cwb.ledger.queries.remembered")  # the package has a function of that name
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SLICES = (Slice(), Slice(zone_id=3), Slice(lot_id=5, first_quarter="2026-Q4", last_quarter="2026-Q4"))


def told(reading: Session) -> list[object]:
    """Everything the pages of figures ask of the ledger, without rows that hold nothing."""
    found: list[object] = []
    for part in SLICES:
        found.append([row for row in queries.roll_up(reading, part) if any(row.amounts.values()) or row.ever_pledged])
        for by in (queries.ZONE, queries.LOT, queries.QUARTER):
            found.append({share for share in queries.sums_by(reading, by, part) if share.amount})
            found.append(set(queries.counts_by(reading, by, part, measure_ids=[1, 2, 3])))
    return found


def forget() -> None:
    for memory in (remembered._kept, remembered._settled):
        memory.clear()


@pytest.mark.parametrize("touched_at_most", [400, 2])
def test_what_is_remembered_is_what_the_ledger_holds(
    app: Flask, reading: Session, monkeypatch: pytest.MonkeyPatch, touched_at_most: int
) -> None:
    monkeypatch.setattr(remembered, "TOUCHED_AT_MOST", touched_at_most)
    chance = random.Random(touched_at_most)
    forget()
    for turn in range(8):
        with held_at(NOW + turn * timedelta(minutes=6)):
            with work.work(system("test")) as session:
                session.record("test.book", f"test:{turn}")
                for number in range(5):
                    pledge = chance.randrange(1, 9)
                    zone, lot = chance.choice((3, 4, None)), chance.choice((5, 6))
                    basis = "extra" if pledge % 4 else "condition"
                    delivery = turn * 10 + number + 1
                    day = (NOW - timedelta(days=chance.randrange(300))).date()
                    like = {"pledge_id": pledge, "lot_id": lot, "basis": basis, "measure_id": pledge % 3 + 1}
                    amount = chance.randrange(1, 500)
                    actions.book(
                        session,
                        booking(Figure.PLEDGED, amount, **like),
                        booking(Figure.REPORTED, amount, happened_on=day, delivery_id=delivery, zone_id=zone, **like),
                    )
                    if chance.random() < 0.4:
                        actions.reverse(session, figure="reported", delivery_id=delivery, amount=amount, act="test")
            reading.expire_all()
            kept = told(reading)
            forget_all_but = {name: dict(getattr(remembered, name)) for name in ("_kept", "_settled")}
            forget()
            assert told(reading) == kept
            for name, held in forget_all_but.items():
                getattr(remembered, name).clear()
                getattr(remembered, name).update(held)
