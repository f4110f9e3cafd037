"""Pages of acts over many rooms: guided before, undone after."""

from __future__ import annotations

from cwb.continuity.pages import guided, merging, undertakings
from cwb.continuity.pages.panels import group_closing_panel, organisation_panel
from cwb.continuity.pages.room import blueprint
from cwb.continuity.pages.undertakings import waiting_for

__all__ = ["blueprint", "group_closing_panel", "guided", "merging", "organisation_panel", "undertakings", "waiting_for"]
