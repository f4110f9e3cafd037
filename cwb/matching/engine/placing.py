"""Places by text: how many pledges that could help a part come before one, by words and by meaning in turns.

A part's *bars* are the scores and turns of the pledges that could help it when its generation was made. They do not
move within a generation, so that one edit changes no other pair's place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from community_book.search.texts import LAST_RANK
from cwb.matching.engine.columns import Ints, Rows

Floats = NDArray[np.float32]
NOWHERE = 9_999
TELLS = float(np.finfo(np.float32).tiny)
"""Any score of words above nothing tells something."""
MEANING_COUNTS_FROM = 0.25
"""Two texts less alike than this have nothing to do with each other: every text is a little like every other."""


@dataclass(frozen=True)
class Bars:
    """For each part the best LAST_RANK scores by words and by meaning, falling, and the turns they were placed at,
    rising. Scores of nothing fill what is not there."""

    words: Floats
    meaning: Floats
    turns: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.words)

    def take(self, rows: Rows) -> Self:
        return type(self)(self.words[rows], self.meaning[rows], self.turns[rows])

    def below(self, other: Self) -> Self:
        return type(self)(
            np.concatenate([self.words, other.words]),
            np.concatenate([self.meaning, other.meaning]),
            np.concatenate([self.turns, other.turns]),
        )

    @classmethod
    def none(cls, many: int) -> Self:
        """Nothing to be compared with: whatever tells comes first."""
        nothing = np.zeros((many, LAST_RANK), dtype=np.float32)
        return cls(nothing, nothing, np.full((many, LAST_RANK), NOWHERE, dtype=np.int16))


@dataclass(frozen=True)
class Placed:
    """The pairs of a grid that have a place: part `rows` and pledge `columns` of the grid, place among both lists,
    and on each; a place of 0 is none."""

    rows: Ints
    columns: Ints
    place: NDArray[np.int16]
    by_words: NDArray[np.int16]
    by_meaning: NDArray[np.int16]


def bars_of(words: Floats, meaning: Floats | None) -> Bars:
    """The bars that the scores of a grid set, a line for each part. What may not help scores 0 in both."""
    word_bars = _highest(words)
    meaning_bars = np.zeros_like(word_bars) if meaning is None else _highest(meaning)
    without_turns = Bars(word_bars, meaning_bars, np.full(word_bars.shape, NOWHERE, dtype=np.int16))
    rows, _, turns, _, _ = _turns(words, meaning, without_turns)
    order = np.lexsort((turns, rows))
    rows, turns = rows[order], turns[order]
    starts = np.searchsorted(rows, np.arange(len(words)))
    at = np.arange(len(rows)) - starts[rows]
    kept = at < LAST_RANK
    found = without_turns.turns.copy()
    found[rows[kept], at[kept]] = turns[kept]
    return Bars(word_bars, meaning_bars, found)


def placed(words: Floats, meaning: Floats | None, bars: Bars) -> Placed:
    """Which pairs of a grid have a place within LAST_RANK, and which."""
    rows, columns, turns, by_words, by_meaning = _turns(words, meaning, bars)
    place = 1 + (bars.turns[rows] < turns[:, None]).sum(axis=1)
    kept = place <= LAST_RANK
    return Placed(
        rows[kept],
        columns[kept],
        place[kept].astype(np.int16),
        by_words[kept].astype(np.int16),
        by_meaning[kept].astype(np.int16),
    )


def _turns(words: Floats, meaning: Floats | None, bars: Bars) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """(row, column, turn, place by words, place by meaning) of what is on either list; the lists take turns."""
    lowest = np.maximum(bars.words[:, -1:], TELLS)
    listed = words >= lowest
    if meaning is not None:
        listed |= meaning >= np.maximum(bars.meaning[:, -1:], MEANING_COUNTS_FROM)
    rows, columns = np.nonzero(listed)
    by_words = _rank(words[rows, columns], bars.words, rows, TELLS)
    turns = np.where(by_words > 0, 2 * by_words - 1, NOWHERE)
    by_meaning = np.zeros_like(by_words)
    if meaning is not None:
        by_meaning = _rank(meaning[rows, columns], bars.meaning, rows, MEANING_COUNTS_FROM)
        turns = np.minimum(turns, np.where(by_meaning > 0, 2 * by_meaning, NOWHERE))
    return rows, columns, turns, by_words, by_meaning


def _rank(scores: Floats, bars: Floats, rows: Ints, counts_from: float) -> Ints:
    """1 and as many as score more; 0 beyond LAST_RANK and for what tells nothing."""
    before = (bars[rows] > scores[:, None]).sum(axis=1)
    return np.where((scores >= counts_from) & (before < LAST_RANK), before + 1, 0)


def _highest(scores: Floats) -> Floats:
    """The LAST_RANK highest of each line, falling; filled with 0."""
    many = scores.shape[1]
    if many > LAST_RANK:
        scores = np.partition(scores, many - LAST_RANK, axis=1)[:, many - LAST_RANK :]
    found = np.zeros((len(scores), LAST_RANK), dtype=np.float32)
    found[:, : scores.shape[1]] = np.maximum(-np.sort(-scores, axis=1), 0)
    return found
