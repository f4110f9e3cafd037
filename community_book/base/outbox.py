"""Events: rows written in the act's own transaction; `dispatcher` hands them on (house decision 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.clock import now_utc
from community_book.base.tables import OutboxDelivery, OutboxEvent, insert_for_ids, insert_rows


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
    now, database = now_utc(), session.connection()
    rows = [{"name": event.name, "payload": event.payload, "at_utc": now} for event in events]
    waiting = [
        {"event_id": event_id, "subscriber": subscriber, "tries": 0, "next_try_at_utc": now}
        for event_id, event in zip(insert_for_ids(database, OutboxEvent, rows), events, strict=True)
        for subscriber in registers.subscribers_of(event.name)
    ]
    insert_rows(database, OutboxDelivery, waiting)
