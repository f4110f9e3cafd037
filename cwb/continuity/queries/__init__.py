"""Reads of what acts over many rooms reach, and of what they changed."""

from __future__ import annotations

from cwb.continuity.queries.affected import (
    body,
    may_go_on,
    need_about,
    needs_of_group,
    pledges_of_provider,
    pledges_on_hold,
    promises_about,
    promises_of_provider,
    promises_to_group,
)
from cwb.continuity.queries.standing import Standing, places_of, standing_of
from cwb.continuity.queries.undertakings import (
    has_undertaking,
    later_undertaking,
    undertaking,
    undertaking_breaches,
    undertakings,
    undoable_of,
)

__all__ = [
    "Standing",
    "body",
    "has_undertaking",
    "later_undertaking",
    "may_go_on",
    "need_about",
    "needs_of_group",
    "places_of",
    "pledges_of_provider",
    "pledges_on_hold",
    "promises_about",
    "promises_of_provider",
    "promises_to_group",
    "standing_of",
    "undertaking",
    "undertaking_breaches",
    "undertakings",
    "undoable_of",
]
