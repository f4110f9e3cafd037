"""Pages of matching: what is not for us."""

from __future__ import annotations

from cwb.matching.pages import not_for_us
from cwb.matching.pages.room import blueprint

__all__ = ["blueprint", "not_for_us"]
