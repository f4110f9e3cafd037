"""Reads of matching."""

from __future__ import annotations

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
    "check_suggestions",
    "kind_of_part",
    "kind_of_pledge",
    "parts_of_need",
    "pledges_of_kind",
    "shown_reasons",
    "stored_count",
    "suggestions",
    "tracks_of",
]
