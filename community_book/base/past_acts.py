"""What rooms call the acts of the chain: "need.post" is "posted". Kept with the other registers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from community_book.base import registers
from community_book.base.messages import Message


def add_act_words(words: Mapping[str, Message]) -> None:
    """Says in words what acts of the chain are, by their names."""
    registers.held().act_words.update(words)


def words_of_act(act: str) -> Message | None:
    """What an act is in words; None for one that no room has words for."""
    return registers.held().act_words.get(act)


def acts_known() -> Collection[str]:
    """The names of all acts there are words for, in their order."""
    return sorted(registers.held().act_words)


def kinds_of_subjects() -> Collection[str]:
    """Every kind of thing that has a page, in order: "need", "pledge" …"""
    return sorted(registers.held().addresses)
