"""What is told of suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.amounts import Kind, Unit
from community_book.base.messages import Message


@dataclass(frozen=True)
class ReasonView:
    """One part of a score: `points` of at most `most`, and why in plain words."""

    key: str
    label: Message
    points: int
    most: int
    message: Message


@dataclass(frozen=True)
class SuggestionView:
    """A pledge and a part of a need that fit, with the reasons. It binds nobody."""

    pledge_id: int
    pledge_reference: str
    pledge_title: str
    provider_id: int
    provider_name: str
    part_id: int
    need_reference: str
    need_title: str
    group_id: int
    group_name: str
    kind: Kind
    unit: Unit
    amount: int
    score: int
    reasons: tuple[ReasonView, ...]

    def telling(self, *left_out: str) -> tuple[Message, ...]:
        """The reasons that speak for it most, strongest first: those that give more than half of what they can.

        `left_out` names parts that say nothing new to who reads it, such as a group's own fortune.
        """
        strong = [one for one in self.reasons if 2 * one.points > one.most and one.key not in left_out]
        return tuple(one.message for one in sorted(strong, key=lambda one: -one.points)[:4])
