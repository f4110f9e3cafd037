"""When the clocks of the system run: each once a day at its time of England, and after downtime as soon as may be.

What a clock does is safe to run twice; that it runs once is held by one row for each clock, taken by a conditional
update, so that it does not matter how many workers look.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import registers, work
from community_book.base.actor import system
from community_book.base.clock import due_day, next_moment, now_utc
from community_book.base.tables import ClockRun

log = logging.getLogger(__name__)
GIVEN_UP_MINUTES = 30
"""A run that has not ended after so long was killed, or failed: it is taken up again."""


def run_due_clocks() -> list[str]:
    """Runs each clock whose time has come and that has not run for it; returns their names."""
    ran = []
    for name, at in sorted(registers.clock_times().items()):
        if _take(name, due_day(at, now_utc())):
            run_and_note(name)
            ran.append(name)
    return ran


def _take(name: str, day: date) -> bool:
    """Whether this process is the one to run the clock for that day."""
    now = now_utc()
    with work.reading() as reading:
        seen = reading.get(ClockRun, name)
        if seen is not None and seen.due_on == day and seen.ended_at_utc is not None:
            return False
    _know(name)
    with work.bookkeeping(system("clock")) as session:
        left = and_(
            ClockRun.due_on == day,
            ClockRun.ended_at_utc.is_(None),
            ClockRun.started_at_utc < now - timedelta(minutes=GIVEN_UP_MINUTES),
        )
        return bool(
            work.changed(
                session,
                update(ClockRun)
                .where(ClockRun.name == name, or_(ClockRun.due_on.is_(None), ClockRun.due_on < day, left))
                .values(due_on=day, started_at_utc=now, ended_at_utc=None, failed=None),
            )
        )


def _know(name: str) -> None:
    with work.bookkeeping(system("clock")) as session:
        if session.get(ClockRun, name) is None:
            try:
                with session.begin_nested():
                    session.add(ClockRun(name=name))
            except IntegrityError:
                return  # another worker was first


def run_and_note(name: str) -> int | None:
    """Runs one clock now and writes down how it went; None when it failed, which is logged and stops no other."""
    _know(name)
    started = now_utc()
    values: dict[str, object]
    changed: int | None = None
    try:
        changed = registers.clocks()[name]()
        values = {"ended_at_utc": now_utc(), "changed": changed, "failed": None}
        log.info("clock %s changed %s", name, changed)
    except Exception as error:  # as in the dispatcher: one clock's fault must not stop the others
        log.exception("clock %s failed", name)
        values = {"ended_at_utc": None, "failed": f"{type(error).__name__}: {error}"[:300]}
    with work.bookkeeping(system("clock")) as session:
        work.changed(session, update(ClockRun).where(ClockRun.name == name).values(started_at_utc=started, **values))
    return changed


@dataclass(frozen=True)
class ClockSeen:
    """One line of the list of clocks."""

    name: str
    at: time | None
    last_ran_at_utc: datetime | None
    changed: int | None
    failed: str
    next_at: datetime | None


def clocks_seen() -> list[ClockSeen]:
    """Every clock by name: when it ran last and how that went, when it runs next."""
    with work.reading() as reading:
        rows = {row.name: row for row in reading.execute(select(ClockRun)).scalars()}
    found = []
    for name in sorted(registers.clocks()):
        row, at, now = rows.get(name), registers.clock_times().get(name), now_utc()
        following = next_moment(at, now) if at else None
        if at is not None and (row is None or row.due_on is None or row.due_on < due_day(at, now)):
            following = now  # its time has come, and the worker has not seen it yet
        found.append(
            ClockSeen(
                name,
                at,
                row.started_at_utc if row else None,
                row.changed if row else None,
                (row.failed or "") if row else "",
                following,
            )
        )
    return found
