"""Events: rows written in the act's own transaction; `dispatcher` hands them on (house decision 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.clock import now_utc
from community_book.base.tables import OutboxDelivery, OutboxEvent, insert_rows


@dataclass(frozen=True)
class Event:
    """What happened, with ids and plain values. `id` and `at_utc` are known once it is stored."""

    name: str
    payload: dict[str, Any]
    id: int = 0
    at_utc: datetime | None = None


def write(session: Session, events: Sequence[Event]) -> None:
    """Stores events and one waiting row for each subscriber."""
    if not events:
        return
    rows = [OutboxEvent(name=event.name, payload=event.payload) for event in events]
    session.add_all(rows)
    session.flush()
    waiting = [
        {"event_id": row.id, "subscriber": name, "tries": 0, "next_try_at_utc": now_utc()}
        for row in rows
        for name in registers.subscribers_of(row.name)
    ]
    insert_rows(session.connection(), OutboxDelivery, waiting)
