"""The sessions pairs have in common, and how much they come to: as `fits()` finds them, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import Unit
from community_book.base.sessions import Session, common_sessions
from cwb.matching.engine.columns import Ints, Parts, Pledges, Rows, Sittings, stretches

NOBODY = -1


@dataclass(frozen=True)
class Overlap:
    """Common sessions of pairs, pair after pair (those of pair `i` in `[starts[i]:starts[i + 1]]`), earliest first.

    `pledge_place` and `part_place` are places in the two sides' sittings, -1 where that side named no sessions;
    `at_once` is how many both could, and `of_one` what one of them counts.
    """

    starts: Ints
    pledge_place: Ints
    part_place: Ints
    at_once: Ints
    of_one: Ints

    def amounts(self) -> Ints:
        """All that each pair has in common."""
        sums = np.concatenate([[0], np.cumsum(self.at_once * self.of_one)])
        return np.diff(sums[self.starts])

    def taken(self, at_most: Ints) -> Ints:
        """What the earliest sessions come to that stay within an amount; fewer at once in one that would go over."""
        left, many = at_most.astype(np.int64).copy(), np.diff(self.starts)
        going = np.flatnonzero(many > 0)
        step = 0
        while len(going):
            places = self.starts[going] + step
            of_one = self.of_one[places]
            left[going] -= np.minimum(self.at_once[places], left[going] // of_one) * of_one
            step += 1
            going = going[many[going] > step]
        return at_most - left

    def take(self, rows: Rows) -> Overlap:
        many = np.diff(self.starts)[rows]
        places = stretches(self.starts[rows], many)
        return Overlap(
            np.concatenate([[0], np.cumsum(many)]),
            self.pledge_place[places],
            self.part_place[places],
            self.at_once[places],
            self.of_one[places],
        )


def overlap(unit: Unit, pledges: Pledges, pledge_rows: Rows, parts: Parts, part_rows: Rows, on: int) -> Overlap:
    """What each pair has in common; nothing where neither side has sessions."""
    first = np.maximum(np.maximum(pledges.first[pledge_rows], parts.first[part_rows]), on)
    last = np.minimum(pledges.last[pledge_rows], parts.last[part_rows])
    offers, asks = pledges.scheduled[pledge_rows], parts.scheduled[part_rows]
    simple = pledges.plain_days[pledge_rows] & parts.plain_days[part_rows]
    every = np.arange(len(pledge_rows))
    found = [
        _of_one_side(pledges.sittings, pledge_rows, every[offers & ~asks], first, last, is_pledge=True),
        _of_one_side(parts.sittings, part_rows, every[asks & ~offers], first, last, is_pledge=False),
        _of_both(pledges, pledge_rows, parts, part_rows, every[offers & asks & simple], first, last),
        _one_by_one(pledges, pledge_rows, parts, part_rows, every[offers & asks & ~simple], first, last),
    ]
    pair, own, asked, at_once, length = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(pair, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(pair, minlength=len(pledge_rows)))]).astype(np.int64)
    of_one = length[order] if unit is Unit.MINUTES else np.ones(len(order), dtype=np.int64)
    return Overlap(starts, own[order], asked[order], at_once[order], of_one)


_Table = tuple[Ints, Ints, Ints, Ints, Ints]


def _within(days: NDArray[np.int32], pair: Ints, first: NDArray[np.int32], last: NDArray[np.int32]) -> Ints:
    return np.flatnonzero((days >= first[pair]) & (days <= last[pair]))


def _spread(sittings: Sittings, rows: Rows, chosen: Ints) -> tuple[Ints, Ints]:
    """(pair, place) of every sitting of the chosen pairs."""
    many = sittings.many[rows[chosen]]
    return np.repeat(chosen, many), stretches(sittings.starts[rows[chosen]], many)


def _of_one_side(
    sittings: Sittings,
    rows: Rows,
    chosen: Ints,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
    *,
    is_pledge: bool,
) -> _Table:
    pair, place = _spread(sittings, rows, chosen)
    kept = _within(sittings.days[place], pair, first, last)
    pair, place = pair[kept], place[kept]
    nobody = np.full(len(place), NOBODY, dtype=np.int64)
    length = (sittings.ends[place] - sittings.begins[place]).astype(np.int64)
    at_once = sittings.left[place].astype(np.int64)
    return (pair, place, nobody, at_once, length) if is_pledge else (pair, nobody, place, at_once, length)


def _of_both(
    pledges: Pledges,
    pledge_rows: Rows,
    parts: Parts,
    part_rows: Rows,
    chosen: Ints,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
) -> _Table:
    """Where no day of either side holds two: all of the wanted time must lie within what is offered that day."""
    offered, wanted = pledges.sittings, parts.sittings
    pair, place = _spread(wanted, part_rows, chosen)
    kept = _within(wanted.days[place], pair, first, last)
    pair, place = pair[kept], place[kept]
    if not len(pair) or not len(offered.by_day):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing, nothing
    key = pledge_rows[pair] << 32 | wanted.days[place]
    # The stretch of the rows concerned is short and stays in the processor's cache.
    lowest, highest = offered.starts[pledge_rows[pair].min()], offered.starts[pledge_rows[pair].max() + 1]
    own = lowest + np.searchsorted(offered.by_day[lowest:highest], key)
    own = np.minimum(own, len(offered.by_day) - 1)
    meets = offered.by_day[own] == key
    meets &= (offered.begins[own] <= wanted.begins[place]) & (wanted.ends[place] <= offered.ends[own])
    pair, own, place = pair[meets], own[meets], place[meets]
    at_once = np.minimum(offered.left[own], wanted.left[place]).astype(np.int64)
    return pair, own, place, at_once, (wanted.ends[place] - wanted.begins[place]).astype(np.int64)


def _one_by_one(
    pledges: Pledges,
    pledge_rows: Rows,
    parts: Parts,
    part_rows: Rows,
    chosen: Ints,
    first: NDArray[np.int32],
    last: NDArray[np.int32],
) -> _Table:
    """Where a day holds several sessions: as `fits()` pairs them."""
    table: list[tuple[int, int, int, int, int]] = []
    for pair in chosen.tolist():
        own = _sessions(pledges.sittings, int(pledge_rows[pair]), int(first[pair]), int(last[pair]))
        asked = _sessions(parts.sittings, int(part_rows[pair]), int(first[pair]), int(last[pair]))
        # Two sessions that begin at one minute share a key, as in fits(); either is as good.
        own_places = {(one.day, one.starts_minute): place for place, one in own}
        asked_places = {(one.day, one.starts_minute): place for place, one in asked}
        for offer, want, both in common_sessions([one for _, one in own], [one for _, one in asked]):
            table.append(
                (
                    pair,
                    own_places[offer.day, offer.starts_minute],
                    asked_places[want.day, want.starts_minute],
                    both.at_once,
                    both.length_minutes,
                )
            )
    columns = np.asarray(table, dtype=np.int64).reshape(-1, 5)
    return columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], columns[:, 4]


def _sessions(sittings: Sittings, row: int, first: int, last: int) -> list[tuple[int, Session]]:
    return [
        (
            place,
            Session(
                date.fromordinal(int(sittings.days[place])),
                int(sittings.begins[place]),
                int(sittings.ends[place]),
                int(sittings.left[place]),
            ),
        )
        for place in range(int(sittings.starts[row]), int(sittings.starts[row + 1]))
        if first <= sittings.days[place] <= last
    ]
