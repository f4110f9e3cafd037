"""The score of pairs, 0 to 1,000, in parts that are whole numbers and add up exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import Kind
from community_book.search.texts import LAST_RANK, text_points
from cwb.matching.engine.columns import Ints
from cwb.matching.engine.fitting import Seen
from cwb.matching.rules.scoring import (
    EXPECTED_BASIS_POINTS,
    EXPECTED_COUNTS_AS,
    FAR_M,
    IN_THE_BOROUGH,
    IN_THE_ZONE,
    LATER_DAYS,
    NEAR_M,
    ONLINE,
    SOON_DAYS,
)

Points = NDArray[np.int32]


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
