"""What a pledge may be and do: states and acts, checks of a new one, shapes other rooms read."""

from __future__ import annotations

from cwb.pledges.rules.checks import check, check_ready, left_empty
from cwb.pledges.rules.new_pledge import (
    KINDS_THAT_MAY_HAVE_SESSIONS,
    STAFF_TIME,
    NewPledge,
    Reworded,
    Scope,
    above_baseline,
    amount_of,
    amount_of_sessions,
    asked_for,
    has_counterpart,
    planned_sessions,
)
from cwb.pledges.rules.offers import PledgeOffer, PledgeTerms, SessionOffered, as_offer
from cwb.pledges.rules.states import (
    BASIS_LABELS,
    BASIS_SHORT,
    ENDED,
    LOG_PLEDGES,
    MACHINE,
    MODERATE_PLEDGES,
    RUNNING,
    SEE_ALL_PLEDGES,
    STATE_LABELS,
    UNPUBLISHED,
    Basis,
    PledgeState,
    waits_for_the_council,
)

__all__ = [
    "BASIS_LABELS",
    "BASIS_SHORT",
    "ENDED",
    "KINDS_THAT_MAY_HAVE_SESSIONS",
    "LOG_PLEDGES",
    "MACHINE",
    "MODERATE_PLEDGES",
    "RUNNING",
    "SEE_ALL_PLEDGES",
    "STAFF_TIME",
    "STATE_LABELS",
    "UNPUBLISHED",
    "Basis",
    "NewPledge",
    "PledgeOffer",
    "PledgeState",
    "PledgeTerms",
    "Reworded",
    "Scope",
    "SessionOffered",
    "above_baseline",
    "amount_of",
    "amount_of_sessions",
    "as_offer",
    "asked_for",
    "check",
    "check_ready",
    "has_counterpart",
    "left_empty",
    "planned_sessions",
    "waits_for_the_council",
]
