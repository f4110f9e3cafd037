"""Reads of groups: the directory, one entry, and what officers moderate."""

from __future__ import annotations

from community_book.groups.queries.activities import activities_of, own_activity, whats_on
from community_book.groups.queries.entries import (
    contacts_of,
    entry_id_of,
    group,
    group_of_organisation,
    groups,
    is_entry_of,
    is_group,
    is_listed_group,
    listed_count,
    listed_groups,
    own_entry,
    reference_of,
    zone_filter,
)
from community_book.groups.queries.importing import latest_lists, list_taken_in
from community_book.groups.queries.letters import (
    EntryFacts,
    MessageFacts,
    ReportFacts,
    entry_facts,
    message_facts,
    report_facts,
)
from community_book.groups.queries.moderation import (
    alike,
    ask,
    known_by_number,
    own_standing,
    question,
    state_of_ask,
    waiting,
    waiting_count,
)
from community_book.groups.queries.nearness import near
from community_book.groups.queries.persons import shown_of_person
from community_book.groups.queries.reports import report, reports_waiting, reports_waiting_count
from community_book.groups.queries.tags import tags, tags_in_use, tags_of

__all__ = [
    "EntryFacts",
    "MessageFacts",
    "ReportFacts",
    "activities_of",
    "alike",
    "ask",
    "contacts_of",
    "entry_facts",
    "entry_id_of",
    "group",
    "group_of_organisation",
    "groups",
    "is_entry_of",
    "is_group",
    "is_listed_group",
    "known_by_number",
    "latest_lists",
    "list_taken_in",
    "listed_count",
    "listed_groups",
    "message_facts",
    "near",
    "own_activity",
    "own_entry",
    "own_standing",
    "question",
    "reference_of",
    "report",
    "report_facts",
    "reports_waiting",
    "reports_waiting_count",
    "shown_of_person",
    "state_of_ask",
    "tags",
    "tags_in_use",
    "tags_of",
    "waiting",
    "waiting_count",
    "whats_on",
    "zone_filter",
]
