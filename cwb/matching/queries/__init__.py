"""Reads of matching."""

from __future__ import annotations

from cwb.matching.queries.not_for_us import (
    check_not_for_us,
    held_of_person,
    own_count,
    own_not_for_us,
    pair,
    reason_counts,
    said_before,
    said_no,
    words_said,
)
from cwb.matching.queries.suggestions import (
    NOT_AGAIN,
    VERIFIED_AFTER_DAYS,
    as_rows,
    check_suggestions,
    kind_of_part,
    kind_of_pledge,
    parts_of_need,
    pledges_of_kind,
    shown_reasons,
    stored_count,
    suggestions,
    tracks_of,
)

__all__ = [
    "NOT_AGAIN",
    "VERIFIED_AFTER_DAYS",
    "as_rows",
    "check_not_for_us",
    "check_suggestions",
    "held_of_person",
    "kind_of_part",
    "kind_of_pledge",
    "own_count",
    "own_not_for_us",
    "pair",
    "parts_of_need",
    "pledges_of_kind",
    "reason_counts",
    "said_before",
    "said_no",
    "shown_reasons",
    "stored_count",
    "suggestions",
    "tracks_of",
    "words_said",
]
