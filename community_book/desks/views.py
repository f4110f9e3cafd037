"""How a desk is laid out: what waits, what is coming, what is only to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem

WAITING_UP_TO, SOON_UP_TO = 5, 7
"""Urgencies: 0 to 5 wait for the person, 6 and 7 come soon, 8 and more are for information."""


@dataclass(frozen=True)
class DeskGroup:
    """Items under one heading, most urgent first."""

    title: Message
    items: tuple[DeskItem, ...]


def in_groups(items: Sequence[DeskItem]) -> list[DeskGroup]:
    """A desk's items under their headings; headings without items are left out."""
    waiting = tuple(item for item in items if item.urgency <= WAITING_UP_TO)
    soon = tuple(item for item in items if WAITING_UP_TO < item.urgency <= SOON_UP_TO)
    known = tuple(item for item in items if item.urgency > SOON_UP_TO)
    groups = [
        DeskGroup(Message(N_("Waiting for you")), waiting),
        DeskGroup(Message(N_("Soon")), soon),
        DeskGroup(Message(N_("For information")), known),
    ]
    return [group for group in groups if group.items]
