"""Places by text: how many pledges that could help a part come before one, by words and by meaning in turns.

A part's *bars* are the scores and turns of the pledges that could help it when its generation was made. They do not
move within a generation, so that one edit changes no other pair's place.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from community_book.search.texts import LAST_RANK, NOWHERE, strong, turns
from cwb.matching.engine.columns import Ints, Rows

Floats = NDArray[np.float32]
Ranks = NDArray[np.int32]
FAR = np.int16(9_999)
"""The turn of what is on neither list."""


@dataclass(frozen=True)
class Bars:
    """For each part the best LAST_RANK scores on the lists of words and of meaning, falling, the turns they came at,
    rising, and how many were strong by words. Scores of nothing fill what is not there."""

    words: Floats
    meaning: Floats
    turns: NDArray[np.int16]
    strong: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.words)

    def take(self, rows: Rows) -> Self:
        return type(self)(*(getattr(self, one.name)[rows] for one in fields(self)))

    def below(self, other: Self) -> Self:
        both = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self))
        return type(self)(*(np.concatenate(pair) for pair in both))

    def set(self, rows: Rows, others: Bars) -> None:
        """Puts those of others in these rows: for bars that are being made."""
        for one in fields(self):
            getattr(self, one.name)[rows] = getattr(others, one.name)

    @classmethod
    def none(cls, many: int) -> Self:
        """Nothing to be compared with: whatever tells comes first."""
        words, meaning = np.zeros((2, many, LAST_RANK), dtype=np.float32)
        return cls(words, meaning, np.full((many, LAST_RANK), FAR), np.zeros(many, dtype=np.int32))


@dataclass(frozen=True)
class Placed:
    """The pairs of a grid that have a place: part `rows` and pledge `columns` of the grid, place among both lists,
    and on each; a place of 0 is none."""

    rows: Ints
    columns: Ints
    place: NDArray[np.int16]
    by_words: NDArray[np.int16]
    by_meaning: NDArray[np.int16]


def bars_of(words: Floats, meaning: Floats | None) -> tuple[Bars, Placed]:
    """The bars that a grid of scores sets (those of `both` lists), a line for each part, and the places by them.

    What may not help scores 0.
    """
    word_bars = _highest(words)
    meaning_bars = np.zeros_like(word_bars) if meaning is None else _highest(meaning)
    far = np.full(word_bars.shape, FAR)
    found = Bars(word_bars, meaning_bars, far, strong(word_bars))
    listed = _listed(words, meaning, found)
    order = np.lexsort((listed.turn, listed.rows))
    rows, turn = listed.rows[order], listed.turn[order]
    at = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(words)))[rows]
    kept = at < LAST_RANK
    far[rows[kept], at[kept]] = turn[kept]
    return found, _placed(listed, found)


def placed(words: Floats, meaning: Floats | None, bars: Bars) -> Placed:
    """Which pairs of a grid have a place within LAST_RANK, and which."""
    return _placed(_listed(words, meaning, bars), bars)


def _placed(listed: _Listed, bars: Bars) -> Placed:
    place = 1 + (bars.turns[listed.rows] < listed.turn[:, None]).sum(axis=1)
    kept = place <= LAST_RANK
    return Placed(
        listed.rows[kept],
        listed.columns[kept],
        place[kept].astype(np.int16),
        listed.by_words[kept],
        listed.by_meaning[kept],
    )


@dataclass(frozen=True)
class _Listed:
    """Pairs that are on either list, by part: their turn, and their ranks on both (0 is not on it)."""

    rows: Ints
    columns: Ints
    turn: NDArray[np.int16]
    by_words: NDArray[np.int16]
    by_meaning: NDArray[np.int16]


def _listed(words: Floats, meaning: Floats | None, bars: Bars) -> _Listed:
    tells = np.finfo(np.float32).tiny
    either = words >= np.maximum(bars.words[:, -1:], tells)
    if meaning is not None:
        either |= meaning >= np.maximum(bars.meaning[:, -1:], tells)
    flat = np.flatnonzero(either)
    rows, columns = np.divmod(flat, words.shape[1])
    by_words = _rank(words.ravel()[flat], bars.words, rows)
    by_meaning = (
        np.full(len(flat), NOWHERE, dtype=np.int32)
        if meaning is None
        else _rank(meaning.ravel()[flat], bars.meaning, rows)
    )
    turn = np.minimum(turns(by_words, by_meaning, bars.strong[rows]), FAR).astype(np.int16)
    return _Listed(rows, columns, turn, _shown(by_words), _shown(by_meaning))


def _rank(scores: Floats, bars: Floats, rows: Ints) -> Ranks:
    """1 and as many as score more; NOWHERE beyond LAST_RANK and for what tells nothing."""
    before = (bars[rows] > scores[:, None]).sum(axis=1)
    return np.where((scores > 0) & (before < LAST_RANK), before + 1, NOWHERE).astype(np.int32)


def _shown(rank: Ranks) -> NDArray[np.int16]:
    return np.where(rank < NOWHERE, rank, 0).astype(np.int16)


def _highest(scores: Floats) -> Floats:
    """The LAST_RANK highest of each line, falling; filled with 0."""
    many = scores.shape[1]
    if many > LAST_RANK:
        scores = np.partition(scores, many - LAST_RANK, axis=1)[:, many - LAST_RANK :]
    found = np.zeros((len(scores), LAST_RANK), dtype=np.float32)
    found[:, : scores.shape[1]] = np.maximum(-np.sort(-scores, axis=1), 0)
    return found
