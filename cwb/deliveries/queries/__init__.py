"""Reads of deliveries: lists, one with all that belongs to it, what lies behind a figure, the queue, checks."""

from __future__ import annotations

from cwb.deliveries.queries.alike import pictures_beside
from cwb.deliveries.queries.asking import pledge_to_report, promise_to_report, sessions_to_amend
from cwb.deliveries.queries.checks import delivery_breaches, evidence_breaches
from cwb.deliveries.queries.desk import at_a_glance, running_promises, to_answer
from cwb.deliveries.queries.evidence import evidence_file
from cwb.deliveries.queries.kept import waiting_files
from cwb.deliveries.queries.lists import (
    WAITS_FOR_COUNCIL,
    WAITS_FOR_US,
    deliveries,
    deliveries_behind,
    deliveries_of,
)
from cwb.deliveries.queries.one import delivery, public_delivery, sees_in_full
from cwb.deliveries.queries.queue import (
    counts_to_verify,
    kind_of,
    kinds_for,
    mine_to_decide,
    place_in_queue,
    to_decide,
    to_verify,
)
from cwb.deliveries.queries.risk import facts_of, found_wrong, risk_columns
from cwb.deliveries.queries.rows import joined
from cwb.deliveries.queries.standing import LINK_ACT, REPORT_LINK, still_asked
from cwb.deliveries.queries.waiting import contact_without_account, count_reversed, held_of_person, waiting_for

__all__ = [
    "LINK_ACT",
    "REPORT_LINK",
    "WAITS_FOR_COUNCIL",
    "WAITS_FOR_US",
    "at_a_glance",
    "contact_without_account",
    "count_reversed",
    "counts_to_verify",
    "deliveries",
    "deliveries_behind",
    "deliveries_of",
    "delivery",
    "delivery_breaches",
    "evidence_breaches",
    "evidence_file",
    "facts_of",
    "found_wrong",
    "held_of_person",
    "joined",
    "kind_of",
    "kinds_for",
    "mine_to_decide",
    "pictures_beside",
    "place_in_queue",
    "pledge_to_report",
    "promise_to_report",
    "public_delivery",
    "risk_columns",
    "running_promises",
    "sees_in_full",
    "sessions_to_amend",
    "still_asked",
    "to_answer",
    "to_decide",
    "to_verify",
    "waiting_files",
    "waiting_for",
]
