"""Asking the worker to compute rounds that wait: looked for between events, so that it survives any restart."""

from __future__ import annotations

import time
from contextlib import closing

from community_book.base import work as transactions
from community_book.base.actor import Actor
from cwb.matching.actions.rounds.computing import needs_computing

CLOCK = "matching.rounds"
LOOK_SECONDS, ASK_AGAIN_SECONDS = 2.0, 15.0
_looked_at, _asked_at = -ASK_AGAIN_SECONDS, -ASK_AGAIN_SECONDS


def ask_worker(actor: Actor) -> int:
    """Puts the computing of rounds in the queue where one waits, now and then; asking twice does no harm."""
    global _looked_at, _asked_at
    now = time.monotonic()
    if now - _looked_at < LOOK_SECONDS or now - _asked_at < ASK_AGAIN_SECONDS or not actor.is_system:
        return 0
    _looked_at = now
    with transactions.reading() as reading:
        waits = needs_computing(reading)
    if waits:
        from community_book.base import jobs  # the queue is the worker's business: a page need not load it

        _asked_at = now
        with closing(jobs.jobs()) as queue:
            queue.ask_clock(CLOCK)
    return 0
