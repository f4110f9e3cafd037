"""The pages about pledges."""

from __future__ import annotations

from cwb.pledges.pages import lists, logging, one
from cwb.pledges.pages.desk import waiting_for
from cwb.pledges.pages.room import blueprint

__all__ = ["blueprint", "lists", "logging", "one", "waiting_for"]
