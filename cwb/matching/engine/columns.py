"""Pledges and parts as columns: one array for each thing fitting and scoring read, one place in it for each row.

Built from the same frozen shapes `fits()` reads. Rows stand by block (kind, unit, and item type or subject), then by
id, so that all that can fit at all lies in one stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import Kind, Unit
from community_book.needs.views import PartWanted
from community_book.search.texts import WordRows
from cwb.pledges.rules import PledgeOffer

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Rows = NDArray[np.int64]

UNLIMITED = 2**62
"""Stands for "no limit": more than any amount or number of people."""
_KINDS, _UNITS = tuple(Kind), tuple(Unit)


@dataclass(frozen=True)
class Sittings:
    """The sessions with something left of all rows, one after the other: those of row `i` in
    `[starts[i]:starts[i + 1]]`, by day and time."""

    starts: Ints
    ids: Ints
    days: NDArray[np.int32]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    left: NDArray[np.int32]

    @classmethod
    def of(cls, sides: Sequence[PledgeOffer | PartWanted]) -> Self:
        starts = np.zeros(len(sides) + 1, dtype=np.int64)
        flat: list[tuple[int, int, int, int, int]] = []
        for row, side in enumerate(sides):
            flat += sorted(
                (s.day.toordinal(), s.starts_minute, s.ends_minute, s.left, s.id) for s in side.sessions if s.left > 0
            )
            starts[row + 1] = len(flat)
        table = np.asarray(flat, dtype=np.int64).reshape(-1, 5)
        days, begins, ends, left = (table[:, column].astype(np.int32) for column in range(4))
        return cls(starts, table[:, 4].copy(), days, begins, ends, left)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def many(self) -> Ints:
        """How many each row has."""
        found: Ints = np.diff(self.starts)
        return found

    @cached_property
    def by_day(self) -> Ints:
        """Row and day of each as one number; they ascend."""
        rows = np.repeat(np.arange(len(self), dtype=np.int64), self.many)
        found: Ints = rows << 32 | self.days
        return found

    def take(self, rows: Rows) -> Self:
        places = stretches(self.starts[rows], self.many[rows])
        starts = np.concatenate([[0], np.cumsum(self.many[rows])])
        return type(self)(starts, *(getattr(self, one.name)[places] for one in fields(self)[1:]))

    def below(self, other: Self) -> Self:
        starts = np.concatenate([self.starts, other.starts[1:] + self.starts[-1]])
        both = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self)[1:])
        return type(self)(starts, *(np.concatenate(pair) for pair in both))


def stretches(starts: Ints, lengths: Ints) -> Ints:
    """Every place of several stretches, one stretch after the other."""
    total = int(lengths.sum())
    ends = np.cumsum(lengths)
    found: Ints = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - lengths), lengths)
    return found


def runs(ordered: NDArray[Any]) -> list[tuple[int, int]]:
    """Where each stretch of rows that are the same begins and ends."""
    if not len(ordered):
        return []
    differs = ordered[1:] != ordered[:-1]
    begins = np.flatnonzero(np.r_[True, differs if differs.ndim == 1 else differs.any(axis=1)]).tolist()
    return list(zip(begins, [*begins[1:], len(ordered)], strict=True))


@dataclass(frozen=True)
class Side:
    """What both sides have. `meaning` is None where there is no encoder; `words` belong to one set of statistics."""

    ids: Ints
    owners: Ints
    blocks: Ints
    left: Ints
    least: Ints
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    online: NDArray[np.bool_]
    placed: NDArray[np.bool_]
    east: NDArray[np.int32]
    north: NDArray[np.int32]
    marks: NDArray[np.uint32]
    counts: NDArray[np.int32]
    team_least: Ints
    team_most: Ints
    visit: Ints
    teamed: NDArray[np.bool_]
    scheduled: NDArray[np.bool_]
    plain_days: NDArray[np.bool_]
    hours: Bits
    sittings: Sittings
    words: WordRows
    meaning: NDArray[np.float16] | None

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Rows) -> Self:
        """These rows, in this order."""
        return replace(self, **{one.name: _taken(getattr(self, one.name), rows) for one in fields(self)})

    def below(self, other: Self) -> Self:
        """These rows and, after them, those of another."""
        return replace(
            self, **{one.name: _joined(getattr(self, one.name), getattr(other, one.name)) for one in fields(self)}
        )


@dataclass(frozen=True)
class Pledges(Side):
    """Columns of pledges on offer. `zones` holds (row, scheme, zone) of those that name zones."""

    borough: NDArray[np.bool_]
    zones: Zones
    people: Ints
    plots: Ints
    kept_of: NDArray[np.int32]
    kept_share: NDArray[np.int32]


@dataclass(frozen=True)
class Parts(Side):
    """Columns of parts asked for. `sure` says that `left` is known; else it is UNLIMITED."""

    needs: Ints
    sure: NDArray[np.bool_]
    zones: Zones
    had: NDArray[np.int32]
    vague: NDArray[np.bool_]
    asked: NDArray[np.int32]


@dataclass(frozen=True)
class Zones:
    """(scheme, zone) of each row, one row after the other, as in Sittings."""

    starts: Ints
    schemes: Ints
    zones: Ints

    @classmethod
    def of(cls, rows: Sequence[Sequence[tuple[int, int]]]) -> Self:
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
        flat = np.asarray([pair for row in rows for pair in row], dtype=np.int64).reshape(-1, 2)
        return cls(starts.astype(np.int64), flat[:, 0].copy(), flat[:, 1].copy())

    def take(self, rows: Rows) -> Self:
        many = np.diff(self.starts)[rows]
        places = stretches(self.starts[rows], many)
        return type(self)(np.concatenate([[0], np.cumsum(many)]), self.schemes[places], self.zones[places])

    def below(self, other: Self) -> Self:
        return type(self)(
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.schemes, other.schemes]),
            np.concatenate([self.zones, other.zones]),
        )

    def row(self, number: int) -> tuple[tuple[int, int], ...]:
        stretch = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return tuple(zip(self.schemes[stretch].tolist(), self.zones[stretch].tolist(), strict=True))


def _taken(column: Any, rows: Rows) -> Any:
    if column is None:
        return None
    if isinstance(column, WordRows):
        return column.chosen(rows)
    return column.take(rows) if isinstance(column, Sittings | Zones) else column[rows]


def _joined(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return None
    if isinstance(one, WordRows | Sittings | Zones):
        return one.below(other)
    return np.concatenate([one, other])


def block_of(kind: Kind, unit: Unit, item_type: str, subject: str) -> int:
    """One number for all that must be the same on both sides before anything else is looked at."""
    term = item_type if kind is Kind.GOODS else subject if kind is Kind.ADVICE else ""
    return (_KINDS.index(kind) * 8 + _UNITS.index(unit)) << 32 | crc32(term.encode())


def kind_of_block(block: int) -> Kind:
    return _KINDS[(block >> 32) // 8]


def unit_of_block(block: int) -> Unit:
    return _UNITS[(block >> 32) % 8]
