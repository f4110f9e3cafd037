"""Reads of needs: parts that are open, one need, lists, and what must always be true."""

from __future__ import annotations

from community_book.needs.queries.invariants import (
    committed_within_needed,
    sessions_add_up,
    states_follow_from_amounts,
)
from community_book.needs.queries.lists import (
    counted_needs,
    needs_of_group,
    needs_owed_an_answer,
    open_needs,
    open_needs_of,
    open_titles_of,
    unanswered_needs,
    waiting_needs,
    waiting_on_group,
    waiting_on_officers,
)
from community_book.needs.queries.one import held_of_person, history, is_own_need, need
from community_book.needs.queries.standing import (
    GroupStanding,
    group_standing,
    is_part_closed,
    live_need_ids,
    needs_ending,
    needs_run_out,
    own_place,
    own_place_words,
    wait_for_others_posting,
)
from community_book.needs.queries.wanted import open_parts, part_wanted, parts_wanted, sessions_in_sum, terms_of

__all__ = [
    "GroupStanding",
    "committed_within_needed",
    "counted_needs",
    "group_standing",
    "held_of_person",
    "history",
    "is_own_need",
    "is_part_closed",
    "live_need_ids",
    "need",
    "needs_ending",
    "needs_of_group",
    "needs_owed_an_answer",
    "needs_run_out",
    "open_needs",
    "open_needs_of",
    "open_parts",
    "open_titles_of",
    "own_place",
    "own_place_words",
    "part_wanted",
    "parts_wanted",
    "sessions_add_up",
    "sessions_in_sum",
    "states_follow_from_amounts",
    "terms_of",
    "unanswered_needs",
    "wait_for_others_posting",
    "waiting_needs",
    "waiting_on_group",
    "waiting_on_officers",
]
