"""The engine: Whoosh, touched here only (house decisions 11 and 14).

User text never reaches Whoosh's own query language: words become terms, quoted words become phrases. A document is
scored by each of its fields (BM25F) for every word it has, so that a question in a sentence finds something too.
"""

from __future__ import annotations

import heapq
import logging
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its regular expressions are older than today's Python
    from whoosh import fields, index, query, scoring
    from whoosh.analysis import CharsetFilter, LowercaseFilter, RegexTokenizer, StemFilter, StopFilter
    from whoosh.codec import whoosh3
    from whoosh.lang.stopwords import stoplists
    from whoosh.matching.wrappers import FilterMatcher
    from whoosh.query.compound import DefaultOr
    from whoosh.reading import ReaderClosed
    from whoosh.support.charset import accent_map
    from whoosh.util.numeric import byte_to_length

from community_book.base.searching import ZONE, SearchDocument
from community_book.search.port import NoIndex
from community_book.search.rules import Asked, closest
from community_book.search.views import Answer, Hit, Place

TRIES = 4
"""One process commits while others read: a file that was there may be gone when it is opened."""
TERMS_AT_MOST = 32
POSTINGS_AT_MOST = 20_000
"""How many documents a question may look at, the rarest words first: it bounds the time of any search."""
ENDINGS_AT_MOST = 30
WORDS_COMPARED_AT_MOST = 3_000
ALL_WORDS_UP_TO = 6
"""Only short questions are answered first by what has all their words: of a sentence nothing has."""
WEIGHTS = {"title": 1.3, "body": 1.0, "organisation": 0.9, "tags": 0.6}
SINKING = 0.6
"""What is out of date or over counts so much of its score."""
WRITER_MEGABYTES = 64
K1, B = 1.5, 0.75
"""How soon more of a word counts no more, and how much a long text counts less (BM25)."""
LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float64)
_lengths_of: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
log = logging.getLogger(__name__)
Found = TypeVar("Found")

_letters = RegexTokenizer(r"\w+") | LowercaseFilter() | CharsetFilter(accent_map)
_stems = _letters | StopFilter(stoplist=stoplists["en"], minsize=2) | StemFilter()


@lru_cache(maxsize=20_000)
def terms(word: str) -> tuple[str, ...]:
    """A word as an index has it: its stem, or nothing where it is too common to be looked for."""
    return tuple(token.text for token in _stems(word))


def _schema() -> Any:
    text = {name: fields.TEXT(analyzer=_stems, phrase=True) for name in WEIGHTS}
    return fields.Schema(
        key=fields.ID(unique=True),
        of=fields.ID(stored=True),
        number=fields.STORED,
        place=fields.STORED,
        worth=fields.STORED,
        facets=fields.KEYWORD(commas=True),
        words=fields.TEXT(analyzer=_letters, phrase=False),
        **text,
    )


class WhooshEngine:
    """An index in a folder; opened when it is first asked, and its searcher kept and refreshed."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._searcher: Any = None
        self._lock = threading.RLock()

    @classmethod
    def make(cls, folder: Path) -> WhooshEngine:
        """An empty index in an empty folder."""
        index.create_in(str(folder), _schema()).close()
        return cls(folder)

    def close(self) -> None:
        with self._lock:
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None

    # --- reading ---------------------------------------------------------------------------------

    def _ask(self, question: Callable[[Any], Found]) -> Found:
        """Asks the newest state of the index, opening it again where files went away meanwhile. Raises NoIndex."""
        with self._lock:
            for _ in range(TRIES):
                try:
                    return question(self._newest())
                except (FileNotFoundError, ReaderClosed):  # the latter where a file went while it was read anew
                    self._let_go()
                except Exception as error:
                    log.exception("the search index in %s cannot be read", self.folder.name)
                    self._let_go()
                    raise NoIndex from error
        raise NoIndex

    def _newest(self) -> Any:
        if self._searcher is None:
            self._searcher = index.open_dir(str(self.folder)).searcher(weighting=scoring.BM25F(B=B, K1=K1))
        elif not self._searcher.up_to_date():
            self._searcher = self._searcher.refresh()
        return self._searcher

    def _let_go(self) -> None:
        """Forgets a searcher that may be half open."""
        self._searcher = None

    def find(self, asked: Asked, *, limit: int) -> Answer:
        return self._ask(lambda searcher: self._find(searcher, asked, limit))

    def _find(self, searcher: Any, asked: Asked, limit: int) -> Answer:
        narrowed = _narrowed(asked)
        if not asked.words:
            numbers = sorted(searcher.docs_for_query(narrowed), reverse=True) if narrowed else []
            return Answer(len(numbers), _hits(searcher, numbers[:limit]))
        ending = asked.words[-1] if asked.last_unfinished else ""
        terms = _affordable(searcher, _counted(asked.words[:-1] if ending else asked.words))
        per_word = [_any_field(term, times) for term, times in terms.items()]
        if ending:
            per_word.append(DefaultOr([query.Term("words", word) for word in _endings(searcher, ending)]))
        if not per_word:
            return Answer(0, ())
        if asked.phrases:
            phrases = query.And([_phrase(phrase) for phrase in asked.phrases])
            narrowed = query.And([narrowed, phrases]) if narrowed else phrases
        return _ranked(searcher, [word.subqueries for word in per_word], narrowed, limit)

    def those(self, keys: Collection[tuple[str, int]], asked: Asked) -> tuple[Hit, ...]:
        wanted = query.Or([query.Term("key", f"{of}:{number}") for of, number in keys])
        narrowed = _narrowed(asked)
        asks = query.And([wanted, narrowed]) if narrowed else wanted
        found = self._ask(lambda searcher: _hits(searcher, list(searcher.docs_for_query(asks)))) if keys else ()
        at = {key: place for place, key in enumerate(keys)}
        return tuple(sorted(found, key=lambda hit: at[hit.of, hit.id]))

    def terms_of(self, word: str) -> tuple[str, ...]:
        return terms(word)

    def meant_by(self, words: Collection[str]) -> dict[str, str]:
        return self._ask(lambda searcher: _meant(searcher, words))

    # --- writing ---------------------------------------------------------------------------------

    def write(self, documents: Iterable[tuple[str, SearchDocument]], gone: Iterable[tuple[str, int]] = ()) -> int:
        opened = index.open_dir(str(self.folder))
        try:
            replaces = opened.doc_count_all() > 0
            writer = opened.writer(limitmb=WRITER_MEGABYTES)
            try:
                for of, number in gone:
                    writer.delete_by_term("key", f"{of}:{number}")
                count = 0
                for of, document in documents:
                    if replaces:
                        writer.delete_by_term("key", f"{of}:{document.id}")
                    writer.add_document(**_as_fields(of, document))
                    count += 1
            except BaseException:
                writer.cancel()
                raise
            writer.commit()
            return count
        finally:
            opened.close()


def _as_fields(of: str, document: SearchDocument) -> dict[str, Any]:
    point = None
    if document.easting is not None and document.northing is not None:
        point = (document.easting, document.northing)
    texts = {name: getattr(document, name) for name in WEIGHTS}
    values = [f"{name}={value}" for name, found in document.facets.items() for value in found]
    return {
        "key": f"{of}:{document.id}",
        "of": of,
        "number": document.id,
        "place": (point, {name: tuple(found) for name, found in document.facets.items() if found}),
        "facets": ",".join(values),
        "words": " ".join(texts.values()),
        "worth": SINKING if document.sinks else 1.0,
        **texts,
    }


def _narrowed(asked: Asked) -> Any:
    terms = [query.Term("facets", f"{name}={value}") for name, value in asked.facets.items()]
    if asked.of:
        terms.append(query.Term("of", asked.of))
    return query.And(terms) if terms else None


def _counted(words: Sequence[str]) -> Counter[str]:
    """The terms of the words with how often each is asked for: a question repeats what it is about."""
    return Counter(token.text for token in _stems(" ".join(words)))


def _affordable(searcher: Any, counted: Counter[str]) -> Counter[str]:
    """The rarest terms, as many as can be looked at in bounded time; one at least."""
    many = {term: sum(searcher.doc_frequency(name, term) for name in WEIGHTS) for term in counted}
    left, chosen = POSTINGS_AT_MOST, Counter[str]()
    for term in sorted(counted, key=lambda term: (many[term], term))[:TERMS_AT_MOST]:
        if chosen and many[term] > left:
            break
        chosen[term] = counted[term]
        left -= many[term]
    return chosen


def _any_field(term: str, times: int) -> Any:
    return DefaultOr([query.Term(name, term, boost=weight * times) for name, weight in WEIGHTS.items()])


def _phrase(words: Sequence[str]) -> Any:
    """The words one after the other in any field; the common ones among them do not count."""
    terms = [token.text for token in _stems(" ".join(words))]
    if len(terms) < 2:
        return _any_field(terms[0], 1) if terms else query.Every()
    return query.Or([query.Phrase(name, terms) for name in WEIGHTS])


def _endings(searcher: Any, beginning: str) -> list[str]:
    """The commonest words that begin so."""
    letters = "".join(token.text for token in _letters(beginning))
    if not letters:
        return []
    found = searcher.reader().expand_prefix("words", letters)
    known = [(-searcher.doc_frequency("words", word), word) for word, _ in zip(_texts(found), range(300), strict=False)]
    return [word for _, word in sorted(known)[:ENDINGS_AT_MOST]]


def _texts(found: Iterable[Any]) -> Iterable[str]:
    return (word.decode() if isinstance(word, bytes) else word for word in found)


def _ranked(searcher: Any, per_word: Sequence[Sequence[Any]], narrowed: Any, limit: int) -> Answer:
    """Those that have every word of a short question first, then by score."""
    scores, with_all = _added_up(searcher, per_word)
    if narrowed is not None:
        allowed = set(searcher.docs_for_query(narrowed))
        scores = {number: score for number, score in scores.items() if number in allowed}
    is_short = 1 < len(per_word) <= ALL_WORDS_UP_TO
    whole = with_all & scores.keys() if is_short else set()
    first = _highest({number: scores[number] for number in whole}, limit)
    rest = _highest(scores, limit - len(first), but=whole) if len(first) < limit else []
    shown = (*_by_worth(searcher, first), *_by_worth(searcher, rest))
    return Answer(len(scores), shown, len(whole) if is_short else len(scores))


def _added_up(searcher: Any, per_word: Sequence[Sequence[Any]]) -> tuple[dict[int, float], set[int]]:
    """The score of each document that has any of the words, in any field: the sum of theirs; and those with all.

    Each word comes as a `Term` for each field. Whoosh's own ways walk through an array of all documents, or ask for
    each document's score by itself; of many documents few have a word, and these are reckoned by the array.
    """
    have_it: list[set[int]] = [set() for _ in per_word]
    numbers, scores = [np.empty(0, np.int64)], [np.empty(0)]
    for leaf, offset in searcher.leaf_searchers():
        reader = leaf.reader()
        deleted = np.fromiter(reader._perdoc.deleted_docs(), np.int64)
        for pieces, have in zip(per_word, have_it, strict=True):
            for piece in pieces:
                if (piece.fieldname, piece.text) not in reader:
                    continue
                documents, times = _postings(reader, piece.fieldname, piece.text)
                if deleted.size:
                    there = np.isin(documents, deleted, invert=True)
                    documents, times = documents[there], times[there]
                lengths = LENGTHS[_lengths(reader, piece.fieldname)[documents]]
                usual = searcher.avg_field_length(piece.fieldname) or 1
                damped = times + K1 * ((1 - B) + B * lengths / usual)
                idf = searcher.idf(piece.fieldname, piece.text)
                scores.append(idf * ((times * (K1 + 1)) / damped) * piece.boost)
                numbers.append(documents + offset)
                have.update(numbers[-1].tolist())
    each, place = np.unique(np.concatenate(numbers), return_inverse=True)
    added = np.bincount(place, weights=np.concatenate(scores), minlength=len(each))
    return dict(zip(each.tolist(), added.tolist(), strict=True)), set.intersection(*have_it)


def _postings(reader: Any, name: str, term: str) -> tuple[Any, Any]:
    """The documents of one segment that have a term in a field, those that are gone too, and how often."""
    matcher = reader.postings(name, term)
    if isinstance(matcher, FilterMatcher):  # it steps over those that are gone, one by one
        matcher = matcher.child
    documents: list[int] = []
    times: list[float] = []
    while matcher.is_active():
        if isinstance(matcher, whoosh3.W3LeafMatcher):  # by blocks of some hundred
            matcher.id(), matcher.weight()
            documents.extend(matcher._ids)
            times.extend(matcher._weights)
            matcher._next_block()
        else:
            documents.append(matcher.id())
            times.append(matcher.weight())
            matcher.next()
    return np.array(documents, np.int64), np.array(times, np.float64)


def _lengths(reader: Any, name: str) -> Any:
    """How many terms each document of a segment has in a field, as a byte for a number near it; read once."""
    kept = _lengths_of.setdefault(reader, {})
    if name not in kept:
        column = reader._perdoc.column_reader(whoosh3._lenfield(name), whoosh3.LENGTHS_COLUMN)
        written = np.frombuffer(column._dbfile.get(column._basepos, column._count), np.uint8)
        kept[name] = np.zeros(reader.doc_count_all(), np.uint8)  # the last ones without the field are not written
        kept[name][: len(written)] = written
    return kept[name]


def _highest(scores: Mapping[int, float], many: int, but: Collection[int] = ()) -> list[tuple[int, float]]:
    """The documents with the highest scores, of equal ones those that came first."""
    left = ((number, score) for number, score in scores.items() if number not in but)
    return heapq.nsmallest(many, left, key=lambda one: (-one[1], one[0]))


def _by_worth(searcher: Any, found: Iterable[tuple[int, float]]) -> tuple[Hit, ...]:
    """Hits in the order of their scores, what sinks below others alike."""
    rows = [(searcher.stored_fields(number), score) for number, score in found]
    rows.sort(key=lambda row: -row[0]["worth"] * row[1])
    return tuple(_hit(stored) for stored, _ in rows)


def _hits(searcher: Any, numbers: Sequence[int]) -> tuple[Hit, ...]:
    return tuple(_hit(searcher.stored_fields(number)) for number in numbers)


def _hit(stored: dict[str, Any]) -> Hit:
    point, facets = stored["place"]
    if not isinstance(facets, dict):
        facets = {ZONE: facets}  # written by an earlier release; the whole index is made anew at night
    sinks = stored["worth"] < 1
    return Hit(stored["of"], stored["number"], Place(point, facets.get(ZONE, ())), facets, sinks)


def _meant(searcher: Any, words: Collection[str]) -> dict[str, str]:
    meant = {}
    for word in words:
        letters = "".join(token.text for token in _letters(word))
        if len(letters) < 4 or letters.isdigit() or searcher.doc_frequency("words", letters):
            continue
        near = _texts(searcher.reader().expand_prefix("words", letters[0]))
        alike = [known for known in near if abs(len(known) - len(letters)) <= 2]
        if len(alike) > WORDS_COMPARED_AT_MOST:
            alike = [known for known in alike if known[1:2] == letters[1:2] or known[2:3] == letters[1:2]]
        known_words = [(known, searcher.doc_frequency("words", known)) for known in alike[:WORDS_COMPARED_AT_MOST]]
        if found := closest(letters, known_words):
            meant[word] = found
    return meant
