"""Searching: words in, cards out. Hits are ids and nothing of them is shown that the reader may not see now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from community_book.base import searching
from community_book.base.actor import Actor
from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.messages import N_, Message
from community_book.base.searching import KIND, OPEN, SUBJECT, ZONE, SearchCard
from community_book.base.terms import SUBJECTS
from community_book.places import queries as places
from community_book.places.rules import GridPoint, distance_m
from community_book.search import index
from community_book.search.port import Engine, NoIndex
from community_book.search.rules import (
    PIECE_LETTERS,
    Asked,
    Count,
    Counts,
    Piece,
    count_values,
    has_all,
    read_words,
    snippet,
)
from community_book.search.views import OF, Answer, Choice, Facet, Hit, Narrowing, Results, Shown

PER_PAGE = 20
HITS_AT_MOST = 400
"""Nobody turns the twentieth page; what is not among the best is found by better words."""
SUGGESTED_AT_MOST = 8
PLAIN_AT_MOST = 40
PLAIN_WORDS_AT_MOST = 8
WORDS_FOR_A_SUGGESTION = 5
LABELS = {
    KIND: Message(N_("Kind of help")),
    SUBJECT: Message(N_("Subject of advice")),
    ZONE: Message(N_("Area")),
    OPEN: Message(N_("Open now")),
}


def narrowing(reading: Session, wanted: Mapping[str, str]) -> Narrowing:
    """What can be narrowed down by, and what of `wanted` (facet -> value, `of` a kind of thing) there is."""
    sources = searching.search_sources()
    of = wanted.get("of", "")
    zones = [Choice(choice[0], choice[1]) for choice in places.zone_choices(reading)]
    offered = [
        Facet(KIND, LABELS[KIND], tuple(Choice(str(kind), KIND_LABELS[kind]) for kind in Kind if kind != Kind.CONDUCT)),
        Facet(SUBJECT, LABELS[SUBJECT], tuple(Choice(key, label) for key, label in SUBJECTS.items())),
        Facet(ZONE, LABELS[ZONE], tuple(zones)),
        Facet(OPEN, LABELS[OPEN], (Choice("yes", LABELS[OPEN]),)),
    ]
    for source in sources.values():
        for facet in source.facets:
            choices = tuple(Choice(value, words) for value, words in facet.choices(reading))
            offered.append(Facet(facet.name, facet.label, choices))
    chosen = {
        facet.name: wanted[facet.name]
        for facet in offered
        if wanted.get(facet.name) in {choice.value for choice in facet.choices}
    }
    return Narrowing(
        kinds=tuple(Choice(kind, source.label) for kind, source in sources.items()),
        of=of if of in sources else "",
        facets=tuple(replace(facet, chosen=chosen.get(facet.name, "")) for facet in offered if facet.choices),
        chosen=chosen,
    )


def search(
    reading: Session, actor: Actor, typed: str, narrowed: Narrowing, number: int = 1, *, near: str = ""
) -> Results:
    """One page of what fits the words typed. With a postcode in `near` the nearest come first.

    What was asked for in quotation marks and is nowhere is looked for as words.
    """
    words, phrases = read_words(typed)
    asked = Asked(words=words, phrases=phrases, of=narrowed.of, facets=narrowed.chosen)
    if asked.is_empty:
        return Results(0, (), 1, PER_PAGE, only_common=bool(typed))
    names = [facet.name for facet in narrowed.facets]
    try:
        answer, meant, stems, (counts, without) = index.ask(
            lambda words: (
                *(found := _found(engine := _with_meaning(words), asked, words)),
                _counts(engine, asked, found[0], names),
            )
        )
    except NoIndex:
        return _plain(reading, actor, typed, narrowed.of)
    point = places.find_postcode(reading, near) if near else None
    distances = _distances(reading, answer.hits, GridPoint(point.easting, point.northing), narrowed) if point else {}
    hits = _nearest_first(answer, distances)
    number = min(max(1, number), max(1, -(-len(hits) // PER_PAGE)))
    page = hits[(number - 1) * PER_PAGE : number * PER_PAGE]
    shown = _shown(reading, actor, page, stems, distances, only_open=OPEN in narrowed.chosen)
    return Results(
        total=len(hits) - (len(page) - len(shown)),
        shown=shown,
        number=number,
        per_page=PER_PAGE,
        meant=meant,
        only_common=bool(words) and not stems,
        some_words_only=len(stems) > 1 and not answer.whole and not phrases and not all(hit.meant for hit in hits),
        meant_only=bool(hits) and all(hit.meant for hit in hits),
        near_unknown=bool(near) and point is None,
        words_only=bool(words) and not _compares_meaning(),
        cut=len(hits) >= HITS_AT_MOST,
        counts=counts,
        without=without,
    )


def _with_meaning(words: Engine) -> Engine:
    """The index, and beside it what texts mean: read here, so that commands which search nothing stay light."""
    from community_book.search import interleaving, meaning

    return interleaving.Interleaved(words, meaning.places_for)


def _compares_meaning() -> bool:
    from community_book.search import meaning

    return meaning.is_compared()


def _found(engine: Engine, asked: Asked, by_words: Engine) -> tuple[Answer, str, frozenset[str]]:
    """What was found, what may have been meant instead, and the terms of the words asked for."""
    answer = _hits_of(engine, asked)
    stems = frozenset(term for word in asked.words for term in engine.terms_of(word))
    unknown = engine.meant_by(asked.words) if stems else {}
    meant = ""
    if unknown:
        instead = tuple(unknown.get(word, word) for word in asked.words)
        if by_words.find(replace(asked, words=instead, phrases=()), limit=1).hits:
            meant = " ".join(instead)
    return answer, meant, stems


def _hits_of(engine: Engine, asked: Asked) -> Answer:
    """What the engine finds; phrases that are nowhere are looked for as words."""
    answer = engine.find(asked, limit=HITS_AT_MOST)
    if not answer.hits and asked.phrases:
        answer = engine.find(replace(asked, phrases=()), limit=HITS_AT_MOST)
    return answer


def _counts(engine: Engine, asked: Asked, answer: Answer, names: Sequence[str]) -> tuple[Counts, dict[str, Count]]:
    """How many hits each answer of each facet would leave, and how many there are without each that is chosen.

    What is chosen is counted among the hits of the words alone: one more question, however much is chosen. Where
    that has more hits than are read, it is not counted.
    """
    cut = len(answer.hits) >= HITS_AT_MOST
    counts = {**{name: {} for name in (*names, OF)}, **count_values(map(_facets_of, answer.hits), cut=cut)}
    chosen = {**asked.facets, **({OF: asked.of} if asked.of else {})}
    for name in chosen:
        counts.pop(name)
    alone = replace(asked, facets={}, of="")
    if not chosen or cut or alone.is_empty:
        return counts, {}
    pool = _hits_of(engine, alone)
    if len(pool.hits) >= HITS_AT_MOST:
        return counts, {}
    without: dict[str, Count] = {}
    for name in chosen:
        others = {other: value for other, value in chosen.items() if other != name}
        left = [facets for facets in map(_facets_of, pool.hits) if has_all(facets, others)]
        counts[name] = count_values(left).get(name, {})
        without[name] = Count(len(left))
    return counts, without


def _facets_of(hit: Hit) -> Mapping[str, tuple[str, ...]]:
    return {**hit.facets, OF: (hit.of,)}


def _nearest_first(answer: Answer, distances: Mapping[Hit, tuple[int, bool]]) -> list[Hit]:
    """By distance, first among those that have every word; the order stays where no distance is known."""
    hits = list(answer.hits)
    if not distances:
        return hits
    far = (1 << 40, False)
    whole = sorted(hits[: answer.whole], key=lambda hit: distances.get(hit, far)[0])
    return whole + sorted(hits[answer.whole :], key=lambda hit: distances.get(hit, far)[0])


def _distances(
    reading: Session, hits: Sequence[Hit], here: GridPoint, narrowed: Narrowing
) -> dict[Hit, tuple[int, bool]]:
    """Metres to each hit whose point is public, or about to the middle of its nearest zone (then True)."""
    zones = (choice.value for facet in narrowed.facets if facet.name == ZONE for choice in facet.choices)
    middles = places.middles_of(reading, list(dict.fromkeys(int(zone.partition(":")[0]) for zone in zones)))
    by_zone = {zone_id: distance_m(here, middle) for zone_id, middle in middles.items()}
    found: dict[Hit, tuple[int, bool]] = {}
    for hit in hits:
        if hit.place.point is not None:
            found[hit] = (distance_m(here, GridPoint(*hit.place.point)), False)
            continue
        ids = (int(zone.partition(":")[2]) for zone in hit.place.zones)
        near = [by_zone[zone_id] for zone_id in ids if zone_id in by_zone]
        if near:
            found[hit] = (min(near), True)
    return found


def _cards(reading: Session, actor: Actor, hits: Sequence[Hit]) -> dict[Hit, SearchCard]:
    """The hits loaded again, one question for each kind; what the actor may not see now is left out."""
    ids: dict[str, list[int]] = defaultdict(list)
    for hit in hits:
        ids[hit.of].append(hit.id)
    sources = searching.search_sources()
    loaded = {of: sources[of].cards(reading, actor, numbers) for of, numbers in ids.items() if of in sources}
    return {hit: loaded[hit.of][hit.id] for hit in hits if hit.id in loaded.get(hit.of, {})}


def _shown(
    reading: Session,
    actor: Actor,
    hits: Sequence[Hit],
    stems: frozenset[str],
    distances: Mapping[Hit, tuple[int, bool]],
    *,
    only_open: bool = False,
) -> tuple[Shown, ...]:
    sources = searching.search_sources()
    found = []
    for hit, card in _cards(reading, actor, hits).items():
        if only_open and not card.is_open:
            continue
        metres, about = distances.get(hit, (None, False))
        found.append(
            Shown(
                card=card,
                tag=sources[hit.of].tag,
                title=_marked(card.title, stems, len(card.title)),
                organisation=_marked(card.organisation, stems, len(card.organisation)),
                pieces=_marked(card.text, stems),
                distance_m=metres,
                about=about,
                meant=hit.meant,
            )
        )
    return tuple(found)


def _marked(text: str, stems: frozenset[str], letters: int = PIECE_LETTERS) -> tuple[Piece, ...]:
    return snippet(text, lambda word: not stems.isdisjoint(index.terms_of(word)), letters)


def _plain(reading: Session, actor: Actor, typed: str, of: str) -> Results:
    """What the database finds by itself: every word stands somewhere, newest or by name; no ranking, no filters."""
    words = " ".join(dict.fromkeys(read_words(typed)[0][:PLAIN_WORDS_AT_MOST]))
    hits = [
        Hit(kind, number)
        for kind, source in searching.search_sources().items()
        if of in {"", kind}
        for number in source.plain(reading, actor, words, PLAIN_AT_MOST)
    ]
    stems = frozenset(term for word in words.split() for term in index.terms_of(word))
    shown = _shown(reading, actor, hits[:PLAIN_AT_MOST], stems, {})
    return Results(len(shown), shown, 1, PLAIN_AT_MOST, by_engine=False)


def suggestions(reading: Session, actor: Actor, typed: str) -> list[str]:
    """Titles that fit what is being typed, as the actor may see them now; none without an index."""
    words, _ = read_words(typed)
    if not words or len(words[-1]) < 2:
        return []
    asked = Asked(words=words[-WORDS_FOR_A_SUGGESTION:], last_unfinished=True)
    try:
        answer = index.ask(lambda engine: engine.find(asked, limit=SUGGESTED_AT_MOST))
    except NoIndex:
        return []
    cards = _cards(reading, actor, answer.hits[: answer.whole or SUGGESTED_AT_MOST])
    return list(dict.fromkeys(card.title for card in cards.values()))
