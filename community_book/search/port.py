"""The port to the engine: words in, ids out. What stands behind it is whoosh_engine.py, and nothing else knows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from community_book.base.searching import SearchDocument
from community_book.search.rules import Asked
from community_book.search.views import Answer, Hit


class Engine(Protocol):
    """An index in a folder. One process writes at a time; any number read."""

    name: str

    def find(self, asked: Asked, *, limit: int) -> Answer:
        """The best hits: those with all the words first, then by how well they fit."""

    def those(self, keys: Collection[tuple[str, int]], asked: Asked) -> tuple[Hit, ...]:
        """Those of the things, by kind and id, that are there and fit what one narrows down by, in the order given."""

    def terms_of(self, word: str) -> tuple[str, ...]:
        """A word as the index has it: its stem, or nothing where it is too common to be looked for."""

    def meant_by(self, words: Collection[str]) -> dict[str, str]:
        """For words no document has: the known word each may have meant."""

    def write(self, documents: Iterable[tuple[str, SearchDocument]], gone: Iterable[tuple[str, int]] = ()) -> int:
        """Puts documents in, each with its kind, in place of what is there; takes off what is gone; saves."""

    def close(self) -> None:
        """Lets go of its files."""


class NoIndex(Exception):
    """There is no index, or it cannot be opened: the database answers instead."""
