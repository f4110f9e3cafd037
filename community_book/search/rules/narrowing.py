"""How many hits each answer to a question would leave: counted from the hits, never guessed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """How many hits there are; `at_least` where the hits were cut off, so that there may be more."""

    number: int
    at_least: bool = False

    @property
    def words(self) -> str:
        return f"{self.number}+" if self.at_least else str(self.number)


Counts = Mapping[str, Mapping[str, Count]]
"""By facet and value. A facet that is not there was not counted; a value that is not there would leave nothing."""


def count_values(found: Iterable[Mapping[str, tuple[str, ...]]], *, cut: bool = False) -> dict[str, dict[str, Count]]:
    """How many of the things found have each value of each facet. `cut`: not all that fits is among them."""
    counted: dict[str, Counter[str]] = {}
    for facets in found:
        for name, values in facets.items():
            counted.setdefault(name, Counter()).update(set(values))
    return {name: {value: Count(number, cut) for value, number in values.items()} for name, values in counted.items()}


def has_all(facets: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str]) -> bool:
    """Whether a thing has every answer that is chosen."""
    return all(value in facets.get(name, ()) for name, value in chosen.items())
