"""The score of pairs, 0 to 1,000, in parts that are whole numbers and add up exactly."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import Kind
from community_book.search.texts import LAST_RANK, text_points
from cwb.matching.engine.columns import Ints
from cwb.matching.engine.fitting import Seen

Points = NDArray[np.int32]
PARTS = ("text", "subject", "near", "soon", "covered", "kept", "had")
NEAR_M, FAR_M = 500, 10_000
SOON_DAYS, LATER_DAYS = 14, 182
EXPECTED_BASIS_POINTS, EXPECTED_COUNTS_AS = 7_000, 3
"""A provider is judged as if it had first kept 70% of 3 promises, so that one promise kept or broken says little."""
ONLINE, IN_THE_ZONE, IN_THE_BOROUGH = -1, -2, -3
"""What stands for the way where it does not matter, or is not known."""


@dataclass(frozen=True)
class Weights:
    """The most each part of a score can give; together 1,000. Raises ValueError otherwise."""

    text: int = 300
    subject: int = 50
    near: int = 150
    soon: int = 100
    covered: int = 150
    kept: int = 125
    had: int = 125

    def __post_init__(self) -> None:
        if any(most < 0 for most in self.all) or sum(self.all) != 1000:
            raise ValueError(f"the weights of a score are whole numbers from 0 that add up to 1000, not {self.all}")

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


USUAL = Weights()


def for_text(place: NDArray[np.int16], most: int) -> Points:
    """By place among both lists; 0 for none."""
    table = np.asarray([0, *(text_points(at, most) for at in range(1, LAST_RANK + 1))], dtype=np.int32)
    found: Points = table[place]
    return found


def for_subject(kind: Kind, part: Seen, most: int) -> Points:
    """Full for what was asked for; half where both say only "something else"."""
    if kind not in {Kind.ADVICE, Kind.GOODS}:
        return np.full(part.ids.shape, most, dtype=np.int32)
    return np.where(part.vague, most // 2, most).astype(np.int32)


def way_m(pledge: Seen, part: Seen) -> Points:
    """Metres between the two, or why they do not count."""
    across = (pledge.east - part.east).astype(np.float64)
    along = (pledge.north - part.north).astype(np.float64)
    way = np.rint(np.sqrt(across * across + along * along)).astype(np.int32)
    unknown = np.where(pledge.borough, IN_THE_BOROUGH, IN_THE_ZONE)
    known = pledge.placed & part.placed
    return np.where(part.online, ONLINE, np.where(known, way, unknown)).astype(np.int32)


def for_way(way: Points, most: int) -> Points:
    found = most * (FAR_M - np.clip(way, NEAR_M, FAR_M)) // (FAR_M - NEAR_M)
    found = np.where(way == IN_THE_ZONE, most * 2 // 3, found)
    found = np.where(way == IN_THE_BOROUGH, most // 2, found)
    return np.where(way == ONLINE, most, found).astype(np.int32)


def for_days(part: Seen, on: int, most: int) -> Points:
    """More for what runs out soon."""
    days = np.clip(part.last - on, SOON_DAYS, LATER_DAYS)
    found: Points = (most * (LATER_DAYS - days) // (LATER_DAYS - SOON_DAYS)).astype(np.int32)
    return found


def for_cover(amount: Ints, part: Seen, most: int) -> Points:
    """The share of what is still needed; half where the group is not sure how much it needs."""
    left = np.maximum(part.left, 1)
    share = np.floor(most * (np.minimum(amount, left) / left))
    return np.where(part.sure, share, most // 2).astype(np.int32)


def for_track(pledge: Seen, most: int) -> Points:
    """The share verified of what was due, drawn towards what is expected where it is of few promises."""
    of = pledge.kept_of.astype(np.int64)
    share = (of * np.minimum(pledge.kept_share, 10_000) + EXPECTED_COUNTS_AS * EXPECTED_BASIS_POINTS) // (
        of + EXPECTED_COUNTS_AS
    )
    found: Points = (most * share // 10_000).astype(np.int32)
    return found


def for_had(part: Seen, most: int) -> Points:
    """All for a group that has had nothing, half after one promise, a third after two …"""
    found: Points = (most // (1 + part.had)).astype(np.int32)
    return found
