"""`fits()` over columns: the same answer for many pairs at once (domain.md 5.4 and 6), held equal to it by tests.

Every function takes a pledge side and a part side `Seen` in shapes that meet: a column of parts beside a line of
pledges is a grid, two lines of one length are pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import KINDS_WITH_SESSIONS, Kind, Unit
from cwb.commitments.rules.fitting import LONGEST_DAY_MINUTES, NOT_SURE_AMOUNTS
from cwb.matching.engine.columns import UNLIMITED, Ints, Parts, Pledges, Rows, Side, runs

Truths = NDArray[np.bool_]


class Seen:
    """Some rows of a side, their columns turned to one shape when first asked for."""

    def __init__(self, side: Side, rows: Rows | slice, shape: tuple[int, ...] = (-1,)) -> None:
        self.side, self.rows, self.shape = side, rows, shape
        self._held: dict[str, NDArray[Any]] = {}

    def __getattr__(self, name: str) -> NDArray[Any]:
        found = self._held.get(name)
        if found is None:
            column: NDArray[Any] = getattr(self.side, name)[self.rows]
            found = self._held[name] = column.reshape(*self.shape, *column.shape[1:])
        return found


def grid(pledges: Pledges, pledge_rows: Rows | slice, parts: Parts, part_rows: Rows | slice) -> tuple[Seen, Seen]:
    """A line of pledges for each part."""
    return Seen(pledges, pledge_rows, (1, -1)), Seen(parts, part_rows, (-1, 1))


def pairs(pledges: Pledges, pledge_rows: Rows, parts: Parts, part_rows: Rows) -> tuple[Seen, Seen]:
    """The first with the first, the second with the second."""
    return Seen(pledges, pledge_rows), Seen(parts, part_rows)


# --- beside place and sessions ------------------------------------------------------------------


def may_meet(kind: Kind, pledge: Seen, part: Seen, on: int) -> Truths:
    """All that must hold beside the place, the amount and the sessions: features, conditions, team, days, owners."""
    ok: Truths = (pledge.marks & part.marks) == 0
    for place in range(part.counts.shape[-1]):
        if part.counts[..., place].any():
            ok &= pledge.counts[..., place] >= part.counts[..., place]
    ok &= (pledge.first <= part.last) & (part.first <= pledge.last)
    ok &= (pledge.last >= on) & (part.last >= on) & (pledge.first <= pledge.last) & (part.first <= part.last)
    if np.isin(part.owners, pledge.owners).any():
        ok &= pledge.owners != part.owners
    if kind is Kind.HANDS:
        ok &= (pledge.team_least <= part.team_most) & (part.team_least <= pledge.team_most)
        ok &= (pledge.team_least <= pledge.team_most) & (part.team_least <= part.team_most)
        ok &= pledge.visit >= part.visit
    if kind in KINDS_WITH_SESSIONS:
        ok &= pledge.scheduled & part.scheduled
    return ok


def hours_meet(pledge: Seen, part: Seen) -> Truths:
    """Whether two schedules could share a session: false only where they cannot. True where one has none."""
    shared = pledge.hours[..., 0] & part.hours[..., 0]
    for place in range(1, pledge.hours.shape[-1]):
        shared |= pledge.hours[..., place] & part.hours[..., place]
    found: Truths = (shared != 0) | ~(pledge.scheduled & part.scheduled)
    return found


def possible(pledge: Seen, part: Seen) -> Ints:
    """What is left on both sides."""
    found: Ints = np.minimum(pledge.left, part.left)
    return found


def least(pledge: Seen, part: Seen) -> Ints:
    """The larger of the two least useful slices; at least 1."""
    found: Ints = np.maximum(np.maximum(pledge.least, part.least), 1)
    return found


def at_most(kind: Kind, unit: Unit, pledge: Seen, part: Seen, on: int) -> Ints:
    """The most of a pair without sessions: what is left on both sides, within the time there is."""
    found = possible(pledge, part)
    if unit is Unit.MINUTES:
        days = _days(pledge, part, on)
        found = np.minimum(found, days * (pledge.people * LONGEST_DAY_MINUTES))
    elif unit is Unit.PLOT_WEEKS:
        found = np.minimum(found, pledge.plots * (_days(pledge, part, on) // 7))
    return found


def _days(pledge: Seen, part: Seen, on: int) -> Ints:
    first = np.maximum(pledge.first, np.maximum(part.first, on))
    days: Ints = (np.minimum(pledge.last, part.last) - first + 1).astype(np.int64)
    return days


def proposed(kind: Kind, unit: Unit, pledge: Seen, part: Seen, most: Ints) -> Ints:
    """What one would propose of a pair without sessions: a beginning where the group is not sure; whole visits."""
    slice_ = least(pledge, part)
    found = np.where(part.sure, most, np.minimum(most, np.maximum(NOT_SURE_AMOUNTS[unit], slice_)))
    if kind is not Kind.HANDS:
        return found
    largest = np.minimum(pledge.team_most, part.team_most)
    people = np.where(largest < UNLIMITED, largest, np.maximum(pledge.team_least, part.team_least))
    offered = np.where(pledge.visit < UNLIMITED, pledge.visit, 0)
    one_visit = people * np.where(part.visit > 0, part.visit, offered)
    counts = (pledge.teamed | part.teamed) & (one_visit > 0)
    whole = found // np.maximum(one_visit, 1) * one_visit
    return np.where(counts & (whole >= slice_) & (whole > 0), whole, found)


# --- place --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """The different places parts have, and which each part has: those of one place are served by the same pledges."""

    keys: tuple[tuple[bool, tuple[tuple[int, int], ...]], ...]
    of_part: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Parts) -> Places:
        numbers: dict[tuple[bool, tuple[tuple[int, int], ...]], int] = {}
        found = np.empty(len(parts), dtype=np.int64)
        for row, is_online in enumerate(parts.online.tolist()):
            key = (is_online, () if is_online else parts.zones.row(row))
            found[row] = numbers.setdefault(key, len(numbers))
        return cls(tuple(numbers), found)


class Areas:
    """Which of some pledges serve a place."""

    def __init__(self, pledges: Pledges) -> None:
        self.pledges = pledges

    @cached_property
    def _by_zone(self) -> dict[tuple[int, int], Rows]:
        zones = self.pledges.zones
        rows = np.repeat(np.arange(len(self.pledges)), np.diff(zones.starts))
        order = np.lexsort((rows, zones.zones, zones.schemes))
        named = np.stack([zones.schemes[order], zones.zones[order]], axis=1)
        return {(int(named[at][0]), int(named[at][1])): rows[order[at:end]] for at, end in runs(named)}

    def serve(self, key: tuple[bool, tuple[tuple[int, int], ...]]) -> Truths:
        """For each pledge, whether it serves the place."""
        is_online, zones = key
        if is_online:
            return self.pledges.online
        found = self.pledges.borough.copy()
        for one in zones:
            found[self._by_zone.get(one, np.empty(0, dtype=np.int64))] = True
        return found
