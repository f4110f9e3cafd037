"""What takes long to count on a very large site may be a minute old there; on others it is always counted anew.

A process has a memory of its own, bounded in answers.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base import work
from community_book.base.tables import AuditHead

LARGE_ACTS = 200_000
"""From so many acts on a site is very large; a borough of two years has some ten thousand."""
SECONDS = 60
ANSWERS_AT_MOST = 500
Answer = TypeVar("Answer")

_answers: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
_lock = threading.Lock()


def at_most_a_minute_old(reading: Session, question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question about many rows. Whoever asks hands out something that is never changed."""
    of = (str(reading.get_bind().engine.url), question)
    with _lock:
        known = _answers.get(of)
    if known is not None and time.monotonic() < known[0]:
        found: Answer = known[1]
        return found
    found = ask()
    if _acts(reading) > LARGE_ACTS:
        with _lock:
            _answers[of] = (time.monotonic() + SECONDS, found)
            _answers.move_to_end(of)
            while len(_answers) > ANSWERS_AT_MOST:
                _answers.popitem(last=False)
    return found


def once_a_reading(reading: Session, question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer this reading had before: parts of a page ask the same. Asked again when this process has saved."""
    saved = work.saved()
    known: tuple[int, Answer] | None = reading.info.get(question)
    if known is None or known[0] != saved:
        known = reading.info[question] = saved, ask()
    return known[1]


def how_many_acts(reading: Session, acts: int) -> None:
    """Whoever has read anyway how many acts there are says so: it is not asked again in this reading."""
    once_a_reading(reading, _acts, lambda: acts)


def _acts(reading: Session) -> int:
    """How many acts there are."""
    return once_a_reading(reading, _acts, lambda: reading.execute(select(AuditHead.sequence)).scalar() or 0)
