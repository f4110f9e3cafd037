"""Pages about groups, by what somebody is doing."""

from __future__ import annotations

from community_book.groups.pages import (
    activities,
    asking,
    directory,
    importing,
    keeping,
    moderation,
    reports,
    whats_on,
)
from community_book.groups.pages.desk import desk_items
from community_book.groups.pages.room import blueprint

__all__ = [
    "activities",
    "asking",
    "blueprint",
    "desk_items",
    "directory",
    "importing",
    "keeping",
    "moderation",
    "reports",
    "whats_on",
]
