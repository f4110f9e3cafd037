"""What a room gives to be searched: its documents, its things loaded again, and what they are narrowed down by.

`search` keeps a copy of the documents. They hold what everybody may read and nothing else; what is shown of a hit
always comes from `cards`, with the reader's own scope.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from community_book.base import registers
from community_book.base.actor import Actor
from community_book.base.messages import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from community_book.base.outbox import Event

OPEN = "open"
KIND = "kind"
SUBJECT = "subject"
ZONE = "zone"
"""Facets several rooms share. A zone's value is "scheme_id:zone_id"; of `OPEN` there is only "yes"."""


@dataclass(frozen=True)
class SearchDocument:
    """The words of one thing that everybody may read: no contact, and no place but the names of its zones.

    `tags` are words of lists (kind, subject, measure, zone). `facets` maps a facet to the values it has here.
    `easting` and `northing` only where the place is public. `sinks` puts it below others alike: it is out of date
    or over.
    """

    id: int
    title: str
    body: str = ""
    organisation: str = ""
    tags: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    easting: int | None = None
    northing: int | None = None
    sinks: bool = False


@dataclass(frozen=True)
class SearchCard:
    """One thing found, loaded again with the reader's scope. `subject` leads to its page ("need:N-7K2M9Q")."""

    subject: str
    title: str
    text: str
    organisation: str = ""
    facts: tuple[Message, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class SearchFacet:
    """Something to narrow down by, as a list to choose from: (value, words)."""

    name: str
    label: Message
    choices: Callable[[Session], Sequence[tuple[str, Message | str]]]


@dataclass(frozen=True)
class SearchSource:
    """One kind of thing that can be found.

    `documents(reading, ids)` gives those everybody may see (all without ids); an id left out is taken off the index.
    `cards(reading, actor, ids)` loads again what the actor may see, by id. `plain(reading, actor, words, limit)` finds
    ids by the database alone. `touched` says for each event which ids changed.
    """

    kind: str
    label: Message
    tag: Message
    documents: Callable[[Session, Collection[int] | None], Iterable[SearchDocument]]
    cards: Callable[[Session, Actor, Collection[int]], Mapping[int, SearchCard]]
    plain: Callable[[Session, Actor, str, int], Sequence[int]]
    touched: Mapping[str, Callable[[Session, Event], Collection[int]]]
    facets: tuple[SearchFacet, ...] = ()
    order: int = 50


@dataclass(frozen=True)
class SearchIndex:
    """How the index is made: anew, or only where there is none; both say how many things it holds."""

    rebuild: Callable[[], int]
    make_if_missing: Callable[[], int]


def add_search_source(source: SearchSource) -> None:
    """Adds a kind of thing that can be found."""
    registers.held().search_sources[source.kind] = source


def search_sources() -> Mapping[str, SearchSource]:
    """The kinds of thing that can be found, in the order in which they are offered."""
    sources = sorted(registers.held().search_sources.values(), key=lambda source: source.order)
    return {source.kind: source for source in sources}


def use_search_index(index: SearchIndex) -> None:
    """Says how the index of this site is made."""
    registers.held().search_index = index


def search_index() -> SearchIndex | None:
    """How the index is made: for the worker when it starts, and for who loads much at a time."""
    return registers.held().search_index
