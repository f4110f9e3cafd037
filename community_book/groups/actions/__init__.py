"""The only writers of groups, by what somebody is doing."""

from __future__ import annotations

from community_book.groups.actions.activities import change_activity, put_on, say_space, take_off
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
from community_book.groups.actions.importing import TakenIn, import_groups
from community_book.groups.actions.keeping import (
    close_group,
    close_group_entry,
    confirm_still_right,
    edit_group,
    join_group_entry,
    move_activities,
    pause_group,
    reopen_group_entry,
    resume_group,
)
from community_book.groups.actions.reports import accept_report, claim_group, decline_report, report_wrong
from community_book.groups.actions.succession import hand_on, step_down
from community_book.groups.actions.tags import keep_tags, load_tags, tick_tags
from community_book.groups.actions.taking_in import take_in_some
from community_book.groups.actions.writing import write_to_group

__all__ = [
    "TakenIn",
    "accept_report",
    "add_ask",
    "answer_more_wanted",
    "ask_freshness",
    "ask_to_list",
    "change_activity",
    "claim_group",
    "close_group",
    "close_group_entry",
    "confirm_still_right",
    "decline_group",
    "decline_report",
    "edit_group",
    "erase_contact",
    "forget_old_words",
    "hand_on",
    "hand_over",
    "import_groups",
    "join_group_entry",
    "keep_tags",
    "lift_suspension",
    "list_entry",
    "list_group",
    "load_tags",
    "move_activities",
    "pause_group",
    "put_on",
    "reopen_group_entry",
    "report_wrong",
    "resume_group",
    "say_space",
    "set_trusted",
    "step_down",
    "suspend_group",
    "suspend_group_entry",
    "take_in_some",
    "take_off",
    "tick_tags",
    "want_more",
    "write_to_group",
]
