"""Puts the crowd beside the players of the small borough: its acts in the order of time, its rows at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from community_book.base import references
from community_book.base import work as transactions
from cwb.demo.borough import PLAYER, Borough
from cwb.demo.crowd.copying import Copies, copy_rows
from cwb.demo.crowd.gathering import Size, gather

ACTS_AT_ONCE = 20_000
"""So many acts at most are held in the memory, those of the copies among them."""


class Crowd:
    """A gathered crowd that has yet to be written down."""

    def __init__(self, borough: Borough, seed: int, size: Size) -> None:
        self._chronicle = gather(borough, seed, size)
        self._acts = self._chronicle.in_order_of_time()
        self._copies = Copies(size.times - 1, self._chronicle.references)
        self._next = 0
        self._seed = seed

    def act_until(self, moment: datetime) -> None:
        """Writes into the audit chain what the crowd did up to a moment."""
        last = self._next
        while last < len(self._acts) and (self._acts[last].at_utc or moment) <= moment:
            last += 1
        step = max(1, ACTS_AT_ONCE // (self._copies.count + 1))
        for start in range(self._next, last, step):
            self._write_acts(start, min(start + step, last))
        self._next = last

    def _write_acts(self, start: int, end: int) -> None:
        # salts of its own, so that the small borough draws the same references with and without a crowd
        with references.seeded(self._seed * 1_000_003 + start), transactions.bookkeeping(PLAYER) as work:
            for entry in self._acts[start:end]:
                work.entries += [entry, *self._copies.of_entry(entry)]

    def settle(self) -> int:
        """The rest of the acts and every row of the crowd itself; returns how many rows."""
        self.act_until(datetime.max.replace(tzinfo=UTC))
        with transactions.bookkeeping(PLAYER) as work:
            return self._chronicle.write(work)

    def copy(self, said: Callable[[float], None]) -> int:
        """Every row of the copies, and the suggestions between them; returns how many."""
        if not self._copies.count:
            return 0
        with transactions.bookkeeping(PLAYER) as work:
            return copy_rows(work.connection(), self._chronicle.tables, self._copies.count, said)
