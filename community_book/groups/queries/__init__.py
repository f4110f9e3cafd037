"""Reads of groups: the directory, one entry, and what officers moderate."""

from __future__ import annotations

from community_book.groups.queries.entries import (
    contacts_of,
    group,
    group_of_organisation,
    groups,
    is_group,
    is_listed_group,
    listed_count,
    listed_groups,
    own_entry,
    reference_of,
    zone_filter,
)
from community_book.groups.queries.letters import (
    EntryFacts,
    MessageFacts,
    entry_facts,
    message_facts,
)
from community_book.groups.queries.moderation import alike, ask, waiting, waiting_count

__all__ = [
    "EntryFacts",
    "MessageFacts",
    "alike",
    "ask",
    "contacts_of",
    "entry_facts",
    "group",
    "group_of_organisation",
    "groups",
    "is_group",
    "is_listed_group",
    "listed_count",
    "listed_groups",
    "message_facts",
    "own_entry",
    "reference_of",
    "waiting",
    "waiting_count",
    "zone_filter",
]
