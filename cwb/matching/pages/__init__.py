"""Pages of matching: what is not for us."""

from __future__ import annotations

from cwb.matching.pages import council, letters, not_for_us, unmet
from cwb.matching.pages.room import blueprint

__all__ = ["blueprint", "council", "letters", "not_for_us", "unmet"]
