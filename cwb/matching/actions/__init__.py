"""The only writers of matching: suggestions, stored by the worker and by a command."""

from __future__ import annotations

from cwb.matching.actions.asking import write_to_providers
from cwb.matching.actions.not_for_us import erase_words, move_words, say_not_for_us, take_back_not_for_us
from cwb.matching.actions.suggesting import (
    Found,
    after_commitment,
    after_need,
    after_pledge,
    rebuild,
    store_found,
    suggest_for_parts,
    suggest_for_pledge,
)
from cwb.matching.actions.waking import Waker
from cwb.matching.memory import lacks_generation

ask_for_suggestions = Waker("matching.rebuild", lacks_generation, look_seconds=60, again_seconds=3_600)

__all__ = [
    "Found",
    "after_commitment",
    "after_need",
    "after_pledge",
    "ask_for_suggestions",
    "erase_words",
    "move_words",
    "rebuild",
    "say_not_for_us",
    "store_found",
    "suggest_for_parts",
    "suggest_for_pledge",
    "take_back_not_for_us",
    "write_to_providers",
]
