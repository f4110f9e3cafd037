"""Reads of pledges."""

from __future__ import annotations

from cwb.pledges.queries.checks import check_drawn
from cwb.pledges.queries.lists import (
    Wanted,
    own_counts,
    own_pledges,
    past_their_last_day,
    published_pledges,
    reminders_due,
    waiting_count,
    waiting_pledges,
)
from cwb.pledges.queries.offers import open_offers, pledge_offer, pledge_terms, pledges_terms
from cwb.pledges.queries.one import (
    done_of,
    figures,
    pledge,
    pledge_id_of,
    reported_so_far,
    sessions_of_pledge,
    was_ever_offered,
)
from cwb.pledges.queries.persons import held_of_person, pledges_naming
from cwb.pledges.queries.scope import scope_of, zones_to_choose

__all__ = [
    "Wanted",
    "check_drawn",
    "done_of",
    "figures",
    "held_of_person",
    "open_offers",
    "own_counts",
    "own_pledges",
    "past_their_last_day",
    "pledge",
    "pledge_id_of",
    "pledge_offer",
    "pledge_terms",
    "pledges_naming",
    "pledges_terms",
    "published_pledges",
    "reminders_due",
    "reported_so_far",
    "scope_of",
    "sessions_of_pledge",
    "waiting_count",
    "waiting_pledges",
    "was_ever_offered",
    "zones_to_choose",
]
