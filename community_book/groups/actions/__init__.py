"""The only writers of groups, by what somebody is doing."""

from __future__ import annotations

from community_book.groups.actions.asking import add_ask, answer_more_wanted, ask_to_list
from community_book.groups.actions.clocks import ask_freshness, forget_old_words
from community_book.groups.actions.deciding import (
    decline_group,
    hand_over,
    lift_suspension,
    list_entry,
    list_group,
    set_trusted,
    suspend_group,
    suspend_group_entry,
    want_more,
)
from community_book.groups.actions.erasing import erase_contact
from community_book.groups.actions.keeping import (
    close_group,
    close_group_entry,
    confirm_still_right,
    edit_group,
    pause_group,
    resume_group,
)
from community_book.groups.actions.writing import write_to_group

__all__ = [
    "add_ask",
    "answer_more_wanted",
    "ask_freshness",
    "ask_to_list",
    "close_group",
    "close_group_entry",
    "confirm_still_right",
    "decline_group",
    "edit_group",
    "erase_contact",
    "forget_old_words",
    "hand_over",
    "lift_suspension",
    "list_entry",
    "list_group",
    "pause_group",
    "resume_group",
    "set_trusted",
    "suspend_group",
    "suspend_group_entry",
    "want_more",
    "write_to_group",
]
