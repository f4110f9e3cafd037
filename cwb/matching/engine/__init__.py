"""Matching, pure: no database, no web, no clock. `suggest` is the one door."""

from __future__ import annotations

from cwb.matching.engine.score import LABELS, MOST, Reason, Track
from cwb.matching.engine.suggesting import Suggested, suggest

__all__ = ["LABELS", "MOST", "Reason", "Suggested", "Track", "suggest"]
