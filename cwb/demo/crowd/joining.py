"""Puts the crowd beside the players of the small borough: its acts in the order of time, its rows at the end."""

from __future__ import annotations

from datetime import UTC, datetime

from community_book.base import references
from community_book.base import work as transactions
from cwb.demo.borough import PLAYER, Borough
from cwb.demo.crowd.gathering import Size, gather


class Crowd:
    """A gathered crowd that has yet to be written down."""

    def __init__(self, borough: Borough, seed: int, size: Size) -> None:
        self._chronicle = gather(borough, seed, size)
        self._acts = self._chronicle.in_order_of_time()
        self._next = 0
        self._seed = seed

    def act_until(self, moment: datetime) -> None:
        """Writes into the audit chain what the crowd did up to a moment."""
        start = self._next
        while self._next < len(self._acts) and (self._acts[self._next].at_utc or moment) <= moment:
            self._next += 1
        if self._next == start:
            return
        # salts of its own, so that the small borough draws the same references with and without a crowd
        with references.seeded(self._seed * 1_000_003 + start), transactions.bookkeeping(PLAYER) as work:
            work.entries.extend(self._acts[start : self._next])

    def settle(self) -> int:
        """The rest of the acts and every row; returns how many rows."""
        self.act_until(datetime.max.replace(tzinfo=UTC))
        with transactions.bookkeeping(PLAYER) as work:
            return self._chronicle.write(work)
