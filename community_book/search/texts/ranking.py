"""From two lists, by words and by meaning, to one: interleaved, so that neither drowns the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from community_book.search.texts.rows import Floats

Ranks = NDArray[np.int32]
LAST_RANK = 50
"""Beyond this place a text counts nothing."""
NOWHERE = np.iinfo(np.int32).max
"""The rank of what is on neither list."""


def ranks(scores: Floats) -> Ranks:
    """1 for the highest score; ties by the order of rows; what scores nothing is nowhere."""
    order = np.argsort(-scores, kind="stable")
    found = np.full(len(scores), NOWHERE, dtype=np.int32)
    telling = order[scores[order] > 0]
    found[telling] = np.arange(1, len(telling) + 1, dtype=np.int32)
    return found


def interleaved_ranks(word_scores: Floats, meaning_scores: Floats | None) -> tuple[Ranks, Ranks, Ranks]:
    """(place, place by words, place by meaning) of each row; 1 is best, NOWHERE is on neither list.

    The lists take turns, words first; what is on both keeps its first place, and the others move up. The two
    places are those of the lists by themselves.
    """
    by_words = ranks(word_scores)
    if meaning_scores is None:
        return by_words.copy(), by_words, np.full(len(by_words), NOWHERE, dtype=np.int32)
    by_meaning = ranks(meaning_scores)
    turns = np.minimum(2 * by_words.astype(np.int64) - 1, 2 * by_meaning.astype(np.int64))
    order = np.argsort(turns, kind="stable")
    listed = order[turns[order] < 2 * NOWHERE - 1]
    found = np.full(len(by_words), NOWHERE, dtype=np.int32)
    found[listed] = np.arange(1, len(listed) + 1, dtype=np.int32)
    return found, by_words, by_meaning


def text_points(rank: int, most: int) -> int:
    """Whole points for a place: `most` for the first, less for each further one, nothing beyond LAST_RANK."""
    if not 1 <= rank <= LAST_RANK:
        return 0
    return most * (LAST_RANK + 1 - rank) // LAST_RANK
