"""Asking the worker for long work that waits: looked for between events, so that it survives any restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from community_book.base import work as transactions
from community_book.base.actor import Actor


class Waker:
    """Puts a clock in the queue where something waits for it, now and then; asking twice does no harm.

    `waits` is asked every `look_seconds` at most, and the clock not again for `again_seconds`.
    """

    def __init__(
        self, clock: str, waits: Callable[[transactions.Reading], bool], *, look_seconds: float, again_seconds: float
    ) -> None:
        self.clock, self.waits = clock, waits
        self.look_seconds, self.again_seconds = look_seconds, again_seconds
        self.looked_at = self.asked_at = float("-inf")

    def __call__(self, actor: Actor) -> int:
        """For `registers.add_errand`."""
        now = time.monotonic()
        too_soon = now - self.looked_at < self.look_seconds or now - self.asked_at < self.again_seconds
        if too_soon or not actor.is_system:
            return 0
        self.looked_at = now
        with transactions.reading() as reading:
            waits = self.waits(reading)
        if waits:
            from community_book.base import jobs  # the queue is the worker's business: a page need not load it

            self.asked_at = now
            with closing(jobs.jobs()) as queue:
                queue.ask_clock(self.clock)
        return 0
