"""What words of this field have to do with each other, from a list of our own: "van" and "driver" speak of one thing.

An encoder has read the whole world and knows little of lunch clubs; the list knows little else. Together they find
what neither does alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from community_book.search.texts.analysing import analyse, stems_of
from community_book.search.texts.rows import Floats

WRITTEN_IN = Path(__file__).with_name("thesaurus.txt")


class Thesaurus:
    """The things spoken of, by number, and the stems that speak of each."""

    def __init__(self, lines: Iterable[str]) -> None:
        things = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        by_stem: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(things):
            for stem in dict.fromkeys(stem for word in words for stem in stems_of(word.replace("-", ""))):
                by_stem[stem].append(number)
        self.size = len(things)
        self.by_stem: Mapping[str, Sequence[int]] = by_stem
        self.name = hashlib.sha256(repr(things).encode()).hexdigest()[:8]

    def of(self, texts: Sequence[str]) -> Floats:
        """A row of unit length for each text: how much it speaks of each thing; nothing where it speaks of none."""
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in zip(found, texts, strict=True):
            for stem in sorted(set(analyse(text))):
                things = self.by_stem.get(stem, ())
                for thing in things:
                    row[thing] += 1 / len(things)
        found = np.sqrt(found)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit: Floats = (found / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return unit


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The list that comes with the house."""
    return Thesaurus(WRITTEN_IN.read_text(encoding="utf-8").splitlines())
