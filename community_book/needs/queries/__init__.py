"""Reads of needs: parts that are open, one need, lists, and what must always be true."""

from __future__ import annotations

from community_book.needs.queries.lists import (
    counted_needs,
    needs_of_group,
    needs_owed_an_answer,
    open_needs,
    unanswered_needs,
    waiting_needs,
    waiting_on_group,
    waiting_on_officers,
)
from community_book.needs.queries.one import history, is_own_need, need
from community_book.needs.queries.wanted import open_parts, part_wanted, terms_of

__all__ = [
    "counted_needs",
    "history",
    "is_own_need",
    "need",
    "needs_of_group",
    "needs_owed_an_answer",
    "open_needs",
    "open_parts",
    "part_wanted",
    "terms_of",
    "unanswered_needs",
    "waiting_needs",
    "waiting_on_group",
    "waiting_on_officers",
]
