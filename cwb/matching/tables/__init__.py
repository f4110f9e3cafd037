"""Rows of matching."""

from __future__ import annotations

from cwb.matching.tables.asking import ProviderLetter, ProviderLetterTo
from cwb.matching.tables.not_for_us import NotForUs
from cwb.matching.tables.rounds import Round, RoundLine, RoundMark
from cwb.matching.tables.suggestions import Suggestion

__all__ = ["NotForUs", "ProviderLetter", "ProviderLetterTo", "Round", "RoundLine", "RoundMark", "Suggestion"]
