"""The piece of a text that shows why it was found, and the word somebody may have meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

PIECE_LETTERS = 220
_WORD = re.compile(r"\w+")
CHANGES_AT_MOST = 2


@dataclass(frozen=True)
class Piece:
    """A stretch of text, marked where it is one of the words asked for."""

    text: str
    marked: bool = False


def snippet(text: str, is_asked: Callable[[str], bool], letters: int = PIECE_LETTERS) -> tuple[Piece, ...]:
    """The stretch with most of the words asked for, in pieces; the beginning where there are none."""
    text = " ".join(text.split())
    found = [match for match in _WORD.finditer(text) if is_asked(match.group())]
    start = _best_start(text, [match.start() for match in found], letters)
    end = _end(text, start, letters)
    pieces = [Piece("… ")] if start else []
    at = start
    for match in found:
        if match.start() < at or match.end() > end:
            continue
        if match.start() > at:
            pieces.append(Piece(text[at : match.start()]))
        pieces.append(Piece(match.group(), marked=True))
        at = match.end()
    if at < end:
        pieces.append(Piece(text[at:end]))
    if end < len(text):
        pieces.append(Piece(" …"))
    return tuple(pieces)


def _best_start(text: str, starts: list[int], letters: int) -> int:
    if not starts or starts[-1] < letters:
        return 0
    best = max(starts, key=lambda at: (sum(at <= other < at + letters - 40 for other in starts), -at))
    if best < letters // 2:
        return 0
    space = text.rfind(" ", 0, max(0, best - 30))
    return space + 1


def _end(text: str, start: int, letters: int) -> int:
    if len(text) - start <= letters:
        return len(text)
    space = text.rfind(" ", start, start + letters)
    return space if space > start else start + letters


def closest(word: str, known: Iterable[tuple[str, int]]) -> str | None:
    """The known word (with how often it is known) that differs least; the more common of two; None if none is near.

    Short words may differ by one letter, words of six and more by two; letters that changed places are one change.
    """
    most = CHANGES_AT_MOST if len(word) > 5 else 1
    best: tuple[int, int, str] | None = None
    for other, times in known:
        if other == word or abs(len(other) - len(word)) > most or len(other) < 3:
            continue
        changes = _changes(word, other, most)
        if changes <= most and (best is None or (changes, -times, other) < best):
            best = (changes, -times, other)
    return best[2] if best else None


def _changes(one: str, other: str, most: int) -> int:
    """How many letters were left out, put in, changed or swapped; anything over `most` where there were more."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != its))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, above = above, row
    return above[-1]
