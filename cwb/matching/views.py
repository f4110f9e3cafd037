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

    @property
    def telling(self) -> tuple[Message, ...]:
        """The reasons that speak for it most, strongest first: those that give at least half of what they can."""
        strong = [reason for reason in self.reasons if 2 * reason.points >= reason.most]
        return tuple(reason.message for reason in sorted(strong, key=lambda one: -one.points)[:4])
