"""From two lists, by words and by meaning, to one in which neither drowns the other.

Texts that have much of what was asked, word for word, come first. Then the lists take turns, meaning going more often:
what shares only a chance word with the question is worth less than what means the same. Adding both scores up was
tried and throws half of the encoder's finds away; taking turns from the first place on puts what has every word
behind what the encoder fancies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from community_book.search.texts.rows import Floats

Ranks = NDArray[np.int32]
Turns = NDArray[np.int64]
LAST_RANK = 50
"""Beyond this place a text counts nothing."""
NOWHERE = np.iinfo(np.int32).max
"""The rank of what is on neither list."""
ALIKE_TOO = 0.3
"""How much being alike lifts a text on the list of words."""
SAID_ALREADY = 0.5
"""How much a word in common lowers a text on the list of meaning: there it is for what words do not find."""
ALIKE_FROM = 0.2
"""Two texts less alike than this have nothing to do with each other: every text is a little like every other."""
STRONG_FROM = 0.35
STRONG_OF_BEST = 0.3
STRONG_AT_MOST = 10
"""A text is strong by words with such a share of the question, and such a share of what the best has."""
MEANING_IN_TURN = 3
"""After the strong ones, so many by meaning for each further one by words."""


def both(words: Floats, meaning: Floats | None) -> tuple[Floats, Floats | None]:
    """The scores the two lists are made of, each pair by itself: 0 is not on the list. Any shape.

    `words` is the share of the question a text answers (`Statistics.questions`), `meaning` how alike they are.
    """
    if meaning is None:
        return words, None
    by_words = np.where(words > 0, words + ALIKE_TOO * np.maximum(meaning, 0), 0).astype(np.float32)
    left = meaning - SAID_ALREADY * words
    return by_words, np.where(left >= ALIKE_FROM, left, 0).astype(np.float32)


def ranks(scores: Floats) -> Ranks:
    """1 for the highest score; ties by the order of rows; what scores nothing is nowhere."""
    order = np.argsort(-scores, kind="stable")
    found = np.full(len(scores), NOWHERE, dtype=np.int32)
    telling = order[scores[order] > 0]
    found[telling] = np.arange(1, len(telling) + 1, dtype=np.int32)
    return found


def strong(by_words: Floats) -> Ranks:
    """How many texts are strong by words: of each line of scores, or of one line."""
    if not by_words.shape[-1]:
        return np.zeros(by_words.shape[:-1], dtype=np.int32)
    bar = np.maximum(STRONG_FROM, STRONG_OF_BEST * by_words.max(axis=-1, keepdims=True))
    found: Ranks = np.minimum(STRONG_AT_MOST, (by_words >= bar).sum(axis=-1)).astype(np.int32)
    return found


def turns(by_words: Ranks, by_meaning: Ranks, strong_ones: Ranks | int) -> Turns:
    """The turn at which each text comes, from its ranks on both lists (NOWHERE is on neither); the earlier one."""
    words, meaning = by_words.astype(np.int64), by_meaning.astype(np.int64)
    first = np.asarray(strong_ones, dtype=np.int64)
    turn_by_words = np.where(words <= first, words, first + (words - first) * (MEANING_IN_TURN + 1))
    rounds, within = np.divmod(meaning - 1, MEANING_IN_TURN)
    turn_by_meaning = first + rounds * (MEANING_IN_TURN + 1) + within + 1
    far = np.int64(NOWHERE)
    return np.minimum(np.where(words < far, turn_by_words, far), np.where(meaning < far, turn_by_meaning, far))


def interleaved_ranks(word_scores: Floats, meaning_scores: Floats | None) -> tuple[Ranks, Ranks, Ranks]:
    """(place, place by words, place by meaning) of each text for one question; 1 is best, NOWHERE is on neither list.

    What is on both lists keeps its earlier turn, and the others move up. The two places are those of the lists by
    themselves.
    """
    words, meaning = both(word_scores, meaning_scores)
    by_words = ranks(words)
    if meaning is None:
        return by_words.copy(), by_words, np.full(len(by_words), NOWHERE, dtype=np.int32)
    by_meaning = ranks(meaning)
    turn = turns(by_words, by_meaning, strong(words))
    order = np.argsort(turn, kind="stable")
    listed = order[turn[order] < NOWHERE]
    found = np.full(len(by_words), NOWHERE, dtype=np.int32)
    found[listed] = np.arange(1, len(listed) + 1, dtype=np.int32)
    return found, by_words, by_meaning


def text_points(rank: int, most: int) -> int:
    """Whole points for a place: `most` for the first, less for each further one, nothing beyond LAST_RANK."""
    if not 1 <= rank <= LAST_RANK:
        return 0
    return most * (LAST_RANK + 1 - rank) // LAST_RANK
