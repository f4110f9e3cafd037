"""Which words two texts share, and how much each word tells: rare words tell more than common ones."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_STEMMER = snowballstemmer.stemmer("english")
STOP_WORDS = frozenset(
    """
    about above after again against all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each every few for from further had has have having he her here
    hers him his how if in into is it its itself just let like made make many may me might more most much must my no
    nor not of off on once one only or other our ours out over own please same she should so some such take than that
    the their them then there these they this those through to too two under until up us use very want was we were
    what when where which while who whom why will with within without would you your yours
    come comes get gets give given gives go goes group groups keep keeps kept
    find help helps need needed needs offer offers people person pledge provider somebody someone something
    """.split()  # noqa: SIM905  (a list of eighty quoted words is harder to read and to add to)
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """ "bookkeeper" and "bookkeeping" are one word here."""
    return str(_STEMMER.stemWord(word))


def words_of(*texts: str) -> dict[str, str]:
    """Each stem of the texts with the word as first written; words that tell nothing are left out."""
    found: dict[str, str] = {}
    for text in texts:
        for written in _WORD.findall(text.replace("\u2019", "'")):
            plain = written.removesuffix("'s").strip("'")
            word = plain.lower().replace("'", "")
            if len(word) > 1 and word not in STOP_WORDS:
                found.setdefault(stem(word), plain)
    return found


@dataclass(frozen=True)
class Weights:
    """How much each stem tells among the texts it was counted in, in thousandths; whole numbers, so sums agree."""

    texts: int
    in_texts: Mapping[str, int]

    def of(self, one: str) -> int:
        """The inverse document frequency of a stem: never nothing, so that a pair alone can still be compared."""
        return round(1000 * math.log(1 + (1 + self.texts) / (1 + self.in_texts.get(one, 0))))

    def total(self, stems: Iterable[str]) -> int:
        return sum(self.of(one) for one in stems)


def weigh(texts: Iterable[Iterable[str]]) -> Weights:
    """Counts in how many texts each stem stands."""
    count, seen = 0, Counter[str]()
    for stems in texts:
        count += 1
        seen.update(set(stems))
    return Weights(count, seen)
