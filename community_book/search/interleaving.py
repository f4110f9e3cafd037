"""The index and the generation of texts asked together, behind the same port as the index alone.

The index says what is there, what fits what one narrows down by, and what has every word. In which order the rest
comes, and what is found though it shares no word, the texts say. Without a generation the index answers as it does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from community_book.base.searching import SearchDocument
from community_book.search.generations import Key, Placed, Places
from community_book.search.port import Engine
from community_book.search.rules import Asked
from community_book.search.texts import NOWHERE
from community_book.search.views import Answer, Hit

SHORT = 6
"""Of so few words what has all of them comes first, in the order of the index."""
MEANT_AT_MOST = 20
MEANT_FROM = 0.25
"""What shares no word is shown where it is so much alike; or less, where no text has any of the words."""


class Interleaved:
    """An engine that answers by words and by meaning."""

    def __init__(self, engine: Engine, places_for: Callable[[str], Places]) -> None:
        self.engine = engine
        self.name = engine.name
        self.places_for = places_for

    def find(self, asked: Asked, *, limit: int) -> Answer:
        answer = self.engine.find(asked, limit=limit)
        if not asked.words or asked.phrases or asked.last_unfinished:
            return answer
        terms = {term for word in asked.words for term in self.engine.terms_of(word)}
        places = self.places_for(" ".join(asked.words)) if terms else {}
        if not places:
            return answer
        enough = MEANT_FROM if any(placed.by_words != NOWHERE for placed in places.values()) else 0.0
        like = [
            key for key, placed in places.items() if placed.by_words == NOWHERE and placed.alike >= enough
        ]  # chosen before anything is narrowed down, so that what is counted is what is found
        found = {(hit.of, hit.id) for hit in answer.hits}
        new = [key for key in like[:MEANT_AT_MOST] if key not in found]
        meant = [replace(hit, meant=True) for hit in self.engine.those(new, asked)]
        return _together(answer, meant, places, limit, is_short=len(terms) <= SHORT)

    def those(self, keys: Collection[Key], asked: Asked) -> tuple[Hit, ...]:
        return self.engine.those(keys, asked)

    def terms_of(self, word: str) -> tuple[str, ...]:
        return self.engine.terms_of(word)

    def meant_by(self, words: Collection[str]) -> dict[str, str]:
        return self.engine.meant_by(words)

    def write(self, documents: Iterable[tuple[str, SearchDocument]], gone: Iterable[tuple[str, int]] = ()) -> int:
        return self.engine.write(documents, gone)

    def close(self) -> None:
        self.engine.close()


def _together(answer: Answer, meant: list[Hit], places: Places, limit: int, *, is_short: bool) -> Answer:
    """What has every word of a short question, then everything else by its place; what sinks, lower."""
    whole = answer.whole if is_short else 0
    rest = [*enumerate(answer.hits[whole:], whole + 1), *((NOWHERE, hit) for hit in meant)]
    rest.sort(key=lambda pair: _turn(pair[0], pair[1], places))
    hits = (*answer.hits[:whole], *(hit for _, hit in rest))[:limit]
    return Answer(answer.total + len(meant), hits, whole if is_short else len(hits))


def _turn(by_index: int, hit: Hit, places: Mapping[Key, Placed]) -> tuple[int, int]:
    """Its place among the texts, or that in the index where the texts do not know it."""
    placed = places.get((hit.of, hit.id))
    place = placed.place if placed is not None else by_index
    return (place * (2 if hit.sinks else 1), by_index)
