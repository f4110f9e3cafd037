"""Small counts are hidden, and with them what would tell them by subtraction; medians of counted days. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cwb.reporting.rules.showing import HIDE_BELOW


def hide_small_counts(counts: Sequence[int]) -> list[int | None]:
    """A column of counts whose sum is known: None stands for what is hidden.

    Every count under 5 is hidden. One hidden alone, or several that are fewer than 5 together, would be told by
    the sum less the others: then the least of the others is hidden too.
    """
    hidden = {place for place, count in enumerate(counts) if count < HIDE_BELOW}
    rest = sorted(set(range(len(counts))) - hidden, key=lambda place: (counts[place], place))
    while hidden and rest and (len(hidden) < 2 or sum(counts[place] for place in hidden) < HIDE_BELOW):
        hidden.add(rest.pop(0))
    return [None if place in hidden else count for place, count in enumerate(counts)]


def median_halves(counted: Mapping[int, int]) -> int | None:
    """Twice the median of values given as value → how often, so that it stays whole; None without any."""
    often = sum(counted.values())
    if often == 0:
        return None
    ordered = sorted(counted.items())
    return _nth(ordered, (often - 1) // 2) + _nth(ordered, often // 2)


def _nth(ordered: Sequence[tuple[int, int]], place: int) -> int:
    for value, often in ordered:
        if place < often:
            return value
        place -= often
    raise IndexError(place)
