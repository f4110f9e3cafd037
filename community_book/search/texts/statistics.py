"""What a word tells: counted over all texts once, and frozen until the next generation (BM25)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np

from community_book.search.texts.rows import Floats, WordRows

STEEPNESS = 1.5
"""BM25's k1: how quickly saying a word again stops telling more."""
LENGTH_COUNTS = 0.75
"""BM25's b: how much a long text has to say a word more often."""
TIMES_AT_MOST = 8
"""A question that says a word more often than this is taken to say it so often."""


@dataclass(frozen=True)
class Statistics:
    """The vocabulary (stem -> column), what each stem tells, and how long texts are, among `texts` texts."""

    vocabulary: Mapping[str, int]
    tells: Floats
    texts: int
    average_length: float
    steepness: float = STEEPNESS
    length_counts: float = LENGTH_COUNTS

    @property
    def width(self) -> int:
        return len(self.vocabulary)

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Statistics:
        """Counts analysed texts. The vocabulary is in the order of the alphabet, whatever the order of the texts."""
        in_texts: Counter[str] = Counter()
        length = 0
        for text in texts:
            in_texts.update(set(text))
            length += len(text)
        stems = sorted(in_texts)
        tells = [_tells(len(texts), in_texts[stem]) for stem in stems]
        return cls(
            vocabulary={stem: column for column, stem in enumerate(stems)},
            tells=np.asarray(tells, dtype=np.float32),
            texts=len(texts),
            average_length=length / max(1, len(texts)),
        )

    def tells_of(self, stem: str) -> float:
        """What a stem tells; one seen nowhere as much as any can."""
        column = self.vocabulary.get(stem)
        return _tells(self.texts, 0) if column is None else float(self.tells[column])

    def documents(self, analysed: Sequence[Sequence[str]]) -> WordRows:
        """A row of weights for each text. Stems that were seen nowhere when this was counted are left out."""
        return WordRows.of((self._weights(text) for text in analysed), self.width)

    def questions(self, analysed: Sequence[Sequence[str]]) -> WordRows:
        """A row of counts for each question, so scaled that a document which says every word once scores about 1.

        A document's score is the product with its row: the share of the question it answers. Words that were seen
        nowhere count among what is asked.
        """
        return WordRows.of((self._counts(text) for text in analysed), self.width)

    def _counts(self, text: Sequence[str]) -> dict[int, float]:
        counted = {stem: min(times, TIMES_AT_MOST) for stem, times in Counter(text).items()}
        whole = sum(times * self.tells_of(stem) for stem, times in counted.items())
        return {
            self.vocabulary[stem]: times / whole for stem, times in counted.items() if stem in self.vocabulary and whole
        }

    def _weights(self, text: Sequence[str]) -> dict[int, float]:
        length = len(text) / self.average_length if self.average_length else 1.0
        sinks = self.steepness * (1 - self.length_counts + self.length_counts * length)
        known = Counter(self.vocabulary[stem] for stem in text if stem in self.vocabulary)
        return {
            column: float(self.tells[column]) * times * (self.steepness + 1) / (times + sinks)
            for column, times in known.items()
        }

    def save(self, folder: Path) -> None:
        """Writes `vocabulary.txt`, `tells.npy` and `statistics.json` into a folder that is there."""
        (folder / "vocabulary.txt").write_text("\n".join(self.vocabulary), encoding="utf-8")
        np.save(folder / "tells.npy", self.tells, allow_pickle=False)
        numbers = {
            "texts": self.texts,
            "average_length": self.average_length,
            "steepness": self.steepness,
            "length_counts": self.length_counts,
        }
        (folder / "statistics.json").write_text(json.dumps(numbers), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Statistics:
        """What `save` wrote, memory-mapped. Raises OSError or ValueError where it is missing or broken."""
        written = (folder / "vocabulary.txt").read_text(encoding="utf-8")
        stems = written.split("\n") if written else []
        tells = np.load(folder / "tells.npy", mmap_mode="r", allow_pickle=False)
        numbers = json.loads((folder / "statistics.json").read_text(encoding="utf-8"))
        if len(stems) != len(tells):
            raise ValueError(f"{folder} has {len(stems)} stems and {len(tells)} weights")
        return cls(
            vocabulary={stem: column for column, stem in enumerate(stems)},
            tells=tells,
            texts=int(numbers["texts"]),
            average_length=float(numbers["average_length"]),
            steepness=float(numbers["steepness"]),
            length_counts=float(numbers["length_counts"]),
        )


def _tells(texts: int, having: int) -> float:
    return log(1 + (texts - having + 0.5) / (having + 0.5))
