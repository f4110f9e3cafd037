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
from community_book.groups.queries.moderation import (
    alike,
    ask,
    known_by_number,
    must_be_an_entry,
    question,
    waiting,
    waiting_count,
)
from community_book.groups.queries.persons import shown_of_person

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
    "known_by_number",
    "listed_count",
    "listed_groups",
    "message_facts",
    "must_be_an_entry",
    "own_entry",
    "question",
    "reference_of",
    "shown_of_person",
    "waiting",
    "waiting_count",
    "zone_filter",
]
