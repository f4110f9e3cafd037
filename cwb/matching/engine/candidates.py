"""Which pledges could help which parts, and how well: hard filters first, then places by text, then the score.

What fits at all lies in one block (kind, unit, and item type or subject). Parts of a block that lie in one place are
looked at together, beside the pledges that serve it, some hundred thousand pairs at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import Kind, Unit
from community_book.search.texts import WordRows, both
from cwb.matching.engine import fitting, points
from cwb.matching.engine.columns import Ints, Parts, Pledges, Rows, kind_of_block, runs, unit_of_block
from cwb.matching.engine.fitting import Areas, Places, Seen, Truths
from cwb.matching.engine.overlap import overlap
from cwb.matching.engine.placing import Bars, Floats, Placed, bars_of, placed
from cwb.matching.rules.scoring import PARTS, USUAL, Weights

KEPT = 50
"""How many pledges are kept for each part."""
PAIRS_AT_ONCE = 600_000
GATHER_FROM = 8
"""With so many parts of one place, and pledges, it pays to put the pledges that serve it side by side first."""
NARROW_BELOW = 64
"""With so few parts or pledges, those that fit none of the others are left out before texts are compared."""
_PLACES = 21
_LAST_PLACE = 2**_PLACES - 1


@dataclass(frozen=True)
class Candidates:
    """Pairs that fit, by part, best first (ties: the earlier pledge). Rows are those of the columns they come from.

    `score` is the sum of `points` (a column for each of PARTS). `amount` is what one would propose, `limit` the most
    that could be agreed. Places are 1-based, 0 for none; `way` is in metres or one of the marks in `points`.
    """

    pledge_row: NDArray[np.int32]
    part_row: NDArray[np.int32]
    score: NDArray[np.int16]
    points: NDArray[np.int16]
    place: NDArray[np.int16]
    by_words: NDArray[np.int16]
    by_meaning: NDArray[np.int16]
    way: NDArray[np.int32]
    amount: Ints
    limit: Ints

    def __len__(self) -> int:
        return len(self.pledge_row)

    @property
    def text_points(self) -> NDArray[np.int16]:
        """The part of the score a round has a floor for."""
        return self.points[:, 0]

    def take(self, chosen: Any) -> Self:
        return type(self)(*(getattr(self, one.name)[chosen] for one in fields(self)))

    @classmethod
    def joined(cls, several: list[Candidates]) -> Candidates:
        if not several:
            return cls.none()
        return cls(*(np.concatenate([getattr(one, name.name) for one in several]) for name in fields(cls)))

    @classmethod
    def none(cls) -> Candidates:
        small, whole = np.empty(0, dtype=np.int16), np.empty(0, dtype=np.int32)
        long = np.empty(0, dtype=np.int64)
        return cls(
            whole, whole, small, np.empty((0, len(PARTS)), dtype=np.int16), small, small, small, whole, long, long
        )


@dataclass(frozen=True)
class Grid:
    """Parts beside pledges of one block, every pair of them weighed. A score of -1 says that the pair does not fit."""

    pledge_rows: Rows
    part_rows: Rows
    score: NDArray[np.int32]
    amount: Ints
    limit: Ints
    placed: Placed
    bars: Bars


class _Texts:
    """The texts of some pledges, put side by side when a grid first asks for them."""

    def __init__(self, pledges: Pledges, pledge_rows: Rows) -> None:
        self.pledges, self.pledge_rows = pledges, pledge_rows

    @cached_property
    def words(self) -> WordRows:
        return self.pledges.words.chosen(self.pledge_rows)

    @cached_property
    def meaning(self) -> Floats | None:
        vectors = self.pledges.meaning
        return None if vectors is None else vectors[self.pledge_rows].astype(np.float32)


class Field:
    """Pledges and parts on a day. Both stand in order of blocks; `alive` leaves out pledges that have changed since.

    `areas` and `places` save finding them again where the columns are the same.
    """

    def __init__(
        self,
        pledges: Pledges,
        parts: Parts,
        on: int,
        *,
        weights: Weights = USUAL,
        bars: Bars | None = None,
        alive: Truths | None = None,
        areas: Areas | None = None,
        places: Places | None = None,
    ) -> None:
        self.pledges, self.parts, self.on, self.weights = pledges, parts, on, weights
        self.bars, self.alive = bars, alive
        self.areas = areas or Areas(pledges)
        self.places = places or Places.of(parts)

    def stretch(self, block: int) -> tuple[int, int]:
        """Where the pledges of a block begin and end."""
        begins, ends = np.searchsorted(self.pledges.blocks, [block, block + 1])
        return int(begins), int(ends)

    def grids(self, part_rows: Rows, pledge_rows: Rows | None = None) -> Iterator[Grid]:
        """Every pair of these parts, beside all pledges of their blocks or those given, in pieces."""
        places = self.places.of_part[part_rows]
        order = np.lexsort((part_rows, places, self.parts.blocks[part_rows]))
        rows, places, blocks = part_rows[order], places[order], self.parts.blocks[part_rows][order]
        for begins, ends in runs(blocks):
            first, last = self.stretch(int(blocks[begins]))
            beside = np.arange(first, last)
            if pledge_rows is not None:
                beside = np.intersect1d(pledge_rows, beside)
            if self.alive is not None:
                beside = beside[self.alive[beside]]
            if len(beside):
                yield from self._of_block(rows[begins:ends], places[begins:ends], beside)

    def _of_block(self, part_rows: Rows, places: Rows, beside: Rows) -> Iterator[Grid]:
        served = {place: self.areas.serve(self.places.keys[place])[beside] for place in np.unique(places).tolist()}
        few: list[Rows] = []
        for place, serving in served.items():
            own = part_rows[places == place]
            near = beside[serving]
            if len(own) < GATHER_FROM or len(beside) < GATHER_FROM:
                few.append(own)
            elif len(near):
                yield from self._in_pieces(own, near, None)
        if few:
            rows = np.sort(np.concatenate(few))
            numbers = {place: number for number, place in enumerate(served)}
            table = np.stack(list(served.values()))
            of_row = np.asarray([numbers[place] for place in self.places.of_part[rows].tolist()])
            yield from self._in_pieces(rows, beside, table[of_row])

    def _in_pieces(self, part_rows: Rows, pledge_rows: Rows, serves: Truths | None) -> Iterator[Grid]:
        block = int(self.parts.blocks[part_rows[0]])
        texts = _Texts(self.pledges, pledge_rows)
        at_once = max(1, PAIRS_AT_ONCE // len(pledge_rows))
        for begins in range(0, len(part_rows), at_once):
            piece = slice(begins, begins + at_once)
            given = None if serves is None else serves[piece]
            one = self._grid(kind_of_block(block), unit_of_block(block), part_rows[piece], texts, given)
            if one is not None:
                yield one

    def _grid(self, kind: Kind, unit: Unit, part_rows: Rows, texts: _Texts, serves: Truths | None) -> Grid | None:
        pledge_rows = texts.pledge_rows
        pledge, part = fitting.grid(self.pledges, pledge_rows, self.parts, part_rows)
        ok = fitting.may_meet(kind, pledge, part, self.on)
        if serves is not None:
            ok &= serves
        amount, limit = self._amounts(kind, unit, part_rows, pledge_rows, pledge, part, ok)
        if not ok.any():
            return None
        if min(ok.shape) < NARROW_BELOW:
            kept = np.ix_(ok.any(axis=1), ok.any(axis=0))
            part_rows, pledge_rows = part_rows[kept[0].ravel()], pledge_rows[kept[1].ravel()]
            ok, amount, limit = ok[kept], amount[kept], limit[kept]
            texts = _Texts(self.pledges, pledge_rows)
            pledge, part = fitting.grid(self.pledges, pledge_rows, self.parts, part_rows)
        word_scores: Floats = texts.words.products(self.parts.words.chosen(part_rows)).toarray()
        word_scores[~ok] = 0
        likeness = None
        if texts.meaning is not None and self.parts.meaning is not None:
            likeness = self.parts.meaning[part_rows].astype(np.float32) @ texts.meaning.T
            likeness[~ok] = 0
        by_words, by_meaning = both(word_scores, likeness)
        if self.bars is None:
            bars, by_text = bars_of(by_words, by_meaning)
        else:
            bars = self.bars.take(part_rows)
            by_text = placed(by_words, by_meaning, bars)
        score = self.scored(kind, pledge, part, amount, by_text, ok)
        return Grid(pledge_rows, part_rows, score, amount, limit, by_text, bars)

    def scored(
        self, kind: Kind, pledge: Seen, part: Seen, amount: Ints, by_text: Placed, ok: Truths
    ) -> NDArray[np.int32]:
        """The score of every pair of a grid; -1 where the two do not fit."""
        score = points.for_way(points.way_m(pledge, part), self.weights.near)
        score += points.for_cover(amount, part, self.weights.covered)
        score += points.for_track(pledge, self.weights.kept)
        score += points.for_subject(kind, part, self.weights.subject)
        score += points.for_days(part, self.on, self.weights.soon) + points.for_had(part, self.weights.had)
        score[by_text.rows, by_text.columns] += points.for_text(by_text.place, self.weights.text)
        score[~ok] = -1
        return score

    def _amounts(
        self, kind: Kind, unit: Unit, part_rows: Rows, pledge_rows: Rows, pledge: Seen, part: Seen, ok: Truths
    ) -> tuple[Ints, Ints]:
        """What would be proposed and what could be agreed at most; takes what is too little out of `ok`."""
        slice_, both = fitting.least(pledge, part), fitting.possible(pledge, part)
        limit = fitting.at_most(kind, unit, pledge, part, self.on)
        if not (pledge.scheduled.any() or part.scheduled.any()):
            ok &= limit >= slice_
            return fitting.proposed(kind, unit, pledge, part, limit), limit
        by_sessions = pledge.scheduled | part.scheduled
        ok &= both >= slice_
        ok &= by_sessions | (limit >= slice_)
        amount = fitting.proposed(kind, unit, pledge, part, limit)
        limit = np.where(by_sessions, both, limit)
        rows, columns = np.nonzero(ok & by_sessions & fitting.hours_meet(pledge, part))
        ok &= ~by_sessions
        common = overlap(unit, self.pledges, pledge_rows[columns], self.parts, part_rows[rows], self.on)
        taken, least = common.taken(both[rows, columns]), slice_[rows, columns]
        enough = (common.amounts() >= least) & (taken >= least)
        ok[rows[enough], columns[enough]] = True
        amount[rows, columns] = taken
        return amount, limit

    # --- of grids, the best ---------------------------------------------------------------------

    def best(self, part_rows: Rows | None = None, keep: int = KEPT) -> Candidates:
        """The best pledges of each of these parts, or of all."""
        rows = np.arange(len(self.parts)) if part_rows is None else part_rows
        found = [self.chosen(one, *best_of(one, keep)) for one in self.grids(rows)]
        return in_order_of_parts(Candidates.joined(found), self.pledges.ids)

    def all_of(self, pledge_rows: Rows, part_rows: Rows | None = None) -> Candidates:
        """Every part these pledges fit, among these parts or all of their blocks."""
        if part_rows is None:
            part_rows = np.flatnonzero(np.isin(self.parts.blocks, self.pledges.blocks[pledge_rows]))
        found = [self.chosen(one, *np.nonzero(one.score >= 0)) for one in self.grids(part_rows, pledge_rows)]
        return in_order_of_parts(Candidates.joined(found), self.pledges.ids)

    def chosen(self, grid: Grid, rows: Ints, columns: Ints) -> Candidates:
        """Some pairs of a grid with their points."""
        pledge, part = fitting.pairs(self.pledges, grid.pledge_rows[columns], self.parts, grid.part_rows[rows])
        way = points.way_m(pledge, part)
        amount = grid.amount[rows, columns]
        by_text = grid.placed
        width = grid.score.shape[1]
        flat, wanted = by_text.rows * width + by_text.columns, rows * width + columns
        at = np.minimum(np.searchsorted(flat, wanted), max(len(flat) - 1, 0))
        has = flat[at] == wanted if len(flat) else np.zeros(len(wanted), dtype=np.bool_)

        def of_text(column: NDArray[np.int16]) -> NDArray[np.int16]:
            return np.where(has, column[at], 0).astype(np.int16) if len(flat) else np.zeros(len(rows), dtype=np.int16)

        place, kind = of_text(by_text.place), kind_of_block(int(self.parts.blocks[grid.part_rows[0]]))
        each = np.empty((len(rows), len(PARTS)), dtype=np.int16)
        each[:, 0] = points.for_text(place, self.weights.text)
        each[:, 1] = points.for_subject(kind, part, self.weights.subject)
        each[:, 2] = points.for_way(way, self.weights.near)
        each[:, 3] = points.for_days(part, self.on, self.weights.soon)
        each[:, 4] = points.for_cover(amount, part, self.weights.covered)
        each[:, 5] = points.for_track(pledge, self.weights.kept)
        each[:, 6] = points.for_had(part, self.weights.had)
        return Candidates(
            grid.pledge_rows[columns].astype(np.int32),
            grid.part_rows[rows].astype(np.int32),
            each.sum(axis=1, dtype=np.int16),
            each,
            place,
            of_text(by_text.by_words),
            of_text(by_text.by_meaning),
            way,
            amount,
            grid.limit[rows, columns],
        )


def best_of(grid: Grid, keep: int) -> tuple[Ints, Ints]:
    """(row, column) of the `keep` best pairs of each part; ties go to the pledge that stands first."""
    many = grid.score.shape[1]
    keys = (grid.score << _PLACES) | (_LAST_PLACE - np.arange(many, dtype=np.int32))
    keys[grid.score < 0] = -1
    if many > keep:
        keys = np.partition(keys, many - keep, axis=1)[:, many - keep :]
    rows, at = np.nonzero(keys >= 0)
    return rows, _LAST_PLACE - (keys[rows, at] & _LAST_PLACE).astype(np.int64)


def in_order_of_parts(found: Candidates, pledge_ids: Ints) -> Candidates:
    """By part, best first, then the earlier pledge."""
    order = np.lexsort((pledge_ids[found.pledge_row], -found.score.astype(np.int32), found.part_row))
    return found.take(order)


def candidates(
    pledges: Pledges, parts: Parts, on: int, *, keep: int = KEPT, weights: Weights = USUAL, bars: Bars | None = None
) -> Candidates:
    """The best pledges of every part on a day (as `date.toordinal()`).

    Without `bars` the pledges given are those texts are placed among.
    """
    return Field(pledges, parts, on, weights=weights, bars=bars).best(keep=keep)
