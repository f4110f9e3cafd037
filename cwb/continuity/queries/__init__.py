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
from cwb.continuity.queries.merging import (
    OwnThing,
    entries_of,
    have_promised_each_other,
    is_more_than_a_group,
    known_body,
    things_of_group,
)
from cwb.continuity.queries.plans import WEEKS, dates_to_come, how_many, other_help, reports_waiting
from cwb.continuity.queries.standing import Standing, places_of, standing_of
from cwb.continuity.queries.undertakings import (
    count_undoable,
    counts_of,
    has_undertaking,
    later_undertaking,
    undertaking,
    undertaking_breaches,
    undertaking_view,
    undertakings,
    undoable_of,
)

__all__ = [
    "WEEKS",
    "OwnThing",
    "Standing",
    "asked_by_group",
    "body",
    "count_undoable",
    "counts_of",
    "dates_to_come",
    "entries_of",
    "has_undertaking",
    "have_promised_each_other",
    "how_many",
    "is_more_than_a_group",
    "known_body",
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
    "things_of_group",
    "undertaking",
    "undertaking_breaches",
    "undertaking_view",
    "undertakings",
    "undoable_of",
]
