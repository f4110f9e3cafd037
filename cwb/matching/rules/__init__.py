"""What holds of matching: who sees what of it, what is not for somebody."""

from __future__ import annotations

from cwb.matching.rules.not_for_us import (
    NOT_FOR_US,
    REASONS,
    REASONS_OF,
    SIDE_WORDS,
    NewNotForUs,
    check_not_for_us,
)
from cwb.matching.rules.scoring import KEPT_IN_A_LIST, weights
from cwb.matching.rules.seeing import SEE_SCORES, SHOWN_ON_A_PAGE, SHOWN_WHILE_WRITING

__all__ = [
    "KEPT_IN_A_LIST",
    "NOT_FOR_US",
    "REASONS",
    "REASONS_OF",
    "SEE_SCORES",
    "SHOWN_ON_A_PAGE",
    "SHOWN_WHILE_WRITING",
    "SIDE_WORDS",
    "NewNotForUs",
    "check_not_for_us",
    "weights",
]
