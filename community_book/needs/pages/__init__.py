"""Pages of needs: the public list, one need, posting, a group's own list, the officers' queue."""

from __future__ import annotations

from community_book.needs.pages import keeping, lists, moderating, one, parts, posting
from community_book.needs.pages.blueprint import blueprint

__all__ = ["blueprint", "keeping", "lists", "moderating", "one", "parts", "posting"]
