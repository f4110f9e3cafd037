"""The dispatcher: hands stored events to their subscribers, in the worker.

Each (event, subscriber) pair is done exactly once in effect: the subscriber's work and the mark that
it is done are one transaction (house decision 5).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Hashable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from community_book.base import registers, searching, work
from community_book.base.actor import system
from community_book.base.clock import now_utc
from community_book.base.outbox import Event
from community_book.base.registered import InTwoSteps, Subscriber
from community_book.base.tables import OutboxDelivery, OutboxEvent, WorkerPulse

TRIES = 8
PAUSE_SECONDS = 0.01
FIND_AT_MOST = 4
"""So often is found what to write while others write; the last time it is written whatever holds."""
log = logging.getLogger(__name__)


def dispatch_once(*, limit: int = 200, pause_seconds: float = 0) -> int:
    """Hands waiting events to their subscribers, oldest first; returns how many were done.

    `pause_seconds` before each lets somebody who waits to write on SQLite go first.
    """
    with work.reading() as reading:
        waiting = reading.execute(
            select(OutboxDelivery.id, OutboxDelivery.subscriber, OutboxDelivery.tries, OutboxEvent)
            .join(OutboxEvent, OutboxEvent.id == OutboxDelivery.event_id)
            .where(OutboxDelivery.done_at_utc.is_(None), OutboxDelivery.next_try_at_utc <= now_utc())
            .order_by(OutboxDelivery.id)
            .limit(limit)
        ).all()
    events = [
        (delivery_id, subscriber, tries, Event(row.name, row.payload, row.id, row.at_utc))
        for delivery_id, subscriber, tries, row in waiting
    ]
    passed_over = _followed_by_another(events)
    done = _pass_over(passed_over)
    for delivery_id, subscriber, tries, event in events:
        if delivery_id in passed_over:
            continue
        time.sleep(pause_seconds)
        try:
            done += _hand_over(delivery_id, tries, registers.subscriber(subscriber), event)
        except Exception as error:  # a subscriber's fault must not stop mail and index for all others
            log.exception("subscriber %s failed on event %s (%s)", subscriber, event.id, event.name)
            with work.bookkeeping(system("dispatcher")) as session:
                wait = timedelta(seconds=2 ** min(tries + 1, 12)) if tries + 1 < TRIES else timedelta(days=3650)
                session.execute(
                    update(OutboxDelivery)
                    .where(OutboxDelivery.id == delivery_id)
                    .values(
                        tries=tries + 1,
                        next_try_at_utc=now_utc() + wait,
                        last_error=f"{type(error).__name__}: {error}"[:500],
                    )
                )
    return done


def _followed_by_another(events: Sequence[tuple[int, str, int, Event]]) -> set[int]:
    """The hand-overs after which another waits whose subscriber finds the same thing as it stands now."""
    last: dict[Hashable, int] = {}
    found = set()
    for delivery_id, name, _, event in events:
        subscriber = registers.held().subscribers.get(name)
        if isinstance(subscriber, InTwoSteps) and subscriber.about is not None:
            key = (name, subscriber.about(event))
            if key in last:
                found.add(last[key])
            last[key] = delivery_id
    return found


def _pass_over(delivery_ids: Collection[int]) -> int:
    """Marks hand-overs done that another one does as well; returns how many."""
    if not delivery_ids:
        return 0
    with work.bookkeeping(system("dispatcher")) as session:
        return work.changed(
            session,
            update(OutboxDelivery)
            .where(OutboxDelivery.id.in_(delivery_ids), OutboxDelivery.done_at_utc.is_(None))
            .values(done_at_utc=now_utc()),
        )


class _FindAgain(Exception):
    """What was found holds no more."""


def _hand_over(delivery_id: int, tries: int, subscriber: Subscriber, event: Event) -> bool:
    """Does one subscriber's work and marks it done; False where another worker did it meanwhile."""
    for left in reversed(range(FIND_AT_MOST)):
        try:
            return _hand_over_once(delivery_id, tries, subscriber, event, is_last=not left)
        except _FindAgain:
            continue
    raise AssertionError("the last time is taken as it comes")


def _hand_over_once(delivery_id: int, tries: int, subscriber: Subscriber, event: Event, *, is_last: bool) -> bool:
    found: Any = None
    if isinstance(subscriber, InTwoSteps):
        with work.reading() as reading:
            found = subscriber.find(reading, event)
    with work.bookkeeping(system("dispatcher")) as session:
        claimed = work.changed(
            session,
            update(OutboxDelivery)
            .where(OutboxDelivery.id == delivery_id, OutboxDelivery.done_at_utc.is_(None))
            .values(done_at_utc=now_utc(), tries=tries + 1),
        )
        if not claimed:
            return False
        if not isinstance(subscriber, InTwoSteps):
            subscriber(session, event)
        elif is_last or subscriber.holds is None or subscriber.holds(session, found):
            subscriber.write(session, event, found)
        else:
            raise _FindAgain
    return True


def run_errands() -> int:
    """Does what is done between events and outside any transaction; returns how many things were done."""
    done = 0
    for name, errand in registers.errands().items():
        try:
            done += errand()
        except Exception:  # as in dispatch_once: one errand's fault must not stop the others
            log.exception("errand %s failed", name)
    return done


def make_missing_index() -> None:
    """The worker's first act: without a search index the database answers, which finds less."""
    made = searching.search_index()
    try:
        if made is not None:
            made.make_if_missing()
    except Exception:  # as in dispatch_once
        log.exception("the search index could not be made")


def dispatch_all() -> int:
    """Hands on everything that waits now, including what the subscribers themselves tell; then does the errands."""
    total = 0
    while done := dispatch_once() + run_errands():
        total += done
    return total


def waiting_count(session: Session) -> int:
    """How many hand-overs wait."""
    return session.execute(
        select(func.count()).select_from(OutboxDelivery).where(OutboxDelivery.done_at_utc.is_(None))
    ).scalar_one()


def run_dispatcher(stop: threading.Event, *, pause_seconds: float = 0.5) -> None:
    """The worker's dispatcher thread: polls every half second until told to stop."""
    while not stop.is_set():
        try:
            busy = dispatch_once(pause_seconds=PAUSE_SECONDS) + run_errands()
        except Exception:  # the database may be away for a minute; the thread must outlive that
            log.exception("the dispatcher could not read its events")
            busy = 0
        if not busy:
            stop.wait(pause_seconds)


def pulse() -> None:
    """Writes down that the worker is alive."""
    with work.bookkeeping(system("worker")) as session:
        if session.get(WorkerPulse, 1) is None:
            session.add(WorkerPulse(id=1, seen_at_utc=now_utc()))
        else:
            session.execute(update(WorkerPulse).values(seen_at_utc=now_utc()))


def run_pulse(stop: threading.Event, *, pause_seconds: float = 10) -> None:
    """The worker's pulse thread."""
    while not stop.is_set():
        try:
            pulse()
        except Exception:  # as in run_dispatcher
            log.exception("the worker could not write its pulse")
        stop.wait(pause_seconds)


def worker_seen_within(session: Session, seconds: int) -> bool:
    """Whether the worker wrote its pulse lately."""
    seen = session.execute(select(WorkerPulse.seen_at_utc)).scalar_one_or_none()
    return seen is not None and (now_utc() - seen).total_seconds() <= seconds
