"""What the floor throws away at night. Rooms register theirs with `registers.add_housekeeping`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import delete, exists, func, select

from community_book.base import files, kept_forms, sweeping, work
from community_book.base.actor import system
from community_book.base.clock import now_utc
from community_book.base.tables import Attempt, FormKey, OutboxDelivery, OutboxEvent

log = logging.getLogger(__name__)

FORM_KEY_DAYS = 30
ATTEMPT_DAYS = 1
OUTBOX_DAYS = 90
INCOMING_HOURS = 24


def of_the_floor() -> Mapping[str, Callable[[], int]]:
    """Each thing the floor throws away, by name."""
    return {
        "form keys": _form_keys,
        "attempts": _attempts,
        "kept forms": kept_forms.throw_away_old,
        "outbox": _outbox,
        "incoming files": lambda: files.store().sweep_incoming(timedelta(hours=INCOMING_HOURS)),
        "files without a row": _files_without_row,
    }


def _files_without_row() -> int:
    swept = sweeping.sweep()
    if swept.without_file:
        log.error("%s rows have no file: flask evidence sweep --dry-run names them", len(swept.without_file))
    return swept.removed


def _form_keys() -> int:
    with work.bookkeeping(system("housekeeping")) as session:
        return work.changed(
            session, delete(FormKey).where(FormKey.used_at_utc < now_utc() - timedelta(days=FORM_KEY_DAYS))
        )


def _attempts() -> int:
    with work.bookkeeping(system("housekeeping")) as session:
        return work.changed(session, delete(Attempt).where(Attempt.at_utc < now_utc() - timedelta(days=ATTEMPT_DAYS)))


def _outbox() -> int:
    """Events handed to everybody long ago. The newest stays, so that no number is ever given twice."""
    long_ago = now_utc() - timedelta(days=OUTBOX_DAYS)
    with work.bookkeeping(system("housekeeping")) as session:
        newest = session.execute(select(func.max(OutboxEvent.id))).scalar_one() or 0
        work.changed(
            session,
            delete(OutboxDelivery).where(OutboxDelivery.done_at_utc < long_ago, OutboxDelivery.event_id < newest),
        )
        waits = exists().where(OutboxDelivery.event_id == OutboxEvent.id)
        return work.changed(
            session,
            delete(OutboxEvent).where(OutboxEvent.id < newest, OutboxEvent.at_utc < long_ago, ~waits),
        )
