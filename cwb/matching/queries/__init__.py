"""Reads of matching."""

from __future__ import annotations

from cwb.matching.queries.asking import letters_sent, provider_letter, providers_to_ask
from cwb.matching.queries.instead import Freed, Instead, instead_of
from cwb.matching.queries.near import nearest_to, nothing_fits
from cwb.matching.queries.not_for_us import (
    check_not_for_us,
    held_of_person,
    own_count,
    own_not_for_us,
    pair,
    reason_counts,
    said_before,
    words_said,
)
from cwb.matching.queries.suggestions import (
    NOT_AGAIN,
    VERIFIED_AFTER_DAYS,
    check_suggestions,
    parts_of_need,
    shown_reasons,
    stored_count,
    suggestions,
    tracks_of,
)
from cwb.matching.queries.unmet import needs_behind, quarters_to_come, unmet

__all__ = [
    "NOT_AGAIN",
    "VERIFIED_AFTER_DAYS",
    "Freed",
    "Instead",
    "check_not_for_us",
    "check_suggestions",
    "held_of_person",
    "instead_of",
    "letters_sent",
    "nearest_to",
    "needs_behind",
    "nothing_fits",
    "own_count",
    "own_not_for_us",
    "pair",
    "parts_of_need",
    "provider_letter",
    "providers_to_ask",
    "quarters_to_come",
    "reason_counts",
    "said_before",
    "shown_reasons",
    "stored_count",
    "suggestions",
    "tracks_of",
    "unmet",
    "words_said",
]
