"""What is told of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from community_book.base.messages import Message
from community_book.base.searching import SearchCard
from community_book.search.rules import Piece


@dataclass(frozen=True)
class Place:
    """Where a thing is, as far as everybody may know: its point where that is public, and its zones."""

    point: tuple[int, int] | None = None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A thing found, by kind and id, with its public place."""

    of: str
    id: int
    place: Place = Place()


@dataclass(frozen=True)
class Answer:
    """What the engine found: how many in all, the best of them in order, and how many have every word asked for."""

    total: int
    hits: tuple[Hit, ...]
    whole: int = 0


@dataclass(frozen=True)
class Shown:
    """A hit as the page shows it. `distance_m` from the postcode asked for; `about` where only its zone is known."""

    card: SearchCard
    tag: Message
    title: tuple[Piece, ...]
    organisation: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    distance_m: int | None = None
    about: bool = False

    @property
    def kilometres(self) -> str:
        return f"{(self.distance_m or 0) / 1000:.1f}"


@dataclass(frozen=True)
class Results:
    """One page of what was found. `meant` is what may have been meant; `by_engine` False: the database answered.

    `only_common`: no word that can be looked for was asked. `some_words_only`: nothing has all of the words.
    """

    total: int
    shown: tuple[Shown, ...]
    number: int
    per_page: int
    by_engine: bool = True
    meant: str = ""
    only_common: bool = False
    some_words_only: bool = False
    near_unknown: bool = False

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True)
class Choice:
    value: str
    words: Message | str


@dataclass(frozen=True)
class Facet:
    """Something to narrow down by, as the page offers it."""

    name: str
    label: Message
    choices: tuple[Choice, ...]
    chosen: str = ""


@dataclass(frozen=True)
class Narrowing:
    """Everything the page offers to narrow down by, and what is chosen: facet -> value."""

    kinds: tuple[Choice, ...]
    of: str
    facets: tuple[Facet, ...]
    chosen: Mapping[str, str]
