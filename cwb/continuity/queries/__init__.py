"""Reads of what acts over many rooms reach, and of what they changed."""

from __future__ import annotations

from cwb.continuity.queries.affected import (
    asked_by_group,
    body,
    may_go_on,
    need_about,
    needs_of_group,
    pledges_of_provider,
    pledges_on_hold,
    promises_about,
    promises_of_provider,
    promises_to_group,
    stopped_by,
)
from cwb.continuity.queries.plans import WEEKS, dates_to_come, how_many, other_help, reports_waiting
from cwb.continuity.queries.standing import Standing, places_of, standing_of
from cwb.continuity.queries.undertakings import (
    counts_of,
    has_undertaking,
    later_undertaking,
    undertaking,
    undertaking_breaches,
    undertakings,
    undoable_of,
)

__all__ = [
    "WEEKS",
    "Standing",
    "asked_by_group",
    "body",
    "counts_of",
    "dates_to_come",
    "has_undertaking",
    "how_many",
    "later_undertaking",
    "may_go_on",
    "need_about",
    "needs_of_group",
    "other_help",
    "places_of",
    "pledges_of_provider",
    "pledges_on_hold",
    "promises_about",
    "promises_of_provider",
    "promises_to_group",
    "reports_waiting",
    "standing_of",
    "stopped_by",
    "undertaking",
    "undertaking_breaches",
    "undertakings",
    "undoable_of",
]
