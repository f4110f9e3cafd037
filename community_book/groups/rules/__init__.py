"""Rules of group entries: states and acts, who may do them, what an ask must say, when an entry is old. Pure."""

from __future__ import annotations

from community_book.groups.rules.asking import (
    INFORMAL,
    REGISTERS,
    SIZE_BANDS,
    NewGroup,
    NewMessage,
    Profile,
    check_ask,
    register_of,
)
from community_book.groups.rules.freshness import ask_again_on, is_due, is_out_of_date
from community_book.groups.rules.states import (
    ANSWER_LINK,
    CLOSE_GROUP,
    EDIT_GROUP,
    ENTRY,
    MODERATE_GROUPS,
    SEE_GROUP_CONTACTS,
    SEE_WAITING_GROUPS,
    SEEN_BY_ALL,
    STILL_RIGHT_LINK,
    WAITING,
    GroupState,
)

__all__ = [
    "ANSWER_LINK",
    "CLOSE_GROUP",
    "EDIT_GROUP",
    "ENTRY",
    "INFORMAL",
    "MODERATE_GROUPS",
    "REGISTERS",
    "SEEN_BY_ALL",
    "SEE_GROUP_CONTACTS",
    "SEE_WAITING_GROUPS",
    "SIZE_BANDS",
    "STILL_RIGHT_LINK",
    "WAITING",
    "GroupState",
    "NewGroup",
    "NewMessage",
    "Profile",
    "ask_again_on",
    "check_ask",
    "is_due",
    "is_out_of_date",
    "register_of",
]
