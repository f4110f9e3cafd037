"""Shapes of setting up handed out of the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community_book.base.messages import Message


@dataclass(frozen=True)
class StepShown:
    """One step of the list, as it stands."""

    name: str
    title: Message
    hint: Message
    address: str
    is_done: bool
    is_left: bool
    must: bool


@dataclass(frozen=True)
class Progress:
    """Every step, and whether the site may open."""

    steps: Sequence[StepShown]
    is_open: bool
    version: int | None

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def missing(self) -> list[StepShown]:
        """What keeps the site closed."""
        return [step for step in self.steps if step.must and not step.is_done]
