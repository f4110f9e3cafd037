"""Reads of commitments."""

from __future__ import annotations

from cwb.commitments.queries.ahead import letters_ahead
from cwb.commitments.queries.asked import changes_still_asked, offers_still_asked, reports_still_asked
from cwb.commitments.queries.checks import check_agreed
from cwb.commitments.queries.lists import (
    Counts,
    Unlucky,
    Wanted,
    coming_sessions,
    commitments,
    commitments_of_need,
    commitments_of_pledge,
    count_declined_often,
    counts,
    declined_often,
    late_counts,
    parts_to_help,
)
from cwb.commitments.queries.one import commitment, held_of_person
from cwb.commitments.queries.stopping import before_stopping
from cwb.commitments.queries.terms import (
    commitment_id_of,
    commitment_terms,
    ids_not_over,
    ids_where_live,
    ids_where_open,
)

__all__ = [
    "Counts",
    "Unlucky",
    "Wanted",
    "before_stopping",
    "changes_still_asked",
    "check_agreed",
    "coming_sessions",
    "commitment",
    "commitment_id_of",
    "commitment_terms",
    "commitments",
    "commitments_of_need",
    "commitments_of_pledge",
    "count_declined_often",
    "counts",
    "declined_often",
    "held_of_person",
    "ids_not_over",
    "ids_where_live",
    "ids_where_open",
    "late_counts",
    "letters_ahead",
    "offers_still_asked",
    "parts_to_help",
    "reports_still_asked",
]
