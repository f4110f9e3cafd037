"""What was added up is remembered in this process; after an act only what it touched is added up anew.

The ledger only grows, and every question asked of it adds up pledge by pledge. A sum is therefore kept up to an entry
that is old enough to be settled; for the pledges that have entries since, what they had up to there is taken off and
what they have now is added. The head of the audit chain is locked last in every act, so that acts end in its order
and none is missed; whoever books without an act (repairs, tests) is seen by the last entry. A process has a memory
of its own, bounded in rows.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from community_book.base.clock import now_utc
from community_book.base.remembering import at_most_a_minute_old, how_many_acts, once_a_reading
from community_book.base.tables import AuditEntry, AuditHead
from cwb.ledger.tables import LedgerEntry

ROWS_AT_MOST = 60_000
SETTLED_AFTER = timedelta(minutes=10)
"""No act takes so long: what was booked before then is saved, and nothing with a lower number comes later."""
TOUCHED_AT_MOST = 400
"""With more pledges touched since, what is settled is counted again from further on."""
Row = TypeVar("Row")
Combine = Callable[[Sequence[Row], Sequence[Row], Sequence[Row]], list[Row]]
"""The rows of all, without those of some, with others in their place."""


@dataclass(frozen=True)
class _Settled:
    """The rows a question had up to an entry, and the end of the chain when they were added up."""

    mark: int
    rows: list[Any]
    sequence: int
    hash: str


_kept: OrderedDict[Hashable, list[Any]] = OrderedDict()
_settled: OrderedDict[Hashable, _Settled] = OrderedDict()
_lock = threading.Lock()


def remembered(reading: Session, question: Hashable, add_up: Callable[[], list[Row]]) -> list[Row]:
    """The rows a question had when nothing has happened since; else they are asked for again. One small query."""
    key = _now(reading)
    if key is None:
        return add_up()
    with _lock:
        if (key, question) in _kept:
            _kept.move_to_end((key, question))
            return list(_kept[key, question])
    rows = add_up()
    _keep(key, question, rows)
    return list(rows)


def remembered_a_while(reading: Session, question: Hashable, add_up: Callable[[], list[Row]]) -> list[Row]:
    """The same for what is told of more than the ledger: on a very large site it may be a minute old."""
    return at_most_a_minute_old(reading, question, lambda: remembered(reading, question, add_up))


def remembered_by_pledge(
    reading: Session,
    question: Hashable,
    add_up: Callable[[ColumnElement[bool]], list[Row]],
    combine: Combine[Row],
) -> list[Row]:
    """The rows of a question that adds up pledge by pledge, asked of the entries that meet a condition."""
    key = _now(reading)
    if key is None:
        return add_up(true())
    with _lock:
        if (key, question) in _kept:
            _kept.move_to_end((key, question))
            return list(_kept[key, question])
    database = str(reading.get_bind().engine.url)
    with _lock:
        base = _settled.get((database, question))
    if base is None or not _is_of_this_chain(reading, base):
        base = _settle_anew(reading, key, add_up)
    if not base.mark:
        rows = add_up(true())
        _keep(key, question, rows)
        return list(rows)
    touched = _touched(reading, base.mark, None)
    if len(touched) > TOUCHED_AT_MOST:
        base = _settle_further(reading, base, key, add_up, combine)
        touched = _touched(reading, base.mark, None)
    with _lock:
        _settled[database, question] = base
        _settled.move_to_end((database, question))
        _bound(_settled, lambda held: len(held.rows))
    rows = base.rows
    if touched:
        theirs = LedgerEntry.pledge_id.in_(touched)
        rows = combine(base.rows, add_up(theirs & (LedgerEntry.id <= base.mark)), add_up(theirs))
    _keep(key, question, rows)
    return list(rows)


@dataclass(frozen=True)
class _Now:
    """The end of the chain and the last entry."""

    hash: str
    last: int
    sequence: int


def _now(reading: Session) -> _Now | None:
    """How far the site has come; None before the first act."""
    return once_a_reading(reading, _now, lambda: _ask_now(reading))


def _ask_now(reading: Session) -> _Now | None:
    last = select(func.max(LedgerEntry.id)).scalar_subquery()
    head = reading.execute(select(AuditHead.sequence, AuditHead.hash, last)).first()
    how_many_acts(reading, head[0] if head is not None else 0)
    return _Now(head[1], head[2] or 0, head[0]) if head is not None and head[0] else None


def _keep(key: _Now, question: Hashable, rows: list[Any]) -> None:
    with _lock:
        for old in [one for one in _kept if isinstance(one, tuple) and one[0] != key]:
            del _kept[old]
        _kept[key, question] = rows
        _bound(_kept, len)


def _bound(memory: OrderedDict[Hashable, Any], size: Callable[[Any], int]) -> None:
    while len(memory) > 1 and sum(size(some) + 1 for some in memory.values()) > ROWS_AT_MOST:
        memory.popitem(last=False)


# --- what is settled ------------------------------------------------------------------------------------


def _mark(reading: Session) -> int:
    """The last entry that was booked long enough ago; entries are numbered about in the order they are saved."""
    before = now_utc() - SETTLED_AFTER
    statement = select(LedgerEntry.id).where(LedgerEntry.booked_at_utc < before).order_by(LedgerEntry.id.desc())
    return reading.execute(statement.limit(1)).scalar() or 0


def _touched(reading: Session, after: int, until: int | None) -> list[int]:
    """The pledges with entries since."""
    statement = select(LedgerEntry.pledge_id).where(LedgerEntry.id > after).distinct()
    if until is not None:
        statement = statement.where(LedgerEntry.id <= until)
    return list(reading.execute(statement.order_by(LedgerEntry.pledge_id)).scalars())


def _is_of_this_chain(reading: Session, base: _Settled) -> bool:
    """Whether the site is still the one that was added up: a backup may have been restored meanwhile."""
    statement = select(AuditEntry.hash).where(AuditEntry.sequence == base.sequence)
    return reading.execute(statement).scalar() == base.hash


def _settle_anew(reading: Session, now: _Now, add_up: Callable[[ColumnElement[bool]], list[Row]]) -> _Settled:
    mark = _mark(reading)
    return _Settled(mark, add_up(LedgerEntry.id <= mark) if mark else [], now.sequence, now.hash)


def _settle_further(
    reading: Session,
    base: _Settled,
    now: _Now,
    add_up: Callable[[ColumnElement[bool]], list[Row]],
    combine: Combine[Row],
) -> _Settled:
    """The same sum up to a later entry, from what was touched in between; anew where that is too much."""
    mark = _mark(reading)
    touched = _touched(reading, base.mark, mark)
    if len(touched) > TOUCHED_AT_MOST * 10:
        return _settle_anew(reading, now, add_up)
    if not touched:
        return base
    theirs = LedgerEntry.pledge_id.in_(touched)
    before, after = add_up(theirs & (LedgerEntry.id <= base.mark)), add_up(theirs & (LedgerEntry.id <= mark))
    return _Settled(mark, combine(base.rows, before, after), now.sequence, now.hash)
