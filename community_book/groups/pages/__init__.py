"""Pages about groups, by what somebody is doing."""

from __future__ import annotations

from community_book.groups.pages import asking, directory, keeping, moderation
from community_book.groups.pages.desk import desk_items
from community_book.groups.pages.room import blueprint

__all__ = ["asking", "blueprint", "desk_items", "directory", "keeping", "moderation"]
