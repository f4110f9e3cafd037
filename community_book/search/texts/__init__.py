"""Texts compared: by words (BM25), by meaning (an encoder, where there is one), and by both in turns.

Pure: no database, no request, no files but those it is told to write. `search` ranks with it, and so does matching.
"""

from __future__ import annotations

from community_book.search.texts.analysing import STOP_WORDS, analyse, stems_of, words_of
from community_book.search.texts.encoder import STEP, Meaning, meaning, use_meaning, warm
from community_book.search.texts.feedback import feed_back
from community_book.search.texts.ranking import LAST_RANK, NOWHERE, interleaved_ranks, ranks, text_points
from community_book.search.texts.rows import Floats, WordRows
from community_book.search.texts.statistics import Statistics

__all__ = [
    "LAST_RANK",
    "NOWHERE",
    "STEP",
    "STOP_WORDS",
    "Floats",
    "Meaning",
    "Statistics",
    "WordRows",
    "analyse",
    "feed_back",
    "interleaved_ranks",
    "meaning",
    "ranks",
    "stems_of",
    "text_points",
    "use_meaning",
    "warm",
    "words_of",
]
