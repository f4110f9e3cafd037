"""Makers of ledger entries with plain arguments; ids need not exist, the ledger keeps plain ids."""

from __future__ import annotations

from datetime import date
from typing import Any

from community_book.base import work
from community_book.base.actor import system
from community_book.base.amounts import Unit
from cwb.ledger import actions
from cwb.ledger.rules import CHECKED, EXTRA, Booking, Figure


def booking(figure: Figure, amount: int, **changed: Any) -> Booking:
    """A booking of minutes by provider 1 under measure 1; say what differs."""
    stamps: dict[str, Any] = {
        "measure_id": 1,
        "unit": Unit.MINUTES,
        "pillar_number": 3,
        "basis": EXTRA,
        "provider_id": 1,
        "group_id": 2,
        "zone_id": None,
        "zone_note": "",
        "lot_id": None,
        "framework_id": 1,
        "pledge_id": 1,
        "commitment_id": None,
        "delivery_id": None,
        "happened_on": date(2026, 10, 6),
        "how": CHECKED if figure is Figure.VERIFIED else "",
        "act": "test",
    }
    return Booking(figure=figure, amount=amount, **{**stamps, **changed})


def book(*bookings: Booking) -> list[int]:
    """Books in one small Work."""
    with work.bookkeeping(system("test")) as session:
        return actions.book(session, *bookings)
