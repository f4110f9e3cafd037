"""Texts that can be asked: their words, what they mean, and who comes first for a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from community_book.search.texts.analysing import analyse, said
from community_book.search.texts.encoder import Meaning
from community_book.search.texts.feedback import feed_back
from community_book.search.texts.ranking import NOWHERE, Ranks, interleaved_ranks
from community_book.search.texts.rows import Floats, WordRows
from community_book.search.texts.statistics import Statistics

LONG_ENOUGH = 60
"""Feedback helps where texts have so many telling words on average: of short ones it takes up what stands there by
chance."""


@dataclass(frozen=True)
class Collection:
    """Statistics, and a row of words and of meaning for each text; `vectors` is None where there is no encoder."""

    statistics: Statistics
    rows: WordRows
    vectors: Floats | None

    @classmethod
    def of(cls, texts: Sequence[tuple[str, str]], meaning: Meaning | None) -> Collection:
        """Counts and encodes (title, text) pairs."""
        analysed = [said(title, text) for title, text in texts]
        statistics = Statistics.of(analysed)
        vectors = None if meaning is None else meaning.of([whole(title, text) for title, text in texts])
        return cls(statistics, statistics.documents(analysed), vectors)

    def asked(self, question: str) -> WordRows:
        """A question as a row, with feedback where the texts are long enough for it."""
        asked = self.statistics.questions([analyse(question)])
        return feed_back(asked, self.rows) if self.statistics.average_length >= LONG_ENOUGH else asked

    def places(self, question: str, meant: Floats | None) -> tuple[Ranks, Ranks, Ranks]:
        """(place, place by words, place by meaning) of each text; `meant` is the question's own vector."""
        alike: Floats | None = None
        if self.vectors is not None and meant is not None:
            alike = np.asarray(self.vectors @ meant, dtype=np.float32)
        return interleaved_ranks(self.rows.scores(self.asked(question)), alike)


def whole(title: str, text: str) -> str:
    """A thing as its meaning is taken: title and text in one."""
    return f"{title}\n{text}" if title and text else title or text


def in_order(places: Ranks, at_most: int) -> list[int]:
    """The rows that have a place, first place first."""
    order = np.argsort(places, kind="stable")[:at_most]
    return [int(row) for row in order if places[row] != NOWHERE]
