"""What is told of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from community_book.base.messages import Message
from community_book.base.searching import SearchCard
from community_book.search.rules import Count, Counts, Piece

OF = "of"
"""The kind of thing, counted like a facet."""


@dataclass(frozen=True)
class Place:
    """Where a thing is, as far as everybody may know: its point where that is public, and its zones."""

    point: tuple[int, int] | None = None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A thing found, by kind and id, with its public place and what it can be narrowed down by.

    `sinks`: out of date or over. `meant`: it shares no word with what was asked, but means something like it.
    """

    of: str
    id: int
    place: Place = Place()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    sinks: bool = False
    meant: bool = False


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
    meant: bool = False

    @property
    def kilometres(self) -> str:
        return f"{(self.distance_m or 0) / 1000:.1f}"


@dataclass(frozen=True)
class Results:
    """One page of what was found. `meant` is what may have been meant; `by_engine` False: the database answered.

    `only_common`: no word that can be looked for was asked. `some_words_only`: nothing has all of the words.
    `meant_only`: nothing has any of them. `words_only`: what things mean is not compared here.
    `cut`: there is more than is counted. `counts` by facet says how many each of its answers would leave, and
    `without` how many would be found if a facet that is chosen were taken off.
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
    words_only: bool = False
    meant_only: bool = False
    cut: bool = False
    counts: Counts = field(default_factory=dict)
    without: Mapping[str, Count] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True)
class Choice:
    """An answer to choose; `count` says how many hits it would leave, where that was counted."""

    value: str
    words: Message | str
    count: Count | None = None


@dataclass(frozen=True)
class Facet:
    """Something to narrow down by, as the page offers it."""

    name: str
    label: Message
    choices: tuple[Choice, ...]
    chosen: str = ""

    @property
    def answer(self) -> Message | str:
        """The chosen answer in words; "" where nothing is chosen."""
        return next((choice.words for choice in self.choices if choice.value == self.chosen), "")


@dataclass(frozen=True)
class Narrowing:
    """Everything the page offers to narrow down by, and what is chosen: facet -> value."""

    kinds: tuple[Choice, ...]
    of: str
    facets: tuple[Facet, ...]
    chosen: Mapping[str, str]

    def counted(self, counts: Counts) -> Narrowing:
        """The same with how many hits each answer would leave; answers that leave nothing go, but for those chosen."""
        facets = (
            replace(facet, choices=_counted(facet.choices, counts[facet.name], facet.chosen))
            if facet.name in counts
            else facet
            for facet in self.facets
        )
        kinds = tuple(
            replace(kind, count=counts[OF].get(kind.value, Count(0))) if OF in counts else kind for kind in self.kinds
        )
        return replace(self, facets=tuple(facet for facet in facets if facet.choices), kinds=kinds)


def _counted(choices: tuple[Choice, ...], counts: Mapping[str, Count], chosen: str) -> tuple[Choice, ...]:
    return tuple(
        replace(choice, count=counts.get(choice.value, Count(0)))
        for choice in choices
        if choice.value in counts or choice.value == chosen
    )
