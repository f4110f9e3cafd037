"""Reads of batches: all of them, one with what its sample says, what would be in the next, and what must hold."""

from __future__ import annotations

from cwb.checking.queries.batches import (
    batch,
    batches,
    being_accepted,
    frozen_too_long,
    items_of,
    left_to_accept,
    live_batches,
    public_batch,
    waits_for,
)
from cwb.checking.queries.checks import batch_breaches
from cwb.checking.queries.choosing import fit_for_batch, freezes_from, has_ended, may_open, quarters_to_open, strata
from cwb.checking.queries.finding import (
    found_by_report,
    ids_by_reference,
    reference_of,
    what_was_found,
    why_not_accept,
)

__all__ = [
    "batch",
    "batch_breaches",
    "batches",
    "being_accepted",
    "fit_for_batch",
    "found_by_report",
    "freezes_from",
    "frozen_too_long",
    "has_ended",
    "ids_by_reference",
    "items_of",
    "left_to_accept",
    "live_batches",
    "may_open",
    "public_batch",
    "quarters_to_open",
    "reference_of",
    "strata",
    "waits_for",
    "what_was_found",
    "why_not_accept",
]
