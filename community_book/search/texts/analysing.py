"""Words as they are compared: letters only, small, without accents, without what tells nothing, and stemmed."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

LETTERS_AT_MOST = 400_000
"""Some 60,000 words: what is beyond is not read."""
LONGEST_WORD = 40
STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren as at be because been before being below between
    both but by can cannot could couldn d did didn do does doesn doing don down during each either else ever every few
    for from further had hadn has hasn have haven having he her here hers herself him himself his how however i if in
    into is isn it its itself just let ll like m may me might more most much must mustn my myself neither no nor not of
    off often on once one only onto or other others our ours ourselves out over own per please quite rather re s same
    shall shan she should shouldn since so some such t than that the their theirs them themselves then there these they
    this those though through thus to too toward towards under until up upon us ve very was wasn we were weren what
    whatever when where whether which while who whoever whom whose why will with within without won would wouldn yet
    you your yours yourself yourselves
    """.split()  # noqa: SIM905  (a list of quoted words is harder to read and to add to)
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_STEMMER = snowballstemmer.stemmer("english")
_one_at_a_time = threading.Lock()  # a stemmer holds the word it is at work on


@lru_cache(maxsize=60_000)
def stems_of(word: str) -> tuple[str, ...]:
    """A word as it is compared: its stem, or nothing where it tells nothing. "can't" is read as "can" and "t"."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    pieces = re.split(r"[^\w]+", letters.replace("\u2019", "'").removesuffix("'s"))
    telling = [
        piece
        for piece in pieces
        if piece and piece not in STOP_WORDS and (len(piece) > 1 or not piece.isascii() or piece.isdigit())
    ]
    with _one_at_a_time:
        return tuple(str(_STEMMER.stemWord(piece))[:LONGEST_WORD] for piece in telling)


def _written(text: str) -> Iterator[str]:
    for found in _WORD.finditer(text[:LETTERS_AT_MOST]):
        yield found.group()[: 2 * LONGEST_WORD]


def analyse(text: str) -> list[str]:
    """The stems of a text in its order, as often as they stand there; empty where it has no telling word."""
    return [stem for word in _written(text) for stem in stems_of(word)]


def said(title: str, text: str) -> list[str]:
    """The stems of a thing with a title: what stands in the title counts twice."""
    named = analyse(title)
    return named + named + analyse(text)


def words_of(*texts: str) -> dict[str, str]:
    """Each stem of the texts with the word as it was first written: to name what two texts share."""
    found: dict[str, str] = {}
    for text in texts:
        for word in _written(text):
            for stem in stems_of(word):
                found.setdefault(stem, word)
    return found
