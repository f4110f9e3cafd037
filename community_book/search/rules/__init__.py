"""What is asked, how a hit is shown, and how good a ranking is: pure."""

from __future__ import annotations

from community_book.search.rules.asking import (
    LETTERS_AT_MOST,
    PHRASES_AT_MOST,
    WORDS_AT_MOST,
    Asked,
    postcode_in,
    read_words,
    tidy,
)
from community_book.search.rules.judging import Judgement, judge
from community_book.search.rules.narrowing import Count, Counts, count_values, has_all
from community_book.search.rules.showing import PIECE_LETTERS, Piece, closest, snippet

__all__ = [
    "LETTERS_AT_MOST",
    "PHRASES_AT_MOST",
    "PIECE_LETTERS",
    "WORDS_AT_MOST",
    "Asked",
    "Count",
    "Counts",
    "Judgement",
    "Piece",
    "closest",
    "count_values",
    "has_all",
    "judge",
    "postcode_in",
    "read_words",
    "snippet",
    "tidy",
]
