"""Rows of matching."""

from __future__ import annotations

from cwb.matching.tables.suggestions import Suggestion

__all__ = ["Suggestion"]
