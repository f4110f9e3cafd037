"""Reads of figures: what can be chosen, the roll-up, the lists behind each figure, and how they are set out."""

from cwb.reporting.queries.across import (
    across_lots,
    across_quarters,
    across_zones,
    quarters_of,
    shaded_map,
    shown_measures,
    small_charts,
)
from cwb.reporting.queries.behind import things_behind
from cwb.reporting.queries.choosing import choices, chosen
from cwb.reporting.queries.counted import pledges_counted
from cwb.reporting.queries.needs_met import needs_met
from cwb.reporting.queries.pledges import PledgeFacts, pledge_facts, pledges_behind
from cwb.reporting.queries.reaching import reached
from cwb.reporting.queries.rolling_up import figures
from cwb.reporting.queries.standing import providers_standing, whom_to_speak_to

__all__ = [
    "PledgeFacts",
    "across_lots",
    "across_quarters",
    "across_zones",
    "choices",
    "chosen",
    "figures",
    "needs_met",
    "pledge_facts",
    "pledges_behind",
    "pledges_counted",
    "providers_standing",
    "quarters_of",
    "reached",
    "shaded_map",
    "shown_measures",
    "small_charts",
    "things_behind",
    "whom_to_speak_to",
]
