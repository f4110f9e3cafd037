"""Texts compared: by words (BM25), by meaning (an encoder, where there is one), and by both in turns.

Pure: no database, no request, no files but those it is told to write. `search` ranks with it, and so does matching.
"""

from __future__ import annotations

from community_book.search.texts.analysing import STOP_WORDS, analyse, said, stems_of, words_of
from community_book.search.texts.collection import Collection, in_order, whole
from community_book.search.texts.encoder import STEP, Meaning, meaning, use_meaning, warm
from community_book.search.texts.feedback import feed_back
from community_book.search.texts.ranking import (
    LAST_RANK,
    NOWHERE,
    both,
    interleaved_ranks,
    ranks,
    strong,
    text_points,
    turns,
)
from community_book.search.texts.rows import Floats, WordRows
from community_book.search.texts.statistics import Statistics

__all__ = [
    "LAST_RANK",
    "NOWHERE",
    "STEP",
    "STOP_WORDS",
    "Collection",
    "Floats",
    "Meaning",
    "Statistics",
    "WordRows",
    "analyse",
    "both",
    "feed_back",
    "in_order",
    "interleaved_ranks",
    "meaning",
    "ranks",
    "said",
    "stems_of",
    "strong",
    "text_points",
    "turns",
    "use_meaning",
    "warm",
    "whole",
    "words_of",
]
